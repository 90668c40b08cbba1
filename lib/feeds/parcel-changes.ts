/** How the watch list of parcels changes: with the orders, with the list of parcels, and with the detail of an order. */

import {
  isDelivered,
  newParcel,
  openOrders,
  type ParcelWatch,
  pendingId,
  type ShippedOrder,
  type WatchedParcel,
} from './parcel-watch.ts';

/** A parcel as a list or the detail of an order shows it. */
export interface ShownParcel {
  orderId: string;
  number: string;
  carrier: string;
  country?: string;
  /** The row of the list. */
  rowId?: string;
}

/**
 * Puts an order on the list whose numbers are not known.
 * @param needsDetail whether its detail is read although the list shows numbers
 */
export const watchOrder = (
  watch: ParcelWatch,
  orderId: string,
  order: ShippedOrder,
  needsDetail = false,
): void => watch.put(pendingId(orderId), newParcel({ ...order, orders: [orderId], needsDetail }));

/**
 * Puts a parcel on the list, or notes that it has another number.
 * @param order as the order list shows it; left out where that does not show it any more
 */
export function watchParcel(watch: ParcelWatch, shown: ShownParcel, order?: ShippedOrder): void {
  const { orderId, number, rowId } = shown;
  const rowOf = rowId === undefined ? undefined : watch.idOfRow(rowId);
  if (rowOf === number) return;
  const replaced = rowOf === undefined ? undefined : watch.get(rowOf);
  if (rowOf !== undefined) takeOut(watch, rowOf, orderId, rowId);
  const pending = watch.get(pendingId(orderId));
  const facts = pending ?? order ?? shippedWith(watch, orderId);
  watch.remove(pendingId(orderId));
  const known = watch.get(number);
  const from = known ?? asBefore(rowOf, replaced) ?? asNew(facts);
  watch.put(number, {
    ...from,
    orders: [...new Set([...from.orders, orderId])],
    rows: rowId === undefined ? from.rows : [...new Set([...from.rows, rowId])],
    carrier: shown.carrier || from.carrier,
    country: shown.country || from.country || countryOf(watch, orderId),
    shippedAt: Math.min(from.shippedAt, facts?.shippedAt ?? from.shippedAt),
  });
  // A number that was corrected is not the one that is asked for.
  if (pending && (pending.needsDetail || rowOf !== undefined)) watch.put(pendingId(orderId), pending);
}

const asNew = (facts: ShippedOrder | undefined): WatchedParcel => {
  const { shippedAt, value, isPart } = facts ?? {};
  return newParcel({ shippedAt, value, isPart });
};

/** What is known of the other parcels of an order. */
const shippedWith = (watch: ParcelWatch, orderId: string): ShippedOrder | undefined =>
  watch.parcelsOf(orderId).flatMap((id) => watch.get(id) ?? [])[0];

/** All parcels of an order go to one address. */
const countryOf = (watch: ParcelWatch, orderId: string): string =>
  watch.parcelsOf(orderId).flatMap((id) => watch.get(id)?.country || [])[0] ?? '';

/** A parcel that goes on under another number. What it had told of its silence, it has told. */
function asBefore(number: string | undefined, parcel: WatchedParcel | undefined): WatchedParcel | undefined {
  if (number === undefined || !parcel) return undefined;
  const before =
    parcel.eventAt === null ? null : { number: parcel.before?.number ?? number, eventAt: parcel.eventAt };
  const asNumber = { checkedAt: 0, failedAt: 0, detailAt: 0, registeredAt: 0, registersAt: 0, syncedAt: 0 };
  return { ...parcel, ...asNumber, orders: [], rows: [], before };
}

/** Takes an order out of a parcel that holds it no longer. */
function takeOut(watch: ParcelWatch, id: string, orderId: string, rowId?: string): void {
  const parcel = watch.get(id);
  if (!parcel) return;
  const without = (ids: readonly string[], gone: string | undefined) => ids.filter((each) => each !== gone);
  const orders = without(parcel.orders, orderId);
  if (orders.length === 0) watch.remove(id);
  else
    watch.put(id, {
      ...parcel,
      orders,
      ended: without(parcel.ended, orderId),
      rows: without(parcel.rows, rowId),
    });
}

/** The parcels of an order as its detail shows them: what no list shows is replaced. */
export function watchDetail(
  watch: ParcelWatch,
  orderId: string,
  shown: readonly ShownParcel[],
  now: number,
): void {
  const numbers = new Set(shown.map(({ number }) => number));
  const known = watch.idsOf(orderId).flatMap((id) => watch.get(id) ?? []);
  const facts: ShippedOrder | undefined = known[0];
  for (const id of watch.parcelsOf(orderId)) {
    const isListed = (watch.get(id)?.rows.length ?? 0) > 0;
    if (shown.length > 0 && !isListed && !numbers.has(id)) takeOut(watch, id, orderId);
  }
  for (const parcel of shown) watchParcel(watch, parcel, facts);
  if (shown.length > 0) watch.remove(pendingId(orderId));
  for (const id of watch.idsOf(orderId)) {
    const parcel = watch.get(id);
    if (parcel) watch.put(id, { ...parcel, detailAt: now });
  }
}

/**
 * Notes that an order is over.
 * @param last the parcel as it stays on the list, if all of its orders are over; undefined to take it off
 */
export function endOrder(
  watch: ParcelWatch,
  orderId: string,
  last: (parcel: WatchedParcel) => WatchedParcel | undefined,
): void {
  for (const id of watch.idsOf(orderId)) {
    const parcel = watch.get(id);
    if (!parcel || isDelivered(parcel)) continue;
    const next = parcel.ended.includes(orderId) ? parcel : { ...parcel, ended: [...parcel.ended, orderId] };
    const kept = openOrders(next).length > 0 ? next : last(next);
    if (!kept) watch.remove(id);
    else if (kept !== parcel) watch.put(id, kept);
  }
}
