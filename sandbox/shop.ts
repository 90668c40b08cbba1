/**
 * A seeded shop. Orders arrive as a Poisson process along an hourly curve and live through their statuses;
 * everything about an order at a moment follows from its history, so the shop needs no clock of its own.
 *
 * Every buyer carries canary values (CANARY-…) in all personal fields: none of them may ever leave the pack.
 */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type CurveName, density, peakDensity } from './curves.ts';

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
}

const products = [
  'Canvas Tote Bag with Zipper',
  'LED Strip Light 5 m',
  'Silicone Phone Case',
  'Stainless Steel Water Bottle 750 ml',
  'Wireless Earbuds Charging Case',
  'Yoga Mat 6 mm',
  'Cat Tree Scratching Post',
  'Foldable Laptop Stand',
];
const countries = ['ES', 'FR', 'US', 'BR', 'PL', 'UK', 'DE', 'KR'];

export interface Shop {
  orders: readonly Order[];
}

/** Builds the shop's orders from `from` − 2 days, so that there is a past, until `to`. */
export function openShop(options: ShopOptions): Shop {
  const generator = xoroshiro128plus(options.seed);
  const random = () => uniformFloat64(generator);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

  const { curve, ordersPerDay, from, to } = options;
  const orders: Order[] = [];
  const peakPerMs = peakDensity(curve, ordersPerDay) / HOUR;
  for (let at = from - 2 * DAY; ; ) {
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
        productId: 1_005_006_700_000_000n + BigInt(Math.floor(random() * products.length) * 1111),
        name: pick(products),
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

  return { orders };
}

/** The stage an order is in at a moment; undefined before it was placed. */
export function stageAt(order: Order, now: number): Stage | undefined {
  return order.stages.findLast((stage) => stage.at <= now);
}
