/**
 * What looks at the orders cost: that is what the orders feed asks of the day's calls.
 *
 * A look costs a call for every page of what has changed since the last one. So in a shop with many orders, rare looks save
 * hardly any call, and each of them is late: a look an hour costs 2.4 calls at 500 orders a day, and one every 20 minutes 1.1.
 * The square-root law does not know that. It is told how many calls looks of one page take.
 */

import { ORDER_PAGE_SIZE } from '../aliexpress/methods/order-list.ts';
import { TO_SHIP } from '../aliexpress/order-status.ts';
import { DAY } from '../runtime.ts';
import { hasInterest } from './engine/interest.ts';
import { changesOf, type KnownOrders } from './order-known.ts';
import { isSettled } from './order-listing.ts';
import { isApart, lateEndStreams, streamOf } from './order-stream-list.ts';
import { FIRST_LOOKBACK_MS, type OrdersState, readsOlder } from './order-streams.ts';
import { MIN_OVERLAP_MS, RATE_MS } from './order-windows.ts';

/** How much of a visit's calls is taken over. */
const LEARNED_SHARE = 0.05;

export const withLookCalls = (state: OrdersState, calls: number): OrdersState => ({
  ...state,
  lookCalls: state.lookCalls + (calls - state.lookCalls) * LEARNED_SHARE,
});

/** The calls after which everything was looked at. */
export const callsOfLook = ({ lookCalls }: OrdersState): number => Math.max(1, lookCalls);

/** The calls that other feeds cannot take at most: half of an ordinary day. */
const MAX_NEEDED = 100;
/** Orders on its page with which a look is due. Until a workflow polls, more change. */
const DUE_ROWS = 0.6 * ORDER_PAGE_SIZE;
const CHECKS = ['late', 'older', 'finished', ...lateEndStreams] as const;

/** The state after a look. @param calls that it took */
export function afterLook(
  state: OrdersState,
  calls: number,
  { known, now }: { known: KnownOrders; now: number },
): OrdersState {
  const looked = withLookCalls(state, calls);
  const changes = changesOf(known, state);
  const rateIn = (spanMs: number) => changes.filter((at) => at > now - spanMs).length / spanMs;
  const gapAt = (rate: number) => Math.max(0, DUE_ROWS / rate - MIN_OVERLAP_MS);
  // A clock that was set back makes the feed begin later than now.
  const readMs = Math.max(0, now - state.readSince) + FIRST_LOOKBACK_MS;
  const looks = DAY / gapAt(rateIn(Math.min(DAY, readMs)));
  const rareCallsPerDay = callsForRareLists(state, known, now);
  return {
    ...looked,
    rareCallsPerDay,
    neededCalls: Math.min(MAX_NEEDED, looks * callsOfLook(looked) + rareCallsPerDay),
    lookBy: Math.min(now + gapAt(rateIn(RATE_MS)), nextListAt(state, now)),
  };
}

/**
 * When the orders that have ended are due again, where they are listed apart: a look is made then, because the next one may
 * come an hour later.
 */
function nextListAt(state: OrdersState, now: number): number {
  if (!isApart(state)) return now + DAY;
  const { dueAt } = state.streams.finished;
  return dueAt > now ? dueAt : now + streamOf('finished', state).everyMs;
}

export const neededCalls = (state: OrdersState): number => state.neededCalls;

/**
 * Calls of a day for lists that are read rarely. They bring no new order sooner, so that they are not taken from the looks:
 * where the orders that have ended take looks of their own, these are a fifth of all.
 */
export const rareCallsPerDay = (state: OrdersState): number => state.rareCallsPerDay;

/** Whether a look costs as much as two later, or ended orders would wait longer than is promised. */
export const isLookDue = ({ lookBy }: OrdersState, now: number): boolean => lookBy > 0 && now >= lookBy;

function callsForRareLists(state: OrdersState, known: KnownOrders, now: number): number {
  const isRead = (name: (typeof CHECKS)[number]) =>
    name === 'late' ? !isSettled(name, state, now) : name !== 'older' || readsOlder(state);
  const checks = CHECKS.filter(isRead).map((name) => DAY / streamOf(name, state).everyMs);
  const toShip = [...known.values()].filter(({ values }) => TO_SHIP.includes(values.status)).length;
  const pages = hasInterest(state.unshippedInterestAt, now) ? Math.ceil(toShip / ORDER_PAGE_SIZE) : 0;
  return checks.reduce((sum, calls) => sum + calls, pages);
}
