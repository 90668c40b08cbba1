import { TO_SHIP } from '../lib/aliexpress/order-status.ts';
import { ordersToShip } from '../lib/feeds/orders.ts';
import { and, field, hoursUntil, input, literal, lte, oneOf } from '../lib/pack/expression.ts';
import { integer } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'ship_deadline',
  noun: 'Ship Deadline',
  label: { en: 'Shipping Deadline Approaching', zh: '发货即将超时' },
  description: {
    en: 'Triggers when an unshipped order is close to its shipping deadline or past it.',
    zh: '未发货订单临近或超过最晚发货时间时触发。',
  },
  feed: ordersToShip,
  inputs: {
    hours_left: integer({
      label: { en: 'Hours Before Deadline', zh: '提前小时数' },
      help: {
        en: 'Triggers when this many hours or fewer are left, or the deadline has passed.',
        zh: '剩余时间不超过该小时数，或已超时，即触发。',
      },
      default: 24,
      min: 1,
      max: 720,
    }),
  },
  where: and(oneOf(field('status'), literal(TO_SHIP)), lte(hoursUntil('status_due_at'), input('hours_left'))),
  id: '{order_id}/ship_deadline',
  occurredAt: field('placed_at'),
  repeatsUntilResolved: true,
  dueAt: field('status_due_at'),
  message: {
    severity: 'urgent',
    title: {
      en: 'Ship order {order_id} by {status_due_at|time}',
      zh: '订单 {order_id} 请在 {status_due_at|time} 前发货',
    },
    text: {
      en: '**Ship by** {status_due_at|time}\n**Amount** {amount} {currency}\n**Products** {items_text}\n**Pieces** {item_count}\n**Paid** {paid_at|time}',
      zh: '**最晚发货** {status_due_at|time}\n**金额** {amount} {currency}\n**商品** {items_text}\n**件数** {item_count}\n**付款时间** {paid_at|time}',
    },
  },
});
