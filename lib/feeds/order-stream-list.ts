/**
 * The streams of the orders feed: which orders each one lists, and how often it is read.
 *
 * - `active`: what changed since the watermark, less an overlap, at every visit: of the orders placed in the last 30 days
 *   also those that have ended. The watermark moves to the end of a window only when every row of it was read and
 *   understood.
 * - `older`: changes of orders that were placed before, and of those in a status which the list cannot be filtered by, four
 *   times a day, page by page until the total says that no order is left which is not known.
 * - `finished`: orders that have ended, once a day, because AliExpress may leave them out of the list of all statuses. While
 *   it is not known that it lists them there, and where it does not, they are read about every 100 minutes
 *   (`order-listing.ts`). Where it does not, `active` reads all other orders, whenever they were placed.
 * - `finished_after_30` and `finished_after_60`: orders that have ended so many days after they were placed, once a day, and
 *   every three days. No other stream lists them.
 * - `unshipped`: an order that waits to be shipped may not change for days. While a workflow watches deadlines, all
 *   such orders are read once a day, whatever their age, so that they stay known.
 * - `interrupted` and `placed`: orders that are on hold, or about to be cancelled, when a workflow wants to know what
 *   becomes of them (`order-baseline.ts`).
 * - `late`: what AliExpress may have shown only after it was read. The `active` windows of a shop with few orders reach
 *   back far enough. In another shop the first page of that time is read eight times a day, and the others only while
 *   its total says that there may be an order which is not known.
 * - `missed` and `missed_finished`: what changed in a gap, in which nobody read the orders (`order-gap.ts`).
 * - `recalled` and `recalled_finished`: what changed before that, where somebody asks for it.
 */

import * as z from 'zod';
import { longestPlacedMs, MAX_PLACED_DAYS, MAX_PLACED_DAYS_ENDED } from '../aliexpress/methods/order-list.ts';
import { ENDED, INTERRUPTED, QUERYABLE_STATUSES, TO_SHIP } from '../aliexpress/order-status.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { stored, time } from '../stores/stored.ts';

export const gapStreams = ['missed', 'missed_finished'] as const;
export const baselineStreams = ['interrupted', 'placed'] as const;
/** They list what has ended long after it was placed. */
export const lateEndStreams = ['finished_after_30', 'finished_after_60'] as const;
export const recalledStreams = ['recalled', 'recalled_finished'] as const;
export const streamNames = [
  'active',
  'older',
  'finished',
  ...lateEndStreams,
  'unshipped',
  'late',
  ...baselineStreams,
  ...gapStreams,
  ...recalledStreams,
] as const;
export type StreamName = (typeof streamNames)[number];

interface StreamDeclaration {
  /** 0: at every visit. */
  everyMs: number;
  /** The longest window of placement that AliExpress accepts. */
  placedSpanMs: number;
  /** How long before the window of change that of placement ends; at its end, if left out. */
  placedAgoMs?: number;
  /** Left out: all but finished orders. */
  statuses?: readonly string[];
}

const ONCE_MS = 10 * 365 * DAY;
/** For how long an order is on hold, and a little more. */
const MAX_HOLD_MS = 4 * DAY;

/** How AliExpress lists the orders that have ended, as far as the feed has found out. */
export const listingFormat = stored(() => ({
  ended: z.enum(['untested', 'together', 'apart']).catch('untested').default('untested'),
  /** When the feed began to find that out or, where they are listed apart, when it did, epoch milliseconds. */
  since: time.default(0),
}));
export interface ListingState {
  listing: z.infer<typeof listingFormat>;
}

const ALL_STATUSES = { placedSpanMs: MAX_PLACED_DAYS_ENDED * DAY, statuses: QUERYABLE_STATUSES };
const NOT_ENDED = { placedSpanMs: MAX_PLACED_DAYS * DAY };
const ONLY_ENDED = { placedSpanMs: MAX_PLACED_DAYS_ENDED * DAY, statuses: ENDED };
/** How often what has ended after 60 days is read: of a hundred orders about two end after 30 days, and hardly any after 60. */
export const ENDED_AFTER_60_MS = 3 * DAY;
/** The windows of placement overlap by this, because each is an hour shorter. */
const PLACED_OVERLAP_MS = 3 * HOUR;
const endedAfter = (windows: number, everyMs: number): StreamDeclaration => ({
  everyMs,
  ...ONLY_ENDED,
  placedAgoMs: windows * (ONLY_ENDED.placedSpanMs - PLACED_OVERLAP_MS),
});
const LATE_EVERY_MS = 3 * HOUR;
/** With those before a deadline is announced and those that ended later, at most 16 times a day. */
export const FINISHED_EVERY_MS = 100 * MINUTE;
export const OLDER_EVERY_MS = 6 * HOUR;

