/**
 * Orders: paid at once, held for hours, cancelled at once or on request, taken back, disputed, frozen, edited, shipped
 * and finished, within seconds or over weeks. Some come without the dates that AliExpress may leave out.
 */

import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import type { Order, Stage } from '../../sandbox/orders.ts';
import { wholeSecond } from '../../sandbox/pacific.ts';
import { orderedProducts } from '../../sandbox/products.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import type { Shop } from '../../sandbox/shop.ts';
import type { Schedule } from '../schedule.ts';
import type { Condition, LabShop, LabWorkflow, Story, StoryOptions, Subject } from '../story.ts';

export interface LabStage extends Stage {
  /** How long after its time AliExpress shows it, in a history with late rows. */
  lateMs: number;
}

export interface LabOrder extends Order {
  stages: LabStage[];
  edits: number[];
  /** AliExpress leaves out the date of the payment until the order ends. */
  hasNoPaidAt: boolean;
}

const MAX_ORDERS = 60;
const ORDER_LIST = 'aliexpress.trade.seller.orderlist.get';
const ACTIVE_LIST = 'orders that are active';
const ENDED_LIST = 'orders that have ended';
const NOTHING_ELSE: Pick<Shop, 'parcels' | 'reviews' | 'disputes' | 'products' | 'health'> = {
  parcels: new Map(),
  reviews: new Map(),
  disputes: new Map(),
  products: [],
  health: [],
};

const WAITING = 'WAIT_SELLER_SEND_GOODS';
const PAID = [WAITING, 'SELLER_PART_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS', 'FUND_PROCESSING'];
const COMPLETED = 'buyer_confirm_goods';
/** The time to ship that AliExpress gives, and the notice of the trigger. */
const SHIP_WITHIN_MS = 3 * DAY;
const NOTICE_HOURS = 24;

export const orders: Subject = {
  feed: 'orders',
  draw: drawOrders,
  aboutOf: (trigger, event) =>
    trigger === 'order_status_changed' ? `${event.order_id}/${event.status}` : String(event.order_id),
};

function drawOrders(random: RandomSource, schedule: Schedule): Story {
  const list = placeOrders(random, schedule, random.integer(5, MAX_ORDERS));
  const workflows: LabWorkflow[] = [
    { id: 'new', trigger: 'new_order', inputs: {} },
    { id: 'paid', trigger: 'order_paid', inputs: {} },
    { id: 'cancelled', trigger: 'order_cancelled', inputs: {} },
    { id: 'status', trigger: 'order_status_changed', inputs: {} },
    { id: 'deadline', trigger: 'ship_deadline', inputs: { hours_before: NOTICE_HOURS } },
  ];
  return {
    records: list.length,
    workflows,
    openShop: (options) => shopOf(list, options),
    conditionsOf: ({ trigger }) =>
      list.flatMap((order) => (conditions[trigger]?.(order) ?? []).map((each) => ({ ...each, trigger }))),
  };
}

/** In time order; about half of them near a round of polls. */
export function placeOrders(random: RandomSource, schedule: Schedule, count: number): LabOrder[] {
  const { from, faultsEnd, rounds } = schedule;
  const spanMs = faultsEnd - from;
  const main = rounds.filter(({ at }) => at <= faultsEnd);
  const times = Array.from({ length: count }, () => {
    const kind = random.next();
    if (kind < 0.2) return from - random.between(0, Math.min(3 * DAY, 10 * spanMs));
    if (kind < 0.6) return random.pick(main).at + random.between(-20 * MINUTE, 10 * MINUTE);
    return random.between(from, faultsEnd);
  });
  return times
    .sort((a, b) => a - b)
    .map((at, n) => placeOrder(random, wholeSecond(at), n, Math.max(HOUR, spanMs)));
}

