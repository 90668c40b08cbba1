/**
 * Which products on sale are new: those that were created in the last 30 days and were not on sale at an earlier look. The
 * first reading shows what was there before; after it, only what has changed is read.
 */

import * as z from 'zod';
import { PRODUCT_PAGE_SIZE } from '../aliexpress/methods/product-list.ts';
import { DAY } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { newReading, type Reading, readingFormat } from './engine/paging.ts';
import { changesFormat, NO_CHANGES } from './product-changes.ts';

/** A product that was created before is not new. */
export const NEW_FOR_MS = 30 * DAY;
/** A first reading that is longer is taken as it is. */
const MAX_FIRST_PAGES = 20;

const newFirstReading = (): Reading => newReading({ size: PRODUCT_PAGE_SIZE, maxPages: MAX_FIRST_PAGES });

export const onSaleFormat = stored(() => ({
  changes: changesFormat.prefault({}),
  first: readingFormat.default(newFirstReading),
  /** When the first reading began, epoch milliseconds. */
  startedAt: z.number().default(0),
  /** The first reading has ended, so a product that it did not show went on sale later. */
  isKnown: z.boolean().default(false),
}));
export type OnSale = z.infer<typeof onSaleFormat>;

export const newOnSale = (dueAt: number): OnSale => ({
  changes: { ...NO_CHANGES, dueAt },
  first: newFirstReading(),
  startedAt: 0,
  isKnown: false,
});

/** Digests of products that were on sale, with the day of their creation, since the epoch. */
export type SeenOnSale = Readonly<Record<string, number>>;

export const dayOf = (at: number): number => Math.floor(at / DAY);

/** Without products that can no longer be new. */
export const stillNew = (seen: SeenOnSale, now: number): SeenOnSale =>
  Object.fromEntries(Object.entries(seen).filter(([, day]) => day >= dayOf(now - NEW_FOR_MS) - 1));
