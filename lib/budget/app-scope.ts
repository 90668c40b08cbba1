/**
 * What all shops of an app share in one store: the pauses of the app, of its methods and of the address from which calls are
 * sent, the app's turn to send, the app's calls of a day, and the methods for which a shop has no permission.
 */

import * as z from 'zod';
import { APP_DAY_ZONE, appDayEnd, failPaused, type Pause, type PauseLimit } from '../aliexpress/limits.ts';
import { fail } from '../problems.ts';
import { type Clock, DAY, type Random, SECOND } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import type { Store } from '../stores/store.ts';
import { readStored, stored, time } from '../stores/stored.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createLedger } from './ledger.ts';
import { dayIn } from './quota-day.ts';
import { awaitSlot } from './rate-limiter.ts';

export interface AppScope {
  appKey: string;
  /** From where the calls are sent: hosts with different addresses have different names. */
  address: string;
  /** The app's calls a day for all its shops; undefined where only AliExpress knows them. */
  callsPerDay?: number | undefined;
  /** The host spaces the calls of all shops by itself. */
  isSpaced?: true;
  /** When the shop was connected, epoch milliseconds: a new connection may have more permissions. */
  connectedAt?: number | undefined;
}

export interface SharedLimits {
  /** @throws the Problem of a pause, or `permission_missing`; then nothing may be sent */
  check(seller: string, method: string): Promise<void>;
  /** Waits for the app's turn. @throws Problem `app_rate_limited` */
  awaitAppSlot(): Promise<void>;
  /** Counts a call of the app. @throws Problem `app_quota_used_up` */
  count(): Promise<void>;
  /** @returns the pause that is kept */
  paused(seller: string, pause: Pause, method: string): Promise<Pause>;
  /** The shop has no permission for the method. */
  denied(seller: string, method: string, code: string): Promise<void>;
}

/** A permission that is granted meanwhile is found after this time, or by connecting the shop again. */
const DENIED_SECONDS = DAY / SECOND;
const TURN_MS = 10 * SECOND;

const deniedFormat = stored(() => ({
  code: z.string().max(80).default(''),
  /** When the shop was connected, epoch milliseconds. */
  connectedAt: time.default(0),
}));
const deniedKey = (seller: string, method: string): string => `denied:${seller}:${method}`;

export function sharedLimits(
  { store, clock, random }: { store: Store; clock: Clock; random: Random },
  { appKey, address, callsPerDay, isSpaced, connectedAt = 0 }: AppScope,
): SharedLimits {
  const breaker = createBreaker(store, clock);
  const app = `app-${shortDigest(appKey, 8)}`;
  const nameOf = (limit: Exclude<PauseLimit, 'seller'>, method: string): string => {
    if (limit === 'address') return `address-${address}`;
    return limit === 'method' ? `${app}-${method}` : app;
  };

  async function checkPermission(seller: string, method: string): Promise<void> {
    const known = readStored(deniedFormat, await store.get(deniedKey(seller, method)));
    if (known && known.connectedAt === connectedAt) fail('permission_missing', { method, code: known.code });
  }

  async function checkPauses(seller: string, method: string): Promise<void> {
    const limits = ['address', 'app', 'method'] as const;
    const ends = await Promise.all(limits.map((limit) => breaker.waitsUntil(nameOf(limit, method))));
    const until = Math.max(0, ...ends.map((end) => end ?? 0));
    const limit = limits[ends.indexOf(until)];
    if (!limit) return;
    const pause = await breaker.lastPause(nameOf(limit, method)).catch(() => null);
    const known = { limit: pause?.limit ?? limit, until };
    await remember(breaker, seller, known);
    failPaused(known, clock.now());
  }

  /** With the shop's own pause the shop stops sooner, and its user sees why. */
  async function remember(own: Breaker, seller: string, pause: Omit<Pause, 'isStated'>): Promise<void> {
    if (pause.limit !== 'method') await own.trip(seller, { ...pause, isStated: true }).catch(() => {});
  }

  const ledger =
    callsPerDay === undefined
      ? undefined
      : createLedger({
          store,
          clock,
          random,
          dayOf: dayIn(APP_DAY_ZONE),
          limit: callsPerDay,
          // A lost count stops no shop: AliExpress still counts.
          connectedAt: Number.POSITIVE_INFINITY,
        });

  async function paused(seller: string, pause: Pause, method: string): Promise<Pause> {
    const { limit } = pause;
    if (limit === 'seller') return breaker.trip(seller, pause);
    const kept = await breaker.trip(nameOf(limit, method), pause);
    await remember(breaker, seller, kept);
    return kept;
  }

  return {
    check: async (seller, method) => {
      await Promise.all([checkPauses(seller, method), checkPermission(seller, method)]);
    },
    awaitAppSlot: async () => {
      // The turns only keep the app from a pause. Without them its shops still have their own.
      const isFree = isSpaced || (await awaitSlot(store, clock, app, true).catch(() => true));
      if (!isFree) failPaused({ limit: 'app', until: clock.now() + TURN_MS }, clock.now());
    },
    count: async () => {
      const claim = await ledger?.claim(app, 'interactive');
      if (!claim || claim.granted || claim.reason !== 'used_up') return;
      const pause: Pause = { limit: 'app_day', until: appDayEnd(clock.now()), isStated: true };
      await breaker.trip(app, pause).catch(() => {});
      failPaused(pause, clock.now());
    },
    paused,
    denied: async (seller, method, code) => {
      await store.set(deniedKey(seller, method), JSON.stringify({ code, connectedAt }), DENIED_SECONDS);
    },
  };
}
