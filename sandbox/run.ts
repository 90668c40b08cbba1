/**
 * A run: a sandbox shop on a virtual clock, connected to the local host, which plays Zapier. The pack between them is
 * the real one. The virtual clock stands still while a step runs.
 */

import { randomBytes } from 'node:crypto';
import { messageActionKey } from '../lib/channels/action.ts';
import { type LocalHost, startLocalHost } from '../lib/hosts/local/host.ts';
import type { QueuedStep } from '../lib/hosts/local/memory.ts';
import { followAsBrowser, openCallbackPage } from '../lib/hosts/local/sign-in.ts';
import { type VirtualClock, virtualClock } from '../lib/hosts/local/virtual-clock.ts';
import type { Failure, Workflow } from '../lib/hosts/local/workflow.ts';
import { HOUR } from '../lib/runtime.ts';
import { readSettings } from '../lib/settings.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import type { Store } from '../lib/stores/store.ts';
import { freePort } from './ports.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from './server.ts';

/** Start of every simulation unless a test says otherwise: 2026-10-07 00:00 in Beijing. */
export const RUN_START = Date.parse('2026-10-06T16:00:00Z');

/** No orders are placed after the last day; deliveries under way get this long. */
export const SHUTDOWN_PERIOD_MS = 14 * HOUR;

/** The module that the local host's thread loads. */
export const appModule = new URL('./app.ts', import.meta.url);

export interface RunOptions extends Omit<SandboxOptions, 'clock' | 'port' | 'callbackUrl' | 'slowMs'> {
  /** Start of the run, epoch milliseconds. */
  from: number;
  dailyLimit: number;
  store?: (clock: VirtualClock) => Store;
  memoryPath?: string;
  /** Where sheets and tickets are written. */
  folder: string;
  /** Time limit for an answer of AliExpress, real milliseconds; 10,000. */
  timeoutMs?: number;
  onDelivered?: (step: QueuedStep) => void;
  /** Receives the lines that the pack logs. */
  onLog?: (line: string) => void;
}

export interface Run {
  clock: VirtualClock;
  sandbox: Sandbox;
  host: LocalHost;
  /** The shop's name. */
  shop: string;
  /** The errors a user would have seen. */
  errors: Failure[];
  /** The inputs that a seller enters by hand in the steps of every recipe. */
  fixed: Workflow['fixed'];
  /** Every token, secret and address of the run. A test searches for them in everything the run wrote. */
  secrets(): string[];
  close(): Promise<void>;
}

export async function openRun(options: RunOptions): Promise<Run> {
  const { from, dailyLimit, folder, onDelivered, onLog, timeoutMs = 10_000 } = options;
  const clock = virtualClock(from);
  const callbackUrl = new URL(`http://127.0.0.1:${await freePort()}/oauth/callback`);
  const signingSecret = randomBytes(12).toString('hex');
  const sandbox = await startSandbox({
    ...options,
    clock,
    callbackUrl: callbackUrl.href,
    signingSecret,
    // A slow answer always misses the time limit, however slow the machine is.
    slowMs: 100 * timeoutMs,
  });
  const settings = {
    ...readSettings({ ALIEXPRESS_GATEWAY_URL: sandbox.url, DAILY_CALL_LIMIT: String(dailyLimit) }),
    callbackUrl: callbackUrl.href,
    channelTestOrigin: sandbox.url,
  };
  const errors: Failure[] = [];
  const host = await startLocalHost({
    appModule,
    settings,
    appKey: sandbox.app,
    clock,
    sharedClock: clock.shared,
    limits: { timeoutMs, maxBytes: 5 * 1024 * 1024 },
    store: options.store?.(clock) ?? memoryStore(clock),
    memoryPath: options.memoryPath ?? ':memory:',
    folder,
    onFailure: (error) => {
      errors.push(error);
      onLog?.(`${error.kind}: ${error.message}`);
    },
    ...(onDelivered && { onDelivered }),
    ...(onLog && { onLog }),
  });
  const groups = Object.values(sandbox.groups);
  const close = async () => {
    await host.close();
    await sandbox.close();
  };
  try {
    return {
      clock,
      sandbox,
      host,
      shop: await connect(host, callbackUrl),
      errors,
      fixed: Object.fromEntries(
        groups.map(({ channel, address }) => [
          messageActionKey(channel),
          { webhook_url: address, signing_code: signingSecret },
        ]),
      ),
      secrets: () => [
        ...sandbox.accounts.issued,
        sandbox.app.appSecret,
        ...groups.map(({ token }) => token),
        signingSecret,
      ],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The whole sign-in, over HTTP: authorize page → callback page on this machine → signed token exchange. */
async function connect({ platform }: LocalHost, callbackUrl: URL): Promise<string> {
  const state = randomBytes(16).toString('base64url');
  const page = await openCallbackPage(callbackUrl, state);
  try {
    return await platform.connect(
      async (url) => {
        await followAsBrowser(url);
        return page.answer;
      },
      callbackUrl.href,
      state,
    );
  } finally {
    await page.close();
  }
}

/** The calls AliExpress counted on a Beijing day. */
export interface DayCalls {
  /** "2026-10-07" */
  day: string;
  total: number;
  methods: Record<string, number>;
}

export const callsByDay = ({ calls }: Pick<Sandbox, 'calls'>): DayCalls[] =>
  [...calls.byDay].map(([day, methods]) => ({
    day,
    total: [...methods.values()].reduce((sum, n) => sum + n, 0),
    methods: Object.fromEntries(methods),
  }));

/** How many errors of each kind there were. */
export const errorCounts = (errors: readonly Failure[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(errors, (error) => error.kind)].map(([kind, list]) => [kind, list.length]),
  );
