/**
 * When a parcel is queried, and which parcels come first.
 *
 * One call queries one parcel. So a parcel is queried only when an alert about it may have become true: when its last
 * known event is as old as the shortest time after which a workflow wants to know of it. No policy that keeps that
 * promise queries less often.
 *
 * If the calls do not suffice, those come first that are most likely to find something for their cost. How likely that is
 * is learned (`stall-chances.ts`): of a parcel that was never queried by its age, of another one by its last event.
 */

import { DAY, HOUR } from '../runtime.ts';
import type { Watched } from './engine/feed-status.ts';
import { dueAt, stallDueAt } from './parcel-due.ts';
import { lookAhead, lookOf, type ParcelLook } from './parcel-looks.ts';
import { sampleCoverage } from './parcel-samples.ts';
import type { ParcelsState } from './parcel-state.ts';
import { downSince, hasTracker, isToConfirm, isTracked, nextRequestAt } from './parcel-tracked.ts';
import {
  hasNumber,
  isDelivered,
  type ListedParcel,
  type WatchedParcel,
  withoutNumber,
} from './parcel-watch.ts';
import {
  coverage,
  dueWindow,
  earlierWindow,
  firstOf,
  isReadAgainInTime,
  isRefused,
  type Listing,
  nextWindowAt,
} from './parcel-windows.ts';
import { chanceOf } from './stall-chances.ts';

/** A number of which nothing is known for so long after shipping may be wrong. */
const WRONG_NUMBER_MS = 2 * DAY;
/** The same of one that a tracker knows nothing of: it may not have reached the carrier in the first days. */
const WRONG_AT_TRACKER_MS = 4 * DAY;
/** A parcel whose query failed comes after all others for this time, because each query of it may fail. */
const AFTER_FAILURE_MS = 6 * HOUR;
/** The parcel of an order that was completed longer ago comes last, because its delivery is old. */
const AFTER_COMPLETION_MS = 2 * DAY;
/** New shipments must be read before the orders feed forgets them. */
const MAX_IDLE_MS = 12 * HOUR;

/** Whether only the detail of its order shows another number, because no list does, or does not in time. */
const showsInDetailOnly = ({ rows }: WatchedParcel, listing: Listing, now: number): boolean =>
  rows.length === 0 || !isReadAgainInTime(listing, now);

/** Whether the number may be wrong, so that the detail of its order is read first. */
const mayBeWrong = (parcel: WatchedParcel, listing: Listing, now: number): boolean =>
  parcel.eventAt === null &&
  parcel.checkedAt > 0 &&
  now - parcel.shippedAt > WRONG_NUMBER_MS &&
  showsInDetailOnly(parcel, listing, now) &&
  parcel.detailAt < parcel.checkedAt;

/** Whether a tracker follows the number, and knows nothing of it. */
const isUnknownToTracker = (
  parcel: WatchedParcel,
  { tracker, listing }: ParcelsState,
  now: number,
): boolean =>
  parcel.eventAt === null && isTracked(parcel, tracker, now) && showsInDetailOnly(parcel, listing, now);

/** A call about a parcel that may be worth its cost. */
export interface Candidate extends ListedParcel {
  due: number;
  look: ParcelLook;
  /** The detail of its order is read before, because the number is not known, or may be wrong. */
  needsDetail: boolean;
  index: number;
}

const AFTER_FAILURE_WEIGHT = 0.001;
/** A call was paid for the parcel, and another visit is to use what it has brought. */
const BEGUN_WEIGHT = 4;

/** When the parcel is to be queried at AliExpress, epoch milliseconds. */
function dueOf(id: string, parcel: WatchedParcel, state: ParcelsState, now: number): number {
  const { tracker } = state;
  // The tracker needs the number as soon as it can be known.
  if (!hasNumber(id) && hasTracker(tracker, now) && parcel.detailAt === 0) return parcel.shippedAt;
  if (!isTracked(parcel, tracker, now)) return dueAt(parcel, state);
  if (isUnknownToTracker(parcel, state, now))
    return Math.max(parcel.registeredAt, parcel.detailAt) + WRONG_AT_TRACKER_MS;
  const stalledAt = stallDueAt(parcel, state);
  return isToConfirm(parcel, stalledAt) ? stalledAt : Number.POSITIVE_INFINITY;
}

