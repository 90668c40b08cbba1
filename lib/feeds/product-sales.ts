/**
 * Which products on sale are new: those that were created in the last 30 days and were not on sale at an earlier look. The
 * first reading shows what was there before; after it, only what has changed is read.
 */

import * as z from 'zod';
import { PRODUCT_PAGE_SIZE } from '../aliexpress/methods/product-list.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { isDone, MAX_UNPROVEN, newReading, type Reading, readingFormat } from './engine/paging.ts';
import { changesFormat, NO_CHANGES } from './product-changes.ts';
import { OFFLINE_EVERY_MS } from './product-lists.ts';

export const ON_SALE_EVERY_MS = HOUR;
/** A product that was created before is not new. */
export const NEW_FOR_MS = 30 * DAY;
/** What lies further back in the first reading is not read, and an alert says so. */
const MAX_FIRST_PAGES = 20;

const newFirstReading = (): Reading => newReading({ size: PRODUCT_PAGE_SIZE, maxPages: MAX_FIRST_PAGES });

export const onSaleFormat = stored(() => ({
  changes: changesFormat.prefault({}),
  first: readingFormat.default(newFirstReading),
  /** When the first reading began, epoch milliseconds; where it is made again, when that began at first. */
  startedAt: z.number().default(0),
  /** How often the first reading was made and products may be missing. */
  unproven: z.number().default(0),
  /** The first reading has ended, so a product that it did not show went on sale later. */
  isKnown: z.boolean().default(false),
  /** Products that were on sale then may be missing from it, so one that was created before is not new. */
  isPartial: z.boolean().default(false),
}));
export type OnSale = z.infer<typeof onSaleFormat>;

export const newOnSale = (dueAt: number): OnSale => ({
  changes: { ...NO_CHANGES, dueAt },
  first: newFirstReading(),
  startedAt: 0,
  unproven: 0,
  isKnown: false,
  isPartial: false,
});

/** Whether products may have been on sale that the reading did not show. */
const lacksRows = ({ isComplete, total, size, maxPages }: Reading): boolean =>
  !isComplete || (total ?? 0) > size * maxPages;

/**
 * After a page of the first reading. One that may lack products is made again later, unless that was done often enough.
 * @param reading with that page
 */
export function afterFirstPage(onSale: OnSale, reading: Reading, now: number): OnSale {
  if (!isDone(reading)) return { ...onSale, first: reading };
  const { startedAt, changes } = onSale;
  const unproven = onSale.unproven + 1;
  if (!reading.isComplete && unproven < MAX_UNPROVEN)
    return {
      ...onSale,
      first: newFirstReading(),
      unproven,
      changes: { ...changes, dueAt: now + OFFLINE_EVERY_MS },
    };
  return {
    ...onSale,
    first: reading,
    unproven: 0,
    isKnown: true,
    isPartial: lacksRows(reading),
    changes: { ...changes, watermark: startedAt, dueAt: now + ON_SALE_EVERY_MS },
  };
}

/**
 * Whether a product that was not seen on sale before was not on sale before.
 * @param createdAt epoch milliseconds; NaN if it is not known
 * @param since when the feed began, epoch milliseconds
 */
export function isNewOnSale(
  { isKnown, isPartial, startedAt }: OnSale,
  createdAt: number,
  { since, now }: { since: number; now: number },
): boolean {
  // What was created before the first reading is not listed any more.
  const isKnownWhole = isKnown && (!isPartial || now - startedAt > NEW_FOR_MS);
  return isKnownWhole || createdAt >= since;
}

/** Digests of products that were on sale, with the minute of their creation, since the epoch. */
export type SeenOnSale = Readonly<Record<string, number>>;

export const minuteOf = (at: number): number => Math.floor(at / MINUTE);

const where = (seen: SeenOnSale, isKept: (minute: number) => boolean): SeenOnSale =>
  Object.fromEntries(Object.entries(seen).filter(([, minute]) => isKept(minute)));

/** Without products that can no longer be new. */
export const stillNew = (seen: SeenOnSale, now: number): SeenOnSale =>
  where(seen, (minute) => minute >= minuteOf(now - NEW_FOR_MS - DAY));

/** Without products that are new again to a feed that begins again. @param since epoch milliseconds */
export const createdBefore = (seen: SeenOnSale, since: number): SeenOnSale =>
  where(seen, (minute) => minute < minuteOf(since));
