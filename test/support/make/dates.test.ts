/** Dates. The examples are those of facts/make.md §1.6 and §2.2 and of the help page "Date and time functions". */

import { fixedClock } from '../fixed-clock.ts';
import { type Environment, evaluate } from './iml.ts';
import type { Value } from './value.ts';

const NOW = '2026-11-21T10:05:09.123Z';
const date = new Date('2018-10-01T07:32:00Z');
const inNoZone: Environment = { clock: fixedClock(NOW) };
const inPrague: Environment = { ...inNoZone, timezone: 'Europe/Prague' };

const value = (expression: string, environment = inNoZone): Value =>
  evaluate(`{{${expression}}}`, { date, absent: undefined }, environment);

describe('formatDate', () => {
  test.each([
    ["formatDate(now, 'x')", '1795255509123'],
    ["formatDate(now, 'X')", '1795255509'],
    ["formatDate(date, 'DD.MM.YYYY HH:mm', 'UTC')", '01.10.2018 07:32'],
    ["formatDate(date, 'YYYY-MM-DD hh:mm A', 'Europe/Prague')", '2018-10-01 09:32 AM'],
    ["formatDate(date, 'YYYY-MM-DD', 'America/Los_Angeles')", '2018-10-01'],
    ["formatDate(now, 'YYYY-MM-DD HH:mm:ss', 'Asia/Shanghai')", '2026-11-21 18:05:09'],
    ["formatDate(now, 'YYYY-MM-DDTHH:mm:ssZ', 'America/Los_Angeles')", '2026-11-21T02:05:09-08:00'],
    ["formatDate(now, 'YYYY-MM-DDTHH:mm:ss[Z]', 'UTC')", '2026-11-21T10:05:09Z'],
    ["formatDate(addHours(date, 5), 'hh A', 'UTC')", '12 PM'],
    ["formatDate(addHours(date, 8), 'hh A', 'UTC')", '03 PM'],
    ["formatDate(addHours(date, 17), 'hh A', 'UTC')", '12 AM'],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  test('without a zone takes that of the organisation', () => {
    expect(value("formatDate(date, 'MM/DD/YYYY HH:mm')", inPrague)).toBe('10/01/2018 09:32');
  });

  test.each([
    ["formatDate(date, 'YYYY-MM-DD')", /name the zone/],
    ["formatDate(date, 'YYYY', 'Mars/Base')", /no time zone/],
    ["formatDate(date, 'YYYY', '+08:00')", /no time zone/],
    ["formatDate(date, 'YYYY', 'PST')", /no time zone/],
    ["formatDate(date, 'MMMM D, YYYY', 'UTC')", /"MMMM" .* beyond the documented practice/],
    ["formatDate(date, 'D.M.YYYY', 'UTC')", /"D" .* beyond/],
    ["formatDate(date, 'YYYY-MM-DD HH:mm:ss.SSS', 'UTC')", /"SSS" .* beyond/],
    ["formatDate(date, 'yyyy', 'UTC')", /"yyyy" .* beyond/],
    ["formatDate(date, 'YYYY at HH', 'UTC')", /"a" .* beyond/],
    ["formatDate(date, 'ZZ', 'UTC')", /"ZZ" .* beyond/],
    ["formatDate(date, 'x YYYY', 'UTC')", /must stand alone/],
    ["formatDate(date, 'x-', 'UTC')", /must stand alone/],
    ["formatDate(date, 'hh:mm', 'UTC')", /hh and A need each other/],
    ["formatDate(date, '[YYYY', 'UTC')", /without its other half/],
    ["formatDate(date, '-', 'UTC')", /no date token/],
    ["formatDate('2018-10-01', 'YYYY', 'UTC')", /argument 1 of formatDate must be a date and is a text/],
    ["formatDate(absent, 'x')", /must be a date and is undefined/],
  ])('%s is an error', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });
});

describe('parseDate', () => {
  test.each([
    [
      "parseDate('2026-03-08 03:10:00', 'YYYY-MM-DD HH:mm:ss', 'America/Los_Angeles')",
      '2026-03-08T10:10:00.000Z',
    ],
    ["parseDate('2026-03-08', 'YYYY-MM-DD', 'UTC')", '2026-03-08T00:00:00.000Z'],
    ["parseDate('12-10-2019 20:30', 'DD-MM-YYYY HH:mm', 'Europe/Prague')", '2019-10-12T18:30:00.000Z'],
    ["parseDate('2026-03-08T03:10:00+08:00', 'YYYY-MM-DDTHH:mm:ssZ')", '2026-03-07T19:10:00.000Z'],
    ["parseDate('2026-03-08T03:10:00Z', 'YYYY-MM-DDTHH:mm:ssZ')", '2026-03-08T03:10:00.000Z'],
    ["parseDate('08/03/2026 12:30 AM', 'DD/MM/YYYY hh:mm A', 'UTC')", '2026-03-08T00:30:00.000Z'],
    ["parseDate('08/03/2026 12:30 PM', 'DD/MM/YYYY hh:mm A', 'UTC')", '2026-03-08T12:30:00.000Z'],
    ["parseDate('1517820392000', 'x')", '2018-02-05T08:46:32.000Z'],
    ["parseDate('1517820392', 'X')", '2018-02-05T08:46:32.000Z'],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toEqual(new Date(expected));
  });

  test('without a zone takes that of the organisation', () => {
    expect(value("parseDate('2018-10-01 09:32', 'YYYY-MM-DD HH:mm')", inPrague)).toEqual(date);
  });

  test('reads an hour that autumn writes twice as the earlier one', () => {
    expect(value("parseDate('2026-11-01 01:30', 'YYYY-MM-DD HH:mm', 'America/Los_Angeles')")).toEqual(
      new Date('2026-11-01T08:30:00Z'),
    );
  });

  test('reads a minute that spring leaves out as the one an hour later', () => {
    expect(value("parseDate('2026-03-08 02:30', 'YYYY-MM-DD HH:mm', 'America/Los_Angeles')")).toEqual(
      new Date('2026-03-08T10:30:00Z'),
    );
  });

  test.each([
    ["parseDate('2026-03-08', 'YYYY-MM-DD')", /name the zone/],
    ["parseDate('2026-3-8', 'YYYY-MM-DD', 'UTC')", /not written as 'YYYY-MM-DD' says/],
    ["parseDate('2026-03-08 10:00', 'YYYY-MM-DD', 'UTC')", /not written as/],
    ["parseDate('2026-02-30', 'YYYY-MM-DD', 'UTC')", /is no date/],
    ["parseDate('2026-02-03 25:00', 'YYYY-MM-DD HH:mm', 'UTC')", /is no date/],
    ["parseDate('', 'YYYY-MM-DD', 'UTC')", /not written as/],
    ["parseDate('10:00', 'HH:mm', 'UTC')", /has no YYYY/],
    ["parseDate('2026 2026', 'YYYY YYYY', 'UTC')", /names a token twice/],
    ["parseDate('1.5', 'x')", /not written as/],
    ["parseDate(1517820392000, 'x')", /must be a text and is a number/],
    ["parseDate(absent, 'x')", /must be a text and is undefined/],
    ["parseDate('2026-03-08', 'YYYY-MM-DD', 'Nowhere')", /no time zone/],
  ])('%s is an error', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });
});

