import type { FaultName } from '../../lab/faults.ts';
import { forgets, startOf } from '../../lab/start-marks.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';

const ON = Date.parse('2026-11-01T12:00:00Z');

describe('Start of a workflow that a host with a wrong clock turns on', () => {
  /**
   * The start as an event sees it that is taken two hours later.
   * @param answeredAgo how long before the start an answer came back to the host, and to another one
   * @param polls how long after the start, and on which host
   */
  const startWith = (
    offsetMs: number,
    answeredAgo: { here?: number; elsewhere?: number } = {},
    {
      polls = [],
      struckAfter,
      fault = 'store_declined',
    }: { polls?: [ms: number, host: string][]; struckAfter?: number; fault?: FaultName } = {},
  ) => {
    const clockErrors = [{ from: ON - 5 * HOUR, to: ON + HOUR, offsetMs, driftMsPerHour: 0 }];
    const activation = {
      process: { host: 'a', clockErrors },
      turnedOnFrom: ON,
      turnedOnAt: ON + MINUTE,
      polls: polls.map(([ms, host]) => ({ at: ON + ms, host })),
    };
    const answers = [
      { host: 'b', ago: answeredAgo.elsewhere },
      { host: 'a', ago: answeredAgo.here },
    ].flatMap(({ host, ago }) => (ago === undefined ? [] : [{ at: ON - ago, host }]));
    const read = { shown: new Set<string>(), isIntact: true, isReceived: true };
    const readings = answers.map((answer) => ({ ...answer, ...read }));
    const strikes = struckAfter === undefined ? [] : [{ fault, address: '', at: ON + struckAfter }];
    return (
      startOf(
        activation,
        { readings, datedAnswers: answers, strikes, activations: [activation] },
        ON + 2 * HOUR,
      ) - ON
    );
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

  describe('with a later poll that gets an answer', () => {
    const later = (ms: number, host = 'a', struckAfter?: number) =>
      startWith(
        -HOUR,
        { here: -ms },
        { polls: [[ms, host]], ...(struckAfter !== undefined && { struckAfter }) },
      );

    test('The poll puts the start right', () => {
      expect(later(30 * MINUTE)).toBe(0);
    });

    test.each([
      ['on another host', () => later(30 * MINUTE, 'b')],
      ['once the clock was set', () => later(90 * MINUTE)],
      ['that begins after the event was taken', () => later(3 * HOUR)],
      ['with a fault', () => later(30 * MINUTE, 'a', 30 * MINUTE + 1)],
    ])('A poll %s does not', (_, start) => {
      expect(start()).toBe(-HOUR);
    });
  });

  test('A workflow whose mark the store has lost may start when the clock says', () => {
    const lost = { struckAfter: 10, fault: 'store_emptied' } as const;
    expect(startWith(-HOUR, { here: 4 * HOUR }, lost)).toBe(-HOUR);
    expect(startWith(HOUR, {}, lost)).toBe(0);
  });

  test('The workflow starts after the last answer that another host got', () => {
    expect(startWith(-HOUR, { elsewhere: 10 * MINUTE })).toBe(-10 * MINUTE);
  });
});

test.each([
  ['snap1:2201234567890:orders:205000001', true],
  ['mark:1:2201234567890:7', true],
  ['slots:2201234567890:2026-11-01:used', false],
  ['rate:2201234567890:7165554337', false],
  [undefined, false],
])('A store that evicts %s forgets what a feed knows: %s', (evicted, isForgotten) => {
  const strike = { fault: 'eviction', address: '', at: ON, ...(evicted && { evicted }) } as const;
  expect(forgets(strike)).toBe(isForgotten);
});
