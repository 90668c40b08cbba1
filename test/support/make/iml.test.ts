/** Grammar, operators and templates. Examples are those of the official IML page and of facts/make.md §2. */

import { fixedClock } from '../fixed-clock.ts';
import { advancingClock } from './advancing-clock.ts';
import { type Call, check, evaluate, ImlError, render } from './iml.ts';
import type { Value } from './value.ts';

const NOW = '2026-11-21T10:05:00.123Z';
const environment = { clock: fixedClock(NOW) };

const body = {
  id: 101,
  user: 'Ann',
  data: [{ prop: 'one' }, { prop: 'two' }, { prop: 'three' }],
  none: null,
  empty: '',
  list: [],
};
const context = {
  body,
  headers: { 'X-HOOK-TYPE': 'ping' },
  parameters: { 'First Name': 'Ann', input: { data: 'x' } },
  item: { name: 'Ann' },
  absent: undefined,
  at: new Date(NOW),
};

const value = (template: string): Value => evaluate(template, context, environment);
const expression = (text: string): Value => value(`{{${text}}}`);

function problemOf(template: string): ImlError {
  try {
    value(template);
  } catch (error) {
    if (error instanceof ImlError) return error;
    throw error;
  }
  throw new Error(`${template} is no error`);
}

describe('A template', () => {
  test('of one expression and nothing else keeps the type', () => {
    expect(value('{{body.data}}')).toEqual(body.data);
  });

  test('of an expression and a text is a text', () => {
    expect(value('{{body.id}} ')).toBe('101 ');
  });

  test('of a text alone is that text', () => {
    expect(value('a { b } c')).toBe('a { b } c');
  });

  test('of several expressions is a text', () => {
    expect(value('{{body.user}}-{{body.id}}')).toBe('Ann-101');
  });

  test('may have space around its expression', () => {
    expect(value('{{ body.id }}')).toBe(101);
  });

  test('may have braces inside a quoted text', () => {
    expect(value("{{'}}{{'}}")).toBe('}}{{');
  });

  test.each(['body.none', 'absent', 'body.nothing'])(
    'does not put a missing value (%s) into a text, which is not confirmed',
    (path) => {
      expect(problemOf(`a {{${path}}}`).message).toMatch(/makes a text of (null|undefined)/);
    },
  );

  test('does not put a date into a text, whose format nobody knows', () => {
    expect(problemOf('at {{at}}').message).toContain('makes a text of a date');
  });
});

describe('A path', () => {
  test.each<[string, Value]>([
    ['parameters.input.data', 'x'],
    ['headers.`X-HOOK-TYPE`', 'ping'],
    ['parameters.`First Name`', 'Ann'],
    ['body.data[2].prop', 'two'],
    ['body.data[].prop', 'one'],
    ['body.data[-1].prop', 'three'],
    ['body.data[0]', undefined],
    ['body.data[4]', undefined],
    ['body.nothing.inside[1].it', undefined],
    ['body.nothing[1]', undefined],
    ['body.none.inside', undefined],
    ['body.none', null],
  ])('%s is %j', (path, expected) => {
    expect(expression(path)).toBe(expected);
  });

  test('finds nothing in a text that stands where JSON was expected', () => {
    expect(expression('body.user.message')).toBe(undefined);
  });

  test('does not find what every JavaScript object has', () => {
    expect(expression('body.constructor')).toBe(undefined);
  });

  test.each([
    ['body.data.prop', /body\.data\.prop asks an array for "prop"/],
    ['body[1]', /asks a collection for item 1/],
    ['body.user[1]', /asks a text for 1/],
    ['at.year', /asks a date for "year"/],
    ['bodi.id', /no variable bodi/],
    ['body.data[-2]', /only \[-1\]/],
    ['body._id', /backticks/],
    ['_id', /backticks/],
    ['1.name', /runs into a name/],
    ['body . id', /dot/],
    ['body.`id', /backtick is not closed/],
    ['first(body.data).prop', /only a path can go on with a dot/],
  ])('%s is an error', (path, problem) => {
    expect(problemOf(`{{${path}}}`).message).toMatch(problem);
  });

  test('does not read a number that lost digits when JSON was parsed', () => {
    const parsed: Value = JSON.parse('{"order_id": 90071992547409931}');
    expect(() => evaluate('{{body.order_id}}', { body: parsed }, environment)).toThrow('more digits');
  });
});