function placeOrder(random: RandomSource, placedAt: number, n: number, spanMs: number): LabOrder {
  const id = 82_017_394_000_000_000n + BigInt(n) * 1_000_003n + BigInt(random.integer(0, 999_999));
  const product = random.pick(orderedProducts);
  const order: LabOrder = {
    id,
    placedAt,
    stages: [],
    edits: [],
    hasNoPaidAt: random.next() < 0.1,
    country: 'ES',
    lines: [
      {
        childId: id + 10_000n,
        productId: product.id,
        name: product.name,
        quantity: random.integer(1, 3),
        unitCents: random.integer(199, 6000),
        sku: 'SKU-1',
      },
    ],
    buyer: {
      login: `canarylogin${n}`,
      name: `CANARY-NAME-${n}`,
      phone: `+34-CANARY-PHONE-${n}`,
      street: `CANARY-STREET-${n}`,
    },
  };
  live(order, random, spanMs);
  const last = order.stages.at(-1)?.at ?? placedAt;
  for (let edits = random.integer(0, 2); edits > 0; edits -= 1)
    order.edits.push(wholeSecond(random.between(placedAt, last + DAY)));
  return order;
}

/** The stages of an order's life. */
function live(order: LabOrder, random: RandomSource, spanMs: number): void {
  /** Seconds as likely as days. */
  const after = (maxMs: number) =>
    wholeSecond(10 ** random.between(Math.log10(20 * SECOND), Math.log10(Math.max(MINUTE, maxMs))));
  const add = (afterMs: number, status: string, endReason?: string): number => {
    const at = (order.stages.at(-1)?.at ?? order.placedAt) + afterMs;
    order.stages.push({
      at,
      status,
      lateMs: random.next() < 0.3 ? wholeSecond(random.between(20 * MINUTE, HOUR)) : 0,
      ...(endReason && { endReason }),
    });
    return at;
  };
  add(0, 'PLACE_ORDER_SUCCESS');
  const kind = random.next();
  if (kind < 0.12) {
    add(after(10 * MINUTE), 'FINISH', 'buyer_cancel_notpay_order');
    return;
  }
  if (kind < 0.18) {
    add(after(20 * DAY), 'FINISH', 'pay_timeout');
    return;
  }
  const isHeld = random.next() < 0.35;
  order.paidAt = add(after(HOUR), isHeld ? random.pick(['RISK_CONTROL', 'RISK_CONTROL_HOLD']) : WAITING);
  if (isHeld && random.next() < 0.2) {
    add(after(60 * HOUR), 'FINISH', 'buyer_cancel_order_in_risk');
    return;
  }
  if (isHeld) add(after(60 * HOUR), WAITING);
  for (let requests = random.next() < 0.3 ? random.integer(1, 2) : 0; requests > 0; requests -= 1) {
    add(after(spanMs), 'IN_CANCEL');
    if (random.next() < 0.3) {
      add(after(spanMs), 'FINISH', 'buyer_cancel_order');
      return;
    }
    add(after(spanMs), WAITING);
  }
  order.shippedAt = add(after(4 * DAY), 'WAIT_BUYER_ACCEPT_GOODS');
  for (let times = random.next() < 0.3 ? random.integer(1, 2) : 0; times > 0; times -= 1) {
    add(after(spanMs), random.pick(['IN_ISSUE', 'IN_FROZEN']));
    add(after(spanMs), 'WAIT_BUYER_ACCEPT_GOODS');
  }
  if (random.next() < 0.3) add(after(spanMs), 'FUND_PROCESSING');
  if (random.next() < 0.7) add(after(spanMs), 'FINISH', COMPLETED);
}

/** A shop of orders alone. */
export function shopOf(
  orders: readonly LabOrder[],
  { isLate, without = new Set() }: StoryOptions,
  others = NOTHING_ELSE,
): LabShop {
  const left = orders
    .filter((_, n) => !without.has(n))
    .map((order) => ({ ...order, edits: [...order.edits] }));
  return {
    shownAt: (now) => ({
      ...others,
      orders: isLate ? left.flatMap((order) => withoutLate(order, now)) : left,
    }),
    disguise: (method, payload) => {
      if (method !== ORDER_LIST) return;
      const hidden = new Set(left.filter(({ hasNoPaidAt }) => hasNoPaidAt).map(({ id }) => id));
      for (const row of rowsOf(payload)) {
        if (hidden.has(row.order_id as bigint) && row.order_status !== 'FINISH') delete row.gmt_pay_time;
      }
    },
    shownIn: (method, payload, params) => (method === ORDER_LIST ? shownInList(payload, params) : new Set()),
    moveList: (now, random) => {
      const placed = left.filter(({ placedAt }) => placedAt < now);
      for (const order of placed) if (random.next() < 0.2) order.edits.push(wholeSecond(now));
    },
  };
}

