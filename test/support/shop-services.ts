/**
 * Everything a feed works with, over a shop whose orders a test defines. The gateway is a test double that answers from
 * these orders; store, clock, budget and pacer are the real ones.
 */

import type { CallOptions, Gateway } from '../../lib/aliexpress/gateway.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { type Budget, createBudget } from '../../lib/budget/budget.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import type { FeedServices } from '../../lib/feeds/engine/feed.ts';
import { emptyMemo } from '../../lib/feeds/engine/snapshot-memo.ts';
import { fail } from '../../lib/problems.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { fromPacific, toPacific } from '../../sandbox/pacific.ts';
import { type FixedClock, fixedClock } from './fixed-clock.ts';
import { seededRandom } from './seeded-random.ts';
import { strictLog } from './strict-log.ts';

/** An order in AliExpress's format. */
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

/** A request for a page of the order list. */
export interface OrderRequest {
  page: number;
  from: number;
  to: number;
  createdFrom: number;
  createdTo: number;
  status: string | undefined;
  /** Where the request lists several statuses. */
  statuses: readonly string[] | undefined;
  lane: Lane;
}

/** A page of the order list in AliExpress's format. */
export interface OrderPage {
  total_count: number;
  total_page: number;
  target_list: RawOrder[];
}

/** Whether it lists ended orders together with the others. */
export const isMixed = ({ statuses }: Pick<OrderRequest, 'statuses'>): boolean =>
  (statuses?.includes('FINISH') && statuses.length > 1) ?? false;

export interface ShopServices extends FeedServices {
  clock: FixedClock;
  budget: Budget;
  /** The memory store, with what a failing store has let through. */
  innerStore: Store;
  /** The shop's orders, as they are now. */
  orders: RawOrder[];
  /** Orders on a page, if the request does not want fewer. */
  ordersOnAPage: number;
  /** What becomes of a request for ended orders among others. */
  endedAmongOthers: 'listed' | 'refused' | 'left_out';
  requests: OrderRequest[];
  logged: string[];
  /** Called before an answer, with the number of the call, from 1: changes the shop, or throws. */
  onCall: (nth: number) => void;
  /** The same for the order list, with the request. */
  onRequest: (request: OrderRequest) => void;
  /** What is answered instead of the page, with the number of the call, from 1. */
  alter: (page: OrderPage, nth: number) => OrderPage;
  /** Called before a call is paid; may throw. */
  onPay: () => void;
  /** Adds `count` orders that changed at `updatedAt`. Their ids begin with `prefix`. */
  putOrders(count: number, updatedAt: number, prefix?: string): string[];
  /** Changes an order, which then leaves every window that ended earlier. */
  changeOrder(id: string, updatedAt: number): void;
}

export interface ShopOptions {
  /** Now, ISO 8601. */
  at?: string;
  limit?: number;
  /** The store that the feed sees instead of the memory store. */
  through?: (store: Store) => Store;
}

export function openShopServices(options: ShopOptions = {}): ShopServices {
  const { at = '2026-11-21T02:00:00Z', limit = 200, through = (store) => store } = options;
  const clock = restfulClock(at);
  const innerStore = memoryStore(clock);
  const store = through(innerStore);
  const random = seededRandom();
  const seller = '2201234567890';
  const policy = { limit, zone: 'Asia/Shanghai' };
  const budget = createBudget({ seller, store, clock, random, policy, connectedAt: clock.now() });

  const shop: ShopServices = {
    seller,
    store,
    innerStore,
    clock,
    random,
    budget,
    memo: emptyMemo(),
    orders: [],
    ordersOnAPage: 50,
    endedAmongOthers: 'listed',
    requests: [],
    logged: [],
    onCall: () => {},
    onRequest: () => {},
    alter: (page) => page,
    onPay: () => {},
    log: (message, facts) => {
      strictLog(message, facts);
      shop.logged.push(`${message} ${JSON.stringify(facts)}`);
    },
    gateway: {
      call: async (method, request, { lane, onPaid }: CallOptions<Lane>) => {
        const query = orderList.request.parse(request);
        shop.onPay();
        await budget.spend(lane);
        onPaid?.();
        const recorded: OrderRequest = {
          page: query.current_page,
          from: timeOf(query.modified_date_start ?? ''),
          to: timeOf(query.modified_date_end ?? ''),
          createdFrom: timeOf(query.create_date_start),
          createdTo: timeOf(query.create_date_end),
          status: query.order_status,
          statuses: query.order_status_list,
          lane,
        };
        shop.requests.push(recorded);
        shop.onCall(shop.requests.length);
        shop.onRequest(recorded);
        if (isMixed(recorded) && shop.endedAmongOthers === 'refused')
          fail('request_refused', { method: orderList.name, code: 'InvalidParameter' });
        const isLeftOut = isMixed(recorded) && shop.endedAmongOthers === 'left_out';
        const found = shop.orders.filter(
          (order) => isRequested(order, recorded) && !(isLeftOut && order.order_status === 'FINISH'),
        );
        const size = Math.min(shop.ordersOnAPage, query.page_size);
        const page = {
          total_count: found.length,
          total_page: Math.ceil(found.length / size),
          target_list: found.slice((recorded.page - 1) * size, recorded.page * size),
        };
        const result = shop.alter(page, shop.requests.length);
        return { answer: method.answer.parse({ result }) as never, answeredAt: clock.now() };
      },
    } satisfies Gateway<Lane>,
    putOrders: (count, updatedAt, prefix = '8201') => {
      const ids = Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(6, '0')}`);
      shop.orders.push(...ids.map((id) => rawOrder({ id, updatedAt })));
      return ids;
    },
    changeOrder: (id, updatedAt) => {
      const order = shop.orders.find((candidate) => candidate.order_id === id);
      if (order) order.gmt_update = toPacific(updatedAt);
    },
  };
  return shop;
}

/** A fixed clock on which other callers run while one sleeps. */
function restfulClock(start: string): FixedClock {
  const clock = fixedClock(start);
  const sleep = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...clock, sleep };
}

const times = new Map<string, number>();

/** Each request asks for the times of all orders, and to read one takes several formats. */
function timeOf(written: string): number {
  const at = times.get(written) ?? fromPacific(written) ?? Number.NaN;
  times.set(written, at);
  return at;
}

const isRequested = (order: RawOrder, request: OrderRequest): boolean => {
  const { from, to, createdFrom, createdTo, status } = request;
  const { statuses = status === undefined ? undefined : [status] } = request;
  const [changed, placed] = [timeOf(order.gmt_update), timeOf(order.gmt_create)];
  // A request without times of change is about all of them.
  const inWindow = !(changed < from || changed > to) && placed >= createdFrom && placed <= createdTo;
  return inWindow && (statuses?.includes(order.order_status) ?? order.order_status !== 'FINISH');
};
