/**
 * A run: a sandbox shop on a virtual clock, and the local host, which plays Zapier, connected to it. The pack between
 * them is the real one. Time stands still while anything runs.
 */

import { randomBytes } from 'node:crypto';
import { type LocalHost, startLocalHost } from '../lib/hosts/local/host.ts';
import type { QueuedStep } from '../lib/hosts/local/memory.ts';
import type { Failure, Workflow } from '../lib/hosts/local/platform.ts';
import { followAsBrowser, openCallbackPage } from '../lib/hosts/local/sign-in.ts';
import { type VirtualClock, virtualClock } from '../lib/hosts/local/virtual-clock.ts';
import { readSettings } from '../lib/settings.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import type { Store } from '../lib/stores/store.ts';
import { beijingDay } from './pacific.ts';
import { freePort } from './ports.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from './server.ts';

export interface RunOptions extends Omit<SandboxOptions, 'clock' | 'port' | 'callbackUrl'> {
  /** Start of the run, epoch milliseconds. */
  from: number;
  dailyLimit: number;
  store?: (clock: VirtualClock) => Store;
  memoryPath?: string;
  /** Where sheets and tickets go. */
  folder: string;
  /** When an answer of AliExpress is given up, real milliseconds; 300. */
  timeoutMs?: number;
  onDelivered?: (step: QueuedStep) => void;
  /** A line that the pack logged. */
  onLog?: (line: string) => void;
}

export interface Run {
  clock: VirtualClock;
  sandbox: Sandbox;
  host: LocalHost;
  /** The shop's name. */
  shop: string;
  /** What the person at the machine would have seen. */
  troubles: Failure[];
  /** What the seller fills in by hand at the steps of every recipe. */
  fixed: Workflow['fixed'];
  /** Every token, secret and address of the run; a test looks for them in what the run left behind. */
  secrets(): string[];
  close(): Promise<void>;
}

export async function openRun(options: RunOptions): Promise<Run> {
  const { from, dailyLimit, folder, onDelivered, onLog } = options;
  const clock = virtualClock(from);
  const callbackUrl = new URL(`http://127.0.0.1:${await freePort()}/oauth/callback`);
  const feishuSecret = randomBytes(12).toString('hex');
  const sandbox = await startSandbox({
    slowMs: 700,
    ...options,
    clock,
    callbackUrl: callbackUrl.href,
    feishuSecret,
  });
  const settings = {
    ...readSettings({ ALIEXPRESS_GATEWAY_URL: sandbox.url, DAILY_CALL_LIMIT: String(dailyLimit) }),
    callbackUrl: callbackUrl.href,
    feishuOrigin: sandbox.url,
  };
  const troubles: Failure[] = [];
  const host = await startLocalHost({
    settings,
    appKey: sandbox.app,
    clock,
    sharedClock: clock.shared,
    // The clock stands still during a call, so a late answer is one that is late in real time: 0.3 s for 10 s.
    limits: { timeoutMs: options.timeoutMs ?? 300, maxBytes: 5 * 1024 * 1024 },
    store: options.store?.(clock) ?? memoryStore(clock),
    memoryPath: options.memoryPath ?? ':memory:',
    folder,
    onFailure: (trouble) => {
      troubles.push(trouble);
      onLog?.(`${trouble.kind}: ${trouble.message}`);
    },
    ...(onDelivered && { onDelivered }),
    ...(onLog && { onLog }),
  });
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
      troubles,
      fixed: { send_feishu_card: { bot_address: sandbox.botAddress, signing_code: feishuSecret } },
      secrets: () => [...sandbox.accounts.issued, sandbox.app.appSecret, sandbox.feishu.token, feishuSecret],
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

/** Calls by method that AliExpress counted on the Beijing day of a moment. */
export const callsOn = ({ calls }: Sandbox, at: number): Record<string, number> =>
  Object.fromEntries(calls.byDay.get(beijingDay(at)) ?? []);

export const sumOf = (calls: Record<string, number>): number =>
  Object.values(calls).reduce((sum, n) => sum + n, 0);

/** How often each trouble was met, by kind. */
export const troubleCounts = (troubles: readonly Failure[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(troubles, (trouble) => trouble.kind)].map(([kind, list]) => [kind, list.length]),
  );
