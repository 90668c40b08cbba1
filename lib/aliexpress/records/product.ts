/** A product as the product list returns it, without stock. See docs/aliexpress.md#products-and-stock. */

import { type Fields, record } from '../../pack/record.ts';
import { valueAt } from '../convert.ts';
import {
  NO_REASON,
  offlineReasonNames,
  offlineReasonNamesZh,
  productStatusNames,
  productStatusNamesZh,
} from '../product-terms.ts';
import { asPacific, type Zone } from '../unstated-zone.ts';
import * as wire from '../wire.ts';

export const PRODUCT_PAGE = 'https://www.aliexpress.com/item/{product_id}.html';

/** Whether the product is on sale, and why not. The detail has the same fields. */
export const productStatusFields = {
  status: { label: { en: 'Status Code', zh: '状态代码' }, from: 'product_status_type', as: 'text' },
  status_name: {
    label: { en: 'Status', zh: '状态（英文）' },
    from: 'product_status_type',
    as: 'lookup',
    table: productStatusNames,
  },
  status_name_zh: {
    label: { en: 'Status (Chinese)', zh: '状态' },
    from: 'product_status_type',
    as: 'lookup',
    table: productStatusNamesZh,
  },
  offline_reason: {
    label: { en: 'Offline Reason Code', zh: '下架原因代码' },
    from: 'ws_display',
    nothing: NO_REASON,
    as: 'text',
  },
  offline_reason_name: {
    label: { en: 'Offline Reason', zh: '下架原因（英文）' },
    from: 'ws_display',
    nothing: NO_REASON,
    as: 'lookup',
    table: offlineReasonNames,
  },
  offline_reason_name_zh: {
    label: { en: 'Offline Reason (Chinese)', zh: '下架原因' },
    from: 'ws_display',
    nothing: NO_REASON,
    as: 'lookup',
    table: offlineReasonNamesZh,
  },
  offline_at: {
    label: { en: 'Offline At', zh: '下架时间' },
    help: { en: 'When the product went offline, or will go offline.', zh: '已下架或将要下架的时间。' },
    from: 'ws_offline_date',
    as: 'pacific_time',
  },
} as const satisfies Fields;

export const product = record({
  key: 'product',
  id: 'product_id',
  link: PRODUCT_PAGE,
  fields: {
    product_id: {
      label: { en: 'Product Number', zh: '商品 ID' },
      from: 'product_id',
      as: 'id',
      required: true,
    },
    product_name: { label: { en: 'Product', zh: '商品' }, from: 'subject', as: 'text' },
    ...productStatusFields,
    min_price: { label: { en: 'Lowest Price', zh: '最低价' }, from: 'product_min_price', as: 'number' },
    max_price: { label: { en: 'Highest Price', zh: '最高价' }, from: 'product_max_price', as: 'number' },
    currency: { label: { en: 'Currency', zh: '币种' }, from: 'currency_code', as: 'currency' },
    created_at: { label: { en: 'Created At', zh: '创建时间' }, from: 'gmt_create', as: 'pacific_time' },
    updated_at: { label: { en: 'Updated At', zh: '更新时间' }, from: 'gmt_modified', as: 'pacific_time' },
    image_url: { label: { en: 'Image', zh: '图片' }, from: 'image_u_r_ls', as: 'first_url' },
  },
});

/** Undefined for a product that is on sale. */
export function offlineReasonOf(row: unknown): string | undefined {
  const { from, nothing } = productStatusFields.offline_reason;
  const reason = wire.text.safeParse(valueAt(row, from)).data ?? '';
  return reason === '' || nothing.includes(reason) ? undefined : reason;
}

/** The fields with a time. */
const TIMES = [product.fields.created_at, product.fields.updated_at, product.fields.offline_at].map(
  ({ from }) => from,
);

/**
 * The raw object of the record. A row does not repeat the status that the list was asked for.
 * @param zone of the row's times
 */
export function listedProduct(status: string, row: unknown, zone: Zone | null = null) {
  const raw = wire.record.safeParse(row).data ?? {};
  const times = TIMES.flatMap((key) => (key in raw ? [[key, asPacific(raw[key], zone)]] : []));
  return { [productStatusFields.status.from]: status, ...raw, ...Object.fromEntries(times) };
}

/** The product's number and its last change, read as Pacific, epoch milliseconds. */
export function changeOf(row: unknown): { id: string; changedAt: number | undefined } {
  const { product_id, updated_at } = product.fields;
  return {
    id: wire.id.safeParse(valueAt(row, product_id.from)).data ?? '',
    changedAt: wire.pacificTime.safeParse(valueAt(row, updated_at.from)).data,
  };
}
