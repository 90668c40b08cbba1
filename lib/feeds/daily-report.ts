/**
 * The daily report feed: once a day the key figures of the shop, from what the other feeds know. In addition to the
 * ordinary visits of the orders feed it makes one call a day, for the announcements of carriers.
 */

import { convert } from '../aliexpress/convert.ts';
import { announcements } from '../aliexpress/methods/announcements.ts';
import { orderList } from '../aliexpress/methods/order-list.ts';
import { dailyReport } from '../aliexpress/records/daily-report.ts';
import type { Lane } from '../budget/ledger.ts';
import { type InputValues, integer } from '../pack/input.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import { isProblem } from '../problems.ts';
import { DAY } from '../runtime.ts';
import { announcementsOf } from './announcements.ts';
import type { FeedEngine, FeedReading, FeedServices, Reader } from './engine/feed.ts';
import { remember } from './engine/snapshot-memo.ts';
import { paidOutputs } from './order-figures.ts';
import { createOrdersToShipFeed } from './orders.ts';
import { type DueReport, lastDue, MAX_DELAY_MS, MAX_MINUTE, minuteOf } from './report-schedule.ts';
import { figuresText, type ShopFigures, shopFigures } from './shop-figures.ts';
import { readZone } from './time-zone.ts';

/** Of an hour: within it the report arrives. */
const WITHIN_MINUTES = MAX_MINUTE + 1;

export const dailyReports: FeedDeclaration<typeof dailyReport.fields, 'hour' | 'time_zone'> = {
  key: 'daily_report',
  record: dailyReport,
  reads: [orderList, announcements],
  readsInputs: ['hour', 'time_zone'],
  cost: {
    en: '1 a day for the announcements of carriers',
    zh: '物流公告每天 1 次',
  },
  freshness: {
    en: `The report arrives within ${WITHIN_MINUTES} minutes after the hour you choose. Orders are checked as for every order trigger. The announcements of carriers use 1 call a day. The other figures come from your other workflows and use no call.`,
    zh: `在所选整点后 ${WITHIN_MINUTES} 分钟内送达。订单查询与其他订单触发器共用，物流公告每天消耗 1 次调用，其余数据来自已启用的其他流程，不消耗调用。`,
  },
};

/** The input for the hour of the report. */
export const reportHour = integer({
  label: { en: 'Hour of the Day', zh: '发送时间' },
  help: { en: 'The report arrives within 15 minutes after this hour.', zh: '在该整点后 15 分钟内送达。' },
  default: 9,
  min: 0,
  max: 23,
  options: Object.fromEntries(
    Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`).map((clock, hour) => [
      hour,
      { en: clock, zh: clock },
    ]),
  ),
});

export function createDailyReportFeed(services: FeedServices): FeedEngine {
  const orders = createOrdersToShipFeed(services);

  async function read(lane: Lane, reader: Reader = {}): Promise<FeedReading> {
    const zone = readZone(reader.inputs ?? {});
    const hour = hourOf(reader.inputs ?? {});
    const { workflows, previousVisitAt } = await orders.read(lane, reader);
    const reading = { workflows, previousVisitAt };
    const { now, due, isDue } = await certainlyDue(services, { hour, zone }, previousVisitAt);
    if (!isDue && lane === 'polling') return { ...reading, records: [] };
    const key = [services.seller, due.at, zone].join('/');
    const written = isDue && services.memo.reports.get(key);
    if (written) return { ...reading, records: [written] };
    try {
      // A user who sets up a workflow sees the figures of now.
      const report = await writeReport(services, { ...due, hour, zone }, isDue ? due.at : now, lane);
      if (report && isDue) remember(services.memo.reports, key, report);
      return { ...reading, records: report ? [report] : [] };
    } catch (error) {
      // The next poll tries again.
      if (lane === 'polling' && isProblem(error, 'budget_unavailable')) return { ...reading, records: [] };
      throw error;
    }
  }

  // The workflows are kept with those of the orders feed, which every poll reads.
  return { ...orders, read, known: async () => [] };
}

/**
 * The report that was due last. The clock alone makes it due, so unless a visit was made since, and none lies ahead,
 * AliExpress first says what time it is.
 */
async function certainlyDue(
  services: FeedServices,
  { hour, zone }: { hour: number; zone: string },
  visitedAt = 0,
): Promise<{ now: number; due: DueReport; isDue: boolean }> {
  const dueNow = () => {
    const now = services.clock.now();
    const due = lastDue({ hour, minute: minuteOf(services.seller), zone }, now);
    return { now, due, isDue: now - due.at <= MAX_DELAY_MS };
  };
  const { now, due, isDue } = dueNow();
  if (isDue && (visitedAt < due.at || visitedAt > now)) await services.fetchTime?.();
  return dueNow();
}

const hourOf = ({ hour }: InputValues): number => (typeof hour === 'number' ? hour : reportHour.default);

/** The report that comes next, with figures of now and without announcements. */
export function nextReport(services: FeedServices, inputs: InputValues, figures: ShopFigures) {
  const now = services.clock.now();
  const [zone, hour] = [readZone(inputs), hourOf(inputs)];
  const due = lastDue({ hour, minute: minuteOf(services.seller), zone }, now + DAY);
  const report = reportOf(services, { ...due, hour, zone }, { figures, until: now, announced: null });
  return report ? [report] : [];
}

type HourOfReport = DueReport & { hour: number; zone: string };

/** @param until the figures are about the 24 hours before, epoch milliseconds */
async function writeReport(services: FeedServices, due: HourOfReport, until: number, lane: Lane) {
  const period = { from: until - DAY, to: until };
  const figures = await shopFigures(services, period);
  const announced = await announcementsOf(services, period, lane);
  return reportOf(services, due, { figures, until, announced });
}

interface Facts {
  figures: ShopFigures;
  until: number;
  announced: readonly string[] | null;
}

function reportOf(
  { seller, budget, clock }: FeedServices,
  { date, at, hour, zone }: HourOfReport,
  { figures, until, announced }: Facts,
) {
  const { limit } = budget;
  const period = { from: until - DAY, to: until };
  const summary = figuresText(figures, period, { zone, limit, announced });
  const { orders } = figures;
  const raw = {
    report_id: `${seller}/${date}/${hour}`,
    date,
    report_at: at,
    period_start: period.from,
    period_end: period.to,
    complete_since: figures.ordersCompleteSince,
    order_count: orders?.orders,
    ...(orders && paidOutputs(orders)),
    cancelled_count: orders?.cancelled,
    awaiting_payment_count: orders?.awaitingPayment,
    to_ship_count: orders?.toShip,
    overdue_count: orders?.overdue,
    open_dispute_count: figures.openDisputes,
    bad_review_count: figures.badReviews,
    stalled_parcel_count: figures.stalledParcels,
    calls_used_yesterday: figures.callsYesterday,
    calls_used_today: figures.callsToday,
    call_limit: limit,
    summary: summary.en,
    summary_zh: summary.zh,
  };
  return convert(dailyReport, raw, clock.now())?.values;
}
