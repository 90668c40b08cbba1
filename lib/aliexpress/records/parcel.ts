/**
 * A parcel and how it is doing. The raw object is the request for its tracking, with what the parcels feed has worked
 * out of the answer laid over it.
 */

import { record } from '../../pack/record.ts';
import { stageNames, stageNamesZh } from '../tracking-codes.ts';
import { ORDER_PAGE } from './order.ts';

export const parcel = record({
  key: 'parcel',
  id: 'tracking_number',
  link: ORDER_PAGE,
  fields: {
    tracking_number: {
      label: { en: 'Tracking Number', zh: '运单号' },
      from: 'logistics_no',
      as: 'id',
      required: true,
    },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'out_ref', as: 'id', required: true },
    carrier: { label: { en: 'Carrier Code', zh: '物流服务代码' }, from: 'service_name', as: 'text' },
    country: {
      label: { en: 'Country Code', zh: '国家代码' },
      help: {
        en: 'The code of AliExpress: mostly ISO, but UK for Great Britain.',
        zh: '速卖通的国家代码，多数同 ISO，英国为 UK。',
      },
      from: 'to_area',
      as: 'text',
    },
    stage: { label: { en: 'Stage Code', zh: '阶段代码' }, from: 'stage', as: 'text' },
    stage_name: {
      label: { en: 'Stage', zh: '阶段（英文）' },
      from: 'action_code',
      as: 'lookup',
      ...stageNames,
    },
    stage_name_zh: {
      label: { en: 'Stage (Chinese)', zh: '阶段' },
      from: 'action_code',
      as: 'lookup',
      ...stageNamesZh,
    },
    last_event: { label: { en: 'Last Event', zh: '最新轨迹' }, from: 'event_desc', as: 'text' },
    last_event_at: {
      label: { en: 'Last Event At', zh: '最新轨迹时间' },
      from: 'event_at',
      as: 'epoch_time',
      required: true,
    },
    silent_hours: {
      label: { en: 'Hours Without Update', zh: '无更新时长（小时）' },
      help: { en: 'From the last event to the check.', zh: '从最新轨迹到查询时。' },
      from: 'silent_hours',
      as: 'integer',
    },
    customs_hours: {
      label: { en: 'Hours in Customs', zh: '清关滞留（小时）' },
      help: { en: 'Empty if the parcel is not in customs.', zh: '不在清关中则为空。' },
      from: 'customs_hours',
      as: 'integer',
    },
    episode_since: {
      label: { en: 'Stalled Since', zh: '停滞开始时间' },
      from: 'episode_at',
      as: 'epoch_time',
      required: true,
    },
    shipped_at: { label: { en: 'Shipped At', zh: '发货时间' }, from: 'shipped_at', as: 'epoch_time' },
    checked_at: { label: { en: 'Checked At', zh: '查询时间' }, from: 'checked_at', as: 'epoch_time' },
  },
});
