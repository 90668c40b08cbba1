/**
 * How the lists of products that left the shelf are read, and which of their products are new there. A list has no
 * "since", so all of it is read, and what was seen before is remembered as digests.
 *
 * - A visit reads at most three pages, and the next visit resumes there.
 * - A product that is in a list when it is read for the first time is not new, unless AliExpress says that the product
 *   went offline since the feed began.
 * - While a list is read, products leave it and others move up and are missed. So what was seen is forgotten only when
 *   two readings in a row did not meet it. A product that leaves the shelf once more has another offline date, or was
 *   forgotten in the meantime.
 * - What was seen is stored next to the snapshot, which every poll reads. If the two were written by different visits,
 *   the lists are read from their first page.
 */

import * as z from 'zod';
import { PRODUCT_PAGE_SIZE } from '../aliexpress/methods/product-list.ts';
import { DELISTED, OFFLINE } from '../aliexpress/product-terms.ts';
import { HOUR, MINUTE } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { RETENTION_MS } from './engine/snapshot.ts';

/** How far back a product is new to a feed that begins. */
export const FIRST_LOOKBACK_MS = 2 * HOUR;
const VISIT_EVERY_MS = 30 * MINUTE;
/** Of one list; products after the first ten thousand are not read. */
const MAX_PAGES = 101;
/** How late AliExpress may list a product after it went offline. */
const LATE_MS = HOUR;
const REMOVED_EVERY_MS = 6 * HOUR;
export type ListName = (typeof DELISTED)[number];

const listFormat = stored({
  /** The page to be read next, from 1. */
  page: z.number().default(1),
  /** Products on the pages that are left. */
  left: z.number().default(0),
  dueAt: z.number().default(0),
});
type ProductList = z.infer<typeof listFormat>;

const ofEachList = <T>(of: (name: ListName) => T) =>
  Object.fromEntries(DELISTED.map((name) => [name, of(name)])) as Record<ListName, T>;

export const stateFormat = stored({
  /** A product that went offline since then is new to the feed, epoch milliseconds. */
  since: z.number().default(0),
  visitedAt: z.number().default(0),
  /** The number of visits; 0 if the memory is void. */
  turn: z.number().default(0),
  lists: stored(ofEachList(() => listFormat.prefault({}))).prefault({}),
});
export type ProductsState = z.infer<typeof stateFormat>;

const historyFormat = stored({
  /** How often the list was read to its end. */
  readings: z.number().default(0),
  /** When the reading under way began, and when the one before did, epoch milliseconds. */
  startedAt: z.number().default(0),
  startedBefore: z.number().default(0),
  /** Digests of what was seen, with the reading that saw it last. */
  seen: z.record(z.string(), z.number()).default({}),
});
export type ListHistory = z.infer<typeof historyFormat>;

export const memoryFormat = stored({
  /** The visit that wrote it. */
  turn: z.number().default(0),
  lists: stored(ofEachList(() => historyFormat.prefault({}))).prefault({}),
});
export type ProductsMemory = z.infer<typeof memoryFormat>;

export const emptyMemory: ProductsMemory = {
  turn: 0,
  lists: ofEachList(() => ({ readings: 0, startedAt: 0, startedBefore: 0, seen: {} })),
};

export const initialState = (now: number): ProductsState => ({
  since: now - FIRST_LOOKBACK_MS,
  visitedAt: 0,
  turn: 0,
  lists: ofEachList(() => ({ page: 1, left: 0, dueAt: now })),
});

const changeLists = (lists: ProductsState['lists'], changes: Partial<ProductList>): ProductsState['lists'] =>
  ofEachList((name) => ({ ...lists[name], ...changes }));

/** What was seen is forgotten, and all lists are read again. */
export const afterLoss = (state: ProductsState, now: number): ProductsState => ({
  ...state,
  turn: 0,
  lists: changeLists(state.lists, { dueAt: now }),
});

/** State and memory at the beginning of the next visit. */
export function nextVisit(
  state: ProductsState,
  stored: ProductsMemory,
): { state: ProductsState; memory: ProductsMemory } {
  const isVoid = state.turn === 0;
  const isOfSameVisit = !isVoid && stored.turn === state.turn;
  const turn = state.turn + 1;
  const lists = isOfSameVisit ? state.lists : changeLists(state.lists, { page: 1 });
  return { state: { ...state, turn, lists }, memory: { ...(isVoid ? emptyMemory : stored), turn } };
}

export const dueAt = ({ visitedAt, lists }: ProductsState): number =>
  Math.max(visitedAt + VISIT_EVERY_MS, Math.min(...DELISTED.map((name) => lists[name].dueAt)));

export const dueLists = ({ lists }: ProductsState, now: number): ListName[] =>
  DELISTED.filter((name) => lists[name].dueAt <= now);

/** Products on pages that are still to be read. */
export const productsLeft = ({ lists }: ProductsState): number =>
  DELISTED.reduce((sum, name) => sum + lists[name].left, 0);

/** What the answer says of the list. */
export interface ListPage {
  items: number;
  /** Products in the whole list. */
  products: number;
  pages: number;
}

/** @returns the list after one of its pages was read, and whether that was the last one */
export function afterPage(
  name: ListName,
  { page, dueAt }: ProductList,
  { items, products, pages }: ListPage,
  now: number,
): { list: ProductList; isEnd: boolean } {
  const lastPage = items > 0 ? Math.min(pages, MAX_PAGES) : 0;
  if (page >= lastPage)
    return {
      list: { page: 1, left: 0, dueAt: now + (name === OFFLINE ? VISIT_EVERY_MS : REMOVED_EVERY_MS) },
      isEnd: true,
    };
  const left = Math.max(0, products - page * PRODUCT_PAGE_SIZE);
  return { list: { page: page + 1, left, dueAt }, isEnd: false };
}

/** The history after the list was read to its end. What was not met in two readings in a row is forgotten. */
export const afterReading = ({ readings, startedAt, seen }: ListHistory): ListHistory => ({
  readings: readings + 1,
  startedAt,
  startedBefore: startedAt,
  seen: Object.fromEntries(Object.entries(seen).filter(([, reading]) => reading >= readings - 1)),
});

/**
 * Whether a product that was not seen before has left the shelf since the feed began.
 * @param offlineAt epoch milliseconds; NaN if AliExpress does not say
 * @param since when the feed began, epoch milliseconds
 */
export function isNewlyOffline(
  { readings }: ListHistory,
  offlineAt: number,
  since: number,
  now: number,
): boolean {
  // Before a list was read to its end, only AliExpress knows what is new in it.
  return readings > 0 || (offlineAt >= Math.max(since, now - RETENTION_MS) && offlineAt <= now);
}

/** When a product left the shelf, epoch milliseconds: the offline date if it is plausible, otherwise now. */
export const removalTime = ({ startedBefore }: ListHistory, offlineAt: number, now: number): number =>
  offlineAt <= now && offlineAt >= startedBefore - LATE_MS ? offlineAt : now;
