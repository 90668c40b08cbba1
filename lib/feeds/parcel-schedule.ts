/**
 * When a parcel is queried, and which parcels come first.
 *
 * One call queries one parcel. So a parcel is queried only when an alert about it may have become true: when its last
 * known event is as old as the shortest time after which a workflow wants to know of it. No policy that keeps that
 * promise queries less often.
 *
 * If the calls do not suffice, customs cases come first, then the other parcels that are followed already, the longest
 * overdue first. The calls that are left start to follow new parcels, of the highest-value orders first: following
 * some parcels all the way finds more, and finds it in time, than querying each parcel once.
 */

import * as z from 'zod';
import { DELIVERED, NEAR_BUYER } from '../aliexpress/tracking-codes.ts';
import { DAY, HOUR } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { MAX_CATCH_UP_MS } from './catch-up.ts';
import type { Waiting } from './engine/feed-status.ts';
import { hasInterest } from './engine/interest.ts';
import type { OrderValues } from './orders.ts';
import type { ParcelsState, Thresholds } from './parcel-state.ts';

/** How long a parcel is followed after it was shipped. */
export const WATCHED_MS = 60 * DAY;
/** The default thresholds of the trigger for stalled parcels; they also apply if no workflow has named any. */
export const DEFAULT_HOURS_WITHOUT_UPDATE = 120;
export const DEFAULT_CUSTOMS_HOURS = 72;
/** A parcel that was reported is queried again after this time, to see whether it moves. */
const AFTER_REPORT_MS = 2 * DAY;
/** While a workflow watches deliveries, a parcel near the buyer is queried this often. */
const NEAR_BUYER_EVERY_MS = DAY;
/** An order without a tracking number, and a carrier that knows nothing, are queried again after this time. */
const UNKNOWN_MS = DAY;
/** A parcel whose query failed comes after all others for this time, because each query of it may fail. */
const AFTER_FAILURE_MS = 6 * HOUR;
/** The parcel of an order that was completed longer ago comes last, because its delivery is old. */
const AFTER_COMPLETION_MS = 2 * DAY;
/** A parcel that was never queried and was shipped this long ago has most likely arrived. */
const LIKELY_ARRIVED_MS = 14 * DAY;
/** New shipments must be read before the orders feed forgets them. */
const MAX_IDLE_MS = 12 * HOUR;

export const watchedFormat = stored({
  shippedAt: z.number().default(0),
  /** Of the order, in its own currency, rounded. It only ranks parcels. */
  value: z.number().default(0),
  /** What tracking requires; null until the order's detail was read. */
  shipment: stored({
    trackingNumber: z.string().default(''),
    carrier: z.string().default(''),
    country: z.string().default(''),
  })
    .nullable()
    .default(null),
  /** More of its order is to be shipped. */
  isPart: z.boolean().default(false),
  /** The last known event; null before the first answer, as are the next two. */
  eventAt: z.number().nullable().default(null),
  /** Left null also while the parcel is not in customs. */
  customsSince: z.number().nullable().default(null),
  stage: z.string().nullable().default(null),
  signal: z.string().default(''),
  /** The silence that is unusual on its route, in milliseconds; null if it need not move. */
  unusualAfterMs: z.number().nullable().default(null),
  /** 0: never. */
  checkedAt: z.number().default(0),
  /** When a query of it last failed; 0: never. */
  failedAt: z.number().default(0),
  /** When its order was seen to be complete before any query had shown the delivery; 0: not yet. */
  completedAt: z.number().default(0),
});
export type WatchedParcel = z.infer<typeof watchedFormat>;

/** The parcel of an order that was shipped; undefined if it was shipped too long ago. */
export function parcelOf(
  { shipped_at, updated_at, amount }: Pick<OrderValues, 'shipped_at' | 'updated_at' | 'amount'>,
  now: number,
): WatchedParcel | undefined {
  const shippedAt = Date.parse(shipped_at ?? updated_at ?? '') || now;
  if (now - shippedAt > WATCHED_MS) return undefined;
  const value = Math.round(Number(amount ?? 0));
  return {
    shippedAt,
    value,
    shipment: null,
    isPart: false,
    eventAt: null,
    customsSince: null,
    stage: null,
    signal: '',
    unusualAfterMs: null,
    checkedAt: 0,
    failedAt: 0,
    completedAt: 0,
  };
}

export const isDelivered = ({ stage }: Pick<WatchedParcel, 'stage'>): boolean => stage === DELIVERED;

/** Whether no workflow needs to be told of the delivery any more. */
export function isOver(parcel: WatchedParcel, now: number): boolean {
  const { completedAt, checkedAt } = parcel;
  // A delivered parcel that was never checked is to be queried again, because its record was lost.
  const overAt = isDelivered(parcel) ? checkedAt : completedAt;
  return overAt > 0 && now - overAt > MAX_CATCH_UP_MS;
}

