/**
 * Pages of a dropdown. The first is what the feeds know, without a call. Where they know nothing yet, as with a new
 * connection, one call fills it, and is remembered for a while. Each further page is one call.
 *
 * No workflow is registered, so a form that is open starts none.
 */

import * as z from 'zod';
import { MAX_ORDER_PAGES, orderList } from '../aliexpress/methods/order-list.ts';
import { productList } from '../aliexpress/methods/product-list.ts';
import { ON_SALE } from '../aliexpress/product-terms.ts';
import { readFound } from '../aliexpress/read-record.ts';
import type { listedParcel } from '../aliexpress/records/listed-parcel.ts';
import { order } from '../aliexpress/records/order.ts';
import { listedProduct, product } from '../aliexpress/records/product.ts';
import { isSameParcel } from '../aliexpress/spelling.ts';
import type { ListDeclaration, ListRow } from '../pack/list.ts';
import type { ValuesOf } from '../pack/record.ts';
import { MINUTE, SECOND } from '../runtime.ts';
import { readStored, stored } from '../stores/stored.ts';
import type { FeedServices } from './engine/feed.ts';
import {
  knownAbnormalReasons,
  knownParcels,
  knownProducts,
  listRows,
  productRow,
  rowsOfAbnormal,
  rowsOfOrders,
  rowsOfParcels,
  shownSince,
} from './lists.ts';
import { PERIOD_MS } from './newest.ts';
import { isUnavailable, newestAbnormalParcels, parcelPage } from './newest-records.ts';
import type { ShippedParcel } from './shipped-parcels.ts';

const MAX_PARCELS = 50;
/** A form is filled in within this time. */
const REMEMBERED_SECONDS = (15 * MINUTE) / SECOND;

type ListedParcel = ValuesOf<typeof listedParcel.fields>;

const format = stored(() => ({
  rows: z.array(stored(() => ({ id: z.string().default(''), name: z.string().default('') }))).default([]),
  /** The orders of parcels, by tracking number. */
  orders: z.record(z.string(), z.string()).default({}),
}));
interface FilledList {
  rows: ListRow[];
  orders?: Record<string, string>;
}

const rememberedKey = (seller: string, list: string) => `shop:${seller}:${list}`;
const readRemembered = async ({ seller, store }: FeedServices, list: ListDeclaration) =>
  readStored(format, await store.get(rememberedKey(seller, list.key)).catch(() => null));

/** The order of a parcel that a list has just offered although no feed knows it; undefined for other parcels. */
export async function orderOfListed(services: FeedServices, number: string): Promise<string | undefined> {
  const { orders = {} } = (await readRemembered(services, knownParcels)) ?? {};
  return Object.entries(orders).find(([listed]) => isSameParcel(listed, number))?.[1];
}

/**
 * @param page from 0
 * @throws Problem where a call is needed and cannot be made
 */
export async function listPage(list: ListDeclaration, services: FeedServices, page = 0): Promise<ListRow[]> {
  const known = await listRows(list, services);
  if (!list.canLoadMore && page > 0) return [];
  if (!list.canLoadMore) return known.length === 0 && list.canFill ? firstRows(list, services) : known;
  if (known.length === 0) return page === 0 ? firstRows(list, services) : loadPage(list, services, page + 1);
  if (page === 0) return known;
  const ids = new Set(known.map(({ id }) => id));
  const before = list.key === knownProducts.key ? undefined : await shownSince(list, services, ids);
  return (await loadPage(list, services, page, before)).filter(({ id }) => !ids.has(id));
}

/** The first page of AliExpress, which several fields of one form share. */
async function firstRows(list: ListDeclaration, services: FeedServices): Promise<ListRow[]> {
  const { seller, store } = services;
  const remembered = await readRemembered(services, list);
  if (remembered) return remembered.rows;
  const filled = list.canLoadMore ? { rows: await loadPage(list, services, 1) } : await fill(list, services);
  const key = rememberedKey(seller, list.key);
  await store.set(key, JSON.stringify(filled), REMEMBERED_SECONDS).catch(() => false);
  return filled.rows;
}

/** One call. Where AliExpress does not answer it for the shop, the list stays empty: its inputs are optional. */
async function fill(list: ListDeclaration, services: FeedServices): Promise<FilledList> {
  const now = services.clock.now();
  try {
    if (list.key === knownAbnormalReasons.key) {
      const { value } = await newestAbnormalParcels(services).next();
      return { rows: rowsOfAbnormal(value ?? []) };
    }
    const listed = await parcelPage(services, { from: now - PERIOD_MS, to: now }, MAX_PARCELS);
    const orders = listed.flatMap(({ tracking_number, order_id }) =>
      tracking_number ? [[tracking_number, order_id] as const] : [],
    );
    return { rows: rowsOfParcels(list, listed.flatMap(asShipped), now), orders: Object.fromEntries(orders) };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    services.log('a list stays empty', { because: error.kind });
    return { rows: [] };
  }
}

const asShipped = ({ tracking_number, order_id, carrier_code }: ListedParcel): ShippedParcel[] =>
  tracking_number
    ? [
        {
          trackingNumber: tracking_number,
          orders: [order_id],
          carrier: carrier_code ?? '',
          country: '',
          shippedAt: 0,
        },
      ]
    : [];

/**
 * One call; none behind the last page that AliExpress returns.
 * @param page of AliExpress, from 1
 * @param before orders that were placed until then, epoch milliseconds; default: now
 */
async function loadPage(
  list: ListDeclaration,
  services: FeedServices,
  page: number,
  before?: number,
): Promise<ListRow[]> {
  const { gateway, clock, log } = services;
  const now = clock.now();
  const options = { lane: 'interactive' } as const;
  if (list.key === knownProducts.key) {
    const { answer, answeredAt } = await gateway.call(productList, { page, status: ON_SALE }, options);
    const rows = answer.items.map((row) => listedProduct(ON_SALE, row));
    return readFound(product, rows, answeredAt, { log, method: productList.name }).map(productRow);
  }
  if (page > MAX_ORDER_PAGES) return [];
  const placed = { from: now - PERIOD_MS, to: before ?? now };
  const { answer, answeredAt } = await gateway.call(orderList, { page, placed }, options);
  return rowsOfOrders(list, readFound(order, answer.items, answeredAt, { log, method: orderList.name }), now);
}
