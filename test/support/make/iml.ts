/**
 * Make's template language as its documentation describes it (https://developers.make.com, "IML"), for tests. It is
 * strict: what the documentation does not promise is an error here, such as a comparison of a text with a number.
 */

import { createHash, createHmac, randomUUID } from 'node:crypto';

export type Expression =
  | { kind: 'literal'; value: unknown }
  | { kind: 'path'; path: (string | number)[] }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'not'; of: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression };

export type Scope = Readonly<Record<string, unknown>>;

export class ImlError extends Error {}

const TOKENS =
  /\s*(?:(\d+(?:\.\d+)?)|'([^']*)'|"([^"]*)"|`([^`]*)`|([A-Za-z_$][\w$]*)|(===|!==|&&|\|\||<=|>=|==|!=|\+\+|[-+*/%<>=!&|().,[\]]))/y;

interface Token {
  type: 'number' | 'text' | 'name' | 'sign';
  value: string;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKENS.lastIndex = 0;
  const end = source.trimEnd().length;
  while (TOKENS.lastIndex < end) {
    const match = TOKENS.exec(source);
    if (!match) throw new ImlError(`cannot be read: {{${source}}}`);
    const [, number, single, double, quoted, name, sign] = match;
    if (number !== undefined) tokens.push({ type: 'number', value: number });
    else if (single !== undefined || double !== undefined)
      tokens.push({ type: 'text', value: single ?? double ?? '' });
    else if (quoted !== undefined || name !== undefined)
      tokens.push({ type: 'name', value: quoted ?? name ?? '' });
    else tokens.push({ type: 'sign', value: sign ?? '' });
  }
  return tokens;
}

/** Higher binds closer. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  '|': 5,
  '||': 5,
  '&': 6,
  '&&': 6,
  '=': 10,
  '==': 10,
  '===': 10,
  '!=': 10,
  '!==': 10,
  '<': 11,
  '<=': 11,
  '>': 11,
  '>=': 11,
  '+': 13,
  '++': 13,
  '-': 13,
  '*': 14,
  '/': 14,
  '%': 14,
};

const KEYWORDS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  erase: null,
  undefined: undefined,
  ignore: undefined,
  emptystring: '',
  emptyarray: [],
};

/** @throws ImlError for what the language does not have */
export function parseExpression(source: string): Expression {
  const tokens = tokensOf(source);
  let at = 0;
  const isSign = (value: string) => tokens[at]?.type === 'sign' && tokens[at]?.value === value;
  const fail = (): never => {
    throw new ImlError(`cannot be read at "${tokens[at]?.value ?? 'the end'}": {{${source}}}`);
  };
  const take = (value: string) => (isSign(value) ? at++ : fail());

  function binary(minimum: number): Expression {
    let left = unary();
    for (;;) {
      const operator = tokens[at]?.type === 'sign' ? (tokens[at]?.value ?? '') : '';
      const precedence = PRECEDENCE[operator];
      if (precedence === undefined || precedence < minimum) return left;
      at++;
      left = { kind: 'binary', operator, left, right: binary(precedence + 1) };
    }
  }
  function unary(): Expression {
    if (isSign('!')) {
      at++;
      return { kind: 'not', of: unary() };
    }
    if (isSign('(')) {
      at++;
      const inner = binary(0);
      take(')');
      return inner;
    }
    const token = tokens[at++] ?? fail();
    if (token.type === 'number') return { kind: 'literal', value: Number(token.value) };
    if (token.type === 'text') return { kind: 'literal', value: token.value };
    if (token.type === 'sign') return fail();
    if (isSign('(')) return call(token.value);
    return path(token.value);
  }
  function call(name: string): Expression {
    take('(');
    const args: Expression[] = [];
    while (!isSign(')')) {
      args.push(binary(0));
      if (!isSign(')')) take(',');
    }
    take(')');
    return { kind: 'call', name, args };
  }
  function path(first: string): Expression {
    const parts: (string | number)[] = [first];
    for (;;) {
      if (isSign('.')) {
        at++;
        const next = tokens[at++];
        parts.push(next?.type === 'name' || next?.type === 'number' ? next.value : fail());
      } else if (isSign('[')) {
        at++;
        const index = tokens[at]?.type === 'number' ? Number(tokens[at++]?.value) : 1;
        take(']');
        parts.push(index);
      } else break;
    }
    if (parts.length === 1 && Object.hasOwn(KEYWORDS, first))
      return { kind: 'literal', value: KEYWORDS[first] };
    return { kind: 'path', path: parts };
  }

  const whole = binary(0);
  return at === tokens.length ? whole : fail();
}

/** The texts and the expressions of a template. */
export function parseTemplate(template: string): (string | Expression)[] {
  return template
    .split(/(\{\{.*?\}\})/gs)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('{{') ? parseExpression(part.slice(2, -2)) : part));
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

