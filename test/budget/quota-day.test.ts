import { dayIn } from '../../lib/budget/quota-day.ts';
import { HOUR } from '../../lib/runtime.ts';

const at = (iso: string) => Date.parse(iso);
const hoursOf = (day: { start: number; end: number }) => (day.end - day.start) / HOUR;

describe('Quota day', () => {
  test('A quota day begins at midnight in its zone', () => {
    expect(dayIn('Asia/Shanghai')(at('2026-11-21T08:00:00Z')).start).toBe(at('2026-11-20T16:00:00Z'));
  });

  test('A quota day ends when the next one begins', () => {
    const dayOf = dayIn('Asia/Shanghai');
    const day = dayOf(at('2026-11-21T08:00:00Z'));
    expect(dayOf(day.end).start).toBe(day.end);
  });

  test('A quota day is named by its date in the zone', () => {
    expect(dayIn('Asia/Shanghai')(at('2026-11-21T16:30:00Z')).name).toBe('2026-11-22');
  });

  test('A quota day includes its last millisecond', () => {
    expect(dayIn('Asia/Shanghai')(at('2026-11-21T15:59:59.999Z')).name).toBe('2026-11-21');
  });

  test('A quota day does not include the midnight that ends it', () => {
    expect(dayIn('Asia/Shanghai')(at('2026-11-21T16:00:00Z')).name).toBe('2026-11-22');
  });

  test('The quota day of an earlier time is found after that of a later one', () => {
    const dayOf = dayIn('Asia/Shanghai');
    dayOf(at('2026-11-22T08:00:00Z'));
    expect(dayOf(at('2026-11-21T08:00:00Z')).name).toBe('2026-11-21');
  });

  test.each([
    ['Asia/Shanghai', '2026-11-21T08:00:00Z', 24],
    ['America/Los_Angeles', '2026-07-04T20:00:00Z', 24],
    ['America/Los_Angeles', '2026-03-08T20:00:00Z', 23],
    ['America/Los_Angeles', '2026-11-01T20:00:00Z', 25],
    ['Australia/Lord_Howe', '2026-04-05T02:00:00Z', 24.5],
  ])('In %s the quota day around %s has %d hours', (zone, time, hours) => {
    expect(hoursOf(dayIn(zone)(at(time)))).toBe(hours);
  });

  test('A quota day begins later if the clocks skip its midnight', () => {
    // Chile moves from 24:00 to 01:00.
    expect(dayIn('America/Santiago')(at('2026-09-06T12:00:00Z')).start).toBe(at('2026-09-06T04:00:00Z'));
  });
});
