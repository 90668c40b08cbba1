/** The orders of a seeded shop: they arrive as a Poisson process along an hourly curve and pass through statuses. */

import { DAY, HOUR, MINUTE } from '../lib/runtime.ts';
import { type CurveName, density, peakDensity } from './curves.ts';
import { wholeSecond } from './pacific.ts';
import { orderedProducts } from './products.ts';
import type { RandomSource } from './random.ts';

export interface Stage {
  /** Epoch milliseconds. */
  at: number;
  status: string;
  endReason?: string;
}

/** Why orders end whose goods were sent. */
export const ENDS_AFTER_SHIPPING: readonly string[] = [
  'buyer_confirm_goods',
  'buyer_accept_goods_timeout',
  'end_issue',
];

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
  /** In time order; the order is placed in the first. */
  stages: Stage[];
  /** When something else about it was changed, such as a note; epoch milliseconds. */
  edits?: readonly number[];
  lines: Line[];
  /** Fields of the order list that AliExpress leaves out for this order. */
  leftOut?: readonly string[];
  country: string;
  /** Every value contains "canary": none of them may ever leave the pack. */
  buyer: { login: string; name: string; phone: string; street: string };
}

export interface OrderOptions {
  curve: CurveName;
  ordersPerDay: number;
  /** Epoch milliseconds. The curve's hour 0 is the hour of day of this instant. */
  from: number;
  to: number;
  /** Days before `from` on which orders were already placed. */
  historyDays: number;
  countries?: readonly string[];
}

const usualCountries = ['ES', 'FR', 'US', 'BR', 'PL', 'UK', 'DE', 'KR'];

/** @returns the orders in time order, each with all its stages, also those after `to` */
export function placeOrders(options: OrderOptions, random: RandomSource): Order[] {
  const { curve, ordersPerDay, from, to, historyDays, countries = usualCountries } = options;
  const orders: Order[] = [];
  const peakPerMs = peakDensity(curve, ordersPerDay) / HOUR;
  for (let at = from - historyDays * DAY; ; ) {
    at += random.exponential(1 / peakPerMs);
    if (at >= to) return orders;
    const hour = (((at - from) % DAY) + DAY) % DAY;
    if (random.next() * peakPerMs * HOUR > density(curve, ordersPerDay, hour / HOUR)) continue;
    orders.push(placeOrder(wholeSecond(at), orders.length, countries, random));
  }
}

function placeOrder(placedAt: number, n: number, countries: readonly string[], random: RandomSource): Order {
  const id = 82_017_394_000_000_000n + BigInt(n) * 1_000_003n + BigInt(Math.floor(random.next() * 1_000_000));
  const order: Order = {
    id,
    placedAt,
    stages: [{ at: placedAt, status: 'PLACE_ORDER_SUCCESS' }],
    lines: Array.from({ length: random.next() < 0.8 ? 1 : 2 }, (_, line) => ({
      childId: id + BigInt(line + 1) * 10_000n,
      productId: random.pick(orderedProducts).id,
      name: random.pick(orderedProducts).name,
      quantity: 1 + Math.floor(random.next() * 3),
      unitCents: 199 + Math.floor(random.next() * 6000),
      sku: `SKU-${Math.floor(random.next() * 900 + 100)}`,
    })),
    country: random.pick(countries),
    buyer: {
      login: `canarylogin${n}`,
      name: `CANARY-NAME-${n}`,
      phone: `+34-CANARY-PHONE-${n}`,
      street: `CANARY-STREET-${n}`,
    },
  };
  addLaterStages(order, random);
  return order;
}

function addLaterStages(order: Order, random: RandomSource): void {
  const { stages } = order;
  /** @returns when the stage begins, `afterMs` after the one before */
  const add = (afterMs: number, status: string, endReason?: string): number => {
    const last = stages.at(-1) as Stage;
    const at = wholeSecond(last.at + afterMs);
    stages.push({ at, status, ...(endReason && { endReason }) });
    return at;
  };
  const outcome = random.next();
  if (outcome < 0.07) {
    // Never paid: the buyer cancels, or the payment period ends.
    if (random.next() < 0.5) add(random.exponential(2 * HOUR), 'FINISH', 'buyer_cancel_notpay_order');
    else add(20 * DAY, 'FINISH', 'pay_timeout');
    return;
  }
  order.paidAt = add(
    20_000 + random.exponential(6 * MINUTE),
    random.next() < 0.15 ? 'RISK_CONTROL' : 'WAIT_SELLER_SEND_GOODS',
  );
  if (stages.at(-1)?.status === 'RISK_CONTROL') {
    if (outcome < 0.09) {
      add(random.exponential(5 * HOUR), 'FINISH', 'buyer_cancel_order_in_risk');
      return;
    }
    add(random.next() * DAY, 'WAIT_SELLER_SEND_GOODS');
  }
  order.shippedAt = add(4 * HOUR + random.exponential(20 * HOUR), 'WAIT_BUYER_ACCEPT_GOODS');
  add(15 * DAY + random.exponential(5 * DAY), 'FINISH', 'buyer_confirm_goods');
}

/** The order's stage at an instant; undefined before it was placed. */
export function stageAt(order: Order, now: number): Stage | undefined {
  return order.stages.findLast((stage) => stage.at <= now);
}
