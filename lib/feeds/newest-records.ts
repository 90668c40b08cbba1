/**
 * The newest records of a shop, straight from AliExpress, for a user who sets up a workflow over a feed that knows none
 * that matches. Nothing of it is kept, and no workflow or interest is registered.
 *
 * Each source makes at most two calls. It yields what a call has brought, so that a caller who has seen enough ends it
 * before the next one.
 */

import { abnormalParcels as abnormalList } from '../aliexpress/methods/abnormal-parcels.ts';
import { parcelList } from '../aliexpress/methods/parcel-list.ts';
import { productDetail } from '../aliexpress/methods/product-detail.ts';
import { productList } from '../aliexpress/methods/product-list.ts';
import { shortTracking } from '../aliexpress/methods/short-tracking.ts';
import { DELISTED, ON_SALE } from '../aliexpress/product-terms.ts';
import { readRecords } from '../aliexpress/read-record.ts';
import { delistedProduct, delistedProductRecord } from '../aliexpress/records/delisted-product.ts';
import { listedParcel } from '../aliexpress/records/listed-parcel.ts';
import { followedParcel, parcel } from '../aliexpress/records/parcel.ts';
import { listedProduct, product } from '../aliexpress/records/product.ts';
import { sku, skusOf } from '../aliexpress/records/sku.ts';
import { summarizeEvents } from '../aliexpress/tracking-progress.ts';
import { fail, isProblem, type Problem } from '../problems.ts';
import { DAY } from '../runtime.ts';
import { abnormalParcels, abnormalRecords } from './abnormal-parcels.ts';
import { dailyReports } from './daily-report.ts';
import { closedDisputes, disputeDeadlines, disputes } from './disputes.ts';
import type { FeedServices } from './engine/feed.ts';
import { INTERACTIVE, type NewestRecords, PERIOD_MS, type Records, type Wanted } from './newest.ts';
import { newestClosedDisputes, newestDeadlines, newestDisputes } from './newest-disputes.ts';
import { newestOrders, newestOrdersToShip, newestReviews, reportOfNow } from './newest-orders.ts';
import { orderChanges, orders, ordersToShip } from './orders.ts';
import { parcelDeliveries, parcels } from './parcels.ts';
import type { Period } from './periods.ts';
import { products, productsOnSale } from './products.ts';
import { reviews } from './reviews.ts';
import { NOT_OWN_PRODUCTS, stock } from './stock.ts';

/** Of a parcel that is likely to be under way, and of one that is likely to have arrived. */
const UNDER_WAY_AGE = { from: 12 * DAY, to: 5 * DAY };
const DELIVERED_AGE = { from: 45 * DAY, to: 15 * DAY };

/** What a method throws that does not answer for every shop. */
export const isUnavailable = (error: unknown): error is Problem =>
  isProblem(error, 'request_refused', 'permission_missing', 'method_retired', 'answer_changed');

/** One page of the list of parcels. @param created when, epoch milliseconds */
export async function parcelPage({ gateway, log }: FeedServices, created: Period, size = 10) {
  const request = { page: 1, size, created, dates: 'natural' } as const;
  const { answer, answeredAt } = await gateway.call(parcelList, request, INTERACTIVE);
  return readRecords(listedParcel, answer.items, answeredAt, log);
}

/**
 * The first listed parcel of an age, with its progress. It is not known whether the two methods answer for every shop, and
 * the feed does without them, so a shop for which they do not has no newest parcel.
 */
const parcelOfAge = (age: { from: number; to: number }): NewestRecords =>
  async function* (services) {
    try {
      yield await progressOfParcel(services, age);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      services.log('no parcel is shown', { because: error.kind });
    }
  };

