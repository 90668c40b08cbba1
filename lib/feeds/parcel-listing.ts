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
import { afterFailedSample, closeSample } from './parcel-samples.ts';
import type { Parcels } from './parcel-tracking.ts';
import { type ParcelWatch, type ShippedOrder, withoutNumber } from './parcel-watch.ts';
import {
  afterWindow,
  dueWindow,
  earlierWindow,
  isRefused,
  isTakenAsItIs,
  type Listing,
  type ListWindow,
  refuseListing,
} from './parcel-windows.ts';

export interface KnownOrders {
  /** An order that was shipped, or may be soon; undefined if it is over or not known. */
  find(orderId: string): ShippedOrder | undefined;
  isOver(orderId: string): boolean;
}

export interface ListReading {
  services: FeedServices;
  visit: Visit<Parcels>;
  watch: ParcelWatch;
  orders: KnownOrders;
}

/** Reads what is new in the list, and what may have changed, while the calls of the visit allow it. */
export async function readDueWindows(list: ListReading): Promise<void> {
  const { visit } = list;
  while (visit.calls() < visit.credit && visit.canContinue()) {
    const { listing } = visit.state;
    const window = listing.open ?? dueWindow(listing, visit.now);
    if (window?.pass === 'history' || !(await readPageOf(list, window))) return;
  }
}

/**
 * Reads one page of what is new in the list, or may have changed. @returns whether there was one to read
 */
export async function readDuePage(list: ListReading): Promise<boolean> {
  const { listing } = list.visit.state;
  const open = listing.open?.pass === 'history' ? null : listing.open;
  return readPageOf(list, open ?? dueWindow(listing, list.visit.now));
}

/**
 * Reads one page of a sample. One that fails must not keep the parcels waiting: it is read again later, or skipped if it is
 * unreadable.
 * @returns whether there was one to read
 */
export async function readSample(list: ListReading, window: ListWindow): Promise<boolean> {
  const { visit } = list;
  const paid = visit.calls();
  try {
    const isRead = await readPageOf(list, window);
    visit.update({ listing: { ...visit.state.listing, sampleFailures: 0 } });
    return isRead;
  } catch (error) {
    const { listing } = visit.state;
    if (isProblem(error, 'answer_changed', 'data_unreadable'))
      visit.update({ listing: closeSample(listing) });
    else if (visit.calls() > paid) visit.update({ listing: afterFailedSample(listing, visit.now) });
    throw error;
  }
}

/** Reads one page of a day from before the feed began. @returns whether there was one to read */
export function readEarlierDay(list: ListReading): Promise<boolean> {
  const { listing } = list.visit.state;
  const pending = withoutNumber(list.watch.entries.values());
  return readPageOf(list, listing.open ?? earlierWindow(listing, pending, list.visit.now));
}

/** @returns whether the list could be read */
async function readPageOf(list: ListReading, window: ListWindow | undefined): Promise<boolean> {
  const { visit } = list;
  if (!window || isRefused(visit.state.listing, visit.now)) return false;
  const listing = { ...visit.state.listing, open: window };
  visit.update({ listing });
  if (!(await readPage(list, listing, window))) return false;
  const { listing: read } = visit.state;
  if (!read.open || !isDone(read.open.reading)) return true;
  if (read.open.pass === 'sample') {
    visit.update({ listing: closeSample(read) });
    return true;
  }
  if (isTakenAsItIs(read)) visit.report({ from: read.open.from, to: visit.now, isIncompleteList: true });
  visit.update({ listing: afterWindow(read) });
  return true;
}

async function readPage(
  { services: { log }, visit, watch, orders }: ListReading,
  listing: Listing,
  open: ListWindow,
): Promise<boolean> {
  const pending = withoutNumber(watch.entries.values());
  const isSampleOfUnknown = open.pass === 'sample' && open.from < visit.state.startedAt;
  const isExpected =
    pending.some((at) => at >= open.from && at <= open.to) || (isSampleOfUnknown && pending.length > 0);
  const answered = await callList(visit, listing, open, isExpected).catch((error: unknown) => {
    if (!isProblem(error, 'permission_missing')) throw error;
    return undefined;
  });
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
    const isNew = (open.pass === 'fresh' || isSampleOfUnknown) && !orders.isOver(orderId);
    if (!isWatched && !isNew) continue;
    const order = orders.find(orderId) ?? (isWatched ? undefined : unknownOrder(open));
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

/** An order of which no more is known than that a window shows its parcel. */
const unknownOrder = ({ from, to }: ListWindow): ShippedOrder => ({
  shippedAt: Math.floor((from + to) / 2),
  value: 0,
  isPart: false,
});

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
