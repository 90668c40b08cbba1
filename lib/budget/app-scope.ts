/**
 * What all shops of an app share in one store: the pauses of the app, of its methods and of the address from which calls are
 * sent, the app's rate slots, the app's calls of a day, and the methods for which a shop has no permission.
 *
 * Every request to AliExpress is sent in a rate slot of the app, also one that is no call of a shop.
 */

import * as z from 'zod';
import { APP_DAY_ZONE, appDayEnd, failPaused, type Pause, type PauseLimit } from '../aliexpress/limits.ts';
import { fail } from '../problems.ts';
import { type Clock, DAY, type Random, SECOND } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import { readMany, type Store } from '../stores/store.ts';
import { readStored, stored, time } from '../stores/stored.ts';
import { type Breaker, createBreaker, pauseKey } from './breaker.ts';
import { createLedger } from './ledger.ts';
import { dayIn } from './quota-day.ts';
import { type RateSlot, sleepUntil, takeSlot } from './rate-limiter.ts';

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
  /** Takes a rate slot of the app, and waits while others have those that come. @throws Problem `app_rate_limited` */
  takeAppSlot(): Promise<AppSlot>;
  /** Counts a call of the app. @throws Problem `app_quota_used_up` */
  count(): Promise<void>;
  /** @returns the pause that is kept */
  paused(seller: string, pause: Pause, method: string): Promise<Pause>;
  /** The shop has no permission for the method. */
  denied(seller: string, method: string, code: string): Promise<void>;
}

export interface AppSlot {
  /**
   * Waits until the slot begins, just before a request is sent. A slot that is over, because the store took its time, is
   * replaced by another one. @throws Problem `app_rate_limited`
   */
  awaitStart(): Promise<void>;
}

/** What a request to AliExpress passes that is no call of a shop: a sign-in, a renewal of tokens, the question for the time. */
export interface RequestGate {
  /**
   * Waits for a rate slot of the app, for 5 seconds at most besides the answers of the store. Where the store does not
   * answer, the request is sent all the same: without new tokens no shop has any calls. AliExpress may then refuse it, which
   * is the Problem of a pause for everybody.
   * @param method left out for a request that names none
   * @throws the Problem of a known pause, but not that of the app's calls of a day, of which it is none; `app_rate_limited`
   */
  pass(method?: string): Promise<void>;
  /** AliExpress has paused the calls. @returns the pause that is kept */
  paused(pause: Pause, method: string): Promise<Pause>;
}

/** A permission that is granted meanwhile is found after this time, or by connecting the shop again. */
const DENIED_SECONDS = DAY / SECOND;
const BUSY_MS = 10 * SECOND;
/** A renewal is tried until 12 seconds after its start, an answer takes up to 10, and platforms end a step after 30. */
const MAX_SLOTS_OF_REQUEST = 16;
/** A step of the store that took longer is no measure for the next one. */
const MAX_AHEAD_MS = 2 * SECOND;
const MAX_LATE_SLOTS = 5;
/** How often a claim by single commands waits for the store once it has read what it needs. */
const ANSWERS_OF_CLAIM = 2;
/** Of a caller that needs none. */
const ANY_TIME: RateSlot = { start: 0, end: Number.POSITIVE_INFINITY, tookMs: 0 };

const deniedFormat = stored(() => ({
  code: z.string().max(80).default(''),
  /** When the shop was connected, epoch milliseconds. */
  connectedAt: time.default(0),
}));
const deniedKey = (seller: string, method: string): string => `denied:${seller}:${method}`;

interface Services {
  store: Store;
  clock: Clock;
  random: Random;
}

const appName = (appKey: string): string => `app-${shortDigest(appKey, 8)}`;

type SharedLimit = Exclude<PauseLimit, 'seller'>;
type KnownPause = Omit<Pause, 'isStated'>;

