/** The shop of a history, as AliExpress shows it. */

import { DAY, HOUR, MINUTE } from '../lib/runtime.ts';
import type { Order, Stage } from '../sandbox/orders.ts';
import { wholeSecond } from '../sandbox/pacific.ts';
import { orderedProducts } from '../sandbox/products.ts';
import type { RandomSource } from '../sandbox/random.ts';
import type { Shop } from '../sandbox/shop.ts';
import type { Schedule } from './schedule.ts';
import { rowsIn } from './shown-names.ts';
import type { LabShop, Move, StoryOptions } from './story.ts';

export interface LabStage extends Stage {
  /** How long after its time AliExpress shows it, in a history with late rows. */
  lateMs: number;
}

export interface LabOrder extends Order {
  stages: LabStage[];
  edits: number[];
  /** AliExpress leaves out the date of the payment. */
  hasNoPaidAt: boolean;
}

export type LabRecords = Partial<Omit<Shop, 'orders'>> & { orders: readonly LabOrder[] };

const NOTHING: Omit<Shop, 'orders'> = {
  parcels: [],
  reviews: new Map(),
  disputes: new Map(),
  products: [],
  health: [],
  announcements: [],
};

const ORDER_LIST = 'aliexpress.trade.seller.orderlist.get';

/** @param disguise changes an answer as single records require it */
export function openLabShop(
  records: LabRecords,
  { isLate }: StoryOptions,
  disguise: LabShop['disguise'] = () => {},
): LabShop {
  const shop = { ...NOTHING, ...records };
  const edited = shop.orders.map((order) => ({ ...order, edits: [...order.edits] }));
  // Reviews, parcels and disputes are about the orders as they were drawn: only numbers are compared.
  const orders: readonly LabOrder[] = edited;
  const undatedPayments = new Set(orders.filter(({ hasNoPaidAt }) => hasNoPaidAt).map(({ id }) => id));
  const moves: Move[] = [];
  return {
    moves,
    shownAt: (now) => ({
      ...shop,
      orders: isLate ? orders.flatMap((order) => withoutLate(order, now)) : orders,
    }),
    disguise: (method, payload, now) => {
      if (method === ORDER_LIST && undatedPayments.size > 0) {
        for (const row of rowsIn(payload)) {
          if (undatedPayments.has(row.order_id as bigint)) delete row.gmt_pay_time;
        }
      }
      disguise(method, payload, now);
    },
    moveList: (now, random) => {
      for (const order of edited) {
        if (order.placedAt >= now || random.next() >= 0.2) continue;
        order.edits.push(wholeSecond(now));
        moves.push({ at: now, record: `order/${order.id}` });
      }
    },
  };
}

/** An order without stages. */
export function newOrder(random: RandomSource, placedAt: number, n: number): LabOrder {
  const id = 82_017_394_000_000_000n + BigInt(n) * 1_000_003n + BigInt(random.integer(0, 999_999));
  const line = (nth: number) => {
    const product = random.pick(orderedProducts);
    return {
      childId: id + BigInt(nth) * 10_000n,
      productId: product.id,
      name: product.name,
      quantity: random.integer(1, 3),
      unitCents: random.integer(199, 6000),
      sku: `SKU-${nth}`,
    };
  };
  return {
    id,
    placedAt,
    stages: [],
    edits: [],
    hasNoPaidAt: false,
    country: random.pick(['ES', 'BR', 'US']),
    lines: random.next() < 0.8 ? [line(1)] : [line(1), line(2)],
    buyer: {
      login: `canarylogin${n}`,
      name: `CANARY-NAME-${n}`,
      phone: `+34-CANARY-PHONE-${n}`,
      street: `CANARY-STREET-${n}`,
    },
  };
}

/** Orders that were shipped at some times and end long after, or not at all. */
export function shippedOrders(
  random: RandomSource,
  times: readonly number[],
  endAfterMs: [number, number],
): LabOrder[] {
  return [...times]
    .sort((a, b) => a - b)
    .map(wholeSecond)
    .map((shippedAt, n) => {
      const placedAt = shippedAt - wholeSecond(random.between(2 * HOUR, 2 * DAY));
      const order = newOrder(random, placedAt, n);
      order.paidAt = placedAt + 5 * MINUTE;
      order.shippedAt = shippedAt;
      const stage = (at: number, status: string) => order.stages.push({ at, status, lateMs: 0 });
      stage(placedAt, 'PLACE_ORDER_SUCCESS');
      stage(order.paidAt, 'WAIT_SELLER_SEND_GOODS');
      stage(shippedAt, 'WAIT_BUYER_ACCEPT_GOODS');
      const endedAt = shippedAt + wholeSecond(random.between(...endAfterMs));
      order.stages.push({ at: endedAt, status: 'FINISH', endReason: 'buyer_confirm_goods', lateMs: 0 });
      return order;
    });
}

/** When something happens in a history: some of it before, much of it near a round of polls. */
export function drawTimes(
  random: RandomSource,
  { from, faultsEnd, rounds }: Schedule,
  count: number,
  beforeMs: number,
) {
  const main = rounds.filter(({ at }) => at <= faultsEnd);
  return Array.from({ length: count }, () => {
    const kind = random.next();
    if (kind < 0.2) return from - random.between(0, beforeMs);
    if (kind < 0.6) return random.pick(main).at + random.between(-20 * MINUTE, 10 * MINUTE);
    return random.between(from, faultsEnd);
  });
}

/** The order as AliExpress shows it while its newest stage is late. */
function withoutLate(order: LabOrder, now: number): LabOrder[] {
  if (!order.stages.some(({ at, lateMs }) => at <= now && now < at + lateMs)) return [order];
  const stages = order.stages.filter(({ at, lateMs }) => now < at || at + lateMs <= now);
  return stages.some(({ at }) => at <= now) ? [{ ...order, stages }] : [];
}

/** The records without those of some numbers. */
export const kept = <T>(records: readonly T[], { without }: StoryOptions): T[] =>
  records.filter((_, n) => !without?.has(n));

/** A time after something: seconds are as likely as days. */
export const soonOrLate = (random: RandomSource, maxMs: number, minMs = 20_000): number =>
  wholeSecond(10 ** random.between(Math.log10(minMs), Math.log10(Math.max(3 * minMs, maxMs))));
