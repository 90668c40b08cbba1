/**
 * A gap: the time in which nobody read the orders, because all workflows were held or the calls were used up. New orders
 * do not wait for it: the streams `active` and `finished` begin again near now, and two others read the gap, its oldest
 * day first. See docs/adr/0022-catch-up.md.
 */

import { longestPlacedMs } from '../aliexpress/methods/order-list.ts';
import { ENDED } from '../aliexpress/order-status.ts';
import { HOUR } from '../runtime.ts';
import { MAX_CATCH_UP_MS } from './engine/catch-up.ts';
import type { Span } from './engine/chunks.ts';
import type { LostRecords } from './engine/design.ts';
import { isStarted } from './engine/paging.ts';
import { WORKFLOW_TTL_MS } from './engine/workflow-rows.ts';
import { baselineAgain } from './order-baseline.ts';
import type { OrderValues } from './order-known.ts';
import { afterLostEvidence } from './order-listing.ts';
import { gapStreams, lateEndStreams, type StreamName, streamOf } from './order-stream-list.ts';
import { FIRST_LOOKBACK_MS, type OrdersState, readsOlder, UNREAD, withStream } from './order-streams.ts';
import { LATE_MS, type OrderStream, OVERLAP_MS } from './order-windows.ts';

/** A shorter one is read by `active` itself. */
const MIN_GAP_MS = 6 * HOUR;
/** Of five visits two read a page of the gap, so that new orders are announced a fifth later meanwhile. */
const [GAP_PAGES, GAP_VISITS] = [2, 5];
/** What is saved up beyond these calls is spare: more pages are read from it. */
const SAVED_CALLS = 4;

/** A window that was begun is read to its end first, with all calls. */
const isReading = ({ streams: { active } }: OrdersState): boolean =>
  active.open !== null && isStarted(active.open.reading);

/** A stream that is read from this time on. @param dueAt when it is read, epoch milliseconds, as the other */
const readFrom = (watermark: number, dueAt: number): OrderStream => ({ ...UNREAD, watermark, dueAt });

/** The state in which a gap is read apart, if there is one. */
export function withGap(state: OrdersState, now: number): OrdersState {
  const { active, older, finished, unshipped } = state.streams;
  if (isReading(state) || now - active.watermark <= MIN_GAP_MS) return state;
  const to = now - FIRST_LOOKBACK_MS;
  const from = (name: StreamName, stream: OrderStream) =>
    missedFrom(state, name, stream.watermark - LATE_MS, now);
  // After one pause, each workflow that was held may begin a gap by what it has missed. The baseline is read once.
  const isSamePause = now - state.gapUntil < MIN_GAP_MS;
  const streams = {
    active: readFrom(to + OVERLAP_MS, now),
    // After a pause it is due anyway.
    older: readFrom(to + LATE_MS, older.dueAt),
    finished: readFrom(to + LATE_MS, now),
    late: readFrom(to, now),
    // Deadlines do not wait until the gap is read.
    unshipped: { ...unshipped, dueAt: now },
    ...(!isSamePause && baselineAgain(state, now)),
    missed: readFrom(from('missed', active), now),
    missed_finished: readFrom(from('missed_finished', finished), now),
  };
  return {
    ...state,
    streams: { ...state.streams, ...streams },
    gapFrom: isSamePause ? state.gapFrom : active.watermark,
    gapUntil: to,
    baselineCalls: isSamePause ? state.baselineCalls : 0,
  };
}

/**
 * Until when an order is known to be as it says, epoch milliseconds. It may be that `finished` alone lists one that has
 * ended, and `older` alone the changes of one that was placed long ago, unless that has ended. What changed in a gap is
 * read later.
 */
export function knownUntil(
  state: OrdersState,
  { fetchedAt, values }: { fetchedAt: number; values: Pick<OrderValues, 'placed_at'> },
): number {
  const { watermark } = state.streams.active;
  const isOld = watermark - Date.parse(values.placed_at) > longestPlacedMs(ENDED);
  const lateEnds = lateEndStreams.map((name) => state.streams[name].watermark);
  return Math.max(fetchedAt, Math.min(readUntil(state, isOld), ...(isOld ? lateEnds : [])));
}

