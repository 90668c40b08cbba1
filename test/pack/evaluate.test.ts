import { fill, holds, resolve, valuesComparedWith } from '../../lib/pack/evaluate.ts';
import {
  and,
  eq,
  exists,
  field,
  gt,
  gte,
  hoursSince,
  hoursUntil,
  ifGiven,
  input,
  literal,
  lt,
  lte,
  ne,
  not,
  oneOf,
  or,
  overlaps,
} from '../../lib/pack/expression.ts';

const scope = {
  fields: {
    status: 'FINISH',
    amount: '23.50',
    pieces: 2,
    none: null,
    blank: '',
    no_tags: [],
    tags: ['choice', 'mart'],
    placed_at: '2026-10-09T06:30:00Z',
    due_at: '2026-10-09T20:00:00Z',
    when: 'soon',
  },
  inputs: { minimum: '9.90', wanted: ['mart', 'trial'], pieces: 2, unset: undefined },
  now: Date.parse('2026-10-09T08:00:00Z'),
};

const yes = eq(literal(1), literal(1));
const no = eq(literal(1), literal(2));
const MISSING = ['none', 'blank', 'no_tags', 'unknown'];

describe('Values that a field is compared with', () => {
  const status = field('status');

  test.each([
    ['of no condition there are none', undefined, []],
    ['a literal list', oneOf(status, literal(['A', 'B'])), ['A', 'B']],
    ['what an input is filled in with', oneOf(status, input('wanted')), ['mart', 'trial']],
    ['an input that is not filled in has none', ifGiven('unset', oneOf(status, input('unset'))), []],
    ['parts, each value once', or(eq(status, literal('A')), oneOf(status, literal(['A', 'B']))), ['A', 'B']],
    ['what it must not be does not count', and(not(eq(status, literal('A'))), ne(status, literal('B'))), []],
    ['other fields do not count', eq(field('amount'), literal('A')), []],
  ])('%s', (_, condition, values) => {
    expect(valuesComparedWith(condition, 'status', scope.inputs)).toEqual(values);
  });
});

describe('Condition that holds', () => {
  test.each([
    ['equal texts', eq(field('status'), literal('FINISH'))],
    ['a number and the same number as text', eq(field('pieces'), literal('2'))],
    ['a field and an input', eq(field('pieces'), input('pieces'))],
    ['different texts', ne(field('status'), literal('IN_CANCEL'))],
    ['a smaller number', lt(field('pieces'), literal(3))],
    ['a number that is not greater', lte(field('pieces'), literal(2))],
    ['a greater number', gt(field('pieces'), literal(1))],
    ['a number that is not smaller', gte(field('pieces'), literal(2))],
    ['amounts compared as numbers, not as texts', gt(field('amount'), input('minimum'))],
    ['a value in a list', oneOf(field('status'), literal(['FINISH', 'IN_CANCEL']))],
    ['a number in a list of texts', oneOf(field('pieces'), literal(['1', '2']))],
    ['two lists that share a value', overlaps(field('tags'), input('wanted'))],
    ['a value that exists', exists(field('amount'))],
    ['an input that exists', exists(input('minimum'))],
    ['a conjunction whose parts all hold', and(yes, yes)],
    ['an empty conjunction', and()],
    ['a disjunction of which one part holds', or(no, yes)],
    ['the negation of a condition that does not hold', not(no)],
    ['an optional input that is blank', ifGiven('unset', no)],
    ['an optional input that fits', ifGiven('minimum', gte(field('amount'), input('minimum')))],
  ])('A condition holds for %s', (_, condition) => {
    expect(holds(condition, scope)).toBe(true);
  });
});

