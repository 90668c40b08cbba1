/**
 * The parcels of shipped orders, event by event, and what a watchful seller should have been told about them.
 *
 * An ordinary parcel has news within 30 hours, always, and arrives half a day or more before its order ends. The
 * others are held in customs, fall silent, or are not delivered at the first try; half of them recover.
 */

import type { Chance } from './chance.ts';
import type { Order } from './shop.ts';

const HOUR = 3_600_000;

export interface Carrier {
  /** What tracking calls service_name, and the order's detail logistics_type_code. */
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
  /** AliExpress's action code. [facts §3.3] */
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
  /** When its order ends; after that nobody follows it. */
  orderEndsAt: number;
  /** In time order. Empty until some hours after it was shipped. */
  events: readonly ParcelEvent[];
}

interface Leg {
  code: string;
  text: string;
  where: 'origin' | 'on the way' | 'destination';
  /** Hours since the event before, from … to. */
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
/** The documentation writes the second underscore of these two as a full-width character, and so does the wire. */
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
const arrivals: readonly Leg[] = [
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
const secondTry: Leg = {
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
const deliveries = new Set(arrivals.map(({ code }) => code));
const ends = new Set([...deliveries, 'RETURNED']);

/** After these a parcel may fall silent; early enough that its order is still open when that is noticed. */
const silentAfter = ['PU_PICKUP_SUCCESS', 'SC_OUTBOUND_SUCCESS', 'LH_DEPART', 'LH_ARRIVE'];
const THIRD_COUNTRY_SHARE = 0.15;
const RECOVERY_SHARE = 0.5;
/** Between arrival and the end of the order. */
const BEFORE_END_MS = 12 * HOUR;

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

/** One for every order that was shipped, by the order's id. @param stallShare of them have trouble */
export function sendParcels(
  orders: readonly Order[],
  chance: Chance,
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
      carrier: chance.pick(carriers),
      shippedAt,
      orderEndsAt,
      events: travel(order, shippedAt, orderEndsAt - BEFORE_END_MS - shippedAt, chance, stallShare),
    });
  }
  return parcels;
}

function travel(
  { country }: Order,
  shippedAt: number,
  longestMs: number,
  chance: Chance,
  stallShare: number,
): ParcelEvent[] {
  const timed = (leg: Leg) => ({ ...leg, ms: chance.between(...leg.hours) * HOUR, held: false });
  const route = [
    ...outbound,
    ...(chance.random() < THIRD_COUNTRY_SHARE ? throughThirdCountry : []),
    ...inbound,
    chance.pick(arrivals),
  ].map(timed);

  if (chance.random() < stallShare) {
    const recovers = chance.random() < RECOVERY_SHARE;
    /** Nothing follows this event for so long, or for ever. */
    const holdAfter = (code: string, hours: number) => {
      const next = route.findIndex((leg) => leg.code === code) + 1;
      const leg = route[next] as (typeof route)[number];
      if (recovers) route[next] = { ...leg, ms: hours * HOUR, held: true };
      else route.length = next;
    };
    const trouble = chance.pick(['customs', 'silent', 'failed_delivery'] as const);
    if (trouble === 'customs') {
      const entry = chance.random() < 1 / 3 ? 'CC_EX_START' : 'CC_IM_START';
      holdAfter(entry, usualThresholds.customsHours + chance.between(6, 42));
    } else if (trouble === 'silent') {
      holdAfter(chance.pick(silentAfter), usualThresholds.silentHours + chance.between(6, 72));
    } else if (recovers) {
      route.splice(-1, 0, timed(failure), timed(secondTry));
    } else {
      route.splice(-1, 1, timed(failure), ...returning.map(timed));
    }
  }

  const sum = (legs: typeof route) => legs.reduce((total, leg) => total + leg.ms, 0);
  const held = sum(route.filter((leg) => leg.held));
  // Whoever was held up hurries, so that it still arrives while its order is open.
  const pace = Math.min(1, (longestMs - held) / (sum(route) - held));
  let at = shippedAt;
  return route.map((leg) => {
    at = Math.floor((at + (leg.held ? leg.ms : leg.ms * pace)) / 1000) * 1000;
    return { at, code: leg.code, text: leg.text, place: placeOf(leg, country) };
  });
}

const placeOf = ({ where }: Leg, country: string): string =>
  where === 'origin' ? 'Shenzhen' : where === 'on the way' ? 'Liège' : (cities[country] ?? country);

/** What the carrier has told until now. */
export const eventsUntil = (parcel: Parcel, now: number): readonly ParcelEvent[] =>
  parcel.events.filter(({ at }) => at <= now);

export const isDelivery = ({ code }: ParcelEvent): boolean => deliveries.has(code);

/** Undefined where the buyer never gets it. */
export const deliveredAt = (parcel: Parcel): number | undefined => parcel.events.find(isDelivery)?.at;

export interface Thresholds {
  /** A parcel that is in customs for so long is held there. */
  customsHours: number;
  /** A parcel without news for so long is silent. */
  silentHours: number;
}

export const usualThresholds: Thresholds = { customsHours: 72, silentHours: 120 };

export interface Stall {
  kind: 'customs' | 'silent' | 'failed_delivery';
  /** Code of the event it began with; none when nothing ever came. */
  code?: string;
  /** Time of that event, epoch milliseconds. */
  from: number;
  /** From when on the seller should be told. */
  dueAt: number;
  /** When there was news; none when there never is. */
  endedAt?: number;
}

/**
 * Every stall of the parcel that the seller should be told of while its order is open. A parcel about which customs
 * say nothing for both thresholds is held in customs and silent.
 */
export function stallsOf(parcel: Parcel, thresholds: Partial<Thresholds> = {}): Stall[] {
  const { customsHours, silentHours } = { ...usualThresholds, ...thresholds };
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
        ...(code && ends.has(code) ? [] : [stall('silent', silentHours)]),
        ...(code === failure.code ? [stall('failed_delivery', 0)] : []),
      ];
    })
    .filter(({ dueAt, endedAt }) => dueAt < Math.min(endedAt ?? parcel.orderEndsAt, parcel.orderEndsAt));
}
