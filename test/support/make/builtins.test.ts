/** Functions. The examples are those of Make's help pages and of facts/make.md §2.2. */

import { fixedClock } from '../fixed-clock.ts';
import { builtIns, NOT_PLAYED } from './builtins.ts';
import { evaluate } from './iml.ts';
import type { Value } from './value.ts';

const contacts = [
  { name: 'bob', age: 30, sender: { name: 'z' } },
  { name: 'Ann', age: 9, sender: { name: 'y' } },
  { name: 'Cid', age: 100, sender: { name: 'x' } },
];
const emails = [
  { label: 'work', email: 'a@example.com' },
  { label: 'home', email: 'b@example.com' },
  { label: 'other', email: 'c@example.com' },
  { email: 'd@example.com' },
];
const context = {
  contacts,
  emails,
  numbers: [3, 10, 2],
  texts: ['b', 'A', 'a', 'B'],
  mixed: [1, 'a'],
  under: ['a_b', 'aC'],
  nested: [1, [2, [3, [4]]]],
  pairs: [
    { key: 'app_key', value: '1' },
    { key: 'v', value: 2 },
  ],
  twice: ['a', 'b', 'a'],
  object: { a: 1, b: { c: [{ d: 'deep' }] }, z: null },
  dates: [{ at: new Date(2) }, { at: new Date(1) }],
  bytes: new Uint8Array([104, 105]),
  absent: undefined,
  text: 'Hello World',
};

const value = (expression: string): Value =>
  evaluate(`{{${expression}}}`, context, { clock: fixedClock('2026-11-21T10:05:00Z') });

describe('General functions', () => {
  test.each<[string, Value]>([
    ["get(object, 'b.c[1].d')", 'deep'],
    ["get(object, 'b.c.1.d')", 'deep'],
    ['get(numbers, 1)', 3],
    ["get(contacts, '2.name')", 'Ann'],
    ["get(object, 'b.nothing')", undefined],
    ["switch(1, 1, 'one', 2, 'two')", 'one'],
    ["switch('b', 'a', 1, 'b', 2, 3)", 2],
    ["switch('x', 'a', 1, 'b', 2, 3)", 3],
    ["switch('x', 'a', 1)", undefined],
    ["omit(object, 'b', 'z')", { a: 1 }],
    ["pick(object, 'a', 'z')", { a: 1, z: null }],
  ])('%s is %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  test.each([
    ["get(absent, 'a')", /argument 1 of get must be a collection or an array and is undefined/],
    ["get(object, '')", /must be a path/],
    ["get(object, 'a..b')", /must be a path/],
    ['get(numbers, 0)', /whole number from 1/],
    ["get(contacts, 'name')", /asks an array for "name"/],
    ["switch(absent, 'a', 1)", /compares undefined with a text/],
    ["switch('1', 1, 2)", /compares a text with a number/],
    ["omit(numbers, 'a')", /must be a collection/],
    ['pick(object, 1)', /argument 2 of pick must be a text/],
  ])('%s is an error', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });
});

