import { recipe } from '../lib/pack/recipe.ts';
import disputeDeadline from '../triggers/dispute-deadline.ts';
import { feishuCard } from './steps.ts';

export default recipe({
  key: 'dispute_deadline_to_feishu',
  title: { en: 'Dispute answer due → Feishu', zh: '纠纷响应截止 → 飞书' },
  purpose: {
    en: 'A dispute that waits for your answer is called out in your Feishu group 48 hours before the time is over.',
    zh: '等待卖家响应的纠纷，在截止前 48 小时在飞书群里提醒。',
  },
  trigger: disputeDeadline,
  inputs: { hours_left: 48 },
  steps: [feishuCard],
  freshness: {
    en: 'Uses the look at the disputes, and one call more for each open dispute, again whenever it has changed.',
    zh: '沿用纠纷列表的查询；每个处理中的纠纷多用一个调用，有变化时再查一次。',
  },
  watch: [
    {
      en: 'Who does not answer in time loses the dispute.',
      zh: '逾期未响应，纠纷将按买家方案处理。',
    },
  ],
});
