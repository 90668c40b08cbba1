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
    en: 'A parcel is checked when its last event is old enough for an alert, with 1 call, or 2 if the list of parcels does not show it. A call for the list brings many tracking numbers at once. Together with the recipe for parcels in customs no parcel is checked twice.',
    zh: '包裹的最新轨迹距今足够久时才查询，每次 1 次调用；不在速卖通包裹列表中的首次 2 次。读取列表时，一次调用可取得多个运单号。与清关停滞模板同时启用时不会重复查询。',
  },
  watch: [
    {
      en: 'The calls of a day are not enough to check every parcel of a busy shop: those most likely stalled come first. *Find Call Budget* shows how many are not watched. With a 17TRACK key, all parcels with a known number are followed.',
      zh: '每天的调用不够查询订单多的店铺的全部包裹，最可能停滞的优先。*Find Call Budget*（查询调用额度）会显示有多少包裹未能关注。填写 17TRACK 密钥后，可跟踪所有已取得运单号的包裹。',
    },
  ],
});
