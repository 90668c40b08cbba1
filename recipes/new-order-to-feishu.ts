import sendFeishuCard from '../actions/send-feishu-card.ts';
import { recipe } from '../lib/pack/recipe.ts';
import newOrder from '../triggers/new-order.ts';

export default recipe({
  key: 'new_order_to_feishu',
  title: { en: 'New order → Feishu', zh: '新订单 → 飞书' },
  trigger: newOrder,
  inputs: {},
  action: sendFeishuCard,
  map: { title: '{title_zh}', text: '{text_zh}', severity: '{severity}', link: '{link}' },
});
