import { closedDisputes } from '../lib/feeds/disputes.ts';
import { eq, exists, field, input, literal, not, or } from '../lib/pack/expression.ts';
import { YES, yesNo } from '../lib/pack/input.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'dispute_closed',
  noun: 'Closed Dispute',
  label: { en: 'New Closed Dispute', zh: '纠纷已结束' },
  makeLabel: 'Watch Closed Disputes',
  description: {
    en: 'Triggers when a dispute is closed or withdrawn, with the refund if there was one.',
    zh: '纠纷完结或被取消时触发，如有退款会一并给出。',
  },
  feed: closedDisputes,
  inputs: {
    only_refunded: yesNo({ label: { en: 'Only With Refund', zh: '仅限有退款' } }),
  },
  where: or(not(eq(input('only_refunded'), literal(YES))), exists(field('refund_amount'))),
  id: '{dispute_id}/closed',
  occurredAt: field('closed_at'),
  matchedAt: timeOf('closed_at'),
  message: {
    severity: 'info',
    title: [
      {
        when: exists(field('refund_amount')),
        en: 'Dispute closed: {refund_amount|money} refunded',
        zh: '纠纷结束：退款 {refund_amount|money}',
      },
      { en: 'Dispute closed: {outcome_name}', zh: '纠纷结束：{outcome_name_zh}' },
    ],
    text: {
      en: '**Outcome** {outcome_name}\n**Refund** {refund_amount|money}?\n**Decided by** {decided_by_name}?\n**Reason** {reason}\n**Product** {product_name}?\n**Closed** {closed_at|time}\n**Order** {order_id}',
      zh: '**结果** {outcome_name_zh}\n**退款金额** {refund_amount|money}?\n**处理方式** {decided_by_name_zh}?\n**原因** {reason_zh}\n**商品** {product_name}?\n**结束** {closed_at|time}\n**订单号** {order_id}',
    },
  },
});
