import { PAID } from '../lib/aliexpress/order-status.ts';
import { orderFilters } from '../lib/feeds/order-filters.ts';
import { orderChanges } from '../lib/feeds/orders.ts';
import { and, field, literal, oneOf } from '../lib/pack/expression.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'order_paid',
  noun: 'Paid Order',
  label: { en: 'New Paid Order', zh: '订单已付款' },
  makeLabel: 'Watch Paid Orders',
  description: {
    en: 'Triggers when an order is paid and has passed the payment review.',
    zh: '订单已付款并通过资金审核时触发。',
  },
  feed: orderChanges,
  inputs: orderFilters.inputs,
  where: and(oneOf(field('status'), literal(PAID)), orderFilters.where),
  id: field('order_id'),
  occurredAt: field('paid_at'),
  matchedAt: timeOf('paid_at'),
  dueAt: field('ship_by'),
  message: {
    severity: 'info',
    title: { en: 'Paid {amount|money} · {items_short}', zh: '已付款 {amount|money} · {items_short}' },
    text: {
      en: '**Amount** {amount|money}\n**Products** {items_text}\n**Quantity** {total_quantity}\n**Paid** {paid_at|time}?\n**Ship by** {ship_by|time}?\n**Order** {order_id}',
      zh: '**金额** {amount|money}\n**商品** {items_text}\n**件数** {total_quantity}\n**付款** {paid_at|time}?\n**最晚发货** {ship_by|time}?\n**订单号** {order_id}',
    },
  },
});
