/**
 * The reviews feed. AliExpress has no list of new reviews. It returns the reviews of at most 50 orders that are named,
 * so the feed remembers the finished orders and queries them in turn (`review-schedule.ts`).
 */

import { longestPlacedMs, orderList } from '../aliexpress/methods/order-list.ts';
import { MAX_ORDERS_PER_REVIEW_CALL, reviewsOfOrders } from '../aliexpress/methods/reviews-of-orders.ts';
import { ENDED } from '../aliexpress/order-status.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import { review } from '../aliexpress/records/review.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { isProblem, type Problem } from '../problems.ts';
import { afterBackfillPage, afterLoss, afterWindow, reportOverdue } from './backfill.ts';
import { callDemands } from './call-demands.ts';
import { createFeed } from './engine/create-feed.ts';
import type { FeedDesign, Visit } from './engine/design.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { type WatchList, watchList } from './engine/watch-list.ts';
import { afterOrders, createOrdersFeed, type OrderValues } from './orders.ts';
import {
  changeTime,
  effectTime,
  entryOfReview,
  isNewReview,
  knownReview,
  reviewTime,
  type WatchedOrder,
  watchedFormat,
  withRating,
} from './review-ratings.ts';
import {
  BACKFILL_WINDOWS,
  bestQuery,
  initialState,
  isFromFuture,
  isWorthACall,
  learnFrom,
  leavesOut,
  nextBackfillAt,
  plan,
  type ReviewQuery,
  type ReviewsState,
  stateFormat,
  WATCHED_MS,
  watchedOrder,
  withNextBackfill,
  withoutReviews,
} from './review-schedule.ts';

export const reviews: FeedDeclaration<typeof review.fields> = {
  key: 'reviews',
  record: review,
  reads: [orderList, reviewsOfOrders],
  cost: {
    en: `1 for ${MAX_ORDERS_PER_REVIEW_CALL} completed orders, starting with those most likely to have a new review`,
    zh: `每 ${MAX_ORDERS_PER_REVIEW_CALL} 个已完成订单 1 次，优先查询最可能有新评价的`,
  },
  freshness: {
    en: `There is no list of new reviews, so completed orders are checked in turn, ${MAX_ORDERS_PER_REVIEW_CALL} per call, starting with those most likely to have one. Expect hours, and days in a large shop.`,
    zh: `没有“新评价”列表，因此依次查询已完成的订单，优先查询最可能有新评价的，每次调用查 ${MAX_ORDERS_PER_REVIEW_CALL} 单。一般需要几小时，大店铺可能需要几天。`,
  },
};

const PLACED_SPAN_MS = longestPlacedMs(ENDED);

type ReviewValues = ValuesOf<typeof review.fields>;

interface Reviews {
  state: ReviewsState;
  values: ReviewValues;
  interest: undefined;
  memory: WatchList<WatchedOrder>;
}

export const createReviewsFeed = (services: FeedServices): FeedEngine =>
  afterOrders(services, createFeed(services, reviewsDesign(services)));

const reviewsDesign = (services: FeedServices): FeedDesign<Reviews> => ({
  key: 'reviews',
  demand: callDemands.reviews,
  fullCost: ({ lookCalls }) => lookCalls,
  state: stateFormat,
  memory: watchList(watchedFormat, WATCHED_MS),
  initialState,
  completeSince: (now) => now,
  states: {
    stateOf: ({ stars }) => ({ stars }),
    changedAt: changeTime,
    sinceOfUnmet: (values) => reviewTime(values) ?? 0,
  },
  dueAt: (state) => state.dueAt,
  fetch: (visit) => fetchReviews(services, visit),
  waiting: ({ coverage }) => (coverage.count > 0 ? coverage : null),
});

async function fetchReviews(services: FeedServices, visit: Visit<Reviews>): Promise<boolean> {
  const { now, memory: list } = visit;
  findLost(visit);
  visit.update({ backfill: reportOverdue(visit, visit.state.backfill) });
  for (const values of await createOrdersFeed(services).known()) watchOrder(list, values, now);
  let problem: Problem | undefined;
  try {
    problem = await readBackfill(services, visit);
    do {
      const query = bestQuery(list.entries.values(), visit.state, now);
      if (!isWorthACall(query)) break;
      await queryOrders(services, query, visit);
    } while (visit.calls() < visit.credit && visit.canContinue());
  } finally {
    visit.update(plan([...list.entries.values()], visit.state, now));
    visit.markDirty();
  }
  if (problem) throw problem;
  return true;
}

/** Queries again what the store has lost or a wrong clock has dated. */
function findLost({ lost, memory: list, state, now, update }: Visit<Reviews>): void {
  const { recordsSince = Number.POSITIVE_INFINITY, watched } = lost;
  for (const [id, { values }] of [...list.entries]) {
    if (values.foundAt >= recordsSince || isFromFuture(values, now))
      list.put(id, values.finishedAt, withoutReviews(values));
  }
  if (!watched) return;
  const from = Math.max(watched.from, now - WATCHED_MS);
  const backfill = afterLoss(state.backfill, { from, to: watched.to }, now);
  // What was still to be read is part of it.
  const isAll = backfill.since <= state.older.from;
  update({ backfill, ...(isAll && { older: { from: 0, until: 0 } }) });
}

