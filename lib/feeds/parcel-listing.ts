/** Reads the list of parcels, page by page. */

import {
  DATE_ORDERS,
  type DateOrder,
  PARCEL_PAGE_SIZES,
  parcelList,
} from '../aliexpress/methods/parcel-list.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { listedParcel } from '../aliexpress/records/listed-parcel.ts';
import { isProblem } from '../problems.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import { afterPage, isDone, isStarted, listedPage } from './engine/paging.ts';
import { watchParcel } from './parcel-changes.ts';
import type { Parcels } from './parcel-tracking.ts';
import { type ParcelWatch, type ShippedOrder, withoutNumber } from './parcel-watch.ts';
import {
  afterWindow,
  isRefused,
  isTakenAsItIs,
  type Listing,
  type ListWindow,
  nextWindow,
  refuseListing,
} from './parcel-windows.ts';

export interface KnownOrders {
  /** An order that was shipped, or may be soon; undefined if it is over or not known. */
  find(orderId: string): ShippedOrder | undefined;
  isOver(orderId: string): boolean;
}

/** Reads pages of the windows that are due, while the calls of the visit allow it. */
export async function readListing(
  services: FeedServices,
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  orders: KnownOrders,
): Promise<void> {
  const { now } = visit;
  const save = (changes: Partial<Listing>) =>
    visit.update({ listing: { ...visit.state.listing, ...changes } });
  if (isRefused(visit.state.listing, now)) return;
  while (visit.calls() < visit.credit && visit.canContinue()) {
    const { listing } = visit.state;
    const open = listing.open ?? nextWindow(listing, withoutNumber(watch.entries.values()), now);
    if (!open) return;
    save({ open });
    if (!(await readPage(services, visit, watch, orders))) return;
    const { listing: read } = visit.state;
    if (!read.open || !isDone(read.open.reading)) continue;
    if (isTakenAsItIs(read)) visit.report({ from: read.open.from, to: now, isIncompleteList: true });
    visit.update({ listing: afterWindow(read) });
  }
}

/** @returns whether the list could be read */
async function readPage(
  { log }: FeedServices,
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  orders: KnownOrders,
): Promise<boolean> {
  const { listing } = visit.state;
  const open = listing.open as ListWindow;
  const isExpected = withoutNumber(watch.entries.values()).some((at) => at >= open.from && at <= open.to);
  const answered = await callList(visit, listing, open, isExpected);
  if (!answered) {
    log('the list of parcels was refused', {});
    visit.update({ listing: refuseListing(listing, visit.now) });
    return false;
  }
  const { answer, answeredAt, size, dates } = answered;
  const { rows, ids, problem } = readRows(listedParcel, answer.items, answeredAt, {
    log,
    method: parcelList.name,
  });
  for (const { values } of rows) {
    const { order_id: orderId, tracking_number: number, row_id: rowId, carrier_code: carrier } = values;
    if (number === null) continue;
    const isWatched = watch.idsOf(orderId).length > 0;
    // A parcel may stand in the list before its order counts as shipped.
    const isNew = open.pass === 'fresh' && !orders.isOver(orderId);
    if (!isWatched && !isNew) continue;
    const order =
      orders.find(orderId) ?? (isWatched ? undefined : { shippedAt: visit.now, value: 0, isPart: false });
    const numbers = watch.entries.size;
    watchParcel(watch, { orderId, number, rowId, carrier: carrier ?? '' }, order);
    if (watch.entries.size > numbers) visit.addDemand(visit.now);
  }
  if (problem) throw problem;
  const reading = { ...open.reading, size: isStarted(open.reading) ? open.reading.size : size };
  const next = afterPage(reading, listedPage(ids, { pages: answer.pages }, reading));
  visit.update({ listing: { ...listing, size, dates, open: { ...open, reading: next } } });
  return true;
}

/**
 * A larger page than AliExpress accepts is refused, and with its dates the wrong way round a window is empty. What was
 * accepted is remembered.
 * @param isExpected the window should not be empty
 * @returns undefined if AliExpress refuses the list in every form
 */
async function callList(
  visit: Visit<Parcels>,
  { size, dates, zone }: Listing,
  window: ListWindow,
  isExpected: boolean,
) {
  const { reading, from, to } = window;
  const call = async (rows: number, order: DateOrder) => {
    const request = { page: reading.page, size: rows, created: { from, to }, dates: order, zone };
    return { ...(await visit.call(parcelList, request)), size: rows, dates: order };
  };
  if (isStarted(reading)) return call(reading.size, dates);
  let empty: Awaited<ReturnType<typeof call>> | undefined;
  const others = DATE_ORDERS.filter((order) => order !== dates);
  for (const order of [dates, ...others]) {
    const answered = await firstAccepted(
      PARCEL_PAGE_SIZES.filter((rows) => rows <= size),
      (rows) => call(rows, order),
    );
    if (answered && (answered.answer.items.length > 0 || !isExpected)) return answered;
    empty ??= answered;
  }
  return empty;
}

async function firstAccepted<T>(
  sizes: readonly number[],
  call: (size: number) => Promise<T>,
): Promise<T | undefined> {
  for (const size of sizes) {
    try {
      return await call(size);
    } catch (error) {
      if (!isProblem(error, 'request_refused', 'method_retired')) throw error;
    }
  }
  return undefined;
}
