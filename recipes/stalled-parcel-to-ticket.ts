import { recipe } from '../lib/pack/recipe.ts';
import logisticsStall from '../triggers/logistics-stall.ts';
import { ticket } from './steps.ts';

export default recipe({
  key: 'stalled_parcel_to_ticket',
  title: { en: 'No tracking update for 5 days → ticket', zh: '物流 5 天无更新 → 工单' },
  purpose: {
    en: 'A parcel without a tracking update for five days becomes a ticket, so that your team can contact the carrier.',
    zh: '物流 5 天无更新的包裹自动生成工单，便于联系物流商。',
  },
  trigger: logisticsStall,
  inputs: { alert_types: ['no_update'], stall_rule: 'hours', min_hours_without_update: 120 },
  steps: [ticket],
  freshness: {
    en: 'A parcel is checked when its last event is old enough for an alert, with 1 call, or 2 the first time. Together with "Customs > 72 h" no parcel is checked twice.',
    zh: '包裹的最新轨迹距今足够久时才查询，每次 1 次调用，首次 2 次。与“清关超过 72 小时”同时启用时不会重复查询。',
  },
  watch: [
    {
      en: '200 calls per day are enough to track a few dozen parcels, highest-value orders first. *Find Call Budget* shows how many parcels are waiting.',
      zh: '每天 200 次调用只够跟踪几十个包裹，金额高的订单优先。*Find Call Budget*（查询调用额度）会显示有多少包裹在等待。',
    },
  ],
});
