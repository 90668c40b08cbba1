import fc from 'fast-check';
import {
  readEvent,
  summarizeEvents as summarize,
  type TrackingEvent,
} from '../../lib/aliexpress/tracking-progress.ts';
import { HOUR } from '../../lib/runtime.ts';

interface RawEvent {
  event_date?: unknown;
  action_code?: string;
  event_desc?: string;
}
const read = ({ event_date: time, action_code: code, event_desc: words }: RawEvent): TrackingEvent =>
  readEvent({ time, code, sentences: [words] });
const summarizeEvents = (details: readonly RawEvent[]) => summarize(details.map(read));
const START = Date.parse('2026-10-01T00:00:00Z');
const event = (hour: number, action_code: string) => ({
  event_date: START + hour * HOUR,
  action_code,
  event_desc: 'Delivered',
});

test('The newest event decides at any place in the answer', () => {
  const events = [event(1, 'CONSIGN'), event(30, 'LH_DEPART'), event(5, 'PU_PICKUP_SUCCESS')];
  fc.assert(
    fc.property(fc.shuffledSubarray(events, { minLength: 3 }), (shuffled) => {
      expect(summarizeEvents(shuffled)).toMatchObject({
        code: 'LH_DEPART',
        stage: 'transit',
        eventAt: START + 30 * HOUR,
      });
    }),
  );
});

test('A parcel is in customs since its first customs event in a row', () => {
  const progress = summarizeEvents([
    event(1, 'LH_ARRIVE'),
    event(10, 'CC_IM_START'),
    event(40, 'CC_IM_PROCESS'),
  ]);
  expect(progress).toMatchObject({
    stage: 'customs',
    customsSince: START + 10 * HOUR,
    eventAt: START + 40 * HOUR,
  });
});

test('A parcel that was in customs twice is there since the second time', () => {
  const progress = summarizeEvents([
    event(1, 'CC_EX_START'),
    event(5, 'CC_EX_SUCCESS'),
    event(90, 'CC_IM_START'),
  ]);
  expect(progress?.customsSince).toBe(START + 90 * HOUR);
});

test.each(['CC_EX_SUCCESS', 'CC_IM_SUCCESS', 'CC_TRANS_SUCCESS', 'CC_TRANS＿SUCCESS', 'CUS_SUCCESS'])(
  'Customs no longer holds a parcel after %s',
  (code) => {
    expect(summarizeEvents([event(1, 'CC_EX_START'), event(9, code)])?.customsSince).toBeNull();
  },
);

test('A delivered parcel stays delivered after later events', () => {
  const progress = summarizeEvents([event(1, 'GTMS_SIGNED'), event(3, 'GTMS_OTHER')]);
  expect(progress).toMatchObject({ stage: 'delivered', eventAt: START + HOUR });
});

test('Event times are read as Pacific time and as epoch milliseconds', () => {
  const progress = summarizeEvents([{ event_date: '2026-10-01 03:00:00', action_code: 'LH_DEPART' }]);
  expect(progress?.eventAt).toBe(Date.parse('2026-10-01T10:00:00Z'));
});

test.each([
  ['begins with the newest', ['In transit', 'Held by customs'], ['2016-06-26', '2016-06-26'], 'transit'],
  [
    'begins with an older day',
    ['Departed', 'In transit', 'Held by customs'],
    ['2016-06-25', '2016-06-26', '2016-06-26'],
    'customs',
  ],
  [
    'ends with an older day',
    ['Held by customs', 'In transit', 'Departed'],
    ['2016-06-26', '2016-06-26', '2016-06-25'],
    'customs',
  ],
])('Of events on one day the newest is found by the order of an answer that %s', (_, words, days, stage) => {
  const events = words.map((event_desc, n) => ({ event_date: days[n], event_desc }));
  expect(summarizeEvents(events)?.stage).toBe(stage);
});

test('A day alone is the end of that day', () => {
  const progress = summarizeEvents([{ event_date: '2016-06-26', event_desc: 'Departed' }]);
  expect(progress?.eventAt).toBe(Date.parse('2016-06-27T06:59:59Z'));
});

describe('Event without a readable time', () => {
  const unread = (event_desc: string) => ({ event_date: 'soon', event_desc });
  const [old, middle] = [event(1, 'CONSIGN'), event(5, 'LH_DEPART')];

  test.each([
    [
      'in an answer that begins with the newest',
      [unread('Out for delivery'), middle, old],
      'last_mile',
      null,
    ],
    ['in an answer that ends with the newest', [old, middle, unread('Out for delivery')], 'last_mile', null],
    ['at the old end', [middle, old, unread('Out for delivery')], 'transit', START + 5 * HOUR],
    ['in the middle', [middle, unread('Out for delivery'), old], 'transit', START + 5 * HOUR],
  ])('It is the newest only at the new end: %s', (_, events, stage, eventAt) => {
    expect(summarizeEvents(events)).toMatchObject({ stage, eventAt });
  });

  test.each([[[unread('Left'), old]], [[old, unread('Left')]]])(
    'Next to a single event with a time nothing says which is newer',
    (events) => {
      expect(summarizeEvents(events)).toMatchObject({ stage: 'unknown', eventAt: null });
    },
  );

  test('A delivery counts at any time', () => {
    expect(summarizeEvents([middle, unread('Delivered'), old])).toMatchObject({
      stage: 'delivered',
      eventAt: null,
    });
  });

  test('Customs no longer holds a parcel whose newest event is another one', () => {
    const events = [unread('Out for delivery'), event(9, 'CC_IM_PROCESS'), event(8, 'CC_IM_START')];
    expect(summarizeEvents(events)?.customsSince).toBeNull();
  });

  test('Customs holds a parcel since the first event that says so, also where the newest has no time', () => {
    const events = [unread('Held by customs'), event(9, 'CC_IM_PROCESS'), event(1, 'LH_ARRIVE')];
    expect(summarizeEvents(events)?.customsSince).toBe(START + 9 * HOUR);
  });
});

describe('Event without a code', () => {
  test('The event of a recorded answer says that the parcel is delivered', () => {
    expect(summarizeEvents([{ event_date: '2019-12-05 03:42:00', event_desc: 'DELIVERED' }])).toEqual({
      stage: 'delivered',
      code: '',
      signal: 'words:delivered',
      eventAt: Date.parse('2019-12-05T11:42:00Z'),
      customsSince: null,
    });
  });

  test('Customs holds a parcel until it is released in words', () => {
    const [arrived, held, released] = ['Arrived', 'Held by customs', 'Customs clearance completed'].map(
      (event_desc, hour) => ({ event_date: START + hour * HOUR, event_desc }),
    );
    if (!arrived || !held || !released) throw new Error('three events');
    expect(summarizeEvents([arrived, held])?.customsSince).toBe(START + HOUR);
    expect(summarizeEvents([arrived, held, released])?.customsSince).toBeNull();
  });

  test('The stage is unknown where the newest event has no code and no known word', () => {
    const events = [event(1, 'GTMS_DELIVERING'), { event_date: START + 2 * HOUR, event_desc: 'Processado' }];
    expect(summarizeEvents(events)).toMatchObject({ stage: 'unknown', eventAt: START + 2 * HOUR });
  });
});

test('A parcel without events has no progress', () => {
  expect(summarizeEvents([])).toBeUndefined();
});
