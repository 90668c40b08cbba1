/**
 * The pacer: platforms decide when to poll, the pacer decides when to spend. Credit builds up at a rate that
 * would use what is left of today's calls by the end of the day; a poll spends when there is credit for a
 * visit, and is answered from the snapshot otherwise.
 *
 * It keeps no clock and no store of its own: the state travels in the snapshot.
 */

import type { Day } from './day.ts';

export interface PacerState {
  /** Calls saved up at `at`. May be negative after a visit that took several pages. */
  credit: number;
  /** Epoch milliseconds. */
  at: number;
  /** Calls per millisecond since `at`. */
  rate: number;
  /** The end of the day that `rate` was planned for, epoch milliseconds. After it the plan is void. */
  until: number;
}

export interface Pacer {
  /** Whether a visit that costs `cost` calls may be paid at `now`. */
  mayVisit(state: PacerState | undefined, now: number, cost: number): boolean;
  /** The state after a visit that took `calls`, given what the ledger says is used of `limit`, if it says so. */
  afterVisit(
    state: PacerState | undefined,
    visit: { now: number; day: Day; calls: number; used: number | undefined; limit: number },
  ): PacerState;
}

/** Credit is not saved up beyond this many visits, nor owed. */
const MOST_CREDIT = 2;

const creditAt = (state: PacerState, now: number) =>
  Math.min(MOST_CREDIT, state.credit + state.rate * Math.max(0, now - state.at));

/** Spreads what is left evenly over the rest of the day. */
export const evenPacer: Pacer = {
  mayVisit: (state, now, cost) => state === undefined || now >= state.until || creditAt(state, now) >= cost,
  afterVisit: (state, { now, day, calls, used, limit }) => ({
    credit: Math.max(-MOST_CREDIT, (state ? creditAt(state, now) : calls) - calls),
    at: now,
    rate:
      used === undefined
        ? (state?.rate ?? limit / (day.end - day.start))
        : Math.max(0, limit - used) / Math.max(1, day.end - now),
    until: day.end,
  }),
};
