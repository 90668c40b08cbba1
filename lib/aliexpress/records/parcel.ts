/** A parcel with its progress, which the parcels feed derives from the tracking. */

import { record } from '../../pack/record.ts';
import { HOUR } from '../../runtime.ts';
import { countryNames, countryNamesZh } from '../countries.ts';
import type { Shipment } from '../shipment-of-order.ts';
import { stageNames, stageNamesZh } from '../tracking-codes.ts';
import { eventSentences, eventSentencesZh } from '../tracking-events.ts';
import type { ParcelProgress } from '../tracking-progress.ts';
import { ORDER_PAGE } from './order.ts';

export const parcel = record({
  key: 'parcel',
  id: 'tracking_number',
  link: ORDER_PAGE,
  fields: {
    tracking_number: {
      label: { en: 'Tracking Number', zh: '运单号' },
      from: 'tracking_number',
      as: 'id',
      required: true,
    },
    order_id: { label: { en: 'Order Number', zh: '订单号' }, from: 'order_id', as: 'id', required: true },
    parcel_index: {
      label: { en: 'Parcel', zh: '第几个包裹' },
      help: {
        en: 'Its place among the parcels of the order. Empty while parts of the order are not shipped.',
        zh: '该包裹在订单各包裹中的序号。订单未全部发货时为空。',
      },
      from: 'index',
      as: 'integer',
    },
    parcel_count: { label: { en: 'Number of Parcels', zh: '包裹数' }, from: 'count', as: 'integer' },
    carrier_code: { label: { en: 'Carrier Code', zh: '物流服务代码' }, from: 'carrier', as: 'text' },
    country_code: {
      label: { en: 'Country Code', zh: '国家代码' },
      help: {
        en: 'The code of AliExpress: mostly ISO, but UK for Great Britain. Empty while it is not known.',
        zh: '速卖通的国家代码，多数同 ISO，英国为 UK。未知时为空。',
      },
      from: 'country',
      as: 'text',
    },
    country_name: {
      label: { en: 'Country', zh: '国家（英文）' },
      from: 'country',
      as: 'lookup',
      table: countryNames,
    },
    country_name_zh: {
      label: { en: 'Country (Chinese)', zh: '国家' },
      from: 'country',
      as: 'lookup',
      table: countryNamesZh,
    },
    stage: { label: { en: 'Stage Code', zh: '阶段代码' }, from: 'stage', as: 'text' },
    stage_name: {
      label: { en: 'Stage', zh: '阶段（英文）' },
      from: 'signal',
      as: 'lookup',
      ...stageNames,
    },
    stage_name_zh: {
      label: { en: 'Stage (Chinese)', zh: '阶段' },
      from: 'signal',
      as: 'lookup',
      ...stageNamesZh,
    },
    last_event: {
      label: { en: 'Last Event', zh: '最新轨迹（英文）' },
      from: 'signal',
      as: 'lookup',
      ...eventSentences,
    },
    last_event_zh: {
      label: { en: 'Last Event (Chinese)', zh: '最新轨迹' },
      from: 'signal',
      as: 'lookup',
      ...eventSentencesZh,
    },
    last_event_code: {
      label: { en: 'Last Event Code', zh: '最新轨迹代码' },
      from: 'event_code',
      as: 'text',
    },
    last_event_at: {
      label: { en: 'Last Event At', zh: '最新轨迹时间' },
      from: 'event_at',
      as: 'epoch_time',
      required: true,
      local: true,
    },
    hours_without_update: {
      label: { en: 'Hours Without Update', zh: '无更新时长（小时）' },
      help: { en: 'From the last event to the check.', zh: '从最新轨迹到查询时。' },
      from: 'hours_without_update',
      as: 'integer',
    },
    hours_in_customs: {
      label: { en: 'Hours in Customs', zh: '清关滞留（小时）' },
      help: { en: 'Empty if the parcel is not in customs.', zh: '不在清关中则为空。' },
      from: 'hours_in_customs',
      as: 'integer',
    },
    unusual_after_hours: {
      label: { en: 'Unusual After (hours)', zh: '无更新异常阈值（小时）' },
      help: {
        en: 'Nearly all parcels of the same carrier, and of the same country where it is known, have a new event sooner. Empty if the parcel need not move.',
        zh: '同一物流商（已知目的国时，同一国家）的包裹几乎都会在此之前更新。无需继续移动的包裹为空。',
      },
      from: 'unusual_after_hours',
      as: 'integer',
    },
    unusual_since: {
      label: { en: 'Unusual Since', zh: '异常开始时间' },
      help: {
        en: 'When the parcel had been without an update for that long. In the future if it has not been.',
        zh: '无更新时长达到阈值的时间；尚未达到则为将来时间。',
      },
      from: 'unusual_since',
      as: 'epoch_time',
    },
    stalled_since: {
      label: { en: 'Stalled Since', zh: '停滞开始时间' },
      from: 'stalled_since',
      as: 'epoch_time',
      required: true,
    },
    shipped_at: {
      label: { en: 'Shipped At', zh: '发货时间' },
      from: 'shipped_at',
      as: 'epoch_time',
      local: true,
    },
    checked_at: { label: { en: 'Checked At', zh: '查询时间' }, from: 'checked_at', as: 'epoch_time' },
  },
});

/** Times are epoch milliseconds. */
export interface FollowedParcel {
  orderId: string;
  shipment: Shipment;
  progress: ParcelProgress;
  shippedAt: number;
  checkedAt: number;
  /** The silence that is unusual on its route, in milliseconds; null if it need not move. */
  unusualAfterMs: number | null;
  /** Its place among the parcels of its order, from 1; null if that is not known. */
  place: { index: number; count: number } | null;
}

/** The raw object of the record. */
export function followedParcel({
  orderId,
  shipment,
  progress,
  shippedAt,
  checkedAt,
  unusualAfterMs,
  place,
}: FollowedParcel) {
  const { stage, code, signal, customsSince } = progress;
  // A delivery without a readable time counts from when it was seen.
  const eventAt = progress.eventAt ?? checkedAt;
  const hoursSince = (at: number) => Math.floor((checkedAt - at) / HOUR);
  return {
    tracking_number: shipment.trackingNumber,
    order_id: orderId,
    ...place,
    carrier: shipment.carrier || null,
    country: shipment.country || null,
    stage,
    event_code: code,
    signal,
    event_at: eventAt,
    hours_without_update: hoursSince(eventAt),
    ...(customsSince !== null && { hours_in_customs: hoursSince(customsSince) }),
    ...(unusualAfterMs !== null && {
      unusual_after_hours: unusualAfterMs / HOUR,
      unusual_since: eventAt + unusualAfterMs,
    }),
    stalled_since: customsSince ?? eventAt,
    shipped_at: shippedAt,
    checked_at: checkedAt,
  };
}
