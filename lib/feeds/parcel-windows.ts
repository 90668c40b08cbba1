/**
 * The list of parcels is read in windows by the creation of a parcel's logistics order. New parcels are read several times
 * a day. A tracking number may be corrected or replaced later, so each day is read again after two and after seven days.
 * Where AliExpress takes no more than ten rows a page, it is read again after seven days alone, because the page of an order
 * costs less than those of the day. Without a tracker, both are late while other calls about parcels are worth more: only
 * calls that nothing else wants read days again.
 * Days before the feed began are read once, the newest first, while several orders shipped on them have no number; the last
 * three of them are read again.
 *
 * The zone of the dates is not stated. Unless a probe has found it out, they are written in Pacific time. If they are read as
 * Beijing time, every window lies 16 hours earlier: each parcel is still read as often, and 16 hours later.
 */

import * as z from 'zod';
import { DATE_ORDERS, PARCEL_PAGE_SIZES } from '../aliexpress/methods/parcel-list.ts';
import { zones } from '../aliexpress/unstated-zone.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { count, stored, time } from '../stores/stored.ts';
import { MAX_UNPROVEN, newReading, readingFormat } from './engine/paging.ts';

const passes = ['fresh', 'second', 'third', 'history', 'sample'] as const;
export type Pass = (typeof passes)[number];

const [PAGE_SIZE, SMALL_PAGE] = PARCEL_PAGE_SIZES;
export const FRESH_EVERY_MS = 8 * HOUR;
/** How late a row may be shown. */
const LATE_MS = 65 * MINUTE;
/** The days after which a day is read again. */
const LAGS = { second: 2 * DAY, third: 7 * DAY } as const;
/** Of the days before the feed began, those that were older are not read again after seven days: few numbers change so late. */
const READ_AGAIN_BEFORE_MS = 3 * DAY;
/** What was not read for longer is left out. */
const MAX_BEHIND_MS = 14 * DAY;
/** A window that was not read for longer is read in several parts. */
const MAX_WINDOW_MS = 2 * DAY;
/** With fewer orders without a number, the details of the orders cost fewer calls than the list of the day. */
const MIN_ORDERS_OF_DAY = 4;
/** A logistics order may be created this long before its order counts as shipped. */
export const AHEAD_MS = 12 * HOUR;
/** Most orders are shipped within this time. The parcels of the others are read with their orders. */
const SHIPPED_WITHIN_MS = 3 * DAY;
/** By how much the windows lie earlier where their dates are read as Beijing time. */
const ZONES_MS = 16 * HOUR;
/** A list that AliExpress has refused is asked for again after this time. */
const REFUSED_MS = DAY;

const reading = (size: number) => newReading({ size });

export const listingFormat = stored(() => ({
  /** Rows of a page that AliExpress accepts. */
  size: count.min(1).default(PAGE_SIZE),
  /** Which of the two dates is the start. */
  dates: z.enum(DATE_ORDERS).catch('natural').default('natural'),
  /** In which the dates are read, as far as a probe has found out. */
  zone: z.enum(zones).catch('pacific').default('pacific'),
  /** Parcels created before then were read, epoch milliseconds: once, and again after some days. */
  fresh: time.default(0),
  second: time.default(0),
  third: time.default(0),
  /** Parcels created since then were read, epoch milliseconds. */
  history: time.default(0),
  /** Of parcels created before then no sample is read any more, epoch milliseconds. */
  sampled: time.default(0),
  /** Earlier days wait until the orders are known that were shipped on them, epoch milliseconds; 0: none does. */
  waitsBefore: time.default(0),
  /** The window that is being read; null between two. */
  open: stored(() => ({
    pass: z.enum(passes).catch('fresh').default('fresh'),
    from: time.default(0),
    to: time.default(0),
    reading: readingFormat.default(() => reading(PAGE_SIZE)),
  }))
    .nullable()
    .default(null),
  /** How often in a row a window was read and rows of it may be missing. */
  unproven: count.default(0),
  /** When a page of a sample last failed, epoch milliseconds, and how often in a row. */
  sampleFailedAt: time.default(0),
  sampleFailures: count.default(0),
  /** AliExpress has refused the list; epoch milliseconds. */
  refusedUntil: time.default(0),
}));
export type Listing = z.infer<typeof listingFormat>;
export type ListWindow = NonNullable<Listing['open']>;

export const newListing = (now: number): Listing =>
  listingFormat.parse({
    fresh: Math.max(0, now - DAY),
    second: Math.max(0, now - LAGS.second),
    third: Math.max(0, now - READ_AGAIN_BEFORE_MS),
    history: Math.max(0, now - DAY),
    waitsBefore: now,
  });

/** Of more times than a call can have arguments; infinite if there are none. */
export const firstOf = (times: readonly number[]): number =>
  times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);

/**
 * The listing that finds the numbers again of what was on the watch list. A window that is half read has shown some of them.
 * @param since when the first of it was shipped, epoch milliseconds
 */
export const listAgain = (listing: Listing, since: number): Listing => ({
  ...listing,
  history: listing.fresh,
  sampled: Math.max(0, Math.min(listing.sampled, Math.floor(since) - AHEAD_MS)),
  waitsBefore: listing.fresh,
  open: null,
});

