/**
 * The sink of the action "Summarize Orders": it delivers nothing and makes no call. Figures that no workflow collects
 * are null and shown as "–", never as 0. The text says since when the figures are complete.
 */

import { SELLER_CENTER } from '../aliexpress/records/order.ts';
import { toIso } from '../aliexpress/time.ts';
import { sink } from '../pack/operation.ts';
import type { ShopAccess } from './engine/feed.ts';
import { type KnownRecords, knownRecords } from './known-records.ts';
import { type Line, toText } from './message-lines.ts';
import { type OrderFigures, orderFigures, orderLines, paidOutputs } from './order-figures.ts';
import type { OrderValues } from './orders.ts';
import { type PERIODS, type Period, periodOf } from './periods.ts';
import { clockTime, readZone } from './time-zone.ts';

export interface OrderSummary extends Record<string, unknown> {
  /** Shop and period. */
  id: string;
  link: string;
  title: string;
  title_zh: string;
  text: string;
  text_zh: string;
  /** ISO 8601 in UTC, as are the other times. */
  period_start: string;
  period_end: string;
  order_count: number | null;
  /** In the most frequent currency. */
  paid_amount: number | null;
  paid_currency: string | null;
  paid_text: string | null;
  paid_by_currency: { currency: string | null; amount: number; order_count: number }[];
  cancelled_count: number | null;
  awaiting_payment_count: number | null;
  to_ship_count: number | null;
  overdue_count: number | null;
  complete_since: string | null;
  checked_at: string | null;
}

const NOTHING_KNOWN = { paid_amount: null, paid_currency: null, paid_text: null, paid_by_currency: [] };

type KnownOrders = KnownRecords<OrderValues>;

export const orderSummary = sink({
  key: 'order_summary',
  readsInputs: ['period', 'time_zone'],
  deliver: async (inputs, { openShop }: ShopAccess): Promise<OrderSummary> => {
    const zone = readZone(inputs);
    const shop = await openShop();
    const now = shop.clock.now();
    const period = periodOf(inputs.period as keyof typeof PERIODS, zone, now);
    const known = await knownRecords<OrderValues>(shop, 'orders');
    const figures =
      known &&
      orderFigures(
        known.entries.map(({ values }) => values),
        period,
        now,
      );
    return summaryOf(figures, known, { ...period, seller: shop.seller, zone });
  },
});

function summaryOf(
  figures: OrderFigures | null,
  known: KnownOrders | null,
  { seller, zone, ...period }: Period & { seller: string; zone: string },
): OrderSummary {
  const span = `${clockTime(period.from, zone)} – ${clockTime(period.to, zone)}`;
  const text = toText([
    [{ en: 'Period', zh: '统计时段' }, `${span} (${zone})`],
    ...orderLines(figures),
    [{ en: 'Checked', zh: '数据更新时间' }, known && clockTime(known.checkedAt, zone)],
    ...remarks(known, period, zone),
  ]);
  return {
    id: [seller, toIso(period.from), toIso(period.to)].join('/'),
    link: SELLER_CENTER,
    title: `Orders ${span}`,
    title_zh: `订单汇总 ${span}`,
    text: text.en,
    text_zh: text.zh,
    period_start: toIso(period.from),
    period_end: toIso(period.to),
    order_count: figures?.orders ?? null,
    ...(figures ? paidOutputs(figures) : NOTHING_KNOWN),
    cancelled_count: figures?.cancelled ?? null,
    awaiting_payment_count: figures?.awaitingPayment ?? null,
    to_ship_count: figures?.toShip ?? null,
    overdue_count: figures?.overdue ?? null,
    complete_since: known && toIso(known.completeSince),
    checked_at: known && toIso(known.checkedAt),
  };
}

/** What the reader should know about the figures. */
function remarks(known: KnownOrders | null, period: Period, zone: string): Line[] {
  if (known === null)
    return [
      [
        { en: 'Note', zh: '提示' },
        {
          en: 'No workflow checks orders. Turn on one that starts with an order trigger.',
          zh: '没有正在查询订单的流程，请先启用一个订单触发器。',
        },
      ],
    ];
  return known.completeSince <= period.from
    ? []
    : [[{ en: 'Complete only since', zh: '数据仅自此时起完整' }, clockTime(known.completeSince, zone)]];
}
