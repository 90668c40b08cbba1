/**
 * A product as the product list returns it: no stock. The list does not repeat the status it was asked for; who asked
 * lays the request beneath: `{ ...request, ...row }`.
 *
 * Nothing says in which time zone its dates are; they are read as US Pacific, like an order's.
 */

import { type Fields, record } from '../../pack/record.ts';
import {
  offlineReasonNames,
  offlineReasonNamesZh,
  productStatusNames,
  productStatusNamesZh,
} from '../product-terms.ts';

export const PRODUCT_PAGE = 'https://www.aliexpress.com/item/{product_id}.html';

/** Whether it is on sale, and if not, why; the detail has the same fields. */
export const productStatusFields = {
  status: {
    label: 'Status',
    help: "AliExpress's own word, such as onSelling or offline.",
    from: 'product_status_type',
    as: 'text',
  },
  status_name: {
    label: 'Status in Words',
    from: 'product_status_type',
    as: 'lookup',
    table: productStatusNames,
  },
  status_name_zh: {
    label: 'Status in Words (Chinese)',
    from: 'product_status_type',
    as: 'lookup',
    table: productStatusNamesZh,
  },
  offline_reason: {
    label: 'Offline Reason',
    help: "AliExpress's own word, such as expire_offline.",
    from: 'ws_display',
    as: 'text',
  },
  offline_reason_name: {
    label: 'Offline Reason in Words',
    from: 'ws_display',
    as: 'lookup',
    table: offlineReasonNames,
  },
  offline_reason_name_zh: {
    label: 'Offline Reason in Words (Chinese)',
    from: 'ws_display',
    as: 'lookup',
    table: offlineReasonNamesZh,
  },
  offline_at: {
    label: 'Offline At',
    help: 'When it went offline, or will.',
    from: 'ws_offline_date',
    as: 'pacific_time',
  },
} as const satisfies Fields;

export const product = record({
  key: 'product',
  id: 'product_id',
  link: PRODUCT_PAGE,
  fields: {
    product_id: { label: 'Product ID', from: 'product_id', as: 'id', required: true },
    product_name: { label: 'Product', from: 'subject', as: 'text' },
    ...productStatusFields,
    price_min: { label: 'Lowest Price', from: 'product_min_price', as: 'text' },
    price_max: { label: 'Highest Price', from: 'product_max_price', as: 'text' },
    currency: { label: 'Currency', from: 'currency_code', as: 'text' },
    changed_at: { label: 'Last Changed At', from: 'gmt_modified', as: 'pacific_time' },
    image: { label: 'Image', from: 'image_u_r_ls', as: 'first_url' },
  },
});
