/**
 * The sources of searches that one call does not answer: an order also by its parcel, orders page by page, a parcel by
 * its order, the reviews of several orders, the shop with its health. A person waits for the result, so the calls are
 * paid from the interactive lane, and a call that AliExpress does not answer is repeated once while there is time.
 */

import type * as z from 'zod';
import type { Method } from '../aliexpress/method.ts';
import { merchantProfile } from '../aliexpress/methods/merchant-profile.ts';
import { orderDetail } from '../aliexpress/methods/order-detail.ts';
import {
  MAX_PLACED_DAYS,
  MAX_PLACED_DAYS_ENDED,
  ORDER_PAGE_SIZE,
  orderList,
} from '../aliexpress/methods/order-list.ts';
import { reviewsOfOrders } from '../aliexpress/methods/reviews-of-orders.ts';
import { shopHealth } from '../aliexpress/methods/shop-health.ts';
import { tracking } from '../aliexpress/methods/tracking.ts';
import { ENDED } from '../aliexpress/order-status.ts';
import { readFound, readRecords, readRows } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import { orderDetailRecord } from '../aliexpress/records/order-detail.ts';
import { review } from '../aliexpress/records/review.ts';
import { shop } from '../aliexpress/records/shop.ts';
import { trackedParcel, trackingRecord } from '../aliexpress/records/tracking.ts';
import { type Shipment, shipmentsOf } from '../aliexpress/shipment-of-order.ts';
import { isSameParcel } from '../aliexpress/spelling.ts';
import type { InputValues } from '../pack/input.ts';
import { type InputsOf, source } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { type Bilingual, fail, isProblem, REASONS } from '../problems.ts';
import { DAY, SECOND } from '../runtime.ts';
import { writeShopName } from '../stores/shop-name.ts';
import { readStored } from '../stores/stored.ts';
import type { FeedServices } from './engine/feed.ts';
import { afterPage, isDone, newReading } from './engine/paging.ts';
import { orderOfListed } from './list-pages.ts';
import { anyOrder } from './lists.ts';
import { orderOfParcel } from './shipped-parcels.ts';

export const orderByNumber = source({
  key: 'order_by_number',
  record: orderDetailRecord,
  reads: [orderDetail],
  readsInputs: ['order_id', 'tracking_number'],
});
export const ordersOfPeriod = source({
  key: 'orders_of_period',
  record: order,
  reads: [orderList],
  cost: { en: `1 per page of ${ORDER_PAGE_SIZE} orders`, zh: `每页 ${ORDER_PAGE_SIZE} 单 1 次` },
  readsInputs: ['status', 'placed_within_days', 'placed_before_days', 'max_pages'],
});
export const parcelOfOrder = source({
  key: 'parcel_of_order',
  record: trackingRecord,
  reads: [orderDetail, tracking],
  cost: { en: '1 or 2', zh: '1 或 2 次' },
  readsInputs: ['order_id', 'tracking_number', 'carrier_code', 'country_code'],
});
export const reviewsByOrder = source({
  key: 'reviews_by_order',
  record: review,
  reads: [reviewsOfOrders],
  readsInputs: ['order_ids', 'max_stars'],
});
export const shopWithHealth = source({
  key: 'shop_with_health',
  record: shop,
  reads: [merchantProfile, shopHealth],
  cost: { en: '2, or none where data of the last day will do', zh: '2 次；使用一天内的数据时不消耗' },
  readsInputs: ['max_age'],
});

/** No call begins later than this. Platforms end a step after 30 seconds, and a call may take 10. */
const LAST_CALL_MS = 18 * SECOND;
/** No call is repeated that begins later than this. */
const LAST_RETRY_MS = 8 * SECOND;
export const PLACED_WITHIN: Bilingual = { en: 'Placed Within (Days)', zh: '下单时间（最近天数）' };
export const PLACED_BEFORE: Bilingual = { en: 'Placed At Least (Days Ago)', zh: '最早几天前' };
const ONE_OF_BOTH: Bilingual = {
  en: 'an order, or the tracking number of a known parcel',
  zh: '订单，或已知包裹的运单号',
};
const TOO_FAR_BACK: Bilingual = {
  en: `for completed or closed orders at most ${MAX_PLACED_DAYS_ENDED}`,
  zh: `已结束的订单最多 ${MAX_PLACED_DAYS_ENDED}`,
};
const NO_DAY_LEFT: Bilingual = {
  en: `fewer than "${PLACED_WITHIN.en}"`,
  zh: `小于“${PLACED_WITHIN.zh}”`,
};
/** All statuses that AliExpress lists if the request names none. */
export const ANY_STATUS = 'any';
const ONE_DAY_SECONDS = DAY / SECOND;

