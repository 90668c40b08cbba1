/**
 * The budget of one shop. Every call to AliExpress passes `spend` first, and what AliExpress says about limits comes
 * back through `limitReached` and `paused`. If the store does not confirm that a call may be made, it is not made.
 */

import { failPaused, type Pause } from '../aliexpress/limits.ts';
import { fail } from '../problems.ts';
import type { Clock, Random } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import { createBreaker, type StoredPause } from './breaker.ts';
import { createLedger, type Lane } from './ledger.ts';
import { type Day, dayIn } from './quota-day.ts';
import { awaitSlot } from './rate-limiter.ts';

export interface Budget {
  /**
   * Pays for one call and waits for its rate-limit slot.
   * @throws Problem `budget_used_up`, `budget_unavailable` or that of a pause; then nothing may be sent
   */
  spend(lane: Lane): Promise<void>;
  /** AliExpress has said that the calls of the day are used up. */
  limitReached(): Promise<void>;
  /** AliExpress has paused the calls. @returns the pause that is kept, which may be longer */
  paused(pause: Pause): Promise<Pause>;
  /** @throws Problem `budget_used_up`, with the time of the reset */
  failUsedUp(): never;
  /** Calls used today. Rejects when the store does. */
  used(): Promise<number>;
  /** Calls used on the quota day before the current one. Rejects when the store does. */
  usedYesterday(): Promise<number>;
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

export function createBudget(options: {
  seller: string;
  store: Store;
  clock: Clock;
  random: Random;
  policy: BudgetPolicy;
}): Budget {
  const { seller, store, clock, random, policy } = options;
  const dayOf = dayIn(policy.zone);
  const ledger = createLedger({ store, clock, random, dayOf, limit: policy.limit });
  const breaker = createBreaker(store, clock);

  const failUsedUp = (): never => {
    const now = clock.now();
    return fail('budget_used_up', { limit: policy.limit, resetsAt: dayOf(now).end, now, zone: policy.zone });
  };
  const failWhilePaused = async (until: number): Promise<never> => {
    const pause = await breaker.lastPause(seller).catch(() => null);
    return failPaused({ limit: pause?.limit ?? 'address', until }, clock.now());
  };
  const failUnavailable = (): never => fail('budget_unavailable', {});

  return {
    limit: policy.limit,
    failUsedUp,
    today: () => dayOf(clock.now()),
    used: () => ledger.used(seller),
    usedYesterday: () => ledger.used(seller, dayOf(dayOf(clock.now()).start - 1)),
    lastPause: () => breaker.lastPause(seller),
    limitReached: () => ledger.markExhausted(seller),
    paused: (pause) => breaker.trip(seller, pause),
    spend: async (lane) => {
      const until = await breaker.pausedUntil(seller).catch(failUnavailable);
      if (until !== null) await failWhilePaused(until);
      // The rate-limit slot comes first: without it nothing can be sent, and the claimed call would be lost.
      if (!(await awaitSlot(store, clock, seller).catch(failUnavailable))) failUnavailable();
      const claim = await ledger.claim(seller, lane);
      if (claim.granted) return;
      if (claim.reason === 'used_up') failUsedUp();
      failUnavailable();
    },
  };
}
