/**
 * How the lists of products that left the shelf are read, and which of their products are new there. A list has no
 * "since", so all of it is read, and what was seen before is remembered as digests.
 *
 * - A visit reads at most three pages, and the next visit resumes there.
 * - A list that may not have been met completely is read again before its reading counts.
 * - A product that is in a list when it is read for the first time is not new, unless AliExpress says that the product
 *   went offline since the feed began, or was changed since then where it has no offline date.
 * - While a list is read, products leave it and others move up and are missed. So what was seen is forgotten only when
 *   two complete readings in a row did not meet it. A product that leaves the shelf once more has another offline date,
 *   or was forgotten in the meantime (`product-removals.ts`).
 * - What was seen is stored as a watch list is. If a part of it is lost, or records are, all of it is forgotten.
 */

import * as z from 'zod';
import { PRODUCT_PAGE_SIZE } from '../aliexpress/methods/product-list.ts';
import { DELISTED, OFFLINE } from '../aliexpress/product-terms.ts';
import { isPast } from '../aliexpress/time.ts';
import { HOUR, MINUTE } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { MAX_CATCH_UP_MS } from './catch-up.ts';
import type { Span } from './engine/chunks.ts';
import { shardsFormat } from './engine/lasting-rows.ts';
import {
  afterPage,
  isDone,
  type ListedPage,
  MAX_UNPROVEN,
  newReading,
  plausibleTotal,
  type Reading,
  readingFormat,
  rowsLeft,
} from './engine/paging.ts';

/** How far back a product is new to a feed that begins. */
export const FIRST_LOOKBACK_MS = 2 * HOUR;
const VISIT_EVERY_MS = 30 * MINUTE;
/** Of one list; products after the first ten thousand are not read. */
const MAX_PAGES = 101;
/** How late AliExpress may list a product after it went offline. */
const LATE_MS = HOUR;
const REMOVED_EVERY_MS = 6 * HOUR;
/** A list that had implausibly few products so often in a row is taken as it is. */
const MAX_IMPLAUSIBLE = 12;
export type ListName = (typeof DELISTED)[number];

export const newListReading = (minTotal = 0): Reading =>
  newReading({ size: PRODUCT_PAGE_SIZE, maxPages: MAX_PAGES, minTotal });

const listFormat = stored({
  reading: readingFormat.default(() => newListReading()),
  dueAt: z.number().default(0),
  /** How often in a row the list was read and products may be missing. */
  unproven: z.number().default(0),
  /** When the last reading to its end began, epoch milliseconds; 0: not since it has to be read again. */
  readAt: z.number().default(0),
});
export type ProductList = z.infer<typeof listFormat>;

const ofEachList = <T>(of: (name: ListName) => T) =>
  Object.fromEntries(DELISTED.map((name) => [name, of(name)])) as Record<ListName, T>;

export const stateFormat = stored({
  /** A product that went offline since then is new to the feed, epoch milliseconds. */
  since: z.number().default(0),
  visitedAt: z.number().default(0),
  /** The shards of the removals that were written. */
  removalShards: shardsFormat,
  lists: stored(ofEachList(() => listFormat.prefault({}))).prefault({}),
});
export type ProductsState = z.infer<typeof stateFormat>;

/** What is remembered of one list. */
export interface ListHistory {
  /** How often the list was read to its end. */
  readings: number;
  /** When the reading under way began, and when the one before did, epoch milliseconds. */
  startedAt: number;
  startedBefore: number;
  /** Digests of what was seen, with the reading that saw it last. */
  seen: Record<string, number>;
}

export type ListHistories = Record<ListName, ListHistory>;

export const noHistories: ListHistories = ofEachList(() => ({
  readings: 0,
  startedAt: 0,
  startedBefore: 0,
  seen: {},
}));

export const initialState = (now: number): ProductsState => ({
  since: now - FIRST_LOOKBACK_MS,
  visitedAt: 0,
  removalShards: null,
  lists: ofEachList(() => ({ reading: newListReading(), dueAt: now, unproven: 0, readAt: 0 })),
});

const changeLists = (lists: ProductsState['lists'], changes: Partial<ProductList>): ProductsState['lists'] =>
  ofEachList((name) => ({ ...lists[name], ...changes }));

/** What was seen is forgotten by the visit. What went offline since then is new again, up to a week back. */
export const afterLoss = (state: ProductsState, since: number, now: number): ProductsState => ({
  ...state,
  since: Math.max(now - MAX_CATCH_UP_MS, Math.min(state.since, since)),
});

