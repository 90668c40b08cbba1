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
    tracking_number: { label: 'Tracking Number', from: 'logistics_no', as: 'id' },
    order_id: { label: 'Order Number', from: 'out_ref', as: 'id' },
    // Documented as text and converted from US Pacific; met as "2019-11-30 03:42:00". Epoch milliseconds are read too.
    last_event_at: { label: 'Last Event At', ...newest('event_date'), as: 'pacific_time' },
    last_event: { label: 'Last Event', ...newest('event_desc'), as: 'text' },
    last_action_code: {
      label: 'Last Event Code',
      help: "The carrier's own code, such as GTMS_DO_DEPART.",
      ...newest('action_code'),
      as: 'text',
    },
    stage: {
      label: 'Stage',
      help: 'preparing, transit, customs, last_mile, pickup_point, delivered, failure or returned. Empty while no carrier has seen the parcel.',
      ...newest('action_code'),
      as: 'lookup',
      ...stages,
    },
    stage_name: { label: 'Stage in Words', ...newest('action_code'), as: 'lookup', ...stageNames },
    stage_name_zh: {
      label: 'Stage in Words (Chinese)',
      ...newest('action_code'),
      as: 'lookup',
      ...stageNamesZh,
    },
    delivered: {
      label: 'Delivered',
      help: 'Whether any event says that the buyer received the parcel.',
      from: 'details',
      of: 'action_code',
      as: 'any_of',
      values: DELIVERED_CODES,
    },
    hours_since_last_event: {
      label: 'Hours Since Last Event',
      help: 'When this was looked up.',
      ...newest('event_date'),
      as: 'hours_ago',
    },
    events: {
      label: 'Events',
      from: 'details',
      as: 'items',
      items: {
        at: { label: 'At', from: 'event_date', as: 'pacific_time' },
        code: { label: 'Code', from: 'action_code', as: 'text' },
        text: { label: 'Event', from: 'event_desc', as: 'text' },
      },
    },
    official_website: { label: "Carrier's Website", from: 'official_website', as: 'text' },
  },
});
