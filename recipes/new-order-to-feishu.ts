import { recipe } from '../lib/pack/recipe.ts';
import newOrder from '../triggers/new-order.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'new_order_to_feishu',
  title: { en: 'New order → Feishu', zh: '新订单 → 飞书' },
  purpose: {
    en: 'Every new order is posted to your Feishu group minutes after it was placed.',
    zh: '新订单在下单几分钟后发到飞书群。',
  },
  trigger: newOrder,
  inputs: {},
  steps: [feishuMessage],
  freshness: {
    en: 'Orders are checked once for all workflows of the shop, so more order workflows use no more calls. Workflows for reviews, parcels and products leave fewer calls for orders.',
    zh: '店铺的所有流程共用一次订单查询，增加订单类流程不增加调用；同时关注评价、物流和商品时，分给订单的调用会减少。',
  },
  watch: [
    {
      en: 'If AliExpress lists cancelled orders only by themselves, an order that the buyer cancels within minutes is reported late.',
      zh: '若速卖通只允许单独查询已取消的订单，买家下单几分钟内就取消的订单会延迟通知。',
    },
  ],
});
