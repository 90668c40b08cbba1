/** What a feed has still to read of the orders from before it began, a page at each visit. */

import * as z from 'zod';
import { MAX_ORDER_PAGES, ORDER_PAGE_SIZE } from '../aliexpress/methods/order-list.ts';
import { DAY } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import type { Span } from './engine/chunks.ts';
import type { FeedTypes, Visit } from './engine/design.ts';
import {
  afterPage,
  isDone,
  isStarted,
  type ListedPage,
  MAX_UNPROVEN,
  newReading,
  plausibleTotal,
  readingFormat,
} from './engine/paging.ts';

const newListReading = () => newReading({ size: ORDER_PAGE_SIZE, maxPages: MAX_ORDER_PAGES });

export const backfillFormat = stored(() => ({
  /** When the feed began, epoch milliseconds. */
  until: z.number().default(0),
  /** The list that is read, if there are several. */
  window: z.number().default(0),
  reading: readingFormat.default(newListReading),
  /** How often in a row the list was read and orders of it may be missing. */
  unproven: z.number().default(0),
  /** How far it reaches back, epoch milliseconds; 0: as far as the feed goes. */
  since: z.number().default(0),
  /** When the store lost what is read again, epoch milliseconds; 0: never, or that was reported. */
  lostAt: z.number().default(0),
}));
export type Backfill = z.infer<typeof backfillFormat>;

/** The store may give a time with a fraction, such as the middle of a window, and AliExpress takes whole milliseconds alone. */
export const newBackfill = (until: number, since = 0): Backfill =>
  backfillFormat.parse({ until: Math.ceil(until), since: Math.floor(since) });

/** The backfill that finds again what was on the watch list, besides what is left of the one under way. */
export const afterLoss = (backfill: Backfill | null, { from, to }: Span, now: number): Backfill => ({
  ...newBackfill(Math.max(to, backfill?.until ?? 0), Math.min(from, backfill?.since ?? from)),
  lostAt: now,
});

/** What was lost and is not found again within the calls of a day is reported, and found later. */
export function reportOverdue<B extends Backfill | null>(
  { now, report }: Pick<Visit<FeedTypes>, 'now' | 'report'>,
  backfill: B,
): B {
  if (!backfill || backfill.lostAt === 0 || now - backfill.lostAt < DAY) return backfill;
  report({ from: backfill.since, to: backfill.until });
  return { ...backfill, lostAt: 0 };
}

/** @param known orders that must be in the list unless they left it */
export const withKnown = (backfill: Backfill, known: number): Backfill =>
  isStarted(backfill.reading)
    ? backfill
    : { ...backfill, reading: { ...backfill.reading, minTotal: plausibleTotal(known) } };

/**
 * What is left after a page was read.
 * @param windows the lists that there are
 * @returns `left` is null if everything was read; `isTaken` says that a list is taken as it is, with orders missing
 */
export function afterBackfillPage(
  backfill: Backfill,
  page: ListedPage,
  windows = 1,
): { left: Backfill | null; isTaken: boolean } {
  const reading = afterPage(backfill.reading, page);
  if (!isDone(reading)) return { left: { ...backfill, reading }, isTaken: false };
  const again = { ...backfill, reading: newListReading() };
  const unproven = backfill.unproven + 1;
  if (!reading.isComplete && unproven < MAX_UNPROVEN) return { left: { ...again, unproven }, isTaken: false };
  return { left: afterWindow(backfill, windows), isTaken: !reading.isComplete };
}

/** What is left after one of the lists was read, or is refused. */
export function afterWindow(backfill: Backfill, windows: number): Backfill | null {
  const window = backfill.window + 1;
  return window === windows ? null : { ...backfill, reading: newListReading(), unproven: 0, window };
}
