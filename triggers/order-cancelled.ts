import { orders } from '../lib/feeds/orders.ts';
import { and, eq, exists, field, ifGiven, input, literal, not, oneOf, or } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

/** Groups of reasons. An order that ends unpaid is closed, whatever reason it gives. */
const CANCELLED = {
  not_paid: 'Not paid',
  cancelled_by_buyer: 'Paid, then cancelled by the buyer',
  not_shipped: 'Not shipped in time',
  risk: 'Closed by AliExpress as a risk',
  closed: 'Closed, no reason given',
};

export default trigger({
  key: 'order_cancelled',
  noun: 'Cancelled Order',
  label: 'Order Cancelled',
  description: 'Triggers when an order is cancelled, or closed because it was not paid.',
  feed: orders,
  inputs: {
    reasons: choices({ label: 'Reasons', help: 'Leave empty for all.', choices: CANCELLED }),
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
