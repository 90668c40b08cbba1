import { PLACED, SHIPPED, statusChoices, TO_SHIP } from '../lib/aliexpress/order-status.ts';
import { orderChanges } from '../lib/feeds/orders.ts';
import { field, ifGiven, input, literal, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { earliest, timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'order_status_changed',
  noun: 'Order Status',
  label: { en: 'Updated Order Status', zh: '订单状态变更' },
  makeLabel: 'Watch Order Status Changes',
  description: {
    en: 'Triggers when an order reaches one of the statuses you choose.',
    zh: '订单进入所选状态时触发。',
  },
  feed: orderChanges,
  inputs: {
    statuses: choices({
      label: { en: 'Statuses', zh: '订单状态' },
      help: {
        en: 'If empty, all. A status that lasts only minutes may be missed.',
        zh: '留空则全部。持续仅几分钟的状态可能检测不到。',
      },
      choices: statusChoices,
    }),
  },
  where: ifGiven('statuses', oneOf(field('status'), input('statuses'))),
  id: '{order_id}/{status}',
  occurredAt: field('updated_at'),
  matchedAt: earliest(
    { when: oneOf(field('status'), literal(PLACED)), at: timeOf('placed_at') },
    { when: oneOf(field('status'), literal(TO_SHIP)), at: timeOf('paid_at') },
    { when: oneOf(field('status'), literal(SHIPPED)), at: timeOf('shipped_at') },
  ),
  idPerEntry: true,
  message: {
    severity: 'info',
    title: {
      en: '{status_name|cut:24}: {amount|money} · {items_short}',
      zh: '{status_name_zh}：{amount|money} · {items_short}',
    },
    text: {
      en: '**Status** {status_name}\n**Amount** {amount|money}\n**Products** {items_text}\n**Since** {updated_at|time}\n**Order** {order_id}',
      zh: '**状态** {status_name_zh}\n**金额** {amount|money}\n**商品** {items_text}\n**变更** {updated_at|time}\n**订单号** {order_id}',
    },
  },
});
