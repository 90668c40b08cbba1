import { both } from '../../lib/language.ts';
import {
  choice,
  decimal,
  defaultInputs,
  type Inputs,
  integer,
  readInputs,
  secret,
  text,
  texts,
} from '../../lib/pack/input.ts';
import { problemLike } from '../support/problem-like.ts';

const inputs = {
  order_no: text({
    label: both('Order Number'),
    pattern: /\d{6,19}/,
    allowed: { en: '6 to 19 digits', zh: '6 至 19 位数字' },
  }),
  note: text({ label: both('Note'), multiline: true }),
  token: secret({ label: both('Token') }),
  hours: integer({ label: both('Hours'), min: 1, max: 72 }),
  count: integer({ label: both('Count') }),
  amount: decimal({ label: both('Minimum Amount') }),
  reason: choice({ label: both('Reason'), choices: { late: both('Too late'), broken: both('Broken') } }),
  products: texts({
    label: both('Products'),
    pattern: /\d{6,20}/,
    allowed: { en: 'digits only', zh: '仅限数字' },
  }),
  words: texts({ label: both('Words') }),
  watched: texts({
    label: both('Watched'),
    pattern: /\d+/,
    allowed: { en: 'digits only', zh: '仅限数字' },
    maxItems: 2,
  }),
  few: texts({ label: both('Few'), maxItems: 1 }),
} satisfies Inputs;

const read = (key: keyof typeof inputs, value: unknown) => readInputs(inputs, { [key]: value })[key];

describe('Valid input', () => {
  test.each<[string, keyof typeof inputs, unknown, unknown]>([
    ['a text, without the blanks around it', 'order_no', ' 123456 ', '123456'],
    ['a number in place of a text', 'order_no', 123456, '123456'],
    ['a text of several lines, unchanged', 'note', ' a\n b ', ' a\n b '],
    ['a secret, without the blanks around it', 'token', ' s3cret\n', 's3cret'],
    ['an integer', 'hours', 24, 24],
    ['an integer written as text', 'hours', '24', 24],
    ['the smallest allowed integer', 'hours', 1, 1],
    ['the largest allowed integer', 'hours', 72, 72],
    ['any integer without bounds', 'count', '-5', -5],
    ['a decimal, kept as text', 'amount', '12.50', '12.50'],
    ['a decimal given as a number', 'amount', 12.5, '12.5'],
    ['a choice', 'reason', 'late', 'late'],
    ['several texts', 'products', ['1005001', '1005002'], ['1005001', '1005002']],
    ['several numbers', 'products', [1005001], ['1005001']],
    ['one number', 'products', 1005001, ['1005001']],
    ['the maximum number of texts', 'watched', '1, 2', ['1', '2']],
    [
      'texts separated by Western or Chinese commas, semicolons or blanks',
      'words',
      'a, b;c，d；e f\ng',
      [...'abcdefg'],
    ],
  ])('An input is read from %s', (_, key, given, value) => {
    expect(read(key, given)).toEqual(value);
  });

  test('A value without a declared input is left out', () => {
    expect(readInputs(inputs, { undeclared: '1' })).toEqual({});
  });
});

describe('Invalid input', () => {
  const number = 'a whole number from 1 to 72';
  const reason = 'one of late, broken';

  test.each<[string, keyof typeof inputs, unknown, string]>([
    [
      'a text that does not match',
      'order_no',
      'A123456',
      '"Order Number" has an invalid value. Allowed: 6 to 19 digits.',
    ],
    [
      'a text that matches in part',
      'order_no',
      '123456; 7',
      '"Order Number" has an invalid value. Allowed: 6 to 19 digits.',
    ],
    [
      'a number that has lost digits',
      'order_no',
      2 ** 53,
      '"Order Number" has an invalid value. Allowed: 6 to 19 digits.',
    ],
    ['a secret that is not a text', 'token', 5, '"Token" has an invalid value. Allowed: text.'],
    ['an integer that is too small', 'hours', 0, `"Hours" has an invalid value. Allowed: ${number}.`],
    ['an integer that is too large', 'hours', 73, `"Hours" has an invalid value. Allowed: ${number}.`],
    ['a fraction of an hour', 'hours', '1.5', `"Hours" has an invalid value. Allowed: ${number}.`],
    ['an hour in words', 'hours', 'one', `"Hours" has an invalid value. Allowed: ${number}.`],
    [
      'a count in words',
      'count',
      'one',
      '"Count" has an invalid value. Allowed: a whole number from … to ….',
    ],
    [
      'an amount with a comma',
      'amount',
      '12,50',
      '"Minimum Amount" has an invalid value. Allowed: a number such as 12.50.',
    ],
    [
      'an amount with a currency',
      'amount',
      '$12',
      '"Minimum Amount" has an invalid value. Allowed: a number such as 12.50.',
    ],
    [
      'an amount below zero',
      'amount',
      '-1',
      '"Minimum Amount" has an invalid value. Allowed: a number such as 12.50.',
    ],
    [
      'an amount with an exponent',
      'amount',
      '1e3',
      '"Minimum Amount" has an invalid value. Allowed: a number such as 12.50.',
    ],
    ['a choice that does not exist', 'reason', 'lost', `"Reason" has an invalid value. Allowed: ${reason}.`],
    ['a choice by its label', 'reason', 'Too late', `"Reason" has an invalid value. Allowed: ${reason}.`],
    [
      'several texts of which one does not match',
      'products',
      '1005001, abc',
      '"Products" has an invalid value. Allowed: digits only.',
    ],
    [
      'more texts than are allowed',
      'watched',
      '1, 2, 3',
      '"Watched" has an invalid value. Allowed: digits only, at most 2.',
    ],
    [
      'more texts than are allowed, where any text is',
      'few',
      'a b',
      '"Few" has an invalid value. Allowed: text, at most 1.',
    ],
    ['a boolean in place of a number', 'hours', true, `"Hours" has an invalid value. Allowed: ${number}.`],
    [
      'an object in place of a text',
      'order_no',
      { x: 1 },
      '"Order Number" has an invalid value. Allowed: 6 to 19 digits.',
    ],
    ['an object in place of texts', 'words', { x: 1 }, '"Words" has an invalid value. Allowed: text.'],
    ['a boolean in place of texts', 'words', true, '"Words" has an invalid value. Allowed: text.'],
  ])('The error names the label and the allowed values for %s', (_, key, given, message) => {
    expect(() => read(key, given)).toThrow(message);
  });

  test('The error names label and allowed values in Chinese too', () => {
    expect(() => read('hours', 0)).toThrow('“Hours” 的值无效。应为：1 到 72 之间的整数。');
  });

  test('The error names the maximum number of texts in Chinese too', () => {
    expect(() => read('watched', '1, 2, 3')).toThrow('“Watched” 的值无效。应为：仅限数字，最多 2 个。');
  });
});

