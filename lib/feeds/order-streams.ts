/**
 * The streams of the orders feed: which orders each one lists, how often it is read, and where its next window begins.
 *
 * - `active`: what changed since the watermark, less an overlap, at every visit. The watermark moves to the end of a
 *   window only when every row of it was read and understood.
 * - `finished`: finished orders are listed only on request, so they are read four times a day.
 * - `unshipped`: an order that waits to be shipped may not change for days. While a workflow watches deadlines, all
 *   such orders are read twice a day, whatever their age, so that they stay known.
 * - `interrupted` and `placed`: orders that are on hold, or about to be cancelled, when a workflow wants to know what
 *   becomes of them (`order-baseline.ts`).
 * - `late`: what AliExpress may have shown only after it was read. The `active` windows of a shop with few orders reach
 *   back far enough. In another shop the first page of that time is read four times a day, and the others only if its
 *   total is not the number of orders that are known.
 * - `missed` and `missed_finished`: what changed in a gap, in which nobody read the orders (`order-gap.ts`).
 */

import * as z from 'zod';
import { MAX_PLACED_DAYS, MAX_PLACED_DAYS_ENDED } from '../aliexpress/methods/order-list.ts';
import { ENDED, INTERRUPTED, TO_SHIP } from '../aliexpress/order-status.ts';
import type { order } from '../aliexpress/records/order.ts';
import type { ValuesOf } from '../pack/record.ts';
import { DAY, HOUR, SECOND } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { hasInterest } from './engine/interest.ts';
import { shardsFormat } from './engine/lasting-rows.ts';
import { MAX_UNPROVEN } from './engine/paging.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import type { Entry } from './engine/snapshot-format.ts';
import {
  LATE_MS,
  type OrderStream,
  type OrderWindow,
  OVERLAP_MS,
  startOfWindow,
  streamFormat,
} from './order-windows.ts';

export type OrderValues = ValuesOf<typeof order.fields>;

export const gapStreams = ['missed', 'missed_finished'] as const;
export const baselineStreams = ['interrupted', 'placed'] as const;
export const streamNames = [
  'active',
  'finished',
  'unshipped',
  'late',
  ...baselineStreams,
  ...gapStreams,
] as const;
export type StreamName = (typeof streamNames)[number];

interface StreamDeclaration {
  /** 0: at every visit. */
  everyMs: number;
  /** The longest window of placement that AliExpress accepts. */
  placedSpanMs: number;
  /** Left out: all but finished orders. */
  statuses?: readonly string[];
}

const ONCE_MS = 10 * 365 * DAY;
/** For how long an order is on hold, and a little more. */
const MAX_HOLD_MS = 4 * DAY;

export const STREAMS: Record<StreamName, StreamDeclaration> = {
  active: { everyMs: 0, placedSpanMs: MAX_PLACED_DAYS * DAY },
  finished: { everyMs: 6 * HOUR, placedSpanMs: MAX_PLACED_DAYS_ENDED * DAY, statuses: ENDED },
  unshipped: { everyMs: 12 * HOUR, placedSpanMs: MAX_PLACED_DAYS * DAY, statuses: TO_SHIP },
  interrupted: { everyMs: ONCE_MS, placedSpanMs: MAX_PLACED_DAYS * DAY, statuses: INTERRUPTED },
  placed: { everyMs: ONCE_MS, placedSpanMs: MAX_HOLD_MS },
  late: { everyMs: 6 * HOUR, placedSpanMs: MAX_PLACED_DAYS * DAY },
  missed: { everyMs: 0, placedSpanMs: MAX_PLACED_DAYS * DAY },
  missed_finished: { everyMs: 0, placedSpanMs: MAX_PLACED_DAYS_ENDED * DAY, statuses: ENDED },
};

/** How far the very first window reaches back. */
export const FIRST_LOOKBACK_MS = 2 * HOUR;
/** A window does not begin before the records that the snapshot still holds. */
const MAX_LOOKBACK_MS = RETENTION_MS;
/** A stream that could not be read completely is read again after this time; `active` is read at every visit. */
const RETRY_MS = HOUR;

export const UNREAD: OrderStream = { watermark: 0, open: null, dueAt: 0, unproven: 0 };

const stream = streamFormat.prefault({});
export const stateFormat = stored({
  streams: stored(
    Object.fromEntries(streamNames.map((name) => [name, stream])) as Record<StreamName, typeof stream>,
  ).prefault({}),
  /** The end of the gap that is read, epoch milliseconds; 0: there was none. */
  gapUntil: z.number().default(0),
  /** Visits since a page of the gap was read. */
  gapTurn: z.number().default(0),
  /** When a workflow last wanted all orders that wait to be shipped, epoch milliseconds. */
  unshippedInterestAt: z.number().default(0),
  /** When a workflow last wanted to know what becomes of orders that are on hold, epoch milliseconds. */
  changesInterestAt: z.number().default(0),
  /** Calls that were made for the baseline. */
  baselineCalls: z.number().default(0),
  /** The shards of the order history that were written. */
  historyShards: shardsFormat,
});
export type OrdersState = z.infer<typeof stateFormat>;

