/** The real app on the real core, connected to a sandbox shop over loopback, with a complete cache. */

import { createApp } from '../../index.ts';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import type { MessageLanguage } from '../../lib/language.ts';
import type { Clock } from '../../lib/runtime.ts';
import { readSettings } from '../../lib/settings.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { startCacheServer } from '../../sandbox/platform/cache-server.ts';
import { keepProcess, prepareOnce } from '../../sandbox/platform/core.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { type VirtualClock, virtualClock } from '../../sandbox/virtual-clock.ts';

keepProcess();
prepareOnce();

/** 2026-10-07 12:00 in Beijing. */
export const NOON = Date.parse('2026-10-07T04:00:00Z');
const CALLBACK = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';

/** The app and its connection to a shop. */
export interface ZapierApp {
  authData: Record<string, string>;
  /** What core would send to Zapier's log. */
  logged: unknown[];
  /** Runs a function of the app as Zapier would. */
  run(method: string, inputData?: object, meta?: object): Promise<unknown>;
  poll(trigger: string, inputData?: object, meta?: object): Promise<Record<string, unknown>[]>;
  search(search: string, inputData: object): Promise<Record<string, unknown>[]>;
  /** Continues in a new process, which remembers nothing. */
  restart(): void;
  /** Closes the cache. */
  disconnect(): Promise<void>;
}

export interface ConnectedApp extends ZapierApp {
  sandbox: Sandbox;
  clock: VirtualClock;
  store: Store;
  /** Calls AliExpress has counted, over all days. */
  calls(): number;
  close(): Promise<void>;
}

export interface AppOptions extends Partial<SandboxOptions> {
  /** Instead of a memory store. */
  store?: (clock: VirtualClock) => Store;
  /** A Redis in place of the cache. */
  redis?: { url: string; token: string };
  /** A hub in place of the cache. */
  hub?: { url: string; token: string };
  /** Address of a stand-in for 17TRACK. */
  trackerUrl?: string;
  now?: number;
  /** Calls a day of all shops of the app together, as the publisher has set them. */
  appCallLimit?: number;
  /** Of help texts and messages. */
  language?: MessageLanguage;
  /** How far the host's clock is ahead of AliExpress's, milliseconds. */
  hostAhead?: () => number;
  /** Time limit for an answer of AliExpress, real milliseconds; 10,000, so that only a fault exceeds it. */
  timeoutMs?: number;
}

export async function connectApp(options: AppOptions = {}): Promise<ConnectedApp> {
  const { now = NOON, timeoutMs = 10_000, hostAhead = () => 0 } = options;
  const clock = virtualClock(now);
  const hostClock = { now: () => clock.now() + hostAhead(), sleep: clock.sleep };
  const store = options.store?.(clock) ?? memoryStore(clock);
  const sandbox = await startSandbox({
    clock,
    callbackUrl: CALLBACK,
    from: now - 12 * 3_600_000,
    to: now + 12 * 3_600_000,
    // A slow answer misses the time limit, however slow the machine is.
    slowMs: 100 * timeoutMs,
    ...options,
  });
  const app = await connectZapier(sandbox, { ...options, clock: hostClock, store, timeoutMs }).catch(
    async (error: unknown) => {
      await sandbox.close();
      throw error;
    },
  );
  return Object.assign(app, {
    sandbox,
    clock,
    store,
    calls: () =>
      [...sandbox.calls.byDay.values()].flatMap((day) => [...day.values()]).reduce((sum, n) => sum + n, 0),
    close: async () => {
      await app.disconnect();
      await sandbox.close();
    },
  });
}

interface ZapierOptions
  extends Pick<AppOptions, 'redis' | 'hub' | 'dailyLimit' | 'appCallLimit' | 'trackerUrl' | 'language'> {
  /** Of the machine that runs the app. */
  clock: Clock;
  /** Behind Zapier's cache. */
  store: Store;
  timeoutMs?: number;
}

/** The app alone, connected to the shop of a sandbox that runs already. */
export async function connectZapier(sandbox: Sandbox, options: ZapierOptions): Promise<ZapierApp> {
  const { clock, store, redis, hub, trackerUrl, language, appCallLimit } = options;
  const { dailyLimit = 200, timeoutMs = 10_000 } = options;
  process.env.ZAPIER_DEPLOY_KEY = 'test';
  const cache = await startCacheServer(store, 'test');
  const settings = readSettings({
    ALIEXPRESS_GATEWAY_URL: sandbox.url,
    CHANNEL_TEST_ORIGIN: sandbox.url,
    ALIEXPRESS_CALLBACK_URL: CALLBACK,
    DAILY_CALL_LIMIT: String(dailyLimit),
    APP_DAILY_CALL_LIMIT: appCallLimit === undefined ? undefined : String(appCallLimit),
    TRACKER_API_URL: trackerUrl,
    QUOTA_REDIS_URL: redis?.url,
    QUOTA_REDIS_TOKEN: redis?.token,
    HUB_URL: hub?.url,
    HUB_TOKEN: hub?.token,
  });
  const startProcess = () =>
    createAppHandler(
      createApp({
        clock,
        random: Math.random,
        settings,
        ...(language && { language }),
        appKey: () => sandbox.app,
        limits: { timeoutMs, maxBytes: 5 * 1024 * 1024 },
      }),
    );
  let handler = startProcess();
  const app: ZapierApp = {
    authData: {},
    logged: [],
    run: async (method, inputData = {}, meta = {}) => {
      const bundle = { authData: app.authData, inputData, meta };
      const event = {
        command: 'execute',
        method,
        bundle,
        rpc_base: cache.url,
        storeKey: 'test',
        calledFromCli: true,
        customLogger: (message: string, data: unknown) => app.logged.push([message, data]),
      };
      return (await handler(event)).results;
    },
    poll: async (trigger, inputData, meta) =>
      (await app.run(`triggers.${trigger}.operation.perform`, inputData, meta)) as Record<string, unknown>[],
    search: async (search, inputData) =>
      (await app.run(`searches.${search}.operation.perform`, inputData)) as Record<string, unknown>[],
    restart: () => {
      handler = startProcess();
    },
    disconnect: () => cache.close(),
  };
  try {
    app.authData = (await app.run('authentication.oauth2Config.getAccessToken', {
      code: sandbox.accounts.issueCode(),
      redirect_uri: CALLBACK,
    })) as Record<string, string>;
  } catch (error) {
    await app.disconnect();
    throw error;
  }
  return app;
}

/** What a step threw: the name Zapier acts on, and the text the user reads. */
export async function thrownBy(
  step: Promise<unknown>,
): Promise<{ name: string; message: string; delay?: number; status?: number }> {
  try {
    await step;
  } catch (error) {
    const { name, message } = error as Error;
    try {
      return { name, ...(JSON.parse(message) as { message: string; delay?: number; status?: number }) };
    } catch {
      return { name, message };
    }
  }
  throw new Error('the step did not throw');
}
