import { tracking } from '../../../lib/aliexpress/methods/tracking.ts';
import { recordedItem } from '../../../lib/aliexpress/recorded/samples.ts';
import { trackedParcel, trackingRecord } from '../../../lib/aliexpress/records/tracking.ts';
import { recordsIn } from '../../support/read-answer.ts';

const parcel = { trackingNumber: 'LP00672918345501', orderId: '8201739405562817' };
const read = (answer: object) => {
  const [found] = recordsIn(tracking, trackingRecord, answer, (item) => trackedParcel(parcel, item));
  if (!found) throw new Error('the record is unusable');
  return found;
};
const withEvents = (...details: object[]) => read({ result_success: true, details }).values;

describe('Record tracking', () => {
  test('The sample of a tracking has every field', () => {
    expect(recordedItem(trackingRecord)).toEqual({
      tracking_number: 'LP00672918345501',
      order_id: '8201739405562817',
      last_event_at: '2026-10-18T17:24:00Z',
      last_event: 'In customs: import clearance started',
      last_event_zh: '清关中：进口清关开始',
      last_event_code: 'CC_IM_START',
      stage: 'customs',
      stage_name: 'in customs',
      stage_name_zh: '清关中',
      is_delivered: false,
      hours_since_last_event: 73.6,
      events: [
        {
          at: '2026-10-18T17:24:00Z',
          code: 'CC_IM_START',
          text: 'In customs: import clearance started',
          text_zh: '清关中：进口清关开始',
        },
        {
          at: '2026-10-18T05:05:00Z',
          code: 'LH_ARRIVE',
          text: 'In transit: line haul arrived',
          text_zh: '运输中：干线已到达',
        },
        {
          at: '2026-10-15T10:10:00Z',
          code: 'LH_DEPART',
          text: 'In transit: departed by line haul',
          text_zh: '运输中：干线已出发',
        },
        {
          at: '2026-10-09T13:48:00Z',
          code: 'PU_PICKUP_SUCCESS',
          text: 'In transit: picked up by the carrier',
          text_zh: '运输中：已揽收',
        },
      ],
      carrier_url: 'https://global.cainiao.com/',
    });
  });

  test('A parcel that no carrier has seen has no events and no stage', () => {
    expect(read({ result_success: true, details: {} }).values).toEqual({
      tracking_number: 'LP00672918345501',
      order_id: '8201739405562817',
      last_event_at: null,
      last_event: null,
      last_event_zh: null,
      last_event_code: null,
      stage: null,
      stage_name: null,
      stage_name_zh: null,
      is_delivered: false,
      hours_since_last_event: null,
      events: [],
      carrier_url: null,
    });
  });

  test('A parcel whose newest event has no code and no known word has the stage unknown', () => {
    const values = withEvents(
      { event_date: '2026-10-18 10:24:00', event_desc: 'Processed' },
      { event_date: '2026-10-17 22:05:00', action_code: 'LH_ARRIVE' },
    );
    expect([values.last_event, values.last_event_zh, values.last_event_code, values.stage]).toEqual([
      'Unknown',
      '未知',
      null,
      'unknown',
    ]);
  });

  test('A parcel whose newest event has no code has the stage of its words', () => {
    const values = withEvents({
      event_date: '2019-12-05 03:42:00',
      event_desc: 'Held by customs: JUAN PEREZ',
    });
    expect(values).toMatchObject({
      last_event_at: '2019-12-05T11:42:00Z',
      last_event: 'In customs: held by customs',
      last_event_zh: '清关中：海关扣留',
      last_event_code: null,
      stage: 'customs',
      events: [{ at: '2019-12-05T11:42:00Z', code: null, text: 'In customs: held by customs' }],
    });
    expect(JSON.stringify(values)).not.toContain('JUAN');
  });

  test('A parcel whose events have a day alone is never silent for less than no time', () => {
    expect(withEvents({ event_date: '2026-10-21', event_desc: 'Departed' }).hours_since_last_event).toBe(0);
  });

  test('A parcel stays delivered after later events', () => {
    const values = withEvents(
      { event_date: '2026-10-18 10:24:00', action_code: 'GTMS_OTHER' },
      { event_date: '2026-10-18 10:20:00', action_code: 'GTMS_SIGNED' },
    );
    expect(values.is_delivered).toBe(true);
  });

  test('A parcel that only the pick-up point has signed for is not delivered', () => {
    const values = withEvents({ event_date: '2026-10-18 10:24:00', action_code: 'GTMS_STA_SIGNED' });
    expect([values.is_delivered, values.stage]).toEqual([false, 'pickup_point']);
  });
});
