/**
 * Parcels as sellers know them: long line hauls, carriers that report little or without codes, several parcels for an order
 * and several orders in a parcel, mistaken numbers, parcels that a warehouse or customs holds, failed deliveries, returns,
 * and parcels that are lost and never heard of again. An order ends some days after its last parcel has arrived.
 */

import { DAY, HOUR } from '../../lib/runtime.ts';
import type { Order, Stage } from '../orders.ts';
import { wholeSecond } from '../pacific.ts';
import { deliveredAt, type Parcel, returnedAt } from '../parcels.ts';
import type { RandomSource } from '../random.ts';
import { carriers } from './carriers.ts';
import { journey, type Outcome } from './journey.ts';

/** Countries of the orders. */
export const variedCountries = ['ES', 'FR', 'US', 'BR', 'PL', 'UK', 'DE', 'KR', 'RU'];

/** Shares of parcels or, where said, of orders. */
export interface VariedShares {
  /** Lost, held by customs, not delivered or sent back. */
  stalled: number;
  /** Of shipped orders: more than one parcel. */
  split: number;
  /** Of split orders: the second parcel is shipped a day or more after the first. */
  sentInParts: number;
  /** Of shipped orders: they join the parcel of another one of their buyer. */
  combined: number;
  mistaken: number;
  /** Held by a warehouse. */
  abnormal: number;
  /** The events have no time that can be read. */
  undated: number;
  /** Of events of carriers without codes: the sentence says nothing. */
  opaque: number;
}

export const variedShares: VariedShares = {
  stalled: 0.03,
  split: 0.08,
  sentInParts: 0.4,
  combined: 0.04,
  mistaken: 0.03,
  abnormal: 0.015,
  undated: 0.005,
  opaque: 0.04,
};

/** Changes the orders too: their last stages follow their parcels. */
export function sendVariedParcels(
  orders: readonly Order[],
  random: RandomSource,
  shares: VariedShares,
): Parcel[] {
  const parcels: Parcel[] = [];
  /** The last order to a country that left in one parcel, and may still be joined. */
  const open = new Map<string, Parcel>();
  const byShipping = orders
    .filter(({ shippedAt }) => shippedAt !== undefined)
    .sort((a, b) => Number(a.shippedAt) - Number(b.shippedAt));
  for (const order of byShipping) {
    const shippedAt = order.shippedAt as number;
    const host = open.get(order.country);
    if (random.next() < shares.combined && host && canJoin(host, shippedAt)) {
      order.buyer = host.order.buyer;
      parcels[parcels.indexOf(host)] = { ...host, combinedWith: [order] };
      open.delete(order.country);
      continue;
    }
    const isSplit = random.next() < shares.split;
    const send = (nth: number, at: number): Parcel => {
      const sending = { order, nth, shippedAt: at, serial: parcels.length };
      const parcel = sendParcel(sending, random, shares);
      parcels.push(parcel);
      return parcel;
    };
    const first = send(0, shippedAt);
    if (isSplit) {
      open.delete(order.country);
      const secondAt = random.next() < shares.sentInParts ? sendRest(order, random) : shippedAt;
      send(1, secondAt);
      if (random.next() < 0.25) send(2, secondAt);
    } else open.set(order.country, first);
  }
  return endOrders(orders, parcels, random);
}

/** The warehouse packs what comes within half a day. */
const canJoin = ({ shippedAt, mistaken, abnormalities }: Parcel, at: number): boolean =>
  at - shippedAt < 12 * HOUR && !mistaken && abnormalities.length === 0;

/** The first parcel has left; the order waits for the rest. @returns when that is shipped */
function sendRest(order: Order, random: RandomSource): number {
  const shipped = order.stages.find(({ status }) => status === 'WAIT_BUYER_ACCEPT_GOODS') as Stage;
  const at = wholeSecond(shipped.at + random.between(1, 3) * DAY);
  order.stages.splice(order.stages.indexOf(shipped), 0, { at: shipped.at, status: 'SELLER_PART_SEND_GOODS' });
  shipped.at = at;
  order.shippedAt = at;
  return at;
}

