/** A product as its detail returns it, with the stock of each SKU. See docs/aliexpress.md#products-and-stock. */

import { record } from '../../pack/record.ts';
import { PRODUCT_PAGE, productStatusFields } from './product.ts';

export const productDetailRecord = record({
  key: 'product_detail',
  id: 'product_id',
  link: PRODUCT_PAGE,
  fields: {
    product_id: {
      label: { en: 'Product Number', zh: '商品 ID' },
      from: 'product_id',
      as: 'id',
      required: true,
    },
    product_name: {
      label: { en: 'Product', zh: '商品' },
      from: 'subject_list',
      pick: { of: 'value' },
      as: 'text',
    },
    ...productStatusFields,
    price: { label: { en: 'Price', zh: '价格' }, from: 'product_price', as: 'number' },
    currency: { label: { en: 'Currency', zh: '币种' }, from: 'currency_code', as: 'currency' },
    updated_at: { label: { en: 'Updated At', zh: '更新时间' }, from: 'gmt_modified', as: 'pacific_time' },
    image_url: { label: { en: 'Image', zh: '图片' }, from: 'image_u_r_ls', as: 'first_url' },
    total_stock: {
      label: { en: 'Total Stock', zh: '总库存' },
      help: {
        en: 'Of all SKUs. Empty if the stock of one of them is unknown.',
        zh: '全部 SKU 合计；任一 SKU 库存未知则为空。',
      },
      from: 'aeop_ae_product_s_k_us',
      of: 'ipm_sku_stock',
      as: 'integer_total',
    },
    skus: {
      label: { en: 'SKUs', zh: 'SKU 列表' },
      from: 'aeop_ae_product_s_k_us',
      as: 'items',
      items: {
        sku_code: { label: { en: 'SKU Code', zh: 'SKU 编码' }, from: 'sku_code', as: 'text' },
        sku_properties: { label: { en: 'SKU Property Codes', zh: 'SKU 属性代码' }, from: 'id', as: 'id' },
        stock: { label: { en: 'Stock', zh: '库存' }, from: 'ipm_sku_stock', as: 'integer' },
        price: { label: { en: 'Price', zh: '价格' }, from: 'sku_price', as: 'number' },
        currency: { label: { en: 'Currency', zh: '币种' }, from: 'currency_code', as: 'currency' },
      },
    },
  },
});
