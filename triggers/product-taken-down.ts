import { removalReasonChoices } from '../lib/aliexpress/product-terms.ts';
import { products } from '../lib/feeds/products.ts';
import { field, ifGiven, input, oneOf } from '../lib/pack/expression.ts';
import { choices } from '../lib/pack/input.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'product_taken_down',
  noun: 'Delisted Product',
  label: { en: 'New Delisted Product', zh: '商品被下架' },
  makeLabel: 'Watch Delisted Products',
  description: {
    en: 'Triggers when a product is taken offline, deleted, or sent back for correction.',
    zh: '商品被下架、删除或审核不通过时触发。',
  },
  feed: products,
  inputs: {
    removal_reasons: choices({
      label: { en: 'Reasons', zh: '下架原因' },
      help: {
        en: 'If empty, all. Without "By the seller", what you take offline yourself is skipped.',
        zh: '留空则全部。不想收到自己手动下架的提醒，请不选“手动下架”。',
      },
      choices: removalReasonChoices,
    }),
  },
  where: ifGiven('removal_reasons', oneOf(field('removal_reason'), input('removal_reasons'))),
  id: '{product_id}/{removal_reason}/{offline_at}',
  occurredAt: field('removed_at'),
  matchedAt: timeOf('removed_at'),
  idPerEntry: true,
  message: {
    severity: 'warning',
    title: {
      en: '{removal_reason_name}: {product_name|cut:32}',
      zh: '{removal_reason_name_zh}：{product_name|cut:32}',
    },
    text: {
      en: '**Reason** {removal_reason_name}\n**Product** {product_name}\n**Removed** {removed_at|time}\n**Product number** {product_id}',
      zh: '**原因** {removal_reason_name_zh}\n**商品** {product_name}\n**下架时间** {removed_at|time}\n**商品 ID** {product_id}',
    },
  },
});
