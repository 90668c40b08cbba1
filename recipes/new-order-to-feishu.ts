import { recipe } from '../lib/pack/recipe.ts';
import newOrder from '../triggers/new-order.ts';
import { feishuCard } from './steps.ts';

export default recipe({
  key: 'new_order_to_feishu',
  title: { en: 'New order → Feishu', zh: '新订单 → 飞书' },
  purpose: {
    en: 'Every new order appears in your Feishu group minutes after it was placed.',
    zh: '每个新订单在下单几分钟后出现在飞书群里。',
  },
  trigger: newOrder,
  inputs: {},
  steps: [feishuCard],
  freshness: {
    en: 'Orders are looked up for all workflows of the shop together, about every 8 minutes, and about every 15 where reviews, parcels and products are looked at as well. More workflows about orders cost no more calls.',
    zh: '店铺的所有工作流共用订单查询，约 8 分钟一次；同时关注评价、物流和商品时约 15 分钟一次。增加订单类工作流不会增加调用。',
  },
  watch: [
    {
      en: 'An order that the buyer cancels within minutes is announced up to 6 hours late.',
      zh: '买家下单几分钟内就取消的订单，最多晚 6 小时通知。',
    },
  ],
});
