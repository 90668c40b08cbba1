/** Columns of a sheet: what each shows, and how. */

import { inUtc } from '../../../pack/local-times.ts';
import { recordOfEvents } from '../../../pack/operation.ts';
import { type RecipeDeclaration, type SheetStep, valueIn } from '../../../pack/recipe.ts';
import type { Field } from '../../../pack/record.ts';
import { HOUR } from '../../../runtime.ts';
import type { RowValues } from './journal.ts';

export interface SheetColumn {
  header: string;
  /** Its key in the journal: the template of the recipe. */
  template: string;
  /** A number of an order or a product is a text, because a spreadsheet rounds numbers of 17 digits. */
  type: 'text' | 'number' | 'time';
}

const TIMES = new Set<Field['as']>(['pacific_time', 'epoch_time', 'ms_left']);
const NUMBERS = new Set<Field['as']>([
  'amount',
  'integer',
  'number',
  'integer_sum',
  'integer_total',
  'hours_ago',
]);
const ONE_FIELD = /^\{(\w+)\}$/;

export function columnsOf({ trigger }: RecipeDeclaration, { sheet }: SheetStep): SheetColumn[] {
  const { fields } = recordOfEvents(trigger);
  return sheet.columns.map(({ title, value }) => {
    // A time is a date of the spreadsheet, made from the one in UTC.
    const template = inUtc(value, fields);
    const [, name = ''] = ONE_FIELD.exec(template) ?? [];
    const as = fields[name]?.as;
    if (as !== undefined && TIMES.has(as))
      return { header: `${title.zh}（北京时间） / ${title.en} (Beijing time)`, template, type: 'time' };
    const type = as !== undefined && NUMBERS.has(as) ? 'number' : 'text';
    return { header: `${title.zh} / ${title.en}`, template, type };
  });
}

/** The values of a row as the journal keeps them. */
export const rowOf = (columns: readonly SheetColumn[], event: Readonly<Record<string, unknown>>): RowValues =>
  Object.fromEntries(columns.map(({ template }) => [template, valueIn(template, event)]));

/** A value as its column shows it; null where there is none. A time is one whose fields in UTC are those of Beijing. */
export function cellOf({ template, type }: SheetColumn, values: RowValues): string | number | Date | null {
  const value = values[template] ?? '';
  if (value === '') return null;
  if (type === 'number') return Number.isFinite(Number(value)) ? Number(value) : String(value);
  const at = type === 'time' ? Date.parse(String(value)) : Number.NaN;
  return Number.isNaN(at) ? String(value) : new Date(at + BEIJING_MS);
}

/** Beijing's time is so far ahead of UTC. */
export const BEIJING_MS = 8 * HOUR;