function watchOrder(list: WatchList<WatchedOrder>, values: OrderValues, now: number): void {
  const watched = list.entries.has(values.order_id) ? undefined : watchedOrder(values, now);
  if (watched) list.put(values.order_id, watched.finishedAt, watched);
}

/**
 * Reads one page of the orders that were finished before the feed began.
 * @returns why the page must be read again
 */
async function readBackfill(services: FeedServices, visit: Visit<Reviews>): Promise<Problem | undefined> {
  const dueAt = nextBackfillAt(visit.state);
  if (dueAt === undefined || dueAt > visit.now) return undefined;
  visit.update(withNextBackfill(visit.state));
  const { backfill } = visit.state;
  if (!backfill) return undefined;
  if (visit.now - backfill.until >= PLACED_SPAN_MS) {
    // They get no review any more.
    visit.update({ backfill: null });
    return undefined;
  }
  // Orders that have ended may be listed for 30 days after they were placed, and no longer.
  const placedUntil = visit.now - backfill.window * PLACED_SPAN_MS;
  const request = {
    page: backfill.reading.page,
    placed: { from: placedUntil - PLACED_SPAN_MS, to: Math.min(backfill.until, placedUntil) },
    changed: { from: backfill.since, to: backfill.until },
    statuses: ENDED,
  };
  const listed = await visit.call(orderList, request).catch((error) => {
    // Nobody is known to have asked for orders that were placed so long ago.
    if (backfill.window === 0 || !isProblem(error, 'request_refused')) throw error;
    services.log('AliExpress does not list orders that have ended long after they were placed');
  });
  if (!listed) {
    visit.update({ backfill: afterWindow(backfill, BACKFILL_WINDOWS), backfilledAt: visit.now });
    return undefined;
  }
  const { answer, answeredAt } = listed;
  const context = { log: services.log, method: orderList.name };
  const { rows, ids, problem } = readRows(order, answer.items, answeredAt, context);
  for (const { values } of rows) watchOrder(visit.memory, values, visit.now);
  if (problem) return problem;
  const page = { ids, total: answer.total, pages: answer.pages };
  const { left, isTaken } = afterBackfillPage(backfill, page, BACKFILL_WINDOWS);
  visit.update({ backfill: left, backfilledAt: visit.now });
  if (isTaken) visit.report({ from: backfill.since, to: visit.now, isIncompleteList: true });
  return undefined;
}

async function queryOrders(services: FeedServices, query: ReviewQuery, visit: Visit<Reviews>): Promise<void> {
  const { memory: list, now } = visit;
  const answered: Answered = { found: new Map(), effects: new Map() };
  const { found, effects } = answered;
  await readReviews(services, query.ids, answered, visit);
  if (leavesOut(query, found, list.entries) && visit.canContinue())
    await readReviews(services, query.ids, answered, visit);
  for (const id of query.ids) {
    const watched = list.entries.get(id)?.values;
    if (!watched) continue;
    const reviewed = [...new Set([...watched.reviewed, ...(found.get(id) ?? [])])];
    const isFound = reviewed.length > watched.reviewed.length;
    visit.update({ hazard: learnFrom(visit.state.hazard, watched, now, isFound) });
    const foundAt = isFound ? now : watched.foundAt;
    const checked = { ...watched, reviewed, foundAt, checkedAt: now, effectAt: effects.get(id) };
    list.put(id, watched.finishedAt, checked);
  }
}

/** What the answers to a query show, by order. */
interface Answered {
  /** Line items with a review. */
  found: Map<string, Set<string>>;
  /** When a review takes effect that has no stars yet, epoch milliseconds. */
  effects: Map<string, number>;
}

/** @param answered what this answer shows is added */
async function readReviews(
  { log }: FeedServices,
  orderIds: string[],
  { found, effects }: Answered,
  visit: Visit<Reviews>,
): Promise<void> {
  const { answer, answeredAt } = await visit.call(reviewsOfOrders, { orderIds });
  const context = { log, method: reviewsOfOrders.name };
  const { rows, problem } = readRows(review, answer.items, answeredAt, context);
  for (const { values } of rows) {
    const { line_id, stars } = values;
    const orderId = values.order_id ?? '';
    const effectAt = effectTime(values, visit.now);
    if (effectAt !== undefined) effects.set(orderId, Math.min(effectAt, effects.get(orderId) ?? effectAt));
    // A review has no stars until it takes effect.
    if (stars === null) continue;
    found.set(orderId, (found.get(orderId) ?? new Set()).add(line_id));
    keepReview({ ...values, stars }, orderId, visit);
  }
  if (problem) throw problem;
}

function keepReview(values: ReviewValues & { stars: number }, orderId: string, visit: Visit<Reviews>): void {
  const { line_id: id, stars } = values;
  const { memory: list } = visit;
  const watched = list.entries.get(orderId)?.values;
  if (!isNewReview(id, stars, watched)) return;
  const states = visit.keep(id, values, reviewTime(values), {
    known: knownReview(values, watched),
    entry: entryOfReview(id, stars, watched),
  });
  const state = states.at(-1);
  if (!watched || !state) return;
  const ratings = withRating(watched.ratings, id, state);
  list.put(orderId, watched.finishedAt, { ...watched, ratings });
}
