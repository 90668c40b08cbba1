import { orders } from '../lib/feeds/orders.ts';
import { field, ifGiven, input, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'order_status_changed',
  noun: 'Order Status',
  label: 'Order Status Changed',
  description: 'Triggers when an order enters one of the statuses you choose.',
  feed: orders,
  inputs: {
    statuses: choices({
      label: 'Statuses',
      help: 'Leave empty for all. A status that lasts only minutes may be over before anybody looks, and is then left out.',
      choices: {
        PLACE_ORDER_SUCCESS: 'Awaiting payment',
        RISK_CONTROL: 'Paid, held for up to 24 hours',
        WAIT_SELLER_SEND_GOODS: 'Paid, to be shipped',
        SELLER_PART_SEND_GOODS: 'Shipped in part',
        WAIT_BUYER_ACCEPT_GOODS: 'Shipped',
        FUND_PROCESSING: 'Received, funds in progress',
        IN_CANCEL: 'Cancellation requested',
        IN_ISSUE: 'In dispute',
        IN_FROZEN: 'Frozen',
        FINISH: 'Finished or closed',
      },
    }),
  },
  where: ifGiven('statuses', oneOf(field('status'), input('statuses'))),
  id: '{order_id}/{status}',
  occurredAt: field('updated_at'),
  message: {
    severity: 'info',
    title: { en: 'Order {order_id}: {status_name}', zh: '订单 {order_id}：{status_name_zh}' },
    text: {
      en: '**Amount** {amount} {currency}\n**Products** {items_text}\n**Since** {updated_at|time} (Beijing)',
      zh: '**金额** {amount} {currency}\n**商品** {items_text}\n**变更时间** {updated_at|time}（北京时间）',
    },
  },
});
