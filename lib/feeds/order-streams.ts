/** What the orders feed remembers of its streams, and where the next window of each begins. */

import * as z from 'zod';
import { DAY, HOUR } from '../runtime.ts';
import { stored, time } from '../stores/stored.ts';
import { MAX_CATCH_UP_MS } from './engine/catch-up.ts';
import { hasInterest } from './engine/interest.ts';
import { shardsFormat } from './engine/lasting-rows.ts';
import { MAX_UNPROVEN } from './engine/paging.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import { changesOf, type KnownOrders } from './order-known.ts';
import {
  FINISHED_EVERY_MS,
  isApart,
  isOfBaseline,
  isOfGap,
  isRecalled,
  listingFormat,
  type StreamName,
  streamNames,
  streamOf,
} from './order-stream-list.ts';
import {
  LATE_MS,
  type OrderStream,
  type OrderWindow,
  OVERLAP_MS,
  startOfWindow,
  streamFormat,
} from './order-windows.ts';

/** How far the very first window reaches back. */
export const FIRST_LOOKBACK_MS = 2 * HOUR;
/** A window does not begin before the records that the snapshot still holds. */
const MAX_LOOKBACK_MS = RETENTION_MS;
/** A stream that could not be read completely is read again after this time; `active` is read at every visit. */
const RETRY_MS = HOUR;

export const UNREAD: OrderStream = { watermark: 0, open: null, dueAt: 0, unproven: 0 };

const stream = streamFormat.prefault({});
const gapReadingFormat = stored(() => ({
  /** Its first and its last page, epoch milliseconds. */
  at: time.default(0),
  until: time.default(0),
  /** Since when the orders of these pages changed, epoch milliseconds. */
  changedSince: time.default(0),
}));
export const stateFormat = stored(() => ({
  streams: stored(
    () => Object.fromEntries(streamNames.map((name) => [name, stream])) as Record<StreamName, typeof stream>,
  ).prefault({}),
  listing: listingFormat.prefault({}),
  /** What was found out by a probe until then was heard, or is doubtful since; epoch milliseconds. */
  heardProbedAt: time.default(0),
  /** Since when changes are read, epoch milliseconds. */
  readSince: time.default(0),
  /** The beginning and the end of the gap that is read, epoch milliseconds; 0: there was none. */
  gapFrom: time.default(0),
  gapUntil: z.number().default(0),
  /** The end of the time that was asked for, epoch milliseconds; 0: none was. */
  recalledUntil: z.number().default(0),
  /** Visits since a page of the gap was read. */
  gapTurn: z.number().default(0),
  /** When pages of gaps were read, the oldest first. */
  gapReadings: z.array(gapReadingFormat).default([]),
  /** What changed before that was read before some of it was lost, epoch milliseconds; 0: nothing was lost. */
  readBefore: time.default(0),
  /** When a workflow last wanted all orders that wait to be shipped, epoch milliseconds. */
  unshippedInterestAt: z.number().default(0),
  /** When a workflow last wanted to know what becomes of orders that are on hold, epoch milliseconds. */
  changesInterestAt: z.number().default(0),
  /** Calls for what has changed since the last visit, on average. */
  lookCalls: z.number().default(1),
  /** Calls of a day for lists that are read rarely. */
  rareCallsPerDay: z.number().default(0),
  /** Calls of a day with which no look has to read a second page. */
  neededCalls: z.number().default(0),
  /**
   * A look after this time is expected to read a second page, or the ended orders late, epoch milliseconds; 0: that is not
   * known.
   */
  lookBy: time.default(0),
  /** Calls that were made for the baseline. */
  baselineCalls: z.number().default(0),
  /** The shards of the order history that were written. */
  historyShards: shardsFormat,
}));
export type OrdersState = z.infer<typeof stateFormat>;

export function initialState(now: number): OrdersState {
  const from = now - FIRST_LOOKBACK_MS;
  const readUpTo = (watermark: number, dueAt = now): OrderStream => ({ ...UNREAD, watermark, dueAt });
  const streams = {
    active: readUpTo(from + OVERLAP_MS),
    // It shows whether `active` leaves out other orders than those that have ended.
    older: readUpTo(from + LATE_MS, now + FINISHED_EVERY_MS),
    finished: readUpTo(from + LATE_MS),
    finished_after_30: readUpTo(from + LATE_MS, now + DAY),
    finished_after_60: readUpTo(from + LATE_MS, now + DAY),
    unshipped: readUpTo(from),
    late: readUpTo(from),
    interrupted: UNREAD,
    placed: UNREAD,
    missed: readUpTo(from),
    missed_finished: readUpTo(from),
    recalled: UNREAD,
    recalled_finished: UNREAD,
  };
  return {
    streams,
    listing: { ended: 'untested', since: now },
    heardProbedAt: 0,
    readSince: now,
    gapFrom: 0,
    gapUntil: 0,
    recalledUntil: 0,
    gapTurn: 0,
    gapReadings: [],
    readBefore: 0,
    unshippedInterestAt: 0,
    changesInterestAt: 0,
    lookCalls: 1,
    rareCallsPerDay: 0,
    neededCalls: 0,
    lookBy: 0,
    baselineCalls: 0,
    historyShards: null,
  };
}