describe('An input that counts only if another one has a value', () => {
  const inputs = {
    rule: choice({
      label: both('Rule'),
      choices: { usual: both('Usual'), own: both('Own') },
      default: 'usual',
    }),
    hours: integer({
      label: both('Hours'),
      default: 48,
      min: 24,
      max: 72,
      onlyIf: { input: 'rule', is: 'own' },
    }),
  };

  test('It has its value, or its default, if the other one has that value', () => {
    expect(readInputs(inputs, { rule: 'own', hours: '30' })).toEqual({ rule: 'own', hours: 30 });
    expect(readInputs(inputs, { rule: 'own' })).toEqual({ rule: 'own', hours: 48 });
    expect(() => readInputs(inputs, { rule: 'own', hours: 5 })).toThrow();
  });

  test('It has no value otherwise, and whatever was given is no mistake', () => {
    expect(readInputs(inputs, { hours: 5 })).toEqual({ rule: 'usual' });
    expect(defaultInputs(inputs)).toEqual({ rule: 'usual' });
  });

  test('Read by itself, it counts', () => {
    expect(readInputs({ hours: inputs.hours }, { hours: 30 })).toEqual({ hours: 30 });
  });
});

test('A value is mended before its pattern is applied, alone and in a list', () => {
  const written = {
    mend: (given: string) => given.replace('#', ''),
    pattern: /\d+/,
  };
  const mended = {
    one: text({ label: both('One'), ...written }),
    many: texts({ label: both('Many'), ...written }),
  };
  expect(readInputs(mended, { one: '#5', many: '#6, 7' })).toEqual({ one: '5', many: ['6', '7'] });
  expect(() => readInputs(mended, { one: '##5' })).toThrow('One');
});

describe('Blank input', () => {
  const BLANKS = [undefined, null, '', []];
  const declared = {
    hours: integer({ label: both('Hours'), default: 24 }),
    city: text({ label: both('City') }),
    order_no: text({ label: both('Order Number'), required: true }),
  } satisfies Inputs;
  const given = { hours: 5, city: 'Madrid', order_no: '123456' };

  test.each(BLANKS)('The blank value %j counts as not given', (blank) => {
    expect(readInputs(declared, { ...given, city: blank })).not.toHaveProperty('city');
  });

  test.each(BLANKS)('The blank value %j is replaced by the default', (blank) => {
    expect(readInputs(declared, { ...given, hours: blank }).hours).toBe(24);
  });

  test.each(BLANKS)('The blank value %j of a required input is refused', (blank) => {
    expect(() => readInputs(declared, { ...given, order_no: blank })).toThrow(
      problemLike('bad_input', { field: both('Order Number') }),
    );
  });

  test('Lists within lists are refused, however deep', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    for (const value of [deep, [deep]])
      expect(() => readInputs(declared, { ...given, city: value })).toThrow('City');
  });

  test('The error of a blank required input asks for a value', () => {
    expect(() => readInputs(declared, {})).toThrow(
      '"Order Number" has an invalid value. Allowed: a value that is not empty.',
    );
  });
});

test('Blank texts among several are left out', () => {
  expect(read('words', ['a', ' '])).toEqual(['a']);
});

test('A text of blanks counts as not given', () => {
  expect(read('count', '   ')).toEqual(read('count', undefined));
});
