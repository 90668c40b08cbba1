/** A product that is no longer on sale: a row of the product list, with the reason and the time of the removal. */

import { record } from '../../pack/record.ts';
import { OFFLINE, removalReason, removalReasonNames, removalReasonNamesZh } from '../product-terms.ts';
import type { Zone } from '../unstated-zone.ts';
import { listedProduct, offlineReasonOf, PRODUCT_PAGE, product } from './product.ts';

export const delistedProductRecord = record({
  key: 'delisted_product',
  id: 'product_id',
  link: PRODUCT_PAGE,
  fields: {
    ...product.fields,
    removal_reason: {
      label: { en: 'Removal Reason Code', zh: '下架原因代码' },
      from: 'removal_reason',
      as: 'text',
      required: true,
    },
    removal_reason_name: {
      label: { en: 'Removal Reason', zh: '下架原因（英文）' },
      from: 'removal_reason',
      as: 'lookup',
      table: removalReasonNames,
    },
    removal_reason_name_zh: {
      label: { en: 'Removal Reason (Chinese)', zh: '下架原因' },
      from: 'removal_reason',
      as: 'lookup',
      table: removalReasonNamesZh,
    },
    removed_at: {
      label: { en: 'Removed At', zh: '下架时间' },
      help: {
        en: 'As AliExpress states it, otherwise when the removal was noticed.',
        zh: '速卖通给出的时间；没有时为发现的时间。',
      },
      from: 'removed_at',
      as: 'epoch_time',
      required: true,
    },
  },
});

/**
 * The raw object of the record.
 * @param status the status that the list was asked for
 * @param removedAt epoch milliseconds
 * @param zone of the row's times
 */
export function delistedProduct(status: string, row: unknown, removedAt: number, zone: Zone | null = null) {
  return {
    ...listedProduct(status, row, zone),
    // Of another product it is the day on which its listing would end.
    ...(status !== OFFLINE && { [product.fields.offline_at.from]: undefined }),
    removal_reason: removalReason(status, offlineReasonOf(row)),
    removed_at: removedAt,
  };
}
