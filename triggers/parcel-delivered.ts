import { DELIVERED } from '../lib/aliexpress/tracking-codes.ts';
import { parcelDeliveries } from '../lib/feeds/parcels.ts';
import { eq, field, gte, literal } from '../lib/pack/expression.ts';
import { timeOf } from '../lib/pack/instant.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'parcel_delivered',
  noun: 'Delivered Parcel',
  label: { en: 'New Delivered Parcel', zh: '包裹已妥投' },
  makeLabel: 'Watch Delivered Parcels',
  description: {
    en: 'Triggers when tracking shows a parcel as delivered.',
    zh: '物流轨迹显示包裹已妥投时触发。',
  },
  feed: parcelDeliveries,
  inputs: {},
  where: eq(field('stage'), literal(DELIVERED)),
  id: '{tracking_number}/{order_id}/delivered',
  occurredAt: field('last_event_at'),
  matchedAt: timeOf('last_event_at'),
  message: {
    severity: 'info',
    title: [
      {
        when: gte(field('parcel_count'), literal(2)),
        en: 'Parcel {parcel_index} of {parcel_count} delivered (…{tracking_number|tail}) · {country_name}',
        zh: '第 {parcel_index}/{parcel_count} 个包裹已妥投（尾号 {tracking_number|tail}） · {country_name_zh}',
      },
      {
        en: 'Parcel delivered (…{tracking_number|tail}) · {country_name}',
        zh: '包裹已妥投（尾号 {tracking_number|tail}） · {country_name_zh}',
      },
    ],
    text: {
      en: '**Delivered** {last_event_at|time}\n**Destination** {country_name}?\n**Tracking** {tracking_number}\n**Order** {order_id}',
      zh: '**妥投时间** {last_event_at|time}\n**目的国** {country_name_zh}?\n**运单号** {tracking_number}\n**订单号** {order_id}',
    },
  },
});
