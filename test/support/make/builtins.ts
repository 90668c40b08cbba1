/**
 * The built-in functions of IML, with the arguments they take. [facts/make.md §2.2; the examples are those of Make's
 * help pages "Array functions", "String functions", "Math functions"]
 *
 * Strict where the documentation is silent: what a function does with a missing value, or with one of another kind, is
 * nowhere written, so it is an error here. Everything throws `ArgumentProblem`; the evaluator says where.
 */

import { createHash, createHmac } from 'node:crypto';
import { addOnCalendar, formatDate, parseDate } from './dates.ts';
import { multiply, roundsAlike } from './decimal.ts';
import { type Collection, isArray, isCollection, isMissing, kindOf, ownValue, type Value } from './value.ts';

export class ArgumentProblem extends Error {
  /** Of the argument, from 0; undefined where it is about all of them. */
  readonly index: number | undefined;

  constructor(problem: string, index?: number) {
    super(problem);
    this.index = index;
  }
}

/** What of the outside a function may know. */
export interface Surroundings {
  /** The organisation's time zone, a name of the tz database. Left out, whatever depends on it is an error. */
  timezone?: string;
}

/** The arguments of one call, each asked for by the kind it must have. */
export class Args {
  readonly values: readonly Value[];

  constructor(values: readonly Value[]) {
    this.values = values;
  }

  has(index: number): boolean {
    return index < this.values.length;
  }

  any(index: number): Value {
    return this.values[index];
  }

  text(index: number): string {
    const value = this.values[index];
    return typeof value === 'string' ? value : this.wrong(index, 'a text');
  }

  number(index: number): number {
    const value = this.values[index];
    return typeof value === 'number' ? value : this.wrong(index, 'a number');
  }

  whole(index: number, least: number): number {
    const value = this.number(index);
    return Number.isInteger(value) && value >= least
      ? value
      : this.fail(`must be a whole number from ${least} on`, index);
  }

  boolean(index: number): boolean {
    const value = this.values[index];
    return typeof value === 'boolean' ? value : this.wrong(index, 'a boolean');
  }

  date(index: number): Date {
    const value = this.values[index];
    return value instanceof Date ? value : this.wrong(index, 'a date');
  }

  array(index: number): readonly Value[] {
    const value = this.values[index];
    return isArray(value) ? value : this.wrong(index, 'an array');
  }

  collection(index: number): Collection {
    const value = this.values[index];
    return isCollection(value) ? value : this.wrong(index, 'a collection');
  }

  /** The arguments from `index` on. */
  rest(index: number): readonly Value[] {
    return this.values.slice(index);
  }

  wrong(index: number, wanted: string): never {
    return this.fail(`must be ${wanted} and is ${kindOf(this.values[index])}`, index);
  }

  fail(problem: string, index?: number): never {
    throw new ArgumentProblem(problem, index);
  }
}

export interface BuiltIn {
  least: number;
  most: number;
  /** Absent where the evaluator itself decides which arguments are evaluated. */
  result?: (args: Args, surroundings: Surroundings) => Value;
}

/** A text, number or boolean: what can be compared, listed and joined without doubt. */
type Plain = string | number | boolean;
const isPlain = (value: Value): value is Plain => ['string', 'number', 'boolean'].includes(typeof value);

function plainItems(args: Args, index: number): Plain[] {
  return args.array(index).map((item) => {
    if (isPlain(item)) return item;
    return args.fail(`must hold texts, numbers or booleans and holds ${kindOf(item)}`, index);
  });
}

/** IML's own comparison is strict in one reading and loose in another; between values of one kind both agree. */
export function sameValue(left: Value, right: Value): boolean {
  const [kind, other] = [kindOf(left), kindOf(right)];
  if (kind !== other) throw new ArgumentProblem(`compares ${kind} with ${other}; make both of one kind`);
  if (isPlain(left) || isMissing(left)) return left === right;
  throw new ArgumentProblem(`compares ${kind} with ${other}; compare texts or numbers`);
}