describe('A literal', () => {
  test.each<[string, Value]>([
    ["'Hello, ' + item.name", 'Hello, Ann'],
    ['"Hello, " + item.name', 'Hello, Ann'],
    ['1.5', 1.5],
    ['true', true],
    ['false', false],
    ['null', null],
    ['erase', null],
    ['undefined', undefined],
    ['ignore', undefined],
    ['emptyarray', []],
    ['space', ' '],
    ['nbsp', '\u00a0'],
    ['tab', '\t'],
    ['newline', '\n'],
    ['carriagereturn', '\r'],
    ['pi', Math.PI],
  ])('%s is %j', (text, expected) => {
    expect(expression(text)).toEqual(expected);
  });

  test('keeps a backslash, because IML has no escapes', () => {
    expect(expression("'a\\d'")).toBe('a\\d');
  });

  test('emptystring is an error, because it is another value than an empty text', () => {
    expect(problemOf('{{emptystring}}').message).toContain("write ''");
  });
});

describe('An operator', () => {
  test.each<[string, Value]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 - 2 - 1', 4],
    ['8 / 4 / 2', 1],
    ['7 % 4', 3],
    ['0.1 * 3', 0.3],
    ['1 / 3', 1 / 3],
    ['0.3 % 0.1', 0],
    ['2 > 1 = true', true],
    ['1 = 1 & 2 = 3 | true', true],
    ['false & false | true', true],
    ['true | true & false', true],
    ['true || true && false', true],
    ['true | true && false', true],
    ['true || true & false', true],
    ['false & false = false', false],
    ['true = 1 < 2', true],
    ['true == 2 <= 2', true],
    ['true === 2 > 1', true],
    ['true != 1 >= 2', true],
    ['true !== 1 < 2', false],
    ['2 < 1 + 2', true],
    ["4 <= '1' ++ 2", false],
    ['2 >= 3 - 1', true],
    ['10 - 2 * 3', 4],
    ['10 - 6 / 3', 8],
    ['10 - 7 % 4', 7],
    ["'3' ++ 2 * 2", 7],
    ['1 + 1 > 1', true],
    ['!false & true', true],
    ['!!body.id', true],
    ['body.id > 100', true],
    ['body.id <= 100', false],
    ['1 >= 1', true],
    ['1 < 1', false],
    ["'a' = 'a'", true],
    ["'a' == 'b'", false],
    ["'a' === 'a'", true],
    ["'a' != 'a'", false],
    ["'a' !== 'b'", true],
    ['true && true', true],
    ['false || false', false],
    ["'n' + 1", 'n1'],
    ["1 + 2 + 'n'", '3n'],
    ["'5' ++ 2", 7],
    ["'5' - '2'", 3],
    ['null + 5', 5],
    ["null + 'x'", 'x'],
    ['null = null', true],
    ['body.none = null', true],
    ['absent = undefined', true],
    ['at > at', false],
  ])('%s is %j', (text, expected) => {
    expect(expression(text)).toBe(expected);
  });

  test('& and | hand out a boolean, whatever their operands are', () => {
    expect(expression("toString(0) = '0' && body.user")).toBe(true);
  });

  test.each([
    ["1 = '1'", /compares a number with a text/],
    ["absent = ''", /compares undefined with a text/],
    ['body.none = 1', /compares null with a number/],
    ['absent = null', /compares undefined with null/],
    ["true = 'true'", /compares a boolean with a text/],
    ['at = at', /compares a date with a date/],
    ['body.list = body.list', /compares an array with an array/],
    ['absent > 1', /not undefined with a number/],
    ["'10' > 9", /not a text with a number/],
    ["'a' < 'b'", /not a text with a text/],
    ['absent + 1', /\+ takes texts and numbers/],
    ["absent + 'x'", /makes a text of undefined/],
    ["'x' + null", /makes a text of null/],
    ['1 + null', /\+ takes texts and numbers/],
    ["at + 'x'", /makes a text of a date/],
    ["'x' - 1", /texts of digits/],
    ["'5' * 2", /\* takes numbers/],
    ['1 / 0', /divides by zero/],
    ['- 5', /write 0 - x/],
    ['1 - -5', /write 0 - x/],
    ['if(body.list, 1, 2)', /always true/],
    ['!body.data', /always true/],
  ])('%s is an error', (text, problem) => {
    expect(problemOf(`{{${text}}}`).message).toMatch(problem);
  });

  test('& evaluates both sides, because only if and ifempty are said to be lazy', () => {
    expect(problemOf('{{false & length(absent) > 0}}').message).toContain('length');
  });
});

