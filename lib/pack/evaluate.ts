/** Evaluates conditions and fills templates. */

import { HOUR } from '../runtime.ts';
import { type Condition, MISSING, type Operand, PLACEHOLDER } from './expression.ts';
import { beijingTime, cut, money, tail, wholeHour } from './format.ts';
import type { InputValues } from './input.ts';

/** What an expression is evaluated against. `now` is in epoch milliseconds. */
export interface Scope {
  fields: Readonly<Record<string, unknown>>;
  inputs: Readonly<Record<string, unknown>>;
  now: number;
}

export function holds(condition: Condition, scope: Scope): boolean {
  switch (condition.op) {
    case 'and':
      return condition.all.every((part) => holds(part, scope));
    case 'or':
      return condition.all.some((part) => holds(part, scope));
    case 'not':
      return !holds(condition.of, scope);
    case 'exists':
      return isPresent(resolve(condition.of, scope));
    default:
      return compare(condition.op, resolve(condition.left, scope), resolve(condition.right, scope));
  }
}

/** Whether a condition may hold at one time and not at another, for the same fields and inputs. */
export function changesWithTime(condition: Condition): boolean {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.all.some(changesWithTime);
    case 'not':
      return changesWithTime(condition.of);
    case 'exists':
      return false;
    default:
      return [condition.left, condition.right].some(({ kind }) => kind.startsWith('hours_'));
  }
}

/**
 * The values that a condition compares a field with, as the inputs are filled in: what the field may be where the condition
 * holds, if it says so.
 */
export function valuesComparedWith(
  condition: Condition | undefined,
  key: string,
  inputs: InputValues,
): string[] {
  if (condition === undefined) return [];
  switch (condition.op) {
    case 'and':
    case 'or':
      return [...new Set(condition.all.flatMap((each) => valuesComparedWith(each, key, inputs)))];
    case 'eq':
    case 'one_of': {
      const { left, right } = condition;
      if (left.kind !== 'field' || left.key !== key) return [];
      const value = resolve(right, { fields: {}, inputs, now: 0 });
      return [value ?? []].flat().map(String);
    }
    default:
      return [];
  }
}

export function resolve(operand: Operand, scope: Scope): unknown {
  switch (operand.kind) {
    case 'literal':
      return operand.value;
    case 'input':
      return scope.inputs[operand.key];
    case 'field':
      return scope.fields[operand.key];
    case 'hours_since':
      return hours(scope.fields[operand.key], (at) => scope.now - at);
    case 'hours_until':
      return hours(scope.fields[operand.key], (at) => at - scope.now);
  }
}

type Values = Readonly<Record<string, unknown>>;

/** Makes the text of a value fit for where the template is shown. */
type Escaping = (text: string, name: string) => string;

const none: Escaping = (text) => text;

/** @param now epoch milliseconds; only templates with a time need it */
export function fill(template: string, values: Values, now = 0, escaping = none): string {
  return template.replace(PLACEHOLDER, (_, name: string, format?: string, argument?: string) => {
    const value = values[name];
    if (!isPresent(value)) return MISSING;
    const text = String(value);
    if (format === 'cut') return cut(escaping(text, name), Number(argument)) || MISSING;
    return (
      escaping(
        formatted(text, format, () => currencyOf(name, values), now),
        name,
      ) || MISSING
    );
  });
}

function formatted(text: string, format: string | undefined, currency: () => string, now: number): string {
  switch (format) {
    case 'time':
      return beijingTime(text, now);
    case 'hour':
      return wholeHour(text);
    case 'money':
      return money(text, currency());
    case 'tail':
      return tail(text);
    default:
      return text;
  }
}

/** Whether a template has placeholders, and a value for none of them. */
export function isEmpty(template: string, values: Values): boolean {
  const names = Array.from(template.matchAll(PLACEHOLDER), ([, name = '']) => name);
  return names.length > 0 && !names.some((name) => isPresent(values[name]));
}

/** Whether a template shows a time that is known. */
export const showsTime = (template: string, values: Values): boolean =>
  Array.from(template.matchAll(PLACEHOLDER)).some(
    ([, name = '', format]) => format === 'time' && isPresent(values[name]),
  );

/** The currency field of an amount: `unit_price` → `unit_price_currency`, `refund_amount` → `refund_currency`. */
function currencyOf(name: string, values: Values): string {
  const own = [`${name}_currency`, name.replace(/_amount$/, '_currency')].filter((key) => key !== name);
  return String([...own, 'currency'].map((key) => values[key]).find(isPresent) ?? '');
}

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

function compare(op: string, left: unknown, right: unknown): boolean {
  if (!isPresent(left) || !isPresent(right)) return false;
  switch (op) {
    case 'one_of':
      return list(right).includes(String(left));
    case 'overlaps': {
      const values = new Set(list(right));
      return list(left).some((value) => values.has(value));
    }
    case 'eq':
      return String(left) === String(right);
    case 'ne':
      return String(left) !== String(right);
  }
  const [a, b] = [Number(left), Number(right)];
  switch (op) {
    case 'lt':
      return a < b;
    case 'lte':
      return a <= b;
    case 'gt':
      return a > b;
    default:
      return a >= b;
  }
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

function hours(time: unknown, elapsed: (at: number) => number): number | undefined {
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? undefined : elapsed(at) / HOUR;
}
