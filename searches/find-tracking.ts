import { countryChoices } from '../lib/aliexpress/countries.ts';
import { countryCode, idNumber } from '../lib/aliexpress/spelling.ts';
import { anyParcel, knownCarriers, recentOrders } from '../lib/feeds/lists.ts';
import { parcelOfOrder } from '../lib/feeds/lookups.ts';
import { text } from '../lib/pack/input.ts';
import { search } from '../lib/pack/operation.ts';

export default search({
  key: 'find_tracking',
  noun: 'Parcel Tracking',
  label: { en: 'Find Parcel Tracking', zh: '查询物流轨迹' },
  makeLabel: 'Get Parcel Tracking',
  description: {
    en: 'Finds where a parcel is, with all its tracking events.',
    zh: '查询包裹位置和全部轨迹。',
  },
  inputs: {
    order_id: text({
      label: { en: 'Order', zh: '订单' },
      help: {
        en: 'The search uses 2 calls, or 1 if all fields below are filled in.',
        zh: '消耗 2 次调用；以下各项都填时为 1 次。',
      },
      required: true,
      dropdown: recentOrders,
      mend: idNumber,
      pattern: /\d{6,19}/,
      allowed: { en: 'an AliExpress order number, 6 to 19 digits', zh: '速卖通订单号，6 至 19 位数字' },
    }),
    tracking_number: text({
      ...anyParcel,
      help: {
        en: 'For an order with several parcels. Empty: the first parcel.',
        zh: '多包裹订单请指定；留空取第一个。',
      },
    }),
    carrier_code: text({
      label: { en: 'Carrier', zh: '物流服务' },
      help: {
        en: 'The carrier code, such as CAINIAO_STANDARD.',
        zh: '物流服务代码，例如 CAINIAO_STANDARD。',
      },
      dropdown: knownCarriers,
      pattern: /\w{2,60}/,
      allowed: { en: 'a code such as CAINIAO_STANDARD', zh: '物流服务代码，例如 CAINIAO_STANDARD' },
    }),
    country_code: text({
      label: { en: 'Destination Country', zh: '目的国' },
      options: countryChoices,
      mend: countryCode,
      pattern: /[A-Za-z]{2,5}/,
      allowed: { en: 'a country code such as ES', zh: '国家代码，例如 ES' },
    }),
  },
  source: parcelOfOrder,
});