describe('if and ifempty', () => {
  test.each<[string, Value]>([
    ['if(body.id > 100, body.user, false)', 'Ann'],
    ['if(body.id > 200, body.user, false)', false],
    ['ifempty(body.username, body.user)', 'Ann'],
    ['ifempty(body.none, 1)', 1],
    ["ifempty('', 1)", 1],
    ['ifempty(0, 1)', 0],
    ['ifempty(false, 1)', false],
    ['ifempty(body.list, 1)', []],
    ["if(body.empty, 'k', '')", ''],
  ])('%s is %j', (text, expected) => {
    expect(expression(text)).toEqual(expected);
  });

  test.each(['if(true, 1, length(absent))', 'if(false, length(absent), 1)', 'ifempty(1, length(absent))'])(
    '%s leaves out what is not chosen',
    (text) => {
      expect(expression(text)).toBe(1);
    },
  );
});

describe('now', () => {
  test('is a date', () => {
    expect(expression('now')).toEqual(new Date(NOW));
  });

  test('is read from the clock at every use', () => {
    const clock = advancingClock(NOW, 1);
    expect(evaluate("{{formatDate(now, 'x') = formatDate(now, 'x')}}", {}, { clock })).toBe(false);
  });

  test('has a sibling in seconds', () => {
    expect(expression('timestamp')).toBe(Math.floor(Date.parse(NOW) / 1000));
  });
});