/** The value at `path` ("a.b", "items[1].id", "2.name"), by IML's rules for paths. */
export function valueAt(from: Value, path: readonly (string | number)[]): Value {
  let value = from;
  for (const step of path) {
    if (isMissing(value)) return undefined;
    if (isArray(value)) {
      if (typeof step === 'string') {
        throw new ArgumentProblem(
          `asks an array for "${step}"; take one item with [n], or map() all of them`,
        );
      }
      value = step === -1 ? value.at(-1) : value[step - 1];
    } else if (isCollection(value)) {
      if (typeof step === 'number') throw new ArgumentProblem(`asks a collection for item ${step}`);
      value = ownValue(value, step);
    } else if (value instanceof Date || value instanceof Uint8Array || typeof step === 'number') {
      throw new ArgumentProblem(`asks ${kindOf(value)} for ${JSON.stringify(step)}`);
    } else {
      // A text where JSON was expected, say the page of a proxy: nothing in it has a name.
      return undefined;
    }
  }
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new ArgumentProblem(
      `reads ${value}, a number of more digits than JSON.parse keeps; take it out of the text of the answer`,
    );
  }
  return value;
}

/** A path that stands in a text, as `get`, `map`, `sort` and `distinct` take it: "a.b[1]" or "1.name". */
function stepsOf(path: string, args: Args, index: number): (string | number)[] {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  if (path === '' || steps.join('.') !== path.replace(/\[(\d+)\]/g, '.$1').replace(/^\./, '')) {
    args.fail(`must be a path and is '${path}'`, index);
  }
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** What `steps` lead to in each item; an item without it is an error, because Make does not say what becomes of it. */
function fieldOfEach(items: readonly Value[], args: Args, keyIndex: number): Value[] {
  const steps = stepsOf(args.text(keyIndex), args, keyIndex);
  return items.map((item, at) => {
    const value = valueAt(item, steps);
    if (isMissing(value)) {
      args.fail(`names "${args.text(keyIndex)}", which item ${at + 1} does not have`, keyIndex);
    }
    return value;
  });
}

export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ArgumentProblem(`makes a text of ${value}`);
    if (/e/.test(String(value))) {
      throw new ArgumentProblem(`makes a text of ${value}, which would be written with an exponent`);
    }
    return String(value);
  }
  throw new ArgumentProblem(
    `makes a text of ${kindOf(value)}; ${isMissing(value) ? "write ifempty(…, '')" : 'write formatDate, join or createJSON'}`,
  );
}

/** JSON text of `value`, with the properties that are undefined left out. */
export function jsonOf(value: Value): string {
  const checked = (inner: Value): Value => {
    if (inner instanceof Date || inner instanceof Uint8Array) {
      throw new ArgumentProblem(`puts ${kindOf(inner)} into JSON; make a text of it first`);
    }
    if (isArray(inner)) {
      if (inner.includes(undefined)) throw new ArgumentProblem('puts undefined into a JSON array');
      return inner.map(checked);
    }
    if (!isCollection(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, checked(each)]));
  };
  const json = JSON.stringify(checked(value));
  if (json === undefined) throw new ArgumentProblem('makes JSON of undefined');
  return json;
}

const numbersOf = (args: Args): number[] => {
  const [first] = args.values;
  const values = args.values.length === 1 && isArray(first) ? first : args.values;
  return values.map((value) =>
    typeof value === 'number' ? value : args.fail(`takes numbers and was given ${kindOf(value)}`),
  );
};

const someNumbersOf = (args: Args): number[] => {
  const numbers = numbersOf(args);
  return numbers.length > 0 ? numbers : args.fail('takes numbers and was given none');
};

const ORDERS = ['asc', 'desc', 'asc ci', 'desc ci'];

/**
 * The help page sorts texts as "A, B, C, a, b, c", so by code units, but nobody has written down where `_` or "é"
 * stand. Where a sort by locale would give another order and anything but letters and digits is involved, it is an
 * error. [facts/make.md §2.3 marks this as unknown]
 */
function sorted(args: Args): readonly Value[] {
  const items = args.array(0);
  const order = args.has(1) ? args.text(1) : 'asc';
  if (!ORDERS.includes(order)) args.fail(`must be one of ${ORDERS.join(', ')} and is '${order}'`, 1);
  const keys = args.has(2) ? fieldOfEach(items, args, 2) : items;
  const kinds = new Set(keys.map(kindOf));
  if (kinds.size > 1)
    args.fail(`must hold values of one kind to be sorted, and holds ${[...kinds].join(', ')}`, 0);
  const compare = <T extends string | number>(left: T, right: T) =>
    left < right ? -1 : left > right ? 1 : 0;
  let by: (left: Value, right: Value) => number;
  const [sample] = keys;
  if (typeof sample === 'string') {
    const cased = (value: Value) =>
      order.endsWith('ci') ? String(value).toLocaleLowerCase('en') : String(value);
    by = (left, right) => compare(cased(left), cased(right));
    const texts = keys.map(cased);
    const byUnits = [...texts].sort(compare);
    const byLocale = [...texts].sort(new Intl.Collator('en').compare);
    if (!texts.every((text) => /^[A-Za-z0-9]*$/.test(text)) && byUnits.join('\0') !== byLocale.join('\0')) {
      args.fail('holds texts whose order depends on how Make compares them', 0);
    }
  } else if (typeof sample === 'number' || sample instanceof Date || sample === undefined) {
    by = (left, right) => compare(Number(left), Number(right));
  } else {
    return args.fail(`must hold texts, numbers or dates to be sorted, and holds ${kindOf(sample)}`, 0);
  }
  const sign = order.startsWith('desc') ? -1 : 1;
  return items
    .map((item, at) => ({ item, key: keys[at] }))
    .sort((left, right) => sign * by(left.key, right.key))
    .map(({ item }) => item);
}

