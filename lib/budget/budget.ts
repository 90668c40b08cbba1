/**
 * The budget of one shop. Every call to AliExpress passes `spend` first, and what AliExpress says about limits comes
 * back through `limitReached` and `banned`. If the store does not confirm that a call may be made, it is not made.
 */

import { fail } from '../problems.ts';
import { type Clock, type Random, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import { createBreaker } from './breaker.ts';
import { createLedger, type Lane } from './ledger.ts';
import { type Day, dayIn } from './quota-day.ts';
import { awaitSlot } from './rate-limiter.ts';

export interface Budget {
  /**
   * Pays for one call and waits for its rate-limit slot.
   * @throws Problem `budget_used_up`, `budget_unavailable` or `calls_paused`; then nothing may be sent
   */
  spend(lane: Lane): Promise<void>;
  /** AliExpress has said that the calls of the day are used up. */
  limitReached(): Promise<void>;
  /** AliExpress has banned the account for `seconds`. */
  banned(seconds: number): Promise<void>;
  /** @throws Problem `budget_used_up`, with the time of the reset */
  failUsedUp(): never;
  /** Calls used today. Rejects when the store does. */
  used(): Promise<number>;
  /** Calls used on the quota day before the current one. Rejects when the store does. */
  usedYesterday(): Promise<number>;
  /** When the last ban ended or will end, epoch milliseconds; null if that was over a day ago. Rejects when the store does. */
  lastBan(): Promise<number | null>;
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
  const failUnavailable = (): never => fail('budget_unavailable', {});

  return {
    limit: policy.limit,
    failUsedUp,
    today: () => dayOf(clock.now()),
    used: () => ledger.used(seller),
    usedYesterday: () => ledger.used(seller, dayOf(dayOf(clock.now()).start - 1)),
    lastBan: () => breaker.lastBan(seller),
    limitReached: () => ledger.markExhausted(seller),
    banned: (seconds) => breaker.trip(seller, clock.now() + seconds * SECOND),
    spend: async (lane) => {
      const until = await breaker.bannedUntil(seller).catch(failUnavailable);
      if (until !== null) fail('calls_paused', { until, now: clock.now() });
      // The rate-limit slot comes first: without it nothing can be sent, and the claimed call would be lost.
      if (!(await awaitSlot(store, clock, seller).catch(failUnavailable))) failUnavailable();
      const claim = await ledger.claim(seller, lane);
      if (claim.granted) return;
      if (claim.reason === 'used_up') failUsedUp();
      failUnavailable();
    },
  };
}