/**
 * The time whose products are too long ago to be new, once the lists are read again; undefined if there is none.
 * @param state before the loss
 * @param missingSince when records were fetched that were lost, epoch milliseconds
 */
export function skippedSpan(
  { since, lists }: ProductsState,
  missingSince: number,
  now: number,
): Span | undefined {
  const unreadSince = DELISTED.map((name) => lists[name].readAt || since);
  const from = Math.min(missingSince, ...unreadSince);
  const to = now - MAX_CATCH_UP_MS;
  return from < to ? { from, to } : undefined;
}

/** All lists are read again. */
export const fromFirstPages = (state: ProductsState, now: number): ProductsState => ({
  ...state,
  since: Math.min(state.since, now),
  lists: changeLists(state.lists, { reading: newListReading(), dueAt: now, readAt: 0 }),
});

export const dueAt = ({ visitedAt, lists }: ProductsState): number =>
  Math.max(visitedAt + VISIT_EVERY_MS, Math.min(...DELISTED.map((name) => lists[name].dueAt)));

export const dueLists = ({ lists }: ProductsState, now: number): ListName[] =>
  DELISTED.filter((name) => lists[name].dueAt <= now);

/** Products on pages that are still to be read. */
export const productsLeft = ({ lists }: ProductsState): number =>
  DELISTED.reduce((sum, name) => sum + rowsLeft(lists[name].reading), 0);

/** The reading of a list as it begins: most of the products that were met before are still there. */
export function beginningOf({ readings, seen }: ListHistory): Reading {
  const met = Object.values(seen).filter((reading) => reading >= readings - 1);
  return newListReading(readings > 0 ? plausibleTotal(met.length) : 0);
}

/** A list after one of its pages was read. */
export interface ReadList {
  list: ProductList;
  /** It was read to its end. */
  isEnd: boolean;
  /** Products of it may be missing all the same. */
  isTaken: boolean;
}

export function afterListPage(name: ListName, list: ProductList, page: ListedPage, now: number): ReadList {
  const reading = afterPage(list.reading, page);
  if (!isDone(reading)) return { list: { ...list, reading }, isEnd: false, isTaken: false };
  const unproven = list.unproven + 1;
  const isEnd = reading.isComplete || unproven >= (reading.total === null ? MAX_IMPLAUSIBLE : MAX_UNPROVEN);
  const everyMs = name === OFFLINE || !isEnd ? VISIT_EVERY_MS : REMOVED_EVERY_MS;
  return {
    list: { ...list, reading: newListReading(), dueAt: now + everyMs, unproven: isEnd ? 0 : unproven },
    isEnd,
    isTaken: isEnd && !reading.isComplete,
  };
}

/**
 * The history after the list was read to its end.
 * @param isTaken what was not met may be in the list all the same
 * @returns `left` are digests of what was not met in two readings in a row and is forgotten
 */
export function afterReading(
  { readings, startedAt, seen }: ListHistory,
  isTaken: boolean,
): { history: ListHistory; left: string[] } {
  const isKept = ([, reading]: [string, number]) => isTaken || reading >= readings - 1;
  const kept = Object.entries(seen)
    .filter(isKept)
    .map(([digest, reading]) => [digest, isTaken ? readings : reading]);
  return {
    history: { readings: readings + 1, startedAt, startedBefore: startedAt, seen: Object.fromEntries(kept) },
    left: Object.entries(seen).flatMap((each) => (isKept(each) ? [] : each[0])),
  };
}

/**
 * Whether a product that was not seen before has left the shelf since the feed began.
 * @param changedAt when AliExpress says that it went offline or, without a word on that, when it was changed, epoch
 * milliseconds; NaN if neither is known
 * @param since when the feed began, epoch milliseconds
 */
export function isNewlyOffline(
  { readings }: ListHistory,
  changedAt: number,
  since: number,
  now: number,
): boolean {
  // Before a list was read to its end, only AliExpress knows what is new in it.
  return readings > 0 || (changedAt >= since && isPast(changedAt, now));
}

/** When a product left the shelf, epoch milliseconds: AliExpress's date if it is plausible, otherwise now. */
export const removalTime = ({ startedBefore }: ListHistory, changedAt: number, now: number): number =>
  changedAt <= now && changedAt >= startedBefore - LATE_MS ? changedAt : now;
