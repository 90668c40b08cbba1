import type { RecordState } from '../../lib/feeds/engine/record-states.ts';
import { decisiveStates, openStockHistory } from '../../lib/feeds/stock-history.ts';
import { DAY, SECOND } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { recordingStore } from '../support/recording-store.ts';
import { strictLog } from '../support/strict-log.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const SELLER = '2201234567890';
/** One state for each level, a second apart, and an entry more with each rise. */
function states(...levels: number[]): RecordState[] {
  let entry = 1;
  return levels.map((stock, n) => {
    entry += Number(n > 0 && stock > (levels[n - 1] as number));
    return { values: { stock }, since: NOW + n * SECOND, ...(entry > 1 && { entry }) };
  });
}
const levelsOf = (kept: readonly RecordState[]) => kept.map(({ values }) => values.stock);

/** The first state of those that are at or below a level without a break until now. */
const beginningOf = (known: readonly RecordState[], level: number) =>
  known[known.findLastIndex(({ values }) => Number(values.stock) > level) + 1];

describe('Levels of a stock', () => {
  test.each([
    [
      [50, 20, 4],
      [50, 20, 4],
    ],
    [
      [3, 50, 4],
      [3, 50, 4],
    ],
    [
      [3, 50, 4, 60, 2],
      [3, 60, 2],
    ],
    [
      [10, 4, 7, 3],
      [10, 4, 7, 3],
    ],
    [
      [10, 4, 5, 7, 3],
      [10, 4, 7, 3],
    ],
  ])('Of the levels %j, %j are kept', (levels, kept) => {
    expect(levelsOf(decisiveStates(states(...levels)))).toEqual(kept);
  });

  test('Whatever the level is, a stock is low since the same state as before', () => {
    const all = states(9, 12, 7, 8, 6, 3, 5, 5, 2, 4, 1, 30, 14, 6, 7, 2, 3, 1, 2);
    const kept = decisiveStates(all);
    expect(kept.length).toBeLessThan(all.length);
    for (let level = 2; level < 40; level += 1)
      expect([level, beginningOf(kept, level)]).toEqual([level, beginningOf(all, level)]);
  });

  test('A stock that changes often while it is low stays low since the same moment', () => {
    let kept = decisiveStates(states(30, 5));
    const [, low] = kept;
    for (let n = 0; n < 60; n += 1) {
      const last = kept.at(-1) as RecordState;
      const entry = 2 + n;
      kept = decisiveStates([...kept, { values: { stock: 4 - (n % 2) }, since: last.since + SECOND, entry }]);
    }
    expect(beginningOf(kept, 5)).toEqual(low);
  });

  test('At most forty states are kept, the newest ones', () => {
    const kept = decisiveStates(states(...Array.from({ length: 99 }, (_, n) => 99 - n)));
    expect([kept.length, kept.at(-1)?.values.stock]).toEqual([40, 1]);
  });
});

describe('Stock history', () => {
  const clock = fixedClock(NOW);
  const remembered = async (levels: RecordState[], days = 0) => {
    const store = recordingStore(memoryStore(clock));
    const history = openStockHistory({ seller: SELLER, store, clock, log: strictLog });
    history.record('1005001/14:193', levels);
    await history.store();
    const later = fixedClock(NOW + days * DAY);
    const again = openStockHistory({ seller: SELLER, store, clock: later, log: strictLog });
    await again.load(null);
    return { again, text: store.text() };
  };

  test('The levels of a SKU are found again, with their times and entries', async () => {
    const levels = states(20, 3, 40, 2);
    const { again } = await remembered(levels);
    expect(again.statesOf('1005001/14:193')).toEqual({
      states: levels,
      fetchedAt: NOW,
      changedAt: undefined,
    });
    expect(again.statesOf('1005001/14:29')).toBeUndefined();
  });

  test('Levels that are known already are not written again', async () => {
    const { again } = await remembered(states(20, 3));
    const before = again.written();
    again.record('1005001/14:193', states(20, 3));
    expect(again.written()).toEqual(before);
  });

  test('A SKU whose stock has not changed for 90 days is forgotten', async () => {
    const { again } = await remembered(states(20, 3), 91);
    expect(again.statesOf('1005001/14:193')).toBeUndefined();
  });

  test('The stored history holds no product number', async () => {
    expect((await remembered(states(20, 3))).text).not.toContain('1005001');
  });
});
