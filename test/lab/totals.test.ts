import { faultNames } from '../../lab/faults.ts';
import { summaryOf } from '../../lab/report.ts';
import { emptyTotals, MIN_STRIKES, rareFaults, type Totals } from '../../lab/totals.ts';

/** Totals in which every fault struck so often, less one time for those named. */
const totalsWith = (strikes: number, ...rarer: readonly string[]): Totals => ({
  ...emptyTotals(1),
  faults: Object.fromEntries(
    faultNames.map((name) => [name, strikes - Number(rarer.includes(name))]),
  ) as Totals['faults'],
});

describe('Faults that strike too rarely', () => {
  test('Of all faults those are named that struck less often than they must', () => {
    expect(rareFaults({ orders: totalsWith(MIN_STRIKES, 'ban', 'killed') })).toEqual(['ban', 'killed']);
    expect(rareFaults({ orders: totalsWith(MIN_STRIKES) })).toEqual([]);
  });

  test('The strikes in the histories of all feeds count together', () => {
    const half = totalsWith(MIN_STRIKES / 2);
    expect(rareFaults({ orders: half, stock: half })).toEqual([]);
  });

  test('The summary names them once all histories were played', () => {
    const tallies = { orders: totalsWith(MIN_STRIKES, 'ban') };
    expect(summaryOf(tallies, true)).toContain(`Struck less than ${MIN_STRIKES} times: ban`);
    expect(summaryOf(tallies)).not.toContain('Struck less');
  });
});
