/** One invocation inside Zapier: the services of one shop, over `z`. */

import type { Bundle, ZObject } from 'zapier-platform-core';
import { createGateway, type Gateway } from '../../aliexpress/gateway.ts';
import { createBudget } from '../../budget/budget.ts';
import type { Lane } from '../../budget/ledger.ts';
import { evenPacer } from '../../budget/pacer.ts';
import type { FeedServices } from '../../feeds/feed.ts';
import { DEFAULT_LIMITS, type Transport, type TransportLimits } from '../../http/transport.ts';
import { fail } from '../../problems.ts';
import type { Clock, Random } from '../../runtime.ts';
import type { AppKey, Settings } from '../../settings.ts';
import type { Store } from '../../stores/store.ts';
import { type ZapierCache, zapierCacheStore } from '../../stores/zapier-cache.ts';
import { zapierTransport } from './transport.ts';

/** Everything with an effect that the pack does not get from `z`. */
export interface PackRuntime {
  clock: Clock;
  random: Random;
  settings: Settings;
  /** Read when it is needed, so that the app can be validated and built without secrets. */
  appKey: () => AppKey;
  limits?: TransportLimits;
}

export interface ShopSession extends FeedServices {
  transport: Transport;
}

const storeOf = (z: ZObject): Store => zapierCacheStore(z.cache as ZapierCache);

/** For sign-in, before there is a shop. */
export function openSignIn(runtime: PackRuntime, z: ZObject): { gateway: Gateway<'ask'>; clock: Clock } {
  const { clock, settings, limits = DEFAULT_LIMITS } = runtime;
  const transport = zapierTransport(z, limits);
  return {
    clock,
    gateway: createGateway({ baseUrl: settings.gatewayUrl, ...runtime.appKey(), transport, clock }),
  };
}

export function openShop(runtime: PackRuntime, z: ZObject, bundle: Bundle): ShopSession {
  const { clock, random, settings, limits = DEFAULT_LIMITS } = runtime;
  const { access_token: accessToken, seller_id: seller } = bundle.authData;
  if (!accessToken || !seller) return fail('reconnect_needed', {});
  const store = storeOf(z);
  const transport = zapierTransport(z, limits);
  const budget = createBudget({
    seller,
    store,
    clock,
    random,
    policy: { limit: settings.dailyCallLimit, zone: settings.quotaDayZone },
  });
  const gateway: Gateway<Lane> = createGateway({
    baseUrl: settings.gatewayUrl,
    ...runtime.appKey(),
    transport,
    clock,
    shop: { accessToken, meter: budget },
  });
  const log = (message: string, facts = {}) => z.console.log(message, facts);
  return { seller, gateway, budget, pacer: evenPacer, store, clock, random, log, transport };
}
