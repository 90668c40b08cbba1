import { recipe } from '../lib/pack/recipe.ts';
import disputeOpened from '../triggers/dispute-opened.ts';
import { feishuMessage, ticket } from './steps.ts';

export default recipe({
  key: 'dispute_to_ticket_and_feishu',
  title: { en: 'New dispute → ticket and Feishu', zh: '新纠纷 → 工单和飞书' },
  purpose: {
    en: 'A new dispute becomes a ticket and is posted to your Feishu group.',
    zh: '买家发起纠纷后，生成工单并发到飞书群。',
  },
  trigger: disputeOpened,
  inputs: {},
  steps: [ticket, feishuMessage],
  freshness: disputeOpened.feed.freshness,
  watch: [
    {
      en: 'Respond to disputes in the seller center. The connector only reads.',
      zh: '请在卖家后台处理纠纷，连接器只读取数据。',
    },
  ],
});
