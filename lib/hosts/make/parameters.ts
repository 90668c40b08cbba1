/** Declared inputs and records → Make's parameters: the fields of a form, and what a module returns. */

import { eventFieldsOf } from '../../pack/event-fields.ts';
import type { Input, Inputs } from '../../pack/input.ts';
import { withLocalFields } from '../../pack/local-times.ts';
import type { OutputDeclaration, TriggerDeclaration } from '../../pack/operation.ts';
import type { Fields } from '../../pack/record.ts';
import { type ValueType, valueType } from '../../pack/value-types.ts';
import type { Bilingual } from '../../problems.ts';
import { type Json, makeName } from './component.ts';

/** Make shows English only. */
const optionsOf = (words: Readonly<Record<string, Bilingual>>, as: (value: string) => Json = String): Json =>
  Object.entries(words).map(([value, { en }]) => ({ label: en, value: as(value) }));

/** The fields of a form, one per input. */
export const toParameters = (inputs: Inputs): Json[] =>
  Object.entries(inputs).map(([name, input]) => ({
    name,
    label: input.label.en,
    ...(input.help && { help: input.help.en }),
    ...(input.required && { required: true }),
    ...('default' in input && input.default !== undefined && { default: input.default }),
    ...shapeOf(input),
  }));

/** Inputs by name, as the hub takes them. What is not filled in is left out. */
export const mappedInputs = (inputs: object): Json =>
  Object.fromEntries(Object.keys(inputs).map((name) => [name, `{{parameters.${name}}}`]));

export const LIMIT = {
  name: 'limit',
  type: 'uinteger',
  label: 'Limit',
  default: 10,
  validate: { min: 1 },
  help: 'The maximum number of results to be worked with during one execution cycle.',
};

function shapeOf(input: Input): { [key: string]: Json } {
  switch (input.type) {
    case 'secret':
      return { type: 'password' };
    case 'integer':
      return { ...offered(input.options, Number, 'uinteger'), ...rangeOf(input) };
    case 'decimal':
      return { type: 'text' };
    case 'choice':
      return { type: 'select', options: optionsOf(input.choices) };
    case 'choices':
      return { type: 'select', multiple: true, options: optionsOf(input.choices) };
    case 'texts':
      return input.dropdown
        ? { type: 'select', multiple: true, mode: 'edit', options: rpcOf(input.dropdown.key) }
        : { type: 'array', spec: { type: 'text', name: 'value', label: input.label.en } };
    case 'text':
      if (input.dropdown) return { type: 'select', mode: 'edit', options: rpcOf(input.dropdown.key) };
      return input.multiline ? { type: 'text', multiline: true } : offered(input.options, String, 'text');
  }
}

const rangeOf = ({ min, max }: { min?: number; max?: number }): { [key: string]: Json } =>
  min === undefined && max === undefined ? {} : { validate: { min, max } };

/** Values that are offered, next to which others may be typed. */
const offered = (
  options: Readonly<Record<string, Bilingual>> | undefined,
  as: (value: string) => Json,
  type: string,
): { [key: string]: Json } =>
  options ? { type: 'select', editable: true, options: optionsOf(options, as) } : { type };

/** The remote procedure that fills the dropdown of a list. */
const rpcOf = (list: string): string => `rpc://${makeName(list)}`;

const TEXTS: { [key: string]: Json } = {
  type: 'array',
  spec: { type: 'text', name: 'value', label: 'Value' },
};
const fieldTypes: Record<ValueType, { [key: string]: Json }> = {
  text: { type: 'text' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  time: { type: 'date' },
  url: { type: 'url' },
  texts: TEXTS,
};

/** What a record contains. */
export const toInterface = (fields: Fields): Json[] =>
  Object.entries(withLocalFields(fields)).map(([name, field]) => ({
    name,
    label: field.label.en,
    ...(field.as === 'items'
      ? { type: 'array', spec: toInterface(field.items) }
      : fieldTypes[valueType(field)]),
  }));

const TYPES = { string: 'text', integer: 'integer', number: 'number', boolean: 'boolean', datetime: 'date' };

export const outputInterface = (outputs: Readonly<Record<string, OutputDeclaration>>): Json[] =>
  Object.entries(outputs).map(([name, { label, type, list, children }]) => ({
    name,
    label: label.en,
    ...(children ? { type: 'array', spec: outputInterface(children) } : list ? TEXTS : { type: TYPES[type] }),
  }));

/** The keys that every event has; those of alerts and deadlines only where the trigger is about them. */
export const eventInterface = (trigger: TriggerDeclaration): Json[] =>
  outputInterface(eventFieldsOf(trigger));
