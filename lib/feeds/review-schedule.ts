/**
 * Which orders are queried for reviews, and when.
 *
 * Every finished order is remembered until it cannot get a review any more, as a bare number with two times. Each call
 * queries the 50 orders whose reviews are expected to have waited longest: the chance of a review at each moment since the
 * order was last queried, times how long ago that is. A call is made once it is expected to find enough reviews.
 *
 * A review that was written and has not taken effect may say when it will. Then the order is queried at once.
 *
 * The orders that were finished before the feed began are read a few days at a time, the newest first, a page now and then.
 */

import * as z from 'zod';
import { MAX_ORDERS_PER_REVIEW_CALL } from '../aliexpress/methods/reviews-of-orders.ts';
import { COMPLETED } from '../aliexpress/order-status.ts';
import { MAX_CLOCK_ERROR_MS } from '../aliexpress/server-time.ts';
import { holds } from '../pack/evaluate.ts';
import { DAY, HOUR } from '../runtime.ts';
import { count, stored, time } from '../stores/stored.ts';
import { backfillFormat, newBackfill } from './backfill.ts';
import { waitingFormat } from './engine/feed-status.ts';
import type { OrderValues } from './orders.ts';
import {
  emptyHazard,
  expectedWaiting,
  type Hazard,
  hazardFormat,
  looksPerOrder,
  reviewProbability,
  withOutcome,
} from './review-likelihood.ts';
import type { WatchedOrder } from './review-ratings.ts';

/** No review takes effect later than this after the order was finished. Orders of that age are read at the start too. */
const REVIEWED_MS = 30 * DAY;
/** How long an order is remembered after it was finished: until it was queried a last time. */
export const WATCHED_MS = REVIEWED_MS + 2 * DAY;
/** Of the orders that were finished before the feed began, those of so many days are read first. */
const FIRST_BACKFILL_MS = 3 * DAY;
/**
 * While nothing is lost, a page of them is read after this time: a shop with a hundred orders a day has read all after five
 * days. Until then their reviews are found late, because nobody knows of the orders.
 */
const BACKFILL_EVERY_MS = 2 * HOUR;
const BACKFILL_PAGES_A_DAY = DAY / BACKFILL_EVERY_MS;
/** An order is not queried again sooner. */
const MIN_INTERVAL_MS = 4 * HOUR;
/** A call is worth it if it is expected to find this many reviews. */
const MIN_EXPECTED_REVIEWS = 0.15;
/** Every finished order must be read before the orders feed forgets it. */
const MAX_IDLE_HOURS = 12;
/** An order ends within two of the windows that AliExpress accepts for ended orders. */
export const BACKFILL_WINDOWS = 2;
/** Calls after which all orders of a shop with a hundred a day were looked at, until their number is known. */
const USUAL_LOOK_CALLS = 20;
/**
 * How often a review is edited that can be read, of which few become bad. At ten times as much, every sixth order that is
 * queried would be one with all its reviews.
 */
const EDITS_PER_DAY = 0.0001;
/** An answer without a review is doubtful if this many were expected. */
const MIN_CERTAIN_REVIEWS = 5;

export const stateFormat = stored(() => ({
  hazard: hazardFormat.prefault({}),
  /** What is left to read of the orders that were finished before the feed began; null when everything was read. */
  backfill: backfillFormat.nullable().default(null),
  /** Of these orders, the ones that were finished in this span are still to be read, epoch milliseconds; 0: none. */
  older: stored(() => ({ from: time.default(0), until: time.default(0) })).prefault({}),
  /** When the last page of them was read. */
  backfilledAt: time.default(0),
  dueAt: z.number().default(0),
  coverage: waitingFormat.prefault({}),
  /** Calls after which all orders were looked at, each as often as its reviews are likely, and read where they are old. */
  lookCalls: count.default(1),
}));
export type ReviewsState = z.infer<typeof stateFormat>;

export const initialState = (now: number): ReviewsState => ({
  hazard: emptyHazard(),
  backfill: newBackfill(now, now - FIRST_BACKFILL_MS),
  older: { from: now - REVIEWED_MS, until: now - FIRST_BACKFILL_MS },
  backfilledAt: 0,
  dueAt: now,
  coverage: { count: 0, since: now },
  lookCalls: USUAL_LOOK_CALLS + BACKFILL_PAGES_A_DAY,
});

export interface ListedOrder {
  id: string;
  values: WatchedOrder;
}

