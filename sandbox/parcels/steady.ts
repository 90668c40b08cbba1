/**
 * Parcels whose gaps are short unless they stall: an ordinary parcel has a tracking event at least every 30 hours and
 * arrives 12 hours or more before its order ends. The others are held in customs, stop being updated, or fail at the first
 * delivery attempt; half of them recover. Each order has one parcel, and every carrier writes codes.
 */

import { HOUR } from '../../lib/runtime.ts';
import type { Order } from '../orders.ts';
import { wholeSecond } from '../pacific.ts';
import type { Parcel, ParcelEvent } from '../parcels.ts';
import type { RandomSource } from '../random.ts';
import { steadyCarriers } from './carriers.ts';
import { placeOf, type Where } from './places.ts';
import { defaultThresholds } from './stalls.ts';

interface Leg {
  code: string;
  text: string;
  where: Where;
  /** Hours since the previous event: minimum and maximum. */
  hours: [number, number];
}

const outbound: readonly Leg[] = [
  { code: 'CONSIGN', text: 'Shipment information received', where: 'origin', hours: [1, 8] },
  { code: 'PU_PICKUP_SUCCESS', text: 'Accepted by carrier', where: 'origin', hours: [4, 24] },
  { code: 'SC_INBOUND_SUCCESS', text: 'Inbound in sorting centre', where: 'origin', hours: [3, 14] },
  { code: 'SC_OUTBOUND_SUCCESS', text: 'Outbound from sorting centre', where: 'origin', hours: [3, 18] },
  { code: 'CC_EX_START', text: 'Export customs clearance started', where: 'origin', hours: [2, 10] },
  { code: 'CC_EX_SUCCESS', text: 'Export customs clearance complete', where: 'origin', hours: [3, 24] },
  { code: 'LH_HO_AIRLINE', text: 'Handed over to airline', where: 'origin', hours: [3, 16] },
  { code: 'LH_DEPART', text: 'Departed from origin country', where: 'origin', hours: [3, 20] },
];
/** The second underscore of these two codes is a full-width character, in AliExpress's documentation and here. */
const throughThirdCountry: readonly Leg[] = [
  { code: 'CC_TRANS＿START', text: 'Transit customs started', where: 'on the way', hours: [4, 10] },
  { code: 'CC_TRANS＿SUCCESS', text: 'Transit customs complete', where: 'on the way', hours: [4, 16] },
];
const inbound: readonly Leg[] = [
  { code: 'LH_ARRIVE', text: 'Arrived in destination country', where: 'destination', hours: [8, 30] },
  { code: 'CC_IM_START', text: 'Import customs clearance started', where: 'destination', hours: [2, 12] },
  { code: 'CC_IM_SUCCESS', text: 'Import customs clearance complete', where: 'destination', hours: [3, 30] },
  { code: 'GTMS_ACCEPT', text: 'Received by local delivery company', where: 'destination', hours: [4, 20] },
  { code: 'GTMS_SC_ARRIVE', text: 'Arrived at sorting centre', where: 'destination', hours: [4, 20] },
  { code: 'GTMS_DO_ARRIVE', text: 'Arrived at delivery station', where: 'destination', hours: [4, 16] },
  { code: 'GTMS_DELIVERING', text: 'Out for delivery', where: 'destination', hours: [2, 14] },
];
const finalLegs: readonly Leg[] = [
  { code: 'GTMS_SIGNED', text: 'Delivered', where: 'destination', hours: [1, 8] },
  { code: 'SIGNED', text: 'Delivered', where: 'destination', hours: [1, 8] },
  { code: 'GSTA_SIGN', text: 'Collected from the pick-up point', where: 'destination', hours: [1, 8] },
];
const failure: Leg = {
  code: 'GTMS_DEL_FAILURE',
  text: 'Delivery attempt failed',
  where: 'destination',
  hours: [1, 8],
};
const secondAttempt: Leg = {
  code: 'GTMS_RE_DELIVERING',
  text: 'Out for another delivery attempt',
  where: 'destination',
  hours: [12, 36],
};
const returning: readonly Leg[] = [
  { code: 'RT_INBOUND', text: 'Return started', where: 'destination', hours: [20, 48] },
  { code: 'RETURNED', text: 'Returned to sender', where: 'destination', hours: [20, 60] },
];

