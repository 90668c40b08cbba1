import { removalReasonChoices } from '../lib/aliexpress/product-terms.ts';
import { products } from '../lib/feeds/products.ts';
import { field, ifGiven, input, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'product_taken_down',
  noun: 'Off-Shelf Product',
  label: { en: 'New Delisted Product', zh: '商品被下架' },
  description: {
    en: 'Triggers when a product is taken offline, deleted, or sent back for correction.',
    zh: '商品被下架、删除或审核不通过时触发。',
  },
  feed: products,
  inputs: {
    causes: choices({
      label: { en: 'Reasons', zh: '下架原因' },
      help: {
        en: 'Leave empty for all. Exclude "By the seller" to skip what you take offline yourself.',
        zh: '留空则全部。不想收到自己手动下架的提醒，请不选“手动下架”。',
      },
      choices: removalReasonChoices,
    }),
  },
  where: ifGiven('causes', oneOf(field('cause'), input('causes'))),
  id: '{product_id}/{cause}/{left_at}',
  occurredAt: field('left_at'),
  message: {
    severity: 'warning',
    title: { en: 'Off the shelf: {product_name}', zh: '商品已下架：{product_name}' },
    text: {
      en: '**Cause** {cause_name}\n**Product** {product_name}\n**Product number** {product_id}\n**Taken down** {left_at|time}',
      zh: '**原因** {cause_name_zh}\n**商品** {product_name}\n**商品编号** {product_id}\n**下架时间** {left_at|time}',
    },
  },
});
