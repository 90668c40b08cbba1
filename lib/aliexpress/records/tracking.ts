/**
 * Where a parcel is. The raw object is the tracking answer with the parameters of its request beneath it
 * (`{ ...request, ...answer }`), because the answer repeats neither the tracking number nor the order.
 *
 * An event has a place (`address`) and the name of who signed. The name stays out, and so does the place: near the end
 * of the way it may be the buyer's.
 */

import { record } from '../../pack/record.ts';
import { DELIVERED_CODES, stageNames, stageNamesZh, stages } from '../tracking-codes.ts';
import { ORDER_PAGE } from './order.ts';

/** The order of the events in an answer is not documented: the newest is found by its date. */
const newest = (of: string) => ({ from: 'details', pick: { of, newestBy: 'event_date' } });

export const trackingRecord = record({
  key: 'tracking',
  id: 'tracking_number',
  link: ORDER_PAGE,
  fields: {
    tracking_number: { label: { en: 'Tracking Number', zh: '运单号' }, from: 'logistics_no', as: 'id' },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'out_ref', as: 'id' },
    // Documented as text and converted from US Pacific; met as "2019-11-30 03:42:00". Epoch milliseconds are read too.
    last_event_at: {
      label: { en: 'Last Event At', zh: '最新轨迹时间' },
      ...newest('event_date'),
      as: 'pacific_time',
    },
    last_event: { label: { en: 'Last Event', zh: '最新轨迹' }, ...newest('event_desc'), as: 'text' },
    last_action_code: {
      label: { en: 'Last Event Code', zh: '最新轨迹代码' },
      ...newest('action_code'),
      as: 'text',
    },
    stage: { label: { en: 'Stage Code', zh: '阶段代码' }, ...newest('action_code'), as: 'lookup', ...stages },
    stage_name: {
      label: { en: 'Stage', zh: '阶段（英文）' },
      ...newest('action_code'),
      as: 'lookup',
      ...stageNames,
    },
    stage_name_zh: {
      label: { en: 'Stage (Chinese)', zh: '阶段' },
      ...newest('action_code'),
      as: 'lookup',
      ...stageNamesZh,
    },
    delivered: {
      label: { en: 'Delivered', zh: '是否妥投' },
      from: 'details',
      of: 'action_code',
      as: 'any_of',
      values: DELIVERED_CODES,
    },
    hours_since_last_event: {
      label: { en: 'Hours Since Last Event', zh: '距最新轨迹（小时）' },
      ...newest('event_date'),
      as: 'hours_ago',
    },
    events: {
      label: { en: 'Events', zh: '轨迹' },
      from: 'details',
      as: 'items',
      items: {
        at: { label: { en: 'Time', zh: '时间' }, from: 'event_date', as: 'pacific_time' },
        code: { label: { en: 'Code', zh: '代码' }, from: 'action_code', as: 'text' },
        text: { label: { en: 'Event', zh: '轨迹' }, from: 'event_desc', as: 'text' },
      },
    },
    official_website: {
      label: { en: 'Carrier Website', zh: '物流商网站' },
      from: 'official_website',
      as: 'text',
    },
  },
});
