/** What is read of the courses that 17TRACK answers with, in every form that they may have. */

import { convert } from '../../lib/aliexpress/convert.ts';
import { followedParcel, parcel } from '../../lib/aliexpress/records/parcel.ts';
import { stageOf } from '../../lib/aliexpress/tracking-progress.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { courseItem, readCourse } from '../../lib/trackers/seventeen-track/course.ts';
import { signalOfStates } from '../../lib/trackers/seventeen-track/states.ts';
import { eventTimes, timeOfEvent } from '../../lib/trackers/seventeen-track/times.ts';

const NOW = Date.parse('2026-07-01T12:00:00Z');
const SYNCED = '2026-07-01T10:00:00Z';

const event = (at: string | null, subStatus: string | null, changes: object = {}) => ({
  time_iso: null,
  time_utc: at,
  time_raw: null,
  description: 'Handed to Maria Silva, Rua das Flores 12',
  location: 'Porto',
  stage: null,
  sub_status: subStatus,
  ...changes,
});
const provider = (events: object[], changes: object = {}) => ({
  provider: { key: 190_271 },
  latest_sync_status: 'Success',
  latest_sync_time: SYNCED,
  events,
  ...changes,
});
const item = (subStatus: string, providers: object[], info: object = {}) => ({
  number: 'LP00612345678901',
  carrier: 190_271,
  consignee: 'Maria Silva',
  phone_number: '+351 900 000 000',
  track_info: {
    latest_status: { status: subStatus.split('_')[0], sub_status: subStatus },
    tracking: { providers },
    ...info,
  },
});
const read = (raw: object, shippedAt = 0) =>
  readCourse(courseItem.parse(raw), 'LP00612345678901', NOW, shippedAt);
const at = (iso: string) => Date.parse(iso);