/**
 * The listing after a page of the orders that were shipped before the feed began.
 * @param placedAt when the orders of the page were placed, epoch milliseconds; null after the last page
 */
export function afterOrdersPage(listing: Listing, placedAt: readonly number[] | null): Listing {
  if (placedAt === null) return { ...listing, waitsBefore: 0 };
  const [newest = 0, oldest = 0] = [placedAt[0], placedAt.at(-1)];
  // A list that does not begin with the newest order tells of no day that it shows all orders of it.
  if (oldest === 0 || oldest > newest) return listing;
  return { ...listing, waitsBefore: Math.min(listing.waitsBefore, oldest + SHIPPED_WITHIN_MS) };
}

export const isRefused = ({ refusedUntil }: Listing, now: number): boolean => refusedUntil > now;

export const refuseListing = (listing: Listing, now: number): Listing => ({
  ...listing,
  open: null,
  refusedUntil: now + REFUSED_MS,
});

export const windowOf = (size: number, pass: Pass, from: number, to: number): ListWindow => ({
  pass,
  from,
  to,
  reading: reading(size),
});

/** The window that is read next of what is new, or may have changed; undefined if none is due. */
export function dueWindow(listing: Listing, now: number): ListWindow | undefined {
  const { fresh } = listing;
  if (now - fresh >= FRESH_EVERY_MS) {
    const from = Math.max(fresh, now - MAX_BEHIND_MS) - LATE_MS;
    return windowOf(listing.size, 'fresh', from, Math.min(now, from + MAX_WINDOW_MS));
  }
  for (const pass of isReadAgainSoon(listing) ? (['second', 'third'] as const) : (['third'] as const)) {
    const from = Math.max(listing[pass], now - LAGS[pass] - MAX_BEHIND_MS);
    if (now - LAGS[pass] - from >= DAY) return windowOf(listing.size, pass, from, from + DAY);
  }
  return undefined;
}

/**
 * The newest day from before the feed began that is to be read; undefined if none is.
 * @param withoutNumber when the orders were shipped whose numbers are not known, epoch milliseconds
 */
export function earlierWindow(
  listing: Listing,
  withoutNumber: readonly number[],
  now: number,
): ListWindow | undefined {
  const day = earlierDay(listing, withoutNumber, now);
  return day === undefined ? undefined : windowOf(listing.size, 'history', day, day + DAY);
}

/** Older parcels are not followed. */
const MAX_LISTED_MS = 60 * DAY;

/** The start of the newest day before what was read on which several orders were shipped. */
function earlierDay(
  { history, waitsBefore }: Listing,
  withoutNumber: readonly number[],
  now: number,
): number | undefined {
  const earliest = Math.max(now - MAX_LISTED_MS - DAY, waitsBefore);
  for (let from = history - DAY; from > earliest; from -= DAY) {
    const shipped = withoutNumber.filter((at) => at >= from && at < from + DAY);
    if (shipped.length >= MIN_ORDERS_OF_DAY) return from;
  }
  return undefined;
}

/** Whether a day is read again after two days already. Where pages are small, numbers are read with their orders instead. */
export const isReadAgainSoon = ({ size }: Listing): boolean => size > SMALL_PAGE;

/** Whether days are read again when they are due. They are not where all calls go to the parcels themselves. */
export const isReadAgainInTime = (listing: Listing, now: number): boolean =>
  isReadAgainSoon(listing) && now - LAGS.second - listing.second < 2 * DAY;

/** When a window is due, epoch milliseconds; what is due by the orders that have no number is not counted. */
export const nextWindowAt = (listing: Listing): number =>
  listing.open
    ? 0
    : Math.max(
        listing.refusedUntil,
        Math.min(
          listing.fresh + FRESH_EVERY_MS,
          ...(isReadAgainSoon(listing) ? [listing.second + LAGS.second + DAY] : []),
          listing.third + LAGS.third + DAY,
        ),
      );

/**
 * Whether the list has shown all parcels of an order, or will not be read for it, by the time at which the order was shipped.
 * @param withoutNumber when the orders were shipped whose numbers are not known, epoch milliseconds
 */
export function coverage(
  listing: Listing,
  withoutNumber: readonly number[],
  now: number,
): (shippedAt: number) => boolean {
  if (isRefused(listing, now)) return () => true;
  const day = earlierDay(listing, withoutNumber, now);
  const from = Math.max(listing.waitsBefore, day === undefined ? 0 : day + DAY + AHEAD_MS);
  const to = listing.fresh - ZONES_MS - FRESH_EVERY_MS;
  return (shippedAt) => shippedAt >= from && shippedAt <= to;
}

/** Rows may be missing, but the window was read so often that it is taken as it is. */
export const isTakenAsItIs = ({ open, unproven }: Listing): boolean =>
  open !== null && !open.reading.isComplete && unproven + 1 >= MAX_UNPROVEN;

/** After the open window was read to its end. */
export function afterWindow(listing: Listing): Listing {
  const { open } = listing;
  if (!open) return listing;
  if (!open.reading.isComplete && !isTakenAsItIs(listing))
    return { ...listing, open: { ...open, reading: reading(listing.size) }, unproven: listing.unproven + 1 };
  const done = open.pass === 'history' ? { history: open.from } : { [open.pass]: open.to };
  return { ...listing, ...done, open: null, unproven: 0 };
}
