import { recipe } from '../lib/pack/recipe.ts';
import dailyDigest from '../triggers/daily-digest.ts';
import { feishuCard } from './steps.ts';

export default recipe({
  key: 'daily_digest_to_feishu',
  title: { en: 'Daily digest → Feishu', zh: '每日汇总 → 飞书' },
  purpose: {
    en: 'Every morning after nine the shop in figures appears in your Feishu group.',
    zh: '每天上午 9 点后，店铺数据汇总出现在飞书群里。',
  },
  trigger: dailyDigest,
  inputs: { hour: 9 },
  steps: [feishuCard],
  freshness: {
    en: 'Comes 1 to 14 minutes after the hour and uses no calls of its own. Its figures are what your workflows know.',
    zh: '整点后 1 至 14 分钟送达，不额外消耗调用；数据来自各工作流已查询到的内容。',
  },
  watch: [
    {
      en: 'Disputes, reviews and parcels are in it only where another workflow looks at them.',
      zh: '纠纷、评价和物流数据，只有启用了相应的工作流才会出现。',
    },
  ],
});
