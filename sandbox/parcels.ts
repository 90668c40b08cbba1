/** The parcels of shipped orders, event by event. See sandbox/parcels/stalls.ts for what a seller should be notified of. */

import type { Order } from './orders.ts';
import type { Carrier } from './parcels/carriers.ts';

export interface ParcelEvent {
  /** Epoch milliseconds. */
  at: number;
  /** AliExpress's action code, also where the carrier does not write it. See docs/aliexpress.md#tracking-codes. */
  code: string;
  text: string;
  place: string;
  /** The carrier writes no time that could be read. */
  isUndated?: true;
}

/** A number that was declared by mistake. No carrier knows it. */
export interface MistakenNumber {
  number: string;
  /** When it was replaced, epoch milliseconds. */
  correctedAt: number;
}

/** Why a warehouse could not process a parcel. */
export interface Abnormality {
  code: string;
  reason: string;
  from: number;
  /** When it was settled, epoch milliseconds. */
  until: number;
  /** The deadline for the seller's decision; left out where there is none. */
  decideBy?: number;
}

export interface Parcel {
  /** The order to whose address it goes. */
  order: Order;
  /** Further orders of the same buyer in it. */
  combinedWith: readonly Order[];
  /** Its place among the parcels of the order, from 0. */
  nth: number;
  lpNumber: string;
  /** The right one. It was declared when the parcel was shipped, unless a mistaken one was. */
  trackingNumber: string;
  mistaken?: MistakenNumber;
  carrier: Carrier;
  shippedAt: number;
  /** After its last order has ended, a parcel is no longer watched. */
  orderEndsAt: number;
  /** In time order. The first one comes some hours after shipping. */
  events: readonly ParcelEvent[];
  /** In time order. */
  abnormalities: readonly Abnormality[];
}

export const ordersIn = ({ order, combinedWith }: Parcel): readonly Order[] => [order, ...combinedWith];

export const parcelsOf = (parcels: readonly Parcel[], orderId: bigint): Parcel[] =>
  parcels.filter((parcel) => ordersIn(parcel).some(({ id }) => id === orderId));

/** When the seller declared the parcel for one of its orders. */
export const declaredAt = ({ order, shippedAt }: Parcel, of: Order): number =>
  of.id === order.id ? shippedAt : Math.max(shippedAt, of.shippedAt ?? shippedAt);

/** Each order of a parcel has a logistics order of its own. */
export const logisticsOrderId = ({ nth }: Parcel, { id }: Order): bigint =>
  30_000_000_000_000_000n + BigInt(nth) * 1_000_000_000_000n + (id % 1_000_000_000_000n);

/** The tracking number as the seller has declared it by then. */
export const numberAt = ({ trackingNumber, mistaken }: Parcel, now: number): string =>
  mistaken && now < mistaken.correctedAt ? mistaken.number : trackingNumber;

/** The tracking events the carrier has published by `now`. */
export const eventsUntil = (parcel: Parcel, now: number): readonly ParcelEvent[] =>
  parcel.events.filter(({ at }) => at <= now);

/** The codes by which carriers say that the buyer has the parcel. */
export const DELIVERY_CODES: readonly string[] = ['GTMS_SIGNED', 'SIGNED', 'GSTA_SIGN'];

export const isDelivery = ({ code }: ParcelEvent): boolean => DELIVERY_CODES.includes(code);

/** Undefined where it is never delivered. */
export const deliveredAt = (parcel: Parcel): number | undefined => parcel.events.find(isDelivery)?.at;

/** Undefined where it is never sent back. */
export const returnedAt = ({ events }: Parcel): number | undefined =>
  events.find(({ code }) => code === 'RETURNED')?.at;
