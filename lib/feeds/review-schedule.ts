/**
 * Which orders are queried for reviews, and when.
 *
 * Every finished order is remembered for 30 days, as a bare number with two times. Each call queries the 50 orders that
 * are most likely to have a new review. The expected gain of querying an order is the probability of a review between
 * its age when it was last queried and its age now.
 */

import * as z from 'zod';
import { MAX_ORDERS_PER_REVIEW_CALL } from '../aliexpress/methods/reviews-of-orders.ts';
import { COMPLETED } from '../aliexpress/order-status.ts';
import type { review } from '../aliexpress/records/review.ts';
import { MAX_CLOCK_ERROR_MS } from '../aliexpress/server-time.ts';
import { holds } from '../pack/evaluate.ts';
import type { ValuesOf } from '../pack/record.ts';
import { DAY, HOUR } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { backfillFormat, newBackfill } from './backfill.ts';
import { type Waiting, waitingFormat } from './engine/feed-status.ts';
import type { KnownStates, RecordState } from './engine/record-states.ts';
import type { OrderValues } from './orders.ts';
import {
  emptyHazard,
  type Hazard,
  hazardFormat,
  reviewProbability,
  withOutcome,
} from './review-likelihood.ts';

/** How long an order is remembered after it was finished. */
export const WATCHED_MS = 30 * DAY;
/** Orders that were finished this long before the feed began are queried too. */
const BACKFILL_MS = 7 * DAY;
/** An order is not queried again sooner. */
const MIN_INTERVAL_MS = 6 * HOUR;
/** A call is worth it if it is expected to find this many reviews. */
const MIN_EXPECTED_REVIEWS = 0.15;
/** Every finished order must be read before the orders feed forgets it. */
const MAX_IDLE_HOURS = 12;
/** An order ends within two of the windows that AliExpress accepts for ended orders. */
export const BACKFILL_WINDOWS = 2;
/** How often a review is edited that can be read. */
const EDITS_PER_DAY = 0.001;
/** An answer without a review is doubtful if this many were expected. */
const MIN_CERTAIN_REVIEWS = 5;

/** The current state of a review that was read. */
const ratingFormat = stored({
  stars: z.number().default(0),
  /** Since when, and until when it was known to be another one or none, epoch milliseconds. */
  since: z.number().default(0),
  after: z.number().optional(),
  /** 1, and one more for every time that the rating rose. */
  entry: z.number().default(1),
});

export const watchedFormat = stored({
  finishedAt: z.number().default(0),
  /** When the order was finished, if it was not queried yet. */
  checkedAt: z.number().default(0),
  /** Line items of the order; each can get a review. */
  lines: z.number().default(1),
  /** Line items whose review was read, by their id. */
  reviewed: z.array(z.string()).default([]),
  /** Their ratings, by line item, so that one that was edited later is noticed. */
  ratings: z.record(z.string(), ratingFormat).default({}),
  /** When the last of them was read, epoch milliseconds; 0: never. */
  foundAt: z.number().default(0),
});
export type WatchedOrder = z.infer<typeof watchedFormat>;

export const stateFormat = stored({
  hazard: hazardFormat.prefault({}),
  /** What is left to read of the orders that were finished before the feed began; null when everything was read. */
  backfill: backfillFormat.nullable().default(null),
  dueAt: z.number().default(0),
  coverage: waitingFormat.prefault({}),
});
export type ReviewsState = z.infer<typeof stateFormat>;