describe('Condition that does not hold', () => {
  test.each([
    ['different texts', eq(field('status'), literal('IN_CANCEL'))],
    ['equal texts that should differ', ne(field('status'), literal('FINISH'))],
    ['a number that is equal and should be smaller', lt(field('pieces'), literal(2))],
    ['a number that is greater and should not be', lte(field('pieces'), literal(1))],
    ['a number that is equal and should be greater', gt(field('pieces'), literal(2))],
    ['a number that is smaller and should not be', gte(field('pieces'), literal(3))],
    ['words compared by size', gte(field('status'), literal(0))],
    ['a value that is not in the list', oneOf(field('status'), literal(['IN_CANCEL']))],
    ['a part of a value in the list', oneOf(field('status'), literal(['FINISHED']))],
    ['two lists that share nothing', overlaps(field('tags'), literal(['trial']))],
    ['a conjunction of which one part does not hold', and(yes, no)],
    ['a disjunction of which no part holds', or(no, no)],
    ['an empty disjunction', or()],
    ['the negation of a condition that holds', not(yes)],
    ['an optional input that does not fit', ifGiven('minimum', lt(field('amount'), input('minimum')))],
  ])('A condition does not hold for %s', (_, condition) => {
    expect(holds(condition, scope)).toBe(false);
  });

  test.each(MISSING)('No comparison of the missing value "%s" holds', (key) => {
    const comparisons = [eq, ne, lt, lte, gt, gte, oneOf, overlaps];
    const holding = comparisons.filter((compare) => holds(compare(field(key), literal('1')), scope));
    expect(holding).toEqual([]);
  });

  test.each(MISSING)('No comparison with the missing value "%s" holds', (key) => {
    const comparisons = [eq, ne, lt, lte, gt, gte, oneOf, overlaps];
    const holding = comparisons.filter((compare) => holds(compare(literal('1'), field(key)), scope));
    expect(holding).toEqual([]);
  });

  test.each(MISSING)('The missing value "%s" does not exist for a condition', (key) => {
    expect(holds(exists(field(key)), scope)).toBe(false);
  });
});

describe('Hours', () => {
  test('Hours since a time are a fraction', () => {
    expect(resolve(hoursSince('placed_at'), scope)).toBe(1.5);
  });

  test('Hours since a future time are negative', () => {
    expect(resolve(hoursSince('due_at'), scope)).toBe(-12);
  });

  test('Hours until a future time are positive', () => {
    expect(resolve(hoursUntil('due_at'), scope)).toBe(12);
  });

  test('Hours until a past time are negative', () => {
    expect(resolve(hoursUntil('placed_at'), scope)).toBe(-1.5);
  });

  test.each([...MISSING, 'when', 'pieces'])('Hours until "%s", which is not a time, are missing', (key) => {
    expect(resolve(hoursUntil(key), scope)).toBeUndefined();
  });

  test('A comparison of missing hours does not hold', () => {
    expect(holds(lt(hoursUntil('none'), literal(24)), scope)).toBe(false);
  });
});

describe('Template', () => {
  test('A template shows the values it names', () => {
    expect(fill('{status}: {pieces} for {amount}', scope.fields)).toBe('FINISH: 2 for 23.50');
  });

  test.each([0, false])('A template shows %j, which is a value', (value) => {
    expect(fill('{value}', { value })).toBe(String(value));
  });

  test.each(MISSING)('A template shows a dash for the missing value "%s"', (key) => {
    expect(fill(`{${key}}`, scope.fields)).toBe('–');
  });

  test('A template shows a dash for a missing time', () => {
    expect(fill('{none|time}', scope.fields)).toBe('–');
  });

  test('A template shows a time in Beijing, to the minute', () => {
    expect(fill('{placed_at|time}', { placed_at: '2026-10-09T16:05:40Z' })).toBe('2026-10-10 00:05');
  });

  test('A template keeps braces that do not enclose a name', () => {
    expect(fill('{"card": { }} {not a name}', {})).toBe('{"card": { }} {not a name}');
  });

  test('A template does not fill in the placeholders of a value', () => {
    expect(fill('{name}', { name: '{status} $1 $&', status: 'FINISH' })).toBe('{status} $1 $&');
  });
});
