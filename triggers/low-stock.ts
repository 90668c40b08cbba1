import { anyProducts } from '../lib/feeds/lists.ts';
import { stock } from '../lib/feeds/stock.ts';
import { and, eq, field, input, literal, lte, oneOf } from '../lib/pack/expression.ts';
import { integer, texts } from '../lib/pack/input.ts';
import { whenSeen } from '../lib/pack/instant.ts';
import { COUNT, offered } from '../lib/pack/offered.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'low_stock',
  noun: 'Stock Alert',
  label: { en: 'Low Stock', zh: '库存不足' },
  makeLabel: 'Watch Low Stock',
  description: {
    en: 'Triggers when the stock of a SKU falls to the level you choose.',
    zh: 'SKU 库存降至所选数量时触发。',
  },
  feed: stock,
  inputs: {
    product_ids: texts({
      ...anyProducts,
      help: {
        en: 'Up to 20. Fewer products are checked more often.',
        zh: '最多 20 个；商品越少，查询越频繁。',
      },
      required: true,
      maxItems: 20,
    }),
    max_stock: integer({
      label: { en: 'Stock at or Below', zh: '库存下限' },
      default: 5,
      min: 0,
      options: offered(COUNT, 0, 1, 5, 10, 20, 50),
    }),
  },
  where: and(oneOf(field('product_id'), input('product_ids')), lte(field('stock'), input('max_stock'))),
  id: field('sku_key'),
  occurredAt: field('stock_changed_at'),
  matchedAt: whenSeen,
  idPerEntry: true,
  message: {
    severity: 'warning',
    title: [
      {
        when: eq(field('stock'), literal(0)),
        en: 'Out of stock: {product_name|cut:40}',
        zh: '缺货：{product_name|cut:32}',
      },
      { en: '{stock} left: {product_name|cut:40}', zh: '库存不足：{product_name|cut:32}（剩 {stock} 件）' },
    ],
    text: {
      en: '**Stock** {stock}\n**SKU** {sku_code}?\n**Product** {product_name}\n**Price** {price|money}\n**Product number** {product_id}',
      zh: '**库存** {stock}\n**SKU 编码** {sku_code}?\n**商品** {product_name}\n**价格** {price|money}\n**商品 ID** {product_id}',
    },
  },
});
