import { DELIVERED } from '../lib/aliexpress/tracking-codes.ts';
import { parcelDeliveries } from '../lib/feeds/parcels.ts';
import { eq, field, literal } from '../lib/pack/expression.ts';
import { trigger } from '../lib/pack/operation.ts';

export default trigger({
  key: 'parcel_delivered',
  noun: 'Delivered Parcel',
  label: { en: 'New Delivered Parcel', zh: '包裹已妥投' },
  description: {
    en: 'Triggers when tracking shows a parcel as delivered.',
    zh: '物流轨迹显示包裹已妥投时触发。',
  },
  feed: parcelDeliveries,
  inputs: {},
  where: eq(field('stage'), literal(DELIVERED)),
  id: '{tracking_number}/delivered',
  occurredAt: field('last_event_at'),
  message: {
    severity: 'info',
    title: { en: 'Order {order_id} was delivered', zh: '订单 {order_id} 已签收' },
    text: {
      en: '**Parcel** {tracking_number}\n**Destination** {country}\n**Delivered** {last_event_at|time}',
      zh: '**运单号** {tracking_number}\n**目的地** {country}\n**签收时间** {last_event_at|time}',
    },
  },
});