/** What a search has found. */
export interface FoundRecords<R extends readonly Record<string, unknown>[]> {
  records: R;
  /** False where there are more that were not fetched. */
  isComplete: boolean;
}

/** Makes the calls of one search. */
function callsOf({ gateway, clock }: FeedServices) {
  const start = clock.now();
  return async <R extends z.ZodType, A extends z.ZodType>(method: Method<R, A>, request: z.input<R>) => {
    const elapsed = clock.now() - start;
    if (elapsed > LAST_CALL_MS) fail('aliexpress_unreachable', { reason: REASONS.too_slow });
    const retries = elapsed > LAST_RETRY_MS ? 0 : 1;
    return gateway.call(method, request, { lane: 'interactive', retries });
  };
}

/**
 * One order, with one call. Where only a tracking number is given, the parcels feed must know the parcel; a parcel that
 * it does not know finds nothing, without a call.
 * @throws Problem
 */
export async function findOrder(
  services: FeedServices,
  { order_id: given, tracking_number: number }: InputsOf<typeof orderByNumber>,
): Promise<ValuesOf<typeof orderDetailRecord.fields>[]> {
  if (given === undefined && number === undefined)
    fail('bad_input', { field: anyOrder.label, allowed: ONE_OF_BOTH });
  const orderId = given ?? (await orderOfNumber(services, String(number)));
  if (orderId === undefined) return [];
  const { answer, answeredAt } = await callsOf(services)(orderDetail, { orderId: String(orderId) });
  const context = { log: services.log, method: orderDetail.name };
  return readFound(orderDetailRecord, answer.items, answeredAt, context);
}

const orderOfNumber = async (services: FeedServices, number: string) =>
  (await orderOfParcel(services, number)) ?? (await orderOfListed(services, number));

/**
 * The orders that were placed in the given range of days, the newest first. One call for each page of 50 orders, and at
 * most one more if a page is too short or orders move between the pages.
 * @throws Problem also if orders are still missing then
 */
export async function findOrders(
  services: FeedServices,
  inputs: InputsOf<typeof ordersOfPeriod>,
): Promise<FoundRecords<ValuesOf<typeof order.fields>[]>> {
  const { clock } = services;
  const status = inputs.status === ANY_STATUS ? undefined : String(inputs.status);
  const maxDays = ENDED.includes(status ?? '') ? MAX_PLACED_DAYS_ENDED : MAX_PLACED_DAYS;
  const days = Number(inputs.placed_within_days);
  if (days > maxDays) fail('bad_input', { field: PLACED_WITHIN, allowed: TOO_FAR_BACK });
  const before = Number(inputs.placed_before_days ?? 0);
  if (before >= days) fail('bad_input', { field: PLACED_BEFORE, allowed: NO_DAY_LEFT });
  const now = clock.now();
  const placed = { from: now - days * DAY, to: now - before * DAY };
  const maxPages = Number(inputs.max_pages);
  const call = callsOf(services);
  const context = { log: services.log, method: orderList.name };
  const found = new Map<string, ValuesOf<typeof order.fields>>();
  let reading = newReading({ size: ORDER_PAGE_SIZE, maxPages });
  while (!isDone(reading) && reading.calls <= maxPages) {
    const request = { page: reading.page, placed, ...(status && { statuses: [status] }) };
    const { answer, answeredAt } = await call(orderList, request);
    const { rows, ids, problem } = readRows(order, answer.items, answeredAt, context);
    if (problem) throw problem;
    for (const { values } of rows) found.set(values.order_id, values);
    reading = afterPage(reading, { ids, total: answer.total, pages: answer.pages });
  }
  if (!reading.isComplete) fail('aliexpress_unreachable', { reason: REASONS.rows_missing });
  const { total, size } = reading;
  return {
    records: [...found.values()].sort((a, b) => (a.placed_at < b.placed_at ? 1 : -1)),
    isComplete: (total ?? 0) <= size * maxPages,
  };
}