async function progressOfParcel(services: FeedServices, age: { from: number; to: number }): Promise<Records> {
  const { gateway, clock, log } = services;
  const created = { from: clock.now() - age.from, to: clock.now() - age.to };
  const row = (await parcelPage(services, created)).find(({ tracking_number }) => tracking_number);
  if (!row?.tracking_number) return [];
  const { tracking_number: trackingNumber, order_id: orderId, carrier_code } = row;
  const tracked = await gateway.call(shortTracking, { trackingNumber, orderId }, INTERACTIVE);
  const progress = summarizeEvents(tracked.answer.items[0]?.events ?? []);
  if (!progress) return [];
  const raw = followedParcel({
    orderId,
    shipment: { trackingNumber, carrier: carrier_code ?? '', country: '' },
    progress,
    shippedAt: 0,
    checkedAt: tracked.answeredAt,
    unusualAfterMs: null,
    place: null,
  });
  return readRecords(parcel, [raw], tracked.answeredAt, log);
}

export async function* newestAbnormalParcels({ gateway, clock, log }: FeedServices): AsyncGenerator<Records> {
  const now = clock.now();
  const changed = { from: now - PERIOD_MS, to: now };
  const { answer, answeredAt } = await gateway.call(
    abnormalList,
    { page: 1, size: 10, changed },
    INTERACTIVE,
  );
  yield abnormalRecords(answer.items, answeredAt, log);
}

async function* newestDelisted({ gateway, log }: FeedServices): AsyncGenerator<Records> {
  for (const status of DELISTED.slice(0, 2)) {
    const { answer, answeredAt } = await gateway.call(productList, { page: 1, status }, INTERACTIVE);
    const listed = readRecords(
      delistedProductRecord,
      answer.items.map((row) => delistedProduct(status, row, answeredAt)),
      answeredAt,
      log,
    );
    const leftAt = ({ offline_at, updated_at, removed_at }: (typeof listed)[number]) =>
      offline_at ?? updated_at ?? removed_at;
    yield listed.map((values) => ({ ...values, removed_at: leftAt(values) }));
  }
}

async function* newestOnSale({ gateway, log }: FeedServices): AsyncGenerator<Records> {
  const request = { page: 1, status: ON_SALE };
  const { answer, answeredAt } = await gateway.call(productList, request, INTERACTIVE);
  const rows = answer.items.map((row) => listedProduct(ON_SALE, row));
  yield readRecords(product, rows, answeredAt, log);
}

/** The SKUs of the first two products that the user has chosen. */
async function* chosenSkus({ gateway, log }: FeedServices, { inputs }: Wanted): AsyncGenerator<Records> {
  const chosen = Array.isArray(inputs.product_ids) ? inputs.product_ids.slice(0, 2) : [];
  for (const productId of chosen) {
    const { answer, answeredAt } = await gateway
      .call(productDetail, { productId }, INTERACTIVE)
      .catch((error: unknown) => {
        if (isProblem(error, 'request_refused')) return fail('bad_input', NOT_OWN_PRODUCTS);
        throw error;
      });
    const found = skusOf(answer.items[0] ?? fail('bad_input', NOT_OWN_PRODUCTS));
    const raw = found.map((each) => ({
      ...each.raw,
      key: `${productId}/${each.id}`,
      changed_at: answeredAt,
      restocked_at: answeredAt,
    }));
    yield readRecords(sku, raw, answeredAt, log);
  }
}

/** By the key of the feed; none for a feed that knows all there is without a call. */
export const newestRecords: Readonly<Record<string, NewestRecords>> = {
  [orders.key]: newestOrders,
  [orderChanges.key]: newestOrders,
  [ordersToShip.key]: newestOrdersToShip,
  [dailyReports.key]: reportOfNow,
  [reviews.key]: newestReviews,
  [parcels.key]: parcelOfAge(UNDER_WAY_AGE),
  [parcelDeliveries.key]: parcelOfAge(DELIVERED_AGE),
  [abnormalParcels.key]: newestAbnormalParcels,
  [disputes.key]: newestDisputes,
  [disputeDeadlines.key]: newestDeadlines,
  [closedDisputes.key]: newestClosedDisputes,
  [products.key]: newestDelisted,
  [productsOnSale.key]: newestOnSale,
  [stock.key]: chosenSkus,
};
