import { recipe } from '../lib/pack/recipe.ts';
import logisticsStall from '../triggers/logistics-stall.ts';
import { feishuMessage } from './steps.ts';

export default recipe({
  key: 'customs_stall_to_feishu',
  title: { en: 'Customs > 72 h → Feishu', zh: '清关超过 72 小时 → 飞书' },
  purpose: {
    en: 'A parcel that is stuck in customs for more than 72 hours is posted to your Feishu group.',
    zh: '清关超过 72 小时的包裹发到飞书群。',
  },
  trigger: logisticsStall,
  inputs: { alert_types: ['customs'], stall_rule: 'hours', min_customs_hours: 72 },
  steps: [feishuMessage],
  freshness: {
    en: 'A parcel is checked when its last event is old enough for an alert, with 1 call, or 2 the first time. A shop with many parcels in transit checks the most urgent ones first.',
    zh: '包裹的最新轨迹距今足够久时才查询，每次 1 次调用，首次 2 次。在途包裹多的店铺先查最紧急的。',
  },
  watch: [
    {
      en: '200 calls per day are enough to track a few dozen parcels, highest-value orders first. *Find Call Budget* shows how many parcels are waiting.',
      zh: '每天 200 次调用只够跟踪几十个包裹，金额高的订单优先。*Find Call Budget*（查询调用额度）会显示有多少包裹在等待。',
    },
  ],
});
