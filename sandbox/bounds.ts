/**
 * What it would take to be told of everything in time, for the two feeds of which 200 calls a day cannot tell all.
 * [facts/polling-theory.md §E.5]
 */

import { isDelivery, type Parcel, usualThresholds } from './parcels.ts';
import type { Shop } from './shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Epoch milliseconds. */
interface Span {
  from: number;
  to: number;
}

/**
 * Calls of the lazy rule, which makes the fewest of all that are told of every stalled parcel in time: a parcel is asked
 * about when its last known event is 72 hours old, because it may have entered customs right after it, and when it is
 * 120 hours old. The first time costs two calls: where it goes stands in the order's detail.
 */
export const fewestParcelCalls = ({ parcels }: Shop, span: Span): number =>
  [...parcels.values()].reduce((sum, parcel) => sum + callsFor(parcel, span), 0);

function callsFor({ shippedAt, orderEndsAt, events }: Parcel, { from, to }: Span): number {
  const waits = [usualThresholds.customsHours * HOUR, usualThresholds.silentHours * HOUR];
  const end = Math.min(orderEndsAt, to);
  let known = shippedAt;
  let checks = 0;
  for (let at = Math.max(from, shippedAt + Math.min(...waits)); at < end; ) {
    checks += 1;
    const newest = events.findLast((event) => event.at <= at);
    if (newest && (isDelivery(newest) || newest.code === 'RETURNED')) break;
    known = newest?.at ?? known;
    const next = waits.map((wait) => known + wait).filter((moment) => moment > at);
    // Told of all there is: nothing can be due before as long again.
    at = next.length > 0 ? Math.min(...next) : at + Math.min(...waits);
  }
  return checks > 0 ? checks + 1 : 0;
}

const ORDERS_PER_CALL = 50;
const REVIEWED_WITHIN_MS = 30 * DAY;

/**
 * Calls that ask once a day for every order that may still get its review, 50 with each: the least that finds every
 * review within a day, since nobody says which order has one.
 */
export function dailyReviewCalls({ orders, reviews }: Shop, { from, to }: Span): number {
  let calls = 0;
  for (let at = from; at < to; at += DAY) {
    const open = orders.filter(({ id, stages }) => {
      const last = stages.at(-1);
      if (last?.endReason !== 'buyer_confirm_goods' || last.at > at) return false;
      const reviewedAt = reviews.get(id)?.[0]?.visibleAt ?? Number.POSITIVE_INFINITY;
      return at - last.at <= REVIEWED_WITHIN_MS && reviewedAt > at;
    });
    calls += Math.ceil(open.length / ORDERS_PER_CALL);
  }
  return calls;
}
