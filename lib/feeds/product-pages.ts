/** A page of a list of products that left the shelf: how it is called for, and which of its products are new. */

import { productList } from '../aliexpress/methods/product-list.ts';
import { SELLERS_REASON } from '../aliexpress/product-terms.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { delistedProduct, delistedProductRecord } from '../aliexpress/records/delisted-product.ts';
import { changeOf, type product } from '../aliexpress/records/product.ts';
import { isPast, toIso } from '../aliexpress/time.ts';
import type { ValuesOf } from '../pack/record.ts';
import type { Problem } from '../problems.ts';
import { HOUR } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import type { Span } from './engine/chunks.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import type { ListedPage } from './engine/paging.ts';
import { NO_CHANGES, type ShownRow, zoneOf } from './product-changes.ts';
import {
  isNewlyOffline,
  isUndated,
  type ListHistory,
  type ListName,
  type ProductList,
  removalTime,
  UNDATED,
} from './product-lists.ts';
import { type ProductInterest, type ProductsState, withList } from './product-state.ts';
import type { ProductsMemory } from './products-memory.ts';

export type Delisted = ValuesOf<typeof delistedProductRecord.fields>;
export type OnSaleProduct = ValuesOf<typeof product.fields>;

export interface Products {
  state: ProductsState;
  values: Delisted | OnSaleProduct;
  interest: ProductInterest;
  memory: ProductsMemory;
}

export const isDelisted = (values: object): values is Delisted => 'removal_reason' in values;

export const updateList = (visit: Visit<Products>, name: ListName, changes: Partial<ProductList>) =>
  visit.update(withList(visit.state, name, changes));

export const rememberList = (visit: Visit<Products>, name: ListName, history: ListHistory) =>
  visit.remember({ ...visit.memory, lists: { ...visit.memory.lists, [name]: history } });

/** A page of a list. */
export interface ReadPage extends ListedPage {
  products: Delisted[];
  /** Its rows as AliExpress wrote them. */
  written: ShownRow[];
  pages: number;
  /** Too many of the rows could not be read. */
  problem: Problem | undefined;
}

/** @param changed the window; left out for the whole list */
export async function callPage(
  { log }: FeedServices,
  name: ListName,
  visit: Visit<Products>,
  { page, changed, share }: { page: number; changed?: Span; share: 'rare' | undefined },
): Promise<ReadPage> {
  const { now, state } = visit;
  updateList(visit, name, { calledAt: now });
  const request = { status: name, page, zone: state.zone, ...(changed && { changed }) };
  const { answer, answeredAt } = await visit.call(productList, request, share);
  const written = answer.items.map(changeOf);
  const zone = state.zone ?? zoneOf(changed ? state.lists[name].changes : NO_CHANGES, written, answeredAt);
  visit.update({ visitedAt: now, zone });
  const products = answer.items.map((row) => delistedProduct(name, row, now, zone));
  const context = { log, method: productList.name };
  const { rows, ids, problem } = readRows(delistedProductRecord, products, answeredAt, context);
  const { total, pages } = answer;
  return { ids, total, pages, problem, written, products: rows.map(({ values }) => values) };
}

interface KeepOptions {
  /** What was seen is added to it. */
  history: ListHistory;
  /** Only a date says what is new: not all of the list was seen before. */
  isByDate: boolean;
}

/** @returns the products that are new to the feed */
export const keepProducts = (
  products: readonly Delisted[],
  options: KeepOptions,
  visit: Visit<Products>,
): Delisted[] => products.filter((values) => keepProduct(values, options, visit));

/**
 * Keeps a product if it is new in its list.
 * @returns whether it is
 */
function keepProduct(values: Delisted, { history, isByDate }: KeepOptions, visit: Visit<Products>): boolean {
  const { now, state } = visit;
  const { product_id, removal_reason, offline_at, updated_at } = values;
  const { readings, seen } = history;
  const digest = digestOf(product_id, removal_reason, offline_at);
  const isSeen = Object.hasOwn(seen, digest);
  const offlineAt = Date.parse(offline_at ?? '');
  const isDated = isPast(offlineAt, now);
  const changedAt = offline_at === null || (isByDate && !isDated) ? Date.parse(updated_at ?? '') : offlineAt;
  const isNew = !isSeen && isNewlyOffline(isByDate ? 0 : readings, changedAt, state.since, now);
  // What went offline before the feed began needs not be remembered: its date says so every time.
  if (isSeen || isNew || !isByDate || !isDated) seen[digest] = readings;
  if (isSeen) return false;
  const { removals } = visit.memory;
  const entry = isUndated(digest) ? removals.count(digest, isByDate || readings === 0) : 1;
  if (isUndated(digest)) removals.recordRemoved(digest, entry, isNew);
  if (!isNew) return false;
  const leftAt = isByDate ? changedAt : removalTime(history, changedAt, now);
  const id = [product_id, digest, entry].join('/');
  const found = visit.known.get(id)?.values ?? { ...values, removed_at: toIso(leftAt) };
  visit.keep(id, found, leftAt, { entry });
  return true;
}

const digestOf = (productId: string, reason: string, offlineAt: string | null): string =>
  shortDigest([productId, reason, offlineAt].join('/'), 8) + (offlineAt === null ? UNDATED : '');

/** Whether AliExpress took the product down, and that changed it. */
export const isOwnChange = ({ removal_reason, offline_at, updated_at }: Delisted): boolean =>
  offline_at !== null &&
  removal_reason !== SELLERS_REASON &&
  Date.parse(updated_at ?? '') >= Date.parse(offline_at) - HOUR;
