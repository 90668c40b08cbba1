import { recipe } from '../lib/pack/recipe.ts';
import disputeOpened from '../triggers/dispute-opened.ts';
import { feishuCard, ticket } from './steps.ts';

export default recipe({
  key: 'dispute_to_ticket_and_feishu',
  title: { en: 'Dispute opened → ticket and Feishu', zh: '新纠纷 → 工单和飞书' },
  purpose: {
    en: 'A dispute becomes a ticket and is called out in your Feishu group soon after it is opened.',
    zh: '买家发起纠纷后，尽快生成工单并在飞书群里提醒。',
  },
  trigger: disputeOpened,
  inputs: {},
  steps: [ticket('dispute_opened'), feishuCard],
  freshness: {
    en: 'Disputes are looked up as soon as an order workflow shows a new one, and every 3 hours besides; without an order workflow, as often as the calls of the day allow. Each look is one call.',
    zh: '共用的订单查询一发现新纠纷就查询纠纷列表，另外每 3 小时查询一次，每次一次调用。',
  },
  watch: [
    {
      en: 'A dispute can only be answered in the seller centre: AliExpress gives such apps read-only interfaces.',
      zh: '纠纷只能在卖家后台处理：速卖通给这类应用的是只读接口。',
    },
  ],
});
