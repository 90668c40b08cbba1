import { recipe } from '../lib/pack/recipe.ts';
import productTakenDown from '../triggers/product-taken-down.ts';
import { feishuCard } from './steps.ts';

export default recipe({
  key: 'product_taken_down_to_feishu',
  title: { en: 'Product taken down → Feishu', zh: '商品下架 → 飞书' },
  purpose: {
    en: 'A product that leaves the shelf, and why, appears in your Feishu group.',
    zh: '商品下架时，连同原因出现在飞书群里。',
  },
  trigger: productTakenDown,
  inputs: {},
  steps: [feishuCard],
  freshness: {
    en: 'The products off the shelf are looked through every 30 minutes at most, 99 with each call; those deleted or sent back for correction every 6 hours.',
    zh: '下架商品最快每 30 分钟查询一次，每次调用查 99 个；被删除或退回修改的商品每 6 小时查询一次。',
  },
  watch: [
    {
      en: 'Choose the causes if what you take down yourself should not be announced.',
      zh: '如不想收到自己手动下架的提醒，请在 Causes 中选择其他原因。',
    },
  ],
});
