/** What a look at the orders costs: that is what the orders feed asks of the day's calls. */

import { isApart } from './order-stream-list.ts';
import type { OrdersState } from './order-streams.ts';

/** How much of a visit's calls is taken over. */
const LEARNED_SHARE = 0.05;

export const withLookCalls = (state: OrdersState, calls: number): OrdersState => ({
  ...state,
  lookCalls: state.lookCalls + (calls - state.lookCalls) * LEARNED_SHARE,
});

/**
 * Where the orders that have ended take looks of their own, these are a fifth of all. The calls of a feed grow with the root of
 * what a look costs, so that with this factor new orders are looked at as often as elsewhere: the others, reviews most of
 * all, give the calls.
 */
const APART_FACTOR = 1.7;

/** The calls after which everything was looked at. */
export const callsOfLook = (state: OrdersState): number =>
  Math.max(1, state.lookCalls) * (isApart(state) ? APART_FACTOR : 1);
