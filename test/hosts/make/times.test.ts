import { parsePacific } from '../../../lib/aliexpress/time.ts';
import { capOf, dayAt } from '../../../lib/hosts/make/budget-terms.ts';
import { mustache } from '../../../lib/hosts/make/iml.ts';
import { beijingTime, fromMs, pacificDate, toMs } from '../../../lib/hosts/make/times.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { evaluate } from '../../support/make/iml.ts';

const clock = fixedClock('2026-11-21T02:15:00Z');
const value = (expression: string, temp: Record<string, string>, common = {}) =>
  evaluate(mustache(expression), { temp, common }, { clock });

test.each([
  ['in winter', '2026-01-15 03:10:00'],
  ['in summer', '2026-07-15 23:59:59'],
  ['in the hour that spring leaves out', '2026-03-08 02:30:00'],
  ['in the hour that autumn has twice', '2026-11-01 01:30:00'],
  ['before that hour', '2026-11-01 00:59:59'],
  ['after that hour', '2026-11-01 02:00:00'],
])('a Pacific time %s is the same moment as on Zapier', (_, text) => {
  expect(value(toMs(pacificDate('temp.text')), { text })).toBe(String(parsePacific(text)));
});

test('a time is shown as people in China read it', () => {
  expect(value(beijingTime(fromMs('temp.ms')), { ms: String(Date.parse('2026-11-21T10:05:00Z')) })).toBe(
    '2026-11-21 18:05',
  );
});

test.each([
  ['an ordinary day', 'Asia/Shanghai', '2026-11-21T02:15:00Z', '2026-11-21T16:00:00Z'],
  ['a day of 25 hours', 'America/Los_Angeles', '2026-11-01T12:00:00Z', '2026-11-02T08:00:00Z'],
  ['a day of 23 hours', 'America/Los_Angeles', '2026-03-08T12:00:00Z', '2026-03-09T07:00:00Z'],
])('%s ends when it ends', (_, quotaDayZone, now, end) => {
  const ms = value(toMs(dayAt(fromMs('temp.now')).end), { now: String(Date.parse(now)) }, { quotaDayZone });
  expect(new Date(Number(ms)).toISOString()).toBe(new Date(end).toISOString());
});

test.each([
  ['at the start of the day', '2026-11-20T16:00:00Z', 180],
  ['at noon', '2026-11-21T04:00:00Z', 190],
  ['in the last hour', '2026-11-21T15:30:00Z', 200],
])('polling may use so many of 200 calls %s', (_, now, cap) => {
  const temp = {
    claimAt: String(Date.parse(now)),
    dayStart: String(Date.parse('2026-11-20T16:00:00Z')),
    dayEnd: String(Date.parse('2026-11-21T16:00:00Z')),
  };
  expect(value(capOf('watch'), temp)).toBe(cap);
});
