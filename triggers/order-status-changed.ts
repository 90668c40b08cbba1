import { orders } from '../lib/feeds/orders.ts';
import { field, ifGiven, input, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'order_status_changed',
  noun: 'Order Status',
  label: { en: 'Updated Order Status', zh: '订单状态变更' },
  description: {
    en: 'Triggers when an order reaches one of the statuses you choose.',
    zh: '订单进入所选状态时触发。',
  },
  feed: orders,
  inputs: {
    statuses: choices({
      label: { en: 'Statuses', zh: '订单状态' },
      help: {
        en: 'Leave empty for all. A status that lasts only minutes may be missed.',
        zh: '留空则全部。持续仅几分钟的状态可能检测不到。',
      },
      choices: {
        PLACE_ORDER_SUCCESS: { en: 'Awaiting payment', zh: '等待买家付款' },
        RISK_CONTROL: { en: 'Payment review (up to 24 h)', zh: '资金审核中（24 小时内）' },
        WAIT_SELLER_SEND_GOODS: { en: 'Awaiting shipment', zh: '等待发货' },
        SELLER_PART_SEND_GOODS: { en: 'Partially shipped', zh: '部分发货' },
        WAIT_BUYER_ACCEPT_GOODS: { en: 'Shipped', zh: '等待买家收货' },
        FUND_PROCESSING: { en: 'Received, payout processing', zh: '资金处理中' },
        IN_CANCEL: { en: 'Cancellation requested', zh: '取消申请中' },
        IN_ISSUE: { en: 'In dispute', zh: '纠纷中' },
        IN_FROZEN: { en: 'Frozen', zh: '冻结中' },
        FINISH: { en: 'Completed or closed', zh: '已结束' },
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
