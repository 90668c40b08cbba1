/**
 * The digest feed: once a day the shop in figures, of what the other feeds know. Beside what the orders feed asks for
 * at its ordinary pace it costs no call.
 *
 * Every local day has exactly one digest, also the days of 23 and 25 hours. It comes some minutes after the chosen
 * hour, because Feishu turns cards away at full and half hours [facts C.4]; how many is the shop's own for ever. A
 * workflow that was off then gets it within 6 hours, later it is left out.
 */

import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { convert } from '../aliexpress/convert.ts';
import { OPEN } from '../aliexpress/dispute-terms.ts';
import { orderList } from '../aliexpress/methods/order-list.ts';
import { digest } from '../aliexpress/records/digest.ts';
import type { dispute } from '../aliexpress/records/dispute.ts';
import type { parcel } from '../aliexpress/records/parcel.ts';
import type { review } from '../aliexpress/records/review.ts';
import { UNDELIVERABLE, UNDER_WAY } from '../aliexpress/tracking-codes.ts';
import { createLedger, type Lane } from '../budget/ledger.ts';
import { type InputValues, integer } from '../pack/input.ts';
import type { FeedDeclaration } from '../pack/operation.ts';
import type { ValuesOf } from '../pack/record.ts';
import { isProblem } from '../problems.ts';
import { DAY, HOUR } from '../runtime.ts';
import type { FeedEngine, FeedServices, Reader } from './engine/feed.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import {
  clockTime,
  type Known,
  knownOf,
  type Line,
  type OrderValues,
  orderFigures,
  orderLines,
  readZone,
  toText,
} from './figures.ts';
import { createOrdersToShipFeed } from './orders.ts';

export const digests: FeedDeclaration<typeof digest.fields, 'hour' | 'zone'> = {
  key: 'digest',
  record: digest,
  reads: [orderList],
  readsInputs: ['hour', 'zone'],
  freshness: {
    en: 'Arrives within 15 minutes after the hour you choose. Orders are checked as for every order trigger. The other figures come from your other workflows and use no call.',
    zh: '在所选整点后 15 分钟内送达。订单查询与其他订单触发器共用，其余数据来自已启用的其他流程，不消耗调用。',
  },
};

/** A digest that was missed for longer is left out. */
export const MAX_DELAY_MS = 6 * HOUR;
/** What a feed sees again unchanged, it stores anew after so long. */
const RENEWAL_MS = RETENTION_MS / 3;
export const MAX_MINUTE = 14;
const BAD_STARS = 3;
/** Those of the trigger about stalled parcels, where nobody changes them. */
const CUSTOMS_HOURS = 72;
const SILENT_HOURS = 120;
/** What the lines after those about orders are called. */
export const DIGEST_LINES = {
  openDisputes: { en: 'Open disputes', zh: '处理中纠纷' },
  badReviews: { en: 'Bad reviews', zh: '新增差评（3 星及以下）' },
  stalledParcels: { en: 'Stalled parcels', zh: '停滞包裹' },
  calls: { en: 'AliExpress calls', zh: '接口调用' },
} as const;

/** The input for the hour of the digest. */
export const digestHour = integer({
  label: { en: 'Hour of the Day', zh: '发送时间' },
  help: { en: 'Arrives within 15 minutes after this hour.', zh: '在该整点后 15 分钟内送达。' },
  default: 9,
  min: 0,
  max: 23,
});

export interface DigestTime {
  /** 0 to 23. */
  hour: number;
  /** 1 to 14. */
  minute: number;
  /** IANA zone. */
  zone: string;
}

export interface DigestMoment {
  /** "2026-11-21", in the zone. */
  date: string;
  /** Epoch milliseconds. */
  at: number;
}

/** The minute after the full hour at which a shop's digest is due. */
export const minuteOf = (seller: string): number =>
  1 + (createHash('sha256').update(seller).digest().readUInt32BE() % MAX_MINUTE);

/**
 * The digest that was due last. An hour that a local day skips is taken an hour later, one that it has twice the first
 * time.
 * @param now epoch milliseconds
 */
export function lastDue({ hour, minute, zone }: DigestTime, now: number): DigestMoment {
  const dateAt = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const due = [0, MAX_DELAY_MS, DAY, 2 * DAY]
    .map((ago) => dateAt(now - ago))
    .map((date) => ({
      date: date.toString(),
      at: date.toPlainDateTime({ hour, minute }).toZonedDateTime(zone).epochMilliseconds,
    }))
    .filter(({ at }) => at <= now);
  return due.reduce((last, each) => (each.at > last.at ? each : last));
}

type DisputeValues = ValuesOf<typeof dispute.fields>;