/**
 * The tracking of a parcel of an order: the one with the given tracking number, or the first. One call if tracking
 * number, carrier and country are given. Otherwise the order is read for them, which is one more call.
 * @throws Problem
 */
export async function findTracking(
  services: FeedServices,
  inputs: InputsOf<typeof parcelOfOrder>,
): Promise<ValuesOf<typeof trackingRecord.fields>[]> {
  const call = callsOf(services);
  const orderId = String(inputs.order_id);
  const { tracking_number: number, carrier_code: carrier, country_code: country } = inputs;
  const shipment =
    number && carrier && country
      ? { trackingNumber: String(number), carrier: String(carrier), country: String(country) }
      : shipmentIn((await call(orderDetail, { orderId })).answer.items[0], number);
  if (!shipment) return [];
  const request = { ...shipment, orderId };
  const { answer, answeredAt } = await call(tracking, request);
  const found = answer.items.map((raw) => trackedParcel(request, raw));
  return readRecords(trackingRecord, found, answeredAt, services.log);
}

/** A parcel of an order, the first one without a number; null if there is none that can be tracked. */
function shipmentIn(order: unknown, trackingNumber: InputValues[string]): Shipment | null {
  const shipments = shipmentsOf(order);
  const found =
    trackingNumber === undefined
      ? shipments[0]
      : shipments.find(
          (shipment) => shipment && isSameParcel(shipment.trackingNumber, String(trackingNumber)),
        );
  return found ?? null;
}

/**
 * The reviews of up to 50 orders, in one call.
 * @throws Problem
 */
export async function findReviews(
  services: FeedServices,
  { order_ids: orderIds, max_stars: maxStars }: InputsOf<typeof reviewsByOrder>,
): Promise<ValuesOf<typeof review.fields>[]> {
  const ids = [...new Set(Array.isArray(orderIds) ? orderIds.map(String) : [])];
  const { answer, answeredAt } = await callsOf(services)(reviewsOfOrders, { orderIds: ids });
  const context = { log: services.log, method: reviewsOfOrders.name };
  const found = readFound(review, answer.items, answeredAt, context);
  return found.filter(({ stars }) => maxStars === undefined || (stars !== null && stars <= Number(maxStars)));
}

/**
 * The shop and its health: from the store if they were fetched within a day, otherwise with at most two calls. If only
 * the health cannot be fetched, the shop is returned without it.
 * @throws Problem
 */
export async function findShop(
  services: FeedServices,
  { max_age: maxAge }: InputsOf<typeof shopWithHealth>,
): Promise<ValuesOf<typeof shop.fields>[]> {
  const { seller, store, clock, log } = services;
  const call = callsOf(services);
  const storeForADay = (key: string, value: string) =>
    store.set(key, value, ONE_DAY_SECONDS).catch(() => false);

  async function fetchDaily<A extends z.ZodType>(key: string, method: Method<z.ZodType, A>) {
    const stored = maxAge === 'now' ? null : await store.get(key).catch(() => null);
    const known = readStored(method.answer, stored);
    if (known !== undefined) return { answer: known, isNew: false };
    const { answer } = await call(method, {});
    await storeForADay(key, JSON.stringify(answer));
    return { answer, isNew: true };
  }

  const profile = await fetchDaily(`shop:${seller}:profile`, merchantProfile);
  if (profile.isNew) await writeShopName(store, seller, profile.answer.shop_name ?? '');
  const health = await fetchDaily(`shop:${seller}:health`, shopHealth).catch((error: unknown) => {
    // The platform renews the connection and repeats the step. The stored profile costs no second call.
    if (!isProblem(error) || isProblem(error, 'token_expired', 'reconnect_needed')) throw error;
    log('the health of the shop is left out', { because: error.kind });
    return null;
  });
  return readRecords(
    shop,
    [{ seller_id: seller, profile: profile.answer, diagnosis: health?.answer }],
    clock.now(),
    log,
  );
}
