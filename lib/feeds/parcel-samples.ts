/**
 * Samples: the tracking numbers that are read where no tracker follows the parcels. A call to the list of parcels brings 50
 * numbers, and a call to the tracking queries only one of them, so most numbers would never be used. A page of the list is
 * read only when few parcels with a number are left that are as promising as those on it. The oldest day that may be read
 * comes first. When enough numbers are known, the rest of its pages are skipped.
 *
 * Numbers are corrected within the first days. A sample is read later than that, so each day is read only once.
 */

import { DAY, HOUR } from '../runtime.ts';
import { dueAt } from './parcel-due.ts';
import { firstLook } from './parcel-looks.ts';
import type { ParcelsState } from './parcel-state.ts';
import {
  hasNumber,
  isDelivered,
  type ListedParcel,
  newParcel,
  type WatchedParcel,
  withoutNumber,
} from './parcel-watch.ts';
import {
  AHEAD_MS,
  coverage,
  FRESH_EVERY_MS,
  firstOf,
  isRefused,
  type Listing,
  type ListWindow,
  windowOf,
} from './parcel-windows.ts';
import { chanceOf } from './stall-chances.ts';

/** Older parcels are not sampled: most of them were queried before, or have arrived. */
const MAX_SAMPLED_MS = 9 * DAY;
/** Most stalls of parcels that were shipped longer before the feed began are older than the feed, so they are not reported. */
const MAX_BEFORE_MS = 7 * DAY;
/** While fewer promising numbers are known, the list is read. */
const MIN_NUMBERS = 10;
/** A parcel is promising from this part of the mean chance of the parcels on the list. */
const AS_PROMISING = 0.9;

/** The part of the list to read next for numbers of parcels that were never queried; undefined if enough are known. */
export function wantedSample(
  parcels: Iterable<ListedParcel>,
  state: ParcelsState,
  now: number,
): ListWindow | undefined {
  const listed = [...parcels];
  const isCovered = sampleCoverage(state.listing, now);
  const wanted = {
    withoutNumber: withoutNumber(listed).filter((at) => !isCovered(at)),
    unknownBefore: state.backfill ? state.startedAt : 0,
    usefulMs: dueAt(newParcel({}), state),
  };
  const window = isRefused(state.listing, now) ? undefined : sampleWindow(state.listing, wanted, now);
  if (!window) return undefined;
  const known = listed.flatMap(({ id, values }) => (hasNumber(id) ? values : []));
  return promisingOf(known, window, state, now).length < MIN_NUMBERS ? window : undefined;
}

/** The parcels that were never queried, and are as promising as those that the window shows. */
function promisingOf(
  known: readonly WatchedParcel[],
  window: ListWindow,
  state: ParcelsState,
  now: number,
): WatchedParcel[] {
  const chanceAt = (parcel: WatchedParcel, shippedAt: number) =>
    chanceOf(state.chances, firstLook({ ...parcel, shippedAt }, state, now - shippedAt));
  // The parcels in the window are assumed to have the same carriers.
  const chances = known.map((each) => chanceAt(each, window.from));
  const usual = chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
  return known.filter((each) => {
    const isNew = each.checkedAt === 0 && each.completedAt === 0 && !isDelivered(each);
    const isDue = isNew && dueAt(each, state) <= now;
    return isDue && chanceAt(each, each.shippedAt) >= AS_PROMISING * usual;
  });
}

interface Wanted {
  /** When the orders were shipped whose numbers the list has not shown yet, epoch milliseconds. */
  withoutNumber: readonly number[];
  /** Some orders that were shipped before then are not known yet, epoch milliseconds. */
  unknownBefore: number;
  /** A parcel is first queried at this age, in milliseconds. */
  usefulMs: number;
}

/** The oldest day that may be sampled; undefined if there is none. */
function sampleWindow(
  { open, sampled, size }: Listing,
  { withoutNumber, unknownBefore, usefulMs }: Wanted,
  now: number,
): ListWindow | undefined {
  if (open?.pass === 'sample') return open;
  const earliest = Math.max(sampled, now - MAX_SAMPLED_MS);
  // A number is read some hours before it is used, so that no parcel waits for it.
  const latest = now - usefulMs + FRESH_EVERY_MS;
  const first = firstOf(withoutNumber.filter((at) => at > earliest)) - AHEAD_MS;
  const from = Math.max(
    earliest,
    earliest < unknownBefore ? Math.min(first, unknownBefore - MAX_BEFORE_MS) : first,
  );
  const to = Math.min(from + DAY, latest);
  return to - from >= FRESH_EVERY_MS ? windowOf(size, 'sample', from, to) : undefined;
}

/** After a sample has failed, calls query parcels for this time, twice as long after each further failure. */
const AFTER_FAILURE_MS = HOUR / 2;
const AFTER_FAILURES_MS = 6 * HOUR;

export const afterFailedSample = (listing: Listing, now: number): Listing => ({
  ...listing,
  sampleFailedAt: now,
  sampleFailures: listing.sampleFailures + 1,
});

export const maySample = ({ sampleFailures, sampleFailedAt }: Listing, now: number): boolean =>
  sampleFailures === 0 ||
  Math.abs(now - sampleFailedAt) >= Math.min(AFTER_FAILURES_MS, AFTER_FAILURE_MS * 2 ** (sampleFailures - 1));

/** The listing when the rest of the open sample is skipped. */
export const closeSample = (listing: Listing): Listing =>
  listing.open?.pass === 'sample' ? { ...listing, sampled: listing.open.to, open: null } : listing;

/** `coverage` where samples are read: a number that a sample has skipped is read with the detail of its order. */
export function sampleCoverage(listing: Listing, now: number): (shippedAt: number) => boolean {
  const sampled = Math.max(listing.sampled, now - MAX_SAMPLED_MS);
  if (isRefused(listing, now)) return () => true;
  const isRead = coverage({ ...listing, waitsBefore: 0 }, [], now);
  return (shippedAt) => shippedAt <= sampled || (shippedAt >= listing.history && isRead(shippedAt));
}
