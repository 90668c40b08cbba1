/**
 * What there was to notice in a sandbox shop, recipe by recipe, told from the shop's history and not from what the pack
 * saw of it; and what would have been false to say.
 */

import type { Dispute } from './disputes.ts';
import { type Parcel, type Stall, stallsOf } from './parcels.ts';
import { lowStockSpells, type Product, stockAt } from './products.ts';
import type { Order, Shop } from './shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEIJING_AHEAD_MS = 8 * HOUR;

/** Something that a seller should be told. */
export interface Moment {
  /** What it is about: an order's number, say. The recipe's events carry it too. */
  key: string;
  /** From when on it was so, epoch milliseconds. */
  at: number;
  /** When it was no longer so; left out where it is so for ever. */
  endedAt?: number;
  /** Where that is not `at`: when what it is about happened. What happened before a workflow was on, it leaves out. */
  happenedAt?: number;
  /** True, but nobody needs to be told any more. */
  isOver?: true;
}

/** An event of the pack, when it was handed out. */
export interface Told {
  event: Record<string, unknown>;
  /** Epoch milliseconds. */
  at: number;
  /** When AliExpress was last asked by a method before, epoch milliseconds. */
  askedAt(method: string): number;
}

export interface Truth {
  /** Of the whole history, also before and after what is reported. */
  moments: readonly Moment[];
  keyOf(event: Record<string, unknown>): string;
  /**
   * Whether it was so when AliExpress was last asked, given a moment of the same key. That something has ended since is
   * not the pack's fault: it could not know.
   */
  held(moment: Moment, told: Told): boolean;
}

export interface TruthOptions {
  shop: Shop;
  /** Start of the run, epoch milliseconds. */
  from: number;
  to: number;
  /** Numbers of the products whose stock is watched. */
  products: readonly string[];
}

const ORDER_LIST = 'aliexpress.trade.seller.orderlist.get';
const DISPUTE_LIST = 'aliexpress.issue.issuelist.get';
const PRODUCT_LIST = 'aliexpress.postproduct.redefining.findproductinfolistquery';

const text = (value: unknown): string => String(value ?? '');
const time = (value: unknown): number => Date.parse(text(value));
const isoSecond = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** It had begun, and as far as this method showed it was not over. */
const stillHeld =
  (method: string) =>
  ({ at, endedAt = Number.POSITIVE_INFINITY }: Moment, told: Told): boolean =>
    at <= told.at && told.askedAt(method) < endedAt;

/** By the recipe's key. */
export const truths: Readonly<Record<string, (options: TruthOptions) => Truth>> = {
  new_order_to_feishu: ({ shop }) => ({
    moments: shop.orders.map(({ id, placedAt }) => ({ key: text(id), at: placedAt })),
    keyOf: ({ order_id }) => text(order_id),
    held: stillHeld(ORDER_LIST),
  }),

  paid_order_to_sheet: ({ shop }) => ({
    moments: shop.orders.flatMap(releasedForShipping),
    keyOf: ({ order_id }) => text(order_id),
    held: stillHeld(ORDER_LIST),
  }),

  ship_deadline_to_feishu: ({ shop }) => ({
    moments: shop.orders.flatMap(nearShipDeadline),
    keyOf: ({ order_id }) => text(order_id),
    held: stillHeld(ORDER_LIST),
  }),

  cancelled_order_to_sheet: ({ shop }) => ({
    moments: shop.orders.flatMap(({ id, stages }) =>
      stages
        .filter(({ status, endReason }) => status === 'FINISH' && endReason !== 'buyer_confirm_goods')
        .map(({ at }) => ({ key: text(id), at })),
    ),
    keyOf: ({ order_id }) => text(order_id),
    held: stillHeld(ORDER_LIST),
  }),

  bad_review_to_ticket: ({ shop }) => ({
    moments: [...shop.reviews.values()]
      .flat()
      .filter(({ stars }) => stars <= 3)
      .map(({ line, visibleAt }) => ({ key: text(line.childId), at: visibleAt })),
    keyOf: ({ line_id }) => text(line_id),
    held: ({ at }, told) => at <= told.at,
  }),

  customs_stall_to_feishu: ({ shop }) => stalls(shop, 'customs'),
  silent_parcel_to_ticket: ({ shop }) => stalls(shop, 'silent'),

  dispute_to_ticket_and_feishu: ({ shop }) => ({
    moments: [...shop.disputes.values()].map(({ id, openedAt, closedAt }) => ({
      key: text(id),
      at: openedAt,
      endedAt: closedAt,
    })),
    keyOf: ({ dispute_id }) => text(dispute_id),
    held: stillHeld(DISPUTE_LIST),
  }),

  dispute_deadline_to_feishu: ({ shop }) => ({
    moments: [...shop.disputes.values()].flatMap(nearAnswerDeadline),
    keyOf: ({ dispute_id }) => text(dispute_id),
    held: stillHeld(DISPUTE_LIST),
  }),

  product_taken_down_to_feishu: ({ shop }) => ({
    moments: shop.products.flatMap(takenDown),
    keyOf: ({ product_id, cause }) => `${text(product_id)}/${text(cause)}`,
    held: stillHeld(PRODUCT_LIST),
  }),

  low_stock_to_purchasing: ({ shop, products }) => {
    const watched = shop.products.filter(({ id }) => products.includes(text(id)));
    const skus = new Map(
      watched.flatMap(({ id, skus }) => skus.map((sku) => [`${text(id)}/${sku.path}`, sku])),
    );
    return {
      moments: [...skus].flatMap(([key, sku]) =>
        lowStockSpells(sku, LOW_STOCK).map(({ from, endedAt }) => ({
          key,
          at: from,
          ...(endedAt !== undefined && { endedAt }),
        })),
      ),
      keyOf: ({ sku_key }) => text(sku_key),
      // The event says when its stock was first seen.
      held: ({ key, at, endedAt = Number.POSITIVE_INFINITY }, { event }) => {
        const seenAt = time(event.stock_changed_at);
        const sku = skus.get(key);
        return at <= seenAt && seenAt < endedAt && sku !== undefined && stockAt(sku, seenAt) === event.stock;
      },
    };
  },

  daily_digest_to_feishu: ({ from, to }) => ({
    moments: digestDays(from, to),
    keyOf: ({ date }) => text(date),
    held: ({ at }, told) => at <= told.at,
  }),
};

