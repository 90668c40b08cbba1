/**
 * Formats of stored values. Two releases may run side by side and then read and write the same values. So no format may
 * refuse what another release has written: every field has a default, and unknown fields are kept. A change that cannot
 * be made so needs a new name in the key. See docs/adr/0016-fenced-snapshots.md.
 */

import * as z from 'zod';

/** The end of the year 9999 in epoch milliseconds. Nothing is dated later, and nothing is as many. */
const MAX_NUMBER = 253_402_300_799_999;
/** Of what is not to happen any more, epoch milliseconds. */
export const NEVER = MAX_NUMBER;
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

/** Every format that the modules loaded so far have declared. Those inside another one follow when it is first used. */
export const storedFormats: z.ZodType[] = [];

/** @param shape is called at the first use: making all formats at once would slow down the start of the app */
export function stored<S extends Record<string, WithDefault>>(shape: () => S): FormatOf<S> {
  // Zod asks for it at each `unwrap()`.
  let made: z.ZodType | undefined;
  const format = z.lazy(() => {
    made ??= extensible(shape());
    return made;
  }) as unknown as FormatOf<S>;
  storedFormats.push(format);
  return format;
}

/** A format that is made of declared ones at run time. */
export const extensible = <S extends Record<string, WithDefault>>(shape: S) =>
  z.looseObject(shape) as unknown as FormatOf<S>;

type Path = readonly PropertyKey[];

/** Where a value is, to be stored as JSON, that its format would refuse to read again, or would read as another one. */
function unreadableIn(format: z.ZodType, value: unknown): Path[] {
  const { data, error } = format.safeParse(value);
  if (error) return error.issues.map(({ path }) => path);
  return [...impossibleIn(value), ...changedIn(value, data)];
}

function impossibleIn(value: unknown): Path[] {
  if (isPossible(value)) return [];
  return isPlain(value) ? inParts(value, impossibleIn) : [[]];
}

/** A field that is undefined is not stored, and is read as its default. */
function changedIn(value: unknown, read: unknown): Path[] {
  if (isPlain(value) && isPlain(read))
    return inParts(value, (part, key) => (part === undefined ? [] : changedIn(part, read[key])));
  const isSame =
    Array.isArray(value) && Array.isArray(read)
      ? value.length === read.length && value.every((each, n) => changedIn(each, read[n]).length === 0)
      : value === read;
  return isSame ? [] : [[]];
}

const inParts = (value: object, pathsIn: (part: unknown, key: string) => Path[]): Path[] =>
  Object.entries(value).flatMap(([key, part]) => pathsIn(part, key).map((path) => [key, ...path]));

/**
 * `value` without what could not be read again: such a field keeps its value of `before`, or else gets its default. A list
 * is kept or replaced as a whole.
 * @param onUnreadable gets the names of the fields on the way to it
 */
export function readable<T>(
  format: z.ZodType,
  before: unknown,
  value: T,
  onUnreadable: (field: string) => void,
): T {
  return unreadableIn(format, value).reduce<T>((mended, path) => {
    const index = path.findIndex((part) => typeof part === 'number');
    const names = (index === -1 ? path : path.slice(0, index)).map(String);
    onUnreadable(names.join('.'));
    return withFieldOf(before, mended, names) as T;
  }, value);
}

function withFieldOf(before: unknown, value: unknown, [name, ...names]: readonly string[]): unknown {
  if (name === undefined) return before;
  const [known, changed] = [before, value].map((each) => (isPlain(each) ? each : {})) as [Plain, Plain];
  const { [name]: part, ...others } = changed;
  const kept = withFieldOf(known[name], part, names);
  return kept === undefined ? others : { ...others, [name]: kept };
}

type Plain = Record<string, unknown>;

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
    format instanceof z.ZodNullable ||
    format instanceof z.ZodLazy
  )
    return unwrapped(format.unwrap() as z.ZodType);
  return format;
}
