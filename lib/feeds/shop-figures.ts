/**
 * The key figures of a shop, from what its feeds know. They cost no call. A figure is null if no workflow reads its
 * feed, and shown as "–", never as 0. The text says why.
 */

import { OPEN } from '../aliexpress/dispute-terms.ts';
import type { dispute } from '../aliexpress/records/dispute.ts';
import type { parcel } from '../aliexpress/records/parcel.ts';
import type { review } from '../aliexpress/records/review.ts';
import { UNDELIVERABLE, UNDER_WAY } from '../aliexpress/tracking-codes.ts';
import { literalText } from '../pack/foreign-text.ts';
import type { ValuesOf } from '../pack/record.ts';
import { isClosedDispute } from './dispute-details.ts';
import type { FeedServices } from './engine/feed.ts';
import { RENEWAL_MS } from './engine/visit.ts';
import { type KnownRecords, knownRecords } from './known-records.ts';
import { type Line, toText } from './message-lines.ts';
import { type OrderFigures, orderFigures, orderLines } from './order-figures.ts';
import type { OrderValues } from './orders.ts';
import { DEFAULT_CUSTOMS_HOURS, DEFAULT_HOURS_WITHOUT_UPDATE } from './parcel-due.ts';
import type { Period } from './periods.ts';
import { DEFAULT_MAX_STARS } from './stars.ts';
import { clockTime } from './time-zone.ts';

type DisputeValues = ValuesOf<typeof dispute.fields>;
type ReviewValues = ValuesOf<typeof review.fields>;
type ParcelValues = ValuesOf<typeof parcel.fields>;

export interface ShopFigures {
  orders: OrderFigures | null;
  /** The orders are complete since then, epoch milliseconds. */
  ordersCompleteSince: number | null;
  openDisputes: number | null;
  badReviews: number | null;
  stalledParcels: number | null;
  callsYesterday: number | null;
  callsToday: number | null;
}

/** @throws Problem `budget_unavailable` if the store does not answer */
export async function shopFigures(services: FeedServices, period: Period): Promise<ShopFigures> {
  const [orders, disputes, reviews, parcels, callsYesterday, callsToday] = await Promise.all([
    knownRecords<OrderValues>(services, 'orders'),
    knownRecords<DisputeValues>(services, 'disputes'),
    knownRecords<ReviewValues>(services, 'reviews'),
    knownRecords<ParcelValues>(services, 'parcels'),
    services.budget.usedYesterday().catch(() => null),
    services.budget.used().catch(() => null),
  ]);
  const orderValues = orders?.entries.map(({ values }) => values);
  return {
    orders: orderValues ? orderFigures(orderValues, period, services.clock.now()) : null,
    ordersCompleteSince: orders?.completeSince ?? null,
    openDisputes: disputes && countOpen(disputes),
    badReviews: reviews && countBadReviews(reviews, period),
    stalledParcels: parcels && countStalled(parcels),
    callsYesterday,
    callsToday,
  };
}

/** A dispute may be known as a row and as a detail. A dispute that is no longer listed is not stored again. */
function countOpen({ entries, checkedAt }: KnownRecords<DisputeValues>): number {
  const open = entries.filter(
    ({ values, fetchedAt }) =>
      values.status === OPEN && !isClosedDispute(values) && fetchedAt > checkedAt - RENEWAL_MS,
  );
  return new Set(open.map(({ values }) => values.dispute_id)).size;
}

/** A review may be found days after it was written. It counts on the day on which it is found. */
const countBadReviews = ({ entries }: KnownRecords<ReviewValues>, { from, to }: Period): number =>
  entries.filter(
    ({ values, seenAt }) =>
      values.stars !== null && values.stars <= DEFAULT_MAX_STARS && seenAt >= from && seenAt < to,
  ).length;

const countStalled = ({ entries }: KnownRecords<ParcelValues>): number =>
  entries.filter(({ values }) => isStalled(values)).length;

const isStalled = ({ stage, hours_without_update, hours_in_customs }: ParcelValues): boolean =>
  UNDELIVERABLE.includes(stage ?? '') ||
  (hours_in_customs ?? 0) >= DEFAULT_CUSTOMS_HOURS ||
  ((hours_without_update ?? 0) >= DEFAULT_HOURS_WITHOUT_UPDATE && UNDER_WAY.includes(stage ?? ''));

const NOTE = { en: 'Note', zh: '提示' };
const ORDERS_UNKNOWN = {
  en: 'The orders could not be read or saved, so their figures are not known.',
  zh: '订单未能读取或保存，因此订单数据未知。',
};
const NOT_CHECKED = {
  en: 'Disputes, reviews and parcels show "–" while no workflow checks them or their first check is not complete.',
  zh: '纠纷、评价或包裹显示“–”，表示没有流程关注，或首次查询尚未完成。',
};

interface Surroundings {
  zone: string;
  /** Calls a day. */
  limit: number;
  /** Titles of what carriers have announced; null if that is not known. */
  announced: readonly string[] | null;
}

/** The figures as lines of a message, in both languages. */
export function figuresText(figures: ShopFigures, period: Period, { zone, limit, announced }: Surroundings) {
  const { callsYesterday, callsToday, ordersCompleteSince, openDisputes, badReviews, stalledParcels } =
    figures;
  const lines: Line[] = [
    ...orderLines(figures.orders),
    [{ en: 'Open disputes', zh: '处理中纠纷' }, openDisputes],
    [{ en: 'Bad reviews', zh: '新发现中差评' }, badReviews],
    [{ en: 'Stalled parcels', zh: '停滞包裹' }, stalledParcels],
    [
      { en: 'AliExpress calls', zh: '接口调用' },
      {
        en: `${callsYesterday ?? '–'} of ${limit} yesterday, ${callsToday ?? '–'} today`,
        zh: `昨日 ${callsYesterday ?? '–'} / ${limit}，今日 ${callsToday ?? '–'}`,
      },
    ],
  ];
  for (const title of announced ?? [])
    lines.push([{ en: 'Announcement', zh: '物流公告' }, literalText(title)]);
  if (ordersCompleteSince !== null && ordersCompleteSince > period.from)
    lines.push([
      { en: 'Orders complete only since', zh: '订单数据仅自此时起完整' },
      `${clockTime(ordersCompleteSince, zone)} (${zone})`,
    ]);
  if (figures.orders === null) lines.push([NOTE, ORDERS_UNKNOWN]);
  if ([openDisputes, badReviews, stalledParcels].includes(null)) lines.push([NOTE, NOT_CHECKED]);
  return toText(lines);
}
