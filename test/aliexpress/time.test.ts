import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { formatPacific, parseEventTime, parseTime, unambiguous } from '../../lib/aliexpress/time.ts';
import { HOUR, SECOND } from '../../lib/runtime.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** In 2026 US clocks go forward on 8 March and back on 1 November. */
const FORWARD = at('2026-03-08T10:00:00Z');
const BACK = at('2026-11-01T09:00:00Z');

/** Any moment, and often one near a change of the clocks. */
const moment = fc.oneof(
  fc.integer({ min: at('2015-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') }),
  fc.integer({ min: FORWARD - 3 * HOUR, max: FORWARD + 3 * HOUR }),
  fc.integer({ min: BACK - 3 * HOUR, max: BACK + 3 * HOUR }),
);

/** Both moments that a written time may stand for; one and the same outside the doubled hour. */
function readings(written: string): [earlier: number, later: number] {
  const local = Temporal.PlainDateTime.from(written.replace(' ', 'T'));
  const read = (disambiguation: 'earlier' | 'later') =>
    local.toZonedDateTime('America/Los_Angeles', { disambiguation }).epochMilliseconds;
  return [read('earlier'), read('later')];
}

describe('Reading a time', () => {
  test.each([
    ['in winter, 8 hours behind UTC,', '2026-01-15 10:00:00', '2026-01-15T18:00:00.000Z'],
    ['in summer, 7 hours behind UTC,', '2026-07-15 10:00:00', '2026-07-15T17:00:00.000Z'],
    ['that stops at the minute', '2018-03-01 12:12', '2018-03-01T20:12:00.000Z'],
    ['with a T in its middle', '2026-07-15T10:00:00', '2026-07-15T17:00:00.000Z'],
    ['with blanks around it', ' 2026-07-15 10:00:00 ', '2026-07-15T17:00:00.000Z'],
    ['in the doubled hour of autumn, the later one,', '2026-11-01 01:30:00', '2026-11-01T09:30:00.000Z'],
    ['just before the doubled hour', '2026-11-01 00:59:59', '2026-11-01T07:59:59.000Z'],
    ['just after the doubled hour', '2026-11-01 02:00:00', '2026-11-01T10:00:00.000Z'],
    ['in the hour that spring leaves out', '2026-03-08 02:30:00', '2026-03-08T10:30:00.000Z'],
    ['with a fraction of a second', '2026-10-06 20:30:00.0', '2026-10-07T03:30:00.000Z'],
    ['with milliseconds', '2026-10-06 20:30:00.123', '2026-10-07T03:30:00.000Z'],
    ['with a comma before its milliseconds', '2026-10-06 20:30:00,999', '2026-10-07T03:30:00.000Z'],
    ['in UTC', '2026-10-07T03:30:00Z', '2026-10-07T03:30:00.000Z'],
    ['in UTC with milliseconds', '2026-10-07T03:30:00.123Z', '2026-10-07T03:30:00.000Z'],
    ['in UTC and small letters', '2026-10-07t03:30:00z', '2026-10-07T03:30:00.000Z'],
    ['with an offset', '2026-10-06T20:30:00-07:00', '2026-10-07T03:30:00.000Z'],
    ['with an offset without a colon', '2026-10-06 20:30:00-0700', '2026-10-07T03:30:00.000Z'],
    ['with an offset after a blank', '2026-10-07 11:30:00 +08:00', '2026-10-07T03:30:00.000Z'],
    ['with an offset that stops at the minute', '2026-10-06T20:30-07:00', '2026-10-07T03:30:00.000Z'],
    ['in epoch seconds', '1791343800', '2026-10-07T03:30:00.000Z'],
    ['in epoch milliseconds', '1791343800123', '2026-10-07T03:30:00.123Z'],
    ['in digits', '20261006203000', '2026-10-07T03:30:00.000Z'],
    ['in digits with milliseconds', '20261006203000123', '2026-10-07T03:30:00.000Z'],
    ['in digits with an offset', '20150907164300000-0700', '2015-09-07T23:43:00.000Z'],
    ['of a leap day', '2028-02-29 10:00:00', '2028-02-29T18:00:00.000Z'],
  ])('A time %s is read as UTC', (_, written, expected) => {
    expect(iso(parseTime(written))).toBe(expected);
  });

  test.each([
    '',
    'N/A',
    '2026-10-09',
    '10:00:00',
    '2026-02-30 10:00:00',
    '2026-13-01 10:00:00',
    '2026-10-09 25:00:00',
    '2026-10-09 10:60:00',
    '2026-02-30T10:00:00Z',
    '2026-10-09 10:00:00.',
    '2026-10-09 10:00:00 PST',
    '2026-10-09 10:00:00+25:00',
    '20260230100000',
    '202610091000',
    '0784134800',
    '4102444800',
    '0946684799999',
    '4102444800000',
    '178413480',
    '17841348000',
    '09/10/2026 10:00:00',
    'since 2026-10-09 10:00:00',
  ])('The text %j is not a time', (written) => {
    expect(parseTime(written)).toBeNull();
  });
});

