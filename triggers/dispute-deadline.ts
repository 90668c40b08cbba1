import { SELLER_MUST_ACT } from '../lib/aliexpress/dispute-terms.ts';
import { disputeDeadlines } from '../lib/feeds/disputes.ts';
import { and, field, gt, hoursUntil, input, literal, lte, oneOf } from '../lib/pack/expression.ts';
import { integer } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'dispute_deadline',
  noun: 'Dispute Deadline',
  label: 'Dispute Deadline Near',
  description:
    "Triggers when a dispute waits for the seller's answer, and only a few hours are left to give it.",
  feed: disputeDeadlines,
  inputs: {
    hours_left: integer({
      label: 'Hours Left',
      help: 'A dispute with this many hours left, or fewer, is reported.',
      default: 48,
      min: 1,
      max: 240,
    }),
  },
  where: and(
    oneOf(field('stage'), literal(SELLER_MUST_ACT)),
    gt(hoursUntil('stage_due_at'), literal(0)),
    lte(hoursUntil('stage_due_at'), input('hours_left')),
  ),
  id: '{dispute_id}/{stage}/{stage_due_at}',
  occurredAt: field('opened_at'),
  repeatsUntilResolved: true,
  dueAt: field('stage_due_at'),
  message: {
    severity: 'urgent',
    title: {
      en: 'Dispute on order {order_id}: answer by {stage_due_at|time}',
      zh: '订单 {order_id} 的纠纷请在 {stage_due_at|time} 前处理',
    },
    text: {
      en: '**Answer by** {stage_due_at|time} (Beijing)\n**Stage** {stage_name}\n**Highest refund** {refund_most} {currency}\n**Reason** {reason}\n**Product** {product_name}',
      zh: '**截止时间** {stage_due_at|time}（北京时间）\n**阶段** {stage_name_zh}\n**最高退款** {refund_most} {currency}\n**原因** {reason_zh}\n**商品** {product_name}',
    },
  },
});
