/**
 * The figures of a shop: how many orders, how much money, what is still to be done. They are worked out from what the
 * feeds know already, so they cost no call; and they say since when they are complete.
 *
 * A feed that no workflow wants has no figures: they are null, and shown as "–", never as 0.
 */

import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { AWAITING_PAYMENT, CANCELLED, TO_SHIP } from '../aliexpress/order-status.ts';
import type { order } from '../aliexpress/records/order.ts';
import { dayIn } from '../budget/quota-day.ts';
import { holds } from '../pack/evaluate.ts';
import { MISSING } from '../pack/expression.ts';
import { type InputValues, text } from '../pack/input.ts';
import { sink } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { type Bilingual, fail } from '../problems.ts';
import { HOUR } from '../runtime.ts';
import type { FeedServices, ShopAccess } from './engine/feed.ts';
import { type FeedKey, readFeedStatus } from './engine/feed-status.ts';
import { createSnapshots, RETENTION_MS } from './engine/snapshot.ts';
import type { Entry } from './engine/snapshot-format.ts';

export type OrderValues = ValuesOf<typeof order.fields>;

/** Epoch milliseconds, [from, to). */
export interface Period {
  from: number;
  to: number;
}

export interface Known<V extends object> {
  entries: Entry<V>[];
  /** All that happened since then is known, epoch milliseconds. */
  completeSince: number;
  /** When the feed last looked, epoch milliseconds. */
  checkedAt: number;
}

const headSchema = z.object({ ready: z.literal(true), completeSince: z.number() });

/**
 * What a feed knows, without asking AliExpress; null where no workflow has wanted it for a day, or its first look is
 * not complete.
 * @throws Problem `budget_unavailable` where the store is silent
 */
export async function knownOf<V extends object>(
  services: FeedServices,
  feed: FeedKey,
): Promise<Known<V> | null> {
  const { seller, store, clock } = services;
  const snapshots = createSnapshots<z.infer<typeof headSchema>, V>({
    ...services,
    key: `snap:${seller}:${feed}`,
    state: headSchema,
  });
  const { state, entries } = await snapshots.load().catch(() => fail('budget_unavailable', {}));
  const status = await readFeedStatus(store, seller, feed);
  if (!state || !status) return null;
  return {
    entries: [...entries.values()],
    completeSince: Math.max(state.completeSince, clock.now() - RETENTION_MS),
    checkedAt: status.visitedAt,
  };
}

export interface OrderFigures {
  /** Placed in the period. */
  orders: number;
  /** Of those, what was paid and not cancelled: "USD 1234.50; EUR 20.00". */
  revenue: string;
  /** Cancelled in the period, or closed because they were not paid. */
  cancelled: number;
  /** Now, whenever they were placed. */
  awaitingPayment: number;
  toShip: number;
  overdue: number;
}

/** @param now epoch milliseconds; what is overdue, is overdue then */
export function orderFigures(known: readonly OrderValues[], { from, to }: Period, now: number): OrderFigures {
  const isWithin = (iso: string | null) => {
    const at = Date.parse(iso ?? '');
    return at >= from && at < to;
  };
  const placed = known.filter(({ placed_at }) => isWithin(placed_at));
  const toShip = known.filter(({ status }) => TO_SHIP.includes(status));
  return {
    orders: placed.length,
    revenue: sumByCurrency(placed.filter((each) => each.paid_at !== null && !isCancelled(each))),
    cancelled: known.filter((each) => isCancelled(each) && isWithin(each.updated_at)).length,
    awaitingPayment: known.filter(({ status }) => AWAITING_PAYMENT.includes(status)).length,
    toShip: toShip.length,
    overdue: toShip.filter(({ status_due_at }) => Date.parse(status_due_at ?? '') < now).length,
  };
}

const isCancelled = (fields: OrderValues): boolean => holds(CANCELLED, { fields, inputs: {}, now: 0 });

export interface Amount {
  /** A decimal number as text. */
  amount: string | null;
  currency: string | null;
}

