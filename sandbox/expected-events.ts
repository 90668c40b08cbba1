/**
 * The events each recipe is expected to deliver. They are computed from the history of the sandbox shop, not from
 * what the pack read of it.
 */

import type { RecipeDeclaration } from '../lib/pack/recipe.ts';
import { DAY, HOUR, MINUTE } from '../lib/runtime.ts';
import customsStallToFeishu from '../recipes/customs-stall-to-feishu.ts';
import stalledParcelToTicket from '../recipes/stalled-parcel-to-ticket.ts';
import type { Dispute } from './disputes.ts';
import type { Order } from './orders.ts';
import { ENDS_AFTER_SHIPPING } from './orders.ts';
import { BEIJING_AHEAD_MS } from './pacific.ts';
import { abnormalities } from './parcels/abnormalities.ts';
import { type Stall, stallsOf, type Thresholds } from './parcels/stalls.ts';
import { logisticsOrderId, ordersIn, type Parcel } from './parcels.ts';
import { lowStockPeriods, type Product, stockAt } from './products.ts';
import type { Shop, Span } from './shop.ts';

/** A record that AliExpress returns one at a time. The pack finds its events only while it follows it. */
export interface FollowedRecord {
  /** The orders by which the pack learns of it. */
  orderIds: readonly string[];
  /** From then on the order list shows by them that it is there, epoch milliseconds. */
  since: number;
  /** Until then the event can be found: it is true, and the record is followed. */
  until: number;
}

export interface ExpectedEvent {
  /** The record: an order number, for example. The recipe's events carry it too. */
  key: string;
  /** When it began to be true, epoch milliseconds. */
  at: number;
  /** When it was no longer true; left out where it stays true. */
  endedAt?: number;
  /** When it happened, where that is not `at`. Events that happened before a workflow was on are not delivered. */
  happenedAt?: number;
  /** True, but of no use to a seller any more. */
  isObsolete?: true;
  /** Left out where every event must be found. */
  followed?: FollowedRecord;
}

/** An event as the pack emitted it. */
export interface EmittedEvent {
  event: Record<string, unknown>;
  /** Epoch milliseconds. */
  at: number;
  /** When AliExpress last received a call of this method before `at`, epoch milliseconds. */
  lastCallAt(method: string): number;
}

export interface Expectation {
  /** Of the whole history, including before and after the run. */
  events: readonly ExpectedEvent[];
  keyOf(event: Record<string, unknown>): string;
  /**
   * Whether `expected`, which has the same key, was true when AliExpress was last called. An event that ended after
   * that call is not a false alert, because the pack could not know.
   */
  wasTrue(expected: ExpectedEvent, emitted: EmittedEvent): boolean;
}

export interface ExpectationOptions {
  shop: Shop;
  /** Start of the run, epoch milliseconds. */
  from: number;
  to: number;
  /** Numbers of the products whose stock is watched. */
  products: readonly string[];
}

const ORDER_LIST = 'aliexpress.trade.seller.orderlist.get';
const DISPUTE_LIST = 'aliexpress.issue.issuelist.get';
const ABNORMAL_LIST = 'aliexpress.logistics.abnormalorder.query';
const PRODUCT_LIST = 'aliexpress.postproduct.redefining.findproductinfolistquery';

const text = (value: unknown): string => String(value ?? '');
const time = (value: unknown): number => Date.parse(text(value));
const isoSecond = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** It had begun, and had not ended when `method` was last called. */
const trueAtLastCall =
  (method: string) =>
  ({ at, endedAt = Number.POSITIVE_INFINITY }: ExpectedEvent, emitted: EmittedEvent): boolean =>
    at <= emitted.at && emitted.lastCallAt(method) < endedAt;

