/**
 * One SKU of a product and its stock. The raw object is `{ product, sku, key, … }`: `skusOf` returns the detail of the
 * product and one of its SKUs, and the feed adds the history of the stock.
 */

import { record } from '../../pack/record.ts';
import { valueAt } from '../convert.ts';
import * as wire from '../wire.ts';
import { PRODUCT_PAGE } from './product.ts';
import { productDetailRecord } from './product-detail.ts';

const { product_id, product_name, currency, skus } = productDetailRecord.fields;
const { sku_code, sku_properties, stock, price } = skus.items;

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
      from: `product.${product_id.from}`,
      as: 'id',
      required: true,
    },
    product_name: { ...product_name, from: `product.${product_name.from}` },
    sku_code: { ...sku_code, from: `sku.${sku_code.from}` },
    sku_properties: { ...sku_properties, from: `sku.${sku_properties.from}` },
    stock: { ...stock, from: `sku.${stock.from}`, required: true },
    price: { ...price, from: `sku.${price.from}` },
    currency: { ...currency, from: `product.${currency.from}` },
    previous_stock: {
      label: { en: 'Previous Stock', zh: '上次库存' },
      from: 'previous_stock',
      as: 'integer',
    },
    stock_changed_at: {
      label: { en: 'Stock Changed At', zh: '库存变化时间' },
      from: 'changed_at',
      as: 'epoch_time',
      local: true,
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

export interface SkuOfProduct {
  /** Unique within the product; a product without properties has one SKU without an id. */
  id: string;
  /** Undefined where AliExpress does not say. */
  stock: number | undefined;
  /** What the record is converted from, without the feed's history. */
  raw: { product: unknown; sku: unknown };
}

/** The SKUs in the detail of a product. */
export const skusOf = (product: unknown): SkuOfProduct[] =>
  (wire.list.safeParse(valueAt(product, skus.from)).data ?? []).map((raw) => ({
    id: wire.text.safeParse(valueAt(raw, sku_properties.from)).data || 'default',
    stock: wire.integer.safeParse(valueAt(raw, stock.from)).data,
    raw: { product, sku: raw },
  }));