describe('Chance', () => {
  test('is what was handed in', () => {
    expect(evaluate('{{random}}', {}, { ...environment, random: () => 0.25 })).toBe(0.25);
  });

  test('is an error where none was handed in', () => {
    expect(problemOf('{{random}}').message).toContain('no chance');
  });

  test('makes a UUID', () => {
    expect(expression('uuid')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('What is no IML', () => {
  test.each([
    ['{{shout(1)}}', /there is no function shout/],
    ['{{isArray(body)}}', /on no official list/],
    ['{{shuffle(body.list)}}', /not played here/],
    ["{{if(true; 'a'; 'b')}}", /separated by ,/],
    ['{{[1]}}', /no array literal/],
    ["{{['a']}}", /no array literal/],
    ['{{{a:1}}}', /no collection literal/],
    ['{{map(body.data, item => item.prop)}}', /no lambda/],
    ['{{body.id > 1 ? 1 : 2}}', /no ternary/],
    ['{{1 : 2}}', /no ternary/],
    ['{{body.id', /not closed/],
    ['{{body.id}', /a single }/],
    ['body.id}}', /}} closes nothing/],
    ['{{}}', /no expression/],
    ['{{ }}', /no expression/],
    ['{{...}}', /spread stands alone/],
    ['{{(1 + 2}}', /\( is not closed/],
    ['{{upper(body.user}}', /\( is not closed/],
    ['{{upper body.user}}', /unexpected b/],
    ['{{upper (body.user)}}', /no space before \(/],
    ['{{1 2}}', /unexpected 2/],
    ["{{'a}}", /' is not closed/],
    ['{{1 +}}', /./],
    ['{{now.year}}', /now has nothing inside/],
    ['{{a, b}}', /, stands outside a call/],
    ['{{1)}}', /\) closes nothing/],
    ['{{body.data[x]}}', /whole number/],
    ['{{a # b}}', /unexpected #/],
    ['{{upper(,)}}', /./],
  ])('%s is an error', (template, problem) => {
    expect(problemOf(template).message).toMatch(problem);
  });

  test.each([
    ['{{upper()}}', 'upper takes 1 argument and is given 0'],
    ["{{upper('a', 'b')}}", 'upper takes 1 argument and is given 2'],
    ['{{if(true, 1)}}', 'if takes 3 arguments and is given 2'],
    ['{{ifempty(1)}}', 'ifempty takes 2 arguments and is given 1'],
    ['{{formatDate(now)}}', 'formatDate takes 2 to 3 arguments and is given 1'],
    ['{{switch(1, 2)}}', 'switch takes 3 or more arguments and is given 2'],
  ])('%s has the wrong number of arguments', (template, problem) => {
    expect(problemOf(template).problem).toBe(problem);
  });

  test.each([
    ['a {{1;2}}', 6],
    ['{{upper()}}', 3],
    ["{{upper('a') + shout(1)}}", 16],
    ['ab}}', 3],
    ['{{1}} ab}}', 9],
    ['ab {{1', 4],
    ["a {{'b}}", 5],
    ['{{(1}}', 3],
    ['{{upper(1}}', 8],
    ['{{a.`b}}', 5],
    ['{{ body.nothing + 1 }}', 17],
  ])('%s is at fault at character %d', (template, position) => {
    expect(problemOf(template)).toMatchObject({ template, position });
  });

  test('is named with its template and the place in it', () => {
    expect(problemOf('a {{upper(5)}}').message).toBe(
      'IML: argument 1 of upper must be a text and is a number, at character 11 of a {{upper(5)}}',
    );
  });
});

describe('Rendering', () => {
  const rendered = (source: Value) => render(source, context, environment);

  test('evaluates every text in a collection', () => {
    expect(rendered({ a: '{{body.id}}', b: [{ c: 'n{{body.id}}' }], d: 5 })).toEqual({
      a: 101,
      b: [{ c: 'n101' }],
      d: 5,
    });
  });

  test('spreads a collection into the one around it', () => {
    expect(rendered({ '{{...}}': '{{item}}', orderId: '1' })).toEqual({ name: 'Ann', orderId: '1' });
  });

  test('lets a later entry win over one that was spread', () => {
    expect(rendered({ '{{...}}': '{{item}}', name: 'Bob' })).toEqual({ name: 'Bob' });
  });

  test('spreads nothing but a collection', () => {
    expect(() => rendered({ '{{...}}': '{{absent}}' })).toThrow('spreads a collection, not undefined');
  });

  test('keeps an undefined apart from a null', () => {
    expect(rendered({ a: '{{absent}}', b: '{{body.none}}' })).toStrictEqual({ a: undefined, b: null });
  });

  test('takes no template for a name', () => {
    expect(() => rendered({ '{{body.user}}': 1 })).toThrow('a name is no template');
  });
});

describe('The record of calls', () => {
  test('has every call with its arguments and result, the inner ones first', () => {
    const calls: Call[] = [];
    evaluate("{{upper(trim(' a '))}}", {}, { ...environment, onCall: (call) => calls.push(call) });
    expect(calls).toEqual([
      { name: 'trim', args: [' a '], result: 'a' },
      { name: 'upper', args: ['a'], result: 'A' },
    ]);
  });

  test('leaves out what was not evaluated', () => {
    const calls: Call[] = [];
    evaluate("{{if(false, upper('a'), 'b')}}", {}, { ...environment, onCall: (call) => calls.push(call) });
    expect(calls.map(({ name }) => name)).toEqual(['if']);
  });
});

describe('The static check', () => {
  test('names functions, paths and uses of now without evaluating', () => {
    expect(check("{{if(body.x > 1, upper(temp.`a b`), formatDate(now, 'x'))}} {{!nowhere[1].id}}")).toEqual({
      functions: ['if', 'upper', 'formatDate'],
      paths: ['body.x', 'temp.`a b`', 'nowhere[1].id'],
      now: 1,
    });
  });

  test('finds an unknown function in the branch that is never taken', () => {
    expect(() => check('{{if(true, 1, shout(2))}}')).toThrow('no function shout');
  });

  test('finds a wrong number of arguments', () => {
    expect(() => check('{{upper()}}')).toThrow('takes 1 argument');
  });

  test('finds what does not parse', () => {
    expect(() => check('{{a;b}}')).toThrow('separated by ,');
  });
});
