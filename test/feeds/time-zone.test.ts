import { clockTime, readZone } from '../../lib/feeds/time-zone.ts';
import { problemLike } from '../support/problem-like.ts';

describe('Time zone input', () => {
  test.each(['Asia/Shanghai', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince', 'UTC'])(
    'The time zone %s is accepted',
    (zone) => {
      expect(readZone({ time_zone: zone })).toBe(zone);
    },
  );

  test('The time zone is Beijing if the input is left empty', () => {
    expect(readZone({})).toBe('Asia/Shanghai');
  });

  test('A time zone that does not exist is refused by name', () => {
    expect(() => readZone({ time_zone: 'Asia/Atlantis' })).toThrow(
      problemLike('unknown_time_zone', { value: 'Asia/Atlantis' }),
    );
  });

  test('A time is written as the clock shows it in the zone', () => {
    expect(clockTime(Date.parse('2026-11-21T04:00:00Z'), 'Europe/Madrid')).toBe('2026-11-21 05:00');
  });
});
