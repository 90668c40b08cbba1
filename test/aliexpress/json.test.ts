import fc from 'fast-check';
import { parseJson, toJson } from '../../lib/aliexpress/json.ts';

const FIRST_UNSAFE = 2n ** 53n;

test.each([
  '9007199254740992',
  '12000031565399476',
  '80000116680785810',
  '-9007199254740993',
  '18446744073709551615',
])('The integer %s, which a number cannot hold, is read as text', (digits) => {
  expect(parseJson(`{"id":${digits}}`)).toEqual({ id: digits });
});

test('No digit of a long integer is lost at any place', () => {
  const longId = fc.bigInt({ min: FIRST_UNSAFE, max: 2n ** 64n });
  fc.assert(
    fc.property(longId, (id) => {
      expect(parseJson(`{"list":[{"sku_id":${id}}]}`)).toEqual({ list: [{ sku_id: String(id) }] });
    }),
  );
});

test.each([
  ['0', 0],
  ['-7', -7],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['11.75', 11.75],
  ['1e3', 1000],
])('The number %s is read as a number', (written, expected) => {
  expect(parseJson(written)).toBe(expected);
});

test('Values that are not numbers are read as by JSON.parse', () => {
  const text = '{"name":"买家","none":null,"yes":true,"list":[],"nested":{"a":"\\u4e70"}}';
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test.each([
  ['{"a":1,"a":2}', { a: 2 }],
  ['{"a":{"b":1},"c":[{"d":1,"d":"2"}],"a":null}', { a: null, c: [{ d: '2' }] }],
  ['{"id":12000031565399476,"id":12000031565399477}', { id: '12000031565399477' }],
])('Of a key that stands twice in %s the last value counts', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test('A byte-order mark before JSON is skipped', () => {
  expect(parseJson('\uFEFF{"a":1}')).toEqual({ a: 1 });
});

test('A byte-order mark inside a text of JSON is kept', () => {
  expect(parseJson('{"a":"\uFEFFb"}')).toEqual({ a: '\uFEFFb' });
});

test.each(['', '<html>', '{"a":', '{"a":1} trailing', '\uFEFF', '{"a":1}\uFEFF'])(
  'The text %j is not JSON',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

test('A bigint is written as a number', () => {
  expect(toJson({ order_id: 1160045860056286123n })).toBe('{"order_id":1160045860056286123}');
});

test('Values that are not bigints are written as by JSON.stringify', () => {
  const value = { current_page: 1, order_status: 'FINISH', left_out: undefined, list: [true, null, 1.5] };
  expect(toJson(value)).toBe(JSON.stringify(value));
});
