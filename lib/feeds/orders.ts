/**
 * The orders feed: the order list by time of last change, in three streams.
 *
 * - `active`: what changed since the watermark, less an overlap, at every visit. The watermark moves to the end of a
 *   window only when every page of it was read and understood.
 * - `finished`: finished orders are listed only on request, so they are read four times a day.
 * - `unshipped`: an order that waits to be shipped may not change for days. While a workflow watches deadlines, all
 *   such orders are read twice a day, whatever their age, so that they stay known.
 */

import * as z from 'zod';
import {
  MAX_PLACED_DAYS,
  MAX_PLACED_DAYS_ENDED,
  ORDER_PAGE_SIZE,
  orderList,
} from '../aliexpress/methods/order-list.ts';
import { ENDED, TO_SHIP } from '../aliexpress/order-status.ts';
import { readRecord } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { createFeed } from './engine/create-feed.ts';
import { type FeedDesign, noMemory, type Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { hasInterest, needsRecording } from './engine/interest.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import {
  afterPage,
  isRead,
  isStarted,
  newWindow,
  type OrderStream,
  type OrderWindow,
  streamSchema,
} from './order-windows.ts';

export const orders: FeedDeclaration<typeof order.fields> = {
  key: 'orders',
  record: order,
  reads: [orderList],
  freshness: {
    en: 'Orders are checked about every 8 minutes, once for all workflows of the shop, which share 200 calls a day. Completed and cancelled orders are checked four times a day.',
    zh: '约每 8 分钟查询一次订单，店铺的所有流程共用每天 200 次调用。已结束的订单每天查询四次。',
  },
};

/** The same orders. Those that wait to be shipped are known whatever their age. */
export const ordersToShip: FeedDeclaration<typeof order.fields> = { ...orders, key: 'orders_to_ship' };

const OVERLAP_MS = 30 * MINUTE;
/** How far the very first window reaches back. */
const FIRST_LOOKBACK_MS = 2 * HOUR;
/** A window does not begin before the records that the snapshot still holds. */
const MAX_LOOKBACK_MS = RETENTION_MS;
const streamNames = ['active', 'finished', 'unshipped'] as const;
type StreamName = (typeof streamNames)[number];
const READ_EVERY_MS: Record<StreamName, number> = { active: 0, finished: 6 * HOUR, unshipped: 12 * HOUR };
/** The longest window of placement that AliExpress accepts. */
const PLACED_SPAN_MS: Record<StreamName, number> = {
  active: MAX_PLACED_DAYS * DAY,
  finished: MAX_PLACED_DAYS_ENDED * DAY,
  unshipped: MAX_PLACED_DAYS * DAY,
};
const STATUSES: Record<StreamName, { statuses?: readonly string[] }> = {
  active: {},
  finished: { statuses: ENDED },
  unshipped: { statuses: TO_SHIP },
};

const stateSchema = z.object({
  streams: z.record(z.enum(streamNames), streamSchema),
  /** When a workflow last wanted all orders that wait to be shipped, epoch milliseconds. */
  unshippedInterestAt: z.number(),
});
type State = z.infer<typeof stateSchema>;

export type OrderValues = ValuesOf<typeof order.fields>;

interface Orders {
  state: State;
  values: OrderValues;
  interest: { unshipped: boolean };
  memory: undefined;
}

export const createOrdersFeed = (services: FeedServices): FeedEngine<OrderValues> =>
  createFeed(services, ordersDesign(services, { unshipped: false }));

export const createOrdersToShipFeed = (services: FeedServices): FeedEngine<OrderValues> =>
  createFeed(services, ordersDesign(services, { unshipped: true }));

/** A feed that learns from the orders feed which orders were shipped or finished, so that feed is read first. */
export const afterOrders = (services: FeedServices, feed: FeedEngine): FeedEngine => ({
  ...feed,
  read: async (lane, reader) => {
    await createOrdersFeed(services).read(lane, reader);
    return feed.read(lane, reader);
  },
});

