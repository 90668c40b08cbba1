import { periodOf } from '../../lib/feeds/periods.ts';
import { HOUR } from '../../lib/runtime.ts';

const now = Date.parse('2026-11-21T04:00:00Z');

const limitsOf = (name: Parameters<typeof periodOf>[0], zone: string) => {
  const { from, to } = periodOf(name, zone, now);
  return [new Date(from).toISOString(), new Date(to).toISOString()];
};

describe('Periods', () => {
  test('Today lasts from midnight in the zone until now', () => {
    const today = ['2026-11-20T16:00:00.000Z', '2026-11-21T04:00:00.000Z'];
    expect(limitsOf('today', 'Asia/Shanghai')).toEqual(today);
  });

  test('Yesterday lasts from midnight to midnight in the zone', () => {
    const yesterday = ['2026-11-19T05:00:00.000Z', '2026-11-20T05:00:00.000Z'];
    expect(limitsOf('yesterday', 'America/New_York')).toEqual(yesterday);
  });

  test('Yesterday has 25 hours when the clocks were put back', () => {
    const { from, to } = periodOf('yesterday', 'Europe/Madrid', Date.parse('2026-10-26T08:00:00Z'));
    expect((to - from) / HOUR).toBe(25);
  });

  test.each([
    ['last_24_hours', 24],
    ['last_36_hours', 36],
  ] as const)('The period %s lasts %s hours until now', (name, length) => {
    expect(periodOf(name, 'Asia/Shanghai', now)).toEqual({ from: now - length * HOUR, to: now });
  });
});
