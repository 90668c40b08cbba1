import { orderFilters } from '../lib/feeds/order-filters.ts';
import { orders } from '../lib/feeds/orders.ts';
import { field } from '../lib/pack/expression.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'new_order',
  noun: 'Order',
  label: { en: 'New Order', zh: '新订单' },
  description: { en: 'Triggers when a buyer places an order.', zh: '买家下单时触发。' },
  feed: orders,
  ...orderFilters,
  id: field('order_id'),
  occurredAt: field('placed_at'),
  message: {
    severity: 'info',
    title: { en: 'New order {order_id}', zh: '新订单 {order_id}' },
    text: {
      en: '**Amount** {amount} {currency}\n**Products** {items_text}\n**Pieces** {item_count}\n**Placed** {placed_at|time}\n**Status** {status_name}',
      zh: '**金额** {amount} {currency}\n**商品** {items_text}\n**件数** {item_count}\n**下单时间** {placed_at|time}\n**状态** {status_name_zh}',
    },
  },
});
