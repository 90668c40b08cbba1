/** Opens the services of one shop for one invocation, over Zapier's `z`. */

import type { Bundle, ZObject } from 'zapier-platform-core';
import { createGateway, type Gateway } from '../../aliexpress/gateway.ts';
import { serverTime } from '../../aliexpress/server-time.ts';
import { type AppScope, requestGate } from '../../budget/app-scope.ts';
import { createBudget } from '../../budget/budget.ts';
import type { Lane } from '../../budget/ledger.ts';
import type { ActionServices } from '../../engine/deliver.ts';
import type { ProcessMemo, Shop } from '../../engine/shop.ts';
import { DEFAULT_LIMITS, type Transport, type TransportLimits } from '../../http/transport.ts';
import type { MessageLanguage } from '../../language.ts';
import { fail } from '../../problems.ts';
import type { Clock, Random } from '../../runtime.ts';
import type { AppKey, Settings } from '../../settings.ts';
import { hubStore } from '../../stores/hub.ts';
import { redisOverHttp, redisStore } from '../../stores/redis.ts';
import type { Store } from '../../stores/store.ts';
import { type Timer, timeLimited } from '../../stores/time-limit.ts';
import { type ZapierCache, zapierCacheStore } from '../../stores/zapier-cache.ts';
import type { Tracker } from '../../trackers/tracker.ts';
import { createVault, type Vault } from '../../vault.ts';
import { logged } from './call-log.ts';
import { zapierTransport } from './transport.ts';

/** Everything with an effect that the app does not get from `z`. */
export interface AppRuntime {
  clock: Clock;
  /** Names the host whose clock it is. Default: its network name. */
  host?: string;
  random: Random;
  settings: Settings;
  /** Of help texts and messages. Default: both. */
  language?: MessageLanguage;
  /** Read when it is used, so that the app can be validated and built without secrets. */
  appKey: () => AppKey;
  limits?: TransportLimits;
  /** The store of counter and snapshots. Default: Redis where the settings name one, otherwise Zapier's cache. */
  openStore?: (z: ZObject) => Store;
  /** Times the commands of the store. Default: real time. */
  storeTimer?: Timer;
  /** How requests are sent. Default: `z.request`. */
  openTransport?: (z: ZObject) => Transport;
}

/** The runtime, and what the invocations of one process share. */
export type HostRuntime = AppRuntime & { memo: ProcessMemo; language: MessageLanguage };

/** One claim takes several commands, and Zapier ends a step after 30 seconds. */
const STORE_LIMITS: TransportLimits = { timeoutMs: 2500, maxBytes: 5 * 1024 * 1024 };

function storeOf({ openStore, settings }: AppRuntime, z: ZObject): Store {
  if (openStore) return openStore(z);
  const { quotaRedis, quotaHub } = settings;
  const transport = zapierTransport(z, STORE_LIMITS);
  if (quotaHub) return hubStore(quotaHub.url, quotaHub.token, transport);
  if (quotaRedis) return redisStore(redisOverHttp(quotaRedis.url, quotaRedis.token, transport));
  return zapierCacheStore(z.cache as ZapierCache);
}

/** Zapier's own cache may forget at any time. */
export const hasSharedStore = ({ quotaRedis, quotaHub }: Settings): boolean =>
  quotaRedis !== undefined || quotaHub !== undefined;

const transportOf = ({ openTransport, limits = DEFAULT_LIMITS }: AppRuntime, z: ZObject): Transport =>
  openTransport?.(z) ?? zapierTransport(z, limits);

/**
 * Sends without `z.request`, which would log the request: a bot's address, or the buyer who opened a dispute. It is
 * imported at its first use, so that it does not slow down the start of the app.
 */
const unloggedTransport =
  (limits = DEFAULT_LIMITS): Transport =>
  async (request) =>
    (await import('../../http/axios.ts')).axiosTransport(limits)(request);

const timeOf = ({ clock, memo }: HostRuntime) => serverTime(clock, memo.time);

export interface SignInServices {
  gateway: Gateway<'interactive'>;
  store: Store;
  vault: Vault;
  clock: Clock;
  random: Random;
}

export const vaultOf = (runtime: AppRuntime): Vault => createVault(runtime.appKey().appSecret, 'tokens');

const appScopeOf = ({ settings, appKey }: AppRuntime): AppScope => ({
  appKey: appKey().appKey,
  // Zapier does not say from which of its addresses it sends.
  address: 'zapier',
  callsPerDay: settings.appDailyCallLimit,
});

