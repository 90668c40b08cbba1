/** Which orders the watch list of parcels follows: those that the orders feed knows, and those shipped before it began. */

import { orderList } from '../aliexpress/methods/order-list.ts';
import { COMPLETION_CATEGORIES } from '../aliexpress/order-end-reasons.ts';
import { ENDED, RECEIVED, SHIPPED, WITH_PARCELS } from '../aliexpress/order-status.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import { DAY } from '../runtime.ts';
import { afterBackfillPage, afterLoss, withKnown } from './backfill.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import type { OrderValues } from './orders.ts';
import { endOrder, watchOrder } from './parcel-changes.ts';
import { afterCompletion, isOver, shippedOrder } from './parcel-due.ts';
import type { KnownOrders } from './parcel-listing.ts';
import type { Parcels } from './parcel-tracking.ts';
import { type ParcelWatch, WATCHED_MS } from './parcel-watch.ts';
import { afterOrdersPage, listAgain } from './parcel-windows.ts';

/** An order is shipped within this time, or closed. */
const MAX_UNSHIPPED_MS = 30 * DAY;

/** What the orders feed knows of an order. */
export function knownOrders(known: readonly OrderValues[], now: number): KnownOrders {
  const byId = new Map(known.map((values) => [values.order_id, values]));
  const isOver = (id: string) => [...RECEIVED, ...ENDED].includes(byId.get(id)?.status ?? '');
  return {
    isOver,
    find: (id: string) => {
      const values = byId.get(id);
      return values && !isOver(id) ? shippedOrder(values, !SHIPPED.includes(values.status), now) : undefined;
    },
  };
}

/** Takes parcels off the list that are over, and queries again what the store has lost. */
export function findLost({ lost, state, now, update }: Visit<Parcels>, watch: ParcelWatch): void {
  const { recordsSince = Number.POSITIVE_INFINITY, watched } = lost;
  for (const [id, { values }] of [...watch.entries]) {
    if (values.checkedAt >= recordsSince) watch.put(id, { ...values, checkedAt: 0 });
    else if (isOver(values, now)) watch.remove(id);
  }
  if (!watched) return;
  const from = Math.max(watched.from, now - WATCHED_MS);
  const backfill = afterLoss(state.backfill, { from, to: watched.to }, now);
  update({ backfill, listing: listAgain(state.listing, from) });
}

/**
 * Takes an order onto the list when it is shipped, and off when it is finished. A delivered parcel stays for a week, because
 * a workflow may not have been told of it yet.
 * @returns whether it is new on the list
 */
export function followOrder(
  { state, now }: Visit<Parcels>,
  watch: ParcelWatch,
  values: OrderValues,
): boolean {
  const { order_id: id, status } = values;
  if ([...RECEIVED, ...ENDED].includes(status))
    endOrder(watch, id, (last) => (isComplete(values) ? afterCompletion(last, state, now) : undefined));
  if (!WITH_PARCELS.includes(status)) return false;
  const isPart = !SHIPPED.includes(status);
  const known = watch.idsOf(id).flatMap((each) => watch.get(each)?.isPart ?? []);
  // What was shipped last has another number.
  const isRestShipped = !isPart && known.includes(true);
  if (isRestShipped) completeOrder(watch, id);
  if (known.length > 0 && !isRestShipped) return false;
  const shipped = shippedOrder(values, isPart, now);
  // The list leaves out what a seller's own forwarder has sent, which may be the first part.
  const needsDetail = isRestShipped && watch.parcelsOf(id).length === 0;
  if (shipped) watchOrder(watch, id, shipped, needsDetail);
  return shipped !== undefined;
}

function completeOrder(watch: ParcelWatch, orderId: string): void {
  for (const id of watch.idsOf(orderId)) {
    const parcel = watch.get(id);
    if (parcel) watch.put(id, { ...parcel, isPart: false });
  }
}

/** Whether the buyer has the goods. */
const isComplete = ({ status, end_reason_category }: OrderValues): boolean =>
  RECEIVED.includes(status) || COMPLETION_CATEGORIES.includes(String(end_reason_category));

/**
 * Reads one page of the orders that were shipped before the feed began, the newest first.
 * @param known orders that the orders feed knows
 * @returns whether there was one to read
 */
export async function readBackfill(
  { log }: FeedServices,
  known: readonly OrderValues[],
  visit: Visit<Parcels>,
  watch: ParcelWatch,
): Promise<boolean> {
  const { now, state } = visit;
  if (!state.backfill) return false;
  const { until, since } = state.backfill;
  const placed = { from: Math.max(until - WATCHED_MS, since - MAX_UNSHIPPED_MS), to: until };
  const shipped = known.filter(({ status, placed_at }) => {
    const placedAt = Date.parse(placed_at);
    return WITH_PARCELS.includes(status) && placedAt >= placed.from && placedAt <= placed.to;
  });
  const backfill = withKnown(state.backfill, shipped.length);
  const request = { page: backfill.reading.page, placed, statuses: WITH_PARCELS };
  const { answer, answeredAt } = await visit.call(orderList, request);
  const context = { log, method: orderList.name };
  const { rows, ids, problem } = readRows(order, answer.items, answeredAt, context);
  for (const { values } of rows) followOrder(visit, watch, values);
  if (problem) {
    // No day waits for orders that cannot be read.
    visit.update({ listing: afterOrdersPage(state.listing, null) });
    throw problem;
  }
  const page = { ids, total: answer.total, pages: answer.pages };
  const { left, isTaken } = afterBackfillPage(backfill, page);
  const placedAt = rows.map(({ values }) => Date.parse(values.placed_at));
  visit.update({ backfill: left, listing: afterOrdersPage(state.listing, left === null ? null : placedAt) });
  if (isTaken) visit.report({ from: placed.from, to: now, isIncompleteList: true });
  return true;
}
