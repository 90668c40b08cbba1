/** Reads records and logs what cannot be read of them: names of records and fields, never a value. */

import type { Fields, RecordDeclaration, ValuesOf } from '../pack/record.ts';
import { Problem } from '../problems.ts';
import type { Log } from '../runtime.ts';
import { type Conversion, convert } from './convert.ts';

/**
 * @param raw one object of an answer
 * @param answeredAt epoch milliseconds
 * @returns undefined if a required field is missing or unreadable
 */
export const readRecord = <F extends Fields>(
  record: RecordDeclaration<F>,
  raw: unknown,
  answeredAt: number,
  log: Log,
): ValuesOf<F> | undefined => conversionOf(record, raw, answeredAt, log)?.values;

function conversionOf<F extends Fields>(
  record: RecordDeclaration<F>,
  raw: unknown,
  answeredAt: number,
  log: Log,
): Conversion<F> | undefined {
  const converted = convert(record, raw, answeredAt);
  if (!converted) {
    log('a record without its required fields was left out', { record: record.key });
    return undefined;
  }
  for (const field of converted.unreadable)
    log('a field of a record could not be read', { record: record.key, field });
  return converted;
}

/** The records of a list, without those that cannot be read. */
export const readRecords = <F extends Fields>(
  record: RecordDeclaration<F>,
  items: readonly unknown[],
  answeredAt: number,
  log: Log,
): ValuesOf<F>[] =>
  items.map((raw) => readRecord(record, raw, answeredAt, log)).filter((values) => values !== undefined);

/** If more of the rows cannot be read, in percent, AliExpress has changed their format. */
const MAX_UNREADABLE_PERCENT = 20;

export interface ReadRows<V> {
  rows: { raw: unknown; values: V }[];
  /** The id of each row of the page. A row that cannot be read has its whole text. */
  ids: string[];
  /** Too many rows could not be read. To be thrown after the others were kept. */
  problem: Problem<'data_unreadable'> | undefined;
}

/**
 * The rows of one page of a list.
 * @param context `mustRead`: fields that must be readable where AliExpress gives them. A row where one is not is kept, and
 * counts as unreadable
 */
export function readRows<F extends Fields>(
  record: RecordDeclaration<F>,
  items: readonly unknown[],
  answeredAt: number,
  {
    log,
    method,
    mustRead = [],
  }: { log: Log; method: string; mustRead?: readonly NoInfer<keyof F & string>[] },
): ReadRows<ValuesOf<F>> {
  const read = items.map((raw) => ({ raw, converted: conversionOf(record, raw, answeredAt, log) }));
  const unreadable = read.flatMap(
    ({ raw, converted }) =>
      (converted
        ? mustRead.find((key) => converted.unreadable.includes(key))
        : unreadableField(record, raw, answeredAt)) ?? [],
  );
  // One odd row among others says nothing about the format, however few the others are.
  const isOdd = unreadable.length === 1 && items.length > 1;
  const isTooMany = unreadable.length * 100 > items.length * MAX_UNREADABLE_PERCENT && !isOdd;
  return {
    rows: read.flatMap(({ raw, converted }) => (converted ? [{ raw, values: converted.values }] : [])),
    ids: read.map(({ raw, converted }) => String(converted?.values[record.id] ?? JSON.stringify(raw))),
    problem: isTooMany
      ? new Problem('data_unreadable', {
          method,
          field: unreadable[0] ?? record.id,
          share: MAX_UNREADABLE_PERCENT,
        })
      : undefined,
  };
}

/**
 * The records of an answer for which a user waits.
 * @throws Problem if too many cannot be read: they would look as if nothing was found
 */
export function readFound<F extends Fields>(
  record: RecordDeclaration<F>,
  items: readonly unknown[],
  answeredAt: number,
  context: { log: Log; method: string },
): ValuesOf<F>[] {
  const { rows, problem } = readRows(record, items, answeredAt, context);
  if (problem) throw problem;
  return rows.map(({ values }) => values);
}

/** The first required field that is missing or unreadable. */
const unreadableField = <F extends Fields>(
  record: RecordDeclaration<F>,
  raw: unknown,
  answeredAt: number,
): string =>
  Object.entries(record.fields).find(
    ([key, field]) => !convert({ ...record, fields: { [key]: field } }, raw, answeredAt),
  )?.[0] ?? record.id;
