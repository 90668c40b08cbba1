/** What is remembered of a finished order and of its reviews that were read, so that one which is edited later is noticed. */

import * as z from 'zod';
import type { review } from '../aliexpress/records/review.ts';
import type { ValuesOf } from '../pack/record.ts';
import { DAY } from '../runtime.ts';
import { stored, time } from '../stores/stored.ts';
import type { KnownStates, RecordState } from './engine/record-states.ts';

/** The current state of a review that was read. */
const ratingFormat = stored(() => ({
  stars: z.number().default(0),
  /** Since when, and until when it was known to be another one or none, epoch milliseconds. */
  since: z.number().default(0),
  after: z.number().optional(),
  /** 1, and one more for every time that the rating rose. */
  entry: z.number().default(1),
}));

export const watchedFormat = stored(() => ({
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
  /** When a review takes effect that was there without its stars, epoch milliseconds; left out if none is known. */
  effectAt: time.optional(),
}));
export type WatchedOrder = z.infer<typeof watchedFormat>;

type ReviewValues = ValuesOf<typeof review.fields>;
type ReviewTimes = Pick<ReviewValues, 'published_at' | 'updated_at' | 'reviewed_at'>;

const firstKnown = (...times: (string | null)[]): number | undefined => {
  const at = times.find((time) => time !== null);
  return at ? Date.parse(at) : undefined;
};

/** When a review took effect, as far as AliExpress says. */
export const reviewTime = ({ published_at, updated_at, reviewed_at }: ReviewTimes): number | undefined =>
  firstKnown(published_at, updated_at, reviewed_at);

/** The longest time for which a review waits for the other side. */
const MAX_EFFECT_MS = 30 * DAY;

/** When a review that has no stars yet takes effect, if AliExpress says so. */
export function effectTime({ stars, published_at }: ReviewValues, now: number): number | undefined {
  const at = published_at === null ? Number.NaN : Date.parse(published_at);
  return stars === null && at > now && at < now + MAX_EFFECT_MS ? at : undefined;
}

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