export function createDigestFeed(services: FeedServices): FeedEngine {
  const { seller, budget, store, clock, random } = services;
  const orders = createOrdersToShipFeed(services);

  /** Calls of the day before the one in which AliExpress counts now. */
  function usedYesterday(): Promise<number> {
    const today = budget.today();
    const name = Temporal.PlainDate.from(today.name).subtract({ days: 1 }).toString();
    const yesterday = { name, start: today.start - DAY, end: today.start };
    return createLedger({ store, clock, random, dayOf: () => yesterday, limit: budget.limit }).used(seller);
  }

  /** @param until the figures are about the 24 hours before, epoch milliseconds */
  async function write(id: string, { date, at }: DigestMoment, until: number, zone: string) {
    const now = clock.now();
    const [ofOrders, ofDisputes, ofReviews, ofParcels, callsYesterday, callsToday] = await Promise.all([
      knownOf<OrderValues>(services, 'orders'),
      knownOf<DisputeValues>(services, 'disputes'),
      knownOf<ValuesOf<typeof review.fields>>(services, 'reviews'),
      knownOf<ValuesOf<typeof parcel.fields>>(services, 'parcels'),
      usedYesterday().catch(() => null),
      budget.used().catch(() => null),
    ]);
    const period = { from: until - DAY, to: until };
    const figures =
      ofOrders &&
      orderFigures(
        ofOrders.entries.map(({ values }) => values),
        period,
        now,
      );
    const openDisputes = ofDisputes && countOpen(ofDisputes);
    // A review may be found days after it was written: it counts on the day on which it is found.
    const badReviews = ofReviews?.entries.filter(
      ({ values, seenAt }) =>
        (values.stars ?? Number.POSITIVE_INFINITY) <= BAD_STARS &&
        seenAt >= period.from &&
        seenAt < period.to,
    ).length;
    const stalledParcels = ofParcels?.entries.filter(({ values }) => isStalled(values)).length;

    const lines: Line[] = [
      ...orderLines(figures),
      [DIGEST_LINES.openDisputes, openDisputes],
      [DIGEST_LINES.badReviews, badReviews ?? null],
      [DIGEST_LINES.stalledParcels, stalledParcels ?? null],
      [
        DIGEST_LINES.calls,
        {
          en: `${callsYesterday ?? '–'} of ${budget.limit} yesterday, ${callsToday ?? '–'} today`,
          zh: `昨日 ${callsYesterday ?? '–'} / ${budget.limit}，今日 ${callsToday ?? '–'}`,
        },
      ],
    ];
    if (ofOrders && ofOrders.completeSince > period.from)
      lines.push([
        { en: 'Orders complete only since', zh: '订单数据仅自此时起完整' },
        `${clockTime(ofOrders.completeSince, zone)} (${zone})`,
      ]);
    const summary = toText(lines);
    return convert(
      digest,
      {
        digest_id: id,
        date,
        digest_at: at,
        complete_since: ofOrders?.completeSince,
        orders: figures?.orders,
        revenue: figures?.revenue,
        cancelled: figures?.cancelled,
        awaiting_payment: figures?.awaitingPayment,
        to_ship: figures?.toShip,
        overdue: figures?.overdue,
        open_disputes: openDisputes,
        bad_reviews: badReviews,
        stalled_parcels: stalledParcels,
        calls_used_yesterday: callsYesterday,
        calls_used_today: callsToday,
        call_limit: budget.limit,
        summary: summary.en,
        summary_zh: summary.zh,
      },
      now,
    );
  }

  async function read(lane: Lane, reader: Reader = {}) {
    const zone = readZone(reader.inputs ?? {});
    const hour = hourOf(reader.inputs ?? {});
    await orders.read(lane, reader);
    const now = clock.now();
    const due = lastDue({ hour, minute: minuteOf(seller), zone }, now);
    const isDue = now - due.at <= MAX_DELAY_MS;
    if (!isDue && lane === 'polling') return { records: [], completeSince: 0 };
    try {
      // Somebody who sets a workflow up sees how the shop stands now.
      const written = await write(`digest/${due.date}/${hour}`, due, isDue ? due.at : now, zone);
      return { records: written ? [written.values] : [], completeSince: 0 };
    } catch (error) {
      // The next poll tries again.
      if (lane === 'polling' && isProblem(error, 'budget_unavailable'))
        return { records: [], completeSince: 0 };
      throw error;
    }
  }

  return { read, known: async () => [] };
}

/** A dispute may be known in several ways. One that is no longer listed is not stored anew. */
function countOpen({ entries, checkedAt }: Known<DisputeValues>): number {
  const open = entries.filter(
    ({ values, fetchedAt }) => values.status === OPEN && fetchedAt > checkedAt - RENEWAL_MS,
  );
  return new Set(open.map(({ values }) => values.dispute_id)).size;
}

const hourOf = ({ hour }: InputValues): number => (typeof hour === 'number' ? hour : digestHour.default);

const isStalled = ({ stage, silent_hours, customs_hours }: ValuesOf<typeof parcel.fields>): boolean =>
  UNDELIVERABLE.includes(stage ?? '') ||
  (customs_hours ?? 0) >= CUSTOMS_HOURS ||
  ((silent_hours ?? 0) >= SILENT_HOURS && UNDER_WAY.includes(stage ?? ''));