/** Of the recipe. */
const LOW_STOCK = 5;

const SHIPPABLE = ['WAIT_SELLER_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS'];

function releasedForShipping({ id, paidAt, stages }: Order): Moment[] {
  const released = stages.find(({ status }) => SHIPPABLE.includes(status));
  return released && paidAt !== undefined ? [{ key: text(id), at: released.at, happenedAt: paidAt }] : [];
}

/** What AliExpress gives a seller to ship, and how long before that the recipe speaks up. */
const SHIP_WITHIN_MS = 3 * DAY;
const SHIP_NOTICE_MS = 24 * HOUR;

function nearShipDeadline({ id, stages, shippedAt }: Order): Moment[] {
  const waiting = stages.find(({ status }) => status === 'WAIT_SELLER_SEND_GOODS');
  if (!waiting || shippedAt === undefined) return [];
  const at = waiting.at + SHIP_WITHIN_MS - SHIP_NOTICE_MS;
  return shippedAt > at ? [{ key: text(id), at, endedAt: shippedAt }] : [];
}

const ANSWER_NOTICE_MS = 48 * HOUR;

function nearAnswerDeadline({ id, answerDueAt, answeredAt, closedAt }: Dispute): Moment[] {
  const at = answerDueAt - ANSWER_NOTICE_MS;
  const endedAt = Math.min(answerDueAt, closedAt, answeredAt ?? Number.POSITIVE_INFINITY);
  return endedAt > at ? [{ key: text(id), at, endedAt }] : [];
}

const GONE = ['service_delete', 'editingRequired'];

function takenDown({ id, stages }: Product): Moment[] {
  return stages.flatMap(({ at, status, cause }, n) => {
    const why = cause ?? (GONE.includes(status) ? status : undefined);
    const next = stages[n + 1];
    return why ? [{ key: `${text(id)}/${why}`, at, ...(next && { endedAt: next.at }) }] : [];
  });
}

function stalls(shop: Shop, kind: Stall['kind']): Truth {
  return {
    moments: [...shop.parcels.values()].flatMap((parcel) => stallsOfKind(parcel, kind)),
    keyOf: ({ tracking_number, episode_since }) => `${text(tracking_number)}/${text(episode_since)}`,
    // The event says when the carrier was asked.
    held: ({ at, endedAt = Number.POSITIVE_INFINITY }, { event }) => {
      const checkedAt = time(event.checked_at);
      return at <= checkedAt && checkedAt < endedAt;
    },
  };
}

/** Also those after the end of the order, of which nobody needs to be told. */
function stallsOfKind(parcel: Parcel, kind: Stall['kind']): Moment[] {
  return stallsOf({ ...parcel, orderEndsAt: Number.POSITIVE_INFINITY })
    .filter((stall) => stall.kind === kind)
    .map(({ from, dueAt, endedAt }) => ({
      key: `${parcel.trackingNumber}/${isoSecond(from)}`,
      at: dueAt,
      ...(endedAt !== undefined && { endedAt }),
      ...(dueAt >= parcel.orderEndsAt && { isOver: true as const }),
    }));
}

/** One a day, at nine in Beijing. The minutes by which the pack delays it count as late. */
function digestDays(from: number, to: number): Moment[] {
  const midnight = Math.floor((from + BEIJING_AHEAD_MS) / DAY) * DAY - BEIJING_AHEAD_MS;
  const days = Math.ceil((to - midnight) / DAY) + 1;
  return Array.from({ length: days }, (_, n) => {
    const at = midnight + n * DAY + 9 * HOUR;
    return { key: new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 10), at };
  });
}

/** What is over within an hour, nobody needs to be told: a look at AliExpress may be that far away. */
const WORTH_TELLING_MS = HOUR;

/** Whether a seller who turns the recipe on at `from` should have been told by `to` at the latest. */
export const isDue = (
  { at, endedAt = Number.POSITIVE_INFINITY, happenedAt = at, isOver }: Moment,
  { from, to }: { from: number; to: number },
): boolean => !isOver && at >= from && happenedAt >= from && at < to && endedAt - at >= WORTH_TELLING_MS;
