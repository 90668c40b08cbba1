/** How the list of parcels reads a request. */

import { parcelsIn, type ShownOrder, type ShownParcel } from '../../aliexpress/evidence.ts';
import {
  DATE_ORDERS,
  type DateOrder,
  PARCEL_PAGE_SIZES,
  parcelList,
} from '../../aliexpress/methods/parcel-list.ts';
import { ZONES_APART_MS, type Zone, zones } from '../../aliexpress/unstated-zone.ts';
import { DAY, HOUR } from '../../runtime.ts';
import { type Finding, notKnown, type Question, type Shown } from './finding.ts';
import type { ProbeSession, Silence } from './session.ts';

const DATES_QUESTION = 'Which of the two dates of the list of parcels is the start?';
const SIZE_QUESTION = 'How many rows does a page of the list of parcels hold?';
const ZONE_QUESTION = 'In which zone does the list of parcels read times?';

/** A parcel is created about when it is shipped. Half the window is less than half of what the two zones are apart. */
const AROUND_MS = 7 * HOUR;
const WIDE_DAYS = 29;

interface Window {
  from: number;
  to: number;
}

interface Page {
  rows: ShownParcel[];
  pages: number;
  /** The rows that were asked for. */
  size: number;
  window: Window;
  dates: DateOrder;
}

export const parcelListForm: Question = {
  about: { en: 'the list of parcels', zh: '包裹列表' },
  answer: async (session, shown) => {
    const around = busiestWindow(shown.orders);
    const page = await firstPage(session, shown, around);
    if (typeof page === 'string') return notKnownAll(page);
    if (!page) return notKnownAll({ no: 'parcel that was shipped through AliExpress' });
    shown.parcels = page.rows;
    return [
      { question: DATES_QUESTION, answer: DATES[page.dates], capabilities: { parcelDates: page.dates } },
      sizeFinding(page),
      await zoneFinding(session, shown, page),
    ];
  },
};

const notKnownAll = (because: Parameters<typeof notKnown>[0]): Finding[] =>
  [DATES_QUESTION, SIZE_QUESTION, ZONE_QUESTION].map((question) => ({
    question,
    answer: notKnown(because),
  }));

const DATES: Readonly<Record<DateOrder, string>> = {
  natural: 'the one that is named start',
  swapped: 'the one that is named end',
};

/** The window in which most of the orders were shipped; undefined if none was. */
function busiestWindow(orders: readonly ShownOrder[]): Window | undefined {
  const shipped = orders.flatMap(({ shippedAt }) => shippedAt ?? []);
  const windows = shipped.map((at) => ({ from: at - AROUND_MS, to: at + AROUND_MS }));
  const [busiest] = windows
    .map((window) => ({ window, count: shipped.filter((at) => isWithin(at, window)).length }))
    .sort((a, b) => b.count - a.count);
  return busiest?.window;
}

const isWithin = (at: number, { from, to }: Window): boolean => at >= from && at <= to;

/** @returns the first page that is not empty, in whichever form; undefined if there is none, or why the list is silent */
async function firstPage(session: ProbeSession, shown: Shown, around: Window | undefined) {
  const wide = { from: session.now() - WIDE_DAYS * DAY, to: session.now() };
  for (const window of around ? [around, wide] : [wide]) {
    for (const dates of DATE_ORDERS) {
      const page = await readPage(session, shown, { window, dates, zone: 'pacific' });
      if (typeof page === 'string' || page.rows.length > 0) return page;
    }
  }
  return undefined;
}

/** Where AliExpress refuses the size of the page, a smaller one is asked for. */
async function readPage(
  session: ProbeSession,
  shown: Shown,
  form: { window: Window; dates: DateOrder; zone: Zone },
): Promise<Page | Silence> {
  const [, smaller] = PARCEL_PAGE_SIZES;
  const { window, dates, zone } = form;
  const size = shown.pageSize;
  const reply = await session.call(parcelList, { page: 1, size, created: window, dates, zone });
  if (!reply.because) return { ...form, ...parcelsIn(reply.answer), size };
  if (reply.because !== 'refused' || size === smaller) return reply.because;
  shown.pageSize = smaller;
  return readPage(session, shown, form);
}

function sizeFinding({ rows, pages, size }: Page): Finding {
  const [usual, smaller] = PARCEL_PAGE_SIZES;
  const found = (parcelPageSize: number, why: string): Finding => ({
    question: SIZE_QUESTION,
    answer: `${parcelPageSize} (${why})`,
    capabilities: { parcelPageSize },
  });
  if (pages > 1 && rows.length < size) return found(rows.length, `${size} are accepted, and cut`);
  if (size < usual) return found(size, `${usual} are refused`);
  if (rows.length > smaller)
    return found(size, `accepted, with ${rows.length === size ? 'as' : 'not as'} many rows`);
  return { question: SIZE_QUESTION, answer: notKnown({ no: `page of more than ${smaller} parcels` }) };
}

/**
 * The rows of a narrow window are parcels that were shipped in it, or as long before as the zones are apart. The times of
 * shipping are known from orders, in whose list the zone is documented.
 */
async function zoneFinding(session: ProbeSession, shown: Shown, page: Page): Promise<Finding> {
  const { orders } = shown;
  const isNarrow = page.window.to - page.window.from <= 2 * AROUND_MS;
  const seen = isNarrow ? zoneOf(orders, page) : undefined;
  if (seen) return knownZone(seen);
  const window = isNarrow ? page.window : busiestWindow(listedIn(page, orders));
  for (const zone of window ? (isNarrow ? (['beijing'] as const) : zones) : []) {
    const read = await readPage(session, shown, { ...page, ...(window && { window }), zone });
    if (typeof read === 'string') return { question: ZONE_QUESTION, answer: notKnown(read) };
    // Written in its own zone, a window shows what was shipped in it.
    if (zoneOf(orders, read) === 'pacific') return knownZone(zone);
  }
  return {
    question: ZONE_QUESTION,
    answer: notKnown({ no: 'parcel of an order whose time of shipping is known' }),
  };
}

const ZONES: Readonly<Record<Zone, string>> = { pacific: 'US Pacific time', beijing: 'Beijing time' };

const knownZone = (parcelZone: Zone): Finding => ({
  question: ZONE_QUESTION,
  answer: ZONES[parcelZone],
  capabilities: { parcelZone },
});

function listedIn({ rows }: Page, orders: readonly ShownOrder[]): ShownOrder[] {
  const listed = new Set(rows.map(({ orderId }) => orderId));
  return orders.filter(({ id, shippedAt }) => listed.has(id) && shippedAt !== undefined);
}

/** The zone in which a window was read that was written in Pacific time, by when most of its rows were shipped. */
function zoneOf(orders: readonly ShownOrder[], page: Page): Zone | undefined {
  const { from } = page.window;
  const earlier = { from: from - ZONES_APART_MS, to: from - 1 };
  const shipped = listedIn(page, orders).map(({ shippedAt }) => Number(shippedAt));
  const isMajority = (window: Window) =>
    shipped.filter((at) => isWithin(at, window)).length * 2 > shipped.length;
  if (isMajority(page.window)) return 'pacific';
  return isMajority(earlier) ? 'beijing' : undefined;
}
