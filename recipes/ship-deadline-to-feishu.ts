import { recipe } from '../lib/pack/recipe.ts';
import shipDeadline from '../triggers/ship-deadline.ts';
import { feishuCard } from './steps.ts';

export default recipe({
  key: 'ship_deadline_to_feishu',
  title: { en: 'Ship deadline → Feishu', zh: '发货截止 → 飞书' },
  purpose: {
    en: 'An order that is not shipped 24 hours before its deadline is called out in your Feishu group.',
    zh: '距发货截止不足 24 小时仍未发货的订单，在飞书群里提醒。',
  },
  trigger: shipDeadline,
  inputs: { hours_left: 24 },
  steps: [feishuCard],
  freshness: {
    en: 'Worked out from what the shared look at the orders has shown. Twice a day all orders that wait to be shipped are asked for, which is a call for every 50 of them.',
    zh: '根据共用的订单查询结果推算；另外每天两次查询所有待发货订单，每 50 单一次调用。',
  },
  watch: [
    {
      en: 'An order that was shipped since the last look is announced all the same.',
      zh: '上次查询之后刚发货的订单仍可能被提醒。',
    },
  ],
});