/** By the recipe's key. */
export const expectations: Readonly<Record<string, (options: ExpectationOptions) => Expectation>> = {
  new_order_to_feishu: ({ shop }) => ({
    events: shop.orders.map(({ id, placedAt }) => ({ key: text(id), at: placedAt })),
    keyOf: ({ order_id }) => text(order_id),
    wasTrue: trueAtLastCall(ORDER_LIST),
  }),

  paid_order_to_sheet: ({ shop }) => ({
    events: shop.orders.flatMap(paidAndReleased),
    keyOf: ({ order_id }) => text(order_id),
    wasTrue: trueAtLastCall(ORDER_LIST),
  }),

  ship_deadline_to_feishu: ({ shop }) => ({
    events: shop.orders.flatMap(shipDeadlines),
    keyOf: ({ order_id }) => text(order_id),
    wasTrue: trueAtLastCall(ORDER_LIST),
  }),

  cancelled_order_to_sheet: ({ shop }) => ({
    events: shop.orders.flatMap(({ id, stages }) =>
      stages
        .filter(
          ({ status, endReason = '' }) => status === 'FINISH' && !ENDS_AFTER_SHIPPING.includes(endReason),
        )
        .map(({ at }) => ({ key: text(id), at })),
    ),
    keyOf: ({ order_id }) => text(order_id),
    wasTrue: trueAtLastCall(ORDER_LIST),
  }),

  bad_review_to_ticket: ({ shop }) => ({
    events: [...shop.reviews.values()]
      .flat()
      .filter(({ stars }) => stars <= 3)
      .map(({ order, line, orderEndedAt, visibleAt }) => ({
        key: text(line.childId),
        at: visibleAt,
        followed: {
          orderIds: [text(order.id)],
          since: orderEndedAt,
          until: orderEndedAt + REVIEWS_FOLLOWED_MS,
        },
      })),
    keyOf: ({ line_id }) => text(line_id),
    wasTrue: ({ at }, emitted) => at <= emitted.at,
  }),

  customs_stall_to_feishu: ({ shop }) => stalls(shop, customsStallToFeishu, 'customs'),
  stalled_parcel_to_ticket: ({ shop }) => stalls(shop, stalledParcelToTicket, 'no_update'),

  abnormal_parcel_to_feishu: ({ shop }) => ({
    events: shop.parcels.flatMap((parcel) =>
      parcel.abnormalities.map(({ code, from, until }) => ({
        key: `${logisticsOrderId(parcel, parcel.order)}/${abnormalities[code]?.status}/${code}`,
        at: from,
        endedAt: until,
      })),
    ),
    keyOf: ({ abnormal_id, logistics_status, abnormal_code }) =>
      [abnormal_id, logistics_status, abnormal_code].map(text).join('/'),
    wasTrue: trueAtLastCall(ABNORMAL_LIST),
  }),

  dispute_to_ticket_and_feishu: ({ shop }) => ({
    events: [...shop.disputes.values()].map(({ id, openedAt, closedAt }) => ({
      key: text(id),
      at: openedAt,
      endedAt: closedAt,
    })),
    keyOf: ({ dispute_id }) => text(dispute_id),
    wasTrue: trueAtLastCall(DISPUTE_LIST),
  }),

  dispute_deadline_to_feishu: ({ shop }) => ({
    events: [...shop.disputes.values()].flatMap(responseDeadlines),
    keyOf: ({ dispute_id }) => text(dispute_id),
    wasTrue: trueAtLastCall(DISPUTE_LIST),
  }),

  product_taken_down_to_feishu: ({ shop }) => ({
    events: shop.products.flatMap(removals),
    keyOf: ({ product_id, removal_reason: reason }) => `${text(product_id)}/${text(reason)}`,
    wasTrue: trueAtLastCall(PRODUCT_LIST),
  }),

  low_stock_to_purchasing: ({ shop, products }) => {
    const watched = shop.products.filter(({ id }) => products.includes(text(id)));
    const skus = new Map(
      watched.flatMap(({ id, skus }) => skus.map((sku) => [`${text(id)}/${sku.path}`, sku])),
    );
    return {
      events: [...skus].flatMap(([key, sku]) =>
        lowStockPeriods(sku, LOW_STOCK).map(({ from, endedAt }) => ({
          key,
          at: from,
          ...(endedAt !== undefined && { endedAt }),
        })),
      ),
      keyOf: ({ sku_key }) => text(sku_key),
      // The event says when this stock was first seen.
      wasTrue: ({ key, at, endedAt = Number.POSITIVE_INFINITY }, { event }) => {
        const seenAt = time(event.stock_changed_at);
        const sku = skus.get(key);
        return at <= seenAt && seenAt < endedAt && sku !== undefined && stockAt(sku, seenAt) === event.stock;
      },
    };
  },

  daily_report_to_feishu: ({ from, to }) => ({
    events: dailyReports(from, to),
    keyOf: ({ date }) => text(date),
    wasTrue: ({ at }, emitted) => at <= emitted.at,
  }),

  // Nothing goes wrong that the recipe tells of.
  account_alert_to_feishu: () => ({
    events: [],
    keyOf: ({ alert_id }) => text(alert_id),
    wasTrue: () => false,
  }),
};

/** The recipe's default. */
const LOW_STOCK = 5;

/** How long after its end an order can be reviewed. */
const REVIEWS_FOLLOWED_MS = 30 * DAY;

const SHIPPABLE = ['WAIT_SELLER_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS'];

function paidAndReleased({ id, paidAt, stages }: Order): ExpectedEvent[] {
  const released = stages.find(({ status }) => SHIPPABLE.includes(status));
  return released && paidAt !== undefined ? [{ key: text(id), at: released.at, happenedAt: paidAt }] : [];
}

/** The shipping period that AliExpress gives, and the recipe's default notice. */
const SHIP_WITHIN_MS = 3 * DAY;
const SHIP_NOTICE_MS = 24 * HOUR;

function shipDeadlines({ id, stages, shippedAt }: Order): ExpectedEvent[] {
  const waiting = stages.find(({ status }) => status === 'WAIT_SELLER_SEND_GOODS');
  if (!waiting || shippedAt === undefined) return [];
  // AliExpress says how much time is left in whole minutes.
  const shipBy = Math.floor((waiting.at + SHIP_WITHIN_MS) / MINUTE) * MINUTE;
  const at = shipBy - SHIP_NOTICE_MS;
  return shippedAt > at ? [{ key: text(id), at, endedAt: shippedAt }] : [];
}