/** For sign-in and the renewal of tokens, before there is a shop. */
export function openSignIn(runtime: HostRuntime, z: ZObject): SignInServices {
  const { random, settings } = runtime;
  const { clock, measuring } = timeOf(runtime);
  const transport = measuring(transportOf(runtime, z));
  const store = timeLimited(storeOf(runtime, z), runtime.storeTimer);
  const gate = requestGate({ store, clock, random }, appScopeOf(runtime));
  return {
    clock,
    random,
    store,
    vault: vaultOf(runtime),
    gateway: logged(
      createGateway<'interactive'>({
        baseUrl: settings.gatewayUrl,
        ...runtime.appKey(),
        transport,
        clock,
        gate,
      }),
      { log: (line) => z.console.log(line), budget: () => undefined },
    ),
  };
}

/**
 * Undefined where the connection has no key of a tracker. Its answers name buyers, so they are not logged. Most
 * connections have none, so it is imported at its first use.
 */
export async function openTracker(
  runtime: HostRuntime,
  z: ZObject,
  bundle: Bundle,
): Promise<Tracker | undefined> {
  const key = bundle.authData.tracker_key?.trim();
  if (!key) return undefined;
  const { trackerUrl: url } = runtime.settings;
  const { openSeventeenTrack } = await import('../../trackers/seventeen-track/client.ts');
  return openSeventeenTrack({
    key,
    transport: runtime.openTransport?.(z) ?? unloggedTransport(runtime.limits),
    clock: timeOf(runtime).clock,
    random: runtime.random,
    ...(url && { url }),
  });
}

export async function openShop(runtime: HostRuntime, z: ZObject, bundle: Bundle): Promise<Shop> {
  const { random, settings } = runtime;
  const time = timeOf(runtime);
  const { clock, measuring, load, offset, isConfirmed, range, lastAnswerAt } = time;
  const { access_token: accessToken, seller_id: seller, refresh_expires_at: renewBy } = bundle.authData;
  const { connected_at: connectedAt } = bundle.authData;
  if (!accessToken || !seller) return fail('reconnect_needed', {});
  const store = timeLimited(storeOf(runtime, z), runtime.storeTimer);
  const memory = { store, seller };
  await load(memory);
  const transport = measuring(transportOf(runtime, z), memory);
  const app = {
    ...appScopeOf(runtime),
    ...(connectedAt && { connectedAt: Date.parse(connectedAt) }),
  };
  const gate = requestGate({ store, clock, random }, app);
  const fetchTime = () =>
    time.fetchTime(async (request) => {
      await gate.pass();
      return transport(request);
    }, settings.gatewayUrl);
  let used: number | undefined;
  const budget = createBudget({
    seller,
    onClaim: (calls) => {
      used = calls;
    },
    store,
    clock,
    random,
    policy: { limit: settings.dailyCallLimit, zone: settings.quotaDayZone },
    time: { range, fetchTime },
    app,
    // To a shared store, sign-in has introduced the shop.
    ...(connectedAt && !hasSharedStore(settings) && { connectedAt: Date.parse(connectedAt) }),
  });
  const gateway = createGateway<Lane>({
    baseUrl: settings.gatewayUrl,
    ...runtime.appKey(),
    transport,
    ...(!runtime.openTransport && { unlogged: measuring(unloggedTransport(runtime.limits), memory) }),
    clock,
    shop: { accessToken, meter: budget },
  });
  const log = (message: string, facts = {}) => z.console.log(message, facts);
  const tracker = await openTracker(runtime, z, bundle);
  return {
    seller,
    gateway: logged(gateway, {
      log: (line) => z.console.log(line),
      budget: () => (used === undefined ? undefined : `${used} of ${settings.dailyCallLimit} calls today`),
    }),
    budget,
    ...(tracker && { tracker }),
    memo: runtime.memo,
    store,
    clock,
    clockOffset: offset,
    isClockConfirmed: isConfirmed,
    fetchTime,
    lastAnswerAt,
    random,
    log,
    ...(renewBy && { renewBy: Date.parse(renewBy) }),
  };
}

/** An action's messages leave unlogged; its shop is opened only where the action needs one. */
export function openActionServices(runtime: HostRuntime, z: ZObject, bundle: Bundle): ActionServices {
  const { channelTestOrigin } = runtime.settings;
  return {
    transport: runtime.openTransport?.(z) ?? unloggedTransport(),
    clock: timeOf(runtime).clock,
    openShop: () => openShop(runtime, z, bundle),
    language: runtime.language,
    ...(channelTestOrigin && { testOrigin: channelTestOrigin }),
  };
}
