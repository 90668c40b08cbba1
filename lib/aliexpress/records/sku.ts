/**
 * One SKU of a watched product and its stock: `{ product, sku, key, … }`, where `product` is the product's detail, `sku`
 * one of its SKUs, and the rest is what the feed remembers.
 */

import { record } from '../../pack/record.ts';
import { PRODUCT_PAGE } from './product.ts';
import { productDetailRecord } from './product-detail.ts';

const { product_name, currency, skus } = productDetailRecord.fields;
const { sku_code, sku_id, stock, price } = skus.items;

export const sku = record({
  key: 'sku',
  id: 'sku_key',
  link: PRODUCT_PAGE,
  fields: {
    sku_key: {
      label: { en: 'SKU Key', zh: 'SKU 标识' },
      help: { en: 'Product number and SKU property codes together.', zh: '商品 ID 加 SKU 属性代码。' },
      from: 'key',
      as: 'text',
      required: true,
    },
    product_id: {
      label: { en: 'Product Number', zh: '商品 ID' },
      from: 'product.product_id',
      as: 'id',
      required: true,
    },
    product_name: { ...product_name, from: 'product.subject_list' },
    sku_code: { ...sku_code, from: 'sku.sku_code' },
    sku_id: { ...sku_id, from: 'sku.id' },
    stock: { ...stock, from: 'sku.ipm_sku_stock', required: true },
    price: { ...price, from: 'sku.sku_price' },
    currency: { ...currency, from: 'product.currency_code' },
    previous_stock: {
      label: { en: 'Previous Stock', zh: '上次库存' },
      from: 'previous_stock',
      as: 'integer',
    },
    stock_changed_at: {
      label: { en: 'Stock Changed At', zh: '库存变化时间' },
      from: 'changed_at',
      as: 'epoch_time',
      required: true,
    },
    restocked_at: {
      label: { en: 'Restocked At', zh: '补货时间' },
      from: 'restocked_at',
      as: 'epoch_time',
      required: true,
    },
  },
});