describe('Stage of a state of 17TRACK', () => {
  test.each([
    ['NotFound_Other', 'unknown'],
    ['NotFound_InvalidCode', 'unknown'],
    ['InfoReceived', 'preparing'],
    ['InTransit_PickedUp', 'transit'],
    ['InTransit_Departure', 'transit'],
    ['InTransit_Arrival', 'transit'],
    ['InTransit_CustomsProcessing', 'customs'],
    ['InTransit_CustomsReleased', 'transit'],
    ['InTransit_CustomsRequiringInformation', 'customs'],
    ['InTransit_Other', 'transit'],
    ['Expired_Other', 'unknown'],
    ['AvailableForPickup_Other', 'pickup_point'],
    ['OutForDelivery_Other', 'last_mile'],
    ['DeliveryFailure_Other', 'failure'],
    ['DeliveryFailure_NoBody', 'failure'],
    ['DeliveryFailure_Security', 'failure'],
    ['DeliveryFailure_Rejected', 'failure'],
    ['DeliveryFailure_InvalidAddress', 'failure'],
    ['Delivered_Other', 'delivered'],
    ['Exception_Other', 'failure'],
    ['Exception_Returning', 'returned'],
    ['Exception_Returned', 'returned'],
    ['Exception_NoBody', 'failure'],
    ['Exception_Security', 'failure'],
    ['Exception_Damage', 'failure'],
    ['Exception_Rejected', 'failure'],
    ['Exception_Delayed', 'transit'],
    ['Exception_Lost', 'failure'],
    ['Exception_Destroyed', 'failure'],
    ['Exception_Cancel', 'failure'],
    ['InTransit_SomethingNew', 'transit'],
    ['Exception_SomethingNew', 'failure'],
    ['SomethingNew_Other', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (state, stage) => {
    expect(stageOf({ signal: signalOfStates([state]) })).toBe(stage);
  });

  test.each(['constructor', '__proto__', 'toString'])('The state %s is not known', (state) => {
    expect(signalOfStates([state])).toBe(signalOfStates(['']));
  });

  test('Where the state is not known, the words of the carrier decide', () => {
    expect(stageOf({ signal: signalOfStates(['SomethingNew'], 'Held by customs') })).toBe('customs');
  });
});

describe('Time of an event of 17TRACK', () => {
  const timeOf = (times: object) => timeOfEvent(eventTimes.parse(times), NOW);
  const raw = (date: unknown, time: unknown, timezone: unknown) => ({ time_raw: { date, time, timezone } });

  test.each([
    [{ time_utc: '2026-06-29T13:05:00Z', time_iso: '2026-06-29T21:05:00+08:00' }, '2026-06-29T13:05:00Z'],
    [{ time_utc: null, time_iso: '2026-06-29T21:05:00+08:00' }, '2026-06-29T13:05:00Z'],
    [{ time_utc: '', time_iso: '', ...raw('2026-06-29', '21:05:00', '+08:00') }, '2026-06-29T13:05:00Z'],
    // Without a zone it may be twelve hours later than the same time in UTC.
    [raw('2026-06-29', '21:05:00', null), '2026-06-30T09:05:00Z'],
    [raw('2026-06-29', null, null), '2026-06-30T12:00:00Z'],
    [raw('2026-06-29', '', ''), '2026-06-30T12:00:00Z'],
    // It has happened by now.
    [raw('2026-07-01', '11:00:00', null), '2026-07-01T12:00:00Z'],
  ])('%j is %s', (times, expected) => {
    expect(timeOf(times)).toBe(at(expected));
  });

  test.each([
    {},
    { time_utc: null, time_iso: null, time_raw: null },
    { time_utc: '29.06.2026', time_iso: 5, time_raw: { date: 5 } },
    { time_utc: '2026-06-29T13:05:00' },
    raw('yesterday', '10:00', null),
    raw('2026-13-45', null, null),
  ])('%j is no time', (times) => {
    expect(timeOf(times)).toBeNull();
  });
});

describe('Course at 17TRACK', () => {
  const inCustoms = [
    event('2026-06-29T12:00:00Z', 'InTransit_CustomsProcessing'),
    event('2026-06-28T12:00:00Z', 'InTransit_CustomsProcessing'),
    event('2026-06-27T12:00:00Z', 'InTransit_Arrival'),
  ];

  test('A parcel in customs has been there since the first of its events there', () => {
    expect(read(item('InTransit_CustomsProcessing', [provider(inCustoms)]))).toMatchObject({
      progress: {
        stage: 'customs',
        code: 'InTransit_CustomsProcessing',
        eventAt: at('2026-06-29T12:00:00Z'),
        customsSince: at('2026-06-28T12:00:00Z'),
      },
      syncedAt: at(SYNCED),
      isCustomsWaiting: false,
      isExpired: false,
    });
  });

  test('The events of both carriers are read', () => {
    const delivered = event('2026-06-30T12:00:00Z', 'Delivered_Other');
    const { events, progress } = read(item('Delivered_Other', [provider([delivered]), provider(inCustoms)]));
    expect([events.length, progress?.stage]).toEqual([4, 'delivered']);
  });

  test('A carrier that 17TRACK did not reach makes the whole course unconfirmed', () => {
    const failed = provider([], { latest_sync_status: 'Failure' });
    expect(read(item('InTransit_Other', [provider(inCustoms), failed])).syncedAt).toBeNull();
    const older = provider([], { latest_sync_time: '2026-07-01T02:00:00Z' });
    expect(read(item('InTransit_Other', [provider(inCustoms), older])).syncedAt).toBe(
      at('2026-07-01T02:00:00Z'),
    );
    expect(read(item('InTransit_Other', [])).syncedAt).toBeNull();
  });

  test('17TRACK has reached no carrier in the future', () => {
    const ahead = provider([event('2026-06-30T08:00:00Z', 'InTransit_Other')], {
      latest_sync_time: '2026-07-20T10:00:00Z',
    });
    expect(read(item('InTransit_Other', [ahead])).syncedAt).toBe(NOW);
  });

  test.each(['2026-07-12T08:00:00Z', '9999-12-31T23:59:59-12:00'])(
    'Nothing has happened at %s, which is far ahead, so the newest event is not known',
    (ahead) => {
      const events = [event(ahead, 'InTransit_Other'), event('2026-06-30T08:00:00Z', 'InTransit_Departure')];
      const { progress } = read(item('InTransit_Other', [provider(events)]));
      expect(progress?.eventAt).toBeNull();
    },
  );

  test('A delivery counts although its time is far ahead', () => {
    const events = [
      event('2027-06-30T08:00:00Z', 'Delivered_Other'),
      event('2026-06-30T08:00:00Z', 'InTransit_Departure'),
    ];
    const { progress } = read(item('Delivered_Other', [provider(events)]));
    expect(progress).toMatchObject({ stage: 'delivered', eventAt: null });
  });

  test('A delivery that has a day only counts as late as it can have been', () => {
    const times = { time_raw: { date: '2026-06-30', time: '18:00:00', timezone: null } };
    const delivered = event(null, 'Delivered_Other', times);
    expect(read(item('Delivered_Other', [provider([delivered, ...inCustoms])])).progress).toMatchObject({
      stage: 'delivered',
      eventAt: at('2026-07-01T06:00:00Z'),
      customsSince: null,
    });
  });

  test('An event without a zone is not later than the one after it', () => {
    const times = { time_raw: { date: '2026-06-30', time: '18:00:00', timezone: null } };
    const departed = event(null, 'InTransit_Departure', times);
    const arrived = event('2026-06-30T20:00:00Z', 'InTransit_Arrival');
    const { progress } = read(item('InTransit_Arrival', [provider([arrived, departed])]));
    expect(progress).toMatchObject({ code: 'InTransit_Arrival', eventAt: at('2026-06-30T20:00:00Z') });
  });

  test('A state "delivered" counts although no event says so', () => {
    expect(read(item('Delivered_Other', [provider(inCustoms)])).progress).toMatchObject({
      stage: 'delivered',
      eventAt: at('2026-06-29T12:00:00Z'),
      customsSince: null,
    });
  });

  test('Where the events say nothing, the state of the parcel counts', () => {
    const silent = event('2026-06-30T12:00:00Z', null, { description: '…' });
    expect(read(item('OutForDelivery_Other', [provider([silent])])).progress).toMatchObject({
      stage: 'last_mile',
    });
    expect(read(item('OutForDelivery_Other', [])).progress).toMatchObject({
      stage: 'last_mile',
      eventAt: null,
    });
  });

  test('Customs that wants documents does not wait', () => {
    const held = event('2026-06-30T12:00:00Z', 'InTransit_CustomsRequiringInformation');
    expect(read(item('InTransit_CustomsRequiringInformation', [provider([held])]))).toMatchObject({
      isCustomsWaiting: true,
      progress: { stage: 'customs' },
    });
  });

  test('A parcel that 17TRACK has given up has its last events, and is expired', () => {
    expect(read(item('Expired_Other', [provider(inCustoms)]))).toMatchObject({
      isExpired: true,
      progress: { stage: 'customs' },
    });
  });

  test('An old parcel of the same number says nothing about this one, not even that it was delivered', () => {
    const delivered = event('2024-06-30T12:00:00Z', 'Delivered_Other');
    const reading = read(item('Delivered_Other', [provider([delivered])]), NOW - DAY);
    expect(reading).toMatchObject({ events: [], progress: undefined });
    const early = event(new Date(NOW - DAY - 71 * HOUR).toISOString(), 'InTransit_PickedUp');
    expect(read(item('InTransit_PickedUp', [provider([early])]), NOW - DAY).events).toHaveLength(1);
  });

  test.each([
    null,
    undefined,
    {},
    { latest_status: null, tracking: null },
    { tracking: { providers: null } },
  ])('The course %j is empty', (track_info) => {
    expect(read({ number: 'LP00612345678901', carrier: '190271', track_info })).toEqual({
      number: 'LP00612345678901',
      carrier: 190_271,
      events: [],
      progress: undefined,
      syncedAt: null,
      country: '',
      isCustomsWaiting: false,
      isExpired: false,
    });
  });

  test.each([
    ['ES', 'ES'],
    ['GB', 'UK'],
    ['UK', 'UK'],
    ['RS', 'SRB'],
    ['br', 'BR'],
    ['ZZ', ''],
    ['', ''],
    [null, ''],
    [34, ''],
    ['Spain', ''],
    ['Rua das Flores 12', ''],
  ])("The destination %j is AliExpress's country %j", (country, code) => {
    const recipient_address = { country, state: null, city: 'Porto', street: 'Rua das Flores 12' };
    const info = { shipping_info: { shipper_address: { country: 'CN' }, recipient_address } };
    expect(read(item('InTransit_Other', [provider(inCustoms)], info)).country).toBe(code);
  });

  test('The destination of an older parcel of the same number is not that of this one', () => {
    const delivered = event('2024-06-30T12:00:00Z', 'Delivered_Other');
    const info = { shipping_info: { recipient_address: { country: 'ES' } } };
    const older = item('Delivered_Other', [provider([delivered])], info);
    expect(read(older).country).toBe('ES');
    expect(read(older, NOW - DAY).country).toBe('');
  });

  test('No name, address, phone, place or sentence comes out of a course', () => {
    const strange = event('2026-06-30T12:00:00Z', 'Delivered to Maria', { stage: 'Rua das Flores' });
    const text = JSON.stringify(read(item('InTransit_Other', [provider([strange, ...inCustoms])])));
    for (const personal of ['Maria', 'Flores', '351', 'Porto']) expect(text).not.toContain(personal);
  });

  test('A record made of a course has the sentence of the connector', () => {
    const held = event('2026-06-30T12:00:00Z', 'InTransit_CustomsRequiringInformation');
    const { progress } = read(item('InTransit_CustomsRequiringInformation', [provider([held])]));
    if (!progress) throw new Error('no progress');
    const shipment = { trackingNumber: 'LP00612345678901', carrier: 'CAINIAO_STANDARD', country: 'PT' };
    const times = { shippedAt: NOW - DAY, checkedAt: NOW };
    const raw = followedParcel({
      orderId: '1',
      shipment,
      progress,
      ...times,
      unusualAfterMs: null,
      place: null,
    });
    expect(convert(parcel, raw, NOW)?.values).toMatchObject({
      stage: 'customs',
      last_event: 'In customs: customs needs documents or a payment',
      last_event_zh: '清关中：海关要求补充资料或缴费',
      last_event_code: 'InTransit_CustomsRequiringInformation',
    });
  });
});
