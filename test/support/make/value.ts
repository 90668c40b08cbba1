/**
 * The values IML works with. Dates are `Date` values, never texts, and "missing" is two things, undefined and null,
 * because a JSON body drops one of them and keeps the other.
 */

export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | Date
  | Uint8Array
  | readonly Value[]
  | Collection;

/** What Make calls a collection: an object with named values. */
export interface Collection {
  readonly [name: string]: Value;
}

export type Kind =
  | 'undefined'
  | 'null'
  | 'a boolean'
  | 'a number'
  | 'a text'
  | 'a date'
  | 'binary data'
  | 'an array'
  | 'a collection';

export function kindOf(value: Value): Kind {
  if (value === undefined) return 'undefined';
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'string') return 'a text';
  if (value instanceof Date) return 'a date';
  if (value instanceof Uint8Array) return 'binary data';
  return isArray(value) ? 'an array' : 'a collection';
}

export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value);

export const isCollection = (value: Value): value is Collection => kindOf(value) === 'a collection';

export const isMissing = (value: Value): value is null | undefined => value === null || value === undefined;

/** The property of that name which the collection itself has; nothing comes from the prototype. */
export const ownValue = (collection: Collection, name: string): Value =>
  Object.hasOwn(collection, name) ? collection[name] : undefined;

/**
 * `value` without the properties that are undefined, and with a copy of every array and collection, so that what one
 * run hands out is not changed by the next.
 */
export function withoutUndefined(value: Value): Value {
  if (isArray(value)) return value.map(withoutUndefined);
  if (!isCollection(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [name, withoutUndefined(each)]),
  );
}