/** An order that may get reviews; undefined if it was not completed, or too long ago. */
export function watchedOrder(order: OrderValues, now: number): WatchedOrder | undefined {
  const { updated_at, line_items } = order;
  if (updated_at === null || !holds(COMPLETED, { fields: order, inputs: {}, now })) return undefined;
  const finishedAt = Date.parse(updated_at);
  if (now - finishedAt > WATCHED_MS) return undefined;
  return {
    finishedAt,
    checkedAt: finishedAt,
    lines: Math.max(1, line_items.length),
    reviewed: [],
    ratings: {},
    foundAt: 0,
  };
}

/** Whether the order may get more reviews. */
const isOpen = ({ lines, reviewed }: WatchedOrder): boolean => reviewed.length < lines;

/** Whether the order was queried at a time that is still to come, by a clock that was wrong. */
export const isFromFuture = ({ checkedAt }: WatchedOrder, now: number): boolean =>
  checkedAt > now + MAX_CLOCK_ERROR_MS;

/** The order as if its reviews had not been read, because the store has lost them. */
export const withoutReviews = (order: WatchedOrder): WatchedOrder => ({
  ...order,
  checkedAt: order.finishedAt,
  reviewed: [],
});

export interface ReviewQuery {
  /** Order numbers. */
  ids: string[];
  /** The reviews that the query is expected to find. */
  gain: number;
}

/** Whether a review of the order was read and lost. */
const isLost = ({ reviewed, foundAt }: WatchedOrder): boolean => foundAt > 0 && reviewed.length === 0;

/** Whether the order has all the reviews that it will ever have, and was not queried since. */
const isLastTime = ({ finishedAt, checkedAt }: WatchedOrder, now: number): boolean =>
  checkedAt < finishedAt + REVIEWED_MS && now >= finishedAt + REVIEWED_MS;

/** Whether a review has taken effect since the order was queried, as an answer said before. */
const isInEffect = ({ effectAt, checkedAt }: WatchedOrder, now: number): boolean =>
  effectAt !== undefined && effectAt > checkedAt && effectAt <= now;

/** Whether a query of the order finds a review for certain. */
const hasReview = (order: WatchedOrder, now: number): boolean => isLost(order) || isInEffect(order, now);

/** What a query of the order is worth. */
interface Worth {
  /** The reviews that it is expected to find. */
  gain: number;
  /** How long they are expected to have waited, in days. */
  waiting: number;
}

/**
 * An order with all its reviews is queried too, because a review may be edited. That is rare. A review that was there
 * before the feed began waits for nobody: an old order that was never queried is worth what it may have got since, if it
 * had none before.
 */
function worthOf(order: WatchedOrder, hazard: Hazard, now: number, begunAt: number): Worth {
  if (hasReview(order, now)) return { gain: 1, waiting: Number.POSITIVE_INFINITY };
  const { finishedAt, checkedAt } = order;
  const [from, to] = [(checkedAt - finishedAt) / DAY, (now - finishedAt) / DAY];
  const begun = Math.max(from, Math.min(to, (begunAt - finishedAt) / DAY));
  if (!isOpen(order))
    return { gain: EDITS_PER_DAY * (to - from), waiting: (EDITS_PER_DAY * (to - from) ** 2) / 2 };
  return {
    gain: reviewProbability(hazard, from, to),
    waiting: isLastTime(order, now)
      ? Number.POSITIVE_INFINITY
      : (1 - reviewProbability(hazard, from, begun)) * expectedWaiting(hazard, begun, to),
  };
}

/** When the feed began, epoch milliseconds. */
const beginning = ({ older }: Pick<ReviewsState, 'older'>): number => older.from + REVIEWED_MS;

/** The orders whose new reviews are expected to have waited longest. */
export function bestQuery(
  orders: Iterable<ListedOrder>,
  { hazard, older }: Pick<ReviewsState, 'hazard' | 'older'>,
  now: number,
): ReviewQuery {
  const begunAt = beginning({ older });
  const best = [...orders]
    .filter(({ values }) => hasReview(values, now) || now - values.checkedAt >= MIN_INTERVAL_MS)
    .map(({ id, values }) => ({ id, ...worthOf(values, hazard, now, begunAt) }))
    .sort((a, b) => (a.waiting === b.waiting ? 0 : b.waiting - a.waiting))
    .slice(0, MAX_ORDERS_PER_REVIEW_CALL);
  return { ids: best.map(({ id }) => id), gain: best.reduce((sum, { gain }) => sum + gain, 0) };
}

