/**
 * The budget of one seller: every call to AliExpress passes `spend` first, and what AliExpress says about
 * limits comes back through `limitReached` and `banned`.
 */

import { fail } from '../problems.ts';
import type { Clock, Random } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import { createBreaker } from './breaker.ts';
import { createLedger, type Lane } from './ledger.ts';
import { type Day, dayIn } from './quota-day.ts';
import { awaitSlot } from './rate-limiter.ts';

export interface Budget {
  /**
   * Pays for one call and waits for its turn.
   * @throws Problem `budget_used_up`, `budget_unavailable` or `calls_paused`; then nothing may be sent.
   */
  spend(lane: Lane): Promise<void>;
  /** AliExpress says today's limit is reached. */
  limitReached(): Promise<void>;
  /** AliExpress bans the account for `seconds`. */
  banned(seconds: number): Promise<void>;
  /** @throws Problem `budget_used_up`, with the time of the reset */
  failUsedUp(): never;
  /** Calls used today. Rejects when the store cannot be read. */
  used(): Promise<number>;
  /** The end of the last ban in 24 hours, over or not, epoch milliseconds; null: there was none. Rejects when the store does. */
  lastBan(): Promise<number | null>;
  /** The accounting day that now lies in. */
  today(): Day;
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
  const orUnavailable = (): never => fail('budget_unavailable', {});

  return {
    limit: policy.limit,
    failUsedUp,
    today: () => dayOf(clock.now()),
    used: () => ledger.used(seller),
    lastBan: () => breaker.lastBan(seller),
    limitReached: () => ledger.markExhausted(seller),
    banned: (seconds) => breaker.trip(seller, clock.now() + seconds * 1000),
    spend: async (lane) => {
      const until = await breaker.bannedUntil(seller).catch(orUnavailable);
      if (until !== null) fail('calls_paused', { until, now: clock.now() });
      // The turn comes first: without it nothing can be sent, and the slot would be lost.
      if (!(await awaitSlot(store, clock, seller).catch(orUnavailable))) fail('budget_unavailable', {});
      const claim = await ledger.claim(seller, lane);
      if (!claim.granted) {
        if (claim.reason === 'used_up') failUsedUp();
        fail('budget_unavailable', {});
      }
    },
  };
}
