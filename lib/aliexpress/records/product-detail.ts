/** A product as its detail returns it, with the stock of each SKU. For its dates see `product.ts`. */

import { record } from '../../pack/record.ts';
import { PRODUCT_PAGE, productStatusFields } from './product.ts';

export const productDetailRecord = record({
  key: 'product_detail',
  id: 'product_id',
  link: PRODUCT_PAGE,
  fields: {
    product_id: { label: 'Product ID', from: 'product_id', as: 'id', required: true },
    product_name: {
      label: 'Product',
      help: 'In the first of its languages.',
      from: 'subject_list',
      pick: { of: 'value' },
      as: 'text',
    },
    ...productStatusFields,
    price: { label: 'Price', from: 'product_price', as: 'text' },
    currency: { label: 'Currency', from: 'currency_code', as: 'text' },
    changed_at: { label: 'Last Changed At', from: 'gmt_modified', as: 'pacific_time' },
    image: { label: 'Image', from: 'image_u_r_ls', as: 'first_url' },
    total_stock: {
      label: 'Total Stock',
      help: 'Of all SKUs together. Empty where the stock of one is not known.',
      from: 'aeop_ae_product_s_k_us',
      of: 'ipm_sku_stock',
      as: 'integer_total',
    },
    skus: {
      label: 'SKUs',
      from: 'aeop_ae_product_s_k_us',
      as: 'items',
      items: {
        sku_code: { label: 'SKU', from: 'sku_code', as: 'text' },
        sku_id: {
          label: 'SKU ID',
          help: 'The chosen properties, such as 14:193;5:361386.',
          from: 'id',
          as: 'id',
        },
        stock: { label: 'Stock', from: 'ipm_sku_stock', as: 'integer' },
        price: { label: 'Price', from: 'sku_price', as: 'text' },
      },
    },
  },
});
