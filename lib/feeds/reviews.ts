/**
 * The reviews feed. AliExpress has no list of new reviews: it tells the reviews of orders that are named, at most 50
 * at a time. So every finished order is kept in mind for 30 days, as a bare number with two times, and each call asks
 * for the 50 among which a new review is most likely.
 *
 * How likely is learned: the share of orders that get a review, by days since completion (the hazard), begins with a
 * sensible guess and is corrected by what is found. The expected gain of asking for an order is the hazard between
 * its age when it was last asked for and its age now.
 */

import * as z from 'zod';
import { convert } from '../aliexpress/convert.ts';
import { MAX_PLACED_DAYS_ENDED, orderList } from '../aliexpress/methods/order-list.ts';
import { MAX_ORDERS_PER_REVIEW_CALL, reviewsOfOrders } from '../aliexpress/methods/reviews-of-orders.ts';
import { COMPLETED, ENDED } from '../aliexpress/order-status.ts';
import { order } from '../aliexpress/records/order.ts';
import { review } from '../aliexpress/records/review.ts';
import { holds } from '../pack/evaluate.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { DAY, HOUR } from '../runtime.ts';
import type { FeedEngine, FeedServices } from './engine/feed.ts';
import { createFeed, type FeedDesign, type Visit } from './engine/visits.ts';
import { createWatchList, type WatchList } from './engine/watch-list.ts';
import { createOrdersFeed } from './orders.ts';
import { bandOf, emptyHazard, expected, type Hazard } from './review-likelihood.ts';

export const reviews: FeedDeclaration<typeof review.fields> = {
  key: 'reviews',
  record: review,
  reads: [orderList, reviewsOfOrders],
  freshness: {
    en: 'There is no list of new reviews, so completed orders are checked in turn, starting with those most likely to have one. Expect hours, and days in a large shop.',
    zh: '没有“新评价”列表，因此依次查询已完成的订单，优先查询最可能有新评价的。一般需要几小时，大店铺可能需要几天。',
  },
};

const WATCHED_MS = 30 * DAY;
/** Orders that were finished before the feed began are asked for as far back as this. */
const BACKFILL_MS = 7 * DAY;
/** An order ends within two of the windows that AliExpress accepts for ended orders. */
const PLACED_SPAN_MS = MAX_PLACED_DAYS_ENDED * DAY;
const PLACED_SPANS = 2;
/** An order is not asked for again sooner. */
const SOONEST_MS = 6 * HOUR;
/** An answer may lack what was written so short before. What comes twice, platforms know by its id. */
const LAG_MS = DAY;
/** A call is worth it when it is expected to find so many reviews. */
const MIN_EXPECTED_REVIEWS = 0.15;

const watchedSchema = z.object({
  finishedAt: z.number(),
  checkedAt: z.number(),
  /** Lines without a review. */
  lines: z.number(),
});
type Watched = z.infer<typeof watchedSchema>;

const stateSchema = z.object({
  hazard: z.object({ asked: z.array(z.number()), found: z.array(z.number()) }),
  /** The page and window to be read next of what was finished before; null when all is read. */
  backfill: z.object({ span: z.number(), page: z.number(), until: z.number() }).nullable(),
  dueAt: z.number(),
  coverage: z.object({ count: z.number(), since: z.number() }),
});
type State = z.infer<typeof stateSchema>;
type Values = ValuesOf<typeof review.fields>;

