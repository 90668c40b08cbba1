import { orders } from '../lib/feeds/orders.ts';
import { and, eq, exists, field, ifGiven, input, literal, not, oneOf, or } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

/** Groups of reasons. An order that ends unpaid is closed, whatever reason it gives. */
const CANCELLED = {
  not_paid: { en: 'Not paid', zh: '未付款' },
  cancelled_by_buyer: { en: 'Cancelled by the buyer', zh: '买家取消' },
  not_shipped: { en: 'Not shipped in time', zh: '发货超时' },
  risk: { en: 'Closed by risk control', zh: '风控关闭' },
  closed: { en: 'Closed, no reason given', zh: '交易关闭（无原因）' },
};

export default trigger({
  key: 'order_cancelled',
  noun: 'Cancelled Order',
  label: { en: 'New Cancelled Order', zh: '订单已取消' },
  description: {
    en: 'Triggers when an order is cancelled or closed without payment.',
    zh: '订单被取消或因未付款关闭时触发。',
  },
  feed: orders,
  inputs: {
    reasons: choices({
      label: { en: 'Reasons', zh: '取消原因' },
      help: { en: 'Leave empty for all.', zh: '留空则全部。' },
      choices: CANCELLED,
    }),
  },
  where: and(
    eq(field('status'), literal('FINISH')),
    or(oneOf(field('end_reason_group'), literal(Object.keys(CANCELLED))), not(exists(field('paid_at')))),
    ifGiven('reasons', oneOf(field('end_reason_group'), input('reasons'))),
  ),
  id: '{order_id}/cancelled',
  occurredAt: field('updated_at'),
  message: {
    severity: 'warning',
    title: { en: 'Order {order_id} was cancelled', zh: '订单 {order_id} 已取消' },
    text: {
      en: '**Reason** {end_reason_name}\n**Amount** {amount} {currency}\n**Products** {items_text}\n**Cancelled** {updated_at|time} (Beijing)',
      zh: '**原因** {end_reason_name_zh}\n**金额** {amount} {currency}\n**商品** {items_text}\n**取消时间** {updated_at|time}（北京时间）',
    },
  },
});
