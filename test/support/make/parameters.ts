/**
 * Whether what a user filled in fits the parameters a component declares. Make's own form would not let anything else
 * through, so a test that does is wrong.
 */

import type { Component } from './app.ts';
import { AppError } from './errors.ts';
import { type Collection, isArray, isCollection, isMissing, kindOf, ownValue, type Value } from './value.ts';

/** Where parameters are declared, by the kind of component. */
const DECLARED_IN = ['params', 'staticParams', 'mappableParams'];

/** Parameter type → what its value must be; of the others any text will do. */
const KINDS: Record<string, readonly string[]> = {
  any: [],
  array: ['an array'],
  boolean: ['a boolean'],
  collection: ['a collection'],
  date: ['a date'],
  integer: ['a number'],
  number: ['a number'],
  port: ['a number'],
  timestamp: ['a date'],
  uinteger: ['a number'],
  // The value of an option can be of any kind.
  select: [],
  hidden: [],
  json: [],
  buffer: ['binary data'],
};

interface Declared {
  /** By name; those that open with another's choice are among them. */
  parameters: Map<string, Collection>;
  /** Some are fetched by an RPC, so that any name may be right. */
  open: boolean;
}

/** @throws AppError naming the parameter */
export function checkParameters(component: Component, given: Collection): void {
  const declared: Declared = { parameters: new Map(), open: false };
  for (const place of DECLARED_IN) collect(component.code[place], declared);
  const where = `${component.type} ${component.name}`;
  for (const [name, value] of Object.entries(given)) {
    const parameter = declared.parameters.get(name);
    if (!parameter) {
      if (!declared.open) throw new AppError(`${where} has no parameter ${name}`);
      continue;
    }
    if (isMissing(value)) continue;
    const allowed =
      parameter.multiple === true ? ['an array'] : (KINDS[String(parameter.type)] ?? ['a text']);
    if (allowed.length > 0 && !allowed.includes(kindOf(value))) {
      throw new AppError(`${where}: the parameter ${name} is ${allowed.join(' or ')}, not ${kindOf(value)}`);
    }
  }
  for (const [name, { required }] of declared.parameters) {
    const value = ownValue(given, name);
    if (required === true && (isMissing(value) || value === '')) {
      throw new AppError(`${where}: the parameter ${name} is required`);
    }
  }
}

/** The parameters of a trigger that could be mapped; a trigger, which has nothing before it, can have none. */
export const hasMappableParameters = ({ code }: Component): boolean =>
  isArray(code.mappableParams) && code.mappableParams.length > 0;

function collect(specification: Value, into: Declared): void {
  if (typeof specification === 'string') into.open = true;
  if (!isArray(specification)) return;
  for (const each of specification) {
    if (!isCollection(each)) {
      into.open = true;
      continue;
    }
    // What opens only with another's choice is not required of everybody.
    into.parameters.set(String(each.name), each);
    collectNested(each.nested, into);
    const options = isCollection(each.options) ? each.options : { store: each.options };
    collectNested(options.nested, into);
    if (isArray(options.store)) {
      for (const option of options.store) if (isCollection(option)) collectNested(option.nested, into);
    }
  }
}

function collectNested(nested: Value, into: Declared): void {
  const inner: Declared = { parameters: new Map(), open: false };
  collect(isCollection(nested) ? nested.store : nested, inner);
  for (const [name, parameter] of inner.parameters) {
    into.parameters.set(name, { ...parameter, required: false });
  }
  into.open ||= inner.open;
}
