/** The orders feed: the order list by time of last change, in several streams (`order-streams.ts`). */

import { MAX_PLACED_DAYS_ENDED, orderList } from '../aliexpress/methods/order-list.ts';
import { order } from '../aliexpress/records/order.ts';
import { orderLine, orderLinesOf } from '../aliexpress/records/order-line.ts';
import type { FeedDeclaration, ItemsDeclaration } from '../pack/operation.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { callDemands } from './call-demands.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { hasInterest, needsRecording } from './engine/interest.ts';
import { isStarted, rowsLeft } from './engine/paging.ts';
import { loadRows } from './engine/skipped-events.ts';
import { forgetBaseline, knowsBaseline, rememberBaseline } from './order-baseline.ts';
import {
  afterLoss,
  confirming,
  happenedSince,
  knownUntil,
  recalling,
  unreadSince,
  withGap,
} from './order-gap.ts';
import { openOrderHistory } from './order-history.ts';
import type { OrderValues } from './order-known.ts';
import { callsOfLook, isLookDue, neededCalls, rareCallsPerDay } from './order-look.ts';
import { type Orders, readDueStreams } from './order-reading.ts';
import { orderStates } from './order-states.ts';
import { ENDED_AFTER_60_MS, FINISHED_EVERY_MS, OLDER_EVERY_MS } from './order-stream-list.ts';
import {
  FIRST_LOOKBACK_MS,
  initialState,
  type OrdersState,
  stateFormat,
  withStream,
} from './order-streams.ts';
import { reportSkippedOrders } from './skipped-orders.ts';

export type { OrderValues } from './order-known.ts';

/** Orders that have ended, where they are listed apart. */
const ENDED_MINUTES = FINISHED_EVERY_MS / MINUTE;
const OLDER_HOURS = OLDER_EVERY_MS / HOUR;
const OLD_ORDERS = {
  en: `Orders placed over ${MAX_PLACED_DAYS_ENDED} days ago are checked every ${OLDER_HOURS} hours, and for whether they have ended once a day, or every ${ENDED_AFTER_60_MS / DAY} days if they were placed over ${2 * MAX_PLACED_DAYS_ENDED} days ago.`,
  zh: `下单超过 ${MAX_PLACED_DAYS_ENDED} 天的订单每 ${OLDER_HOURS} 小时查询一次，是否已结束则每天查询一次（下单超过 ${2 * MAX_PLACED_DAYS_ENDED} 天的每 ${ENDED_AFTER_60_MS / DAY} 天一次）。`,
};

export const orders: FeedDeclaration<typeof order.fields, never, Record<never, ItemsDeclaration>> = {
  key: 'orders',
  record: order,
  reads: [orderList],
  cost: {
    en: 'none beyond the shared order check',
    zh: '共用订单查询，不另外消耗',
  },
  freshness: {
    en: `Orders are checked every few minutes, less often while other kinds of triggers are on. All workflows of the shop share these checks, and the calls of the day. Completed and cancelled orders are checked with the others, or about every ${ENDED_MINUTES} minutes if AliExpress lists them only by themselves. ${OLD_ORDERS.en}`,
    zh: `每隔几分钟查询一次订单，同时启用其他种类的触发器时间隔更长。店铺的所有流程共用查询结果和每天的调用。已结束的订单一并查询；若速卖通只允许单独查询，则约每 ${ENDED_MINUTES} 分钟查询一次。${OLD_ORDERS.zh}`,
  },
};

/** The same orders. Those that wait to be shipped are known whatever their age. */
export const ordersToShip: FeedDeclaration<typeof order.fields> = {
  ...orders,
  key: 'orders_to_ship',
  freshness: {
    en: `Orders are checked every few minutes, less often while other kinds of triggers are on. All workflows of the shop share these checks, and the calls of the day. If AliExpress lists completed and cancelled orders only by themselves, they are checked about every ${ENDED_MINUTES} minutes, and before a deadline is announced, which may delay it a little.`,
    zh: `每隔几分钟查询一次订单，同时启用其他种类的触发器时间隔更长。店铺的所有流程共用查询结果和每天的调用。若速卖通只允许单独查询已结束的订单，则约每 ${ENDED_MINUTES} 分钟查询一次，发出超时提醒前也会再查一次，提醒可能因此稍晚。`,
  },
};

const lists = {
  line_items: { record: orderLine, of: (values: object) => orderLinesOf(values as OrderValues) },
};

/** The same orders. What becomes of those that are on hold is known, also if they were when the feed began. */
export const orderChanges: FeedDeclaration<typeof order.fields, never, typeof lists> = {
  ...orders,
  key: 'order_changes',
  lists,
};

