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
      label: 'Product and SKU',
      help: 'The product number and the SKU ID, which together are there once.',
      from: 'key',
      as: 'text',
      required: true,
    },
    product_id: { label: 'Product ID', from: 'product.product_id', as: 'id', required: true },
    product_name: { ...product_name, from: 'product.subject_list' },
    sku_code: { ...sku_code, from: 'sku.sku_code' },
    sku_id: { ...sku_id, from: 'sku.id' },
    stock: { ...stock, from: 'sku.ipm_sku_stock', required: true },
    price: { ...price, from: 'sku.sku_price' },
    currency: { ...currency, from: 'product.currency_code' },
    previous_stock: {
      label: 'Previous Stock',
      help: 'Before the last change that was seen.',
      from: 'previous_stock',
      as: 'integer',
    },
    stock_changed_at: {
      label: 'Stock Changed At',
      help: 'When the stock was last seen to have changed, or was seen first.',
      from: 'changed_at',
      as: 'epoch_time',
      required: true,
    },
    restocked_at: {
      label: 'Last Restocked At',
      help: 'When the stock was last seen to have risen, or was seen first.',
      from: 'restocked_at',
      as: 'epoch_time',
      required: true,
    },
  },
});
