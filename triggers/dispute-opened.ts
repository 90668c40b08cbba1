import { disputes } from '../lib/feeds/disputes.ts';
import { field } from '../lib/pack/expression.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'dispute_opened',
  noun: 'Dispute',
  label: { en: 'New Dispute', zh: '新纠纷' },
  makeLabel: 'Watch Disputes',
  description: { en: 'Triggers when a buyer opens a dispute.', zh: '买家发起纠纷时触发。' },
  feed: disputes,
  inputs: {},
  id: field('dispute_id'),
  occurredAt: field('opened_at'),
  matchedAt: timeOf('opened_at'),
  message: {
    severity: 'urgent',
    title: { en: 'New dispute: {reason|cut:40}', zh: '新纠纷：{reason_zh|cut:36}' },
    text: {
      en: '**Reason** {reason}\n**Opened** {opened_at|time}?\n**Dispute** {dispute_id}\n**Order** {order_id}',
      zh: '**原因** {reason_zh}\n**发起** {opened_at|time}?\n**纠纷编号** {dispute_id}\n**订单号** {order_id}',
    },
  },
});
