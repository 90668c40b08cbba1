/**
 * The budget of one shop. Every call to AliExpress passes `spend` first, and what AliExpress says about limits comes
 * back through `limitReached` and `paused`. If the store does not confirm that a call may be made, it is not made.
 */

import { failPaused, type Pause } from '../aliexpress/limits.ts';
import type { TimeRange } from '../aliexpress/server-time.ts';
import { fail, isProblem } from '../problems.ts';
import type { Clock, Random } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import { type AppScope, type AppSlot, sharedLimits } from './app-scope.ts';
import { createBreaker, type StoredPause } from './breaker.ts';
import { type Claim, createLedger, type Lane } from './ledger.ts';
import { type Day, dayIn } from './quota-day.ts';

export interface Budget {
  /**
   * Pays for one call and waits for its rate slot.
   * @param method the name of the method that is called
   * @returns when the call was claimed, epoch milliseconds
   * @throws Problem `budget_used_up`, `budget_unavailable`, `store_forgot`, `permission_missing` or that of a pause; then
   * nothing may be sent
   */
  spend(lane: Lane, method?: string): Promise<number>;
  /** AliExpress has said that the calls of the day are used up, in the answer to the call claimed at `claimedAt`. */
  limitReached(claimedAt: number): Promise<void>;
  /** AliExpress has paused the calls. @returns the pause that is kept, which may be longer */
  paused(pause: Pause, method?: string): Promise<Pause>;
  /** AliExpress has said that the shop has no permission for the method. */
  denied(method: string, code: string): Promise<void>;
  /** @throws Problem `budget_used_up`, with the time at which calls are made again */
  failUsedUp(claimedAt: number): never;
  /** Calls used today. Rejects when the store does. */
  used(): Promise<number>;
  /** The stored number of today's calls, which changes with every call, by one read. Rejects when the store does. */
  mark(): Promise<string | null>;
  /** Calls used on the quota day before the current one. Rejects when the store does. */
  usedYesterday(): Promise<number>;
  /** Whether the store has lost the count of today, so that no call is made. Rejects when the store does. */
  isForgotten(): Promise<boolean>;
  /** The last pause; null if it ended over a day ago. Rejects when the store does. */
  lastPause(): Promise<StoredPause | null>;
  /** The current quota day. */
  today(): Day;
  /** Calls a day. */
  limit: number;
}

export interface BudgetPolicy {
  /** Calls a day. */
  limit: number;
  /** IANA zone in whose calendar days AliExpress counts. */
  zone: string;
}

type Refused = Extract<Claim, { granted: false }>;

export function createBudget(options: {
  seller: string;
  store: Store;
  clock: Clock;
  random: Random;
  policy: BudgetPolicy;
  /** Left out where nothing is shared with other shops. */
  app?: AppScope;
  /** As for the ledger. */
  connectedAt?: number | undefined;
  /** Told after every claim, with the number of today's calls. */
  onClaim?: (used: number) => void;
  /** Left out where the clock is right. */
  time?: {
    /** Between which times AliExpress's time lies when a call that is sent now arrives. */
    range(): TimeRange;
    /** Makes the range smaller, if that can be done without a call. Never rejects. */
    fetchTime(): Promise<void>;
  };
}): Budget {
  const { seller, store, clock, random, policy, connectedAt, time, app, onClaim } = options;
  const { limit, zone } = policy;
  const dayOf = dayIn(zone);
  const ledger = createLedger({ store, clock, random, dayOf, limit, connectedAt });
  const breaker = createBreaker(store, clock);
  const shared = app && sharedLimits({ store, clock, random }, app);

  const failUntil = (resetsAt: number): never =>
    fail('budget_used_up', { limit, resetsAt, now: clock.now(), zone });
  const failWhilePaused = async (until: number): Promise<never> => {
    const pause = await breaker.lastPause(seller).catch(() => undefined);
    return failPaused({ limit: pause?.limit ?? 'address', until }, clock.now());
  };
  /** @param aheadMs how far the clock is ahead of the one that the claim was made with */
  async function failRefused(claim: Refused, aheadMs = 0): Promise<never> {
    switch (claim.reason) {
      case 'used_up':
        return failUntil(claim.until + aheadMs);
      case 'paused':
        return failWhilePaused(claim.until + aheadMs);
      case 'store_forgot':
        return fail('store_forgot', { resetsAt: claim.until + aheadMs, now: clock.now(), zone });
      default:
        return fail('budget_unavailable', {});
    }
  }

  /** The times in the range that lie in another quota day than now. */
  function timesInOtherDays(): number[] {
    if (!time) return [];
    const { earliest, latest } = time.range();
    const today = dayOf(clock.now()).name;
    return [earliest, latest].filter((at) => dayOf(at).name !== today);
  }

  /** While it is not certain in which of two days AliExpress counts a call, both days pay for it. */
  async function payOtherDays(lane: Lane): Promise<void> {
    if (timesInOtherDays().length === 0) return;
    const until = await breaker.pausedUntil(seller).catch(() => fail('budget_unavailable', {}));
    if (until !== null) await failWhilePaused(until);
    await time?.fetchTime();
    for (const other of timesInOtherDays()) {
      const aheadMs = clock.now() - other;
      const otherClock = { ...clock, now: () => clock.now() - aheadMs };
      // A shop that is new today is new on the other day as well.
      const isNew = (connectedAt ?? 0) >= dayOf(clock.now()).start;
      const otherLedger = createLedger({
        ...{ store, clock: otherClock, random, dayOf, limit },
        connectedAt: isNew ? other : connectedAt,
      });
      const claim = await otherLedger.claim(seller, lane, { isGated: true });
      if (!claim.granted) await failRefused(claim, aheadMs);
    }
  }

  /** What is asked while the ledger gets ready for the claim: each round trip delays every call. */
  async function permit(lane: Lane, method: string): Promise<AppSlot | undefined> {
    const [, slot] = await Promise.all([
      unlessUnavailable(shared?.check(seller, method)),
      shared?.takeAppSlot(),
    ]);
    const waitsUntil = await ledger.waitsUntil(seller).catch(() => fail('budget_unavailable', {}));
    if (waitsUntil !== null) failUntil(waitsUntil);
    await payOtherDays(lane);
    return slot;
  }

  return {
    limit,
    failUsedUp: (claimedAt) => failUntil(ledger.closedUntil(claimedAt)),
    today: () => dayOf(clock.now()),
    used: () => ledger.used(seller),
    mark: () => ledger.mark(seller),
    usedYesterday: () => ledger.used(seller, dayOf(dayOf(clock.now()).start - 1)),
    isForgotten: () => ledger.isForgotten(seller),
    lastPause: () => breaker.lastPause(seller),
    limitReached: (claimedAt) => ledger.close(seller, claimedAt),
    paused: (pause, method = '') => shared?.paused(seller, pause, method) ?? breaker.trip(seller, pause),
    denied: async (method, code) => shared?.denied(seller, method, code),
    spend: async (lane, method = '') => {
      const permitted = permit(lane, method);
      const claim = await ledger.claim(seller, lane, { isGated: true, permitted });
      const slot = await permitted;
      if (!claim.granted) return failRefused(claim);
      onClaim?.(claim.slot);
      await shared?.count();
      await slot?.awaitStart();
      return claim.at;
    },
  };
}

/** @throws Problem `budget_unavailable` where the store does not answer */
const unlessUnavailable = (checked: Promise<void> | undefined): Promise<void> | undefined =>
  checked?.catch((error: unknown) => {
    if (isProblem(error)) throw error;
    return fail('budget_unavailable', {});
  });
