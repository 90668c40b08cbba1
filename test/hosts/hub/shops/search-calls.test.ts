import type { Budget } from '../../../../lib/budget/budget.ts';
import { type Database, openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { programBudget } from '../../../../lib/hosts/hub/shops/search-calls.ts';
import { fail } from '../../../../lib/problems.ts';
import { DAY, systemClock } from '../../../../lib/runtime.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

describe('Calls of searches', () => {
  let folder: TemporaryFolder;
  let database: Database;
  beforeEach(() => {
    folder = temporaryFolder();
    database = openDatabase(folder.path, systemClock);
  });
  afterEach(() => {
    database.close();
    folder.remove();
  });

  const today = () => ({ name: '2026-11-21', start: 0, end: DAY });
  /** A day with two calls for searches. */
  const spendWith = (spend: () => Promise<number>) =>
    programBudget({ spend, today } as unknown as Budget, {
      database,
      seller: '1',
      clock: systemClock,
      callsPerDay: 2,
      zone: 'UTC',
    }).spend('program');
  const granted = async () => 7;

  test('A call that the budget refuses is not counted', async () => {
    for (const _ of [1, 2, 3])
      await expect(spendWith(async () => fail('budget_unavailable', {}))).rejects.toMatchObject({
        kind: 'budget_unavailable',
      });
    expect([await spendWith(granted), await spendWith(granted)]).toEqual([7, 7]);
    await expect(spendWith(granted)).rejects.toMatchObject({ kind: 'search_calls_used_up' });
  });
});
