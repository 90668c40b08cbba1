/** The lists of dropdowns: orders, line items, products, parcels and carriers that the feeds know. The newest come first. */

import { countryNames } from '../aliexpress/countries.ts';
import { fill } from '../pack/evaluate.ts';
import type { ListDeclaration, ListRow } from '../pack/list.ts';
import { ownValue } from '../pack/own-value.ts';
import type { FeedServices } from './engine/feed.ts';
import { createOrdersFeed, type OrderValues } from './orders.ts';
import { type ShippedParcel, shippedParcels } from './shipped-parcels.ts';

export const recentOrders: ListDeclaration = {
  key: 'list_orders',
  noun: 'Order',
  label: { en: 'Recent Order', zh: '近期订单' },
  description: { en: 'Triggers when an order is known.', zh: '已知的近期订单。' },
};
export const recentLineItems: ListDeclaration = {
  key: 'list_order_lines',
  noun: 'Line Item',
  label: { en: 'Recent Line Item', zh: '近期子订单' },
  description: { en: 'Triggers when a line item is known.', zh: '已知的近期子订单。' },
};
export const knownProducts: ListDeclaration = {
  key: 'list_products',
  noun: 'Product',
  label: { en: 'Known Product', zh: '已知商品' },
  description: { en: 'Triggers when a product is known.', zh: '已知的商品。' },
};
export const knownParcels: ListDeclaration = {
  key: 'list_parcels',
  noun: 'Parcel',
  label: { en: 'Known Parcel', zh: '已知包裹' },
  description: { en: 'Triggers when a parcel is known.', zh: '已知的包裹。' },
};
export const knownCarriers: ListDeclaration = {
  key: 'list_carriers',
  noun: 'Carrier',
  label: { en: 'Known Carrier', zh: '已知物流服务' },
  description: { en: 'Triggers when a carrier is known.', zh: '已知的物流服务。' },
};

/** A dropdown with more rows is not readable. */
const MAX_ROWS = 100;

/** What a user recognizes: the amount and the product, and of a number its last digits. */
const NAMES = {
  order: '{amount|money} · {items_short} · {placed_at|time} (…{order_id|tail})',
  lineItem: '{product_name|cut:30} ×{quantity} · {placed_at|time} (…{line_id|tail})',
  product: '{product_name|cut:40} (…{product_id|tail})',
  parcel: '{tracking_number} · {country} · {shipped_at|time}',
};

type ReadRows = (services: FeedServices) => Promise<ListRow[]>;
type ReadOrders = (orders: readonly OrderValues[], now: number) => ListRow[];
type ReadParcels = (parcels: readonly ShippedParcel[], now: number) => ListRow[];

const lineItemsOf = (orders: readonly OrderValues[]) =>
  orders.flatMap(({ placed_at, line_items }) => line_items.map((line) => ({ ...line, placed_at })));

const ofOrders =
  (read: ReadOrders): ReadRows =>
  async (services) => {
    const known = (await createOrdersFeed(services).known()) as OrderValues[];
    const newestFirst = known.toSorted((a, b) => (a.placed_at < b.placed_at ? 1 : -1));
    return read(newestFirst, services.clock.now());
  };

const ofParcels =
  (read: ReadParcels): ReadRows =>
  async (services) => {
    const known = await shippedParcels(services);
    return read(
      known.toSorted((a, b) => b.shippedAt - a.shippedAt),
      services.clock.now(),
    );
  };

const readers: Record<string, ReadRows> = {
  [recentOrders.key]: ofOrders((orders, now) =>
    orders.map((order) => ({ id: order.order_id, name: fill(NAMES.order, order, now) })),
  ),
  [recentLineItems.key]: ofOrders((orders, now) =>
    lineItemsOf(orders).flatMap((line) =>
      line.line_id ? [{ id: line.line_id, name: fill(NAMES.lineItem, line, now) }] : [],
    ),
  ),
  [knownProducts.key]: ofOrders((orders, now) =>
    lineItemsOf(orders).flatMap((line) =>
      line.product_id ? [{ id: line.product_id, name: fill(NAMES.product, line, now) }] : [],
    ),
  ),
  [knownParcels.key]: ofParcels((parcels, now) =>
    parcels.map((parcel) => ({
      id: parcel.trackingNumber,
      name: fill(NAMES.parcel, namedParcel(parcel), now),
    })),
  ),
  [knownCarriers.key]: ofParcels((parcels) =>
    parcels.flatMap(({ carrier }) => (carrier ? [{ id: carrier, name: carrier }] : [])),
  ),
};

const namedParcel = ({ trackingNumber, country, shippedAt }: ShippedParcel) => ({
  tracking_number: trackingNumber,
  country: ownValue(countryNames, country) ?? country,
  shipped_at: shippedAt > 0 ? new Date(shippedAt).toISOString() : null,
});

/** The rows of a list, each id once; none if nothing is known. Makes no call. */
export async function listRows({ key }: ListDeclaration, services: FeedServices): Promise<ListRow[]> {
  const read = readers[key];
  if (!read) throw new Error(`no rows for the list ${key}`);
  const rows = await read(services);
  return [...new Map(rows.map((row) => [row.id, row])).values()].slice(0, MAX_ROWS);
}
