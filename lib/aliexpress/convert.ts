/** Reads a record: from one raw object of an answer to the values that the record declares. */

import * as z from 'zod';
import { cut } from '../pack/format.ts';
import { ownValue } from '../pack/own-value.ts';
import type {
  AnyOfField,
  Field,
  Fields,
  ItemsField,
  ListField,
  LookupField,
  RecordDeclaration,
  ScalarField,
  ShortTextField,
  ValuesOf,
} from '../pack/record.ts';
import { shorten, units } from '../pack/shorten.ts';
import { DAY, MINUTE } from '../runtime.ts';
import { pageUrl, withoutEntities } from './foreign-text.ts';
import { toIso } from './time.ts';
import * as wire from './wire.ts';

/** In UTF-16 units. A store may refuse longer values, and with one of them everything that the visit has learned. */
const MAX_TEXT_LENGTH = 2000;
const limited = (text: string): string => shorten(text, MAX_TEXT_LENGTH, units);

const TENTH_OF_AN_HOUR = 360_000;
/** The end of the year 9999. */
const MAX_EPOCH_MS = 253_402_300_799_999;
/** A status lasts for days or months, so a longer time left is an error. */
const MAX_LEFT_MS = 10 * 365 * DAY;

type Value = string | number | boolean | null;
type RelativeField = 'ms_left' | 'hours_ago';

/** A text for people. */
const words = wire.text.transform(withoutEntities);
const url = z.string().transform(pageUrl).pipe(z.string());

/** One schema per conversion. Making one takes longer than using it. */
const scalar: Record<Exclude<ScalarField['as'], RelativeField>, z.ZodType<Value>> = {
  id: wire.id,
  text: words.transform(limited),
  message: wire.text,
  integer: wire.integer,
  number: wire.num,
  boolean: wire.bool,
  pacific_time: wire.pacificTime.transform(toIso),
  epoch_time: wire.integer.pipe(z.number().min(0).max(MAX_EPOCH_MS)).transform(toIso),
  url: words.pipe(url),
  first_url: words.transform((urls) => String(urls.split(';')[0])).pipe(url),
  amount: wire.money.transform((money) => Number(money.amount)),
  currency: z.union([wire.currency, wire.money.transform((money) => money.currency)]),
};

const msLeft = wire.integer.pipe(z.number().min(-MAX_LEFT_MS).max(MAX_LEFT_MS));

/** What is relative to the time of the answer, epoch milliseconds. */
const relative: Record<RelativeField, (raw: unknown, answeredAt: number) => Value | undefined> = {
  // Rounded to the minute, so that an unchanged order has the same values at every visit.
  ms_left: (raw, answeredAt) => {
    const ms = msLeft.safeParse(raw).data;
    return ms === undefined ? undefined : toIso(Math.round((answeredAt + ms) / MINUTE) * MINUTE);
  },
  hours_ago: (raw, answeredAt) => {
    const at = wire.pacificTime.safeParse(raw).data;
    // A day alone stands for its end, which may lie ahead.
    return at === undefined ? undefined : Math.max(0, Math.round((answeredAt - at) / TENTH_OF_AN_HOUR) / 10);
  },
};

export interface Conversion<F extends Fields> {
  values: ValuesOf<F>;
  /** Optional fields with a value that cannot be read. In `values` they are null, or an empty list. */
  unreadable: string[];
}

/**
 * @param raw one object of an answer
 * @param answeredAt epoch milliseconds
 * @returns null if a required field is missing or unreadable
 */
export function convert<F extends Fields>(
  record: RecordDeclaration<F>,
  raw: unknown,
  answeredAt: number,
): Conversion<F> | null {
  const values: Record<string, unknown> = {};
  const unreadable: string[] = [];
  for (const [key, field] of Object.entries(record.fields)) {
    const found = sourceOf(field, raw);
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
  if (field.as === 'short_text') return shortText(field, raw);
  if ('of' in field) return convertList(field, raw);
  if (!isGiven(raw)) return undefined;
  if (field.as === 'lookup') {
    const code = wire.text.safeParse(raw).data;
    return code && wordFor(code, field);
  }
  if (field.as === 'ms_left' || field.as === 'hours_ago') return relative[field.as](raw, answeredAt);
  return scalar[field.as].safeParse(raw).data;
}

function convertList(field: ListField | AnyOfField, raw: unknown): unknown {
  const items = wire.list.safeParse(raw).data?.map((item) => valueAt(item, field.of)) ?? [];
  const texts = items.flatMap((item) => words.safeParse(item).data ?? []);
  const integers = items.flatMap((item) => wire.integer.safeParse(item).data ?? []);
  const sum = integers.reduce((total, integer) => total + integer, 0);
  switch (field.as) {
    case 'integer_sum':
      return sum;
    case 'integer_total':
      return items.length > 0 && integers.length === items.length ? sum : undefined;
    case 'any_of':
      return texts.some((text) => field.values.includes(text));
    case 'joined_text':
      return limited(texts.join('; '));
    default:
      return [...new Set(texts.filter(isGiven))];
  }
}

/** Columns of a product's name in a short text. */
const SHORT_NAME = 20;

function shortText({ of, quantity }: ShortTextField, raw: unknown): string | undefined {
  const [first, ...others] = wire.list.safeParse(raw).data ?? [];
  const name = words.safeParse(valueAt(first, of)).data;
  if (!isGiven(name)) return undefined;
  const count = wire.integer.safeParse(valueAt(first, quantity)).data;
  return [cut(String(name), SHORT_NAME), count && `×${count}`, others.length > 0 && `+${others.length}`]
    .filter(Boolean)
    .join(' ');
}

/** The word for a code, by the table and the rules of a `lookup`. */
export function wordFor(
  code: string,
  { table, otherwise = [] }: Pick<LookupField, 'table' | 'otherwise'>,
): string {
  const word = ownValue(table, code);
  if (word !== undefined) return word;
  const rule = otherwise.find(
    ({ begins = '', contains = '' }) => code.startsWith(begins) && code.includes(contains),
  );
  return rule?.word ?? code;
}

const convertItem = (fields: ItemsField['items'], item: unknown, answeredAt: number) =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      convertField(field, sourceOf(field, item), answeredAt) ?? null,
    ]),
  );

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** The raw value of a field. */
function sourceOf(field: Field, raw: unknown): unknown {
  if ('onlyIf' in field && field.onlyIf && !isAmong(field.onlyIf, raw)) return undefined;
  const found = valueAt(raw, field.from);
  if ('nothing' in field && field.nothing?.includes(wire.text.safeParse(found).data ?? '')) return undefined;
  if (!('pick' in field) || !field.pick) return found;
  return valueAt(wire.list.safeParse(found).data?.[0], field.pick.of);
}

const isAmong = ({ from, oneOf }: NonNullable<ScalarField['onlyIf']>, raw: unknown): boolean =>
  oneOf.includes(wire.text.safeParse(valueAt(raw, from)).data ?? '');

/** The value at a dotted path. */
export function valueAt(raw: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      raw,
    );
}