const streams: Record<StreamName, StreamDeclaration> = {
  active: { everyMs: 0, ...ALL_STATUSES },
  older: { everyMs: OLDER_EVERY_MS, ...NOT_ENDED },
  finished: { everyMs: FINISHED_EVERY_MS, ...ONLY_ENDED },
  finished_after_30: endedAfter(1, DAY),
  finished_after_60: endedAfter(2, ENDED_AFTER_60_MS),
  // Twelve hours before the feed would forget them.
  unshipped: { everyMs: DAY, ...NOT_ENDED, statuses: TO_SHIP },
  late: { everyMs: LATE_EVERY_MS, ...ALL_STATUSES },
  interrupted: { everyMs: ONCE_MS, ...NOT_ENDED, statuses: INTERRUPTED },
  placed: { everyMs: ONCE_MS, placedSpanMs: MAX_HOLD_MS },
  missed: { everyMs: 0, ...NOT_ENDED },
  missed_finished: { everyMs: 0, ...ONLY_ENDED },
  recalled: { everyMs: 0, ...NOT_ENDED },
  recalled_finished: { everyMs: 0, ...ONLY_ENDED },
};

const STREAMS: Record<ListingState['listing']['ended'], Record<StreamName, StreamDeclaration>> = {
  untested: streams,
  together: { ...streams, finished: { everyMs: DAY, ...ONLY_ENDED } },
  apart: {
    ...streams,
    active: { everyMs: 0, ...NOT_ENDED },
    late: { everyMs: LATE_EVERY_MS, ...NOT_ENDED },
  },
};

export const streamOf = (name: StreamName, { listing }: ListingState): StreamDeclaration =>
  STREAMS[listing.ended][name];

/**
 * The window of placement of a window of change that ends at `to`. Orders that have ended may be listed for so long after they
 * were placed, and no longer: what was placed before is left to the streams that ask for it.
 * @param to epoch milliseconds, as `now` is
 */
export function placedWithin(
  name: StreamName,
  state: ListingState,
  { to, now }: { to: number; now: number },
): { from: number; to: number } {
  const { placedSpanMs, placedAgoMs = 0, statuses = [] } = streamOf(name, state);
  const isUncertain = placedAgoMs === 0 && statuses.some((status) => ENDED.includes(status));
  const from = to - placedAgoMs - placedSpanMs;
  return { from: isUncertain ? Math.max(from, now - longestPlacedMs(statuses)) : from, to: to - placedAgoMs };
}

export const isApart = ({ listing }: ListingState): boolean => listing.ended === 'apart';

/** Whether the stream is known to list orders in this status. */
export function isListed(name: StreamName, state: ListingState, status: string): boolean {
  const { statuses } = streamOf(name, state);
  const isEnded = ENDED.includes(status);
  if (!statuses) return !isEnded;
  return statuses.includes(status) && !(isEnded && statuses !== ENDED && state.listing.ended === 'untested');
}

export const isRecalled = (name: StreamName): boolean =>
  (recalledStreams as readonly StreamName[]).includes(name);

/** Whether it reads the past: a time in which nobody read the orders. */
export const isOfGap = (name: StreamName): boolean =>
  isRecalled(name) || (gapStreams as readonly StreamName[]).includes(name);

export const isOfLateEnd = (name: StreamName): boolean =>
  (lateEndStreams as readonly StreamName[]).includes(name);

export const isOfBaseline = (name: StreamName): boolean =>
  (baselineStreams as readonly StreamName[]).includes(name);

/** Whether the windows of the stream are spans of time in which an order changed. */
export const isByChange = (name: StreamName): boolean => name !== 'unshipped' && !isOfBaseline(name);
