import { noFaults } from '../../lab/faults.ts';
import { drawHistory } from '../../lab/history.ts';
import { newProcess, openInvocation } from '../../lab/process.ts';
import { thisRelease } from '../../lab/this-release.ts';
import { virtualTime } from '../../lab/virtual-time.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';

const CLOCK_FAULTS = ['clock_ahead', 'clock_behind'] as const;

describe('Clocks of histories', () => {
  test.each(CLOCK_FAULTS)('A history with the fault %s has a clock that is wrong by minutes', (fault) => {
    const histories = Array.from({ length: 100 }, (_, seed) => drawHistory('orders', seed));
    const wrong = histories
      .filter(({ whole }) => whole.has(fault))
      .flatMap(({ clockErrors, schedule: { from } }) =>
        clockErrors
          .filter(({ length }) => length > 0)
          .map((errors) => {
            const process = newProcess(thisRelease, 'host', errors);
            return openInvocation(virtualTime(from), process, noFaults(), 'clock', 1).clock.now() - from;
          }),
      )
      .map((error) => (fault === 'clock_ahead' ? error : -error));
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.filter((error) => !(error >= 2.9 * MINUTE && error <= 8.1 * HOUR))).toEqual([]);
  });
});
