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
    en: 'A parcel is checked when its last event is old enough for an alert, with 1 call, or 2 if the list of parcels does not show it. A call for the list brings many tracking numbers at once. A shop with many parcels in transit checks those first that are most likely stalled.',
    zh: '包裹的最新轨迹距今足够久时才查询，每次 1 次调用；不在速卖通包裹列表中的首次 2 次。读取列表时，一次调用可取得多个运单号。在途包裹多的店铺先查最可能停滞的。',
  },
  watch: [
    {
      en: 'The calls of a day are not enough to check every parcel of a busy shop: those most likely stalled come first. *Find Call Budget* shows how many are not watched. With a 17TRACK key, all parcels with a known number are followed.',
      zh: '每天的调用不够查询订单多的店铺的全部包裹，最可能停滞的优先。*Find Call Budget*（查询调用额度）会显示有多少包裹未能关注。填写 17TRACK 密钥后，可跟踪所有已取得运单号的包裹。',
    },
  ],
});
