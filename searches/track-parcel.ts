import { parcelOfOrder } from '../lib/feeds/lookups.ts';
import { text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'track_parcel',
  noun: 'Parcel Tracking',
  label: 'Find Parcel Tracking',
  description:
    'Finds where the parcel of an order is, with all its events. Uses two of the 200 calls of the day, or one with tracking number, carrier and country.',
  inputs: {
    order_number: text({
      label: 'Order Number',
      help: 'The number of the whole order, as in the event of an order trigger.',
      required: true,
      pattern: /\d{6,19}/,
      allowed: { en: 'an AliExpress order number, 6 to 19 digits', zh: '速卖通订单号，6 至 19 位数字' },
    }),
    tracking_number: text({
      label: 'Tracking Number',
      help: 'Where an order has several parcels: which one. Leave empty for the first.',
      pattern: /[A-Za-z0-9-]{4,50}/,
      allowed: { en: 'a tracking number, letters and digits', zh: '运单号，仅限字母和数字' },
    }),
    carrier: text({
      label: 'Carrier',
      help: "AliExpress's key of the carrier, such as CAINIAO_STANDARD, not its name. With tracking number and country it saves a call.",
      pattern: /\w{2,60}/,
      allowed: { en: 'a key such as CAINIAO_STANDARD', zh: '物流服务代码，例如 CAINIAO_STANDARD' },
    }),
    country: text({
      label: 'Destination Country',
      help: 'The code that AliExpress uses: mostly ISO, but UK for Great Britain.',
      pattern: /[A-Za-z]{2,5}/,
      allowed: { en: 'a country code such as ES', zh: '国家代码，例如 ES' },
    }),
  },
  source: parcelOfOrder,
});