interface Sending {
  order: Order;
  nth: number;
  shippedAt: number;
  /** Its place among all parcels. */
  serial: number;
}

function sendParcel(
  { order, nth, shippedAt, serial }: Sending,
  random: RandomSource,
  shares: VariedShares,
): Parcel {
  const carrier = random.pick(carriers);
  const digits = `${order.id % 1_000_000_000_000n}`.padStart(12, '0');
  const lpNumber = `LP${nth}0${digits}`;
  const outcome = outcomeOf(random, shares.stalled);
  const isAbnormal = carrier.isOnline && random.next() < shares.abnormal;
  const { events, abnormalities } = journey(
    { order, carrier, shippedAt, outcome, isAbnormal, opaqueShare: shares.opaque },
    random,
  );
  const isMistaken = random.next() < shares.mistaken;
  const isUndated = random.next() < shares.undated;
  const trackingNumber = carrier.numbers.startsWith('LP') ? lpNumber : numbered(carrier.numbers, serial);
  return {
    order,
    combinedWith: [],
    nth,
    lpNumber,
    trackingNumber,
    ...(isMistaken && {
      mistaken: {
        number: trackingNumber.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 5) % 10)),
        correctedAt: wholeSecond(shippedAt + random.between(0.5, 6) * DAY),
      },
    }),
    carrier,
    shippedAt,
    orderEndsAt: shippedAt,
    events: isUndated ? events.map((event) => ({ ...event, isUndated: true as const })) : events,
    abnormalities,
  };
}

/** A number in the form of its carrier, which no other parcel has. */
function numbered(form: string, serial: number): string {
  const digits = [...String(100_000_000 + serial * 7919).padStart(16, '1')];
  let left = [...form].filter((character) => character === '#').length;
  return form.replace(/#/g, () => digits.at(-left--) as string);
}

function outcomeOf(random: RandomSource, stalled: number): Outcome {
  if (random.next() >= stalled) return 'delivered';
  const cause = random.next();
  if (cause < 0.35) return 'lost';
  if (cause < 0.5) return 'held by customs';
  if (cause < 0.65) return 'lost in customs';
  return cause < 0.85 ? 'delivered at the second attempt' : 'returned';
}

const CONFIRM_MEAN_MS = 3 * DAY;
/** An order whose goods never arrive ends when the time for confirming receipt is over. */
const CONFIRM_WITHIN_MS = 60 * DAY;

/** Sets the last stage of each shipped order. @returns the parcels with the end of their orders */
function endOrders(orders: readonly Order[], parcels: readonly Parcel[], random: RandomSource): Parcel[] {
  const byOrder = new Map<bigint, Parcel[]>();
  for (const parcel of parcels) {
    for (const { id } of [parcel.order, ...parcel.combinedWith]) {
      byOrder.set(id, [...(byOrder.get(id) ?? []), parcel]);
    }
  }
  const ends = new Map<bigint, number>();
  for (const { id, shippedAt, stages } of orders) {
    const last = stages.at(-1);
    const own = byOrder.get(id);
    if (!own || !last || shippedAt === undefined) continue;
    Object.assign(last, endOf(own, shippedAt, random));
    ends.set(id, last.at);
  }
  return parcels.map((parcel) => ({
    ...parcel,
    orderEndsAt: Math.max(
      ...[parcel.order, ...parcel.combinedWith].map(({ id }) => ends.get(id) ?? parcel.shippedAt),
    ),
  }));
}

function endOf(own: readonly Parcel[], shippedAt: number, random: RandomSource): Omit<Stage, 'status'> {
  const ends = own.map((parcel) => deliveredAt(parcel) ?? returnedAt(parcel));
  const wait = 2 * HOUR + random.exponential(CONFIRM_MEAN_MS);
  if (ends.some((at) => at === undefined)) {
    return { at: shippedAt + CONFIRM_WITHIN_MS, endReason: 'buyer_accept_goods_timeout' };
  }
  const at = wholeSecond(Math.max(shippedAt, ...ends.map(Number)) + wait);
  return { at, endReason: own.some(returnedAt) ? 'end_issue' : 'buyer_confirm_goods' };
}
