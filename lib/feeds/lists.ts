/** The lists of dropdowns: orders, line items, products, parcels and carriers that the feeds know. The newest come first. */

import { countryNames } from '../aliexpress/countries.ts';
import { idInput, trackingNumber } from '../aliexpress/spelling.ts';
import { fill } from '../pack/evaluate.ts';
import { oneLine } from '../pack/foreign-text.ts';
import type { ListDeclaration, ListRow } from '../pack/list.ts';
import { ownValue } from '../pack/own-value.ts';
import { HOUR } from '../runtime.ts';
import { createAbnormalParcelsFeed } from './abnormal-parcels.ts';
import type { FeedServices } from './engine/feed.ts';
import { knownRecords } from './known-records.ts';
import { createOrdersFeed, type OrderValues } from './orders.ts';
import { type ShippedParcel, shippedParcels } from './shipped-parcels.ts';

export const recentOrders: ListDeclaration = {
  key: 'list_orders',
  noun: 'Order',
  label: { en: 'Recent Order', zh: '近期订单' },
  description: { en: 'Triggers when an order is known.', zh: '已知的近期订单。' },
  search: 'find_order.order_id',
  canLoadMore: true,
};
export const recentLineItems: ListDeclaration = {
  key: 'list_order_lines',
  noun: 'Line Item',
  label: { en: 'Recent Line Item', zh: '近期子订单' },
  description: { en: 'Triggers when a line item is known.', zh: '已知的近期子订单。' },
  search: 'find_order.order_id',
  canLoadMore: true,
};
export const knownProducts: ListDeclaration = {
  key: 'list_products',
  noun: 'Product',
  label: { en: 'Known Product', zh: '已知商品' },
  description: { en: 'Triggers when a product is known.', zh: '已知的商品。' },
  search: 'find_product.product_id',
  canLoadMore: true,
};
export const knownParcels: ListDeclaration = {
  key: 'list_parcels',
  noun: 'Parcel',
  label: { en: 'Known Parcel', zh: '已知包裹' },
  description: { en: 'Triggers when a parcel is known.', zh: '已知的包裹。' },
  search: 'find_tracking.tracking_number',
  canFill: true,
};
/** What every input for an order has in common. */
export const anyOrder = {
  label: { en: 'Order', zh: '订单' },
  dropdown: recentOrders,
  ...idInput,
  allowed: { en: 'an AliExpress order number, 6 to 19 digits', zh: '速卖通订单号，6 至 19 位数字' },
};
/** What every input for several products has in common. */
export const anyProducts = {
  label: { en: 'Products', zh: '商品' },
  dropdown: knownProducts,
  ...idInput,
  allowed: { en: 'product numbers, 6 to 19 digits each', zh: '商品 ID，每个 6 至 19 位数字' },
};
/** What every input for a parcel has in common. */
export const anyParcel = {
  label: { en: 'Tracking Number', zh: '运单号' },
  dropdown: knownParcels,
  mend: trackingNumber,
  pattern: /[A-Z0-9-]{4,50}/,
  allowed: { en: 'a tracking number, letters and digits', zh: '运单号，仅限字母和数字' },
};
export const knownCarriers: ListDeclaration = {
  key: 'list_carriers',
  noun: 'Carrier',
  label: { en: 'Known Carrier', zh: '已知物流服务' },
  description: { en: 'Triggers when a carrier is known.', zh: '已知的物流服务。' },
  canFill: true,
};
export const knownCurrencies: ListDeclaration = {
  key: 'list_currencies',
  noun: 'Currency',
  label: { en: 'Known Currency', zh: '已知币种' },
  description: { en: 'Triggers when a currency is known.', zh: '已知的币种。' },
};
export const knownAbnormalReasons: ListDeclaration = {
  key: 'list_abnormal_reasons',
  noun: 'Abnormal Reason',
  label: { en: 'Known Abnormal Reason', zh: '已知异常原因' },
  description: { en: 'Triggers when a reason is known.', zh: '已知的异常原因。' },
  canFill: true,
};
/** Offered also where no order is known. */
const COMMON_CURRENCIES = ['USD', 'EUR', 'RUB', 'BRL'];

/** A dropdown with more rows is not readable. */
const MAX_ROWS = 100;

/** What a user recognizes: the amount and the product, and of a number its last digits. */
const NAMES = {
  order: '{amount|money} · {items_short} · {placed_at|time} (…{order_id|tail})',
  lineItem: '{product_name|cut:30} ×{quantity} · {placed_at|time} (…{line_id|tail})',
  product: '{product_name|cut:40} (…{product_id|tail})',
  parcel: '{tracking_number} · {country} · {shipped_at|time}',
  listedParcel: '{tracking_number} (…{order_id|tail})',
};

type ReadOrders = (orders: readonly OrderValues[], now: number) => ListRow[];
type ReadParcels = (parcels: readonly ShippedParcel[], now: number) => ListRow[];

const lineItemsOf = (orders: readonly OrderValues[]) =>
  orders.flatMap(({ placed_at, line_items }) => line_items.map((line) => ({ ...line, placed_at })));