/** The pauses of the address, of the app and of one method. */
function sharedPauses(store: Store, breaker: Breaker, { appKey, address }: AppScope) {
  const app = appName(appKey);
  const nameOf = (limit: SharedLimit, method = ''): string => {
    if (limit === 'address') return `address-${address}`;
    return limit === 'method' ? `${app}-${method}` : app;
  };

  async function longest(
    limits: readonly SharedLimit[],
    method: string | undefined,
    stored: readonly (string | null)[],
  ): Promise<KnownPause | undefined> {
    const ends = await Promise.all(
      limits.map((limit, n) => breaker.waitsUntil(nameOf(limit, method), stored[n] ?? null)),
    );
    const until = Math.max(0, ...ends.map((end) => end ?? 0));
    const limit = limits[ends.indexOf(until)];
    if (!limit) return undefined;
    const pause = await breaker.lastPause(nameOf(limit, method)).catch(() => null);
    return { limit: pause?.limit ?? limit, until };
  }

  return {
    nameOf,
    /**
     * The pause that lasts longest, undefined if there is none, and the values of other keys, all in one round trip where the
     * store can. Rejects when the store does.
     */
    read: async (method: string | undefined, others: readonly string[] = []) => {
      const limits: SharedLimit[] = method === undefined ? ['address', 'app'] : ['address', 'app', 'method'];
      const keys = limits.map((limit) => pauseKey(nameOf(limit, method)));
      const stored = await readMany(store, [...keys, ...others]);
      return { pause: await longest(limits, method, stored), others: stored.slice(keys.length) };
    },
  };
}

/** The rate slots of an app. Without them its shops still have their own. */
function appSlots({ store, clock }: Services, { appKey, isSpaced }: AppScope, maxSlots?: number) {
  const name = appName(appKey);
  /** How long the last request had to wait for the store between its question for a slot and its turn, milliseconds. */
  let lastAheadMs = 0;

  async function take(aheadMs: number): Promise<RateSlot> {
    if (isSpaced) return ANY_TIME;
    const options = { aheadMs, waitsOnlyIfTaken: true, ...(maxSlots && { maxSlots }) };
    const slot = await takeSlot(store, clock, name, options).catch(() => ANY_TIME);
    return slot ?? failBusy();
  }

  const failBusy = () => failPaused({ limit: 'app', until: clock.now() + BUSY_MS }, clock.now());

  const withinLimit = (ms: number) => Math.min(MAX_AHEAD_MS, Math.max(0, ms));

  return async (): Promise<AppSlot> => {
    const first = await take(lastAheadMs);
    const takenAt = clock.now();
    // Taken while the rest is asked, so that a slow store delays no call by another answer.
    const restMs = withinLimit(ANSWERS_OF_CLAIM * first.tookMs);
    const isSoonOver = lastAheadMs === 0 && takenAt + restMs >= first.end;
    const second = isSoonOver ? take(restMs) : undefined;
    second?.catch(() => {});
    return {
      awaitStart: async () => {
        lastAheadMs = first.tookMs + Math.min(restMs, withinLimit(clock.now() - takenAt));
        let slot = (await second) ?? first;
        for (let late = 0; clock.now() >= slot.end; late += 1) {
          if (late === MAX_LATE_SLOTS) failBusy();
          slot = await take(withinLimit(slot.tookMs));
        }
        await sleepUntil(clock, slot.start, MAX_AHEAD_MS);
      },
    };
  };
}

/** For the requests that are sent before a shop is known, or that are no call of one. */
export function requestGate(services: Services, app: AppScope): RequestGate {
  const breaker = createBreaker(services.store, services.clock);
  const pauses = sharedPauses(services.store, breaker, app);
  const takeAppSlot = appSlots(services, app, MAX_SLOTS_OF_REQUEST);
  return {
    pass: async (method) => {
      const known = pauses.read(method).catch(() => undefined);
      const [{ pause } = {}, slot] = await Promise.all([known, takeAppSlot()]);
      if (pause && pause.limit !== 'app_day') failPaused(pause, services.clock.now());
      await slot.awaitStart();
    },
    paused: async (pause, method) =>
      pause.limit === 'seller' ? pause : breaker.trip(pauses.nameOf(pause.limit, method), pause),
  };
}

export function sharedLimits(services: Services, scope: AppScope): SharedLimits {
  const { store, clock, random } = services;
  const { appKey, callsPerDay, connectedAt = 0 } = scope;
  const breaker = createBreaker(store, clock);
  const app = appName(appKey);
  const pauses = sharedPauses(store, breaker, scope);

  async function check(seller: string, method: string): Promise<void> {
    const { pause, others } = await pauses.read(method, [deniedKey(seller, method)]);
    if (pause) {
      await remember(breaker, seller, pause);
      failPaused(pause, clock.now());
    }
    const denied = readStored(deniedFormat, others[0] ?? null);
    if (denied && denied.connectedAt === connectedAt)
      fail('permission_missing', { method, code: denied.code });
  }

  /** With the shop's own pause the shop stops sooner, and its user sees why. */
  async function remember(own: Breaker, seller: string, pause: KnownPause): Promise<void> {
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
    const kept = await breaker.trip(pauses.nameOf(limit, method), pause);
    await remember(breaker, seller, kept);
    return kept;
  }

  return {
    check,
    takeAppSlot: appSlots(services, scope),
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
