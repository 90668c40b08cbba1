/**
 * The order list is read in windows of time, and each window page by page.
 *
 * - Pages are read from the last to the second. Orders that leave the window while it is read move towards the first
 *   page, so an order can be met twice but not be missed. If the number of orders changed, the first page is read again.
 * - A window with more pages than AliExpress returns is halved, and its older half is read first.
 * - A page that could not be paid or fetched stays open, and the next visit resumes there.
 */

import * as z from 'zod';
import { MAX_ORDER_PAGES } from '../aliexpress/methods/order-list.ts';
import { MINUTE } from '../runtime.ts';

const windowSchema = z.object({
  /** Epoch milliseconds, as `to` is. */
  from: z.number(),
  to: z.number(),
  /** The page to be read next; 0: the first one, which says how many there are; -1: none is left. */
  page: z.number(),
  /** Orders in the window when its first page was read. */
  count: z.number(),
  /** The number of orders changed while the window was read. */
  moved: z.boolean(),
});
export type OrderWindow = z.infer<typeof windowSchema>;

/** Orders of one kind, which are read up to the watermark. */
export const streamSchema = z.object({
  /** Epoch milliseconds. */
  watermark: z.number(),
  /** The window that is being read. */
  open: windowSchema.nullable(),
  /** When the stream is read again, epoch milliseconds. */
  dueAt: z.number(),
});
export type OrderStream = z.infer<typeof streamSchema>;

export const newWindow = (from: number, to: number): OrderWindow => ({
  from,
  to,
  page: 0,
  count: 0,
  moved: false,
});

export const isStarted = ({ page }: OrderWindow): boolean => page > 0;

export const isRead = ({ page }: OrderWindow): boolean => page < 0;

/**
 * The window after one of its pages was read.
 * @param page what the answer said of the window: its number of pages, and of orders
 */
export function afterPage(window: OrderWindow, page: { pages: number; count: number }): OrderWindow {
  return window.page === 0 ? afterFirstPage(window, page) : afterLaterPage(window, page);
}

function afterFirstPage(window: OrderWindow, { pages, count }: { pages: number; count: number }) {
  const spanMs = window.to - window.from;
  if (pages > MAX_ORDER_PAGES && spanMs > MINUTE)
    return { ...window, to: window.from + Math.floor(spanMs / 2) };
  return { ...window, count, page: pages > 1 ? Math.min(pages, MAX_ORDER_PAGES) : -1 };
}

function afterLaterPage(window: OrderWindow, { pages, count }: { pages: number; count: number }) {
  const moved = window.moved || count !== window.count;
  if (window.page === 1) return { ...window, moved, page: -1 };
  const next = Math.min(window.page - 1, pages);
  if (next > 1) return { ...window, moved, page: next };
  return { ...window, moved, page: moved ? 1 : -1 };
}
