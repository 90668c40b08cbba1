/**
 * Where a parcel is. AliExpress's answer repeats neither the tracking number nor the order, so `trackedParcel` adds them.
 *
 * An event also has a sentence of the carrier, an address and the name of the person who signed. They are left out,
 * because they may be about the buyer. See docs/aliexpress.md#tracking.
 */

import { record } from '../../pack/record.ts';
import { DELIVERED_SIGNALS, stageNames, stageNamesZh, stages } from '../tracking-codes.ts';
import { eventSentences, eventSentencesZh } from '../tracking-events.ts';
import * as wire from '../wire.ts';
import { ORDER_PAGE } from './order.ts';

const EVENTS = 'events';
const NEWEST_SIGNAL = 'newest.signal';

export const trackingRecord = record({
  key: 'tracking',
  id: 'tracking_number',
  link: ORDER_PAGE,
  fields: {
    tracking_number: { label: { en: 'Tracking Number', zh: '运单号' }, from: 'tracking_number', as: 'id' },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'order_id', as: 'id' },
    last_event_at: {
      label: { en: 'Last Event At', zh: '最新轨迹时间' },
      from: 'newest.at',
      as: 'epoch_time',
    },
    last_event: {
      label: { en: 'Last Event', zh: '最新轨迹（英文）' },
      from: NEWEST_SIGNAL,
      as: 'lookup',
      ...eventSentences,
    },
    last_event_zh: {
      label: { en: 'Last Event (Chinese)', zh: '最新轨迹' },
      from: NEWEST_SIGNAL,
      as: 'lookup',
      ...eventSentencesZh,
    },
    last_event_code: {
      label: { en: 'Last Event Code', zh: '最新轨迹代码' },
      from: 'newest.code',
      as: 'text',
    },
    stage: { label: { en: 'Stage Code', zh: '阶段代码' }, from: NEWEST_SIGNAL, as: 'lookup', ...stages },
    stage_name: {
      label: { en: 'Stage', zh: '阶段（英文）' },
      from: NEWEST_SIGNAL,
      as: 'lookup',
      ...stageNames,
    },
    stage_name_zh: {
      label: { en: 'Stage (Chinese)', zh: '阶段' },
      from: NEWEST_SIGNAL,
      as: 'lookup',
      ...stageNamesZh,
    },
    is_delivered: {
      label: { en: 'Delivered', zh: '是否妥投' },
      from: EVENTS,
      of: 'signal',
      as: 'any_of',
      values: DELIVERED_SIGNALS,
    },
    hours_since_last_event: {
      label: { en: 'Hours Since Last Event', zh: '距最新轨迹（小时）' },
      from: 'newest.at',
      as: 'hours_ago',
    },
    events: {
      label: { en: 'Events', zh: '轨迹' },
      from: EVENTS,
      as: 'items',
      items: {
        at: { label: { en: 'Time', zh: '时间' }, from: 'at', as: 'epoch_time' },
        code: { label: { en: 'Code', zh: '代码' }, from: 'code', as: 'text' },
        text: {
          label: { en: 'Event', zh: '轨迹（英文）' },
          from: 'signal',
          as: 'lookup',
          ...eventSentences,
        },
        text_zh: {
          label: { en: 'Event (Chinese)', zh: '轨迹' },
          from: 'signal',
          as: 'lookup',
          ...eventSentencesZh,
        },
      },
    },
    carrier_url: {
      label: { en: 'Carrier Website', zh: '物流商网站' },
      from: 'official_website',
      as: 'url',
    },
  },
});

/** The raw object of the record. */
export const trackedParcel = (
  { trackingNumber, orderId }: { trackingNumber: string; orderId: string },
  answer: unknown,
) => ({ ...wire.record.safeParse(answer).data, tracking_number: trackingNumber, order_id: orderId });