const RESPONSE_NOTICE_MS = 48 * HOUR;

function responseDeadlines({ id, answerDueAt, answeredAt, closedAt }: Dispute): ExpectedEvent[] {
  const at = answerDueAt - RESPONSE_NOTICE_MS;
  const endedAt = Math.min(answerDueAt, closedAt, answeredAt ?? Number.POSITIVE_INFINITY);
  return endedAt > at ? [{ key: text(id), at, endedAt }] : [];
}

const REMOVED_STATUSES = ['service_delete', 'editingRequired'];

function removals({ id, stages }: Product): ExpectedEvent[] {
  return stages.flatMap(({ at, status, reason }, n) => {
    const removalReason = reason ?? (REMOVED_STATUSES.includes(status) ? status : undefined);
    const next = stages[n + 1];
    return removalReason
      ? [{ key: `${text(id)}/${removalReason}`, at, ...(next && { endedAt: next.at }) }]
      : [];
  });
}

/** Some answers write only the day of an event, in a zone of its carrier. */
const MAX_SHIFT_MS = 40 * HOUR;
const parcelIn = (key: string): string => key.slice(0, key.lastIndexOf('/'));
const sinceIn = (key: string): number => time(key.slice(key.lastIndexOf('/') + 1));

function stalls(shop: Shop, recipe: RecipeDeclaration, kind: Stall['kind']): Expectation {
  const thresholds = thresholdsOf(recipe);
  const events = shop.parcels.flatMap((parcel) => stallsOfKind(parcel, kind, thresholds));
  const known = Map.groupBy(events, ({ key }) => parcelIn(key));
  return {
    events,
    keyOf: ({ tracking_number, order_id, stalled_since }) => {
      const parcel = `${text(tracking_number)}/${text(order_id)}`;
      const isMeant = ({ key }: ExpectedEvent) => Math.abs(sinceIn(key) - time(stalled_since)) < MAX_SHIFT_MS;
      return known.get(parcel)?.find(isMeant)?.key ?? `${parcel}/${text(stalled_since)}`;
    },
    // The event says when tracking was read.
    wasTrue: ({ at, endedAt = Number.POSITIVE_INFINITY }, { event }) => {
      const checkedAt = time(event.checked_at);
      return at <= checkedAt && checkedAt < endedAt;
    },
  };
}

/** The hours that the recipe sets. @throws Error where it leaves the limit to what is unusual on the route */
function thresholdsOf({ key, inputs }: RecipeDeclaration): Partial<Thresholds> {
  const { stall_rule, min_customs_hours: customs, min_hours_without_update: noUpdate } = inputs;
  if (stall_rule !== 'hours') throw new Error(`${key}: the expected stalls are by own hours`);
  return {
    ...(typeof customs === 'number' && { customsHours: customs }),
    ...(typeof noUpdate === 'number' && { noUpdateHours: noUpdate }),
  };
}

/** One for each order of the parcel. Includes those after the end of the order, which are true but obsolete. */
function stallsOfKind(parcel: Parcel, kind: Stall['kind'], thresholds: Partial<Thresholds>): ExpectedEvent[] {
  const { trackingNumber, shippedAt, orderEndsAt } = parcel;
  // One of the two ways of tracking writes the second of each event, whatever the carrier writes.
  const carrier = { ...parcel.carrier, times: 'milliseconds' as const };
  return stallsOf({ ...parcel, carrier, orderEndsAt: Number.POSITIVE_INFINITY }, thresholds)
    .filter((stall) => stall.kind === kind)
    .flatMap(({ from, dueAt, endedAt }) =>
      ordersIn(parcel).map(({ id }) => ({
        key: `${trackingNumber}/${text(id)}/${isoSecond(from)}`,
        at: dueAt,
        ...(endedAt !== undefined && { endedAt }),
        ...(dueAt >= orderEndsAt && { isObsolete: true as const }),
        followed: {
          orderIds: [text(id)],
          since: shippedAt,
          until: Math.min(endedAt ?? orderEndsAt, orderEndsAt),
        },
      })),
    );
}

/** One a day at 09:00 Beijing time. The minutes by which the pack spreads reports count as delay. */
function dailyReports(from: number, to: number): ExpectedEvent[] {
  const midnight = Math.floor((from + BEIJING_AHEAD_MS) / DAY) * DAY - BEIJING_AHEAD_MS;
  const days = Math.ceil((to - midnight) / DAY) + 1;
  return Array.from({ length: days }, (_, n) => {
    const at = midnight + n * DAY + 9 * HOUR;
    return { key: new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 10), at };
  });
}

/** An event that is true for less than an hour may fall between two checks. */
const MIN_DURATION_MS = HOUR;

/** Whether a workflow that is turned on at `from` must deliver this event, if it began before `to`. */
export const isDue = (
  { at, endedAt = Number.POSITIVE_INFINITY, happenedAt = at, isObsolete }: ExpectedEvent,
  { from, to }: Span,
): boolean => !isObsolete && at >= from && happenedAt >= from && at < to && endedAt - at >= MIN_DURATION_MS;
