import { orderFilters } from '../lib/feeds/order-filters.ts';
import { orders } from '../lib/feeds/orders.ts';
import { field } from '../lib/pack/expression.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'new_order',
  noun: 'Order',
  label: { en: 'New Order', zh: '新订单' },
  makeLabel: 'Watch Orders',
  description: { en: 'Triggers when a buyer places an order.', zh: '买家下单时触发。' },
  feed: orders,
  ...orderFilters,
  id: field('order_id'),
  occurredAt: field('placed_at'),
  matchedAt: timeOf('placed_at'),
  message: {
    severity: 'info',
    title: { en: 'New order {amount|money} · {items_short}', zh: '新订单 {amount|money} · {items_short}' },
    text: {
      en: '**Amount** {amount|money}\n**Products** {items_text}\n**Quantity** {total_quantity}\n**Status** {status_name}\n**Placed** {placed_at|time}\n**Order** {order_id}',
      zh: '**金额** {amount|money}\n**商品** {items_text}\n**件数** {total_quantity}\n**状态** {status_name_zh}\n**下单** {placed_at|time}\n**订单号** {order_id}',
    },
  },
});
