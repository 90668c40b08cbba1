/**
 * A list of more than one page is read by time of change, in windows, and the rest of it a page at a time as a check.
 *
 * - A window begins some hours before the last one ended, because AliExpress may show a change late. While the zone of its
 *   times is not known, it is wide enough for both (`../aliexpress/time-zones.ts`).
 * - Whether a take-down by AliExpress moves the time of change is not documented. A page of the whole list may show a
 *   product that left the shelf while windows were read, and that none of them showed. Then windows cannot be relied on.
 * - Only a date says that a product left the shelf in that time. One without a date was there before, for all that is
 *   known.
 */

import * as z from 'zod';
import { PRODUCT_PAGE_SIZE } from '../aliexpress/methods/product-list.ts';
import { ZONES_APART_MS, type Zone, zoneShownBy } from '../aliexpress/unstated-zone.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import { stored } from '../stores/stored.ts';
import { afterPage, type ListedPage, MAX_UNPROVEN, newReading, readingFormat } from './engine/paging.ts';

const newWindowReading = () => newReading({ size: PRODUCT_PAGE_SIZE, direction: 'from_last' });

const windowFormat = stored(() => ({
  /** Epoch milliseconds, as `to` is. */
  from: z.number().default(0),
  to: z.number().default(0),
  reading: readingFormat.default(newWindowReading),
}));
export type ProductWindow = z.infer<typeof windowFormat>;

export const changesFormat = stored(() => ({
  /** Every change before was read, epoch milliseconds; 0: none was. */
  watermark: z.number().default(0),
  /** The window that is being read. */
  open: windowFormat.nullable().default(null),
  /** When the next window is read, epoch milliseconds. */
  dueAt: z.number().default(0),
  /** How often in a row a window was read and products may be missing. */
  unproven: z.number().default(0),
  /** How many pages the last window had. */
  pages: z.number().default(0),
  /** Digests of the rows that the last window showed, while the zone is not known, and its end, epoch milliseconds. */
  shown: z.string().default(''),
  shownAt: z.number().default(0),
}));
export type ProductChanges = z.infer<typeof changesFormat>;

export const NO_CHANGES: ProductChanges = {
  watermark: 0,
  open: null,
  dueAt: 0,
  unproven: 0,
  pages: 0,
  shown: '',
  shownAt: 0,
};

/** How late AliExpress may show a change, and a little more. */
const LATE_MS = 65 * MINUTE;
/** A window of one page costs no more if it also shows what the one before has left out. */
const OVERLAP_MS = 4 * HOUR;
/** What was shown is forgotten later. */
const MAX_MISSED_MS = 30 * DAY;
const DIGEST_LENGTH = 5;
/** How far the dates of rows may lie outside of a window that was widened for two zones. */
const MAX_APART_MS = 2 * ZONES_APART_MS + HOUR;

/** The window that is read next. */
export const nextWindow = ({ watermark, open, pages }: ProductChanges, now: number): ProductWindow =>
  open ?? { from: watermark - (pages > 1 ? LATE_MS : OVERLAP_MS), to: now, reading: newWindowReading() };

export const afterWindowPage = (window: ProductWindow, page: ListedPage): ProductWindow => ({
  ...window,
  reading: afterPage(window.reading, page),
});

export interface ReadWindow {
  changes: ProductChanges;
  /** Products of the window may be missing, and it is taken as it is. */
  isTaken: boolean;
}

/** After the window was read to its end. */
export function afterWindow(
  changes: ProductChanges,
  { to, reading }: ProductWindow,
  { now, everyMs }: { now: number; everyMs: number },
): ReadWindow {
  const unproven = changes.unproven + 1;
  const isTaken = !reading.isComplete && unproven >= MAX_UNPROVEN;
  const isRead = reading.isComplete || isTaken;
  return {
    changes: {
      ...changes,
      open: null,
      watermark: isRead ? to : changes.watermark,
      pages: reading.pages,
      // What has changed while a long window was read is due at once.
      dueAt: isRead ? to + everyMs : now + everyMs,
      unproven: isRead ? 0 : unproven,
    },
    isTaken,
  };
}

/** A row as it is now: another change makes it another one. */
const rowDigest = ({ id, changedAt }: ShownRow): string => shortDigest(`${id}/${changedAt}`, DIGEST_LENGTH);

const digestsIn = (shown: string): Set<string> =>
  new Set(shown.match(new RegExp(`.{${DIGEST_LENGTH}}`, 'g')) ?? []);

export interface ShownRow {
  id: string;
  /** Read as Pacific, epoch milliseconds; undefined if it is not known. */
  changedAt: number | undefined;
}

/** What the rows of a window say about the zone of their times; null if that is nothing. */
export function zoneOf(
  { shown, shownAt }: ProductChanges,
  rows: readonly ShownRow[],
  now: number,
): Zone | null {
  const known = digestsIn(shown);
  const added = rows.filter((row) => !known.has(rowDigest(row)));
  const times = (of: readonly ShownRow[]) => of.flatMap(({ changedAt }) => changedAt ?? []);
  return zoneShownBy({ all: times(rows), added: times(added), before: shownAt || undefined, now });
}

/** Remembers the rows of a window, while they may still tell the zone. */
export const withShown = (
  changes: ProductChanges,
  window: ProductWindow,
  rows: readonly ShownRow[],
  zone: Zone | null,
): ProductChanges =>
  zone === null && (window.reading.total ?? 0) <= PRODUCT_PAGE_SIZE
    ? { ...changes, shown: rows.map(rowDigest).join(''), shownAt: window.to }
    : { ...changes, shown: '', shownAt: 0 };

/**
 * Whether a window should have shown a product that a page of the whole list shows, and that none has shown.
 * @param offlineAt when it went offline, epoch milliseconds
 * @param since when windows began, epoch milliseconds
 */
export const isMissed = (
  { watermark }: ProductChanges,
  offlineAt: number,
  since: number,
  now: number,
): boolean => offlineAt >= Math.max(since, now - MAX_MISSED_MS) && offlineAt <= watermark - OVERLAP_MS;

/** Whether the dates of a window's rows show that AliExpress has left the window out of account, or has no dates. */
export function isIgnored({ from, to }: ProductWindow, rows: readonly ShownRow[]): boolean {
  const isWithin = ({ changedAt }: ShownRow) =>
    changedAt !== undefined && changedAt >= from - MAX_APART_MS && changedAt <= to + MAX_APART_MS;
  const dated = rows.filter(({ changedAt }) => changedAt !== undefined);
  return rows.length > 0 && !(dated.length > 0 && dated.every(isWithin));
}
