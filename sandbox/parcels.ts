/**
 * The parcels of shipped orders, event by event, and the stalls a seller should be notified of.
 *
 * An ordinary parcel has a tracking event at least every 30 hours and arrives 12 hours or more before its order ends.
 * The others are held in customs, stop being updated, or fail at the first delivery attempt; half of them recover.
 */

import { HOUR } from '../lib/runtime.ts';
import type { Order } from './orders.ts';
import { wholeSecond } from './pacific.ts';
import type { RandomSource } from './random.ts';

export interface Carrier {
  /** `service_name` in tracking, `logistics_type_code` in the order detail. */
  key: string;
  name: string;
}

export const carriers: readonly [Carrier, Carrier, Carrier] = [
  { key: 'CAINIAO_STANDARD', name: 'AliExpress Standard Shipping' },
  { key: 'CAINIAO_PREMIUM', name: 'AliExpress Premium Shipping' },
  { key: 'CPAM', name: 'China Post Registered Air Mail' },
];

export interface ParcelEvent {
  /** Epoch milliseconds. */
  at: number;
  /** AliExpress's action code. See docs/aliexpress.md#tracking-codes. */
  code: string;
  text: string;
  place: string;
}

export interface Parcel {
  order: Order;
  logisticsOrderId: bigint;
  trackingNumber: string;
  carrier: Carrier;
  shippedAt: number;
  /** After its order has ended, a parcel is no longer watched. */
  orderEndsAt: number;
  /** In time order. The first one comes some hours after shipping. */
  events: readonly ParcelEvent[];
}

interface Leg {
  code: string;
  text: string;
  where: 'origin' | 'on the way' | 'destination';
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

const customsEntries = new Set(['CC_EX_START', 'CC_TRANS＿START', 'CC_IM_START']);
const deliveries = new Set(finalLegs.map(({ code }) => code));
const ends = new Set([...deliveries, 'RETURNED']);

/** Events after which updates may stop, early enough that the order is still open when the stall is due. */
const updatesStopAfter = ['PU_PICKUP_SUCCESS', 'SC_OUTBOUND_SUCCESS', 'LH_DEPART', 'LH_ARRIVE'];
const THIRD_COUNTRY_SHARE = 0.15;
const RECOVERY_SHARE = 0.5;
/** Between delivery and the end of the order. */
const MIN_BEFORE_END_MS = 12 * HOUR;

const cities: Record<string, string> = {
  ES: 'Madrid',
  FR: 'Paris',
  US: 'Chicago',
  BR: 'Curitiba',
  PL: 'Warszawa',
  UK: 'London',
  DE: 'Berlin',
  KR: 'Incheon',
};

/** One for each shipped order, by order id. @param stallShare of them stall or fail */
export function sendParcels(
  orders: readonly Order[],
  random: RandomSource,
  stallShare: number,
): ReadonlyMap<bigint, Parcel> {
  const parcels = new Map<bigint, Parcel>();
  for (const order of orders) {
    const { id, shippedAt } = order;
    if (shippedAt === undefined) continue;
    const orderEndsAt = order.stages.at(-1)?.at as number;
    parcels.set(id, {
      order,
      logisticsOrderId: 30_000_000_000_000_000n + (id % 1_000_000_000_000n),
      trackingNumber: `LP00${id % 1_000_000_000_000n}`,
      carrier: random.pick(carriers),
      shippedAt,
      orderEndsAt,
      events: travel(order, shippedAt, orderEndsAt - MIN_BEFORE_END_MS - shippedAt, random, stallShare),
    });
  }
  return parcels;
}

function travel(
  { country }: Order,
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
    return { at, code: leg.code, text: leg.text, place: placeOf(leg, country) };
  });
}

const placeOf = ({ where }: Leg, country: string): string =>
  where === 'origin' ? 'Shenzhen' : where === 'on the way' ? 'Liège' : (cities[country] ?? country);

/** The tracking events the carrier has published by `now`. */
export const eventsUntil = (parcel: Parcel, now: number): readonly ParcelEvent[] =>
  parcel.events.filter(({ at }) => at <= now);

export const isDelivery = ({ code }: ParcelEvent): boolean => deliveries.has(code);

/** Undefined where it is never delivered. */
export const deliveredAt = (parcel: Parcel): number | undefined => parcel.events.find(isDelivery)?.at;

export interface Thresholds {
  /** Hours in customs after which a parcel counts as stalled. */
  customsHours: number;
  /** Hours without a tracking event after which a parcel counts as stalled. */
  noUpdateHours: number;
}

export const defaultThresholds: Thresholds = { customsHours: 72, noUpdateHours: 120 };

export interface Stall {
  kind: 'customs' | 'no_update' | 'failure';
  /** Code of the event it began with; left out where there was no event yet. */
  code?: string;
  /** Time of that event, epoch milliseconds. */
  from: number;
  /** From this instant on the seller should be notified. */
  dueAt: number;
  /** When the next event came; left out where none does. */
  endedAt?: number;
}

/**
 * The stalls a seller should be notified of while the order is open. A parcel that has no event in customs for longer
 * than both thresholds counts twice: as held in customs and as not updated.
 */
export function stallsOf(parcel: Parcel, thresholds: Partial<Thresholds> = {}): Stall[] {
  const { customsHours, noUpdateHours } = { ...defaultThresholds, ...thresholds };
  const marks: { at: number; code?: string }[] = [{ at: parcel.shippedAt }, ...parcel.events];
  return marks
    .flatMap(({ at, code }, n): Stall[] => {
      const next = marks[n + 1];
      const stall = (kind: Stall['kind'], hours: number): Stall => ({
        kind,
        ...(code && { code }),
        from: at,
        dueAt: at + hours * HOUR,
        ...(next && { endedAt: next.at }),
      });
      return [
        ...(code && customsEntries.has(code) ? [stall('customs', customsHours)] : []),
        ...(code && ends.has(code) ? [] : [stall('no_update', noUpdateHours)]),
        ...(code === failure.code ? [stall('failure', 0)] : []),
      ];
    })
    .filter(({ dueAt, endedAt }) => dueAt < Math.min(endedAt ?? parcel.orderEndsAt, parcel.orderEndsAt));
}
