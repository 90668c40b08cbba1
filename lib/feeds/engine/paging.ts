/**
 * Reads a list of several pages that moves while it is read, and tells whether every row was met.
 *
 * AliExpress has no cursor: a page is a range of positions, and rows change their position when others leave the list
 * or enter it. A reading therefore keeps the positions that may hold a row that was not met:
 *
 * - If the total fell, rows moved towards the first page by at most the difference, so every such range grows there.
 *   If it rose, rows moved towards the last page, and the ranges grow there.
 * - A page with fewer rows than the total promises is read once more.
 * - If the total never changed, every row was met exactly when as many different rows were met as the total says. So
 *   a list that was only reordered is noticed too, and is read a second time.
 *
 * A list that does not move costs one call for each page, and one that moves at most one more for each page. A row that
 * enters while the list is read need not be met. Not noticed is a row that leaves together with one that enters.
 *
 * A reading is a value. It is stored between visits, because a visit may end in the middle of a list.
 */

import * as z from 'zod';
import { shortDigest } from '../../stores/digest.ts';
import { count, stored, time } from '../../stores/stored.ts';

/** Positions, from 1, both ends included. */
type Span = [first: number, last: number];

export const readingFormat = stored(() => ({
  /** The page to be read next, from 1; 0: none is left. */
  page: count.default(1),
  /** Whether the rows of all pages were met. */
  isComplete: z.boolean().default(false),
  /**
   * In which order pages are read after the first one: from the second, or from the last. The direction turns where no
   * page is left in it.
   */
  direction: z.enum(['forward', 'from_last', 'backward']).catch('forward').default('forward'),
  /** Rows on a full page. */
  size: count.min(1).default(50),
  /** Pages that AliExpress returns at most. */
  maxPages: count.default(1000),
  /** A list with fewer rows is read once more, and is not believed. */
  minTotal: time.default(0),
  calls: count.default(0),
  /** Rows in the list when it was read last; null before its first answer. */
  total: time.nullable().default(null),
  /** The sums by which the total has risen and fallen. */
  risen: time.default(0),
  fallen: time.default(0),
  /** The most pages that the list has had. */
  pages: count.default(1),
  /** Where rows may be that were not met, in ascending order. */
  unread: z.array(z.tuple([count, count])).default([]),
  /** Digests of the rows that were met; null if they are too many to be counted. */
  seen: z.string().nullable().default(''),
  /** The page that is read once more because it had too few rows; 0: none. */
  shortPage: count.default(0),
  /** A page had too few rows twice. */
  isShort: z.boolean().default(false),
  /** The list is read a second time. */
  isSecond: z.boolean().default(false),
}));
export type Reading = z.infer<typeof readingFormat>;

/** What an answer says of one page. */
export interface ListedPage {
  /** One for each row, the same at every answer. */
  ids: readonly string[];
  /** Rows in the whole list. */
  total: number;
  /** Left out where AliExpress does not tell. */
  pages?: number;
}

/** A list that was read so often in a row without a proof is taken as it is. */
export const MAX_UNPROVEN = 3;
/** Lists with more rows are not counted row by row, so that a reading stays small in the store. */
const MAX_COUNTED = 1000;
const DIGEST_LENGTH = 5;

/**
 * A page with the number of rows in the whole list, of which AliExpress may leave out the number, or give that of the page.
 * @param page from 1
 * @param size rows of a full page as requested; of a page that others follow, the answer shows it
 */
export function listedPage(
  ids: readonly string[],
  { total, pages }: { total?: number | undefined; pages?: number | undefined },
  { page, size }: { page: number; size: number },
): ListedPage {
  const hasMore = pages === undefined ? ids.length >= size : page < pages;
  const before = (page - 1) * size;
  const listed = hasMore ? Math.max(page, (pages ?? 0) - 1) * ids.length + 1 : before + ids.length;
  // No row proves that the list still has the pages before.
  const isProven = ids.length > 0 || total === undefined;
  return {
    ids,
    total: isProven ? Math.max(total ?? 0, listed) : total,
    ...(pages !== undefined && { pages }),
  };
}

/** @param options `size` of a page as requested; the answer may have another */
export const newReading = (
  options: Pick<Reading, 'size'> & Partial<Pick<Reading, 'direction' | 'maxPages' | 'minTotal'>>,
): Reading => readingFormat.parse(options);

export const isStarted = ({ calls, page }: Reading): boolean => calls > 0 && page > 0;

export const isDone = ({ page }: Reading): boolean => page === 0;

/** The rows that are still to be met. */
export const rowsLeft = ({ unread }: Reading): number =>
  unread.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/**
 * The fewest rows that are plausible in a list.
 * @param known rows that must be in it unless they left it, which few do
 */
export const plausibleTotal = (known: number): number => Math.max(0, known - Math.max(4, known / 3));

/** The reading after the page that was to be read next. */
export function afterPage(reading: Reading, answer: ListedPage): Reading {
  const called = { ...reading, calls: reading.calls + 1, seen: withSeen(reading.seen, answer) };
  if (reading.total !== null) return withRows(moved(called, answer.total), answer.ids.length);
  if (answer.total < reading.minTotal) return { ...called, page: called.calls > 1 ? 0 : 1 };
  const known = { ...called, size: sizeOf(answer, reading.size), total: answer.total };
  const first = { ...known, pages: pageCount(known), unread: withinList([[1, answer.total]], known) };
  return withRows(first, answer.ids.length);
}

