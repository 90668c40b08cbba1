/** When an alert about a parcel may have become true, as far as is known of it. */

import { NEAR_BUYER, UNDELIVERABLE, UNDER_WAY } from '../aliexpress/tracking-codes.ts';
import { DAY, HOUR } from '../runtime.ts';
import { MAX_CATCH_UP_MS } from './engine/catch-up.ts';
import { hasInterest } from './engine/interest.ts';
import type { OrderValues } from './orders.ts';
import type { ParcelsState, Thresholds } from './parcel-state.ts';
import { isDelivered, type ShippedOrder, WATCHED_MS, type WatchedParcel } from './parcel-watch.ts';

/** The default thresholds of the trigger for stalled parcels; they also apply if no workflow has named any. */
export const DEFAULT_HOURS_WITHOUT_UPDATE = 120;
export const DEFAULT_CUSTOMS_HOURS = 72;
/** A parcel that was reported is queried again after this time, to see whether it moves. */
const AFTER_REPORT_MS = 2 * DAY;
/** While a workflow watches deliveries, a parcel near the buyer is queried this often. */
const NEAR_BUYER_EVERY_MS = DAY;
/** An order without a tracking number, and a carrier that knows nothing, are queried again after this time. */
const UNKNOWN_MS = DAY;

/** What the list says of an order that was shipped; undefined if it was shipped too long ago. */
export function shippedOrder(
  { shipped_at, updated_at, amount }: Pick<OrderValues, 'shipped_at' | 'updated_at' | 'amount'>,
  isPart: boolean,
  now: number,
): ShippedOrder | undefined {
  const shippedAt = Date.parse(shipped_at ?? updated_at ?? '') || now;
  return now - shippedAt > WATCHED_MS
    ? undefined
    : { shippedAt, value: Math.round(Number(amount ?? 0)), isPart };
}

/** Whether no workflow needs to be told of the delivery any more. */
export function isOver(parcel: WatchedParcel, now: number): boolean {
  const { orders, completedAt, checkedAt } = parcel;
  if (orders.length === 0) return true;
  // A delivered parcel that was never checked is to be queried again, because its record was lost.
  const overAt = isDelivered(parcel) ? checkedAt : completedAt;
  return overAt > 0 && now - overAt > MAX_CATCH_UP_MS;
}

/**
 * The parcel of orders that are complete: it is queried once more for the workflows that watch deliveries. One that did
 * not run for some days may run again.
 */
export const afterCompletion = (
  parcel: WatchedParcel,
  { deliveryInterestAt }: ParcelsState,
  now: number,
): WatchedParcel | undefined =>
  now - deliveryInterestAt <= MAX_CATCH_UP_MS
    ? { ...parcel, completedAt: parcel.completedAt || now }
    : undefined;

/** When an alert about the parcel may have become true, epoch milliseconds. */
export function dueAt(parcel: WatchedParcel, state: ParcelsState): number {
  const { shippedAt, eventAt, stage, checkedAt, completedAt } = parcel;
  if (completedAt > 0 && !isDelivered(parcel)) {
    const isWanted = checkedAt < completedAt && hasInterest(state.deliveryInterestAt, completedAt);
    return isWanted ? completedAt : Number.POSITIVE_INFINITY;
  }
  if (isDelivered(parcel)) return checkedAt === 0 ? shippedAt : Number.POSITIVE_INFINITY;
  if (checkedAt > 0 && eventAt === null) return checkedAt + UNKNOWN_MS;
  const times = stallTimes(parcel, state);
  const isNearBuyer = NEAR_BUYER.includes(stage ?? '');
  if (isNearBuyer && hasInterest(state.deliveryInterestAt, checkedAt))
    times.push(checkedAt + NEAR_BUYER_EVERY_MS);
  const next = times.filter((at) => at > checkedAt);
  return next.length > 0 ? Math.min(...next) : checkedAt + AFTER_REPORT_MS;
}

/** The moments at which the parcel has been silent, or in customs, for as long as a workflow wants to know of. */
export function stallTimes(parcel: WatchedParcel, state: ParcelsState): number[] {
  const { shippedAt, eventAt, customsSince } = parcel;
  const { withoutUpdate, customs } = thresholdsOf(parcel, state);
  const lastEventAt = eventAt ?? shippedAt;
  const times = withoutUpdate.map((ms) => lastEventAt + ms);
  if (customsSince !== null) times.push(...customs.map((ms) => customsSince + ms));
  // The parcel may have entered customs right after its last known event.
  else if (customs.length > 0) times.push(lastEventAt + Math.min(...customs));
  return times;
}

/** Since when a workflow is to be told of the parcel, epoch milliseconds; infinite while it is not. */
export function stallDueAt(parcel: WatchedParcel, state: ParcelsState): number {
  const { stage, eventAt, customsSince } = parcel;
  if (eventAt === null) return Number.POSITIVE_INFINITY;
  if (UNDELIVERABLE.includes(stage ?? '')) return eventAt;
  if (!UNDER_WAY.includes(stage ?? '')) return Number.POSITIVE_INFINITY;
  const { withoutUpdate, customs } = thresholdsOf(parcel, state);
  return Math.min(
    eventAt + Math.min(...withoutUpdate),
    (customsSince ?? Number.POSITIVE_INFINITY) + Math.min(...customs),
  );
}

interface ThresholdsMs {
  withoutUpdate: number[];
  customs: number[];
}

/** In milliseconds. Hours count by default only while no workflow wants to know of unusual silence. */
function thresholdsOf({ unusualAfterMs, checkedAt }: WatchedParcel, state: ParcelsState): ThresholdsMs {
  const isUnusualWanted = state.unusualInterestAt > 0 && hasInterest(state.unusualInterestAt, checkedAt);
  const msOf = (thresholds: Thresholds, byDefault: number): number[] => {
    const hours = Object.keys(thresholds).map(Number);
    return (hours.length > 0 || isUnusualWanted ? hours : [byDefault]).map((each) => each * HOUR);
  };
  const unusual = unusualAfterMs ?? DEFAULT_HOURS_WITHOUT_UPDATE * HOUR;
  return {
    withoutUpdate: [
      ...msOf(state.withoutUpdate, DEFAULT_HOURS_WITHOUT_UPDATE),
      ...(isUnusualWanted ? [unusual] : []),
    ],
    customs: msOf(state.customs, DEFAULT_CUSTOMS_HOURS),
  };
}
