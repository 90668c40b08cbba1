import { cancellationChoices } from '../lib/aliexpress/order-end-reasons.ts';
import { CANCELLED } from '../lib/aliexpress/order-status.ts';
import { orderChanges } from '../lib/feeds/orders.ts';
import { and, field, ifGiven, input, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { whenSeen } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'order_cancelled',
  noun: 'Cancelled Order',
  label: { en: 'New Cancelled Order', zh: '订单已取消' },
  makeLabel: 'Watch Cancelled Orders',
  description: {
    en: 'Triggers when an order is cancelled or closed without payment.',
    zh: '订单被取消或因未付款关闭时触发。',
  },
  feed: orderChanges,
  inputs: {
    categories: choices({
      label: { en: 'Reasons', zh: '取消原因' },
      help: { en: 'If empty, all.', zh: '留空则全部。' },
      choices: cancellationChoices,
    }),
  },
  where: and(CANCELLED, ifGiven('categories', oneOf(field('end_reason_category'), input('categories')))),
  id: '{order_id}/cancelled',
  occurredAt: field('updated_at'),
  matchedAt: whenSeen,
  message: {
    severity: 'warning',
    title: { en: 'Cancelled {amount|money} · {items_short}', zh: '已取消 {amount|money} · {items_short}' },
    text: {
      en: '**Reason** {end_reason_name}?\n**Amount** {amount|money}\n**Products** {items_text}\n**Cancelled** {updated_at|time}\n**Order** {order_id}',
      zh: '**原因** {end_reason_name_zh}?\n**金额** {amount|money}\n**商品** {items_text}\n**取消** {updated_at|time}\n**订单号** {order_id}',
    },
  },
});
