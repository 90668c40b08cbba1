/**
 * A parser and evaluator of IML, Make's expression language, written from its documentation. [facts/make.md §2]
 *
 * It is stricter than Make. What is an error there is one here, and so is everything on which the documentation
 * contradicts itself, is silent, or is marked there as not confirmed: an app that passes here holds in every reading.
 * Each such choice has a comment that begins with "Strict:". The others are Make's.
 *
 * What an expression evaluates to here agrees with the documented semantics, not with Make itself: nobody outside
 * Make has its interpreter.
 */

import { randomUUID } from 'node:crypto';
import type { Clock, Random } from '../../../lib/runtime.ts';
import {
  Args,
  ArgumentProblem,
  type BuiltIn,
  builtIns,
  NOT_PLAYED,
  type Surroundings,
  sameValue,
  textOf,
  UNDOCUMENTED,
  valueAt,
} from './builtins.ts';
import { divide, multiply, remainder } from './decimal.ts';
import { type Collection, isArray, isCollection, isMissing, kindOf, type Value } from './value.ts';

/** The template is wrong, or was given what it cannot handle. The message names the place and the template. */
export class ImlError extends Error {
  readonly problem: string;
  readonly template: string;
  /** Of the character in the template, from 1. */
  readonly position: number;

  constructor(problem: string, template: string, position: number) {
    super(`IML: ${problem}, at character ${position} of ${template}`);
    this.name = 'ImlError';
    this.problem = problem;
    this.template = template;
    this.position = position;
  }
}

/** The variables a template may use. One that is absent is an error; one that is there may be undefined. */
export type Context = Readonly<Record<string, Value>>;

/** One call of a built-in function that was evaluated. */
export interface Call {
  name: string;
  args: readonly Value[];
  result: Value;
}

export interface Environment extends Surroundings {
  /** Read anew at every `now` and `timestamp`. */
  clock: Pick<Clock, 'now'>;
  /** For `random`; left out, it is an error. */
  random?: Random;
  /** Told of every call. */
  onCall?: (call: Call) => void;
}

type BinaryOperator = keyof typeof PRECEDENCE;

type Node = { at: number } & (
  | { kind: 'literal'; value: Value }
  | { kind: 'variable'; name: string }
  | { kind: 'path'; root: string; steps: (string | number)[]; written: string }
  | { kind: 'call'; name: string; builtIn: BuiltIn; args: Node[] }
  | { kind: 'not'; of: Node }
  | { kind: 'binary'; operator: BinaryOperator; left: Node; right: Node }
);

type Part = string | Node;

/** Higher binds closer. `!` binds closest of all. */
const PRECEDENCE = {
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
} as const;

const OPERATORS = Object.keys(PRECEDENCE).sort((a, b) => b.length - a.length) as BinaryOperator[];

const KEYWORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
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
]);

const VARIABLES = ['now', 'timestamp', 'uuid', 'random'];

/** What stands at the head of a collection's entry whose value is spread into the collection. */
export const SPREAD = '{{...}}';

// ------------------------------------------------------------------------------------------------------ parsing

class Parser {
  readonly template: string;
  position = 0;

  constructor(template: string) {
    this.template = template;
  }

  fail(problem: string, at = this.position): never {
    throw new ImlError(problem, this.template, at + 1);
  }

  parse(): Part[] {
    const parts: Part[] = [];
    while (this.position < this.template.length) {
      const open = this.template.indexOf('{{', this.position);
      const text = this.template.slice(this.position, open < 0 ? undefined : open);
      const stray = text.indexOf('}}');
      if (stray >= 0) this.fail('}} closes nothing', this.position + stray);
      if (text !== '') parts.push(text);
      if (open < 0) break;
      this.position = open + 2;
      this.skipSpace();
      if (this.startsWith('...')) this.fail('a spread stands alone, as the name of an entry', open);
      if (this.startsWith('}}')) this.fail('there is no expression between the braces', open);
      parts.push(this.expression(0));
      if (!this.startsWith('}}')) {
        this.fail(
          this.position >= this.template.length ? 'the braces are not closed' : this.unexpected(),
          this.position >= this.template.length ? open : this.position,
        );
      }
      this.position += 2;
    }
    return parts;
  }