export const createOrdersFeed = (services: FeedServices): FeedEngine<OrderValues> =>
  createFeed(services, ordersDesign(services, { unshipped: false, changes: false }));

export const createOrderChangesFeed = (services: FeedServices): FeedEngine<OrderValues> =>
  createFeed(services, ordersDesign(services, { unshipped: false, changes: true }));

export const createOrdersToShipFeed = (services: FeedServices): FeedEngine<OrderValues> =>
  createFeed(services, ordersDesign(services, { unshipped: true, changes: true }));

/** A feed that learns from the orders feed which orders were shipped or finished, so that feed is read first. */
export const afterOrders = (services: FeedServices, feed: FeedEngine): FeedEngine => ({
  ...feed,
  read: async (lane, reader) => {
    await createOrdersFeed(services).visitIfDue?.(lane, reader);
    return feed.read(lane, reader);
  },
  nextVisitAt: async () => {
    const times = [createOrdersFeed(services), feed].map((each) => each.nextVisitAt?.() ?? Infinity);
    return Math.min(...(await Promise.all(times)));
  },
  catchUp: async (since) => {
    // The next poll asks again only while the feed itself does not.
    const isStored = await createOrdersFeed(services).catchUp?.(since);
    return (isStored && (await feed.catchUp?.(since))) ?? true;
  },
  // Only the orders are read by time of change.
  unreadSince: async () => createOrdersFeed(services).unreadSince?.(),
  readAgain: async (...needed) => {
    const isStored = await createOrdersFeed(services).readAgain?.(...needed);
    return (isStored && (await feed.readAgain?.(...needed))) ?? true;
  },
});

export const ordersDesign = (services: FeedServices, interest: Orders['interest']): FeedDesign<Orders> => ({
  key: 'orders',
  demand: callDemands.orders,
  fullCost: callsOfLook,
  rareCallsPerDay,
  neededCalls,
  isWorthDebt: isLookDue,
  // New orders are told at the polls of the first workflow. Visits at those polls save it the wait for its next one.
  isSecondary: interest.unshipped || interest.changes,
  state: stateFormat,
  memory: { open: async () => openOrderHistory(services), store: (history) => history.store() },
  initialState,
  completeSince: (now) => now - FIRST_LOOKBACK_MS,
  states: orderStates,
  knownUntil,
  confirming,
  recalling,
  afterLoss,
  happenedSince,
  unreadSince,
  interest: {
    of: async () => interest,
    hasNewDemand,
    recordDemand,
  },
  fetch: async (visit) => {
    await openHistory(visit);
    await reportSkippedOrders(visit);
    visit.update(withGap(visit.state, visit.now));
    try {
      return await readDueStreams(services, visit);
    } finally {
      if (knowsBaseline(visit.state)) visit.memory.recordBaseline();
      visit.update({ historyShards: visit.memory.written() });
    }
  },
  waiting: ({ streams: { active } }, now) =>
    active.open && isStarted(active.open.reading)
      ? { count: rowsLeft(active.open.reading), since: Math.min(now, active.open.to) }
      : null,
});

async function openHistory(visit: Visit<Orders>): Promise<void> {
  const { historyShards } = visit.state;
  if (await loadRows(visit, visit.memory, historyShards)) visit.update(forgetBaseline(visit.state));
  else if (historyShards === null) {
    const since = visit.memory.baselineSince();
    if (since !== undefined) visit.update(rememberBaseline(visit.state, since, visit.now));
  }
}

const needsUnshipped = (state: OrdersState, { unshipped }: Orders['interest'], now: number): boolean =>
  unshipped && needsRecording(state.unshippedInterestAt, now);

const needsChanges = (state: OrdersState, { changes }: Orders['interest'], now: number): boolean =>
  changes && !knowsBaseline(state) && needsRecording(state.changesInterestAt, now);

const hasNewDemand = (state: OrdersState, interest: Orders['interest'], now: number): boolean =>
  needsUnshipped(state, interest, now) || needsChanges(state, interest, now);

function recordDemand(state: OrdersState, interest: Orders['interest'], now: number): OrdersState {
  const recorded = needsUnshipped(state, interest, now) ? recordUnshippedInterest(state, now) : state;
  return needsChanges(state, interest, now) ? { ...recorded, changesInterestAt: now } : recorded;
}

function recordUnshippedInterest(state: OrdersState, now: number): OrdersState {
  const recorded = { ...state, unshippedInterestAt: now };
  return hasInterest(state.unshippedInterestAt, now)
    ? recorded
    : withStream(recorded, 'unshipped', { dueAt: now });
}
