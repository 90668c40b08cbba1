import { recipe } from '../lib/pack/recipe.ts';
import disputeDeadline from '../triggers/dispute-deadline.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'dispute_deadline_to_feishu',
  title: { en: 'Dispute deadline → Feishu', zh: '纠纷响应截止 → 飞书' },
  purpose: {
    en: 'A dispute that needs your response is posted to your Feishu group 48 hours before the deadline.',
    zh: '等待卖家响应的纠纷，在截止前 48 小时发到飞书群。',
  },
  trigger: disputeDeadline,
  inputs: { hours_before: 48 },
  steps: [feishuMessage],
  freshness: {
    en: 'Disputes are checked together with **New Dispute**. Each open dispute uses 1 more call, and 1 whenever it changes.',
    zh: '与 **New Dispute**（新纠纷）共用查询。每个处理中的纠纷多消耗 1 次调用，有变化时再消耗 1 次。',
  },
  watch: [
    {
      en: 'If you do not respond in time, AliExpress usually decides for the buyer.',
      zh: '逾期未响应，通常按买家方案处理。',
    },
  ],
});
