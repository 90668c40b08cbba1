/**
 * Numbers of parcels where no tracker follows them. A page of the list brings 50 numbers, and a call queries one parcel. So
 * the list is read only when few parcels with a number are left that are as promising as those of the next page, and of the
 * day at which the first query of a parcel is most likely to find something. Whatever is not wanted of a day is left out.
 *
 * A number that was corrected has been by then, so that the list of a day is read once.
 */

import { DAY } from '../runtime.ts';
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
  isRefused,
  type Listing,
  type ListWindow,
  windowOf,
} from './parcel-windows.ts';
import { chanceOf } from './stall-chances.ts';

/** Of older parcels no sample is read: what becomes of most of them has been seen by then, or is over. */
const MAX_SAMPLED_MS = 9 * DAY;
/** Of what was shipped so long before the feed began, most stalls are older than the feed and are told to none. */
const MAX_BEFORE_MS = 7 * DAY;
/** With fewer numbers of parcels that are as promising as those of a list, the list is read. */
const MIN_NUMBERS = 10;
const AS_PROMISING = 0.9;

/** The list that is to be read for numbers of parcels that were never queried; undefined if enough are known. */
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
  const chanceAt = (parcel: WatchedParcel, shippedAt: number) =>
    chanceOf(state.chances, firstLook({ ...parcel, shippedAt }, state, now - shippedAt));
  const known = listed.flatMap(({ id, values }) => (hasNumber(id) ? values : []));
  // The parcels of the window are taken to have the carriers of those that are known.
  const chances = (known.length > 0 ? known : [newParcel({})]).map((each) => chanceAt(each, window.from));
  const usual = chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
  const promising = known.filter((each) => {
    const isNew = each.checkedAt === 0 && each.completedAt === 0 && !isDelivered(each);
    const isDue = isNew && dueAt(each, state) <= now;
    return isDue && chanceAt(each, each.shippedAt) >= AS_PROMISING * usual;
  });
  return promising.length < MIN_NUMBERS ? window : undefined;
}

interface Wanted {
  /** When the orders were shipped whose numbers the list has not shown, epoch milliseconds. */
  withoutNumber: readonly number[];
  /** Orders that were shipped before then are not all known, epoch milliseconds. */
  unknownBefore: number;
  /** Numbers are of use from this age of a parcel on, in milliseconds. */
  usefulMs: number;
}

/** The oldest day that a sample may be read of; undefined if there is none. */
function sampleWindow(
  { open, sampled, size }: Listing,
  { withoutNumber, unknownBefore, usefulMs }: Wanted,
  now: number,
): ListWindow | undefined {
  if (open?.pass === 'sample') return open;
  const earliest = Math.max(sampled, now - MAX_SAMPLED_MS);
  // A number may be read before it is of use, so that no parcel waits for it.
  const latest = now - usefulMs + FRESH_EVERY_MS;
  const shippedAt = withoutNumber.reduce(
    (first, at) => (at > earliest ? Math.min(first, at) : first),
    Number.POSITIVE_INFINITY,
  );
  const first = shippedAt - AHEAD_MS;
  const from = Math.max(
    earliest,
    earliest < unknownBefore ? Math.min(first, unknownBefore - MAX_BEFORE_MS) : first,
  );
  const to = Math.min(from + DAY, latest);
  return to - from >= FRESH_EVERY_MS ? windowOf(size, 'sample', from, to) : undefined;
}

/** The listing after no more of the open sample is wanted. */
export const closeSample = (listing: Listing): Listing =>
  listing.open?.pass === 'sample' ? { ...listing, sampled: listing.open.to, open: null } : listing;

/** `coverage` where samples are read: what a sample leaves out is read with its order. */
export function sampleCoverage(listing: Listing, now: number): (shippedAt: number) => boolean {
  const sampled = Math.max(listing.sampled, now - MAX_SAMPLED_MS);
  if (isRefused(listing, now)) return () => true;
  const isRead = coverage({ ...listing, waitsBefore: 0 }, [], now);
  return (shippedAt) => shippedAt <= sampled || (shippedAt >= listing.history && isRead(shippedAt));
}
