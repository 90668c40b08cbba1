/** Histories around midnight: visits begin on one day and end on the next. */

import { drawHistory } from '../../lab/history.ts';
import { runHistory } from '../../lab/run-history.ts';
import { SECOND } from '../../lib/runtime.ts';

const MIDNIGHT = Date.parse('2026-10-07T16:00:00Z');
const histories = Array.from({ length: 60 }, (_, seed) => drawHistory('stock', seed));
const midnights = histories.filter(({ whole }) => whole.has('midnight'));
const isOnBrink = ({ schedule }: (typeof histories)[number]) =>
  schedule.rounds.some(({ at }) => at < MIDNIGHT && MIDNIGHT - at <= SECOND);

describe('Histories around midnight', () => {
  test('Nearly all of them poll in the second before it', () => {
    expect(midnights.filter(isOnBrink).length).toBeGreaterThan(midnights.length * 0.9);
  });

  test('The rounds stay in order', () => {
    for (const { schedule } of midnights) {
      const times = schedule.rounds.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBe(schedule.from);
    }
  });

  test('In some of them, answers to one poll come before midnight and after it', async () => {
    let crossing = 0;
    for (const history of midnights) {
      const { readings } = await runHistory(history, { withFaults: false });
      const isNear = (from: number, to: number) => readings.some(({ at }) => at >= from && at < to);
      if (isNear(MIDNIGHT - SECOND, MIDNIGHT) && isNear(MIDNIGHT, MIDNIGHT + SECOND)) crossing += 1;
    }
    expect(crossing).toBeGreaterThan(0);
  });
});
