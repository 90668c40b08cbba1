import { stock } from '../lib/feeds/stock.ts';
import { and, field, input, lte, oneOf } from '../lib/pack/expression.ts';
import { integer, texts } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'low_stock',
  noun: 'Low Stock',
  label: { en: 'Low Stock', zh: '库存不足' },
  description: {
    en: 'Triggers when the stock of a SKU falls to the level you choose.',
    zh: 'SKU 库存降至所选数量时触发。',
  },
  feed: stock,
  inputs: {
    products: texts({
      label: { en: 'Products', zh: '商品' },
      help: {
        en: 'Up to 20. Fewer products are checked more often.',
        zh: '最多 20 个；商品越少，检查越频繁。',
      },
      required: true,
      pattern: /\d{6,19}/,
      allowed: { en: 'product numbers, digits only', zh: '商品编号，仅限数字' },
      maxItems: 20,
    }),
    threshold: integer({ label: { en: 'Stock at or Below', zh: '库存下限' }, default: 5, min: 0 }),
  },
  where: and(oneOf(field('product_id'), input('products')), lte(field('stock'), input('threshold'))),
  id: '{sku_key}/{restocked_at}',
  occurredAt: field('stock_changed_at'),
  repeatsUntilResolved: true,
  message: {
    severity: 'warning',
    title: { en: '{stock} left: {product_name}', zh: '库存仅剩 {stock}：{product_name}' },
    text: {
      en: '**Stock** {stock}\n**SKU** {sku_code}\n**Properties** {sku_id}\n**Product number** {product_id}\n**Price** {price} {currency}',
      zh: '**库存** {stock}\n**SKU** {sku_code}\n**属性** {sku_id}\n**商品编号** {product_id}\n**价格** {price} {currency}',
    },
  },
});
