import { TO_SHIP } from '../lib/aliexpress/order-status.ts';
import { ordersToShip } from '../lib/feeds/orders.ts';
import { and, field, hoursUntil, input, literal, lte, oneOf } from '../lib/pack/expression.ts';
import { integer } from '../lib/pack/input.ts';
import { hoursBefore, latest, timeOf } from '../lib/pack/instant.ts';
import { HOURS, offered } from '../lib/pack/offered.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'ship_deadline',
  noun: 'Shipping Deadline',
  label: { en: 'Shipping Deadline Approaching', zh: '发货即将超时' },
  makeLabel: 'Watch Shipping Deadlines',
  description: {
    en: 'Triggers when an unshipped order is close to its shipping deadline or past it.',
    zh: '未发货订单临近或超过最晚发货时间时触发。',
  },
  feed: ordersToShip,
  inputs: {
    hours_before: integer({
      label: { en: 'Hours Before Deadline', zh: '提前小时数' },
      help: {
        en: 'The deadline is this many hours away, or fewer, or has passed.',
        zh: '剩余时间不超过该小时数，或已超时，即触发。',
      },
      default: 24,
      min: 1,
      max: 720,
      options: offered(HOURS, 6, 12, 24, 48, 72),
    }),
  },
  where: and(oneOf(field('status'), literal(TO_SHIP)), lte(hoursUntil('ship_by'), input('hours_before'))),
  id: '{order_id}/ship_by/{ship_by|hour}',
  occurredAt: field('placed_at'),
  matchedAt: latest(hoursBefore('ship_by', 'hours_before'), timeOf('paid_at')),
  dueAt: field('ship_by'),
  message: {
    severity: 'urgent',
    title: [
      {
        when: lte(hoursUntil('ship_by'), literal(0)),
        en: 'Overdue since {ship_by|time}: {amount|money} · {items_short}',
        zh: '已超时（{ship_by|time}）：{amount|money} · {items_short}',
      },
      {
        en: 'Ship by {ship_by|time}: {amount|money} · {items_short}',
        zh: '{ship_by|time} 前发货：{amount|money} · {items_short}',
      },
    ],
    text: {
      en: '**Ship by** {ship_by|time}\n**Amount** {amount|money}\n**Products** {items_text}\n**Quantity** {total_quantity}\n**Paid** {paid_at|time}\n**Order** {order_id}',
      zh: '**最晚发货** {ship_by|time}\n**金额** {amount|money}\n**商品** {items_text}\n**件数** {total_quantity}\n**付款** {paid_at|time}\n**订单号** {order_id}',
    },
  },
});
