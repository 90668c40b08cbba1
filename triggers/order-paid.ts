import { PAID } from '../lib/aliexpress/order-status.ts';
import { orderFilters } from '../lib/feeds/order-filters.ts';
import { orders } from '../lib/feeds/orders.ts';
import { and, exists, field, literal, oneOf } from '../lib/pack/expression.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'order_paid',
  noun: 'Paid Order',
  label: { en: 'New Paid Order', zh: '订单已付款' },
  description: {
    en: 'Triggers when an order is paid and has passed the payment review.',
    zh: '订单已付款并通过资金审核时触发。',
  },
  feed: orders,
  inputs: orderFilters.inputs,
  where: and(exists(field('paid_at')), oneOf(field('status'), literal(PAID)), orderFilters.where),
  id: field('order_id'),
  occurredAt: field('paid_at'),
  dueAt: field('status_due_at'),
  message: {
    severity: 'info',
    title: { en: 'Order {order_id} is paid', zh: '订单 {order_id} 已付款，待发货' },
    text: {
      en: '**Amount** {amount} {currency}\n**Products** {items_text}\n**Pieces** {item_count}\n**Paid** {paid_at|time}\n**Ship by** {status_due_at|time}',
      zh: '**金额** {amount} {currency}\n**商品** {items_text}\n**件数** {item_count}\n**付款时间** {paid_at|time}\n**最晚发货** {status_due_at|time}',
    },
  },
});
