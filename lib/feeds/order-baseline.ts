/**
 * The baseline: the orders that are on hold, or about to be cancelled, when a workflow wants to know what becomes of
 * them. Without it, an order that is released cannot be told from one that only changed. It is read once, and again after
 * a gap, because an order may leave its hold before the gap is read.
 *
 * The order list cannot be filtered by every status. So after `interrupted`, which lists the orders in the other
 * statuses, `placed` lists all that were placed lately. Both together take at most ten calls.
 */

import { INTERRUPTED, ON_HOLD } from '../aliexpress/order-status.ts';
import { baselineStreams, streamOf } from './order-stream-list.ts';
import { type OrdersState, UNREAD } from './order-streams.ts';

export const MAX_BASELINE_CALLS = 10;

export const isInBaseline = (status: string): boolean => [...INTERRUPTED, ...ON_HOLD].includes(status);

export const knowsBaseline = ({ streams }: OrdersState): boolean =>
  baselineStreams.every((name) => streams[name].watermark > 0);

export const forgetBaseline = (state: OrdersState): OrdersState => ({
  ...state,
  streams: { ...state.streams, interrupted: UNREAD, placed: UNREAD },
  baselineCalls: 0,
});

/**
 * The state of a feed that begins again, because the store has lost what it knew, but not the orders of the baseline.
 * @param since when they were remembered, epoch milliseconds
 */
export const rememberBaseline = (state: OrdersState, since: number, now: number): OrdersState => {
  const known = { ...UNREAD, watermark: since, dueAt: now };
  return { ...state, streams: { ...state.streams, interrupted: known, placed: known }, readSince: since };
};

/** The streams of a baseline that is read again, although it is known. */
export const baselineAgain = ({ streams }: OrdersState, now: number) => ({
  interrupted: { ...streams.interrupted, open: null, dueAt: now },
  placed: { ...streams.placed, open: null, dueAt: now },
});

/** The state after the calls for the baseline were made: in a shop with very many orders, what they have shown must do. */
export function takenAsBaseline(state: OrdersState, now: number): OrdersState {
  const taken = (name: (typeof baselineStreams)[number]) => ({
    ...state.streams[name],
    watermark: now,
    open: null,
    dueAt: now + streamOf(name, state).everyMs,
  });
  const streams = { interrupted: taken('interrupted'), placed: taken('placed') };
  return { ...state, streams: { ...state.streams, ...streams } };
}
