import { PART_SHIPPED, SENT } from '../lib/aliexpress/order-status.ts';
import { orderFilters } from '../lib/feeds/order-filters.ts';
import { orderChanges } from '../lib/feeds/orders.ts';
import { and, eq, field, input, literal, oneOf, or } from '../lib/pack/expression.ts';
import { YES, yesNo } from '../lib/pack/input.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'order_shipped',
  noun: 'Shipped Order',
  label: { en: 'New Shipped Order', zh: '订单已发货' },
  makeLabel: 'Watch Shipped Orders',
  description: { en: 'Triggers when an order is marked as shipped.', zh: '订单标记为已发货时触发。' },
  feed: orderChanges,
  inputs: {
    include_partial: yesNo({
      label: { en: 'Include Partial Shipments', zh: '包含部分发货' },
      help: {
        en: 'Also triggers when only some line items are shipped, once per order.',
        zh: '部分发货也触发，每个订单只触发一次。',
      },
    }),
    ...orderFilters.inputs,
  },
  where: and(
    or(SENT, and(eq(input('include_partial'), literal(YES)), oneOf(field('status'), literal(PART_SHIPPED)))),
    orderFilters.where,
  ),
  id: '{order_id}/shipped',
  occurredAt: field('shipped_at'),
  matchedAt: timeOf('shipped_at'),
  message: {
    severity: 'info',
    title: { en: 'Shipped {amount|money} · {items_short}', zh: '已发货 {amount|money} · {items_short}' },
    text: {
      en: '**Products** {items_text}\n**Quantity** {total_quantity}\n**Shipped** {shipped_at|time}?\n**Order** {order_id}',
      zh: '**商品** {items_text}\n**件数** {total_quantity}\n**发货** {shipped_at|time}?\n**订单号** {order_id}',
    },
  },
});
