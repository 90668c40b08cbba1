/**
 * Whether AliExpress lists the orders that have ended together with the others. Its reference says that they need a
 * request of their own; shops are known in which they do not. So the feed tries, and remembers what it found.
 *
 * - AliExpress refuses the list of all statuses: ended orders are listed apart.
 * - An order is met elsewhere that the list should have shown before: it is left out there, so they are listed apart.
 * - The list shows an order that has ended: they are listed together.
 *
 * A probe may have told it before (`probe/`). Each probe is believed once; after that the feed goes by what it sees.
 */

import type { Capabilities } from '../aliexpress/capabilities.ts';
import { ENDED, QUERYABLE_STATUSES } from '../aliexpress/order-status.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import type { KnownOrders, OrderValues } from './order-known.ts';
import { isApart, isByChange, type StreamName, streamOf } from './order-stream-list.ts';
import { endOf, type OrdersState } from './order-streams.ts';
import { CLOCK_CHANGE_MS, LATE_MS, type OrderWindow } from './order-windows.ts';

/** After this time the feed tries again where ended orders are listed apart. */
const REMEMBERED_MS = 7 * DAY;
/** Ended orders of which `active` may not know are read again within this time. */
const MAX_FINISHED_MS = 2 * HOUR - 5 * MINUTE;

/** Whether the stream lists ended orders together with the others. */
export const isMixed = (name: StreamName, state: OrdersState): boolean =>
  (name === 'active' || name === 'late') && !isApart(state);

/** Whether the stream only looks for what others may have missed: nothing more, once the total of its list says so. */
export const isCheck = (name: StreamName, { listing }: OrdersState): boolean =>
  name === 'late' || name === 'older' || (name === 'finished' && listing.ended === 'together');

/** Whether nothing can be late that was not read: in a shop with few orders the windows reach back far enough. */
export function isSettled(name: StreamName, state: OrdersState, now: number): boolean {
  const { open, watermark } = state.streams[name];
  return name === 'late' && open === null && watermark > endOf('late', state, now) - HOUR;
}

/** Whether the window lists all orders of the stream, whenever they changed. One with too many pages was halved. */
export const isWholeList = (
  name: StreamName,
  { from, to }: Pick<OrderWindow, 'from' | 'to'>,
  state: OrdersState,
): boolean => !isByChange(name) && to - from >= streamOf(name, state).placedSpanMs;

/** The state at the beginning of a visit: the feed may try again, or read ended orders before they would be late. */
export function withListing(state: OrdersState, now: number): OrdersState {
  const { listing, streams } = state;
  const { active, finished } = streams;
  if (isApart(state) && now - listing.since > REMEMBERED_MS) return triedAgain(state, now);
  // The next visit may be as long from now as the last one is ago.
  const wouldBeLate = 2 * now - finished.watermark - active.watermark >= MAX_FINISHED_MS;
  const isFound = listing.ended === 'together' || finished.unproven > 0 || !wouldBeLate;
  return isFound ? state : { ...state, streams: { ...streams, finished: { ...finished, dueAt: now } } };
}

function triedAgain({ streams, ...state }: OrdersState, now: number): OrdersState {
  const { active, older, late } = streams;
  return {
    ...state,
    listing: { ended: 'untested', since: now },
    streams: {
      ...streams,
      active: { ...active, open: null },
      late: { ...late, open: null },
      older: { ...older, watermark: late.watermark + LATE_MS, open: null, unproven: 0, dueAt: now },
    },
  };
}

/** The state in which ended orders are listed apart. What only `older` has read until now is read by it once more. */
export function listedApart({ streams, ...state }: OrdersState, now: number): OrdersState {
  const { active, older, late, finished } = streams;
  return {
    ...state,
    listing: { ended: 'apart', since: now },
    streams: {
      ...streams,
      active: { ...active, open: null },
      late: { ...late, open: null },
      older: { ...older, dueAt: now },
      finished: { ...finished, dueAt: now },
    },
  };
}

/** The state after a probe has told how ended orders are listed. */
export function withProbed(
  state: OrdersState,
  { endedOrders, probedAt }: Pick<Capabilities, 'endedOrders' | 'probedAt'>,
  now: number,
): OrdersState {
  if (endedOrders === null) return state;
  const probed = { ...state, heardProbedAt: probedAt };
  return endedOrders === 'apart'
    ? listedApart(probed, now)
    : { ...probed, listing: { ...state.listing, ended: 'together' } };
}

/** The state after a window was much shorter than what is known of it: perhaps it no longer lists orders that have ended. */
export function afterImplausible(state: OrdersState, name: StreamName, now: number): OrdersState {
  const { listing, streams } = state;
  return isMixed(name, state) && listing.ended === 'together'
    ? {
        ...state,
        listing: { ...listing, ended: 'untested' },
        // What a probe has found before is older than this.
        heardProbedAt: now,
        streams: { ...streams, finished: { ...streams.finished, dueAt: now } },
      }
    : state;
}

/** The state in which what changed before proves nothing, because the feed may have forgotten that it was listed. */
export const afterLostEvidence = (state: OrdersState, now: number): OrdersState =>
  isApart(state) ? state : { ...state, listing: { ...state.listing, since: now } };

/** The state after the rows of a page have shown how ended orders are listed. @param known before the page was read */
export function withEvidence(
  state: OrdersState,
  name: StreamName,
  rows: readonly OrderValues[],
  { known, now }: { known: KnownOrders; now: number },
): OrdersState {
  if (isApart(state)) return state;
  if (isMixed(name, state)) {
    const isTogether = rows.some(({ status }) => ENDED.includes(status));
    return isTogether ? { ...state, listing: { ...state.listing, ended: 'together' } } : state;
  }
  const isCheck = name === 'finished' || name === 'older';
  return isCheck && rows.some((row) => wasLeftOut(row, state, known)) ? listedApart(state, now) : state;
}

/** Whether the list of all statuses was read when it should have shown the order in this status, and has not. */
function wasLeftOut(row: OrderValues, state: OrdersState, known: KnownOrders): boolean {
  const { order_id, status, updated_at, placed_at } = row;
  const { listing, streams } = state;
  const changedAt = Date.parse(updated_at ?? '');
  const placedSince = streams.active.watermark - streamOf('active', state).placedSpanMs + CLOCK_CHANGE_MS;
  return (
    QUERYABLE_STATUSES.includes(status) &&
    Date.parse(placed_at) > placedSince &&
    changedAt > listing.since &&
    changedAt < streams.late.watermark &&
    known.get(order_id)?.values.status !== status
  );
}
