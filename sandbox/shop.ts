/**
 * A seeded shop: orders, the parcels, reviews and disputes that follow from them, and products. The whole history is
 * computed when the shop is opened, so the shop needs no clock, and a report can tell which events were expected.
 */

import { DAY } from '../lib/runtime.ts';
import { type Announcement, announceLines } from './announcements.ts';
import { type Dispute, openDisputes } from './disputes.ts';
import { type HealthPeriod, healthPeriods } from './health.ts';
import { makeOdd, type OrderOddities } from './order-oddities.ts';
import { type Order, type OrderOptions, placeOrders } from './orders.ts';
import { withAbnormalities } from './parcels/abnormalities.ts';
import { sendSteadyParcels } from './parcels/steady.ts';
import { sendVariedParcels, type VariedShares, variedCountries, variedShares } from './parcels/varied.ts';
import type { Parcel } from './parcels.ts';
import { type Product, stockProducts } from './products.ts';
import { randomSource } from './random.ts';
import { type Review, writeReviews } from './reviews.ts';

/** Epoch milliseconds; `to` is not part of it. */
export interface Span {
  from: number;
  to: number;
}

export interface ShopOptions extends Omit<OrderOptions, 'historyDays' | 'countries'>, OrderOddities {
  seed: number;
  /** Days before `from` on which orders were already placed; 2. */
  historyDays?: number;
  /** Share of parcels that stall or fail; 0.03. */
  stallShare?: number;
  /** Parcels as sellers know them, and not steady ones; further shares of them where they are not the usual ones. */
  variedParcels?: boolean | Partial<VariedShares>;
  /** Share of received orders that are reviewed; 0.6. */
  reviewShare?: number;
  /** Share of reviewed orders with 1 to 3 stars; 0.08. */
  badShare?: number;
  /** Share of shipped orders with a dispute; 0.015. */
  disputeShare?: number;
}

export interface Shop {
  /** In time order. */
  orders: readonly Order[];
  parcels: readonly Parcel[];
  /** By order id, as are disputes. */
  reviews: ReadonlyMap<bigint, readonly Review[]>;
  disputes: ReadonlyMap<bigint, Dispute>;
  products: readonly Product[];
  health: readonly HealthPeriod[];
  announcements: readonly Announcement[];
}

export function openShop(options: ShopOptions): Shop {
  const { seed, from, to, historyDays = 2 } = options;
  const { stallShare = 0.03, reviewShare = 0.6, badShare = 0.08, disputeShare = 0.015 } = options;
  const { variedParcels = false } = options;
  const countries = variedParcels ? { countries: variedCountries } : {};
  const orders = placeOrders({ ...options, ...countries, historyDays }, randomSource(seed));
  const stream = (name: string) => randomSource(seed, name);
  makeOdd(orders, options, stream('order oddities'));
  const sent = variedParcels
    ? sendVariedParcels(orders, stream('varied parcels'), {
        ...variedShares,
        stalled: stallShare,
        ...(variedParcels !== true && variedParcels),
      })
    : withAbnormalities(sendSteadyParcels(orders, stream('parcels'), stallShare), stream('abnormal parcels'));
  return {
    orders,
    parcels: sent,
    reviews: writeReviews(orders, stream('reviews'), { reviewShare, badShare }),
    disputes: openDisputes(orders, stream('disputes'), disputeShare),
    products: stockProducts({ from: from - historyDays * DAY, opening: from, to }, stream('products')),
    health: healthPeriods(from, to, stream('health')),
    announcements: announceLines(from - historyDays * DAY, to, stream('announcements')),
  };
}

/** When the order last changed: with its stage or an edit, or when a dispute about it was opened or closed. */
export function changedAt({ disputes }: Pick<Shop, 'disputes'>, order: Order, now: number): number {
  const dispute = disputes.get(order.id);
  const changes = [
    ...order.stages.map(({ at }) => at),
    ...(order.edits ?? []),
    ...(dispute ? [dispute.openedAt, dispute.closedAt] : []),
  ];
  return Math.max(...changes.filter((at) => at <= now));
}
