/** The newest orders of a shop, and what is derived from them. See `newest-records.ts`. */

import { orderList } from '../aliexpress/methods/order-list.ts';
import { reviewsOfOrders } from '../aliexpress/methods/reviews-of-orders.ts';
import { COMPLETED, ENDED, QUERYABLE_STATUSES, TO_SHIP } from '../aliexpress/order-status.ts';
import { readRecords } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import { review } from '../aliexpress/records/review.ts';
import { holds } from '../pack/evaluate.ts';
import { DAY } from '../runtime.ts';
import { nextReport } from './daily-report.ts';
import type { FeedServices } from './engine/feed.ts';
import { INTERACTIVE, PERIOD_MS, type Records, type Wanted } from './newest.ts';
import { orderFigures } from './order-figures.ts';
import type { Period } from './periods.ts';
import { shopFigures } from './shop-figures.ts';

/** Most reviews are written when the goods have arrived, so younger orders have none. */
const MIN_REVIEWED_AGE_MS = 14 * DAY;
const MAX_REVIEWED_ORDERS = 50;

/** Orders, those placed last first. */
async function orderPage(
  { gateway, log }: FeedServices,
  placed: { from: number; to: number },
  statuses: readonly string[] = [],
  page = 1,
) {
  const request = { page, placed, ...(statuses.length > 0 && { statuses }) };
  const { answer, answeredAt } = await gateway.call(orderList, request, INTERACTIVE);
  return { found: readRecords(order, answer.items, answeredAt, log), pages: answer.pages };
}

/** The orders that were placed last, and those that have the status that the trigger is about. */
export async function* newestOrders(services: FeedServices, { statuses }: Wanted): AsyncGenerator<Records> {
  const now = services.clock.now();
  const placed = { from: now - PERIOD_MS, to: now };
  yield (await orderPage(services, placed)).found;
  const listed = listedTogether(statuses);
  if (listed.length > 0) yield (await orderPage(services, placed, listed)).found;
}

/** Ended orders may be listed by themselves alone, so they are looked for only where no others are meant. */
function listedTogether(statuses: readonly string[]): readonly string[] {
  const queryable = statuses.filter((status) => QUERYABLE_STATUSES.includes(status));
  const open = queryable.filter((status) => !ENDED.includes(status));
  return open.length > 0 ? open : queryable;
}

/** The orders to ship that were placed last, and those that have waited longest. */
export async function* newestOrdersToShip(services: FeedServices): AsyncGenerator<Records> {
  const now = services.clock.now();
  const placed = { from: now - PERIOD_MS, to: now };
  const { found, pages } = await orderPage(services, placed, TO_SHIP);
  yield found;
  if (pages > 1) yield (await orderPage(services, placed, TO_SHIP, pages)).found;
}

/** The figures of now, under the date of the report that comes next. */
export async function* reportOfNow(services: FeedServices, { inputs }: Wanted): AsyncGenerator<Records> {
  const now = services.clock.now();
  const period = { from: now - DAY, to: now };
  const figures = await shopFigures(services, period);
  const placed = figures.orders ? undefined : await ordersPlaced(services, period);
  yield nextReport(services, inputs, placed ? { ...figures, ...placed } : figures);
}

/** Figures of the orders that were placed last, with one call for those that are under way and one for the others. */
async function ordersPlaced(services: FeedServices, { from, to }: Period) {
  const pages = [await orderPage(services, { from, to }), await orderPage(services, { from, to }, ENDED)];
  const since = pages.flatMap((page) =>
    page.pages > 1
      ? page.found
          .map(({ placed_at }) => Date.parse(placed_at))
          .sort()
          .slice(0, 1)
      : [],
  );
  const ordersCompleteSince = Math.max(from, ...since);
  const found = pages.flatMap((page) => page.found);
  const { orders: count, paid } = orderFigures(found, { from: ordersCompleteSince, to }, to);
  const unknown = { cancelled: null, awaitingPayment: null, toShip: null, overdue: null };
  return { orders: { orders: count, paid, ...unknown }, ordersCompleteSince };
}

export async function* newestReviews(services: FeedServices): AsyncGenerator<Records> {
  const { gateway, clock, log } = services;
  const to = clock.now() - MIN_REVIEWED_AGE_MS;
  const { found } = await orderPage(services, { from: to - PERIOD_MS, to }, ENDED);
  const isCompleted = (fields: Records[number]) => holds(COMPLETED, { fields, inputs: {}, now: to });
  const orderIds = found
    .filter(isCompleted)
    .map(({ order_id }) => order_id)
    .slice(0, MAX_REVIEWED_ORDERS);
  if (orderIds.length === 0) return;
  const { answer, answeredAt } = await gateway.call(reviewsOfOrders, { orderIds }, INTERACTIVE);
  yield readRecords(review, answer.items, answeredAt, log).filter(({ stars }) => stars !== null);
}
