/** The orders of a pause that lie too far back to be read: how many there are. */

import { longestPlacedMs, MAX_PLACED_DAYS, orderList } from '../aliexpress/methods/order-list.ts';
import { ENDED } from '../aliexpress/order-status.ts';
import { DAY } from '../runtime.ts';
import type { Visit } from './engine/design.ts';
import { skippedSpan } from './order-gap.ts';
import type { Orders } from './order-reading.ts';

/**
 * Names the part of a gap that is not read, with the number of its orders. Orders that have ended are listed only by
 * themselves, and only those that were placed shortly before.
 */
export async function reportSkippedOrders(visit: Visit<Orders>): Promise<void> {
  const span = skippedSpan(visit.state, visit.now);
  if (!span) return;
  const lists = [
    { placed: { from: span.to - MAX_PLACED_DAYS * DAY, to: span.to } },
    { placed: { from: visit.now - longestPlacedMs(ENDED), to: span.to }, statuses: ENDED },
  ];
  let orders = 0;
  for (const listed of lists) {
    const { answer } = await visit.call(orderList, { page: 1, changed: span, ...listed }, 'rare');
    orders += answer.total;
  }
  visit.report({ ...span, orders });
}
