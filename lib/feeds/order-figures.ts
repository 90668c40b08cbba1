/** The figures of the orders of a period, computed from what the orders feed knows. */

import { AWAITING_PAYMENT, CANCELLED, TO_SHIP } from '../aliexpress/order-status.ts';
import { holds } from '../pack/evaluate.ts';
import { type CurrencySum, sumsByCurrency, sumsText } from './decimal.ts';
import type { Line } from './message-lines.ts';
import type { OrderValues } from './orders.ts';
import type { Period } from './periods.ts';

/** Null where not enough orders are known. */
export interface OrderFigures {
  /** Orders placed in the period. */
  orders: number;
  /** What was paid for them, without cancelled orders. */
  paid: CurrencySum[];
  /** Orders cancelled in the period, or closed without payment. */
  cancelled: number | null;
  /** Orders that wait for payment now, whenever they were placed. */
  awaitingPayment: number | null;
  /** Orders that wait to be shipped now, whenever they were placed. */
  toShip: number | null;
  /** Of those, the orders that are past their deadline. */
  overdue: number | null;
}

/** @param now epoch milliseconds */
export function orderFigures(known: readonly OrderValues[], { from, to }: Period, now: number): OrderFigures {
  const isWithin = (iso: string | null) => {
    const at = Date.parse(iso ?? '');
    return at >= from && at < to;
  };
  const isCancelled = (fields: OrderValues) => holds(CANCELLED, { fields, inputs: {}, now });
  const placed = known.filter(({ placed_at }) => isWithin(placed_at));
  const toShip = known.filter(({ status }) => TO_SHIP.includes(status));
  return {
    orders: placed.length,
    paid: sumsByCurrency(placed.filter((each) => each.paid_at !== null && !isCancelled(each))),
    cancelled: known.filter((each) => isCancelled(each) && isWithin(each.updated_at)).length,
    awaitingPayment: known.filter(({ status }) => AWAITING_PAYMENT.includes(status)).length,
    toShip: toShip.length,
    overdue: toShip.filter(({ status_due_at }) => Date.parse(status_due_at ?? '') < now).length,
  };
}

/** The paid amounts as outputs have them. */
export const paidOutputs = ({ paid }: OrderFigures) => ({
  paid_amount: paid[0]?.amount ?? 0,
  paid_currency: paid[0]?.currency ?? null,
  paid_text: sumsText(paid),
  paid_by_currency: paid.map(({ count, ...sum }) => ({ ...sum, order_count: count })),
});

/** The lines of a message about orders; null if the figures are not known. */
export const orderLines = (figures: OrderFigures | null): Line[] => [
  [{ en: 'Orders', zh: '订单数' }, figures?.orders ?? null],
  [{ en: 'Paid', zh: '已付金额' }, figures && sumsText(figures.paid)],
  [{ en: 'Cancelled', zh: '已取消' }, figures?.cancelled ?? null],
  [{ en: 'Awaiting payment', zh: '待付款' }, figures?.awaitingPayment ?? null],
  [{ en: 'To ship', zh: '待发货' }, figures?.toShip ?? null],
  [{ en: 'Overdue', zh: '已超时未发货' }, figures?.overdue ?? null],
];