/** Until when all changes were read, epoch milliseconds. @param withOld also those of orders that were placed long ago */
function readUntil(state: OrdersState, withOld: boolean): number {
  const { streams, gapUntil, listing } = state;
  const { active, older, finished, missed, missed_finished } = streams;
  const needed = [
    active,
    ...(listing.ended === 'together' ? [] : [finished]),
    ...(withOld && readsOlder(state) ? [older] : []),
    ...[missed, missed_finished].filter(({ watermark }) => watermark < gapUntil),
  ];
  return Math.min(...needed.map(({ watermark }) => watermark));
}

/** What has ended long after it was placed is read so rarely that `afterLoss` goes back for it. */
export const unreadSince = (state: OrdersState): number => readUntil(state, true);

/** Whether a visit has seen the orders as they were then, so that workflows may have been told of it. */
export function wasRead(
  { streams, readSince, readBefore, gapFrom, gapUntil }: OrdersState,
  at: number,
): boolean {
  const isInGap = at > gapFrom && at <= gapUntil;
  return at >= readSince && at <= Math.max(streams.active.watermark, readBefore) && !isInGap;
}

/**
 * The state in which the orders that have ended are read, because it must be known until then that others have not. Where
 * they are listed with the others, only an old order may have changed since.
 */
export function confirming(state: OrdersState, until: number): OrdersState | undefined {
  const isListedApart = state.listing.ended !== 'together';
  const names = [isListedApart ? 'finished' : 'older', ...lateEndStreams] as const;
  const next = names.find((name) => state.streams[name].watermark < until);
  if (!next) return undefined;
  const { dueAt, unproven } = state.streams[next];
  // The next visit reads `active` anyway, and that is enough for an order that is not old.
  const isActiveBehind = next !== 'finished' && state.streams.active.watermark < until;
  const isToBeRead = dueAt <= until || unproven > 0 || isActiveBehind;
  return isToBeRead ? undefined : withStream(state, next, { dueAt: until });
}

/**
 * Where the reading of the gap begins: at the watermark, or where an earlier gap was left, however long ago that is, because
 * nothing has named it.
 */
function missedFrom(state: OrdersState, name: StreamName, watermark: number, now: number): number {
  const { watermark: left } = state.streams[name];
  const from = Math.max(now - MAX_CATCH_UP_MS, watermark);
  return left < state.gapUntil ? Math.min(left, from) : from;
}

/** The part of a gap that begins now which is too long ago to be read; undefined if there is none. */
export function skippedSpan(state: OrdersState, now: number): { from: number; to: number } | undefined {
  if (isReading(state)) return undefined;
  const { active } = state.streams;
  const to = now - MAX_CATCH_UP_MS;
  // A watermark of 0 is one that the store has lost.
  return active.watermark > 0 && active.watermark < to ? { from: active.watermark, to } : undefined;
}

/** The streams of what has ended long after it was placed, which read again what they could have read since `from`. */
const lateEndsSince = (state: OrdersState, from: number, dueAt: number) =>
  Object.fromEntries(
    lateEndStreams.map((name) => {
      const { watermark } = state.streams[name];
      return [name, readFrom(Math.min(watermark, from - streamOf(name, state).everyMs), dueAt)];
    }),
  );

/** The state in which the orders that changed in a span are read, however long ago it is. */
export function recalling(state: OrdersState, { from, to }: { from: number; to: number }): OrdersState {
  const again = ({ watermark }: OrderStream) =>
    readFrom(watermark < state.recalledUntil ? Math.min(watermark, from) : from, 0);
  const { recalled, recalled_finished } = state.streams;
  const streams = {
    recalled: again(recalled),
    recalled_finished: again(recalled_finished),
    ...lateEndsSince(state, from, 0),
  };
  return {
    ...state,
    streams: { ...state.streams, ...streams },
    recalledUntil: Math.max(state.recalledUntil, to),
  };
}

