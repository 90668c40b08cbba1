/**
 * A run: a sandbox shop on a virtual clock, connected to a platform that plays Zapier. The pack between them is the real
 * one. The virtual clock stands still while a step runs.
 */

import { randomBytes } from 'node:crypto';
import { messageActionKey } from '../lib/channels/action.ts';
import { HOUR } from '../lib/runtime.ts';
import { readSettings } from '../lib/settings.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import type { Store } from '../lib/stores/store.ts';
import { type SplitLog, splitLog } from './call-split.ts';
import { startAppThread } from './platform/app-thread.ts';
import { startCacheServer } from './platform/cache-server.ts';
import { createPlatform, type Platform } from './platform/platform.ts';
import type { Failure, QueuedStep, Workflow } from './platform/workflow.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from './server.ts';
import { startTracker, type Tracker, type TrackerOptions } from './tracker/server.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** Start of every simulation unless a test says otherwise: 2026-10-07 00:00 in Beijing. */
export const RUN_START = Date.parse('2026-10-06T16:00:00Z');

/** No orders are placed after the last day; deliveries under way get this long. */
export const SHUTDOWN_PERIOD_MS = 14 * HOUR;

/** The module that the platform's thread loads. */
export const appModule = new URL('./platform/app.ts', import.meta.url);
/** Enough for every parcel of a month. */
const TRACKER_QUOTA = 100_000;
/** Nothing listens there: the platform reads the code from the redirect. */
const CALLBACK = 'http://127.0.0.1:3417/oauth/callback';

export interface RunOptions extends Omit<SandboxOptions, 'clock' | 'port' | 'callbackUrl' | 'slowMs'> {
  /** Start of the run, epoch milliseconds. */
  from: number;
  dailyLimit: number;
  store?: (clock: VirtualClock) => Store;
  /** Where sheets and tickets are written. */
  folder: string;
  /** Time limit for an answer of AliExpress, real milliseconds; 10,000. */
  timeoutMs?: number;
  /** Starts a stand-in for 17TRACK that follows the shop's parcels; `true` for the usual one. */
  tracker?: boolean | Partial<TrackerOptions>;
  onDelivered?: (step: QueuedStep) => void;
  /** Receives the lines that the pack logs. */
  onLog?: (line: string) => void;
}

export interface Run {
  clock: VirtualClock;
  sandbox: Sandbox;
  /** Where the options ask for it. */
  tracker?: Tracker;
  platform: Platform;
  split: SplitLog;
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
  const signingSecret = randomBytes(12).toString('hex');
  const sandbox = await startSandbox({
    ...options,
    clock,
    callbackUrl: CALLBACK,
    signingSecret,
    // A slow answer always misses the time limit, however slow the machine is.
    slowMs: 100 * timeoutMs,
  });
  const tracker = options.tracker
    ? await startTracker({
        clock,
        parcels: () => sandbox.shop.parcels,
        quota: TRACKER_QUOTA,
        ...(options.tracker !== true && options.tracker),
      })
    : undefined;
  const settings = {
    ...readSettings({ ALIEXPRESS_GATEWAY_URL: sandbox.url, DAILY_CALL_LIMIT: String(dailyLimit) }),
    callbackUrl: CALLBACK,
    channelTestOrigin: sandbox.url,
    ...(tracker && { trackerUrl: tracker.url }),
  };
  const errors: Failure[] = [];
  const deployKey = randomBytes(16).toString('hex');
  const split = splitLog(dailyLimit);
  const store = split.through(options.store?.(clock) ?? memoryStore(clock));
  const cache = await startCacheServer(store, deployKey);
  const thread = startAppThread(
    {
      appModule: appModule.href,
      settings,
      appKey: sandbox.app,
      clock: clock.shared,
      limits: { timeoutMs, maxBytes: 5 * 1024 * 1024 },
      cacheUrl: cache.url,
      deployKey,
    },
    (line) => onLog?.(line),
  );
  const platform = createPlatform({
    thread,
    clock,
    folder,
    onFailure: (error) => {
      errors.push(error);
      onLog?.(`${error.kind}: ${error.message}`);
    },
    ...(onDelivered && { onDelivered }),
  });
  const groups = Object.values(sandbox.groups);
  const close = async () => {
    await thread.close();
    await cache.close();
    await tracker?.close();
    await sandbox.close();
  };
  try {
    return {
      clock,
      sandbox,
      ...(tracker && { tracker }),
      platform,
      split,
      shop: await platform.connect(signIn, CALLBACK, tracker ? { tracker_key: tracker.key } : {}),
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
        ...(tracker ? [tracker.key] : []),
      ],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Follows the sign-in page as a browser does: AliExpress sends it back at once, with the code. */
async function signIn(url: string): Promise<string> {
  const page = await fetch(url, { redirect: 'manual' });
  return new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? '';
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
