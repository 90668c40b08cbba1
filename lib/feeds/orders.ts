/** The orders feed: the order list by time of last change, in several streams (`order-streams.ts`). */

import { MAX_PLACED_DAYS, orderList } from '../aliexpress/methods/order-list.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import { fail } from '../problems.ts';
import { DAY } from '../runtime.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { hasInterest, needsRecording } from './engine/interest.ts';
import { isDone, isStarted, rowsLeft } from './engine/paging.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import { pagesOfGap, skippedSpan, withGap } from './order-gap.ts';
import { nextEntry, type OrderHistory, openOrderHistory, statesOf } from './order-history.ts';
import { orderStates, statesBefore, withKnownDeadlines } from './order-states.ts';
import {
  afterGap,
  afterLoss,
  afterUnproven,
  afterWindow,
  endOf,
  FIRST_LOOKBACK_MS,
  forgetInterrupted,
  gapStreams,
  initialState,
  isByChange,
  isDue,
  isOfGap,
  isSettled,
  knownWithin,
  knowsInterrupted,
  type OrdersState,
  type OrderValues,
  STREAMS,
  type StreamName,
  startOf,
  stateFormat,
  streamNames,
  withStream,
} from './order-streams.ts';
import { afterWindowPage, newWindow, type OrderWindow } from './order-windows.ts';
import { reportSkipped } from './skipped-events.ts';

export type { OrderValues } from './order-streams.ts';

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

/** The same orders. What becomes of those that are on hold is known, also if they were when the feed began. */
export const orderChanges: FeedDeclaration<typeof order.fields> = { ...orders, key: 'order_changes' };

interface Orders {
  state: OrdersState;
  values: OrderValues;
  interest: { unshipped: boolean; changes: boolean };
  memory: OrderHistory;
}

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
    await createOrdersFeed(services).read(lane, reader);
    return feed.read(lane, reader);
  },
});

export const ordersDesign = (services: FeedServices, interest: Orders['interest']): FeedDesign<Orders> => ({
  key: 'orders',
  demand: { weight: 1, cost: 1 },
  state: stateFormat,
  memory: { open: async () => openOrderHistory(services), store: (history) => history.store() },
  initialState,
  completeSince: (now) => now - FIRST_LOOKBACK_MS,
  states: orderStates,
  afterLoss,
  interest: {
    of: async () => interest,
    hasNewDemand,
    recordDemand,
  },
  fetch: async (visit) => {
    await loadHistory(services, visit);
    await reportSkippedOrders(services, visit);
    visit.update(withGap(afterGap(visit.state, visit.now), visit.now));
    try {
      return await readDueStreams(services, visit);
    } finally {
      visit.update({ historyShards: visit.memory.written() });
    }
  },
  waiting: ({ streams: { active } }, now) =>
    active.open && isStarted(active.open.reading)
      ? { count: rowsLeft(active.open.reading), since: Math.min(now, active.open.to) }
      : null,
});

const needsUnshipped = (state: OrdersState, { unshipped }: Orders['interest'], now: number): boolean =>
  unshipped && needsRecording(state.unshippedInterestAt, now);

const needsChanges = (state: OrdersState, { changes }: Orders['interest'], now: number): boolean =>
  changes && !knowsInterrupted(state) && needsRecording(state.changesInterestAt, now);

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

/** What is remembered of orders; if some of it was lost, an alert says so. */
async function loadHistory(services: FeedServices, visit: Visit<Orders>): Promise<void> {
  const missingSince = await visit.memory
    .load(visit.state.historyShards)
    .catch(() => fail('budget_unavailable', {}));
  if (missingSince === undefined) return;
  visit.update(forgetInterrupted(visit.state));
  await reportSkipped(services, { from: missingSince, to: visit.now });
}

/** @returns whether everything that is due was read */
async function readDueStreams(services: FeedServices, visit: Visit<Orders>): Promise<boolean> {
  let isComplete = true;
  for (const name of streamNames.filter((each) => !isOfGap(each) && isDue(each, visit.state, visit.now))) {
    const result = await readStream(services, name, visit);
    if (result === 'open') return false;
    isComplete &&= result === 'read';
  }
  await readGap(services, visit);
  return isComplete;
}

/** Names the part of a gap that is not read, with the number of its orders. */
async function reportSkippedOrders(services: FeedServices, visit: Visit<Orders>): Promise<void> {
  const span = skippedSpan(visit.state, visit.now);
  if (!span) return;
  const placed = { from: span.to - MAX_PLACED_DAYS * DAY, to: span.to };
  const { answer } = await visit.call(orderList, { page: 1, placed, changed: span }, 'spread');
  await reportSkipped(services, { ...span, orders: answer.total });
}

