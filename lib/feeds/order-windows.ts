/**
 * The order list is read in windows of time, and each window page by page (`engine/paging.ts`).
 *
 * - Orders that change leave the window and the others move towards the first page. So after the first page, pages are
 *   read from the last one.
 * - A window with more pages than AliExpress returns is halved, and its older half is read first.
 * - A page that could not be paid or fetched stays open, and the next visit resumes there.
 * - AliExpress shows a change up to an hour late. A window that begins far enough back finds it, which costs nothing
 *   while the window fits on one page.
 */

import * as z from 'zod';
import { MAX_ORDER_PAGES, ORDER_PAGE_SIZE } from '../aliexpress/methods/order-list.ts';
import { HOUR, MINUTE, SECOND } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import { afterPage, type ListedPage, newReading, plausibleTotal, readingFormat } from './engine/paging.ts';

const newWindowReading = (known: number) =>
  newReading({
    size: ORDER_PAGE_SIZE,
    direction: 'from_last',
    maxPages: MAX_ORDER_PAGES,
    minTotal: plausibleTotal(known),
  });

const windowFormat = stored(() => ({
  /** Epoch milliseconds, as `to` is. */
  from: z.number().default(0),
  to: z.number().default(0),
  reading: readingFormat.default(() => newWindowReading(0)),
}));
export type OrderWindow = z.infer<typeof windowFormat>;

/** Orders of one kind, which are read up to the watermark. */
export const streamFormat = stored(() => ({
  /** Epoch milliseconds. */
  watermark: z.number().default(0),
  /** The window that is being read. */
  open: windowFormat.nullable().default(null),
  /** When the stream is read again, epoch milliseconds. */
  dueAt: z.number().default(0),
  /** How often in a row a window was read and rows of it may be missing. */
  unproven: z.number().default(0),
}));
export type OrderStream = z.infer<typeof streamFormat>;

/** @param known orders that must be in the window unless they left it */
export const newWindow = (span: Pick<OrderWindow, 'from' | 'to'>, known = 0): OrderWindow => ({
  ...span,
  reading: newWindowReading(known),
});

/** The window after one of its pages was read. */
export function afterWindowPage(window: OrderWindow, page: ListedPage): OrderWindow {
  const { from, to, reading } = window;
  const isTooLong = reading.total === null && (page.pages ?? 0) > MAX_ORDER_PAGES && to - from > MINUTE;
  return isTooLong
    ? newWindow({ from, to: from + Math.floor((to - from) / 2) })
    : { ...window, reading: afterPage(reading, page) };
}

/** The window of placement is shorter by this, because clocks may be put forward within it. */
export const CLOCK_CHANGE_MS = HOUR;

export const OVERLAP_MS = 30 * MINUTE;
/** The overlap where a longer one takes a further page. What is shown later than that is found as late. */
export const MIN_OVERLAP_MS = 10 * MINUTE;
/** How late AliExpress shows a change, and a little more. */
export const LATE_MS = 65 * MINUTE;
/** The orders of this time before the watermark tell how many have changed since. */
export const RATE_MS = 2 * HOUR;
const MAX_EXPECTED = 0.8 * ORDER_PAGE_SIZE;
/** What is looked for as late for longer is not read at every visit. */
const MAX_WIDE_MS = 3 * HOUR;

/**
 * Where the next window begins: at `settled`, or as far back as takes no further page than a short overlap does.
 * @param settled every change before it was read when AliExpress had shown it, epoch milliseconds
 * @param changes when the known orders changed, epoch milliseconds
 */
export function startOfWindow(
  { watermark, settled, now }: { watermark: number; settled: number; now: number },
  changes: readonly number[],
): number {
  const earliest = Math.min(watermark - OVERLAP_MS, Math.max(settled, watermark - MAX_WIDE_MS));
  const latest = watermark - MIN_OVERLAP_MS;
  const since = (from: number) => changes.filter((at) => at >= from).sort((a, b) => b - a);
  const expected = (since(watermark - RATE_MS).length / RATE_MS) * Math.max(0, now - watermark);
  const pages = Math.max(1, Math.ceil((expected + since(latest).length) / MAX_EXPECTED));
  const firstTooMany = since(earliest)[Math.floor(pages * MAX_EXPECTED - expected)];
  return firstTooMany === undefined ? earliest : Math.min(latest, firstTooMany + SECOND);
}