/** Whether a row was met; undefined where they are too many to be counted. */
export const hasMet = ({ seen }: Reading, id: string): boolean | undefined =>
  seen === null ? undefined : digestsIn(seen).includes(digestOf(id));

/**
 * Whether the rows that were met and those that are known are as many as the list has: none is left that is not known.
 * @param known also the rows that were met; in a list with too many rows to be counted, they are found nowhere else
 */
export function hasOnlyKnown(reading: Reading, known: ReadonlySet<string>): boolean {
  const { seen, total, risen, fallen } = reading;
  if (total === null || risen > 0 || fallen > 0) return false;
  if (seen === null) return known.size === total;
  const met = new Set(digestsIn(seen));
  const unmet = [...known].filter((id) => !met.has(digestOf(id)));
  return met.size + unmet.length === total;
}

function withSeen(seen: string | null, { ids, total }: ListedPage): string | null {
  if (seen === null || total > MAX_COUNTED) return null;
  const known = new Set(digestsIn(seen));
  const added = new Set(ids.map(digestOf).filter((digest) => !known.has(digest)));
  return seen + [...added].join('');
}

const digestsIn = (seen: string): string[] => seen.match(/.{5}/g) ?? [];

const digestOf = (id: string): string => shortDigest(id, DIGEST_LENGTH);

/** How many rows a full page has. AliExpress may return fewer than it was asked for. */
function sizeOf({ ids, total, pages }: ListedPage, requested: number): number {
  const fits = (size: number) => Math.ceil(total / size) === pages;
  if (pages === undefined || pages <= 1 || fits(requested)) return requested;
  return fits(ids.length) ? ids.length : Math.ceil(total / pages);
}

/** Rows on the pages that AliExpress returns. */
const reachable = ({ total, size, maxPages }: Reading): number => Math.min(total ?? 0, size * maxPages);

const pageCount = (reading: Reading): number => Math.max(1, Math.ceil(reachable(reading) / reading.size));

/** The reading with every row where it may be, now that the list has another total. */
function moved(reading: Reading, total: number): Reading {
  const by = total - (reading.total ?? total);
  const [up, down] = [Math.min(0, by), Math.max(0, by)];
  const next = { ...reading, total, risen: reading.risen + down, fallen: reading.fallen - up };
  const shifted = reading.unread.map(([first, last]): Span => [first + up, last + down]);
  return { ...next, pages: Math.max(next.pages, pageCount(next)), unread: withinList(shifted, next) };
}

/** The spans without what lies outside the list. */
const withinList = (spans: readonly Span[], reading: Reading): Span[] =>
  spans.map(([first, last]) => [Math.max(1, first), Math.min(last, reachable(reading))]);

const withoutPage = ([first, last]: Span, page: number, size: number): Span[] => {
  const [before, after] = [(page - 1) * size, page * size + 1];
  const parts: Span[] = [
    [first, Math.min(last, before)],
    [Math.max(first, after), last],
  ];
  return parts.filter(([from, to]) => from <= to);
};

/** @param rows on the page that was read */
function withRows(reading: Reading, rows: number): Reading {
  const { page, size, shortPage } = reading;
  const isTooShort = rows < Math.min(size, reachable(reading) - (page - 1) * size);
  if (isTooShort && shortPage !== page && mayCall(reading)) return { ...reading, shortPage: page };
  const unread = reading.unread.flatMap((span) => withoutPage(span, page, size));
  return withNextPage({ ...reading, unread, shortPage: 0, isShort: reading.isShort || isTooShort });
}

const mayCall = ({ calls, pages }: Reading): boolean => calls < 2 * pages;

function withNextPage(reading: Reading): Reading {
  const { unread, isSecond, isShort, page, size, risen, fallen } = reading;
  const isProven = hasAllRows(reading);
  // Of a list whose total never changed, the number of different rows is proof.
  const isEarly = isSecond && isProven && risen === 0 && fallen === 0;
  if (unread.length > 0 && !isEarly)
    return mayCall(reading) ? onNextPage(reading) : { ...reading, page: 0, isComplete: false };
  if (isProven || isSecond || isShort || !mayCall(reading))
    return { ...reading, page: 0, isComplete: isProven };
  const others = withoutPage([1, reachable(reading)], page, size);
  return onNextPage({
    ...reading,
    isSecond: true,
    unread: others.length > 0 ? others : [[1, reachable(reading)]],
  });
}

/**
 * Whether enough different rows were met. Those that entered in the meantime need not be among them, unless a page had too
 * few rows: then they may have been met instead of others.
 */
function hasAllRows(reading: Reading): boolean {
  const { seen, isShort, risen } = reading;
  if (seen === null) return !isShort;
  return seen.length / DIGEST_LENGTH >= reachable(reading) - (isShort ? 0 : risen);
}

/** The next page with unread rows in the direction of the reading, which turns where there is none. */
function onNextPage(reading: Reading): Reading {
  const { direction, size } = reading;
  const page = direction === 'from_last' ? Number.MAX_SAFE_INTEGER : reading.page;
  const pages = reading.unread.flatMap(([first, last]) => {
    const firstPage = Math.ceil(first / size);
    return Array.from({ length: Math.ceil(last / size) - firstPage + 1 }, (_, n) => firstPage + n);
  });
  const before = pages.filter((each) => each < page);
  const after = pages.filter((each) => each >= page);
  const isForward = direction === 'forward' ? after.length > 0 : before.length === 0;
  return isForward
    ? { ...reading, direction: 'forward', page: Math.min(...after) }
    : { ...reading, direction: 'backward', page: Math.max(...before) };
}
