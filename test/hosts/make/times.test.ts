import { parsePacific } from '../../../lib/aliexpress/time.ts';
import { capOf, dayAt, resetTerms } from '../../../lib/hosts/make/budget-terms.ts';
import { mustache } from '../../../lib/hosts/make/iml.ts';
import {
  beforeTwice,
  beijingTime,
  fromMs,
  hoursBetween,
  isoOf,
  minuteFrom,
  pacificDate,
  preciseIsoOf,
  spanOf,
  toMs,
} from '../../../lib/hosts/make/times.ts';
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

test('epoch milliseconds that AliExpress writes instead are that moment', () => {
  expect(value(toMs(pacificDate('temp.text')), { text: '1795140900000' })).toBe('1795140900000');
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

test.each([
  [10, 'watch', 8],
  [10, 'ask', 10],
  [1, 'watch', 1],
] as const)('of %d calls at noon, who is in the lane "%s" may use %d', (dailyCallLimit, lane, cap) => {
  const temp = {
    claimAt: String(Date.parse('2026-11-21T04:00:00Z')),
    dayStart: String(Date.parse('2026-11-20T16:00:00Z')),
    dayEnd: String(Date.parse('2026-11-21T16:00:00Z')),
  };
  expect(value(capOf(lane), temp, { dailyCallLimit: String(dailyCallLimit) })).toBe(cap);
});

describe('who has no calls left is told when there are new ones', () => {
  const told = (language: 'en' | 'zh', claimAt: string, common = {}) => {
    const temp = {
      claimAt: String(Date.parse(claimAt)),
      dayEnd: String(Date.parse('2026-11-21T16:00:00Z')),
    };
    const terms = resetTerms();
    return [terms['resetsAt|clock'][language], terms['resetsAt|in'][language]].map((each) =>
      value(each, temp, common),
    );
  };

  test('in Beijing time', () => {
    expect([told('en', '2026-11-21T12:48:00Z'), told('zh', '2026-11-21T12:48:00Z')]).toEqual([
      ['00:00 Beijing time', '3 h 12 min'],
      ['北京时间 00:00', '3 小时 12 分钟'],
    ]);
  });

  test('in the zone that the publisher set', () => {
    const common = { quotaDayZone: 'America/Los_Angeles' };
    expect([told('en', '2026-11-21T15:00:00Z', common), told('zh', '2026-11-21T15:00:00Z', common)]).toEqual([
      ['08:00 (America/Los_Angeles)', '1 h 0 min'],
      ['08:00 (America/Los_Angeles)', '1 小时 0 分钟'],
    ]);
  });

  test('in full minutes, and never in none', () => {
    expect([told('en', '2026-11-21T15:58:01Z')[1], told('en', '2026-11-21T16:00:00Z')[1]]).toEqual([
      '2 min',
      '1 min',
    ]);
  });
});

test.each([
  [59, '59 min'],
  [60, '1 h 0 min'],
  [192, '3 h 12 min'],
])('%d minutes are said as "%s"', (minutes, said) => {
  expect(value(spanOf(String(minutes), 'en'), {})).toBe(said);
});

test.each([
  ['in the hour before the one that autumn has twice', '2026-11-01T07:30:00Z', '2026-11-01T07:30:00Z'],
  ['in that hour', '2026-11-01T08:30:00Z', '2026-11-01T07:30:00Z'],
  ['in that hour again', '2026-11-01T09:30:00Z', '2026-11-01T07:30:00Z'],
  ['in the hour after it', '2026-11-01T10:30:00Z', '2026-11-01T10:30:00Z'],
  ['on an ordinary day', '2026-11-21T08:30:00Z', '2026-11-21T08:30:00Z'],
])('a window that begins %s is asked for from before it', (_, begin, asked) => {
  expect(value(isoOf(beforeTwice(fromMs('temp.ms'))), { ms: String(Date.parse(begin)) })).toBe(asked);
});

test.each([
  ['2026-11-21T02:15:07.250Z', '2026-11-21T02:15:07.250Z'],
  ['2026-11-21T02:15:07.000Z', '2026-11-21T02:15:07Z'],
])('the moment %s is written as %s', (moment, written) => {
  expect(value(preciseIsoOf(fromMs('temp.ms')), { ms: String(Date.parse(moment)) })).toBe(written);
});

test.each([
  ['2026-11-21T02:15:29.999Z', '2026-11-21T03:15:00Z'],
  ['2026-11-21T02:15:30Z', '2026-11-21T03:16:00Z'],
])('an hour after an answer of %s is the minute %s', (answered, minute) => {
  const temp = { at: String(Date.parse(answered)), left: '3600000' };
  expect(value(isoOf(minuteFrom('temp.at', 'temp.left')), temp)).toBe(minute);
});

test.each([
  ['2026-11-21T00:00:00Z', 2.3],
  ['2026-11-21T02:15:00Z', 0],
  ['2026-11-21T03:15:00Z', -1],
])('since %s it is %d hours at a quarter past two', (moment, hours) => {
  const temp = { at: String(clock.now()), ms: String(Date.parse(moment)) };
  expect(value(hoursBetween('temp.at', fromMs('temp.ms')), temp)).toBe(hours);
});
