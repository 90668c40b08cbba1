import { recipe } from '../lib/pack/recipe.ts';
import logisticsStall from '../triggers/logistics-stall.ts';
import { ticket } from './steps.ts';

export default recipe({
  key: 'silent_parcel_to_ticket',
  title: { en: 'Tracking silent for 5 days → ticket', zh: '物流 5 天无更新 → 工单' },
  purpose: {
    en: 'A parcel without tracking news for five days becomes a ticket, so that somebody asks the carrier.',
    zh: '物流 5 天没有更新的包裹自动生成工单，有人联系物流商。',
  },
  trigger: logisticsStall,
  inputs: { kinds: ['silent'], silent_hours: 120 },
  steps: [ticket('silent_parcel')],
  freshness: {
    en: 'A parcel is asked about when its last known event is long enough ago for an alert: one call, and one more the first time. Together with "Customs > 72 h" no parcel is asked about twice.',
    zh: '距最近一条轨迹足够久时才查询包裹：每次一次调用，首次多一次。与“清关超过 72 小时”同时启用时不会重复查询。',
  },
  watch: [
    {
      en: '200 calls a day are enough to follow a few dozen parcels, the dearest orders first. Find Call Budget says how many have to wait.',
      zh: '一天的调用只够跟踪几十个包裹；Find Call Budget 会显示有多少个在等待。',
    },
  ],
});
