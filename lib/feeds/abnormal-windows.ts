/**
 * The list of abnormal parcels is read in windows of time, by the change of a parcel's status. A window reaches back at
 * least as far as AliExpress may show a change late, and a day while one page holds it: what an answer has left out is then
 * found by the next one, without a further call.
 */

import type * as z from 'zod';
import { ABNORMAL_PAGE_SIZES } from '../aliexpress/methods/abnormal-parcels.ts';
import type { abnormalParcel } from '../aliexpress/records/abnormal-parcel.ts';
import type { ValuesOf } from '../pack/record.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { count, stored, time } from '../stores/stored.ts';
import { AGAIN_MS, afterPausesFormat, foundSince, withSearch } from './after-pauses.ts';
import { MAX_CATCH_UP_MS } from './engine/catch-up.ts';
import type { Span } from './engine/chunks.ts';
import type { LostRecords } from './engine/design.ts';
import { shardsFormat } from './engine/lasting-rows.ts';
import { MAX_UNPROVEN, newReading, readingFormat } from './engine/paging.ts';

export type AbnormalParcel = ValuesOf<typeof abnormalParcel.fields>;

/** How far the very first window reaches back. */
export const FIRST_LOOKBACK_MS = 6 * HOUR;
/** So that a parcel is found within two and a half hours at polls of 15 minutes, with at most 12 calls a day. */
export const READ_EVERY_MS = 130 * MINUTE;
/** A window whose rows may be missing is read again. */
const RETRY_MS = 30 * MINUTE;
/** How late AliExpress may show a change. */
const LATE_MS = 65 * MINUTE;
const WIDE_MS = DAY;
/** For how long it is remembered that the list writes Beijing times: a row of the next windows may not show it. */
const ZONE_TTL_MS = 2 * DAY;

const [PAGE_SIZE] = ABNORMAL_PAGE_SIZES;
const newWindowReading = (size: number) => newReading({ size, direction: 'from_last' });

export const stateFormat = stored(() => ({
  /** Changes before then were read, epoch milliseconds. */
  watermark: time.default(0),
  /** The window that is being read, epoch milliseconds. */
  from: time.default(0),
  to: time.default(0),
  reading: readingFormat.default(() => newWindowReading(PAGE_SIZE)),
  /** When the list is read next, epoch milliseconds. */
  dueAt: time.default(0),
  /** How often in a row a window was read and rows of it may be missing. */
  unproven: count.default(0),
  /** Rows of a page that AliExpress accepts. */
  pageSize: count.min(1).default(PAGE_SIZE),
  /** Until then, epoch milliseconds, times are read as Beijing times; otherwise as Pacific times. */
  beijingUntil: time.default(0),
  afterPauses: afterPausesFormat,
  /** The shards of the history that were written. */
  historyShards: shardsFormat,
}));
export type AbnormalState = z.infer<typeof stateFormat>;

export const initialState = (now: number): AbnormalState => ({
  watermark: now - FIRST_LOOKBACK_MS,
  from: 0,
  to: 0,
  reading: newWindowReading(PAGE_SIZE),
  dueAt: now,
  unproven: 0,
  pageSize: PAGE_SIZE,
  beijingUntil: 0,
  afterPauses: [],
  historyShards: null,
});

/** The state in which everything is read again that was fetched since records are lost. */
export const afterLoss = (
  state: AbnormalState,
  { from, announcedUntil = from }: LostRecords,
  now: number,
): AbnormalState => ({
  ...state,
  watermark: Math.min(state.watermark, from, happenedSince(state, { from: announcedUntil })),
  reading: newWindowReading(state.pageSize),
  unproven: 0,
  dueAt: now,
});

/** Since when parcels changed that were fetched since then, epoch milliseconds. */
export const happenedSince = ({ afterPauses }: AbnormalState, { from }: Pick<Span, 'from'>): number =>
  foundSince(afterPauses, from);

/** The part that is too long ago to be read; undefined if there is none. */
export function skippedSpan(
  { watermark }: AbnormalState,
  now: number,
): { from: number; to: number } | undefined {
  const to = now - MAX_CATCH_UP_MS;
  // A watermark of 0 is one that the store has lost.
  return watermark > 0 && watermark < to - AGAIN_MS ? { from: watermark, to } : undefined;
}

/** The state in which the part that is too long ago was named. */
export const withSkipped = (state: AbnormalState, { to }: Span): AbnormalState => ({
  ...state,
  watermark: to,
});

/** The state with the next window. @param known parcels that the feed knows */
export function withWindow(
  state: AbnormalState,
  known: readonly AbnormalParcel[],
  now: number,
): AbnormalState {
  const changedSince = (from: number) =>
    known.filter(({ status_changed_at }) => Date.parse(status_changed_at ?? '') >= from).length;
  const needed = Math.max(state.watermark - LATE_MS, now - MAX_CATCH_UP_MS - AGAIN_MS - LATE_MS);
  const isOnePage = changedSince(now - WIDE_MS) <= state.pageSize / 2;
  const from = isOnePage ? Math.min(needed, now - WIDE_MS) : needed;
  // A parcel leaves the list when its case is settled, so what is known says nothing about how many are listed.
  return { ...state, from, to: now, reading: newWindowReading(state.pageSize) };
}

/** The same window, from its first page. */
export const fromFirstPage = (state: AbnormalState): AbnormalState => ({
  ...state,
  reading: newWindowReading(state.pageSize),
});

export const withPageSize = (state: AbnormalState, pageSize: number): AbnormalState => ({
  ...state,
  pageSize,
  reading: { ...state.reading, size: pageSize },
});

/** Whether times are read as Beijing times. */
export const isBeijing = ({ beijingUntil }: AbnormalState, now: number): boolean => beijingUntil > now;

export const inBeijing = (state: AbnormalState, now: number): AbnormalState => ({
  ...state,
  beijingUntil: now + ZONE_TTL_MS,
});

/** Rows may be missing, but the list was read so often that it is taken as it is. */
export const isTakenAsItIs = ({ reading, unproven }: AbnormalState): boolean =>
  !reading.isComplete && unproven + 1 >= MAX_UNPROVEN;

/** After the window was read to its end. */
export function afterWindow(state: AbnormalState, now: number): AbnormalState {
  const next = fromFirstPage(state);
  if (!state.reading.isComplete && !isTakenAsItIs(state))
    return { ...next, unproven: state.unproven + 1, dueAt: now + RETRY_MS };
  const afterPauses = withSearch(state.afterPauses, state.watermark, now);
  return { ...next, afterPauses, watermark: state.to, unproven: 0, dueAt: now + READ_EVERY_MS };
}
