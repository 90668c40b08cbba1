/** The IML interpreter of conditions and templates. What is missing compares as false with every operator. */

import { type Condition, MISSING, type Operand, PLACEHOLDER } from '../../pack/expression.ts';
import type { Input, Inputs } from '../../pack/input.ts';
import type { Fields } from '../../pack/record.ts';
import type { Reading } from './fields.ts';
import { all, any, asText, call, type Iml, isOneOf, mustache, not, quoted, toNumber, when } from './iml.ts';
import { beijingTime, msNumber } from './times.ts';

export interface Terms {
  readings: Readonly<Record<string, Reading>>;
  fields: Fields;
  inputs: Inputs;
}

/** An input's value, with its default; a text, or a list. */
export function inputValue(key: string, input: Input): Iml {
  const raw = `parameters.${key}`;
  if (isList(input)) return call('ifempty', raw, 'emptyarray');
  const fallback = 'default' in input && input.default !== undefined ? String(input.default) : '';
  return call('toString', call('ifempty', raw, quoted(fallback)));
}

/** The values of declared inputs, by their keys. */
export const inputValues =
  (inputs: Inputs) =>
  (key: string): Iml => {
    const input = inputs[key];
    if (!input) throw new Error(`there is no input ${key}`);
    return inputValue(key, input);
  };

const isList = (input: Input): boolean => input.type === 'texts' || input.type === 'choices';

const LISTS = ['id_list', 'text_list', 'items'];

/** One side of a comparison. */
type Side = { kind: 'text'; text: Iml; given: Iml } | { kind: 'number'; number: Iml; given: Iml } | List;
type List = { kind: 'list'; list: Iml; given: Iml; literal?: readonly string[] };

function side(operand: Operand, terms: Terms): Side {
  switch (operand.kind) {
    case 'literal': {
      const { value } = operand;
      if (typeof value !== 'object') return { kind: 'text', text: quoted(String(value)), given: 'true' };
      return { kind: 'list', list: '', given: 'true', literal: value };
    }
    case 'input': {
      const input = terms.inputs[operand.key];
      if (!input) throw new Error(`there is no input ${operand.key}`);
      const value = inputValue(operand.key, input);
      return isList(input)
        ? { kind: 'list', list: value, given: `${call('length', value)} > 0` }
        : { kind: 'text', text: value, given: `${value} != ''` };
    }
    case 'field': {
      const { reading, isList: ofMany } = fieldOf(operand.key, terms);
      return ofMany
        ? { kind: 'list', list: reading.value, given: `${call('length', reading.value)} > 0` }
        : { kind: 'text', text: reading.text, given: `${reading.text} != ''` };
    }
    default: {
      const { text, date } = fieldOf(operand.key, terms).reading;
      if (date === undefined) throw new Error(`${operand.key} is no time`);
      const [now, at] = [msNumber('now'), msNumber(date)];
      const elapsed = operand.kind === 'hours_since' ? `(${now} - ${at})` : `(${at} - ${now})`;
      return { kind: 'number', number: `${elapsed} / 3600000`, given: `${text} != ''` };
    }
  }
}

function fieldOf(key: string, { readings, fields }: Terms): { reading: Reading; isList: boolean } {
  const [reading, field] = [readings[key], fields[key]];
  if (!reading || !field) throw new Error(`there is no field ${key}`);
  return { reading, isList: LISTS.includes(field.as) };
}

const OPERATORS = { eq: '=', ne: '!=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

export function toIml(condition: Condition, terms: Terms): Iml {
  switch (condition.op) {
    case 'and':
      return all(condition.all.map((each) => toIml(each, terms)));
    case 'or':
      return any(condition.all.map((each) => toIml(each, terms)));
    case 'not':
      return not(toIml(condition.of, terms));
    case 'exists':
      return side(condition.of, terms).given;
  }
  const { op } = condition;
  const [left, right] = [side(condition.left, terms), side(condition.right, terms)];
  const given = [left.given, right.given].filter((each) => each !== 'true');
  // Only `if` looks at one of its sides alone.
  return given.length === 0 ? compare(op, left, right) : when(all(given), compare(op, left, right), 'false');
}

function compare(op: keyof typeof OPERATORS | 'one_of' | 'overlaps', left: Side, right: Side): Iml {
  if (op === 'one_of') {
    if (left.kind !== 'text' || right.kind !== 'list') throw new Error('one_of takes a text and a list');
    return right.literal ? isOneOf(left.text, right.literal) : call('contains', right.list, left.text);
  }
  if (op === 'overlaps') {
    if (left.kind !== 'list' || right.kind !== 'list') throw new Error('overlaps takes two lists');
    const size = (list: Iml) => call('length', call('deduplicate', list));
    return `${size(call('merge', left.list, right.list))} < ${size(left.list)} + ${size(right.list)}`;
  }
  if (op === 'eq' || op === 'ne') return `${textOf(left)} ${OPERATORS[op]} ${textOf(right)}`;
  return `${numberOf(left)} ${OPERATORS[op]} ${numberOf(right)}`;
}

const textOf = (each: Side): Iml => {
  if (each.kind === 'text') return each.text;
  throw new Error('only texts are compared for being the same');
};

const numberOf = (each: Side): Iml => {
  if (each.kind === 'list') throw new Error('a list is no number');
  return each.kind === 'number' ? each.number : toNumber(each.text);
};

/** A template of the pack as a text with IML in it. */
export function toText(template: string, terms: Terms): string {
  return template.replace(PLACEHOLDER, (_, name: string, asTime?: string) => {
    const reading = terms.readings[name];
    if (!reading) {
      const input = terms.inputs[name];
      if (!input) throw new Error(`there is nothing called ${name}`);
      return mustache(call('ifempty', asText(inputValue(name, input)), quoted(MISSING)));
    }
    if (asTime && reading.date !== undefined) {
      return mustache(when(`${reading.text} = ''`, quoted(MISSING), beijingTime(reading.date)));
    }
    return mustache(call('ifempty', reading.text, quoted(MISSING)));
  });
}
