import { recipe } from '../lib/pack/recipe.ts';
import productTakenDown from '../triggers/product-taken-down.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'product_taken_down_to_feishu',
  title: { en: 'Delisted product → Feishu', zh: '商品下架 → 飞书' },
  purpose: {
    en: 'A product that is delisted is posted to your Feishu group, with the reason.',
    zh: '商品下架时，连同原因发到飞书群。',
  },
  trigger: productTakenDown,
  inputs: {},
  steps: [feishuMessage],
  freshness: productTakenDown.feed.freshness,
  watch: [
    {
      en: 'To skip products that you take offline yourself, choose the reasons under **Reasons**.',
      zh: '不想收到自己手动下架的通知，请在 **Reasons**（下架原因）中选择其他原因。',
    },
  ],
});
