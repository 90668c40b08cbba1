/** Declared inputs and outputs → Make's parameters and interfaces. */

import { EVENT_FIELDS } from '../../pack/event.ts';
import type { Input, Inputs } from '../../pack/input.ts';
import type { OutputDeclaration } from '../../pack/operation.ts';
import type { Field, Fields, ListConversion, ScalarConversion } from '../../pack/record.ts';
import type { Json } from './json.ts';

type Parameter = Record<string, Json>;

const options = (choices: Record<string, string>): Json =>
  Object.entries(choices).map(([value, label]) => ({ value, label }));

function typeOf(input: Input): Parameter {
  switch (input.type) {
    case 'text':
      return {
        type: 'text',
        ...(input.multiline && { multiline: true }),
        ...(input.pattern && { validate: { pattern: `^(?:${input.pattern.source})$` } }),
      };
    case 'secret':
      return { type: 'password' };
    case 'integer':
      return {
        type: 'integer',
        ...((input.min !== undefined || input.max !== undefined) && {
          validate: {
            ...(input.min !== undefined && { min: input.min }),
            ...(input.max !== undefined && { max: input.max }),
          },
        }),
      };
    case 'decimal':
      return { type: 'number', validate: { min: 0 } };
    case 'choice':
      return { type: 'select', options: options(input.choices) };
    case 'choices':
      return { type: 'select', multiple: true, options: options(input.choices) };
    case 'texts':
      return {
        type: 'array',
        spec: {
          type: 'text',
          name: 'value',
          label: input.label,
          ...(input.pattern && { validate: { pattern: `^(?:${input.pattern.source})$` } }),
        },
        ...(input.most !== undefined && { validate: { maxItems: input.most } }),
      };
  }
}

export const toParameters = (inputs: Inputs): Parameter[] =>
  Object.entries(inputs).map(([name, input]) => ({
    name,
    label: input.label,
    ...(input.help !== undefined && { help: input.help }),
    ...typeOf(input),
    required: input.required ?? false,
    ...('default' in input && input.default !== undefined && { default: input.default }),
  }));

/** How many bundles a run hands out. */
export const limitParameter = (required: boolean, most: number): Parameter => ({
  name: 'limit',
  label: 'Limit',
  help: 'The largest number of results that one run hands out.',
  type: 'uinteger',
  required,
  default: 10,
  validate: { min: 1, max: most },
});

const scalarTypes: Record<ScalarConversion, string> = {
  id: 'text',
  text: 'text',
  lookup: 'text',
  integer: 'number',
  boolean: 'boolean',
  pacific_time: 'date',
  epoch_time: 'date',
  ms_left: 'date',
  hours_ago: 'number',
  first_url: 'url',
  amount: 'text',
  currency: 'text',
};

const texts: Parameter = { type: 'array', spec: { type: 'text' } };

const listTypes: Record<ListConversion, Parameter> = {
  id_list: texts,
  text_list: texts,
  joined_text: { type: 'text' },
  integer_sum: { type: 'number' },
  integer_total: { type: 'number' },
  any_of: { type: 'boolean' },
};

const shapeOf = (field: Field): Parameter => {
  if (field.as === 'items') return { type: 'array', spec: toInterface(field.items) };
  return 'of' in field ? listTypes[field.as] : { type: scalarTypes[field.as] };
};

const toInterface = (fields: Fields): Parameter[] =>
  Object.entries(fields).map(([name, field]) => ({ name, label: field.label, ...shapeOf(field) }));

const outputTypes: Record<OutputDeclaration['type'], string> = {
  string: 'text',
  integer: 'number',
  boolean: 'boolean',
  datetime: 'date',
};

export const outputInterface = (outputs: Record<string, OutputDeclaration>): Parameter[] =>
  Object.entries(outputs).map(([name, { label, type, list }]) => ({
    name,
    label,
    ...(list ? { type: 'array', spec: { type: outputTypes[type] } } : { type: outputTypes[type] }),
  }));

export const eventInterface = (fields: Fields, hasDueDate: boolean): Parameter[] => [
  ...Object.entries(EVENT_FIELDS)
    .filter(([name]) => name !== 'due_at' || hasDueDate)
    .map(([name, { label, type }]) => ({ name, label, type: outputTypes[type] })),
  ...toInterface(fields),
];

export const recordInterface = (fields: Fields): Parameter[] => [
  { name: 'id', label: 'ID', type: 'text' },
  { name: 'link', label: 'Link', type: 'url' },
  ...toInterface(fields),
];
