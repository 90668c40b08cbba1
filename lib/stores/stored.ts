/**
 * Formats of stored values. Two releases may run side by side and then read and write the same values. So no format may
 * refuse what another release has written: every field has a default, and unknown fields are kept. A change that cannot
 * be made so needs a new name in the key. See docs/adr/0016-fenced-snapshots.md.
 */

import * as z from 'zod';

/** The end of the year 9999 in epoch milliseconds. Nothing is dated later, and nothing is as many. */
const MAX_NUMBER = 253_402_300_799_999;
/** Epoch milliseconds, or a duration in milliseconds. */
export const time = z.number().min(0).max(MAX_NUMBER);
/** A number of things. */
export const count = z.number().min(0).max(1_000_000);
/** A difference, or a figure that may be negative. */
export const signed = z.number().min(-MAX_NUMBER).max(MAX_NUMBER);

const isPossible = (value: unknown): boolean =>
  typeof value === 'number'
    ? Math.abs(value) <= MAX_NUMBER
    : typeof value !== 'object' || value === null || Object.values(value).every(isPossible);

/** A number that is stored by itself; undefined if it is absent or cannot be one. */
export const readNumber = (text: string | null): number | undefined =>
  text !== null && /^-?\d+(\.\d+)?$/.test(text) ? signed.safeParse(Number(text)).data : undefined;

/** What was stored as JSON; undefined if it is absent, or if a number in it cannot be true. */
export function readJson(text: string | null): unknown {
  try {
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return isPossible(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What was stored as JSON in a format; undefined if that is absent or cannot be read. */
export function readStored<F extends z.ZodType>(format: F, text: string | null): z.output<F> | undefined {
  const value = readJson(text);
  return value === undefined ? undefined : format.safeParse(value).data;
}

type WithDefault = z.ZodDefault | z.ZodPrefault | z.ZodOptional;
declare const isFormat: unique symbol;
/** The format of a stored object. It accepts every object whose known fields have the right types. */
export type StoredFormat<T> = z.ZodType<T> & { readonly [isFormat]: true };
type FormatOf<S extends Record<string, WithDefault>> = StoredFormat<z.output<z.ZodObject<S>>>;

/** Every format that the modules loaded so far have declared. */
export const storedFormats: z.ZodType[] = [];

export function stored<S extends Record<string, WithDefault>>(shape: S): FormatOf<S> {
  const format = extensible(shape);
  storedFormats.push(format);
  return format;
}

/** A format that is made of declared ones at run time. */
export const extensible = <S extends Record<string, WithDefault>>(shape: S) =>
  z.looseObject(shape) as unknown as FormatOf<S>;

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `after` with the fields of `before` that the format does not know, at any depth outside of lists. So a release does
 * not drop what another one has stored, even where it builds a value from scratch.
 */
export function keepUnknown<T>(format: z.ZodType, before: unknown, after: T): T;
export function keepUnknown(format: z.ZodType, before: unknown, after: unknown): unknown {
  if (!isPlain(before) || !isPlain(after)) return after;
  const inner = unwrapped(format);
  if (inner instanceof z.ZodRecord)
    return mapped(after, (value, key) => keepUnknown(inner.valueType as z.ZodType, before[key], value));
  if (!(inner instanceof z.ZodObject)) return after;
  const { shape } = inner;
  const unknown = Object.entries(before).filter(([key]) => !Object.hasOwn(shape, key));
  const known = mapped(after, (value, key) =>
    Object.hasOwn(shape, key) ? keepUnknown(shape[key], before[key], value) : value,
  );
  return { ...Object.fromEntries(unknown), ...known };
}

const mapped = (record: Record<string, unknown>, change: (value: unknown, key: string) => unknown) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));

function unwrapped(format: z.ZodType): z.ZodType {
  if (
    format instanceof z.ZodDefault ||
    format instanceof z.ZodPrefault ||
    format instanceof z.ZodOptional ||
    format instanceof z.ZodNullable
  )
    return unwrapped(format.unwrap() as z.ZodType);
  return format;
}
