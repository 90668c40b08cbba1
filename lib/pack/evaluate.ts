/** Evaluates conditions and fills templates. */

import { HOUR } from '../runtime.ts';
import { type Condition, MISSING, type Operand, PLACEHOLDER } from './expression.ts';

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

export function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(PLACEHOLDER, (_, name: string, asTime?: string) => {
    const value = values[name];
    if (!isPresent(value)) return MISSING;
    return asTime ? beijingTime(String(value)) : String(value);
  });
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

const BEIJING_AHEAD_MS = 8 * HOUR;

/** Beijing has been 8 hours ahead of UTC without daylight saving since 1991. A text that is no time stays as it is. */
function beijingTime(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at)
    ? iso
    : new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 16).replace('T', ' ');
}
