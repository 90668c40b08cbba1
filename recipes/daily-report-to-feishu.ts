import { recipe } from '../lib/pack/recipe.ts';
import dailyReport from '../triggers/daily-report.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'daily_report_to_feishu',
  title: { en: 'Daily report → Feishu', zh: '店铺日报 → 飞书' },
  purpose: {
    en: 'Every morning after 9:00 the key figures of the shop are posted to your Feishu group.',
    zh: '每天上午 9 点后，店铺关键数据发到飞书群。',
  },
  trigger: dailyReport,
  inputs: { hour: 9 },
  steps: [feishuMessage],
  freshness: dailyReport.feed.freshness,
  watch: [
    {
      en: 'Disputes, reviews and parcels appear only if another workflow monitors them.',
      zh: '只有启用了相应流程，才会有纠纷、评价和物流数据。',
    },
    {
      en: 'The first report says since when its orders are complete. Announcements of carriers are in the language in which AliExpress publishes them.',
      zh: '第一份日报会注明订单数据自何时起完整。物流公告为速卖通发布的原文。',
    },
  ],
});
