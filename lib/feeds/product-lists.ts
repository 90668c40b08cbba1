/**
 * How a list of products that left the shelf is read whole, and which of its products are new there. What was seen before
 * is remembered as digests.
 *
 * - A visit reads a few pages, and the next visit resumes there.
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
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import {
  afterPage,
  isDone,
  isStarted,
  type ListedPage,
  MAX_UNPROVEN,
  newReading,
  plausibleTotal,
  type Reading,
  readingFormat,
} from './engine/paging.ts';
import { changesFormat, NO_CHANGES } from './product-changes.ts';

export const OFFLINE_EVERY_MS = 30 * MINUTE;
export const MAX_PAGES_PER_VISIT = 3;
/** In longer, so many products may leave a list and enter it that their number proves nothing. */
export const MAX_READING_MS = 2 * HOUR;
/** Of one list; products after the first ten thousand are not read. */
const MAX_PAGES = 101;
/** How late AliExpress may list a product after it went offline. */
const LATE_MS = HOUR;
export const REMOVED_EVERY_MS = 6 * HOUR;
/** What was seen in a list is remembered so long. */
export const MEMORY_MS = 45 * DAY;
/** What left the shelf before that may have been told and forgotten: a check of a long list takes months. */
const MAX_AGE_MS = MEMORY_MS - 5 * DAY;
/** A list that had implausibly few products so often in a row is taken as it is. */
const MAX_IMPLAUSIBLE = 12;
export type ListName = (typeof DELISTED)[number];

export const newListReading = (minTotal = 0): Reading =>
  newReading({ size: PRODUCT_PAGE_SIZE, maxPages: MAX_PAGES, minTotal });

/** How often the changes of a long list are read. */
export const windowEveryMs = (name: ListName): number => (name === OFFLINE ? HOUR : REMOVED_EVERY_MS);

const everyMs = (name: ListName): number => (name === OFFLINE ? OFFLINE_EVERY_MS : REMOVED_EVERY_MS);

export const listFormat = stored(() => ({
  reading: readingFormat.default(() => newListReading()),
  dueAt: z.number().default(0),
  /** How often in a row the list was read and products may be missing. */
  unproven: z.number().default(0),
  /** When the last reading to its end began, epoch milliseconds; 0: not since it has to be read again. */
  readAt: z.number().default(0),
  /** It is too long for one page: it is read by time of change, and `reading` is the check of the rest. */
  isLong: z.boolean().default(false),
  changes: changesFormat.prefault({}),
  /** When a page of it was asked for last, epoch milliseconds. */
  calledAt: z.number().default(0),
  /** The products that it has shown as new, where a day counts more than the day before. */
  found: z.number().default(0),
  /** When the last of them was found, epoch milliseconds. */
  foundAt: z.number().default(0),
}));
export type ProductList = z.infer<typeof listFormat>;

export const newList = (dueAt: number): ProductList => ({
  reading: newListReading(),
  dueAt,
  unproven: 0,
  readAt: 0,
  isLong: false,
  changes: NO_CHANGES,
  calledAt: 0,
  found: 0,
  foundAt: 0,
});

export const ofEachList = <T>(of: (name: ListName) => T) =>
  Object.fromEntries(DELISTED.map((name) => [name, of(name)])) as Record<ListName, T>;

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
  const nextMs = isEnd ? everyMs(name) : OFFLINE_EVERY_MS;
  return {
    list: { ...list, reading: newListReading(), dueAt: now + nextMs, unproven: isEnd ? 0 : unproven },
    isEnd,
    isTaken: isEnd && !reading.isComplete,
  };
}

/** What ends the digest of a product without an offline date. */
export const UNDATED = '~';
export const isUndated = (digest: string): boolean => digest.endsWith(UNDATED);

/**
 * The history after the list was read to its end.
 * @param options `isTaken`: what was not met may be in the list all the same. `isLong`: it was read over many days, so
 * what has a date is remembered even if it was not met
 * @returns `left` are digests of what was not met in two readings in a row and is forgotten
 */
export function afterReading(
  { readings, startedAt, seen }: ListHistory,
  { isTaken, isLong = false }: { isTaken: boolean; isLong?: boolean },
): { history: ListHistory; left: string[] } {
  const isKept = ([digest, reading]: [string, number]) =>
    isTaken || reading >= readings - 1 || (isLong && !isUndated(digest));
  const kept = Object.entries(seen)
    .filter(isKept)
    .map(([digest, reading]) => [digest, isTaken ? readings : reading]);
  return {
    history: { readings: readings + 1, startedAt, startedBefore: startedAt, seen: Object.fromEntries(kept) },
    left: Object.entries(seen).flatMap((each) => (isKept(each) ? [] : each[0])),
  };
}

/** The history of a list that is read whole as for the first time, because not all of it was seen. */
export const asUnread = ({ startedAt, seen }: ListHistory): ListHistory => ({
  readings: 0,
  startedAt,
  startedBefore: 0,
  seen: Object.fromEntries(Object.keys(seen).map((digest) => [digest, 0])),
});

/**
 * Whether a product that was not seen before has left the shelf since the feed began.
 * @param readings how often its list was read to its end
 * @param changedAt when AliExpress says that it went offline or, without a word on that, when it was changed, epoch
 * milliseconds; NaN if neither is known
 * @param since when the feed began, epoch milliseconds
 */
export function isNewlyOffline(readings: number, changedAt: number, since: number, now: number): boolean {
  // Before a list was read to its end, only AliExpress knows what is new in it.
  return readings > 0 || (changedAt >= Math.max(since, now - MAX_AGE_MS) && isPast(changedAt, now));
}

/** When a product left the shelf, epoch milliseconds: AliExpress's date if it is plausible, otherwise now. */
export const removalTime = ({ startedBefore }: ListHistory, changedAt: number, now: number): number =>
  changedAt <= now && changedAt >= startedBefore - LATE_MS ? changedAt : now;

/** A reading that began long ago begins again, unless its list is too long to be read by one visit. */
export function withoutOldReading(list: ProductList, { startedAt }: ListHistory, now: number): ProductList {
  const { reading, unproven, isLong } = list;
  const isKept =
    isLong ||
    now - startedAt <= MAX_READING_MS ||
    reading.pages > MAX_PAGES_PER_VISIT ||
    unproven >= MAX_UNPROVEN;
  return isKept || !isStarted(reading)
    ? list
    : { ...list, reading: newListReading(), unproven: unproven + 1 };
}
