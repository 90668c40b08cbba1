/**
 * The orders feed: the order list, by time of last change.
 *
 * - A window runs from the watermark, less an overlap, to now. The watermark moves to the window's end only
 *   when every page of it was read and understood.
 * - Pages are read from the last to the second: orders that leave the window while it is read move towards the
 *   first page, and can so be met twice but not be missed. If their number changed, the first page is read again.
 * - A page that could not be paid or fetched stays open, and the next visit goes on there.
 * - Finished orders never come unasked; a window of their own asks for them, four times a day.
 * - An order that waits to be shipped may not change for days. Where a workflow looks at deadlines, all of them are
 *   asked for twice a day, whatever their age, so that they stay known.
 */

import * as z from 'zod';
import { convert } from '../aliexpress/convert.ts';
import {
  MAX_ORDER_PAGES,
  MAX_PLACED_DAYS,
  MAX_PLACED_DAYS_ENDED,
  ORDER_PAGE_SIZE,
  orderList,
} from '../aliexpress/methods/order-list.ts';
import { ENDED, TO_SHIP } from '../aliexpress/order-status.ts';
import { order } from '../aliexpress/records/order.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import type { FeedEngine, FeedServices, Reader } from './engine/feed.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import { createFeed, type FeedDesign, type Visit } from './engine/visits.ts';

export const orders: FeedDeclaration<typeof order.fields> = {
  key: 'orders',
  record: order,
  reads: [orderList],
  freshness: {
    en: 'Orders are checked about every 8 minutes, once for all workflows of the shop, which share 200 calls a day.',
    zh: '约每 8 分钟查询一次订单，店铺的所有流程共用每天 200 次调用。',
  },
};

/** The same orders; those that wait to be shipped are known whatever their age. */
export const ordersToShip: FeedDeclaration<typeof order.fields> = { ...orders, key: 'orders_to_ship' };

const OVERLAP_MS = 30 * MINUTE;
/** How far the very first window reaches back. */
const FIRST_LOOKBACK_MS = 2 * HOUR;
/** A window is never opened further back than the snapshot reaches. */
const MAX_LOOKBACK_MS = RETENTION_MS;
const FINISH_EVERY_MS = 6 * HOUR;
const UNSHIPPED_EVERY_MS = 12 * HOUR;
/** A workflow that looks at deadlines is remembered for so long, and noted again after an hour. */
const INTEREST_TTL_MS = 26 * HOUR;
const RECORD_INTERVAL_MS = HOUR;
/** The longest window of placement that AliExpress accepts. */
const PLACED_SPAN_MS = {
  active: MAX_PLACED_DAYS * DAY,
  finished: MAX_PLACED_DAYS_ENDED * DAY,
  unshipped: MAX_PLACED_DAYS * DAY,
};
const STATUSES: Record<StreamName, { statuses?: readonly string[] }> = {
  active: {},
  finished: { statuses: ENDED },
  unshipped: { statuses: TO_SHIP },
};

const windowSchema = z.object({
  from: z.number(),
  to: z.number(),
  /** The page to be read next; 0 where the first page has not been read. */
  page: z.number(),
  /** How many orders the window held when its first page was read. */
  count: z.number(),
  /** The number changed while the window was read. */
  moved: z.boolean(),
});
const streamSchema = z.object({ watermark: z.number(), open: windowSchema.nullable() });
const stateSchema = z.object({
  active: streamSchema,
  finished: streamSchema,
  finishedDueAt: z.number(),
  unshipped: streamSchema,
  unshippedDueAt: z.number(),
  /** When a workflow last wanted all that waits to be shipped. */
  unshippedInterestAt: z.number(),
});

type Window = z.infer<typeof windowSchema>;
type State = z.infer<typeof stateSchema>;
type StreamName = 'active' | 'finished' | 'unshipped';
type Values = ValuesOf<typeof order.fields>;