const ordersDesign = (services: FeedServices, interest: Orders['interest']): FeedDesign<Orders> => ({
  key: 'orders',
  demand: { weight: 1, cost: 1 },
  state: stateSchema,
  memory: noMemory,
  initialState: (now) => {
    const stream: OrderStream = { watermark: now - FIRST_LOOKBACK_MS + OVERLAP_MS, open: null, dueAt: now };
    return { streams: { active: stream, finished: stream, unshipped: stream }, unshippedInterestAt: 0 };
  },
  completeSince: (now) => now - FIRST_LOOKBACK_MS,
  afterLoss,
  interest: {
    of: async () => interest,
    hasNewDemand,
    recordDemand: (state, { unshipped }, now) =>
      hasNewDemand(state, { unshipped }, now) ? recordUnshippedInterest(state, now) : state,
  },
  fetch: async (visit) => {
    for (const name of dueStreams(visit.state, visit.now)) {
      if (!(await readStream(services, name, visit))) return false;
    }
    return true;
  },
  waiting: ({ streams: { active } }, now) =>
    active.open && isStarted(active.open)
      ? { count: active.open.page * ORDER_PAGE_SIZE, since: Math.min(now, active.open.to) }
      : null,
});

const hasNewDemand = (state: State, { unshipped }: Orders['interest'], now: number): boolean =>
  unshipped && needsRecording(state.unshippedInterestAt, now);

function recordUnshippedInterest(state: State, now: number): State {
  const recorded = { ...state, unshippedInterestAt: now };
  return hasInterest(state.unshippedInterestAt, now)
    ? recorded
    : withStream(recorded, 'unshipped', { dueAt: now });
}

const dueStreams = ({ streams, unshippedInterestAt }: State, now: number): StreamName[] =>
  streamNames
    .filter((name) => streams[name].dueAt <= now)
    .filter((name) => name !== 'unshipped' || hasInterest(unshippedInterestAt, now));

/** Goes back to before the lost records were fetched. */
function afterLoss(state: State, since: number, now: number): State {
  const from = Math.max(now - MAX_LOOKBACK_MS, since - FIRST_LOOKBACK_MS);
  const { active, finished, unshipped } = state.streams;
  const back = ({ watermark }: OrderStream): OrderStream => ({
    watermark: Math.min(watermark, from),
    open: null,
    dueAt: now,
  });
  return {
    ...state,
    streams: { active: back(active), finished: back(finished), unshipped: { ...unshipped, dueAt: now } },
  };
}

const withStream = (state: State, name: StreamName, changes: Partial<OrderStream>): State => ({
  ...state,
  streams: { ...state.streams, [name]: { ...state.streams[name], ...changes } },
});

/**
 * Reads the stream up to now: first the rest of a window that stayed open, then what came after it.
 * @returns whether everything was read
 */
async function readStream(services: FeedServices, name: StreamName, visit: Visit<Orders>): Promise<boolean> {
  const change = (changes: Partial<OrderStream>) => visit.update(withStream(visit.state, name, changes));
  do {
    const { open, watermark } = visit.state.streams[name];
    // A window that was not started is extended until now.
    let window = open && isStarted(open) ? open : newWindow(startOf(name, watermark, visit.now), visit.now);
    change({ open: window });
    while (!isRead(window)) {
      if (!visit.canContinue()) return false;
      const page = await readPage(name, window, visit);
      for (const raw of page.orders) keepOrder(services, raw, page.answeredAt, visit);
      window = afterPage(window, page);
      change({ open: window });
    }
    change({ watermark: window.to, open: null });
  } while (visit.state.streams[name].watermark < visit.now);
  change({ dueAt: visit.now + READ_EVERY_MS[name] });
  return true;
}

/** What waits to be shipped is read whenever it changed. */
const startOf = (name: StreamName, watermark: number, now: number): number =>
  name === 'unshipped'
    ? now - PLACED_SPAN_MS.unshipped
    : Math.max(watermark - OVERLAP_MS, now - MAX_LOOKBACK_MS);

async function readPage(name: StreamName, window: OrderWindow, visit: Visit<Orders>) {
  const { from, to } = window;
  const request = {
    page: Math.max(1, window.page),
    placed: { from: to - PLACED_SPAN_MS[name], to },
    ...(name !== 'unshipped' && { changed: { from, to } }),
    ...STATUSES[name],
  };
  // The rare windows must not delay the next visit for new orders.
  const share = name === 'active' ? undefined : 'spread';
  const { answer, answeredAt } = await visit.call(orderList, request, share);
  return { pages: answer.pages, count: answer.total, orders: answer.items, answeredAt };
}

function keepOrder({ log }: FeedServices, raw: unknown, answeredAt: number, visit: Visit<Orders>): void {
  const values = readRecord(order, raw, answeredAt, log);
  if (!values) return;
  const placedAt = Date.parse(values.placed_at);
  // An older order was known before, and forgotten before it changed again.
  visit.keep(values.order_id, values, visit.now - placedAt < RETENTION_MS ? placedAt : undefined);
}