  private startsWith(text: string): boolean {
    return this.template.startsWith(text, this.position);
  }

  /** The expression has ended. */
  private isOver(): boolean {
    return this.position >= this.template.length || this.startsWith('}}');
  }

  private skipSpace(): void {
    this.take(/\s*/y);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.template)?.[0];
    if (match !== undefined) this.position += match.length;
    return match;
  }

  private unexpected(): string {
    const next = this.template.charAt(this.position);
    if (next === '') return 'the expression ends too early';
    if (this.startsWith('=>')) return 'IML has no lambda';
    const known: Record<string, string> = {
      ';': 'arguments are separated by , in app files; ; belongs to scenario fields',
      '?': 'IML has no ternary; write if(condition, a, b)',
      ':': 'IML has no ternary and no collection literal',
      '{': 'IML has no collection literal, and braces do not nest',
      '[': 'IML has no array literal, and [n] follows a path only',
      ']': '] closes nothing',
      ')': ') closes nothing',
      '}': 'a single } stands where }} was expected',
      '.': 'only a path can go on with a dot; write get(…, path)',
      ',': ', stands outside a call',
      _: 'a name that begins with _ stands between backticks',
      '-': 'a - before a value is not confirmed; write 0 - x',
    };
    return known[next] ?? `unexpected ${next}`;
  }

  private expression(least: number): Node {
    let left = this.primary();
    for (;;) {
      const at = this.position;
      const operator = this.startsWith('=>') ? undefined : OPERATORS.find((each) => this.startsWith(each));
      if (!operator || PRECEDENCE[operator] < least) return left;
      this.position += operator.length;
      const right = this.expression(PRECEDENCE[operator] + 1);
      left = { kind: 'binary', operator, left, right, at };
    }
  }

  /** One operand, with the space around it. */
  private primary(): Node {
    this.skipSpace();
    const at = this.position;
    const node = this.bare(at);
    this.skipSpace();
    return node;
  }

  private bare(at: number): Node {
    if (this.take(/!(?!=)/y)) return { kind: 'not', of: this.primary(), at };
    if (this.take(/\(/y)) {
      const inner = this.expression(0);
      if (!this.take(/\)/y))
        this.fail(this.isOver() ? '( is not closed' : this.unexpected(), this.isOver() ? at : undefined);
      return inner;
    }
    const quote = this.take(/['"]/y);
    if (quote) {
      const end = this.template.indexOf(quote, this.position);
      if (end < 0) this.fail(`${quote} is not closed`, at);
      const value = this.template.slice(this.position, end);
      this.position = end + 1;
      return { kind: 'literal', value, at };
    }
    const number = this.take(/\d+(\.\d+)?/y);
    if (number !== undefined) {
      if (/[\w.`]/.test(this.template.charAt(this.position))) this.fail('a number runs into a name', at);
      return { kind: 'literal', value: Number(number), at };
    }
    const name = this.take(/[A-Za-z]\w*/y);
    if (name !== undefined && this.startsWith('(')) return this.call(name, at);
    if (name === undefined && !this.startsWith('`')) this.fail(this.unexpected(), at);
    return this.path(name, at);
  }

  private call(name: string, at: number): Node {
    const builtIn = builtIns.get(name);
    if (!builtIn) {
      if (NOT_PLAYED.has(name)) this.fail(`${name} is a function of Make that is not played here`, at);
      if (UNDOCUMENTED.has(name)) this.fail(`${name} is on no official list of functions`, at);
      this.fail(`there is no function ${name}`, at);
    }
    this.position += 1;
    const args: Node[] = [];
    this.skipSpace();
    if (!this.startsWith(')')) {
      do args.push(this.expression(0));
      while (this.take(/,/y));
    }
    if (!this.take(/\)/y)) {
      if (this.isOver()) this.fail('( is not closed', at + name.length);
      this.fail(this.unexpected());
    }
    if (args.length < builtIn.least || args.length > builtIn.most) {
      const { least, most } = builtIn;
      const wanted =
        least === most
          ? `${least}`
          : most === Number.POSITIVE_INFINITY
            ? `${least} or more`
            : `${least} to ${most}`;
      this.fail(
        `${name} takes ${wanted} argument${wanted === '1' ? '' : 's'} and is given ${args.length}`,
        at,
      );
    }
    return { kind: 'call', name, builtIn, args, at };
  }

  private segment(): string {
    const open = this.position;
    if (!this.take(/`/y)) return this.take(/[A-Za-z]\w*/y) ?? this.fail(this.unexpected());
    const segment = this.take(/[^`]+/y);
    if (segment === undefined || !this.take(/`/y)) this.fail('the backtick is not closed', open);
    return segment;
  }

  private path(name: string | undefined, at: number): Node {
    const root = name ?? this.segment();
    const steps: (string | number)[] = [];
    for (;;) {
      if (this.take(/\./y)) {
        steps.push(this.segment());
      } else if (this.take(/\[/y)) {
        const index = Number(this.take(/-?\d*/y) || '1');
        // Strict: of the negative ones only [-1] is documented.
        if (index < -1) this.fail('of the negative indexes only [-1] is documented');
        if (!this.take(/\]/y)) this.fail('[ takes a whole number and is closed by ]');
        steps.push(index);
      } else break;
    }
    const written = this.template.slice(at, this.position);
    if (this.take(/\s+(?=\()/y)) this.fail('there must be no space before (', at);
    if (name !== undefined && (KEYWORDS.has(name) || VARIABLES.includes(name))) {
      if (steps.length > 0) this.fail(`${name} has nothing inside`, at);
      return KEYWORDS.has(name)
        ? { kind: 'literal', value: KEYWORDS.get(name), at }
        : { kind: 'variable', name, at };
    }
    if (name === 'emptystring') {
      // Strict: it is a String object, which no comparison finds equal to ''.
      this.fail("emptystring is not the same as ''; write ''", at);
    }
    return { kind: 'path', root, steps, written, at };
  }
}

// --------------------------------------------------------------------------------------------------- evaluation

class Evaluation {
  readonly template: string;
  readonly context: Context;
  readonly environment: Environment;

  constructor(template: string, context: Context, environment: Environment) {
    this.template = template;
    this.context = context;
    this.environment = environment;
  }

  fail(problem: string, node: Node): never {
    throw new ImlError(problem, this.template, node.at + 1);
  }

  /** Runs `make`, and says of a problem in it that it is `node`'s. */
  private at<T>(node: Node, prefix: string, make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (error instanceof ArgumentProblem) this.fail(`${prefix}${error.message}`, node);
      throw error;
    }
  }

  result(parts: Part[]): Value {
    const [first = ''] = parts;
    if (parts.length === 1 && typeof first !== 'string') return this.value(first);
    return parts.map((part) => (typeof part === 'string' ? part : this.inText(part))).join('');
  }

  // Strict: what a missing value leaves in a text is not confirmed. [facts/make.md §7.1]
  private inText(node: Node): string {
    const value = this.value(node);
    return this.at(node, 'this ', () => textOf(value));
  }

  private value(node: Node): Value {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'variable':
        return this.variable(node);
      case 'path': {
        if (!Object.hasOwn(this.context, node.root)) {
          this.fail(`there is no variable ${node.root} here`, node);
        }
        return this.at(node, `${node.written} `, () => valueAt(this.context[node.root], node.steps));
      }
      case 'call':
        return this.called(node);
      case 'not':
        return !this.isTrue(node.of);
      case 'binary':
        return this.combined(node);
    }
  }

  private variable(node: Node & { kind: 'variable' }): Value {
    if (node.name === 'now') return new Date(this.environment.clock.now());
    if (node.name === 'timestamp') return Math.floor(this.environment.clock.now() / 1000);
    if (node.name === 'uuid') return randomUUID();
    return this.environment.random?.() ?? this.fail('no chance was handed in for random', node);
  }

  private called(node: Node & { kind: 'call' }): Value {
    const { name, builtIn } = node;
    const [condition, then, otherwise] = node.args;
    let values: Value[];
    let result: Value;
    if (name === 'if' && condition && then && otherwise) {
      const chosen = this.isTrue(condition);
      result = this.value(chosen ? then : otherwise);
      values = [chosen, result];
    } else if (name === 'ifempty' && condition && then) {
      const value = this.value(condition);
      // undefined, null and '' are empty; an empty array is not.
      result = isMissing(value) || value === '' ? this.value(then) : value;
      values = [value, result];
    } else {
      values = node.args.map((arg) => this.value(arg));
      result = this.resultOf(node, builtIn, values);
    }
    this.environment.onCall?.({ name, args: values, result });
    return result;
  }

  private resultOf(node: Node & { kind: 'call' }, builtIn: BuiltIn, values: Value[]): Value {
    try {
      return builtIn.result?.(new Args(values), this.environment);
    } catch (error) {
      if (!(error instanceof ArgumentProblem)) throw error;
      const { index, message } = error;
      const arg = index === undefined ? undefined : node.args[index];
      if (!arg) this.fail(`${node.name} ${message}`, node);
      this.fail(`argument ${(index ?? 0) + 1} of ${node.name} ${message}`, arg);
    }
  }

  private isTrue(node: Node): boolean {
    const value = this.value(node);
    // Strict: an empty array counts as true, which nobody means who asks for it.
    if (isArray(value)) this.fail('an array as a condition is always true; compare its length', node);
    return Boolean(value);
  }

  private combined(node: Node & { kind: 'binary' }): Value {
    const { operator, left, right } = node;
    switch (operator) {
      // Strict: only `if` and `ifempty` are said to be lazy, so both sides are evaluated; and whether the result is
      // one of the operands or a boolean is not said, so it is a boolean.
      case '|':
      case '||': {
        const [one, other] = [this.isTrue(left), this.isTrue(right)];
        return one || other;
      }
      case '&':
      case '&&': {
        const [one, other] = [this.isTrue(left), this.isTrue(right)];
        return one && other;
      }
      case '=':
      case '==':
      case '===':
        return this.equal(node);
      case '!=':
      case '!==':
        return !this.equal(node);
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.ordered(node, operator);
      case '+':
        return this.sum(node);
      case '++':
        return this.coerced(left, operator) + this.coerced(right, operator);
      case '-':
        return this.coerced(left, operator) - this.coerced(right, operator);
      case '*':
        return multiply(this.number(left, operator), this.number(right, operator));
      case '/':
      case '%': {
        const [one, other] = [this.number(left, operator), this.number(right, operator)];
        if (other === 0) this.fail(`${operator} divides by zero`, node);
        return operator === '/' ? divide(one, other) : remainder(one, other);
      }
    }
  }

  // Strict: the official page calls every equality strict, notes from the source call every one loose.
  private equal(node: Node & { kind: 'binary' }): boolean {
    const [left, right] = [this.value(node.left), this.value(node.right)];
    return this.at(node, `${node.operator} `, () => sameValue(left, right));
  }

  // Strict: texts are compared by JavaScript's rules or as numbers; nobody says which.
  private ordered(node: Node & { kind: 'binary' }, operator: '<' | '<=' | '>' | '>='): boolean {
    const [left, right] = [this.value(node.left), this.value(node.right)];
    const alike =
      (typeof left === 'number' && typeof right === 'number') ||
      (left instanceof Date && right instanceof Date);
    if (!alike) {
      this.fail(
        `${operator} compares two numbers or two dates, not ${kindOf(left)} with ${kindOf(right)}`,
        node,
      );
    }
    const [one, other] = [left.valueOf(), Number(right)];
    if (operator === '<') return Number(one) < other;
    if (operator === '<=') return Number(one) <= other;
    if (operator === '>') return Number(one) > other;
    return Number(one) >= other;
  }

  /** Two numbers are added, a text makes it a text, and null + x is x. */
  private sum(node: Node & { kind: 'binary' }): Value {
    const [left, right] = [this.value(node.left), this.value(node.right)];
    if (typeof left === 'number' && typeof right === 'number') return left + right;
    // Strict: the rule is written for null on the left, and not for undefined.
    if (left === null) return right;
    if (typeof left === 'string' || typeof right === 'string') {
      return this.at(node, '+ ', () => textOf(left) + textOf(right));
    }
    this.fail(`+ takes texts and numbers, not ${kindOf(left)} and ${kindOf(right)}`, node);
  }

  /** `-` and `++` make numbers of texts. */
  private coerced(node: Node, operator: string): number {
    const value = this.value(node);
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
    this.fail(`${operator} takes numbers and texts of digits, not ${kindOf(value)}`, node);
  }

  // Strict: that `*`, `/` and `%` take texts as well is not written.
  private number(node: Node, operator: string): number {
    const value = this.value(node);
    if (typeof value === 'number') return value;
    this.fail(`${operator} takes numbers, not ${kindOf(value)}`, node);
  }
}

/**
 * The value of `template`: of its one expression where it consists of nothing else, and a text otherwise.
 * @throws ImlError
 */
export function evaluate(template: string, context: Context, environment: Environment): Value {
  return new Evaluation(template, context, environment).result(new Parser(template).parse());
}

/** Whether a condition counts as true. @throws ImlError where nobody can have meant it as one */
export function holds(template: string | boolean, context: Context, environment: Environment): boolean {
  if (typeof template === 'boolean') return template;
  const value = evaluate(template, context, environment);
  if (isArray(value)) throw new ImlError('an array as a condition is always true', template, 1);
  return Boolean(value);
}

/**
 * `source` with every text in it evaluated. The entry "{{...}}" of a collection is replaced by the entries of its value;
 * later entries win over earlier ones.
 */
export function render(source: Value, context: Context, environment: Environment): Value {
  if (typeof source === 'string') return evaluate(source, context, environment);
  if (isArray(source)) return source.map((each) => render(each, context, environment));
  if (!isCollection(source)) return source;
  const rendered: Record<string, Value> = {};
  for (const [name, inner] of Object.entries(source)) {
    const value = render(inner, context, environment);
    if (name === SPREAD) Object.assign(rendered, spread(value, inner));
    else if (name.includes('{{')) throw new ImlError('a name is no template; only {{...}} is', name, 1);
    else rendered[name] = value;
  }
  return rendered;
}

// Strict: what becomes of a spread that has no collection is not written.
function spread(value: Value, written: Value): Collection {
  if (isCollection(value)) return value;
  throw new ImlError(`{{...}} spreads a collection, not ${kindOf(value)}`, String(written), 1);
}

/** What a template uses, found without evaluating it. */
export interface Uses {
  functions: string[];
  /** Paths as written: "body.items[1].id". */
  paths: string[];
  /** How often `now` and `timestamp` stand in it. */
  now: number;
}

/** Parses `template` and checks the names of functions and the number of their arguments. @throws ImlError */
export function check(template: string): Uses {
  const uses: Uses = { functions: [], paths: [], now: 0 };
  const visit = (node: Node): void => {
    if (node.kind === 'call') {
      uses.functions.push(node.name);
      node.args.forEach(visit);
    } else if (node.kind === 'path') {
      uses.paths.push(node.written);
    } else if (node.kind === 'variable') {
      if (node.name === 'now' || node.name === 'timestamp') uses.now += 1;
    } else if (node.kind === 'not') {
      visit(node.of);
    } else if (node.kind === 'binary') {
      visit(node.left);
      visit(node.right);
    }
  };
  for (const part of new Parser(template).parse()) if (typeof part !== 'string') visit(part);
  return uses;
}