export function createOrdersFeed(services: FeedServices): FeedEngine {
  const { log } = services;

  /** Reads the stream up to now: first on in a window that stayed open, then what came after it. True when all is read. */
  async function readStream(name: StreamName, visit: Visit<State, Values>): Promise<boolean> {
    const stream = visit.state[name];
    do {
      // A window of which nothing was read yet may as well reach until now.
      if (!stream.open || stream.open.page === 0) stream.open = openWindow(name, stream.watermark, visit.now);
      const window = stream.open;
      while (!isComplete(window)) {
        if (!visit.canContinue()) return false;
        const page = await readPage(name, window, visit);
        for (const raw of page.orders) take(raw, page.answeredAt, visit);
        advance(window, page);
      }
      stream.watermark = window.to;
      stream.open = null;
    } while (stream.watermark < visit.now);
    return true;
  }

  async function readPage(name: StreamName, window: Window, visit: Visit<State, Values>) {
    const { from, to } = window;
    const request = {
      page: Math.max(1, window.page),
      placed: { from: to - PLACED_SPAN_MS[name], to },
      // What waits to be shipped is asked for whenever it changed.
      ...(name !== 'unshipped' && { changed: { from, to } }),
      ...STATUSES[name],
    };
    // The rare windows must not put off the look at what is new.
    const share = name === 'active' ? undefined : 'spread';
    const { answer, answeredAt } = await visit.call(orderList, request, share);
    return { pages: answer.pages, count: answer.total, orders: answer.items, answeredAt };
  }

  function take(raw: unknown, answeredAt: number, visit: Visit<State, Values>): void {
    const converted = convert(order, raw, answeredAt);
    if (!converted) {
      log('an order without a number, status or date was left out', { method: orderList.name });
      return;
    }
    for (const field of converted.unreadable) log('a field of an order could not be read', { field });
    const { values } = converted;
    const placedAt = Date.parse(values.placed_at);
    // An older one was known once, and forgotten before it changed again.
    visit.keep(values.order_id, values, visit.now - placedAt < RETENTION_MS ? placedAt : undefined);
  }

  const design: FeedDesign<State, Values> = {
    key: 'orders',
    demand: { weight: 1, cost: 1 },
    state: stateSchema,
    first: (now) => {
      const stream = () => ({ watermark: now - FIRST_LOOKBACK_MS + OVERLAP_MS, open: null });
      return {
        active: stream(),
        finished: stream(),
        finishedDueAt: now,
        unshipped: stream(),
        unshippedDueAt: now,
        unshippedInterestAt: 0,
      };
    },
    completeSince: (now) => now - FIRST_LOOKBACK_MS,
    lost: rewind,
    wish: async (state, { interest }, now) => {
      if (interest !== 'unshipped' || now - state.unshippedInterestAt < RECORD_INTERVAL_MS) return false;
      if (now - state.unshippedInterestAt > INTEREST_TTL_MS) state.unshippedDueAt = now;
      state.unshippedInterestAt = now;
      return true;
    },
    look: async (visit) => {
      const { now, state } = visit;
      if (!(await readStream('active', visit))) return false;
      if (now >= state.finishedDueAt) {
        if (!(await readStream('finished', visit))) return false;
        state.finishedDueAt = now + FINISH_EVERY_MS;
      }
      if (now - state.unshippedInterestAt < INTEREST_TTL_MS && now >= state.unshippedDueAt) {
        if (!(await readStream('unshipped', visit))) return false;
        state.unshippedDueAt = now + UNSHIPPED_EVERY_MS;
      }
      return true;
    },
    waiting: ({ active }, now) =>
      active.open && active.open.page > 0
        ? { count: active.open.page * ORDER_PAGE_SIZE, since: Math.min(now, active.open.to) }
        : null,
  };
  return createFeed(services, design);
}

export function createOrdersToShipFeed(services: FeedServices): FeedEngine {
  const feed = createOrdersFeed(services);
  return {
    ...feed,
    read: (lane, reader: Reader = {}) => feed.read(lane, { ...reader, interest: 'unshipped' }),
  };
}

/** Goes back to before a lost chunk was fetched. */
function rewind(state: State, since: number, now: number): void {
  const from = Math.max(now - MAX_LOOKBACK_MS, since - FIRST_LOOKBACK_MS);
  state.active = { watermark: Math.min(state.active.watermark, from), open: null };
  state.finished = { watermark: Math.min(state.finished.watermark, from), open: null };
  state.finishedDueAt = now;
  state.unshippedDueAt = now;
}

const openWindow = (name: StreamName, watermark: number, now: number): Window => ({
  from:
    name === 'unshipped'
      ? now - PLACED_SPAN_MS.unshipped
      : Math.max(watermark - OVERLAP_MS, now - MAX_LOOKBACK_MS),
  to: now,
  page: 0,
  count: 0,
  moved: false,
});

/** `page` counts down; -1 when all is read. */
const isComplete = (window: Window): boolean => window.page < 0;

function advance(window: Window, page: { pages: number; count: number }): void {
  const wasFirstLook = window.page === 0;
  if (wasFirstLook) {
    if (page.pages > MAX_ORDER_PAGES && window.to - window.from > MINUTE) {
      // More than AliExpress hands out for one window: take the older half first.
      window.to = window.from + Math.floor((window.to - window.from) / 2);
      return;
    }
    window.count = page.count;
    window.page = page.pages > 1 ? Math.min(page.pages, MAX_ORDER_PAGES) : -1;
    return;
  }
  if (page.count !== window.count) window.moved = true;
  if (window.page === 1) {
    window.page = -1;
    return;
  }
  window.page = Math.min(window.page - 1, page.pages);
  if (window.page <= 1) window.page = window.moved ? 1 : -1;
}
