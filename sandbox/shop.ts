/**
 * A seeded shop. Orders arrive as a Poisson process along an hourly curve and live through their statuses; parcels,
 * reviews and disputes follow from them, products live beside them. Everything at a moment follows from a history
 * that is known from the start, so the shop needs no clock, and a report can tell what should have been noticed.
 *
 * Every buyer carries canary values (CANARY-…) in all personal fields: none of them may ever leave the pack.
 */

import { chance } from './chance.ts';
import { type CurveName, density, peakDensity } from './curves.ts';
import { type Dispute, openDisputes } from './disputes.ts';
import { examine, type Health } from './health.ts';
import { type Parcel, sendParcels } from './parcels.ts';
import { orderedProducts, type Product, stockProducts } from './products.ts';
import { type Review, writeReviews } from './reviews.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Stage {
  /** Epoch milliseconds. */
  at: number;
  status: string;
  endReason?: string;
}

export interface Line {
  childId: bigint;
  productId: bigint;
  name: string;
  quantity: number;
  unitCents: number;
  sku: string;
}

export interface Order {
  /** 17 digits: beyond what a JavaScript number holds. */
  id: bigint;
  placedAt: number;
  paidAt?: number;
  shippedAt?: number;
  /** In time order; the first is the placing. */
  stages: Stage[];
  lines: Line[];
  country: string;
  buyer: { login: string; name: string; phone: string; street: string };
}

export interface ShopOptions {
  seed: number;
  curve: CurveName;
  ordersPerDay: number;
  /** Epoch milliseconds; the curve's hour 0 is this moment's hour of the day. */
  from: number;
  to: number;
  /** Days before `from` in which orders were placed already; 2. */
  historyDays?: number;
  /** Parcels that have trouble, of all; 0.03. */
  stallShare?: number;
  /** Orders that are reviewed, of those received; 0.6. */
  reviewShare?: number;
  /** Reviewed orders with 1 to 3 stars; 0.08. */
  badShare?: number;
  /** Orders with a dispute, of those shipped; 0.015. */
  disputeShare?: number;
}

const countries = ['ES', 'FR', 'US', 'BR', 'PL', 'UK', 'DE', 'KR'];

export interface Shop {
  /** In the order of time. */
  orders: readonly Order[];
  /** By the id of the order, as are reviews and disputes. */
  parcels: ReadonlyMap<bigint, Parcel>;
  reviews: ReadonlyMap<bigint, readonly Review[]>;
  disputes: ReadonlyMap<bigint, Dispute>;
  products: readonly Product[];
  health: readonly Health[];
}

/** Builds the shop's orders from `from` − `historyDays`, so that there is a past, until `to`, and all that follows. */
export function openShop(options: ShopOptions): Shop {
  const { seed, curve, ordersPerDay, from, to, historyDays = 2 } = options;
  const { stallShare = 0.03, reviewShare = 0.6, badShare = 0.08, disputeShare = 0.015 } = options;
  const { random, exponential, pick } = chance(seed);

  const orders: Order[] = [];
  const peakPerMs = peakDensity(curve, ordersPerDay) / HOUR;
  for (let at = from - historyDays * DAY; ; ) {
    at += exponential(1 / peakPerMs);
    if (at >= to) break;
    const hour = (((at - from) % DAY) + DAY) % DAY;
    if (random() * peakPerMs * HOUR > density(curve, ordersPerDay, hour / HOUR)) continue;
    orders.push(place(Math.floor(at / 1000) * 1000, orders.length));
  }

  function place(placedAt: number, n: number): Order {
    const id = 82_017_394_000_000_000n + BigInt(n) * 1_000_003n + BigInt(Math.floor(random() * 1_000_000));
    const stages: Stage[] = [{ at: placedAt, status: 'PLACE_ORDER_SUCCESS' }];
    const then = (after: number, status: string, endReason?: string) => {
      const last = stages.at(-1) as Stage;
      const at = Math.floor((last.at + after) / 1000) * 1000;
      stages.push({ at, status, ...(endReason && { endReason }) });
      return at;
    };
    const order: Order = {
      id,
      placedAt,
      stages,
      lines: Array.from({ length: random() < 0.8 ? 1 : 2 }, (_, line) => ({
        childId: id + BigInt(line + 1) * 10_000n,
        productId: pick(orderedProducts).id,
        name: pick(orderedProducts).name,
        quantity: 1 + Math.floor(random() * 3),
        unitCents: 199 + Math.floor(random() * 6000),
        sku: `SKU-${Math.floor(random() * 900 + 100)}`,
      })),
      country: pick(countries),
      buyer: {
        login: `canarylogin${n}`,
        name: `CANARY-NAME-${n}`,
        phone: `+34-CANARY-PHONE-${n}`,
        street: `CANARY-STREET-${n}`,
      },
    };
    const fate = random();
    if (fate < 0.07) {
      // Never paid: the buyer cancels, sometimes at once, or the time runs out.
      if (random() < 0.5) then(exponential(2 * HOUR), 'FINISH', 'buyer_cancel_notpay_order');
      else then(20 * DAY, 'FINISH', 'pay_timeout');
      return order;
    }
    order.paidAt = then(
      20_000 + exponential(6 * MINUTE),
      random() < 0.15 ? 'RISK_CONTROL' : 'WAIT_SELLER_SEND_GOODS',
    );
    if (stages.at(-1)?.status === 'RISK_CONTROL') {
      if (fate < 0.09) {
        then(exponential(5 * HOUR), 'FINISH', 'buyer_cancel_order_in_risk');
        return order;
      }
      then(random() * DAY, 'WAIT_SELLER_SEND_GOODS');
    }
    order.shippedAt = then(4 * HOUR + exponential(20 * HOUR), 'WAIT_BUYER_ACCEPT_GOODS');
    then(15 * DAY + exponential(5 * DAY), 'FINISH', 'buyer_confirm_goods');
    return order;
  }

  return {
    orders,
    parcels: sendParcels(orders, chance(seed, 'parcels'), stallShare),
    reviews: writeReviews(orders, chance(seed, 'reviews'), { reviewShare, badShare }),
    disputes: openDisputes(orders, chance(seed, 'disputes'), disputeShare),
    products: stockProducts({ from: from - historyDays * DAY, opening: from, to }, chance(seed, 'products')),
    health: examine(from, to, chance(seed, 'health')),
  };
}

/** The stage an order is in at a moment; undefined before it was placed. */
export function stageAt(order: Order, now: number): Stage | undefined {
  return order.stages.findLast((stage) => stage.at <= now);
}

/** When the order last changed: it does with its stage, and with the opening and the end of a dispute. */
export function changedAt({ disputes }: Pick<Shop, 'disputes'>, order: Order, now: number): number {
  const dispute = disputes.get(order.id);
  const moments = [
    ...order.stages.map(({ at }) => at),
    ...(dispute ? [dispute.openedAt, dispute.closedAt] : []),
  ];
  return Math.max(...moments.filter((at) => at <= now));
}