describe('Adding to a date', () => {
  test.each([
    ['addSeconds(date, 90)', '2018-10-01T07:33:30.000Z'],
    ['addMinutes(date, 15)', '2018-10-01T07:47:00.000Z'],
    ['addHours(date, 24)', '2018-10-02T07:32:00.000Z'],
    ['addHours(date, 0 - 24)', '2018-09-30T07:32:00.000Z'],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toEqual(new Date(expected));
  });

  // The clock goes back in Prague on 2018-10-28.
  test.each([
    ['addDays(date, 28)', '2018-10-29T08:32:00.000Z'],
    ['addMonths(date, 1)', '2018-11-01T08:32:00.000Z'],
    ['addYears(date, 1)', '2019-10-01T07:32:00.000Z'],
  ])('%s goes by the calendar of the organisation: %s', (expression, expected) => {
    expect(value(expression, inPrague)).toEqual(new Date(expected));
  });

  test.each([
    ['addDays(date, 1)', /zone of the user's organisation/],
    ['addSeconds(date, 0.5)', /whole number/],
    ["addSeconds(date, '5')", /must be a number and is a text/],
    ['addSeconds(timestamp, 5)', /must be a date and is a number/],
  ])('%s is an error', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });

  test.each<[string, boolean]>([
    ['date < addMinutes(date, 15)', true],
    ['date >= addMinutes(date, 15)', false],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });
});

test('the difference of two dates is that of their texts in seconds', () => {
  expect(value("formatDate(addHours(date, 1), 'X') - formatDate(date, 'X')")).toBe(3600);
});