/**
 * The calls after which all orders were looked at, also those that are still to be read: those of a day in the part of the
 * time before the feed began that was read, and since.
 */
function callsOfAll(
  orders: readonly ListedOrder[],
  { hazard, older, backfill }: ReviewsState,
  now: number,
): number {
  const knownSince = Math.max(older.until, now - REVIEWED_MS);
  const known = orders.filter(({ values }) => values.finishedAt >= knownSince).length;
  const calls = (known * DAY * looksPerOrder(hazard)) / (now - knownSince) / MAX_ORDERS_PER_REVIEW_CALL;
  const isBeginning = backfill !== null && beginning({ older }) - older.until === FIRST_BACKFILL_MS;
  const pages = hasOldOrders({ backfill, older }) ? BACKFILL_PAGES_A_DAY : 0;
  return Math.max(isBeginning ? USUAL_LOOK_CALLS : 1, calls) + pages;
}

/** Whether orders that were finished before the feed began are still to be read. */
const hasOldOrders = ({ backfill, older }: Pick<ReviewsState, 'backfill' | 'older'>): boolean =>
  backfill !== null || older.until > older.from;

/** When the next page of these orders is read; undefined if none is left. */
export function nextBackfillAt({ backfill, older, backfilledAt }: ReviewsState): number | undefined {
  if (!hasOldOrders({ backfill, older })) return undefined;
  // What the store has lost is missed already.
  if (backfill && backfill.lostAt > 0) return 0;
  return backfilledAt + BACKFILL_EVERY_MS;
}

/**
 * The state in which the next days are read of the orders that were finished before the feed began: twice as many, because
 * the older an order is, the fewer reviews it gets.
 */
export function withNextBackfill(state: ReviewsState): ReviewsState {
  const { backfill, older } = state;
  if (backfill || older.until <= older.from) return state;
  const from = Math.max(older.from, older.until - (beginning(state) - older.until));
  return { ...state, backfill: newBackfill(older.until, from), older: { ...older, until: from } };
}

export const isWorthACall = ({ gain }: ReviewQuery): boolean => gain >= MIN_EXPECTED_REVIEWS;

/** When to visit next, and how well the orders are covered. */
export function plan(
  orders: readonly ListedOrder[],
  state: ReviewsState,
  now: number,
): Pick<ReviewsState, 'dueAt' | 'coverage' | 'lookCalls'> {
  const isDueAt = (at: number) => isWorthACall(bestQuery(orders, state, at));
  const backfillAt = nextBackfillAt(state) ?? Number.POSITIVE_INFINITY;
  let hours = 0;
  while (now + hours * HOUR < backfillAt && hours < MAX_IDLE_HOURS && !isDueAt(now + hours * HOUR))
    hours += 1;
  const open = orders.filter(({ values }) => isOpen(values));
  const oldestCheck = open.reduce((oldest, { values }) => Math.min(oldest, values.checkedAt), now);
  const effects = orders.map(({ values }) => values.effectAt ?? 0).filter((at) => at > now);
  return {
    dueAt: Math.min(now + hours * HOUR, Math.max(now, backfillAt), ...effects),
    coverage: { count: open.length, since: oldestCheck },
    lookCalls: callsOfAll(orders, state, now),
  };
}

/** What one order has taught: the days without a review, and the review, by age of the order. */
export function learnFrom(hazard: Hazard, order: WatchedOrder, now: number, isFound: boolean): Hazard {
  const { finishedAt, checkedAt } = order;
  if (!isOpen(order)) return hazard;
  return withOutcome(hazard, (checkedAt - finishedAt) / DAY, (now - finishedAt) / DAY, isFound);
}

/**
 * Whether an answer has left orders out: it lacks a review that was read before, or has none where many were expected.
 * @param found line items with a review, by order
 */
export function leavesOut(
  { ids, gain }: ReviewQuery,
  found: ReadonlyMap<string, ReadonlySet<string>>,
  watched: ReadonlyMap<string, ListedOrder>,
): boolean {
  const lacks = (id: string) => watched.get(id)?.values.reviewed.some((line) => !found.get(id)?.has(line));
  return (found.size === 0 && gain >= MIN_CERTAIN_REVIEWS) || ids.some(lacks);
}