export function createReviewsFeed(services: FeedServices): FeedEngine {
  const { log, clock } = services;
  const orders = createOrdersFeed(services);
  const watchList = createWatchList<Watched>(services, {
    feed: 'reviews',
    schema: watchedSchema,
    lifeMs: WATCHED_MS,
  });
  let watched: WatchList<Watched> | undefined;

  function watch(list: WatchList<Watched>, values: ValuesOf<typeof order.fields>): void {
    const { order_id, updated_at, line_items } = values;
    if (!holds(COMPLETED, { fields: values, inputs: {}, now: 0 })) return;
    if (list.entries.has(order_id) || updated_at === null) return;
    const finishedAt = Date.parse(updated_at);
    if (clock.now() - finishedAt > WATCHED_MS) return;
    list.put(order_id, finishedAt, {
      finishedAt,
      checkedAt: finishedAt,
      lines: Math.max(1, line_items.length),
    });
  }

  /** One page of the orders that were finished before the feed began. */
  async function readBackfill(list: WatchList<Watched>, visit: Visit<State, Values>): Promise<void> {
    const { backfill } = visit.state;
    if (!backfill) return;
    const placedUntil = backfill.until - backfill.span * PLACED_SPAN_MS;
    const { answer, answeredAt } = await visit.call(orderList, {
      page: backfill.page,
      placed: { from: placedUntil - PLACED_SPAN_MS, to: placedUntil },
      changed: { from: backfill.until - BACKFILL_MS, to: backfill.until },
      statuses: ENDED,
    });
    for (const raw of answer.items) {
      const converted = convert(order, raw, answeredAt);
      if (converted) watch(list, converted.values);
    }
    backfill.page += 1;
    if (backfill.page <= answer.pages) return;
    const isLast = backfill.span + 1 >= PLACED_SPANS;
    visit.state.backfill = isLast ? null : { ...backfill, span: backfill.span + 1, page: 1 };
  }

  async function ask(list: WatchList<Watched>, ids: string[], visit: Visit<State, Values>): Promise<void> {
    const { answer, answeredAt } = await visit.call(reviewsOfOrders, { parent_order_ids: ids });
    const reviewedLines = new Map<string, number>();
    for (const raw of answer.target_list) {
      const converted = convert(review, raw, answeredAt);
      if (!converted) {
        log('a review without its line number was left out', { method: reviewsOfOrders.name });
        continue;
      }
      const { values } = converted;
      // Until a review takes effect its stars are missing.
      if (values.stars === null) continue;
      const orderId = values.order_id ?? '';
      reviewedLines.set(orderId, (reviewedLines.get(orderId) ?? 0) + 1);
      if (isNew(values, list.entries.get(orderId)?.values))
        visit.keep(values.line_id, values, timeOf(values.visible_at ?? values.reviewed_at));
    }
    for (const id of ids) {
      const entry = list.entries.get(id)?.values;
      if (!entry) continue;
      const found = Math.min(entry.lines, reviewedLines.get(id) ?? 0);
      recordOutcome(visit.state.hazard, entry, visit.now, found > 0);
      if (found >= entry.lines) list.remove(id);
      else list.put(id, entry.finishedAt, { ...entry, checkedAt: visit.now });
    }
  }

  const design: FeedDesign<State, Values> = {
    key: 'reviews',
    demand: { weight: 0.12, cost: 1 },
    state: stateSchema,
    backfills: true,
    first: (now) => ({
      hazard: emptyHazard(),
      backfill: { span: 0, page: 1, until: now },
      dueAt: now,
      coverage: { count: 0, since: now },
    }),
    completeSince: (now) => now,
    dueAt: (state) => state.dueAt,
    look: async (visit) => {
      const { state, now } = visit;
      const list = await watchList.load();
      watched = list;
      for (const values of await orders.known()) watch(list, values as ValuesOf<typeof order.fields>);
      try {
        if (state.backfill) await readBackfill(list, visit);
        do {
          const next = bestOf(list, state.hazard, now);
          if (next.gain < MIN_EXPECTED_REVIEWS) break;
          await ask(list, next.ids, visit);
        } while (visit.calls() < visit.saved && visit.canContinue());
      } finally {
        plan(state, list, now);
        visit.markDirty();
      }
      return true;
    },
    stored: async () => watched?.store(),
    waiting: ({ coverage }) => (coverage.count > 0 ? coverage : null),
  };
  const feed = createFeed(services, design);
  return {
    ...feed,
    read: async (lane, reader) => {
      // Finished orders come from there.
      await orders.read(lane, reader);
      return feed.read(lane, reader);
    },
  };
}

/** When to look next, and how well the orders are covered. */
function plan(state: State, list: WatchList<Watched>, now: number): void {
  const gain = (at: number) => bestOf(list, state.hazard, at).gain;
  let hours = 0;
  // Every finished order must be noted before the orders feed forgets it.
  while (!state.backfill && hours < 12 && gain(now + hours * HOUR) < MIN_EXPECTED_REVIEWS) hours += 1;
  state.dueAt = now + hours * HOUR;
  const checkedAt = [...list.entries.values()].map(({ values }) => values.checkedAt);
  state.coverage = { count: checkedAt.length, since: checkedAt.reduce((a, b) => Math.min(a, b), now) };
}

/** The orders that promise most, and how many reviews they are expected to bring. */
function bestOf(list: WatchList<Watched>, hazard: Hazard, now: number): { ids: string[]; gain: number } {
  const promising = [...list.entries.values()]
    .filter(({ values }) => now - values.checkedAt >= SOONEST_MS)
    .map(({ id, values }) => ({
      id,
      gain: expected(hazard, (values.checkedAt - values.finishedAt) / DAY, (now - values.finishedAt) / DAY),
    }))
    .sort((a, b) => b.gain - a.gain)
    .slice(0, MAX_ORDERS_PER_REVIEW_CALL);
  return {
    ids: promising.map(({ id }) => id),
    gain: promising.reduce((sum, { gain }) => sum + gain, 0),
  };
}

/** Adds what one order taught: days without a review, and the review, by age. */
function recordOutcome(
  hazard: Hazard,
  { finishedAt, checkedAt }: Watched,
  now: number,
  isFound: boolean,
): void {
  const [from, to] = [(checkedAt - finishedAt) / DAY, (now - finishedAt) / DAY];
  const band = bandOf((from + to) / 2);
  hazard.asked[band] = (hazard.asked[band] ?? 0) + (to - from);
  if (isFound) hazard.found[band] = (hazard.found[band] ?? 0) + 1;
}

/** While another line of the order still waits for a review, one that was read before is answered again. */
function isNew(values: Values, entry: Watched | undefined): boolean {
  const at = timeOf(values.visible_at ?? values.reviewed_at);
  if (entry === undefined || at === undefined || entry.checkedAt === entry.finishedAt) return true;
  return at > entry.checkedAt - LAG_MS;
}

const timeOf = (iso: string | null): number | undefined => (iso === null ? undefined : Date.parse(iso));
