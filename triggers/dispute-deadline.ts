import { SELLER_MUST_ACT } from '../lib/aliexpress/dispute-terms.ts';
import { disputeDeadlines } from '../lib/feeds/disputes.ts';
import { and, exists, field, gt, hoursUntil, input, literal, lte, oneOf } from '../lib/pack/expression.ts';
import { integer } from '../lib/pack/input.ts';
import { hoursBefore, latest, timeOf } from '../lib/pack/instant.ts';
import { HOURS, offered } from '../lib/pack/offered.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'dispute_deadline',
  noun: 'Dispute Deadline',
  label: { en: 'Dispute Deadline Approaching', zh: '纠纷响应即将超时' },
  makeLabel: 'Watch Dispute Deadlines',
  description: {
    en: 'Triggers when a dispute needs your response and the deadline is close.',
    zh: '纠纷等待卖家响应且截止时间临近时触发。',
  },
  feed: disputeDeadlines,
  inputs: {
    hours_before: integer({
      label: { en: 'Hours Before Deadline', zh: '提前小时数' },
      help: { en: 'The deadline is this many hours away, or fewer.', zh: '剩余时间不超过该小时数即触发。' },
      default: 48,
      min: 1,
      max: 240,
      options: offered(HOURS, 12, 24, 48, 72, 120),
    }),
  },
  where: and(
    oneOf(field('stage'), literal(SELLER_MUST_ACT)),
    gt(hoursUntil('stage_due_at'), literal(0)),
    lte(hoursUntil('stage_due_at'), input('hours_before')),
  ),
  id: '{dispute_id}/{stage}/{stage_due_at|hour}',
  occurredAt: field('opened_at'),
  matchedAt: latest(hoursBefore('stage_due_at', 'hours_before'), timeOf('opened_at')),
  dueAt: field('stage_due_at'),
  message: {
    severity: 'urgent',
    title: [
      {
        when: exists(field('max_refund')),
        en: 'Respond by {stage_due_at|time}: up to {max_refund|money} · {product_name|cut:18}',
        zh: '{stage_due_at|time} 前响应纠纷：最高退 {max_refund|money}',
      },
      {
        en: 'Respond by {stage_due_at|time} · {product_name|cut:36}',
        zh: '{stage_due_at|time} 前响应纠纷 · {product_name|cut:36}',
      },
    ],
    text: {
      en: '**Respond by** {stage_due_at|time}\n**Stage** {stage_name}\n**Maximum refund** {max_refund|money}?\n**Reason** {reason}\n**Product** {product_name}?\n**Order** {order_id}',
      zh: '**响应截止** {stage_due_at|time}\n**阶段** {stage_name_zh}\n**最高退款金额** {max_refund|money}?\n**原因** {reason_zh}\n**商品** {product_name}?\n**订单号** {order_id}',
    },
  },
});
