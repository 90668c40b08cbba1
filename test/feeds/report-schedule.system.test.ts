import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { lastDue, minuteOf, type ReportTime } from '../../lib/feeds/report-schedule.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';

const LATE_MS = 6 * HOUR;
const dateIn = (zone: string, at: number) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();

/** The times of the reports that a workflow gets, by date, when it polls at this interval. */
function pollFor(time: ReportTime, from: number, to: number, everyMs: number): Map<string, number[]> {
  const got = new Map<string, number[]>();
  for (let now = from; now < to; now += everyMs) {
    const { date, at } = lastDue(time, now);
    if (now - at > LATE_MS) continue;
    got.set(date, [...(got.get(date) ?? []), at]);
  }
  return got;
}

/** Around these days the clocks of the zone change, or the zone moves across the date line. */
const changes = [
  ['Europe/Madrid', '2026-03-29'],
  ['Europe/Madrid', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Santiago', '2026-04-05'],
  ['America/Santiago', '2026-09-06'],
  ['Africa/Cairo', '2026-04-24'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Shanghai', '2026-11-21'],
  ['Asia/Kathmandu', '2026-11-21'],
] as const;

describe('Report schedule', () => {
  const anyTime = fc.record({
    change: fc.constantFrom(...changes),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 1, max: 14 }),
  });
  const around = (zone: string, date: string) => {
    const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: '12:00' });
    return { from: noon.epochMilliseconds - 1.5 * DAY, to: noon.epochMilliseconds + 1.5 * DAY };
  };
  const runs = { numRuns: 40 };

  test('Each local day has exactly one report, also when the clocks change', () => {
    fc.assert(
      fc.property(anyTime, ({ change: [zone, date], hour, minute }) => {
        const { from, to } = around(zone, date);
        const got = [...pollFor({ hour, minute, zone }, from, to, 15 * MINUTE).keys()];
        const days = new Set<string>();
        for (let at = from - LATE_MS; at < to; at += HOUR) days.add(dateIn(zone, at));
        const [first, last] = [dateIn(zone, from), dateIn(zone, to)];
        expect([...days]).toEqual(expect.arrayContaining(got));
        expect(got).toEqual(expect.arrayContaining([...days].filter((day) => day > first && day < last)));
      }),
      runs,
    );
  });

  test('The report of a day is due at the same time for every poll', () => {
    fc.assert(
      fc.property(anyTime, ({ change: [zone, date], hour, minute }) => {
        const { from, to } = around(zone, date);
        for (const times of pollFor({ hour, minute, zone }, from, to, 10 * MINUTE).values())
          expect(new Set(times).size).toBe(1);
      }),
      runs,
    );
  });

  test('A report is due at the chosen hour and minute of its day if the day has them', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 3 * 24 }), ({ change, hour, minute }, hours) => {
        const [zone, date] = change;
        const { from } = around(zone, date);
        const due = lastDue({ hour, minute, zone }, from + hours * HOUR);
        const local = Temporal.Instant.fromEpochMilliseconds(due.at).toZonedDateTimeISO(zone);
        const wanted = Temporal.PlainDate.from(due.date).toPlainDateTime({ hour, minute });
        const isSkipped = wanted.toZonedDateTime(zone).toPlainDateTime().toString() !== wanted.toString();
        expect(isSkipped || local.toPlainDateTime().equals(wanted)).toBe(true);
      }),
    );
  });

  test('The last due report is never due in the future', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 3 * 24 * 60 }), ({ change, hour, minute }, minutes) => {
        const [zone, date] = change;
        const now = around(zone, date).from + minutes * MINUTE;
        expect(lastDue({ hour, minute, zone }, now).at).toBeLessThanOrEqual(now);
      }),
    );
  });

  test('A report in the hour that spring skips is due an hour later', () => {
    const due = lastDue({ hour: 2, minute: 7, zone: 'Europe/Madrid' }, Date.parse('2026-03-29T12:00:00Z'));
    expect(new Date(due.at).toISOString()).toBe('2026-03-29T01:07:00.000Z');
  });

  test('A report in the hour that autumn repeats is due the first time', () => {
    const due = lastDue({ hour: 2, minute: 7, zone: 'Europe/Madrid' }, Date.parse('2026-10-25T12:00:00Z'));
    expect(new Date(due.at).toISOString()).toBe('2026-10-25T00:07:00.000Z');
  });

  test('A report of a late hour keeps its date after midnight', () => {
    const due = lastDue({ hour: 23, minute: 7, zone: 'Asia/Shanghai' }, Date.parse('2026-11-21T18:00:00Z'));
    expect(due).toEqual({ date: '2026-11-21', at: Date.parse('2026-11-21T15:07:00Z') });
  });

  test('A report of a late hour keeps its date after a day of 23 hours', () => {
    const due = lastDue({ hour: 23, minute: 7, zone: 'Europe/Madrid' }, Date.parse('2026-03-29T22:30:00Z'));
    expect(due.date).toBe('2026-03-29');
  });
});

describe('Report minute', () => {
  test('The minute of a shop is from 1 to 14, so a report never comes at a full or half hour', () => {
    fc.assert(
      fc.property(fc.string(), (seller) => {
        const minute = minuteOf(seller);
        expect(Number.isInteger(minute) && minute >= 1 && minute <= 14).toBe(true);
      }),
    );
  });

  test('The minute of a shop never changes', () => {
    expect([minuteOf('2201234567890'), minuteOf('2201234567891')]).toEqual([9, 14]);
  });

  test('The minutes are spread over the shops', () => {
    const minutes = Array.from({ length: 200 }, (_, n) => minuteOf(`22012345${n}`));
    expect(new Set(minutes).size).toBe(14);
  });
});
