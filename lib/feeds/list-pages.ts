/**
 * Pages of a dropdown. The first is what the feeds know, without a call. Where they know nothing yet, as with a new
 * connection, one call fills it, and is remembered for a while. Each further page is one call.
 *
 * No workflow is registered, so a form that is open starts none.
 */

import * as z from 'zod';
import { orderList } from '../aliexpress/methods/order-list.ts';
import { productList } from '../aliexpress/methods/product-list.ts';
import { ON_SALE } from '../aliexpress/product-terms.ts';
import { readRecords } from '../aliexpress/read-record.ts';
import { order } from '../aliexpress/records/order.ts';
import { listedProduct, product } from '../aliexpress/records/product.ts';
import type { ListDeclaration, ListRow } from '../pack/list.ts';
import { DAY, MINUTE, SECOND } from '../runtime.ts';
import { readStored, stored } from '../stores/stored.ts';
import type { FeedServices } from './engine/feed.ts';
import { knownProducts, listRows, productRow, rowsOfOrders } from './lists.ts';

/** Orders placed before are not loaded. */
const ORDERS_OF_MS = 30 * DAY;
/** A form is filled in within this time. */
const REMEMBERED_SECONDS = (15 * MINUTE) / SECOND;

const format = stored({
  rows: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});

/**
 * @param page from 0
 * @throws Problem where a call is needed and cannot be made
 */
export async function listPage(list: ListDeclaration, services: FeedServices, page = 0): Promise<ListRow[]> {
  const known = await listRows(list, services);
  if (!list.canLoadMore) return page === 0 ? known : [];
  if (known.length === 0) return page === 0 ? firstRows(list, services) : loadPage(list, services, page + 1);
  if (page === 0) return known;
  const ids = new Set(known.map(({ id }) => id));
  return (await loadPage(list, services, page)).filter(({ id }) => !ids.has(id));
}

/** The first page of AliExpress, which several fields of one form share. */
async function firstRows(list: ListDeclaration, services: FeedServices): Promise<ListRow[]> {
  const { seller, store } = services;
  const key = `shop:${seller}:${list.key}`;
  const remembered = readStored(format, await store.get(key).catch(() => null));
  if (remembered) return remembered.rows;
  const rows = await loadPage(list, services, 1);
  await store.set(key, JSON.stringify({ rows }), REMEMBERED_SECONDS).catch(() => false);
  return rows;
}

/** One call. @param page of AliExpress, from 1 */
async function loadPage(list: ListDeclaration, services: FeedServices, page: number): Promise<ListRow[]> {
  const { gateway, clock, log } = services;
  const now = clock.now();
  const options = { lane: 'interactive' } as const;
  if (list.key === knownProducts.key) {
    const { answer, answeredAt } = await gateway.call(productList, { page, status: ON_SALE }, options);
    const rows = answer.items.map((row) => listedProduct(ON_SALE, row));
    return readRecords(product, rows, answeredAt, log).map(productRow);
  }
  const placed = { from: now - ORDERS_OF_MS, to: now };
  const { answer, answeredAt } = await gateway.call(orderList, { page, placed }, options);
  return rowsOfOrders(list, readRecords(order, answer.items, answeredAt, log), now);
}
