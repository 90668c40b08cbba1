/** The TypeScript implementation of a record declaration: from one raw object of an answer to the record's values. */

import * as z from 'zod';
import type { Field, Fields, RecordDeclaration, ScalarField, ValuesOf } from '../pack/record.ts';
import * as wire from './wire.ts';

const toIso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');
const MINUTE = 60_000;
/** The end of the year 9999. */
const MOST_EPOCH_MS = 253_402_300_799_999;
/** A status lasts for days or months; ten years is no time left but a mistake. */
const MOST_LEFT_MS = 10 * 365 * 86_400_000;

/** One schema per conversion. `answeredAt`: when the answer came, in epoch milliseconds. */
const scalar: Record<ScalarField['as'], (answeredAt: number) => z.ZodType<string | number | boolean | null>> =
  {
    id: () => wire.id,
    text: () => wire.text,
    integer: () => wire.integer,
    boolean: () => wire.bool,
    pacific_time: () => wire.pacificTime.transform(toIso),
    epoch_time: () => wire.integer.pipe(z.number().min(0).max(MOST_EPOCH_MS)).transform(toIso),
    // Rounded, so that an unchanged order reads the same at every visit.
    ms_left: (answeredAt) =>
      wire.integer
        .pipe(z.number().min(-MOST_LEFT_MS).max(MOST_LEFT_MS))
        .transform((ms) => toIso(Math.round((answeredAt + ms) / MINUTE) * MINUTE)),
    amount: () => wire.money.transform((money) => money.amount),
    currency: () => wire.money.transform((money) => money.currency),
  };

export interface Conversion<F extends Fields> {
  values: ValuesOf<F>;
  /** Optional fields that were there but could not be read; they are null in `values`, or an empty list. */
  unreadable: string[];
}

/**
 * @param raw one object of an answer
 * @param answeredAt epoch milliseconds
 * @returns null when a required field is missing or unreadable: the record is bad.
 */
export function convert<F extends Fields>(
  record: RecordDeclaration<F>,
  raw: unknown,
  answeredAt: number,
): Conversion<F> | null {
  const values: Record<string, unknown> = {};
  const unreadable: string[] = [];
  for (const [key, field] of Object.entries(record.fields)) {
    const found = valueAt(raw, field.from);
    const value = convertField(field, found, answeredAt);
    if (value === undefined && 'required' in field) return null;
    if (value === undefined && isGiven(found)) unreadable.push(key);
    values[key] = value ?? (field.as === 'items' ? [] : null);
  }
  return { values: values as ValuesOf<F>, unreadable };
}

function convertField(field: Field, raw: unknown, answeredAt: number): unknown {
  if (field.as === 'items') {
    return wire.list.safeParse(raw).data?.map((item) => convertItem(field.items, item, answeredAt));
  }
  if ('of' in field) {
    const items = wire.list.safeParse(raw).data?.map((item) => valueAt(item, field.of)) ?? [];
    const texts = items.flatMap((item) => wire.text.safeParse(item).data ?? []);
    switch (field.as) {
      case 'integer_sum':
        return items.reduce<number>((sum, item) => sum + (wire.integer.safeParse(item).data ?? 0), 0);
      case 'joined_text':
        return texts.join('; ');
      default:
        return [...new Set(texts.filter(isGiven))];
    }
  }
  if (!isGiven(raw)) return undefined;
  if (field.as === 'lookup') {
    const code = wire.text.safeParse(raw).data;
    return code && (Object.hasOwn(field.table, code) ? field.table[code] : code);
  }
  return scalar[field.as](answeredAt).safeParse(raw).data;
}

const convertItem = (fields: Record<string, ScalarField>, item: unknown, answeredAt: number) =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      convertField(field, valueAt(item, field.from), answeredAt) ?? null,
    ]),
  );

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** The value at a dotted path. */
export function valueAt(raw: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? (value as never)[key] : undefined),
      raw,
    );
}
