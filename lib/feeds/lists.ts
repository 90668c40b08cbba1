/** The lists of dropdowns: orders, line items and products that the feeds know. The newest come first. */

import { fill } from '../pack/evaluate.ts';
import type { ListDeclaration, ListRow } from '../pack/list.ts';
import type { FeedServices } from './engine/feed.ts';
import { createOrdersFeed, type OrderValues } from './orders.ts';

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

/** A dropdown with more rows is not readable. */
const MAX_ROWS = 100;

/** What a user recognizes: the amount and the product, and of a number its last digits. */
const NAMES = {
  order: '{amount|money} · {items_short} · {placed_at|time} (…{order_id|tail})',
  lineItem: '{product_name|cut:30} ×{quantity} · {placed_at|time} (…{line_id|tail})',
  product: '{product_name|cut:40} (…{product_id|tail})',
};

type ReadList = (orders: readonly OrderValues[], now: number) => ListRow[];

const lineItemsOf = (orders: readonly OrderValues[]) =>
  orders.flatMap(({ placed_at, line_items }) => line_items.map((line) => ({ ...line, placed_at })));

const readers: Record<string, ReadList> = {
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
};

/** The rows of a list, each id once; none if nothing is known. Makes no call. */
export async function listRows({ key }: ListDeclaration, services: FeedServices): Promise<ListRow[]> {
  const read = readers[key];
  if (!read) throw new Error(`no rows for the list ${key}`);
  const known = (await createOrdersFeed(services).known()) as OrderValues[];
  const newestFirst = known.toSorted((a, b) => (a.placed_at < b.placed_at ? 1 : -1));
  const rows = read(newestFirst, services.clock.now());
  return [...new Map(rows.map((row) => [row.id, row])).values()].slice(0, MAX_ROWS);
}