/** Rows of orders, the newest first. */
const orderRows: Record<string, ReadOrders> = {
  [recentOrders.key]: (orders, now) =>
    orders.map((order) => ({ id: order.order_id, name: fill(NAMES.order, order, now) })),
  [recentLineItems.key]: (orders, now) =>
    lineItemsOf(orders).flatMap((line) =>
      line.line_id ? [{ id: line.line_id, name: fill(NAMES.lineItem, line, now) }] : [],
    ),
  [knownProducts.key]: (orders, now) =>
    lineItemsOf(orders).flatMap((line) =>
      line.product_id ? [{ id: line.product_id, name: fill(NAMES.product, line, now) }] : [],
    ),
  [knownCurrencies.key]: (orders) =>
    [...orders.flatMap(({ currency }) => currency ?? []), ...COMMON_CURRENCIES].map((code) => ({
      id: code,
      name: code,
    })),
};

const parcelRows: Record<string, ReadParcels> = {
  [knownParcels.key]: (parcels, now) =>
    parcels.map((parcel) => ({
      id: parcel.trackingNumber,
      name: fill(parcel.shippedAt > 0 ? NAMES.parcel : NAMES.listedParcel, namedParcel(parcel), now),
    })),
  [knownCarriers.key]: (parcels) =>
    parcels.flatMap(({ carrier }) => (carrier ? [{ id: carrier, name: carrier }] : [])),
};

/** Codes are not published, so those are offered that a warehouse has reported of late. */
const reasonRows = (parcels: readonly Record<string, unknown>[]): ListRow[] =>
  parcels.flatMap(({ abnormal_code: code, abnormal_reason: reason }) =>
    code ? [{ id: String(code), name: reason ? `${oneLine(String(reason))} (${code})` : String(code) }] : [],
  );

const namedParcel = ({ trackingNumber, orders, country, shippedAt }: ShippedParcel) => ({
  tracking_number: trackingNumber,
  order_id: orders.at(-1),
  country: ownValue(countryNames, country) ?? country,
  shipped_at: shippedAt > 0 ? new Date(shippedAt).toISOString() : null,
});

const newestFirst = (orders: readonly OrderValues[]) =>
  orders.toSorted((a, b) => (a.placed_at < b.placed_at ? 1 : -1));

/** The rows of a list, each id once; none if nothing is known. Makes no call. */
export async function listRows(list: ListDeclaration, services: FeedServices): Promise<ListRow[]> {
  const now = services.clock.now();
  const ofOrders = orderRows[list.key];
  if (ofOrders) {
    const orders = (await createOrdersFeed(services).known()) as OrderValues[];
    return distinct(ofOrders(newestFirst(orders), now));
  }
  if (list.key === knownAbnormalReasons.key)
    return rowsOfAbnormal(await createAbnormalParcelsFeed(services).known());
  return rowsOfParcels(list, await shippedParcels(services), now);
}

/** How long ago the orders feed may have looked so that the newest orders count as known. */
const MAX_UNCHECKED_MS = 2 * HOUR;

/**
 * Since when a list shows every order that was placed, epoch milliseconds; undefined where the newest may be missing.
 * @param shown the ids of its rows
 */
export async function shownSince(
  list: ListDeclaration,
  services: FeedServices,
  shown: ReadonlySet<string>,
): Promise<number | undefined> {
  const now = services.clock.now();
  const known = await knownRecords<OrderValues>(services, 'orders');
  if (!known || known.checkedAt < now - MAX_UNCHECKED_MS) return undefined;
  if (shown.size < MAX_ROWS) return known.completeSince;
  const orders = newestFirst(known.entries.map(({ values }) => values));
  const last = orders.findLast((order) => rowsOfOrders(list, [order], now).some(({ id }) => shown.has(id)));
  return Math.max(known.completeSince, Date.parse(last?.placed_at ?? ''));
}

const distinct = (rows: readonly ListRow[]): ListRow[] =>
  [...new Map(rows.map((row) => [row.id, row])).values()].slice(0, MAX_ROWS);

/** The rows that orders make, where a list is of orders. @throws Error for other lists */
export function rowsOfOrders(
  { key }: ListDeclaration,
  orders: readonly OrderValues[],
  now: number,
): ListRow[] {
  const read = orderRows[key];
  if (!read) throw new Error(`the list ${key} is not of orders`);
  return distinct(read(newestFirst(orders), now));
}

/** The rows that parcels make, where a list is of parcels. @throws Error for other lists */
export function rowsOfParcels(
  { key }: ListDeclaration,
  parcels: readonly ShippedParcel[],
  now: number,
): ListRow[] {
  const read = parcelRows[key];
  if (!read) throw new Error(`no rows for the list ${key}`);
  const newest = parcels.toSorted((a, b) => b.shippedAt - a.shippedAt);
  return distinct(read(newest, now));
}

/** The reasons of abnormal parcels. */
export const rowsOfAbnormal = (parcels: readonly Record<string, unknown>[]): ListRow[] =>
  distinct(reasonRows(parcels));

/** The row of a product. */
export const productRow = (product: { product_id: string; product_name: string | null }): ListRow => ({
  id: product.product_id,
  name: fill(NAMES.product, product),
});