describe('Text functions', () => {
  test.each<[string, Value]>([
    ["ascii('ěMščařžkýáeíé')", 'Make'],
    ["ascii('ěščřž', true)", 'escrz'],
    ["base64('Make')", 'TWFrZQ=='],
    ["capitalize('make')", 'Make'],
    ["contains(text, 'Hello')", true],
    ["contains(text, 'Bye')", false],
    ["decodeURL('Automate%20your%20workflow')", 'Automate your workflow'],
    ["encodeURL('Automate your workflow')", 'Automate%20your%20workflow'],
    ["escapeHTML('<b>Hello</b>')", '&lt;b&gt;Hello&lt;/b&gt;'],
    ["indexOf('Make', 'k')", 2],
    ["indexOf('We love Make', 'x')", -1],
    ["indexOf('We love Make', 'e', 7)", 11],
    ["length('hello')", 5],
    ['length(bytes)', 2],
    ["lower('Hello')", 'hello'],
    ["md5('hello')", '5d41402abc4b2a76b9719d911017c592'],
    ["replace(text, 'Hello', 'Hi')", 'Hi World'],
    ["replace('a1b22', '/\\d+/g', '#')", 'a#b#'],
    ["replace('a1b22', '/\\d+/', '#')", 'a#b22'],
    ["replace('Hello', '/hello/i', 'Hi')", 'Hi'],
    ["replace('a1', '/(\\d)/', '[$1$&]')", 'a[11]'],
    ["split('a,b', ',')", ['a', 'b']],
    ["startcase('hello WORLD')", 'Hello World'],
    ["stripHTML('<b>Hello</b> <i>you</i>')", 'Hello you'],
    ["substring('Hello', 0, 3)", 'Hel'],
    ['toString(1)', '1'],
    ['toString(true)', 'true'],
    ["toString('a')", 'a'],
    ["toString(toBinary('TWFrZQ==', 'base64'))", 'Make'],
    ["toString(toBinary('6869', 'hex'))", 'hi'],
    ["trim('  a ')", 'a'],
    ["upper('Hello')", 'HELLO'],
  ])('%s is %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  test.each([
    ['upper(absent)', /argument 1 of upper must be a text and is undefined/],
    ['upper(5)', /must be a text and is a number/],
    ['length(absent)', /must be a text, an array or binary data and is undefined/],
    ['length(object)', /must be a text, an array/],
    ['toString(absent)', /makes a text of undefined; write ifempty/],
    ['toString(null)', /makes a text of null/],
    ['toString(now)', /makes a text of a date; write formatDate/],
    ['toString(numbers)', /makes a text of an array/],
    ['toString(1 / 10000000)', /exponent/],
    ["contains('a', 1)", /argument 2 of contains must be a text/],
    ["split('a', '')", /argument 2 of split must not be empty/],
    ["replace('a', '', 'b')", /must not be empty/],
    ["replace('a-b-c', '-', '+')", /occurs more than once/],
    ["replace('a', 'a', '$1')", /may be a pattern/],
    ["replace('a', '/a/', '$<n>')", /beyond \$& and \$1/],
    ["replace('a', '/(/', 'b')", /argument 2 of replace/],
    ["replace('a', 'a', absent)", /argument 3 of replace must be a text/],
    ["substring('a', 1, 0)", /before the start/],
    ["substring('a', 0 - 1, 1)", /whole number from 0/],
    ["toBinary('a', 'text')", /base64 or hex/],
    ["ascii('a', 1)", /must be a boolean/],
    ["decodeURL('%')", /no encoded text/],
  ])('%s is an error', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });
});