function mapped(args: Args): readonly Value[] {
  let items = args.array(0);
  if (args.has(2)) {
    if (!args.has(3)) args.fail('filters by a key and was not told the values');
    const filter = args.any(3);
    // "Possible values for filtering separated by a comma": map(Emails[]; email; label; work,home). [help page]
    const wanted = isArray(filter) ? plainItems(args, 3) : args.text(3).split(',');
    const steps = stepsOf(args.text(2), args, 2);
    items = items.filter((item) => {
      const value = valueAt(item, steps);
      return !isMissing(value) && wanted.some((each) => sameValue(value, each));
    });
  }
  return fieldOfEach(items, args, 1);
}

/** `'/pattern/flags'`; anything else is a text. */
const REGULAR_EXPRESSION = /^\/(.+)\/([a-z]*)$/s;

function replaced(args: Args): string {
  const [text, search, replacement] = [args.text(0), args.text(1), args.text(2)];
  const expression = REGULAR_EXPRESSION.exec(search);
  if (expression) {
    if (/\$[^$&\d]|\$$/.test(replacement)) args.fail('uses a replacement pattern beyond $& and $1', 2);
    try {
      return text.replace(new RegExp(expression[1] ?? '', expression[2]), replacement);
    } catch (error) {
      return args.fail(error instanceof Error ? error.message : 'is no regular expression', 1);
    }
  }
  if (search === '') args.fail('must not be empty', 1);
  // Whether a plain text is replaced once or everywhere, and whether `$` is special then, is nowhere written.
  if (text.split(search).length > 2) args.fail(`occurs more than once; write '/…/g'`, 1);
  if (replacement.includes('$')) args.fail('has a $, which may be a pattern; write the search as /…/', 2);
  return text.replace(search, () => replacement);
}

const DIGEST_ENCODINGS = ['hex', 'base64', 'latin1'] as const;
const KEY_ENCODINGS = { text: 'utf8', hex: 'hex', base64: 'base64', binary: 'latin1' } as const;

const bytesOrText = (args: Args, index: number): string | Uint8Array => {
  const value = args.any(index);
  return value instanceof Uint8Array ? value : args.text(index);
};

/** With a key it is an HMAC. A key that turns out to be missing would quietly give a plain hash, so it is an error. */
const digest = (algorithm: 'sha1' | 'sha256' | 'sha512'): BuiltIn => ({
  least: 1,
  most: 4,
  result: (args) => {
    const wanted = args.has(1) ? args.text(1) : 'hex';
    const encoding = DIGEST_ENCODINGS.find((each) => each === wanted);
    if (!encoding) return args.fail(`must be one of ${DIGEST_ENCODINGS.join(', ')} and is '${wanted}'`, 1);
    if (!args.has(2)) return createHash(algorithm).update(bytesOrText(args, 0)).digest().toString(encoding);
    const key = bytesOrText(args, 2);
    if (key.length === 0) args.fail('must not be empty', 2);
    const keyEncoding = args.has(3) ? args.text(3) : 'text';
    if (!(keyEncoding in KEY_ENCODINGS)) {
      args.fail(`must be one of ${Object.keys(KEY_ENCODINGS).join(', ')} and is '${keyEncoding}'`, 3);
    }
    const bytes =
      typeof key === 'string'
        ? Buffer.from(key, KEY_ENCODINGS[keyEncoding as keyof typeof KEY_ENCODINGS])
        : key;
    return createHmac(algorithm, bytes).update(bytesOrText(args, 0)).digest().toString(encoding);
  },
});

