/**
 * Everything a feed works with, over a shop whose orders a test puts there. The gateway is a stand-in that answers
 * from that list; store, clock, budget and pacer are the real ones.
 */

import type { CallOptions, Gateway } from '../../lib/aliexpress/gateway.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { type Budget, createBudget } from '../../lib/budget/budget.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import type { FeedServices } from '../../lib/feeds/engine/feed.ts';
import { emptyMemo } from '../../lib/feeds/engine/snapshot-memo.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { fromPacific, toPacific } from '../../sandbox/pacific.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';
import { seededRandom } from './seeded-random.ts';

/** An order as the wire has it. */
export interface RawOrder extends Record<string, unknown> {
  order_id?: string;
  order_status: string;
  gmt_create: string;
  gmt_update: string;
}

export interface OrderFacts {
  id: string;
  /** Epoch milliseconds. */
  updatedAt: number;
  placedAt?: number;
  status?: string;
  productName?: string;
}

export function rawOrder(facts: OrderFacts): RawOrder {
  const { id, updatedAt, placedAt = updatedAt } = facts;
  const { status = 'WAIT_SELLER_SEND_GOODS', productName = 'Canvas Tote Bag with Zipper' } = facts;
  return {
    order_id: id,
    order_status: status,
    gmt_create: toPacific(placedAt),
    gmt_update: toPacific(updatedAt),
    buyer_login_id: 'canarylogin',
    buyer_signer_fullname: 'CANARY-NAME',
    pay_amount: { amount: '12.50', currency_code: 'USD' },
    product_list: [
      { child_id: `${id}1`, product_id: '1005006', product_name: productName, product_count: 1 },
    ],
  };
}

/** What the order list was asked. */
export interface Asked {
  page: number;
  from: number;
  to: number;
  createdFrom: number;
  status: string | undefined;
  lane: Lane;
}

export interface ShopServices extends FeedServices {
  clock: FixedClock;
  budget: Budget;
  /** The memory store below; what a failing store has let through is in here. */
  kept: Store;
  /** The shop's orders, as they are now. */
  orders: RawOrder[];
  /** As many as a page is asked to hold, or fewer. */
  ordersOnAPage: number;
  asked: Asked[];
  logged: string[];
  /** Called before an answer is given, with the number of the call, 1 for the first: to change the shop, or to throw. */
  onCall: (nth: number) => void;
  /** Called before a call is paid: to throw. */
  onPay: () => void;
  /** Puts `count` orders there that changed at `updatedAt`; their ids begin with `prefix`. */
  putOrders(count: number, updatedAt: number, prefix?: string): string[];
  /** Changes an order, which so leaves every window that ended earlier. */
  markDirty(id: string, updatedAt: number): void;
}

export interface ShopOptions {
  /** Now, ISO 8601. */
  at?: string;
  limit?: number;
  /** What the feed sees instead of the memory store. */
  through?: (store: Store) => Store;
}

export function openShopServices(options: ShopOptions = {}): ShopServices {
  const { at = '2026-11-21T02:00:00Z', limit = 200, through = (store) => store } = options;
  const clock = restfulClock(at);
  const kept = memoryStore(clock);
  const store = through(kept);
  const random = seededRandom();
  const seller = '2201234567890';
  const policy = { limit, zone: 'Asia/Shanghai' };
  const budget = createBudget({ seller, store, clock, random, policy });

  const shop: ShopServices = {
    seller,
    store,
    kept,
    clock,
    random,
    budget,
    memo: emptyMemo(),
    orders: [],
    ordersOnAPage: 50,
    asked: [],
    logged: [],
    onCall: () => {},
    onPay: () => {},
    log: (message, facts) => shop.logged.push(`${message} ${JSON.stringify(facts)}`),
    gateway: {
      call: async (method, request, { lane, onPaid }: CallOptions<Lane>) => {
        const query = orderList.request.parse(request);
        shop.onPay();
        await budget.spend(lane);
        onPaid?.();
        const asked: Asked = {
          page: query.current_page,
          from: moment(query.modified_date_start ?? ''),
          to: moment(query.modified_date_end ?? ''),
          createdFrom: moment(query.create_date_start),
          status: query.order_status,
          lane,
        };
        shop.asked.push(asked);
        shop.onCall(shop.asked.length);
        const found = shop.orders.filter((order) => isAskedFor(order, asked));
        const size = Math.min(shop.ordersOnAPage, query.page_size);
        const result = {
          total_count: found.length,
          total_page: Math.ceil(found.length / size),
          target_list: found.slice((asked.page - 1) * size, asked.page * size),
        };
        return { answer: method.answer.parse({ result }) as never, answeredAt: clock.now() };
      },
    } satisfies Gateway<Lane>,
    putOrders: (count, updatedAt, prefix = '8201') => {
      const ids = Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(6, '0')}`);
      shop.orders.push(...ids.map((id) => rawOrder({ id, updatedAt })));
      return ids;
    },
    markDirty: (id, updatedAt) => {
      const order = shop.orders.find((candidate) => candidate.order_id === id);
      if (order) order.gmt_update = toPacific(updatedAt);
    },
  };
  return shop;
}

/** A fixed clock on which others get their turn while somebody sleeps. */
function restfulClock(start: string): FixedClock {
  const clock = fixedClock(start);
  const sleep = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...clock, sleep };
}

const moment = (written: string): number => fromPacific(written) ?? Number.NaN;

const isAskedFor = (order: RawOrder, { from, to, createdFrom, status }: Asked): boolean => {
  const changed = moment(order.gmt_update);
  const isFinished = order.order_status === 'FINISH';
  const inWindow = changed >= from && changed <= to && moment(order.gmt_create) >= createdFrom;
  return inWindow && isFinished === (status === 'FINISH');
};
