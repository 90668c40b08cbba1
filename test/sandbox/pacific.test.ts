import fc from 'fast-check';
import { beijingDay, fromPacific, toPacific } from '../../sandbox/pacific.ts';

const at = (iso: string) => Date.parse(iso);

describe('US Pacific time of the sandbox', () => {
  test.each([
    ['winter', '2026-11-21T18:15:00Z', '2026-11-21 10:15:00'],
    ['summer', '2026-07-04T17:15:00Z', '2026-07-04 10:15:00'],
    ['midnight', '2026-11-21T08:00:00Z', '2026-11-21 00:00:00'],
    ['the last second of winter time', '2026-03-08T09:59:59Z', '2026-03-08 01:59:59'],
    ['the first second of summer time', '2026-03-08T10:00:00Z', '2026-03-08 03:00:00'],
    ['the end of the year', '2027-01-01T07:59:59Z', '2026-12-31 23:59:59'],
  ])('Pacific time in %s is written in local time', (_, iso, written) => {
    expect(toPacific(at(iso))).toBe(written);
  });

  test.each([
    ['winter', '2026-11-21 10:15:00', '2026-11-21T18:15:00Z'],
    ['summer', '2026-07-04 10:15:00', '2026-07-04T17:15:00Z'],
    ['midnight', '2026-11-21 00:00:00', '2026-11-21T08:00:00Z'],
  ])('Pacific time in %s is read as local time', (_, written, iso) => {
    expect(fromPacific(written)).toBe(at(iso));
  });

  test('A time that occurs twice in autumn is read as the first of the two', () => {
    expect(fromPacific('2026-11-01 01:30:00')).toBe(at('2026-11-01T08:30:00Z'));
  });

  test('A time that does not exist in spring is read as standard time', () => {
    expect(fromPacific('2026-03-08 02:30:00')).toBe(at('2026-03-08T10:30:00Z'));
  });

  test.each([
    '',
    '2026-11-21',
    '2026-11-21T10:15:00',
    '2026-11-21 10:15',
    '2026-11-21 10:15:00Z',
    '2026-13-01 00:00:00',
    '21.11.2026 10:15:00',
  ])('The text %j is not read as Pacific time', (written) => {
    expect(fromPacific(written)).toBeUndefined();
  });

  test('A written time is read back as the same second, except in the hour that occurs twice', () => {
    const seconds = fc.integer({
      min: at('2020-01-01T00:00:00Z') / 1000,
      max: at('2036-01-01T00:00:00Z') / 1000,
    });
    fc.assert(
      fc.property(seconds, (second) => {
        const read = fromPacific(toPacific(second * 1000)) ?? Number.NaN;
        expect([second * 1000, second * 1000 - 3_600_000]).toContain(read);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Beijing day', () => {
  test('A Beijing day begins at midnight in Beijing', () => {
    expect(beijingDay(at('2026-11-21T16:00:00Z'))).toBe('2026-11-22');
  });

  test('A Beijing day ends at midnight in Beijing', () => {
    expect(beijingDay(at('2026-11-21T15:59:59.999Z'))).toBe('2026-11-21');
  });
});
