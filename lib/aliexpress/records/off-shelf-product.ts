/**
 * A product that has left the shelf: a row of the product list over the request that found it, with what the feed
 * adds: `{ ...request, ...row, cause, left_at }`.
 */

import { record } from '../../pack/record.ts';
import {
  offlineReasonNames,
  offlineReasonNamesZh,
  productStatusNames,
  productStatusNamesZh,
} from '../product-terms.ts';
import { PRODUCT_PAGE, product } from './product.ts';

/** Why it is offline, or for what is not offline but gone, its status. */
const causeNames = { ...productStatusNames, ...offlineReasonNames };
const causeNamesZh = { ...productStatusNamesZh, ...offlineReasonNamesZh };

export const offShelfProduct = record({
  key: 'off_shelf_product',
  id: 'product_id',
  link: PRODUCT_PAGE,
  fields: {
    ...product.fields,
    cause: {
      label: 'Cause',
      help: "AliExpress's own word: the offline reason, or the status of a product that is deleted or to be corrected.",
      from: 'cause',
      as: 'text',
      required: true,
    },
    cause_name: { label: 'Cause in Words', from: 'cause', as: 'lookup', table: causeNames },
    cause_name_zh: { label: 'Cause in Words (Chinese)', from: 'cause', as: 'lookup', table: causeNamesZh },
    left_at: {
      label: 'Taken Down At',
      help: 'When AliExpress says it went offline, or when it was noticed.',
      from: 'left_at',
      as: 'epoch_time',
      required: true,
    },
  },
});
