/** A row of the list of parcels: one parcel, for one of the orders in it. */

import { record } from '../../pack/record.ts';
import { ORDER_PAGE } from './order.ts';

export const listedParcel = record({
  key: 'listed_parcel',
  id: 'row_id',
  link: ORDER_PAGE,
  fields: {
    row_id: {
      label: { en: 'Logistics Order Number', zh: '物流单号' },
      from: 'online_logistics_id',
      as: 'id',
      required: true,
    },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'order_id', as: 'id', required: true },
    /** The latest one; null until there is one. */
    tracking_number: {
      label: { en: 'Tracking Number', zh: '运单号' },
      from: 'internationallogistics_id',
      as: 'id',
    },
    carrier_code: {
      label: { en: 'Carrier Code', zh: '物流服务代码' },
      from: 'international_logistics_type',
      as: 'text',
    },
  },
});