interface Sum {
  count: number;
  /** The sum, without its decimal point. */
  units: bigint;
  /** Digits after the point. */
  digits: number;
}

const DECIMAL = /^(-?\d+)(?:\.(\d+))?$/;

/** The exact sum of each currency, the most frequent first: "USD 1234.50; EUR 20.00". Of nothing it is "0". */
export function sumByCurrency(amounts: readonly Amount[]): string {
  const sums = new Map<string, Sum>();
  for (const { amount, currency } of amounts) {
    const [, whole, fraction = ''] = DECIMAL.exec(amount ?? '') ?? [];
    if (whole === undefined) continue;
    const name = currency ?? '?';
    const { count, units, digits } = sums.get(name) ?? { count: 0, units: 0n, digits: 0 };
    const longest = Math.max(digits, fraction.length);
    const scaled = (value: bigint, from: number) => value * 10n ** BigInt(longest - from);
    sums.set(name, {
      count: count + 1,
      units: scaled(units, digits) + scaled(BigInt(whole + fraction), fraction.length),
      digits: longest,
    });
  }
  const parts = [...sums]
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .map(([currency, sum]) => `${currency} ${toDecimal(sum)}`);
  return parts.join('; ') || '0';
}

function toDecimal({ units, digits }: Sum): string {
  const written = String(units < 0n ? -units : units).padStart(digits + 1, '0');
  const whole = written.slice(0, written.length - digits);
  return `${units < 0n ? '-' : ''}${whole}${digits > 0 ? `.${written.slice(-digits)}` : ''}`;
}

/** The input for a time zone. Whoever declares it reads it with `readZone`. */
export const timeZone = text({
  label: { en: 'Time Zone', zh: '时区' },
  help: {
    en: 'A name such as Asia/Shanghai or Europe/Madrid.',
    zh: '时区名称，例如 Asia/Shanghai、Europe/Madrid。',
  },
  default: 'Asia/Shanghai',
  pattern: /[A-Za-z][\w+/-]{0,63}/,
  allowed: { en: 'a time zone name, such as Asia/Shanghai', zh: '时区名称，例如 Asia/Shanghai' },
});

/**
 * The zone that was filled in under `zone`.
 * @throws Problem `unknown_time_zone`
 */
export function readZone({ zone = timeZone.default }: InputValues): string {
  try {
    Intl.DateTimeFormat('en', { timeZone: String(zone) });
    return String(zone);
  } catch {
    return fail('unknown_time_zone', { value: String(zone) });
  }
}