/** Reads the next pages of a gap, if there is one. */
async function readGap(services: FeedServices, visit: Visit<Orders>): Promise<void> {
  const { streams } = visit.state;
  const due = gapStreams
    .filter((name) => isDue(name, visit.state, visit.now))
    .sort((a, b) => streams[a].unproven - streams[b].unproven || streams[a].watermark - streams[b].watermark);
  if (due.length === 0) return;
  const { pages, state } = pagesOfGap(visit.state, { credit: visit.credit, calls: visit.calls() });
  visit.update(state);
  const maxCalls = visit.calls() + pages;
  const canContinue = () => visit.canContinue() && visit.calls() < maxCalls;
  for (const name of due) {
    if (canContinue()) await readStream(services, name, visit, canContinue);
  }
}

/**
 * Reads the stream up to now: first the rest of a window that stayed open, then what came after it.
 * @returns `open` if calls or time ran out, `unproven` if orders of a window may be missing
 */
async function readStream(
  services: FeedServices,
  name: StreamName,
  visit: Visit<Orders>,
  canContinue = visit.canContinue,
): Promise<'read' | 'open' | 'unproven'> {
  const { now, known } = visit;
  const end = endOf(name, visit.state, now);
  while (!isSettled(name, visit.state, now)) {
    const { open } = visit.state.streams[name];
    const span = { from: startOf(name, visit.state, known, now), to: end };
    // A window that was not started is extended until now.
    const started =
      open && isStarted(open.reading) ? open : newWindow(span, knownWithin(name, known, span).size);
    const window = await readWindow(services, name, started, visit, canContinue);
    if (!isDone(window.reading)) return 'open';
    if (!window.reading.isComplete) {
      const unproven = afterUnproven(visit.state, name, window, now);
      if (unproven) {
        visit.update(unproven);
        return 'unproven';
      }
      services.log('orders of a window may be missing', { stream: name });
    }
    visit.update(afterWindow(visit.state, name, window));
    if (window.to >= end) break;
  }
  visit.update(withStream(visit.state, name, { dueAt: now + STREAMS[name].everyMs }));
  return 'read';
}

/** @returns the window after its last page, or as far as calls and time allow */
async function readWindow(
  services: FeedServices,
  name: StreamName,
  started: OrderWindow,
  visit: Visit<Orders>,
  canContinue: () => boolean,
): Promise<OrderWindow> {
  let window = started;
  for (;;) {
    visit.update(withStream(visit.state, name, { open: window }));
    if (isDone(window.reading) || !canContinue()) return window;
    const known = knownWithin(name, visit.known, window);
    const isFirst = !isStarted(window.reading);
    const page = await readPage(services, name, window, visit);
    const isKnown = page.total === known.size && page.ids.every((id) => known.has(id));
    window =
      name === 'late' && isFirst && isKnown
        ? { ...window, reading: { ...window.reading, page: 0, isComplete: true } }
        : afterWindowPage(window, page);
  }
}

async function readPage({ log }: FeedServices, name: StreamName, window: OrderWindow, visit: Visit<Orders>) {
  const { from, to, reading } = window;
  const { placedSpanMs, statuses } = STREAMS[name];
  const request = {
    page: reading.page,
    placed: { from: to - placedSpanMs, to },
    ...(isByChange(name) && { changed: { from, to } }),
    ...(statuses && { statuses }),
  };
  // The rare windows must not delay the next visit for new orders.
  const share = name === 'active' ? undefined : 'spread';
  if (name === 'interrupted') visit.update({ interruptedCalls: visit.state.interruptedCalls + 1 });
  const { answer, answeredAt } = await visit.call(orderList, request, share);
  const { rows, ids, problem } = readRows(order, answer.items, answeredAt, { log, method: orderList.name });
  for (const { values } of rows) keepOrder(values, visit);
  if (problem) throw problem;
  return { ids, total: answer.total, pages: answer.pages };
}

function keepOrder(values: OrderValues, visit: Visit<Orders>): void {
  const { order_id: id, status } = values;
  const placedAt = Date.parse(values.placed_at);
  const row = visit.memory.find(id);
  // An older order was known before, and forgotten before it changed again.
  const happenedAt = visit.now - placedAt < RETENTION_MS ? placedAt : undefined;
  const states = visit.keep(id, withKnownDeadlines(values, visit.known.get(id)?.values), happenedAt, {
    known: row ? statesOf(row) : statesBefore(values, visit.state),
    entry: row && nextEntry(row, status),
  });
  visit.memory.record(id, states);
}
