import { recipe } from '../lib/pack/recipe.ts';
import shipDeadline from '../triggers/ship-deadline.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'ship_deadline_to_feishu',
  title: { en: 'Shipping deadline → Feishu', zh: '发货即将超时 → 飞书' },
  purpose: {
    en: 'An order that is not shipped 24 hours before its deadline is posted to your Feishu group.',
    zh: '距最晚发货时间不足 24 小时仍未发货的订单发到飞书群。',
  },
  trigger: shipDeadline,
  inputs: { hours_before: 24 },
  steps: [feishuMessage],
  freshness: {
    en: 'Deadlines come from the shared order check, without calls of their own. Once a day all unshipped orders are queried; these calls are counted with the order check.',
    zh: '截止时间取自共用的订单查询，不另外消耗；此外每天一次查询所有待发货订单，其调用计入订单查询。',
  },
  watch: [
    {
      en: 'An order that was shipped after the last check may still be reported.',
      zh: '上次查询之后刚发货的订单仍可能被通知。',
    },
  ],
});
