/**
 * AliExpress's order statuses: their words, which of them the order list can be filtered by, and what they mean to a
 * seller. Code outside lib/aliexpress names these sets and never a status itself. An unknown status is shown as its code.
 * See docs/aliexpress.md#order-statuses and docs/aliexpress.md#payment-holds.
 */

import { and, exists, field, literal, not, oneOf, or } from '../pack/expression.ts';
import { choiceLabels, inLanguage, type Words } from './bilingual.ts';
import {
  CANCELLATION_CATEGORIES,
  COMPLETION_CATEGORIES,
  SHIPPED_END_CATEGORIES,
} from './order-end-reasons.ts';

/** Statuses that the order list takes as a filter. */
const queryable = {
  PLACE_ORDER_SUCCESS: { en: 'awaiting payment', zh: '等待买家付款' },
  WAIT_SELLER_EXAMINE_MONEY: { en: 'payment under review', zh: '付款金额待确认' },
  RISK_CONTROL: { en: 'payment review (up to 24 h)', zh: '资金审核中（24 小时内）' },
  WAIT_SELLER_SEND_GOODS: { en: 'awaiting shipment', zh: '等待发货' },
  SELLER_PART_SEND_GOODS: { en: 'partially shipped', zh: '部分发货' },
  WAIT_BUYER_ACCEPT_GOODS: { en: 'shipped', zh: '等待买家收货' },
  FUND_PROCESSING: { en: 'received, payout processing', zh: '资金处理中' },
  IN_CANCEL: { en: 'cancellation requested', zh: '取消申请中' },
  IN_ISSUE: { en: 'in dispute', zh: '纠纷中' },
  IN_FROZEN: { en: 'frozen', zh: '冻结中' },
  FINISH: { en: 'completed or closed', zh: '已结束' },
} satisfies Record<string, Words>;

/** Statuses that only occur in answers. */
const onlyInAnswers = {
  PAYMENT_PROCESSING: { en: 'payment processing', zh: '付款处理中' },
  RISK_CONTROL_HOLD: { en: 'payment review on hold', zh: '资金审核暂缓' },
  WAIT_GROUP: { en: 'waiting for group purchase', zh: '等待成团' },
  WAIT_COMPLETE_ADDRESS: { en: 'waiting for address', zh: '等待补全地址' },
} satisfies Record<string, Words>;

/** Named by one client only, so no workflow is offered it. */
const unconfirmed = { ARCHIVE: { en: 'archived', zh: '已归档' } } satisfies Record<string, Words>;

const documented = { ...queryable, ...onlyInAnswers };

/** The statuses that the order list takes as a filter. */
export const QUERYABLE_STATUSES: readonly string[] = Object.keys(queryable);

export const statusNames = inLanguage({ ...documented, ...unconfirmed }, 'en');
export const statusNamesZh = inLanguage({ ...documented, ...unconfirmed }, 'zh');

/** Status → label, for an input that filters what is known. */
export const statusChoices = choiceLabels(documented);
/** Status → label, for an input that filters what AliExpress returns. */
export const queryableStatusChoices = choiceLabels(queryable);

const statuses = (...codes: (keyof typeof documented)[]): readonly string[] => codes;

/** As the buyer has placed it. */
export const PLACED = statuses('PLACE_ORDER_SUCCESS');
export const AWAITING_PAYMENT = statuses('PLACE_ORDER_SUCCESS', 'PAYMENT_PROCESSING');
/** Paid and released to the seller, and not shipped completely. */
export const TO_SHIP = statuses('WAIT_SELLER_SEND_GOODS', 'SELLER_PART_SEND_GOODS');
/** Shipped in part. */
export const PART_SHIPPED = statuses('SELLER_PART_SEND_GOODS');
/** Shipped completely, and on its way. */
export const SHIPPED = statuses('WAIT_BUYER_ACCEPT_GOODS');
/** At least one parcel is on its way. */
export const WITH_PARCELS = statuses('SELLER_PART_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS');
/** The buyer has the goods; the payout is in progress. */
export const RECEIVED = statuses('FUND_PROCESSING');
/** Paid and released to the seller, and not ended. */
export const PAID = [...TO_SHIP, ...SHIPPED, ...RECEIVED];
/** Paid, and not released to the seller yet. */
export const ON_HOLD = statuses(
  'WAIT_SELLER_EXAMINE_MONEY',
  'RISK_CONTROL',
  'RISK_CONTROL_HOLD',
  'WAIT_GROUP',
  'WAIT_COMPLETE_ADDRESS',
);
/** Statuses that an order may leave and enter again. */
export const RE_ENTERED = statuses('IN_CANCEL', 'IN_ISSUE', 'IN_FROZEN');
/** The order goes on once it leaves one of these. The order list takes them as a filter. */
export const INTERRUPTED = statuses('WAIT_SELLER_EXAMINE_MONEY', 'RISK_CONTROL', 'IN_CANCEL', 'IN_FROZEN');
export const IN_DISPUTE = statuses('IN_ISSUE');
/** What an order says of its dispute once that is closed. */
export const DISPUTE_ENDED: readonly string[] = ['END_ISSUE'];
/** Completed, cancelled or closed; the end reason says which. */
export const ENDED = statuses('FINISH');

/** The order's status of shipping where a part of its goods is not shipped. */
const PARTLY = ['SELLER_SEND_PART_GOODS'];

/**
 * Every parcel was sent. An order that went on since then counts only with the time of shipping, because it may have been
 * shipped long before it was first seen.
 */
export const SENT = or(
  oneOf(field('status'), literal(SHIPPED)),
  and(
    exists(field('shipped_at')),
    oneOf(field('status'), literal([...RECEIVED, ...RE_ENTERED, ...ENDED])),
    not(oneOf(field('shipping_status'), literal(PARTLY))),
  ),
);

const endedBy = (categories: readonly string[]) => oneOf(field('end_reason_category'), literal(categories));

/**
 * Cancelled, or closed without payment: an order that ends unpaid is cancelled for any end reason but those of an order
 * that was shipped, of which AliExpress may have left out the time of payment.
 */
export const CANCELLED = and(
  oneOf(field('status'), literal(ENDED)),
  or(
    endedBy(CANCELLATION_CATEGORIES),
    and(not(exists(field('paid_at'))), not(endedBy(SHIPPED_END_CATEGORIES))),
  ),
);

/** The buyer has the goods, and the order is over. */
export const COMPLETED = and(oneOf(field('status'), literal(ENDED)), endedBy(COMPLETION_CATEGORIES));