/** "2026-11-21 18:05" in the zone. @param at epoch milliseconds */
export const clockTime = (at: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');

/** A line of a message: what it is about, and what there is to say. */
export type Line = [label: Bilingual, value: string | number | Bilingual | null];

/** Lines of a message, in Markdown and in both languages. */
export function toText(lines: readonly Line[]): Bilingual {
  const written = (language: keyof Bilingual) =>
    lines
      .map(([label, value]) => {
        const said = typeof value === 'object' && value !== null ? value[language] : value;
        return `**${label[language]}** ${said ?? MISSING}`;
      })
      .join('\n');
  return { en: written('en'), zh: written('zh') };
}

/** What the lines about orders are called. */
export const ORDER_LINES: Readonly<Record<keyof OrderFigures, Bilingual>> = {
  orders: { en: 'Orders', zh: '订单数' },
  revenue: { en: 'Paid', zh: '已付金额' },
  cancelled: { en: 'Cancelled', zh: '已取消' },
  awaitingPayment: { en: 'Awaiting payment', zh: '待付款' },
  toShip: { en: 'To ship', zh: '待发货' },
  overdue: { en: 'Overdue', zh: '已超期未发货' },
};

/** The lines about orders. */
export const orderLines = (figures: OrderFigures | null): Line[] =>
  (Object.keys(ORDER_LINES) as (keyof OrderFigures)[]).map((key) => [
    ORDER_LINES[key],
    figures?.[key] ?? null,
  ]);

/** What the other lines of a summary are called. */
export const SUMMARY_LINES = {
  period: { en: 'Period', zh: '统计时段' },
  lookedUp: { en: 'Looked up', zh: '数据更新时间' },
} as const;

/** What the user chooses a period by. */
export const PERIODS = {
  today: { en: 'Today so far', zh: '今天至今' },
  yesterday: { en: 'Yesterday', zh: '昨天' },
  last_24_hours: { en: 'Last 24 hours', zh: '最近 24 小时' },
  last_36_hours: { en: 'Last 36 hours', zh: '最近 36 小时' },
};

/** @param now epoch milliseconds */
export function periodOf(name: keyof typeof PERIODS, zone: string, now: number): Period {
  const dayOf = dayIn(zone);
  const today = dayOf(now);
  switch (name) {
    case 'today':
      return { from: today.start, to: now };
    case 'yesterday':
      return { from: dayOf(today.start - 1).start, to: today.start };
    case 'last_24_hours':
      return { from: now - 24 * HOUR, to: now };
    case 'last_36_hours':
      return { from: now - 36 * HOUR, to: now };
  }
}

export interface OrderSummary extends Record<string, unknown> {
  title: string;
  title_zh: string;
  text: string;
  text_zh: string;
  /** ISO 8601 in UTC, as are the others. */
  period_start: string;
  period_end: string;
  orders: number | null;
  revenue: string | null;
  cancelled: number | null;
  awaiting_payment: number | null;
  to_ship: number | null;
  overdue: number | null;
  complete_since: string | null;
  looked_up_at: string | null;
}

/** Where the action "Summarize Orders" gets its figures: nothing is delivered anywhere, and AliExpress is not asked. */
export const orderSummary = sink({
  key: 'order_summary',
  readsInputs: ['period', 'zone'],
  deliver: async (inputs, { openShop }: ShopAccess): Promise<OrderSummary> => {
    const zone = readZone(inputs);
    const shop = openShop();
    const now = shop.clock.now();
    const period = periodOf(inputs.period as keyof typeof PERIODS, zone, now);
    const known = await knownOf<OrderValues>(shop, 'orders');
    const figures =
      known &&
      orderFigures(
        known.entries.map(({ values }) => values),
        period,
        now,
      );
    const span = `${clockTime(period.from, zone)} – ${clockTime(period.to, zone)}`;
    const text = toText([
      [SUMMARY_LINES.period, `${span} (${zone})`],
      ...orderLines(figures),
      [SUMMARY_LINES.lookedUp, known && clockTime(known.checkedAt, zone)],
      ...remarks(known, period, zone),
    ]);
    return {
      title: `Orders ${span}`,
      title_zh: `订单汇总 ${span}`,
      text: text.en,
      text_zh: text.zh,
      period_start: toIso(period.from),
      period_end: toIso(period.to),
      orders: figures?.orders ?? null,
      revenue: figures?.revenue ?? null,
      cancelled: figures?.cancelled ?? null,
      awaiting_payment: figures?.awaitingPayment ?? null,
      to_ship: figures?.toShip ?? null,
      overdue: figures?.overdue ?? null,
      complete_since: known && toIso(known.completeSince),
      looked_up_at: known && toIso(known.checkedAt),
    };
  },
});

/** What the reader should know about the figures. */
function remarks(known: Known<OrderValues> | null, period: Period, zone: string): Line[] {
  if (known === null)
    return [
      [
        { en: 'Note', zh: '提示' },
        {
          en: 'No workflow looks at orders. Turn on one that starts with an order trigger.',
          zh: '没有正在读取订单的流程，请先启用一个订单触发器。',
        },
      ],
    ];
  return known.completeSince <= period.from
    ? []
    : [[{ en: 'Complete only since', zh: '数据仅自此时起完整' }, clockTime(known.completeSince, zone)]];
}

export const toIso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
