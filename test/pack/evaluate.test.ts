import { fill, holds, resolve } from '../../lib/pack/evaluate.ts';
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
const MISSING = ['none', 'blank', 'no_tags', 'never_heard_of'];

describe('a condition holds', () => {
  test.each([
    ['of equal texts', eq(field('status'), literal('FINISH'))],
    ['of a number and the same number as text', eq(field('pieces'), literal('2'))],
    ['of a field and an input', eq(field('pieces'), input('pieces'))],
    ['of different texts', ne(field('status'), literal('IN_CANCEL'))],
    ['of a smaller number', lt(field('pieces'), literal(3))],
    ['of a number that is not greater', lte(field('pieces'), literal(2))],
    ['of a greater number', gt(field('pieces'), literal(1))],
    ['of a number that is not smaller', gte(field('pieces'), literal(2))],
    ['of amounts by their size, not by their letters', gt(field('amount'), input('minimum'))],
    ['of a value in a list', oneOf(field('status'), literal(['FINISH', 'IN_CANCEL']))],
    ['of a number in a list of texts', oneOf(field('pieces'), literal(['1', '2']))],
    ['of two lists that share a value', overlaps(field('tags'), input('wanted'))],
    ['of a value that is there', exists(field('amount'))],
    ['of an input that is there', exists(input('minimum'))],
    ['of all its parts', and(yes, yes)],
    ['of no parts', and()],
    ['of one of its parts', or(no, yes)],
    ['of what does not hold', not(no)],
    ['of an input that was not given', ifGiven('unset', no)],
    ['of an input that was given and fits', ifGiven('minimum', gte(field('amount'), input('minimum')))],
  ])('%s', (_, condition) => {
    expect(holds(condition, scope)).toBe(true);
  });
});

describe('a condition does not hold', () => {
  test.each([
    ['of different texts', eq(field('status'), literal('IN_CANCEL'))],
    ['of equal texts that should differ', ne(field('status'), literal('FINISH'))],
    ['of a number that is equal and should be smaller', lt(field('pieces'), literal(2))],
    ['of a number that is greater and should not be', lte(field('pieces'), literal(1))],
    ['of a number that is equal and should be greater', gt(field('pieces'), literal(2))],
    ['of a number that is smaller and should not be', gte(field('pieces'), literal(3))],
    ['of words compared by size', gte(field('status'), literal(0))],
    ['of a value that is not in the list', oneOf(field('status'), literal(['IN_CANCEL']))],
    ['of a part of a value in the list', oneOf(field('status'), literal(['FINISHED']))],
    ['of two lists that share nothing', overlaps(field('tags'), literal(['trial']))],
    ['of all its parts when one does not', and(yes, no)],
    ['of one of its parts when none does', or(no, no)],
    ['of no alternatives', or()],
    ['of what holds', not(yes)],
    [
      'of an input that was given and does not fit',
      ifGiven('minimum', lt(field('amount'), input('minimum'))),
    ],
  ])('%s', (_, condition) => {
    expect(holds(condition, scope)).toBe(false);
  });

  test.each(MISSING)('of the missing value "%s", whatever it is compared with', (key) => {
    const comparisons = [eq, ne, lt, lte, gt, gte, oneOf, overlaps];
    const held = comparisons.filter((compare) => holds(compare(field(key), literal('1')), scope));
    expect(held).toEqual([]);
  });

  test.each(MISSING)('of a value compared with the missing value "%s"', (key) => {
    const comparisons = [eq, ne, lt, lte, gt, gte, oneOf, overlaps];
    const held = comparisons.filter((compare) => holds(compare(literal('1'), field(key)), scope));
    expect(held).toEqual([]);
  });

  test.each(MISSING)('of the existence of the missing value "%s"', (key) => {
    expect(holds(exists(field(key)), scope)).toBe(false);
  });
});

describe('hours', () => {
  test('since a time are a fraction', () => {
    expect(resolve(hoursSince('placed_at'), scope)).toBe(1.5);
  });

  test('since a time to come are negative', () => {
    expect(resolve(hoursSince('due_at'), scope)).toBe(-12);
  });

  test('until a time count down to it', () => {
    expect(resolve(hoursUntil('due_at'), scope)).toBe(12);
  });

  test('until a time that is past are negative', () => {
    expect(resolve(hoursUntil('placed_at'), scope)).toBe(-1.5);
  });

  test.each([...MISSING, 'when', 'pieces'])('of "%s", which is no time, are missing', (key) => {
    expect(resolve(hoursUntil(key), scope)).toBeUndefined();
  });

  test('that are missing satisfy no condition', () => {
    expect(holds(lt(hoursUntil('none'), literal(24)), scope)).toBe(false);
  });
});

describe('a template', () => {
  test('shows the values it names', () => {
    expect(fill('{status}: {pieces} for {amount}', scope.fields)).toBe('FINISH: 2 for 23.50');
  });

  test.each([0, false])('shows %j, which is a value', (value) => {
    expect(fill('{value}', { value })).toBe(String(value));
  });

  test.each(MISSING)('shows a dash for the missing value "%s"', (key) => {
    expect(fill(`{${key}}`, scope.fields)).toBe('–');
  });

  test('shows a dash for a missing time', () => {
    expect(fill('{none|time}', scope.fields)).toBe('–');
  });

  test('shows a time as it is in Beijing, to the minute', () => {
    expect(fill('{placed_at|time}', { placed_at: '2026-10-09T16:05:40Z' })).toBe('2026-10-10 00:05');
  });

  test('leaves other braces alone', () => {
    expect(fill('{"card": { }} {not a name}', {})).toBe('{"card": { }} {not a name}');
  });

  test('does not fill in what a value brings along', () => {
    expect(fill('{name}', { name: '{status} $1 $&', status: 'FINISH' })).toBe('{status} $1 $&');
  });
});
