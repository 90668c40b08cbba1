/**
 * The calls it would take to find every event in time, for the two feeds for which 200 calls a day are not enough. See
 * docs/polling.md#stalled-parcels and docs/polling.md#reviews.
 */

import { DAY, HOUR } from '../lib/runtime.ts';
import { defaultThresholds } from './parcels/stalls.ts';
import { isDelivery, type Parcel } from './parcels.ts';
import type { Shop, Span } from './shop.ts';

const PARCELS_PER_PAGE = 50;

/**
 * The fewest calls with which every stalled parcel is found in time. The tracking numbers stand in the list of parcels. A
 * parcel is checked, with one call, when its last known event is 72 hours old, because it may have entered customs right
 * after that event, and when it is 120 hours old.
 */
export function minParcelCalls({ parcels }: Shop, span: Span): number {
  const checks = parcels.map((parcel) => checksOf(parcel, span)).filter((count) => count > 0);
  return checks.reduce((sum, count) => sum + count, 0) + Math.ceil(checks.length / PARCELS_PER_PAGE);
}

function checksOf({ shippedAt, orderEndsAt, events }: Parcel, { from, to }: Span): number {
  const waits = [defaultThresholds.customsHours * HOUR, defaultThresholds.noUpdateHours * HOUR];
  const end = Math.min(orderEndsAt, to);
  let lastKnownAt = shippedAt;
  let checks = 0;
  for (let at = Math.max(from, shippedAt + Math.min(...waits)); at < end; ) {
    checks += 1;
    const newest = events.findLast((event) => event.at <= at);
    if (newest && (isDelivery(newest) || newest.code === 'RETURNED')) break;
    lastKnownAt = newest?.at ?? lastKnownAt;
    const next = waits.map((wait) => lastKnownAt + wait).filter((due) => due > at);
    // After both checks the next stall can only be due a full wait later.
    at = next.length > 0 ? Math.min(...next) : at + Math.min(...waits);
  }
  return checks;
}

const ORDERS_PER_CALL = 50;
const MAX_REVIEW_AGE_MS = 30 * DAY;

/**
 * The calls of a daily check of every order that may still be reviewed, 50 orders per call. Nothing fewer finds every
 * review within a day, because AliExpress does not say which orders have been reviewed.
 */
export function minReviewCalls({ orders, reviews }: Shop, { from, to }: Span): number {
  let calls = 0;
  for (let at = from; at < to; at += DAY) {
    const open = orders.filter(({ id, stages }) => {
      const last = stages.at(-1);
      if (last?.endReason !== 'buyer_confirm_goods' || last.at > at) return false;
      const reviewedAt = reviews.get(id)?.[0]?.visibleAt ?? Number.POSITIVE_INFINITY;
      return at - last.at <= MAX_REVIEW_AGE_MS && reviewedAt > at;
    });
    calls += Math.ceil(open.length / ORDERS_PER_CALL);
  }
  return calls;
}
