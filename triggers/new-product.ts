import { productsOnSale } from '../lib/feeds/products.ts';
import { field } from '../lib/pack/expression.ts';
import { whenSeen } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'new_product',
  noun: 'Product',
  label: { en: 'New Product', zh: '新上架商品' },
  makeLabel: 'Watch Products',
  description: {
    en: 'Triggers when a new product goes on sale.',
    zh: '新商品上架时触发。',
  },
  feed: productsOnSale,
  inputs: {},
  id: '{product_id}',
  occurredAt: field('updated_at'),
  matchedAt: whenSeen,
  message: {
    severity: 'info',
    title: {
      en: 'On sale: {product_name|cut:40}',
      zh: '新品上架：{product_name|cut:36}',
    },
    text: {
      en: '**Product** {product_name}\n**Price** {min_price|money} to {max_price|money}\n**Created** {created_at|time}\n**Product number** {product_id}',
      zh: '**商品** {product_name}\n**价格** {min_price|money} 至 {max_price|money}\n**创建** {created_at|time}\n**商品 ID** {product_id}',
    },
  },
});
