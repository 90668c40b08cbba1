import { stock } from '../lib/feeds/stock.ts';
import { and, field, input, lte, oneOf } from '../lib/pack/expression.ts';
import { integer, texts } from '../lib/pack/input.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'low_stock',
  noun: 'Low Stock',
  label: 'Low Stock',
  description:
    'Triggers when the stock of a SKU falls to the level you choose, and when it does so again after a restock.',
  feed: stock,
  inputs: {
    products: texts({
      label: 'Products',
      help: 'The numbers of up to 20 products to watch. The fewer there are, the more often each is looked at.',
      required: true,
      pattern: /\d{6,19}/,
      allowed: { en: 'product numbers, digits only', zh: '商品编号，仅限数字' },
      most: 20,
    }),
    threshold: integer({
      label: 'Threshold',
      help: 'A SKU with this many pieces, or fewer, is reported.',
      default: 5,
      min: 0,
    }),
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