/** What the feed knows, by order number. */
type KnownOrders = ReadonlyMap<string, Pick<Entry<OrderValues>, 'values'>>;

export function initialState(now: number): OrdersState {
  const from = now - FIRST_LOOKBACK_MS;
  const readUpTo = (watermark: number): OrderStream => ({ watermark, open: null, dueAt: now, unproven: 0 });
  const streams = {
    active: readUpTo(from + OVERLAP_MS),
    finished: readUpTo(from + LATE_MS),
    unshipped: readUpTo(from),
    late: readUpTo(from),
    interrupted: UNREAD,
    placed: UNREAD,
    missed: readUpTo(from),
    missed_finished: readUpTo(from),
  };
  return {
    streams,
    gapUntil: 0,
    gapTurn: 0,
    unshippedInterestAt: 0,
    changesInterestAt: 0,
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
  if (isOfGap(name)) return watermark < state.gapUntil;
  if (name === 'unshipped') return hasInterest(state.unshippedInterestAt, now);
  if (!isOfBaseline(name)) return true;
  return watermark > 0 || hasInterest(state.changesInterestAt, now);
}

export const isOfGap = (name: StreamName): boolean => (gapStreams as readonly StreamName[]).includes(name);

export const isOfBaseline = (name: StreamName): boolean =>
  (baselineStreams as readonly StreamName[]).includes(name);

/** Goes back to before the lost records were fetched. */
export function afterLoss(state: OrdersState, since: number, now: number): OrdersState {
  const from = since - FIRST_LOOKBACK_MS;
  const { active, finished, unshipped, late } = state.streams;
  const back = (stream: OrderStream): OrderStream => ({
    ...stream,
    watermark: Math.min(stream.watermark, from),
    open: null,
    dueAt: now,
  });
  const streams = { active: back(active), finished: back(finished), late: back(late) };
  return { ...state, streams: { ...state.streams, ...streams, unshipped: { ...unshipped, dueAt: now } } };
}

/** The window of a gap is not longer than this, so that few orders leave it while it is read. */
const MAX_GAP_WINDOW_MS = DAY;

/** When the next window of the stream ends, epoch milliseconds. */
export function endOf(name: StreamName, { streams, gapUntil }: OrdersState, now: number): number {
  if (isOfGap(name)) return Math.min(gapUntil, streams[name].watermark + MAX_GAP_WINDOW_MS);
  return name === 'late' ? now - LATE_MS : now;
}

/** When the next window of the stream begins, epoch milliseconds. */
export function startOf(name: StreamName, { streams }: OrdersState, known: KnownOrders, now: number): number {
  const { watermark } = streams[name];
  const earliest = now - MAX_LOOKBACK_MS;
  switch (name) {
    case 'active': {
      const settled = Math.max(streams.late.watermark, earliest);
      return Math.max(startOfWindow({ watermark, settled, now }, changesOf(known)), earliest);
    }
    case 'finished':
      return Math.max(watermark - LATE_MS, earliest);
    case 'unshipped':
    case 'interrupted':
    case 'placed':
      // These orders are read whenever they changed.
      return now - STREAMS[name].placedSpanMs;
    case 'late':
      return Math.max(watermark, earliest);
    default:
      return watermark;
  }
}

const changesOf = (known: KnownOrders): number[] =>
  [...known.values()]
    .filter(({ values }) => !ENDED.includes(values.status))
    .map(({ values }) => Date.parse(values.updated_at ?? ''));

/** Whether the windows of the stream are spans of time in which an order changed. */
export const isByChange = (name: StreamName): boolean => name !== 'unshipped' && !isOfBaseline(name);

/** Ids of the known orders that the stream lists in a window, unless they have left it. */
export function knownWithin(
  name: StreamName,
  known: KnownOrders,
  { from, to }: Pick<OrderWindow, 'from' | 'to'>,
): Set<string> {
  const { statuses } = STREAMS[name];
  // AliExpress writes no fraction of a second.
  const start = Math.floor(from / SECOND) * SECOND;
  const listed = [...known].filter(([, { values }]) => {
    const at = Date.parse((isByChange(name) ? values.updated_at : values.placed_at) ?? '');
    const isWithin = at >= start && at <= to;
    return isWithin && (statuses ? statuses.includes(values.status) : !ENDED.includes(values.status));
  });
  return new Set(listed.map(([id]) => id));
}

/** Whether nothing can be late that was not read: in a shop with few orders the windows reach back far enough. */
export function isSettled(name: StreamName, state: OrdersState, now: number): boolean {
  const { open, watermark } = state.streams[name];
  return name === 'late' && open === null && watermark > endOf('late', state, now) - HOUR;
}

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
