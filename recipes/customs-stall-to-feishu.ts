import { recipe } from '../lib/pack/recipe.ts';
import logisticsStall from '../triggers/logistics-stall.ts';
import { feishuCard } from './steps.ts';

export default recipe({
  key: 'customs_stall_to_feishu',
  title: { en: 'Customs > 72 h → Feishu', zh: '清关超过 72 小时 → 飞书' },
  purpose: {
    en: 'A parcel that customs holds for more than 72 hours is called out in your Feishu group.',
    zh: '清关超过 72 小时的包裹，在飞书群里提醒。',
  },
  trigger: logisticsStall,
  inputs: { kinds: ['customs'], customs_hours: 72 },
  steps: [feishuCard],
  freshness: {
    en: 'A parcel is asked about when its last known event is long enough ago for an alert: one call, and one more the first time. A shop with many parcels on their way looks at the most pressing first.',
    zh: '距最近一条轨迹足够久时才查询包裹：每次一次调用，首次多一次。在途包裹多的店铺先查最紧急的。',
  },
  watch: [
    {
      en: '200 calls a day are enough to follow a few dozen parcels, the dearest orders first. Find Call Budget says how many have to wait.',
      zh: '一天的调用只够跟踪几十个包裹；Find Call Budget 会显示有多少个在等待。',
    },
  ],
});
