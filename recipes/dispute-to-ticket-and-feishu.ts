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
  freshness: {
    en: 'Disputes are checked as soon as an order trigger shows a new one, and every 3 hours. Without an order trigger, they are checked as often as the calls of the day allow. Each check uses 1 call.',
    zh: '订单触发器发现新纠纷时立即查询，另外每 3 小时查询一次；未启用订单触发器时，按调用额度所允许的频率查询。每次查询消耗 1 次调用。',
  },
  watch: [
    {
      en: 'Respond to disputes in the seller center. The connector only reads.',
      zh: '请在卖家后台处理纠纷，连接器只读取数据。',
    },
  ],
});
