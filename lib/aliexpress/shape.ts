/** The shape of an answer: the names of its fields and the forms of their values, but never a value. */

import { ownValue } from '../pack/own-value.ts';

/** What stands for a name that may be a value, such as a number of an order. */
const NOT_A_NAME = '(key)';
const NAME = /^[A-Za-z_][A-Za-z_]*\d{0,2}[A-Za-z_]*$/;
const MAX_NAME_LENGTH = 60;

/** Times by their digits. */
const TIMES: Readonly<Record<string, string>> = {
  '0000-00-00 00:00:00': 'yyyy-MM-dd HH:mm:ss',
  '0000-00-00 00:00': 'yyyy-MM-dd HH:mm',
  '0000-00-00': 'yyyy-MM-dd',
  '0000-00-00 00:00:00.0': 'yyyy-MM-dd HH:mm:ss.S',
  '0000-00-00 00:00:00.000': 'yyyy-MM-dd HH:mm:ss.SSS',
  '0000-00-00T00:00:00Z': "yyyy-MM-dd'T'HH:mm:ss'Z'",
  '0000-00-00T00:00:00.000Z': "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
  '0000-00-00T00:00:00+00:00': "yyyy-MM-dd'T'HH:mm:ssXXX",
  '0000-00-00T00:00:00-00:00': "yyyy-MM-dd'T'HH:mm:ssXXX",
  '00/00/0000 00:00:00': 'MM/dd/yyyy HH:mm:ss',
  '00000000000000000+0000': 'yyyyMMddHHmmssSSSZ',
  '00000000000000000-0000': 'yyyyMMddHHmmssSSSZ',
};
/** Numbers that are times of this century. */
const NUMERIC_TIMES: readonly [digits: RegExp, form: string][] = [
  [/^1\d{9}$/, 'epoch seconds?'],
  [/^1\d{12}$/, 'epoch milliseconds?'],
  [/^20\d\d[01]\d[0-3]\d[0-2]\d[0-5]\d[0-5]\d$/, 'yyyyMMddHHmmss'],
];

const TEXTS: readonly [text: RegExp, form: string][] = [
  [/^$/, 'empty'],
  [/^(true|false)$/i, 'boolean as text'],
  [/^-?\d+$/, 'digits'],
  [/^-?\d+\.\d+$/, 'decimal as text'],
  [/^[A-Z]{3}$/, 'three capitals'],
  [/^[A-Z]{3}(;[A-Z]{3})+$/, 'three capitals, several times'],
  [/^https?:\/\//i, 'URL'],
  [/^\/\//, 'URL without scheme'],
  [/^[{[]/, 'JSON as text'],
];

const numericTime = (digits: string): string | undefined =>
  NUMERIC_TIMES.find(([pattern]) => pattern.test(digits))?.[1];

/** The form of one value that is no object and no list. */
export function formOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number')
    return numericTime(String(value)) ?? (Number.isInteger(value) ? 'integer' : 'decimal');
  if (typeof value !== 'string') return typeof value;
  const text = value.trim();
  const time = ownValue(TIMES, text.replace(/\d/g, '0')) ?? numericTime(text);
  if (time) return `${time} as text`;
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'text';
}

interface Place {
  forms: Set<string>;
  /** In how many of the objects that may have it. */
  seen: number;
}

const nameOf = (key: string): string => (NAME.test(key) && key.length <= MAX_NAME_LENGTH ? key : NOT_A_NAME);

/** Answers of one method in one: what only some of their objects have is marked with "?". */
export interface Shape {
  add(answer: unknown): void;
  /** Such as "result.target_list[].order_id: digits". */
  lines(): string[];
}

export function emptyShape(): Shape {
  const places = new Map<string, Place>();
  const objects = new Map<string, number>();

  function visit(value: unknown, path: string): void {
    if (Array.isArray(value)) {
      note(path, value.length > 0 ? 'list' : 'empty list');
      for (const item of value) visit(item, `${path}[]`);
    } else if (typeof value === 'object' && value !== null) {
      if (path !== '') note(path, 'object');
      objects.set(path, (objects.get(path) ?? 0) + 1);
      for (const [key, inner] of Object.entries(value))
        visit(inner, path === '' ? nameOf(key) : `${path}.${nameOf(key)}`);
    } else note(path, formOf(value));
  }

  function note(path: string, form: string): void {
    const place = places.get(path) ?? { forms: new Set<string>(), seen: 0 };
    place.forms.add(form);
    place.seen += 1;
    places.set(path, place);
  }

  const isOptional = (path: string, { seen }: Place): boolean => {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
    return !path.endsWith('[]') && seen < (objects.get(parent) ?? 0);
  };

  return {
    add: (answer) => visit(answer, ''),
    lines: () =>
      [...places].map(
        ([path, place]) => `${path}${isOptional(path, place) ? '?' : ''}: ${[...place.forms].join(' | ')}`,
      ),
  };
}
