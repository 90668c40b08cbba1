/** Reviews of finished orders: good and bad, within minutes or weeks, some without the date from which they are valid. */

import { DAY } from '../../lib/runtime.ts';
import type { Order } from '../../sandbox/orders.ts';
import type { RandomSource } from '../../sandbox/random.ts';
import type { Review } from '../../sandbox/reviews.ts';
import { drawTimes, kept, openLabShop, shippedOrders, soonOrLate } from '../lab-shop.ts';
import type { Schedule } from '../schedule.ts';
import { reviewsOf, rowsIn } from '../shown-names.ts';
import type { Story, Subject } from '../story.ts';

const MAX_ORDERS = 60;
const MAX_STARS = 3;
const REVIEWS = 'aliexpress.evaluation.listorderevaluation.get';

export const reviews: Subject = {
  feed: 'reviews',
  draw: drawReviews,
  aboutOf: (_, event) => String(event.line_id),
};

function drawReviews(random: RandomSource, schedule: Schedule): Story {
  const count = random.integer(5, MAX_ORDERS);
  const shipped = drawTimes(random, schedule, count, 25 * DAY).map((at) => at - 5 * DAY);
  const orders = shippedOrders(random, shipped, [4 * DAY, 12 * DAY]);
  const written = new Map(orders.map((order) => [order.id, writeReviews(order, random, schedule)]));
  const all = [...written.values()].flat();
  const undated = new Set(all.filter(() => random.next() < 0.1).map(({ line }) => line.childId));
  return {
    records: count,
    workflows: [{ id: 'bad', trigger: 'bad_review', inputs: { max_stars: MAX_STARS } }],
    openShop: (options) =>
      openLabShop({ orders: kept(orders, options), reviews: written }, options, (method, payload) => {
        if (method !== REVIEWS) return;
        for (const row of rowsIn(payload)) if (undated.has(row.order_id as bigint)) delete row.valid_date;
      }),
    conditionsOf: () =>
      all
        .filter(({ stars }) => stars <= MAX_STARS)
        .map(({ order, line, visibleAt }) => ({
          trigger: 'bad_review',
          about: String(line.childId),
          from: visibleAt,
          until: Number.POSITIVE_INFINITY,
          shownAs: `review/${line.childId}`,
          shownUntil: Number.POSITIVE_INFINITY,
          listedBy: reviewsOf(String(order.id)),
          isUndated: undated.has(line.childId),
        })),
  };
}

/** The lines of an order are reviewed at once or one after the other. */
function writeReviews(order: Order, random: RandomSource, { from, faultsEnd }: Schedule): Review[] {
  const orderEndedAt = order.stages.at(-1)?.at ?? order.placedAt;
  if (random.next() < 0.2) return [];
  const maxMs = Math.min(28 * DAY, Math.max(DAY, faultsEnd - from));
  return order.lines.map((line) => {
    const writtenAt = orderEndedAt + soonOrLate(random, maxMs);
    return {
      order,
      line,
      stars: random.next() < 0.6 ? random.integer(1, 3) : random.integer(4, 5),
      text: 'It does not charge.',
      orderEndedAt,
      writtenAt,
      visibleAt: writtenAt + (random.next() < 0.5 ? 0 : soonOrLate(random, DAY)),
    };
  });
}