/** Events after which updates may stop, early enough that the order is still open when the stall is due. */
const updatesStopAfter = ['PU_PICKUP_SUCCESS', 'SC_OUTBOUND_SUCCESS', 'LH_DEPART', 'LH_ARRIVE'];
const THIRD_COUNTRY_SHARE = 0.15;
const RECOVERY_SHARE = 0.5;
/** Between delivery and the end of the order. */
const MIN_BEFORE_END_MS = 12 * HOUR;

/** One for each shipped order. @param stallShare of them stall or fail */
export function sendSteadyParcels(
  orders: readonly Order[],
  random: RandomSource,
  stallShare: number,
): Parcel[] {
  return orders.flatMap((order) => {
    const { id, shippedAt } = order;
    if (shippedAt === undefined) return [];
    const orderEndsAt = order.stages.at(-1)?.at as number;
    const lpNumber = `LP00${id % 1_000_000_000_000n}`;
    return {
      order,
      combinedWith: [],
      nth: 0,
      lpNumber,
      trackingNumber: lpNumber,
      carrier: random.pick(steadyCarriers),
      shippedAt,
      orderEndsAt,
      abnormalities: [],
      events: travel(order, shippedAt, orderEndsAt - MIN_BEFORE_END_MS - shippedAt, random, stallShare),
    };
  });
}

function travel(
  order: Order,
  shippedAt: number,
  maxMs: number,
  random: RandomSource,
  stallShare: number,
): ParcelEvent[] {
  const timed = (leg: Leg) => ({ ...leg, ms: random.between(...leg.hours) * HOUR, isHeld: false });
  const route = [
    ...outbound,
    ...(random.next() < THIRD_COUNTRY_SHARE ? throughThirdCountry : []),
    ...inbound,
    random.pick(finalLegs),
  ].map(timed);

  if (random.next() < stallShare) {
    const recovers = random.next() < RECOVERY_SHARE;
    /** No event follows `code` for `hours`, or none at all where the parcel does not recover. */
    const holdAfter = (code: string, hours: number) => {
      const next = route.findIndex((leg) => leg.code === code) + 1;
      const leg = route[next] as (typeof route)[number];
      if (recovers) route[next] = { ...leg, ms: hours * HOUR, isHeld: true };
      else route.length = next;
    };
    const cause = random.pick(['customs', 'no_update', 'failure'] as const);
    if (cause === 'customs') {
      const entry = random.next() < 1 / 3 ? 'CC_EX_START' : 'CC_IM_START';
      holdAfter(entry, defaultThresholds.customsHours + random.between(6, 42));
    } else if (cause === 'no_update') {
      holdAfter(random.pick(updatesStopAfter), defaultThresholds.noUpdateHours + random.between(6, 72));
    } else if (recovers) {
      route.splice(-1, 0, timed(failure), timed(secondAttempt));
    } else {
      route.splice(-1, 1, timed(failure), ...returning.map(timed));
    }
  }

  const sum = (legs: typeof route) => legs.reduce((total, leg) => total + leg.ms, 0);
  const heldMs = sum(route.filter((leg) => leg.isHeld));
  // A parcel that was held travels the rest faster, so that it arrives while its order is open.
  const speedUp = Math.min(1, (maxMs - heldMs) / (sum(route) - heldMs));
  let at = shippedAt;
  return route.map((leg) => {
    at = wholeSecond(at + (leg.isHeld ? leg.ms : leg.ms * speedUp));
    return { at, code: leg.code, text: leg.text, place: placeOf(leg.where, order) };
  });
}
