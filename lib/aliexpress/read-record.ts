/** Reads records and logs what cannot be read of them: names of records and fields, never a value. */

import type { Fields, RecordDeclaration, ValuesOf } from '../pack/record.ts';
import type { Log } from '../runtime.ts';
import { convert } from './convert.ts';

/**
 * @param raw one object of an answer
 * @param answeredAt epoch milliseconds
 * @returns undefined if a required field is missing or unreadable
 */
export function readRecord<F extends Fields>(
  record: RecordDeclaration<F>,
  raw: unknown,
  answeredAt: number,
  log: Log,
): ValuesOf<F> | undefined {
  const converted = convert(record, raw, answeredAt);
  if (!converted) {
    log('a record without its required fields was left out', { record: record.key });
    return undefined;
  }
  for (const field of converted.unreadable)
    log('a field of a record could not be read', { record: record.key, field });
  return converted.values;
}

/** The records of a list, without those that cannot be read. */
export const readRecords = <F extends Fields>(
  record: RecordDeclaration<F>,
  items: readonly unknown[],
  answeredAt: number,
  log: Log,
): ValuesOf<F>[] =>
  items.map((raw) => readRecord(record, raw, answeredAt, log)).filter((values) => values !== undefined);
