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
      en: '200 calls per day are enough to check a few dozen parcels, those most likely stalled first. *Find Call Budget* shows how many are not watched. With a 17TRACK key, all parcels with a known number are followed.',
      zh: '每天 200 次调用只够查询几十个包裹，最可能停滞的优先。*Find Call Budget*（查询调用额度）会显示有多少包裹未能关注。填写 17TRACK 密钥后，可跟踪所有已取得运单号的包裹。',
    },
  ],
});