describe('Reading the time of a tracking event', () => {
  test.each([
    ['2019-12-05 03:42:00', '2019-12-05T11:42:00.000Z'],
    ['2016-06-26', '2016-06-27T06:59:59.000Z'],
    [' 2026-11-01 ', '2026-11-02T07:59:59.000Z'],
    ['1441669380', '2015-09-07T23:43:00.000Z'],
    ['1441669380000', '2015-09-07T23:43:00.000Z'],
    ['20150907164300000-0700', '2015-09-07T23:43:00.000Z'],
    ['2026-10-18 10:24:00.0', '2026-10-18T17:24:00.000Z'],
    ['2026-10-18T10:24:00-07:00', '2026-10-18T17:24:00.000Z'],
    ['2018-03-01 12:12', '2018-03-01T20:12:00.000Z'],
    ['2026-02-30', null],
    ['2026-13-01', null],
    ['26/06/2016', null],
    ['N/A', null],
    ['', null],
  ])('The time %j of an event is %j', (written, expected) => {
    expect(iso(parseEventTime(written))).toBe(expected);
  });
});

test('A moment is read alike in every form that states its offset', () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: -12, max: 14 }), (ms, hours) => {
      const second = Math.floor(ms / SECOND) * SECOND;
      const local = new Date(second + hours * HOUR).toISOString().slice(0, 19);
      const sign = hours < 0 ? '-' : '+';
      const digits = String(Math.abs(hours)).padStart(2, '0');
      const forms = [
        new Date(second).toISOString(),
        `${local}${sign}${digits}:00`,
        `${local.replace('T', ' ')}.500${sign}${digits}00`,
        `${local.replace(/\D/g, '')}000${sign}${digits}00`,
        String(second / SECOND),
        String(second),
      ];
      expect(forms.map(parseTime)).toEqual(forms.map(() => second));
    }),
  );
});

test('No text makes the reader of times throw', () => {
  const parts = fc.constantFrom(
    '2026',
    '-',
    '02',
    '30',
    ' ',
    'T',
    ':',
    '.',
    '0',
    '+',
    '08',
    'Z',
    '1791343800',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(parts).map((found) => found.join('')),
      ),
      (text) => {
        const at = parseTime(text);
        expect(at === null || Number.isInteger(at)).toBe(true);
      },
    ),
  );
});

describe('Writing a time', () => {
  test('A time of winter is written 8 hours behind UTC', () => {
    expect(formatPacific(at('2026-01-15T18:00:00Z'))).toBe('2026-01-15 10:00:00');
  });

  test('A time of summer is written 7 hours behind UTC', () => {
    expect(formatPacific(at('2026-07-15T17:00:00Z'))).toBe('2026-07-15 10:00:00');
  });

  test('A fraction of a second is cut off, not rounded', () => {
    expect(formatPacific(at('2026-07-15T17:00:00.999Z'))).toBe('2026-07-15 10:00:00');
  });

  test('A whole second that is written once is read back unchanged', () => {
    const writtenOnce = moment
      .map((ms) => Math.floor(ms / SECOND) * SECOND)
      .filter((ms) => new Set(readings(formatPacific(ms))).size === 1);
    fc.assert(
      fc.property(writtenOnce, (ms) => {
        expect(parseTime(formatPacific(ms))).toBe(ms);
      }),
    );
  });
});

describe('End of a window', () => {
  const written = (instant: string, direction: 'earlier' | 'later') =>
    formatPacific(unambiguous(at(instant), direction));

  test('An end that is written once stays unchanged', () => {
    expect(written('2026-10-09T08:00:00Z', 'earlier')).toBe('2026-10-09 01:00:00');
  });

  test('An end in the night of spring stays unchanged', () => {
    expect(unambiguous(FORWARD - 1 * SECOND, 'earlier')).toBe(FORWARD - 1 * SECOND);
    expect(unambiguous(FORWARD, 'later')).toBe(FORWARD);
  });

  test.each([
    ['first', '2026-11-01T08:15:00Z'],
    ['second', '2026-11-01T09:15:00Z'],
  ])('A start in the %s run of the doubled hour is moved before that hour', (_, from) => {
    expect(written(from, 'earlier')).toBe('2026-11-01 00:15:00');
  });

  test.each([
    ['first', '2026-11-01T08:15:00Z'],
    ['second', '2026-11-01T09:15:00Z'],
  ])('An end in the %s run of the doubled hour is moved after that hour', (_, to) => {
    expect(written(to, 'later')).toBe('2026-11-01 02:15:00');
  });

  test('A window is complete whichever of the two hours AliExpress reads', () => {
    fc.assert(
      fc.property(moment, (instant) => {
        const second = Math.floor(instant / SECOND) * SECOND;
        const [start, end] = (['earlier', 'later'] as const).map((direction) =>
          readings(formatPacific(unambiguous(instant, direction))),
        );
        expect(Math.max(...(start ?? []))).toBeLessThanOrEqual(instant);
        expect(Math.min(...(end ?? []))).toBeGreaterThanOrEqual(second);
      }),
    );
  });
});
