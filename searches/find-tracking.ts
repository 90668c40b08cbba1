import { countryChoices } from '../lib/aliexpress/countries.ts';
import { countryCode } from '../lib/aliexpress/spelling.ts';
import { anyOrder, anyParcel, knownCarriers } from '../lib/feeds/lists.ts';
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
      ...anyOrder,
      help: {
        en: 'The search uses 2 calls, or 1 if all fields below are filled in.',
        zh: '消耗 2 次调用；以下各项都填时为 1 次。',
      },
      required: true,
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
