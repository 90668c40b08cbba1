import { dayIn } from '../../lib/budget/quota-day.ts';
import { HOUR } from '../../lib/runtime.ts';

const at = (iso: string) => Date.parse(iso);
const hoursOf = (day: { start: number; end: number }) => (day.end - day.start) / HOUR;

describe('The day in which calls are counted', () => {
  test('begins at midnight in its zone', () => {
    expect(dayIn('Asia/Shanghai')(at('2026-11-21T08:00:00Z')).start).toBe(at('2026-11-20T16:00:00Z'));
  });

  test('ends where the next one begins', () => {
    const dayOf = dayIn('Asia/Shanghai');
    const day = dayOf(at('2026-11-21T08:00:00Z'));
    expect(dayOf(day.end).start).toBe(day.end);
  });

  test('has the date of its zone as its name', () => {
    expect(dayIn('Asia/Shanghai')(at('2026-11-21T16:30:00Z')).name).toBe('2026-11-22');
  });

  test('includes its last millisecond', () => {
    expect(dayIn('Asia/Shanghai')(at('2026-11-21T15:59:59.999Z')).name).toBe('2026-11-21');
  });

  test('does not include the midnight that ends it', () => {
    expect(dayIn('Asia/Shanghai')(at('2026-11-21T16:00:00Z')).name).toBe('2026-11-22');
  });

  test('is found for an earlier moment after a later one was asked for', () => {
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
  ])('in %s around %s is %d hours long', (zone, moment, hours) => {
    expect(hoursOf(dayIn(zone)(at(moment)))).toBe(hours);
  });

  test('begins later where midnight does not exist, because clocks jump over it', () => {
    // Chile moves from 24:00 to 01:00.
    expect(dayIn('America/Santiago')(at('2026-09-06T12:00:00Z')).start).toBe(at('2026-09-06T04:00:00Z'));
  });
});