describe('Digests', () => {
  test.each([
    ["sha1('hello')", 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d'],
    ["sha256('hello')", '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'],
    ["sha256('hello', 'base64')", 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='],
    ["substring(sha512('hello'), 0, 16)", '9b71d224bd62f378'],
  ])('%s is a plain hash', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  // RFC 4231, test case 2.
  test.each([
    "sha256('what do ya want for nothing?', 'hex', 'Jefe')",
    "sha256('what do ya want for nothing?', 'hex', 'Jefe', 'text')",
    "sha256('what do ya want for nothing?', 'hex', '4a656665', 'hex')",
    "sha256('what do ya want for nothing?', 'hex', 'SmVmZQ==', 'base64')",
  ])('%s is an HMAC', (expression) => {
    expect(value(expression)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  test.each([
    ["sha256('a', 'hex', absent)", /argument 3 of sha256 must be a text and is undefined/],
    ["sha256('a', 'hex', '')", /argument 3 of sha256 must not be empty/],
    ["sha256('a', 'HEX')", /must be one of hex, base64, latin1/],
    ["sha256('a', 'hex', 'k', 'utf8')", /must be one of text, hex, base64, binary/],
    ['sha256(absent)', /must be a text/],
  ])('%s is an error, and not quietly another hash', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });
});

describe('Array functions', () => {
  test.each<[string, Value]>([
    ['add(numbers, 4, 5)', [3, 10, 2, 4, 5]],
    ["contains(texts, 'A')", true],
    ["contains(texts, 'C')", false],
    ['deduplicate(twice)', ['a', 'b']],
    ['distinct(twice)', ['a', 'b']],
    ["map(distinct(merge(contacts, contacts), 'name'), 'name')", ['bob', 'Ann', 'Cid']],
    ['first(numbers)', 3],
    ['last(numbers)', 2],
    ['first(emptyarray)', undefined],
    ['flatten(nested)', [1, 2, [3, [4]]]],
    ['flatten(nested, 3)', [1, 2, 3, 4]],
    ["join(numbers, '; ')", '3; 10; 2'],
    ['keys(object)', ['a', 'b', 'z']],
    ['length(numbers)', 3],
    ["map(contacts, 'name')", ['bob', 'Ann', 'Cid']],
    ["map(contacts, 'sender.name')", ['z', 'y', 'x']],
    ["map(emails, 'email', 'label', 'work,home')", ['a@example.com', 'b@example.com']],
    ["map(emails, 'email', 'label', split('other', ','))", ['c@example.com']],
    ['merge(numbers, twice)', [3, 10, 2, 'a', 'b', 'a']],
    ['remove(numbers, 10, 3)', [2]],
    ['reverse(numbers)', [2, 10, 3]],
    ['slice(numbers, 1)', [10, 2]],
    ['slice(numbers, 0, 2)', [3, 10]],
    ['sort(numbers)', [2, 3, 10]],
    ["sort(numbers, 'desc')", [10, 3, 2]],
    ['sort(texts)', ['A', 'B', 'a', 'b']],
    ["sort(texts, 'desc')", ['b', 'a', 'B', 'A']],
    ["sort(texts, 'asc ci')", ['A', 'a', 'b', 'B']],
    ["sort(texts, 'desc ci')", ['b', 'B', 'A', 'a']],
    ["map(sort(contacts, 'asc', 'name'), 'name')", ['Ann', 'Cid', 'bob']],
    ["map(sort(contacts, 'desc', 'age'), 'age')", [100, 30, 9]],
    ["map(sort(contacts, 'asc', 'sender.name'), 'name')", ['Cid', 'Ann', 'bob']],
    ["map(sort(dates, 'asc', 'at'), 'at')", [new Date(1), new Date(2)]],
    ['sort(emptyarray)', []],
    ['toArray(pick(object, "a"))', [{ key: 'a', value: 1 }]],
    ["toCollection(pairs, 'key', 'value')", { app_key: '1', v: 2 }],
  ])('%s is %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  test.each([
    ['first(absent)', /argument 1 of first must be an array and is undefined/],
    ["first('a')", /must be an array and is a text/],
    ["join(absent, ',')", /must be an array/],
    ["join(contacts, ',')", /holds a collection/],
    ["contains(numbers, '3')", /compares a number with a text/],
    ["remove(numbers, '3')", /compares a number with a text/],
    ['deduplicate(contacts)', /holds a collection/],
    ["map(emails, 'label')", /names "label", which item 4 does not have/],
    ["map(contacts, 'name', 'age')", /was not told the values/],
    ["map(contacts, 'name', 'age', '30')", /compares a number with a text/],
    ['map(contacts, 1)', /argument 2 of map must be a text/],
    ['sort(mixed)', /values of one kind/],
    ['sort(under)', /depends on how Make compares/],
    ['sort(contacts)', /texts, numbers or dates/],
    ["sort(contacts, 'name')", /must be one of asc, desc/],
    ["sort(emails, 'asc', 'label')", /names "label", which item 4 does not have/],
    ['slice(numbers, 0 - 1)', /whole number from 0/],
    ['merge(numbers, absent)', /argument 2 of merge must be an array/],
    ["toCollection(pairs, 'value', 'key')", /must lead to texts/],
    ["toCollection(merge(pairs, pairs), 'key', 'value')", /more than once/],
    ['keys(numbers)', /must be a collection/],
    ['flatten(nested, 0)', /whole number from 1/],
  ])('%s is an error', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });

  test('sort does not change what it sorts', () => {
    value('sort(numbers)');
    expect(context.numbers).toEqual([3, 10, 2]);
  });
});

describe('Math functions', () => {
  test.each<[string, Value]>([
    ['abs(0 - 3.7)', 3.7],
    ['average(1, 2, 6)', 3],
    ['average(numbers)', 5],
    ['ceil(1.2)', 2],
    ['ceil(4)', 4],
    ['floor(1.9)', 1],
    ["formatNumber(123456789, 3, ',', '.')", '123.456.789,000'],
    ['formatNumber(1234.5, 2)', '1.234,50'],
    ["formatNumber(1234567.891, 1, '.', '')", '1234567.9'],
    ["formatNumber(0 - 1234, 0, '.', ',')", '-1,234'],
    ["formatNumber(0 - 0.001, 2, '.', ',')", '0.00'],
    ["formatNumber(999, 0, '.', ',')", '999'],
    ['max(numbers)', 10],
    ['max(1, 5, 3)', 5],
    ['min(numbers)', 2],
    ['min(5, ceil(ifempty(absent, 50) / 50))', 1],
    ['median(3, 5, 7)', 5],
    ['median(2, 3, 5, 8)', 4],
    ['median(2.5, 3.5, 2, 4.5, 1)', 2.5],
    ["parseNumber('1 756,456', ',')", 1756.456],
    ["parseNumber('23.50', '.')", 23.5],
    ["parseNumber('-4', '.')", -4],
    ['round(1.2)', 1],
    ['round(1.5)', 2],
    ['round(2)', 2],
    ['sum(numbers)', 15],
    ['sum(1, 2)', 3],
    ['sum(emptyarray)', 0],
    ['trunc(1.15, 2)', 1.15],
    ['trunc(1.999, 1)', 1.9],
    ['trunc(1.9)', 1],
  ])('%s is %j', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  test.each([
    ["round('1.5')", /argument 1 of round must be a number and is a text/],
    ['round(absent)', /must be a number and is undefined/],
    ["parseNumber('', '.')", /is '', which is no number/],
    ["parseNumber('1e5', '.')", /no number/],
    ["parseNumber('1,756.4', '.')", /no number/],
    ["parseNumber(5, '.')", /must be a text/],
    ["parseNumber('5', ';')", /must be '.' or ','/],
    ['sum(mixed)', /takes numbers and was given a text/],
    ['sum(numbers, numbers)', /takes numbers and was given an array/],
    ['max(emptyarray)', /was given none/],
    ['average(emptyarray)', /was given none/],
    ["formatNumber(1.005, 2, '.', ',')", /depends on the calculator/],
    ["formatNumber('5', 2)", /must be a number/],
    ['formatNumber(5, 0.5)', /whole number/],
    ['trunc(5, 0.5)', /whole number/],
  ])('%s is an error', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });
});

describe('JSON functions', () => {
  test.each<[string, Value]>([
    ['parseJSON(\'{"a": [1, null]}\')', { a: [1, null] }],
    ["createJSON(pick(object, 'a', 'z'))", '{"a":1,"z":null}'],
    ["createJSON('a')", '"a"'],
  ])('%s is %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  test('createJSON drops what is undefined', () => {
    expect(evaluate('{{createJSON(o)}}', { o: { a: undefined, b: null } }, { clock: fixedClock(0) })).toBe(
      '{"b":null}',
    );
  });

  test.each([
    ["parseJSON('<html>')", /is no JSON/],
    ['parseJSON(absent)', /must be a text/],
    ['createJSON(absent)', /makes JSON of undefined/],
    ['createJSON(dates)', /puts a date into JSON/],
    ['createJSON(bytes)', /puts binary data into JSON/],
    ['createJSON(add(numbers, absent))', /puts undefined into a JSON array/],
  ])('%s is an error', (expression, problem) => {
    expect(() => value(expression)).toThrow(problem);
  });
});

/** The lists of facts/make.md §2.2, without the extras of the runtime: name, least and most arguments. */
const LISTED = `
  get 2 2, if 3 3, ifempty 2 2, switch 3 *, omit 2 *, pick 2 *,
  ascii 1 2, base64 1 1, capitalize 1 1, contains 2 2, decodeURL 1 1, encodeURL 1 1, escapeHTML 1 1, indexOf 2 3,
  length 1 1, lower 1 1, md5 1 1, replace 3 3, sha1 1 4, sha256 1 4, sha512 1 4, split 2 2, startcase 1 1,
  stripHTML 1 1, substring 3 3, toBinary 2 2, toString 1 1, trim 1 1, upper 1 1,
  add 2 *, deduplicate 1 1, distinct 1 2, first 1 1, flatten 1 2, join 2 2, keys 1 1, last 1 1, map 2 4, merge 2 *,
  remove 2 *, reverse 1 1, slice 2 3, sort 1 3, toArray 1 1, toCollection 3 3,
  formatDate 2 3, parseDate 2 3, addSeconds 2 2, addMinutes 2 2, addHours 2 2, addDays 2 2, addMonths 2 2, addYears 2 2,
  abs 1 1, average 1 *, ceil 1 1, floor 1 1, formatNumber 2 4, max 1 *, median 1 *, min 1 *, parseNumber 2 2, round 1 1,
  sum 1 *, trunc 1 2,
  createJSON 1 1, parseJSON 1 1`;
const LISTED_BUT_NOT_PLAYED = `escapeMarkdown mime replaceEmojiCharacters shuffle stdevP stdevS
  setSecond setMinute setHour setDay setDate setMonth setYear`;

const words = (text: string, separator: RegExp): string[] => text.trim().split(separator).sort();

test('the functions of the official list are known, with the number of their arguments, and no other', () => {
  const known = [...builtIns].map(
    ([name, { least, most }]) => `${name} ${least} ${Number.isFinite(most) ? most : '*'}`,
  );
  expect(known.sort()).toEqual(words(LISTED, /,\s+/));
});

test('what is on the official list and not played here is named', () => {
  expect([...NOT_PLAYED].sort()).toEqual(words(LISTED_BUT_NOT_PLAYED, /\s+/));
});
