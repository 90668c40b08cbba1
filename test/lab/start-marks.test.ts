import { startOf } from '../../lab/start-marks.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';

const ON = Date.parse('2026-11-01T12:00:00Z');

describe('Start of a workflow that a host with a wrong clock turns on', () => {
  /** @param answeredAgo how long before the start an answer came back to the host, and to another one */
  const startWith = (offsetMs: number, answeredAgo: { here?: number; elsewhere?: number } = {}) => {
    const clockErrors = [{ from: ON - 5 * HOUR, to: ON + HOUR, offsetMs, driftMsPerHour: 0 }];
    const activation = { process: { host: 'a', clockErrors }, turnedOnFrom: ON, turnedOnAt: ON + MINUTE };
    const answer = (ago: number | undefined, corrects: string) =>
      ago === undefined
        ? []
        : [{ at: ON - ago, corrects, shown: new Set<string>(), isIntact: true, isReceived: true }];
    const readings = [...answer(answeredAgo.elsewhere, 'b'), ...answer(answeredAgo.here, 'a')];
    return startOf(activation, { readings }) - ON;
  };

  test.each([
    ['ahead', HOUR],
    ['behind by as little as is not corrected', -2 * MINUTE],
  ])('Where the clock is %s, the workflow starts when the step begins', (_, offsetMs) => {
    expect(startWith(offsetMs)).toBe(0);
  });

  test('Where no answer has corrected the clock, the workflow may start when the clock says', () => {
    expect(startWith(-HOUR)).toBe(-HOUR);
  });

  test('An answer from before the clock was set says nothing', () => {
    expect(startWith(-HOUR, { here: 6 * HOUR })).toBe(-HOUR);
  });

  test('An answer since then says when the workflow starts', () => {
    expect(startWith(-HOUR, { here: 4 * HOUR })).toBe(0);
  });

  test('The workflow starts after the last answer that another host got', () => {
    expect(startWith(-HOUR, { elsewhere: 10 * MINUTE })).toBe(-10 * MINUTE);
  });
});