/**
 * The parcel of an order that is complete: it is queried once more for the workflows that watch deliveries. One that
 * did not run for some days may run again.
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
  const { shippedAt, shipment, eventAt, customsSince, stage, checkedAt, completedAt, unusualAfterMs } =
    parcel;
  if (completedAt > 0 && !isDelivered(parcel)) {
    const isWanted = checkedAt < completedAt && hasInterest(state.deliveryInterestAt, completedAt);
    return isWanted ? completedAt : Number.POSITIVE_INFINITY;
  }
  if (isDelivered(parcel)) return checkedAt === 0 ? shippedAt : Number.POSITIVE_INFINITY;
  if (checkedAt > 0 && (shipment === null || eventAt === null)) return checkedAt + UNKNOWN_MS;
  const lastEventAt = eventAt ?? shippedAt;
  const times: number[] = [];
  const isUnusualWanted = state.unusualInterestAt > 0 && hasInterest(state.unusualInterestAt, checkedAt);
  if (isUnusualWanted) times.push(lastEventAt + (unusualAfterMs ?? DEFAULT_HOURS_WITHOUT_UPDATE * HOUR));
  const hoursOf = (thresholds: Thresholds, byDefault: number): number[] => {
    const hours = Object.keys(thresholds).map(Number);
    return hours.length > 0 || isUnusualWanted ? hours : [byDefault];
  };
  const hoursWithoutUpdate = hoursOf(state.withoutUpdate, DEFAULT_HOURS_WITHOUT_UPDATE);
  const customsHours = hoursOf(state.customs, DEFAULT_CUSTOMS_HOURS);
  times.push(...hoursWithoutUpdate.map((hours) => lastEventAt + hours * HOUR));
  if (customsSince !== null) times.push(...customsHours.map((hours) => customsSince + hours * HOUR));
  // The parcel may have entered customs right after its last known event.
  else if (customsHours.length > 0) times.push(lastEventAt + Math.min(...customsHours) * HOUR);
  const isNearBuyer = NEAR_BUYER.includes(stage ?? '');
  if (isNearBuyer && hasInterest(state.deliveryInterestAt, checkedAt))
    times.push(checkedAt + NEAR_BUYER_EVERY_MS);
  const next = times.filter((at) => at > checkedAt);
  return next.length > 0 ? Math.min(...next) : checkedAt + AFTER_REPORT_MS;
}

export interface ListedParcel {
  id: string;
  values: WatchedParcel;
}

const CUSTOMS_CASE = 0;
const FOLLOWED = 1;
/** Its order is complete, or its delivery was read before and is read again. */
const LIKELY_DELIVERED = 2;
const NEW = 3;
const NEW_AND_LIKELY_ARRIVED = 4;
const FAILED_LATELY = 5;

const rankOf = (parcel: WatchedParcel, now: number): number => {
  const { customsSince, shipment, shippedAt, failedAt, completedAt } = parcel;
  if (Math.abs(now - failedAt) < AFTER_FAILURE_MS) return FAILED_LATELY;
  if (isDelivered(parcel)) return LIKELY_DELIVERED;
  if (completedAt > 0) {
    const isOld = now - completedAt > AFTER_COMPLETION_MS;
    return shipment === null || isOld ? NEW_AND_LIKELY_ARRIVED : LIKELY_DELIVERED;
  }
  if (customsSince !== null) return CUSTOMS_CASE;
  if (shipment !== null) return FOLLOWED;
  return now - shippedAt < LIKELY_ARRIVED_MS ? NEW : NEW_AND_LIKELY_ARRIVED;
};

/** The parcels that are due, the most urgent first. */
export function dueParcels(
  parcels: Iterable<ListedParcel>,
  state: ParcelsState,
  now: number,
): { id: string; due: number }[] {
  const due = [...parcels]
    .map(({ id, values }) => ({
      id,
      value: values.value,
      due: dueAt(values, state),
      rank: rankOf(values, now),
    }))
    .filter((parcel) => parcel.due <= now);
  return due.sort((a, b) => a.rank - b.rank || (a.rank <= FOLLOWED ? 0 : b.value - a.value) || a.due - b.due);
}

/** When to visit next, and which parcels have to wait. */
export function plan(
  parcels: Iterable<ListedParcel>,
  state: ParcelsState,
  now: number,
): { dueAt: number; waiting: Waiting | null } {
  const dueTimes = [...parcels].map(({ values }) => dueAt(values, state));
  const overdue = dueTimes.filter((at) => at <= now);
  const isDueNow = state.backfill !== null || overdue.length > 0;
  return {
    dueAt: isDueNow ? now : Math.min(now + MAX_IDLE_MS, ...dueTimes),
    waiting: overdue.length > 0 ? { count: overdue.length, since: Math.min(...overdue) } : null,
  };
}