/** `formatNumber(n, decimals, decimalSeparator, thousandsSeparator)` */
function formattedNumber(args: Args): string {
  const [number, decimals] = [args.number(0), args.whole(1, 0)];
  if (!roundsAlike(number, decimals))
    args.fail(`rounds ${number} in a way that depends on the calculator`, 0);
  const [whole = '', fraction] = Math.abs(number).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, args.has(3) ? args.text(3) : '.');
  const sign = number < 0 && Number(number.toFixed(decimals)) !== 0 ? '-' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `${args.has(2) ? args.text(2) : ','}${fraction}`}`;
}

/** "Parses a string with a number": parseNumber("1 756,456"; ",") is 1756.456. [help page] */
function parsedNumber(args: Args): number {
  const [text, separator] = [args.text(0), args.text(1)];
  if (separator !== '.' && separator !== ',') args.fail(`must be '.' or ',' and is '${separator}'`, 1);
  const plain = text.replaceAll(' ', '').replace(separator, '.');
  if (!/^-?\d+(\.\d+)?$/.test(plain)) args.fail(`is '${text}', which is no number`, 0);
  return Number(plain);
}

const inWords = (text: string): string =>
  text.toLowerCase().replace(/(^|\s)(\S)/g, (_, before, letter) => `${before}${letter.toUpperCase()}`);

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const fixed = (count: number, result: BuiltIn['result']): BuiltIn => ({ least: count, most: count, result });
const ranged = (least: number, most: number, result: BuiltIn['result']): BuiltIn => ({ least, most, result });

/** The help page of dates: the zone is the call's own, or else the organisation's. */
const zoneOf = (args: Args, surroundings: Surroundings): string | undefined =>
  args.has(2) ? args.text(2) : surroundings.timezone;

const added = (milliseconds: number) =>
  fixed(
    2,
    (args) => new Date(args.date(0).getTime() + args.whole(1, Number.NEGATIVE_INFINITY) * milliseconds),
  );

const addedOnCalendar = (unit: 'days' | 'months' | 'years') =>
  fixed(2, (args, { timezone }) =>
    addOnCalendar(args.date(0), unit, args.whole(1, Number.NEGATIVE_INFINITY), timezone),
  );

const onText = (change: (text: string) => string) => fixed(1, (args) => change(args.text(0)));

export const builtIns: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  // general
  ['if', { least: 3, most: 3 }],
  ['ifempty', { least: 2, most: 2 }],
  [
    'switch',
    ranged(3, Number.POSITIVE_INFINITY, (args) => {
      const [value, ...rest] = args.values;
      for (let at = 0; at + 1 < rest.length; at += 2) {
        if (sameValue(value, rest[at])) return rest[at + 1];
      }
      return rest.length % 2 === 1 ? rest.at(-1) : undefined;
    }),
  ],
  [
    'get',
    fixed(2, (args) => {
      const from = args.any(0);
      if (!isArray(from) && !isCollection(from)) args.wrong(0, 'a collection or an array');
      const path = args.any(1);
      return valueAt(from, typeof path === 'number' ? [args.whole(1, 1)] : stepsOf(args.text(1), args, 1));
    }),
  ],
  [
    'omit',
    ranged(2, Number.POSITIVE_INFINITY, (args) => {
      const names = args.rest(1).map((_, at) => args.text(at + 1));
      return Object.fromEntries(Object.entries(args.collection(0)).filter(([name]) => !names.includes(name)));
    }),
  ],
  [
    'pick',
    ranged(2, Number.POSITIVE_INFINITY, (args) => {
      const names = args.rest(1).map((_, at) => args.text(at + 1));
      return Object.fromEntries(Object.entries(args.collection(0)).filter(([name]) => names.includes(name)));
    }),
  ],

  // text and binary
  [
    'ascii',
    ranged(1, 2, (args) => {
      const text = args.has(1) && args.boolean(1) ? args.text(0).normalize('NFD') : args.text(0);
      return [...text].filter((character) => character.charCodeAt(0) < 128).join('');
    }),
  ],
  ['base64', fixed(1, (args) => Buffer.from(bytesOrText(args, 0)).toString('base64'))],
  ['capitalize', onText((text) => text.charAt(0).toUpperCase() + text.slice(1))],
  [
    'contains',
    fixed(2, (args) => {
      if (typeof args.any(0) === 'string') return args.text(0).includes(args.text(1));
      const wanted = args.any(1);
      return plainItems(args, 0).some((item) => sameValue(item, wanted));
    }),
  ],
  ['decodeURL', fixed(1, (args) => decoded(args))],
  ['encodeURL', onText(encodeURIComponent)],
  ['escapeHTML', onText((text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? ''))],
  ['indexOf', ranged(2, 3, (args) => args.text(0).indexOf(args.text(1), args.has(2) ? args.whole(2, 0) : 0))],
  [
    'length',
    fixed(1, (args) => {
      const value = args.any(0);
      if (typeof value === 'string' || value instanceof Uint8Array || isArray(value)) return value.length;
      return args.wrong(0, 'a text, an array or binary data');
    }),
  ],
  ['lower', onText((text) => text.toLowerCase())],
  ['md5', fixed(1, (args) => createHash('md5').update(bytesOrText(args, 0)).digest('hex'))],
  ['replace', fixed(3, replaced)],
  ['sha1', digest('sha1')],
  ['sha256', digest('sha256')],
  ['sha512', digest('sha512')],
  [
    'split',
    fixed(2, (args) =>
      args.text(1) === '' ? args.fail('must not be empty', 1) : args.text(0).split(args.text(1)),
    ),
  ],
  ['startcase', onText(inWords)],
  ['stripHTML', onText((text) => text.replace(/<[^>]*>/g, ''))],
  [
    'substring',
    fixed(3, (args) => {
      const [start, end] = [args.whole(1, 0), args.whole(2, 0)];
      return end < start ? args.fail('must not lie before the start', 2) : args.text(0).substring(start, end);
    }),
  ],
  [
    'toBinary',
    fixed(2, (args) => {
      const wanted = args.text(1);
      if (wanted !== 'base64' && wanted !== 'hex') {
        return args.fail(`must be base64 or hex here and is '${wanted}'`, 1);
      }
      return new Uint8Array(Buffer.from(args.text(0), wanted));
    }),
  ],
  [
    'toString',
    fixed(1, (args) => {
      const value = args.any(0);
      return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : textOf(value);
    }),
  ],
  ['trim', onText((text) => text.trim())],
  ['upper', onText((text) => text.toUpperCase())],

  // arrays
  ['add', ranged(2, Number.POSITIVE_INFINITY, (args) => [...args.array(0), ...args.rest(1)])],
  ['deduplicate', fixed(1, (args) => [...new Set(plainItems(args, 0))])],
  [
    'distinct',
    ranged(1, 2, (args) => {
      if (!args.has(1)) return [...new Set(plainItems(args, 0))];
      const items = args.array(0);
      const keys = fieldOfEach(items, args, 1);
      return items.filter((_, at) => keys.findIndex((key) => sameValue(key, keys[at])) === at);
    }),
  ],
  ['first', fixed(1, (args) => args.array(0)[0])],
  // "Recursively up to the specified depth", as Array.prototype.flat, whose depth is 1. [help page]
  ['flatten', ranged(1, 2, (args) => flattened(args.array(0), args.has(1) ? args.whole(1, 1) : 1))],
  ['join', fixed(2, (args) => plainItems(args, 0).map(textOf).join(args.text(1)))],
  ['keys', fixed(1, (args) => Object.keys(args.collection(0)))],
  ['last', fixed(1, (args) => args.array(0).at(-1))],
  ['map', ranged(2, 4, mapped)],
  [
    'merge',
    ranged(2, Number.POSITIVE_INFINITY, (args) => args.values.flatMap((_, at) => [...args.array(at)])),
  ],
  [
    'remove',
    ranged(2, Number.POSITIVE_INFINITY, (args) =>
      plainItems(args, 0).filter((item) => !args.rest(1).some((value) => sameValue(item, value))),
    ),
  ],
  ['reverse', fixed(1, (args) => args.array(0).toReversed())],
  [
    'slice',
    ranged(2, 3, (args) => args.array(0).slice(args.whole(1, 0), args.has(2) ? args.whole(2, 0) : undefined)),
  ],
  ['sort', ranged(1, 3, sorted)],
  ['toArray', fixed(1, (args) => Object.entries(args.collection(0)).map(([key, value]) => ({ key, value })))],
  [
    'toCollection',
    fixed(3, (args) => {
      const items = args.array(0);
      const names = fieldOfEach(items, args, 1).map((name) =>
        typeof name === 'string' ? name : args.fail(`must lead to texts and leads to ${kindOf(name)}`, 1),
      );
      if (new Set(names).size < names.length) args.fail('leads to one name more than once', 1);
      const steps = stepsOf(args.text(2), args, 2);
      return Object.fromEntries(items.map((item, at) => [names[at] ?? '', valueAt(item, steps)]));
    }),
  ],

  // dates
  [
    'formatDate',
    ranged(2, 3, (args, surroundings) => {
      const [date, format, zone] = [args.date(0), args.text(1), zoneOf(args, surroundings)];
      return orFail(args, () => formatDate(date, format, zone));
    }),
  ],
  [
    'parseDate',
    ranged(2, 3, (args, surroundings) => {
      const [text, format, zone] = [args.text(0), args.text(1), zoneOf(args, surroundings)];
      return orFail(args, () => parseDate(text, format, zone));
    }),
  ],
  ['addSeconds', added(1000)],
  ['addMinutes', added(60_000)],
  ['addHours', added(3_600_000)],
  ['addDays', addedOnCalendar('days')],
  ['addMonths', addedOnCalendar('months')],
  ['addYears', addedOnCalendar('years')],

  // math
  ['abs', fixed(1, (args) => Math.abs(args.number(0)))],
  [
    'average',
    ranged(1, Number.POSITIVE_INFINITY, (args) => {
      const numbers = someNumbersOf(args);
      return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    }),
  ],
  ['ceil', fixed(1, (args) => Math.ceil(args.number(0)))],
  ['floor', fixed(1, (args) => Math.floor(args.number(0)))],
  ['formatNumber', ranged(2, 4, formattedNumber)],
  ['max', ranged(1, Number.POSITIVE_INFINITY, (args) => Math.max(...someNumbersOf(args)))],
  [
    'median',
    ranged(1, Number.POSITIVE_INFINITY, (args) => {
      const numbers = someNumbersOf(args).toSorted((a, b) => a - b);
      const middle = numbers.length >> 1;
      const upper = numbers[middle] ?? 0;
      return numbers.length % 2 === 1 ? upper : ((numbers[middle - 1] ?? 0) + upper) / 2;
    }),
  ],
  ['min', ranged(1, Number.POSITIVE_INFINITY, (args) => Math.min(...someNumbersOf(args)))],
  ['parseNumber', fixed(2, parsedNumber)],
  ['round', fixed(1, (args) => Math.round(args.number(0)))],
  [
    'sum',
    ranged(1, Number.POSITIVE_INFINITY, (args) => numbersOf(args).reduce((sum, each) => sum + each, 0)),
  ],
  [
    'trunc',
    ranged(1, 2, (args) => {
      const scale = 10 ** (args.has(1) ? args.whole(1, 0) : 0);
      return Math.trunc(multiply(args.number(0), scale)) / scale;
    }),
  ],

  // JSON
  ['createJSON', fixed(1, (args) => jsonOf(args.any(0)))],
  [
    'parseJSON',
    fixed(1, (args) => {
      const text = args.text(0);
      try {
        const parsed: Value = JSON.parse(text);
        return parsed;
      } catch {
        return args.fail('is no JSON', 0);
      }
    }),
  ],
]);

/** On the official list, but nothing here plays them. */
export const NOT_PLAYED: ReadonlySet<string> = new Set([
  'escapeMarkdown',
  'mime',
  'replaceEmojiCharacters',
  'setDate',
  'setDay',
  'setHour',
  'setMinute',
  'setMonth',
  'setSecond',
  'setYear',
  'shuffle',
  'stdevP',
  'stdevS',
]);

/** In the runtime, it is said, but on no official page. [facts/make.md §2.2] */
export const UNDOCUMENTED: ReadonlySet<string> = new Set([
  'createXML',
  'cryptoSign',
  'dateDiff',
  'dateDifference',
  'errorFactory',
  'generateJwtWithKeyId',
  'isArray',
  'jwt',
  'parseXML',
  'pop',
  'shift',
  'toDataStructure',
]);

function flattened(items: readonly Value[], depth: number): Value[] {
  return items.flatMap((item) =>
    isArray(item) ? (depth > 1 ? flattened(item, depth - 1) : [...item]) : [item],
  );
}

function decoded(args: Args): string {
  try {
    return decodeURIComponent(args.text(0));
  } catch (error) {
    if (error instanceof ArgumentProblem) throw error;
    return args.fail('is no encoded text', 0);
  }
}

function orFail<T>(args: Args, make: () => T): T {
  try {
    return make();
  } catch (error) {
    return args.fail(error instanceof Error ? error.message : String(error));
  }
}