export const withStream = (
  state: OrdersState,
  name: StreamName,
  changes: Partial<OrderStream>,
): OrdersState => ({
  ...state,
  streams: { ...state.streams, [name]: { ...state.streams[name], ...changes } },
});

export function isDue(name: StreamName, state: OrdersState, now: number): boolean {
  const { watermark, dueAt } = state.streams[name];
  if (dueAt > now) return false;
  if (isOfGap(name)) return watermark < untilOf(name, state);
  if (name === 'older') return readsOlder(state);
  if (name === 'unshipped') return hasInterest(state.unshippedInterestAt, now);
  if (!isOfBaseline(name)) return true;
  return watermark > 0 || hasInterest(state.changesInterestAt, now);
}

/** Where ended orders are listed apart, `active` reads what `older` has not read before. */
export const readsOlder = (state: OrdersState): boolean =>
  !isApart(state) || state.streams.older.watermark < state.listing.since;

const untilOf = (name: StreamName, { gapUntil, recalledUntil }: OrdersState): number =>
  isRecalled(name) ? recalledUntil : gapUntil;

/** The window of a gap is not longer than this, so that few orders leave it while it is read. */
const MAX_GAP_WINDOW_MS = DAY;

/** When the next window of the stream ends, epoch milliseconds. */
export function endOf(name: StreamName, state: OrdersState, now: number): number {
  if (isOfGap(name)) return Math.min(untilOf(name, state), state.streams[name].watermark + MAX_GAP_WINDOW_MS);
  return name === 'late' ? now - LATE_MS : now;
}

/** When the next window of the stream begins, epoch milliseconds. */
export function startOf(name: StreamName, state: OrdersState, known: KnownOrders, now: number): number {
  const { streams } = state;
  const { watermark } = streams[name];
  const earliest = now - MAX_LOOKBACK_MS;
  switch (name) {
    case 'active': {
      const settled = Math.max(streams.late.watermark, earliest);
      return Math.max(startOfWindow({ watermark, settled, now }, changesOf(known, state)), earliest);
    }
    case 'older':
    case 'finished':
      return Math.max(watermark - LATE_MS, earliest);
    case 'finished_after_30':
    case 'finished_after_60': {
      // No stream reads for them a gap, or what is asked for, so they go back through it themselves.
      const isAskedFor = streams.recalled_finished.watermark < state.recalledUntil;
      return isAskedFor ? watermark - LATE_MS : Math.max(watermark - LATE_MS, now - MAX_CATCH_UP_MS);
    }
    case 'unshipped':
    case 'interrupted':
    case 'placed':
      // These orders are read whenever they changed.
      return now - streamOf(name, state).placedSpanMs;
    case 'late':
      return Math.max(watermark, earliest);
    default:
      return watermark;
  }
}

/** AliExpress is asked again after this time whether it lists what has ended long after it was placed. */
const REFUSED_MS = 30 * DAY;

export const afterRefusedLateEnd = (state: OrdersState, name: StreamName, now: number): OrdersState =>
  withStream(state, name, { ...UNREAD, watermark: now, dueAt: now + REFUSED_MS });

/** The state after a window was read to its end, or is taken as it is. */
export function afterWindow(state: OrdersState, name: StreamName, window: OrderWindow): OrdersState {
  const { from, to, reading } = window;
  const read = withStream(state, name, { watermark: to, open: null, unproven: 0 });
  const { late } = read.streams;
  // What may be missing of a window that was taken as it is, is still looked for as late.
  if (name !== 'active' || !reading.isComplete || from > late.watermark) return read;
  return withStream(read, 'late', { watermark: Math.max(late.watermark, to - LATE_MS), open: null });
}

/**
 * The state after a window was read and orders of it may be missing.
 * @returns undefined if the window was read too often: it is taken as it is
 */
export function afterUnproven(
  state: OrdersState,
  name: StreamName,
  { reading }: OrderWindow,
  now: number,
): OrdersState | undefined {
  const unproven = state.streams[name].unproven + 1;
  // An implausible window is never taken as it is. It ends when the orders that make it implausible are forgotten.
  if (reading.total !== null && unproven >= MAX_UNPROVEN) return undefined;
  return withStream(state, name, {
    open: null,
    unproven,
    dueAt: name === 'active' ? now : now + RETRY_MS,
  });
}
