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
    tracking_number: { label: 'Tracking Number', from: 'logistics_no', as: 'id', required: true },
    order_id: { label: 'Order Number', from: 'out_ref', as: 'id', required: true },
    carrier: { label: 'Carrier', help: "AliExpress's key of the carrier.", from: 'service_name', as: 'text' },
    country: {
      label: 'Destination Country',
      help: "AliExpress's country code; mostly ISO, but UK for Great Britain.",
      from: 'to_area',
      as: 'text',
    },
    stage: {
      label: 'Stage',
      help: 'preparing, transit, customs, last_mile, pickup_point, delivered, failure or returned.',
      from: 'stage',
      as: 'text',
    },
    stage_name: { label: 'Stage in Words', from: 'action_code', as: 'lookup', ...stageNames },
    stage_name_zh: {
      label: 'Stage in Words (Chinese)',
      from: 'action_code',
      as: 'lookup',
      ...stageNamesZh,
    },
    last_event: { label: 'Last Event', from: 'event_desc', as: 'text' },
    last_event_at: { label: 'Last Event At', from: 'event_at', as: 'epoch_time', required: true },
    silent_hours: {
      label: 'Hours Without News',
      help: 'From the last event until the carrier was asked.',
      from: 'silent_hours',
      as: 'integer',
    },
    customs_hours: {
      label: 'Hours in Customs',
      help: 'Until the carrier was asked. Empty where the parcel is not in customs.',
      from: 'customs_hours',
      as: 'integer',
    },
    episode_since: {
      label: 'So Since',
      help: 'Since when the parcel has been where it is; one alert is given for it.',
      from: 'episode_at',
      as: 'epoch_time',
      required: true,
    },
    shipped_at: { label: 'Shipped At', from: 'shipped_at', as: 'epoch_time' },
    checked_at: { label: 'Checked At', from: 'checked_at', as: 'epoch_time' },
  },
});
