import { cellOf, columnsOf, rowOf } from '../../../../lib/hosts/hub/sheets/columns.ts';
import type { SheetStep } from '../../../../lib/pack/recipe.ts';
import { recipes } from '../../../../recipes/index.ts';
import paidOrderToSheet from '../../../../recipes/paid-order-to-sheet.ts';

const sheetsOf = recipes.flatMap((recipe) =>
  recipe.steps.flatMap((step): [string, typeof recipe, SheetStep][] =>
    'sheet' in step ? [[recipe.key, recipe, step]] : [],
  ),
);

describe('Columns of a sheet', () => {
  test.each(sheetsOf)(
    'A time of %s is a date of the spreadsheet, and its heading names its zone',
    (_, recipe, step) => {
      const columns = columnsOf(recipe, step);
      const times = step.sheet.columns.map(({ value }) => value.endsWith('_local}'));
      expect(times).toContain(true);
      expect(columns.map(({ type }) => type === 'time')).toEqual(times);
      expect(columns.map(({ header }) => header.endsWith('(Beijing time)'))).toEqual(times);
    },
  );

  test('The date is made from the time in UTC, so that it has its seconds', () => {
    const [step] = paidOrderToSheet.steps as [SheetStep];
    const columns = columnsOf(paidOrderToSheet, step);
    const row = rowOf(columns, { paid_at: '2026-11-21T17:05:09Z', paid_at_local: '2026-11-22 01:05' });
    expect(row['{paid_at}']).toBe('2026-11-21T17:05:09Z');
    expect(columns.map((column) => cellOf(column, row))[1]).toEqual(new Date('2026-11-22T01:05:09Z'));
  });
});