/** The calls that are worth it, the best first. */
export function candidates(parcels: Iterable<ListedParcel>, state: ParcelsState, now: number): Candidate[] {
  const listed = [...parcels];
  const isCovered = hasTracker(state.tracker, now)
    ? coverage(state.listing, withoutNumber(listed), now)
    : sampleCoverage(state.listing, now);
  const found: Candidate[] = [];
  for (const { id, values } of listed) {
    const due = dueOf(id, values, state, now);
    if (due > now) continue;
    if (!hasNumber(id) && values.detailAt === 0 && !isCovered(values.shippedAt)) continue;
    const isUnknown = isUnknownToTracker(values, state, now);
    const needsDetail = !hasNumber(id) || isUnknown || mayBeWrong(values, state.listing, now);
    const isForTracker = isUnknown || (!hasNumber(id) && hasTracker(state.tracker, now));
    const look = isForTracker ? lookAhead(values, state, now) : lookOf(values, state, due, now);
    const chance = chanceOf(state.chances, look);
    const index = indexOf(values, chance / costOf(values, needsDetail, state, now), now);
    found.push({ id, values, due, look, needsDetail, index });
  }
  return found.sort((a, b) => b.index - a.index || b.values.value - a.values.value || a.due - b.due);
}

/** The calls of a query. The older tracking wants the country, which stands in the detail of the order. */
function costOf(
  { carrier, country }: WatchedParcel,
  needsDetail: boolean,
  state: ParcelsState,
  now: number,
): number {
  const { shortRefusals, shortRefusedUntil } = state;
  const wantsCountry = shortRefusals > 0 || shortRefusedUntil > now;
  return needsDetail || (wantsCountry && (carrier === '' || country === '')) ? 2 : 1;
}

function indexOf(
  { completedAt, failedAt, detailAt, checkedAt }: WatchedParcel,
  chancePerCall: number,
  now: number,
): number {
  const isOld = completedAt > 0 && now - completedAt > AFTER_COMPLETION_MS;
  const hasFailed = Math.abs(now - failedAt) < AFTER_FAILURE_MS;
  const isBegun = detailAt > 0 && checkedAt === 0;
  return (
    chancePerCall * (isBegun ? BEGUN_WEIGHT : 1) * (isOld ? 0.1 : 1) * (hasFailed ? AFTER_FAILURE_WEIGHT : 1)
  );
}

/** When to visit next, and which parcels have to wait. */
export function plan(
  parcels: Iterable<ListedParcel>,
  state: ParcelsState,
  now: number,
): Pick<ParcelsState, 'dueAt' | 'waiting' | 'watched'> {
  const listed = [...parcels];
  const worth = candidates(listed, state, now);
  const isListDue =
    !isRefused(state.listing, now) &&
    (state.listing.open !== null ||
      dueWindow(state.listing, now) !== undefined ||
      (hasTracker(state.tracker, now) &&
        earlierWindow(state.listing, withoutNumber(listed), now) !== undefined));
  const later = listed.map(({ id, values }) => dueOf(id, values, state, now)).filter((at) => at > now);
  later.push(now + MAX_IDLE_MS, nextWindowAt(state.listing));
  if (hasTracker(state.tracker, now)) later.push(nextRequestAt(listed, state.tracker, now));
  const isDueNow = state.backfill !== null || isListDue || worth.length > 0;
  return {
    dueAt: isDueNow ? now : firstOf(later),
    waiting: worth.length > 0 ? { count: worth.length, since: firstOf(worth.map(({ due }) => due)) } : null,
    watched: watchedBy(listed, state, now),
  };
}

/** A parcel that may have been stalled for longer, and was not queried, is not watched. */
const UNWATCHED_MS = DAY;

function watchedBy(parcels: readonly ListedParcel[], state: ParcelsState, now: number): Watched {
  const { tracker } = state;
  const underWay = parcels.filter(({ values }) => !isDelivered(values) && values.completedAt === 0);
  const tracked = underWay.filter(({ values }) => isTracked(values, tracker, now)).length;
  const isUnwatched = ({ values }: ListedParcel) => {
    const due = dueAt(values, state);
    const isLate = now - due > UNWATCHED_MS && !isTracked(values, tracker, now);
    return isLate && lookOf(values, state, due, now).goal === 'stall';
  };
  const unwatched = underWay.filter(isUnwatched).length;
  const checked = underWay.length - tracked - unwatched;
  return {
    underWay: underWay.length,
    tracked,
    checked,
    unwatched,
    trackerDownSince: downSince(tracker, now),
  };
}
