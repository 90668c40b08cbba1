/**
 * The reviews feed. AliExpress has no list of new reviews. It returns the reviews of at most 50 orders that are named,
 * so the feed remembers the finished orders and queries them in turn (`review-schedule.ts`).
 */

import { convert } from '../aliexpress/convert.ts';
import { MAX_PLACED_DAYS_ENDED, orderList } from '../aliexpress/methods/order-list.ts';
import { reviewsOfOrders } from '../aliexpress/methods/reviews-of-orders.ts';
import { ENDED } from '../aliexpress/order-status.ts';
import { readRecord } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import { review } from '../aliexpress/records/review.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { DAY } from '../runtime.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { type WatchList, watchList } from './engine/watch-list.ts';
import { afterOrders, createOrdersFeed, type OrderValues } from './orders.ts';
import {
  afterBackfillPage,
  bestQuery,
  initialState,
  isNewReview,
  isWorthACall,
  learnFrom,
  plan,
  type ReviewsState,
  reviewTime,
  stateSchema,
  WATCHED_MS,
  type WatchedOrder,
  watchedOrder,
  watchedSchema,
} from './review-schedule.ts';

export const reviews: FeedDeclaration<typeof review.fields> = {
  key: 'reviews',
  record: review,
  reads: [orderList, reviewsOfOrders],
  freshness: {
    en: 'There is no list of new reviews, so completed orders are checked in turn, starting with those most likely to have one. Expect hours, and days in a large shop.',
    zh: '没有“新评价”列表，因此依次查询已完成的订单，优先查询最可能有新评价的。一般需要几小时，大店铺可能需要几天。',
  },
};

/** Orders that were finished this long before the feed began are queried too. */
const BACKFILL_MS = 7 * DAY;
/** The longest window of placement that AliExpress accepts for ended orders. */
const PLACED_SPAN_MS = MAX_PLACED_DAYS_ENDED * DAY;

interface Reviews {
  state: ReviewsState;
  values: ValuesOf<typeof review.fields>;
  interest: undefined;
  memory: WatchList<WatchedOrder>;
}

export const createReviewsFeed = (services: FeedServices): FeedEngine =>
  afterOrders(services, createFeed(services, reviewsDesign(services)));

const reviewsDesign = (services: FeedServices): FeedDesign<Reviews> => ({
  key: 'reviews',
  demand: { weight: 0.12, cost: 1 },
  state: stateSchema,
  memory: watchList(watchedSchema, WATCHED_MS),
  backfills: true,
  initialState,
  completeSince: (now) => now,
  dueAt: (state) => state.dueAt,
  fetch: (visit) => fetchReviews(services, visit),
  waiting: ({ coverage }) => (coverage.count > 0 ? coverage : null),
});

async function fetchReviews(services: FeedServices, visit: Visit<Reviews>): Promise<boolean> {
  const { now, memory: list } = visit;
  for (const values of await createOrdersFeed(services).known()) watchOrder(list, values, now);
  try {
    await readBackfill(visit);
    do {
      const query = bestQuery(list.entries.values(), visit.state.hazard, now);
      if (!isWorthACall(query)) break;
      await queryOrders(services, query.ids, visit);
    } while (visit.calls() < visit.credit && visit.canContinue());
  } finally {
    visit.update(plan([...list.entries.values()], visit.state, now));
    visit.markDirty();
  }
  return true;
}

function watchOrder(list: WatchList<WatchedOrder>, values: OrderValues, now: number): void {
  const watched = list.entries.has(values.order_id) ? undefined : watchedOrder(values, now);
  if (watched) list.put(values.order_id, watched.finishedAt, watched);
}

/** Reads one page of the orders that were finished before the feed began. */
async function readBackfill(visit: Visit<Reviews>): Promise<void> {
  const { backfill } = visit.state;
  if (!backfill) return;
  const placedUntil = backfill.until - backfill.window * PLACED_SPAN_MS;
  const { answer, answeredAt } = await visit.call(orderList, {
    page: backfill.page,
    placed: { from: placedUntil - PLACED_SPAN_MS, to: placedUntil },
    changed: { from: backfill.until - BACKFILL_MS, to: backfill.until },
    statuses: ENDED,
  });
  for (const raw of answer.items) {
    const converted = convert(order, raw, answeredAt);
    if (converted) watchOrder(visit.memory, converted.values, visit.now);
  }
  visit.update({ backfill: afterBackfillPage(backfill, answer.pages) });
}

async function queryOrders(services: FeedServices, ids: string[], visit: Visit<Reviews>): Promise<void> {
  const { memory: list, now } = visit;
  const { answer, answeredAt } = await visit.call(reviewsOfOrders, { orderIds: ids });
  const reviewed = keepReviews(services, answer.items, answeredAt, visit);
  for (const id of ids) {
    const watched = list.entries.get(id)?.values;
    if (!watched) continue;
    const found = Math.min(watched.lines, reviewed.get(id) ?? 0);
    visit.update({ hazard: learnFrom(visit.state.hazard, watched, now, found > 0) });
    if (found >= watched.lines) list.remove(id);
    else list.put(id, watched.finishedAt, { ...watched, checkedAt: now });
  }
}

/** @returns the number of line items with a review, by order */
function keepReviews(
  { log }: FeedServices,
  items: readonly unknown[],
  answeredAt: number,
  visit: Visit<Reviews>,
): Map<string, number> {
  const reviewed = new Map<string, number>();
  for (const raw of items) {
    const values = readRecord(review, raw, answeredAt, log);
    // A review has no stars until it takes effect.
    if (!values || values.stars === null) continue;
    const orderId = values.order_id ?? '';
    reviewed.set(orderId, (reviewed.get(orderId) ?? 0) + 1);
    const reviewedAt = reviewTime(values);
    const isNew = isNewReview(reviewedAt, visit.memory.entries.get(orderId)?.values);
    if (isNew) visit.keep(values.line_id, values, reviewedAt);
  }
  return reviewed;
}
