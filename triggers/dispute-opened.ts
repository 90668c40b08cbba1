import { disputes } from '../lib/feeds/disputes.ts';
import { field } from '../lib/pack/expression.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'dispute_opened',
  noun: 'Dispute',
  label: { en: 'New Dispute', zh: '新纠纷' },
  description: { en: 'Triggers when a buyer opens a dispute.', zh: '买家发起纠纷时触发。' },
  feed: disputes,
  inputs: {},
  id: field('dispute_id'),
  occurredAt: field('opened_at'),
  message: {
    severity: 'urgent',
    title: { en: 'Dispute on order {order_id}', zh: '订单 {order_id} 有新纠纷' },
    text: {
      en: '**Reason** {reason}\n**Order** {order_id}\n**Opened** {opened_at|time}',
      zh: '**原因** {reason_zh}\n**订单** {order_id}\n**发起时间** {opened_at|time}',
    },
  },
});
