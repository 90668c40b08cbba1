import fc from 'fast-check';
import { summarizeEvents as summarize } from '../../lib/aliexpress/tracking-progress.ts';
import { HOUR } from '../../lib/runtime.ts';

const summarizeEvents = (details: readonly object[]) => summarize({ details });
const START = Date.parse('2026-10-01T00:00:00Z');
const event = (hour: number, action_code: string) => ({
  event_date: START + hour * HOUR,
  action_code,
  event_desc: `event ${action_code}`,
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

test('An event without a readable time is left out', () => {
  expect(
    summarizeEvents([event(1, 'CONSIGN'), { event_date: 'soon', action_code: 'GTMS_SIGNED' }])?.stage,
  ).toBe('preparing');
});

test('A parcel without events has no progress', () => {
  expect(summarizeEvents([])).toBeUndefined();
});