export const initialState = (now: number): ReviewsState => ({
  hazard: emptyHazard(),
  backfill: newBackfill(now, now - BACKFILL_MS),
  dueAt: now,
  coverage: { count: 0, since: now },
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

/** An order with all its reviews is queried too, because a review may be edited. That is rare. */
function gainOf(order: WatchedOrder, hazard: Hazard, now: number): number {
  const { finishedAt, checkedAt } = order;
  if (!isOpen(order)) return (EDITS_PER_DAY * (now - checkedAt)) / DAY;
  return reviewProbability(hazard, (checkedAt - finishedAt) / DAY, (now - finishedAt) / DAY);
}

/** The orders that are most likely to have a new review. */
export function bestQuery(orders: Iterable<ListedOrder>, hazard: Hazard, now: number): ReviewQuery {
  const best = [...orders]
    .filter(({ values }) => isLost(values) || now - values.checkedAt >= MIN_INTERVAL_MS)
    .map(({ id, values }) => ({ id, gain: isLost(values) ? 1 : gainOf(values, hazard, now) }))
    .sort((a, b) => b.gain - a.gain)
    .slice(0, MAX_ORDERS_PER_REVIEW_CALL);
  return { ids: best.map(({ id }) => id), gain: best.reduce((sum, { gain }) => sum + gain, 0) };
}

export const isWorthACall = ({ gain }: ReviewQuery): boolean => gain >= MIN_EXPECTED_REVIEWS;

/** When to visit next, and how well the orders are covered. */
export function plan(
  orders: readonly ListedOrder[],
  { hazard, backfill }: ReviewsState,
  now: number,
): { dueAt: number; coverage: Waiting } {
  const isDueAt = (at: number) => isWorthACall(bestQuery(orders, hazard, at));
  let hours = 0;
  while (!backfill && hours < MAX_IDLE_HOURS && !isDueAt(now + hours * HOUR)) hours += 1;
  const open = orders.filter(({ values }) => isOpen(values));
  const oldestCheck = open.reduce((oldest, { values }) => Math.min(oldest, values.checkedAt), now);
  return { dueAt: now + hours * HOUR, coverage: { count: open.length, since: oldestCheck } };
}

/** What one order has taught: the days without a review, and the review, by age of the order. */
export function learnFrom(hazard: Hazard, order: WatchedOrder, now: number, isFound: boolean): Hazard {
  const { finishedAt, checkedAt } = order;
  if (!isOpen(order)) return hazard;
  return withOutcome(hazard, (checkedAt - finishedAt) / DAY, (now - finishedAt) / DAY, isFound);
}

type ReviewValues = ValuesOf<typeof review.fields>;
type ReviewTimes = Pick<ReviewValues, 'published_at' | 'updated_at' | 'reviewed_at'>;

const firstKnown = (...times: (string | null)[]): number | undefined => {
  const at = times.find((time) => time !== null);
  return at ? Date.parse(at) : undefined;
};

/** When a review took effect, as far as AliExpress says. */
export const reviewTime = ({ published_at, updated_at, reviewed_at }: ReviewTimes): number | undefined =>
  firstKnown(published_at, updated_at, reviewed_at);

/** When a review last changed, which it also does when it takes effect. */
export const changeTime = ({ published_at, updated_at }: ReviewTimes): number | undefined =>
  firstKnown(updated_at, published_at);

/** An answer has every review of an order, also those that were read before. */
export const isNewReview = (lineId: string, stars: number, order: WatchedOrder | undefined): boolean =>
  !order?.reviewed.includes(lineId) || order.ratings[lineId]?.stars !== stars;

/** What is known of a review from earlier answers; undefined if the order was not queried before. */
export function knownReview(values: ReviewValues, order: WatchedOrder | undefined): KnownStates | undefined {
  if (!order || order.checkedAt === order.finishedAt) return undefined;
  const rating = order.ratings[values.line_id];
  const { since, after, entry, stars } = rating ?? {};
  const states = rating ? [{ values: { stars }, since: since ?? 0, after, entry }] : [];
  // A review without a date of effect may have been written, and changed last, long before it took effect.
  const isUndated = !rating && values.published_at === null;
  return { states, fetchedAt: order.checkedAt, changedAt: isUndated ? changeTime(values) : undefined };
}

/** A rating that rises ends a bad review, so a later one is another. */
export function entryOfReview(lineId: string, stars: number, order: WatchedOrder | undefined): number {
  const before = order?.ratings[lineId];
  return before ? before.entry + Number(stars > before.stars) : 1;
}

/** The ratings of an order after a review was read. @param state of the review */
export const withRating = (
  ratings: WatchedOrder['ratings'],
  lineId: string,
  { values, since, after, entry }: RecordState,
): WatchedOrder['ratings'] => ({
  ...ratings,
  [lineId]: {
    ...ratings[lineId],
    stars: Number(values.stars),
    since,
    after,
    entry: entry ?? 1,
  },
});

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
