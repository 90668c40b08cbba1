/** A line item of an order, with what it takes from the order. See docs/aliexpress.md#order-list. */

import Big from 'big.js';
import { record, type ValuesOf } from '../../pack/record.ts';
import { ORDER_PAGE, order } from './order.ts';

const { line_items, ...fields } = order.fields;
const { line_id, product_id, product_name, sku_code, quantity, unit_price } = line_items.items;

export const orderLine = record({
  key: 'order_line',
  id: 'line_id',
  link: ORDER_PAGE,
  fields: {
    line_id,
    order_id: fields.order_id,
    moment: { label: { en: 'Moment', zh: '触发时机' }, from: 'moment', as: 'text' },
    line_index: { label: { en: 'Line', zh: '第几行' }, from: 'line_index', as: 'integer' },
    line_count: { label: { en: 'Number of Lines', zh: '行数' }, from: 'line_count', as: 'integer' },
    product_id,
    product_name,
    sku_code,
    quantity,
    unit_price,
    line_amount: {
      label: { en: 'Line Amount', zh: '行金额' },
      help: { en: 'Quantity times unit price.', zh: '数量 × 单价。' },
      from: 'line_amount',
      as: 'amount',
    },
    order_amount: fields.amount,
    currency: fields.currency,
    order_currency: {
      label: { en: 'Currency of Order Amount', zh: '订单金额币种' },
      from: 'order_currency',
      as: 'text',
    },
    status: fields.status,
    status_name: fields.status_name,
    status_name_zh: fields.status_name_zh,
    placed_at: fields.placed_at,
    paid_at: fields.paid_at,
    ship_by: fields.ship_by,
  },
});

/** The lines of an order, each with the values of the record above but the moment, which the user chooses. */
export function orderLinesOf({ line_items: lines, amount, ...values }: ValuesOf<typeof order.fields>) {
  return lines.map((line, n) => ({
    ...values,
    ...line,
    // Every line has an event of its own, also one without a number.
    line_id: line.line_id ?? String(n + 1),
    line_index: n + 1,
    line_count: lines.length,
    line_amount: times(line.unit_price, line.quantity),
    order_amount: amount,
    currency: line.currency ?? values.currency,
    order_currency: values.currency,
  }));
}

/** Exact; null where one of the two is not known. */
const times = (price: number | null, quantity: number | null): number | null =>
  price === null || quantity === null ? null : new Big(price).times(quantity).toNumber();