export const textOf = (value: unknown): string => {
  if (isEmpty(value)) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const asList = (value: unknown): unknown[] => {
  if (isEmpty(value)) return [];
  if (!Array.isArray(value)) throw new ImlError('not an array');
  return value;
};

const asDate = (value: unknown): Date => {
  const date = value instanceof Date ? value : new Date(textOf(value));
  if (Number.isNaN(date.getTime())) throw new ImlError(`not a date: ${textOf(value)}`);
  return date;
};

/** "/text/flags" is a regular expression, anything else a text. */
function replace(text: unknown, searched: unknown, by: unknown): string {
  const [, pattern, flags] = /^\/(.*)\/([a-z]*)$/s.exec(textOf(searched)) ?? [];
  return pattern === undefined
    ? textOf(text).replace(textOf(searched), textOf(by))
    : textOf(text).replace(new RegExp(pattern, flags), textOf(by));
}

function sha256(text: unknown, encoding: unknown = 'hex', key?: unknown): string {
  const hash = isEmpty(key) ? createHash('sha256') : createHmac('sha256', textOf(key));
  return hash.update(textOf(text)).digest(encoding === 'base64' ? 'base64' : 'hex');
}

const added = (date: unknown, amount: unknown, ms: number): Date =>
  new Date(asDate(date).getTime() + Number(amount) * ms);

/** Those of Make's documented functions that the app uses. A function that is not here fails a test. */
export const FUNCTIONS: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
  addMinutes: (date, amount) => added(date, amount, 60_000),
  addSeconds: (date, amount) => added(date, amount, 1000),
  encodeURL: (text) => encodeURIComponent(textOf(text)),
  join: (list, separator) => asList(list).map(textOf).join(textOf(separator)),
  replace,
  sha256,
  toCollection: (list, key, value) =>
    Object.fromEntries(
      asList(list).map((item) => {
        const entry = item as Record<string, unknown>;
        return [textOf(entry[textOf(key)]), entry[textOf(value)]];
      }),
    ),
  toString: textOf,
};

/** They evaluate only the argument that they return. */
const LAZY: Readonly<Record<string, (args: readonly Expression[], scope: Scope) => unknown>> = {
  if: ([condition, then, otherwise], scope) => run(run(condition, scope) ? then : otherwise, scope),
  ifempty: ([value, otherwise], scope) => {
    const found = run(value, scope);
    return isEmpty(found) ? run(otherwise, scope) : found;
  },
};

export const isKnownFunction = (name: string): boolean =>
  Object.hasOwn(FUNCTIONS, name) || Object.hasOwn(LAZY, name);

function compare(operator: string, left: unknown, right: unknown): boolean {
  const [a, b] = [left, right].map((value) => (value instanceof Date ? value.getTime() : value));
  if (!isEmpty(a) && !isEmpty(b) && typeof a !== typeof b)
    throw new ImlError(`compares ${typeof a} with ${typeof b}`);
  switch (operator) {
    case '<':
      return Number(a) < Number(b);
    case '<=':
      return Number(a) <= Number(b);
    case '>':
      return Number(a) > Number(b);
    case '>=':
      return Number(a) >= Number(b);
    default:
      return operator.startsWith('!') ? a !== b : a === b;
  }
}

function run(expression: Expression | undefined, scope: Scope): unknown {
  if (!expression) return undefined;
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'not':
      return !run(expression.of, scope);
    case 'path':
      return resolve(expression.path, scope);
    case 'call': {
      const { name, args } = expression;
      const lazy = LAZY[name];
      if (lazy) return lazy(args, scope);
      const known = FUNCTIONS[name];
      if (!known) throw new ImlError(`no such function: ${name}`);
      return known(...args.map((arg) => run(arg, scope)));
    }
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator.startsWith('&')) return run(left, scope) && run(right, scope);
      if (operator.startsWith('|')) return run(left, scope) || run(right, scope);
      const [a, b] = [run(left, scope), run(right, scope)];
      if (operator === '+')
        return typeof a === 'number' && typeof b === 'number' ? a + b : textOf(a) + textOf(b);
      if (operator in PRECEDENCE && (PRECEDENCE[operator] ?? 0) <= 11) return compare(operator, a, b);
      throw new ImlError(`the tests know no operator ${operator}`);
    }
  }
}

/** Arrays are counted from 1. */
function resolve([first, ...rest]: (string | number)[], scope: Scope): unknown {
  let value: unknown = first === 'uuid' ? randomUUID() : scope[String(first)];
  for (const part of rest) {
    if (value === undefined || value === null) return undefined;
    value = typeof part === 'number' ? asList(value)[part - 1] : (value as Record<string, unknown>)[part];
  }
  return value;
}

const SPREAD = '{{...}}';

/** A value of the app's files, filled in. A template of one expression keeps the type of its value. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') {
    const parts = parseTemplate(value);
    const [only] = parts;
    if (parts.length === 1 && typeof only === 'object') return run(only, scope);
    return parts.map((part) => (typeof part === 'string' ? part : textOf(run(part, scope)))).join('');
  }
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  const filled: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const found = evaluate(item, scope);
    if (key === SPREAD) Object.assign(filled, found);
    else if (found !== undefined) filled[key] = found;
  }
  return filled;
}