/** @returns how many pages of the gap the visit may read, and the state in which it has read them */
export function pagesOfGap(
  state: OrdersState,
  visit: { credit: number; calls: number },
): { pages: number; state: OrdersState } {
  const turn = (state.gapTurn + 1) % GAP_VISITS;
  const spare = Math.min(visit.credit - visit.calls - SAVED_CALLS, visit.calls);
  return {
    pages: Math.max(spare, (turn * GAP_PAGES) % GAP_VISITS < GAP_PAGES ? 1 : 0),
    state: { ...state, gapTurn: turn },
  };
}

/** Pages that were read within this time are remembered together. */
const TOGETHER_MS = 3 * HOUR;

const leftOfGap = ({ streams, gapUntil }: OrdersState): number =>
  Math.min(gapUntil, ...gapStreams.map((name) => streams[name].watermark));

/** The state in which it is remembered that pages of the gap are read now. What was read before is remembered already. */
export function withGapReading(state: OrdersState, now: number): OrdersState {
  const known = state.gapReadings.filter(({ until }) => until > now - WORKFLOW_TTL_MS);
  const last = known.at(-1);
  const reading = { at: now, until: now, changedSince: Math.max(leftOfGap(state), state.readBefore) };
  if (reading.changedSince >= state.gapUntil) return { ...state, gapReadings: known };
  const isTogether = last && now - last.at < TOGETHER_MS && last.changedSince <= reading.changedSince;
  const gapReadings = isTogether ? [...known.slice(0, -1), { ...last, until: now }] : [...known, reading];
  return { ...state, gapReadings };
}

const changedSinceOf = ({ gapReadings }: OrdersState, from: number, to: number): number[] =>
  gapReadings.filter(({ at, until }) => at <= to && until >= from).map(({ changedSince }) => changedSince);

/** Since when orders changed that were fetched in a span, epoch milliseconds: those of a gap had changed long before. */
export const happenedSince = (state: OrdersState, { from, to }: Span): number =>
  Math.min(from, ...changedSinceOf(state, from, to));

/**
 * Goes back to before the lost records changed. Those that were fetched from a gap had changed long before.
 * @param lost when they were fetched
 */
export function afterLoss(state: OrdersState, lost: LostRecords, now: number): OrdersState {
  const changedSince = changedSinceOf(state, lost.announcedUntil ?? lost.from, lost.to);
  const { active, older, finished, unshipped, late } = state.streams;
  const isLost = lost.announcedUntil === undefined;
  const isReadingGap = leftOfGap(state) < state.gapUntil;
  const wasReadUntil = isReadingGap ? leftOfGap(state) : active.watermark;
  // What a workflow needs begins so much earlier already.
  const changedBefore = (readEveryMs: number) => lost.from - FIRST_LOOKBACK_MS - (isLost ? readEveryMs : 0);
  const back = ({ watermark }: OrderStream, readEveryMs: number, dueAt = now) =>
    readFrom(Math.min(watermark, changedBefore(readEveryMs), ...changedSince), dueAt);
  const streams = {
    active: back(active, MIN_GAP_MS),
    // It is read rarely, and the calls are needed for the others.
    older: back(older, streamOf('older', state).everyMs, older.dueAt),
    finished: back(finished, streamOf('finished', state).everyMs),
    late: back(late, streamOf('late', state).everyMs),
    ...lateEndsSince(state, Math.min(lost.from, ...changedSince), now),
    unshipped: { ...unshipped, dueAt: now },
  };
  const readBefore = lost.isNeeded
    ? Math.min(state.readBefore, streams.active.watermark)
    : Math.max(state.readBefore, wasReadUntil);
  return { ...afterLostEvidence(state, now), streams: { ...state.streams, ...streams }, readBefore };
}