/** The order as AliExpress shows it while its newest stage is late. */
function withoutLate(order: LabOrder, now: number): LabOrder[] {
  if (!order.stages.some(({ at, lateMs }) => at <= now && now < at + lateMs)) return [order];
  const stages = order.stages.filter(({ at, lateMs }) => now < at || at + lateMs <= now);
  return stages.some(({ at }) => at <= now) ? [{ ...order, stages }] : [];
}

function shownInList(payload: Record<string, unknown>, params: Record<string, string>): Set<string> {
  const isEnded = params.param_aeop_order_query?.includes('"FINISH"');
  const rows = rowsOf(payload).flatMap(({ order_id, order_status }) => [
    `order/${order_id}`,
    `order/${order_id}/${order_status}`,
  ]);
  return new Set([isEnded ? ENDED_LIST : ACTIVE_LIST, ...rows]);
}

function rowsOf(payload: Record<string, unknown>): Record<string, unknown>[] {
  const result = payload.result as { target_list?: { values: Record<string, unknown>[] } } | undefined;
  return result?.target_list?.values ?? [];
}

/** Every stage with its end. */
const periodsOf = ({ stages }: LabOrder) =>
  stages.map((stage, n) => ({ ...stage, until: stages[n + 1]?.at ?? Number.POSITIVE_INFINITY }));

const always = Number.POSITIVE_INFINITY;
const listOf = (status: string) => (status === 'FINISH' ? ENDED_LIST : ACTIVE_LIST);

const conditions: Record<string, (order: LabOrder) => Omit<Condition, 'trigger'>[]> = {
  new_order: ({ id, placedAt }) => [
    {
      about: String(id),
      from: placedAt,
      until: always,
      shownAs: `order/${id}`,
      shownUntil: always,
      listedBy: ACTIVE_LIST,
    },
  ],

  // It is told in any status in which an order is paid and released, so until the order ends.
  order_paid: (order) => {
    const released = order.stages.find(({ status }) => PAID.includes(status));
    if (!released) return [];
    const until = order.stages.find(({ status }) => status === 'FINISH')?.at ?? always;
    return [
      {
        about: String(order.id),
        from: released.at,
        until,
        shownAs: `order/${order.id}/${released.status}`,
        shownUntil: until,
        listedBy: ACTIVE_LIST,
        lateMs: released.lateMs,
        isUndated: order.hasNoPaidAt || released.at !== order.paidAt,
      },
    ];
  },

  order_cancelled: ({ id, stages }) =>
    stages
      .filter(({ status, endReason }) => status === 'FINISH' && endReason !== COMPLETED)
      .map(({ at, lateMs }) => ({
        about: String(id),
        from: at,
        until: always,
        shownAs: `order/${id}/FINISH`,
        shownUntil: always,
        listedBy: ENDED_LIST,
        lateMs,
        isUndated: true,
      })),

  order_status_changed: (order) =>
    periodsOf(order).map(({ at, status, until, lateMs }) => ({
      about: `${order.id}/${status}`,
      from: at,
      until,
      shownAs: `order/${order.id}/${status}`,
      shownUntil: until,
      listedBy: listOf(status),
      lateMs,
      isUndated: true,
    })),

  ship_deadline: (order) =>
    periodsOf(order)
      .filter(({ status }) => status === WAITING)
      .map(({ at, until }) => ({
        about: String(order.id),
        from: at + SHIP_WITHIN_MS - NOTICE_HOURS * HOUR,
        until,
        shownAs: `order/${order.id}/${WAITING}`,
        shownUntil: until,
        listedBy: ACTIVE_LIST,
      }))
      .filter(({ from, until }) => from < until),
};
