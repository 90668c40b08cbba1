import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { formatPacific, parsePacific, unambiguous } from '../../lib/aliexpress/time.ts';
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
  ])('A time %s is read as UTC', (_, written, expected) => {
    expect(iso(parsePacific(written))).toBe(expected);
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
    '2026-10-09 10:00:00Z',
    '2026-10-09 10:00:00.123',
    '09/10/2026 10:00:00',
    'since 2026-10-09 10:00:00',
  ])('The text %j is not a time', (written) => {
    expect(parsePacific(written)).toBeNull();
  });
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
        expect(parsePacific(formatPacific(ms))).toBe(ms);
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
