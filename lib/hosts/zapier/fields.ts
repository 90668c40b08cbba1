/** Declared inputs and records → Zapier's input and output fields. */

import type { MessageLanguage } from '../../language.ts';
import { eventFieldsOf } from '../../pack/event-fields.ts';
import type { Input, Inputs } from '../../pack/input.ts';
import type { ListDeclaration } from '../../pack/list.ts';
import { withLocalFields } from '../../pack/local-times.ts';
import type { OutputDeclaration, TriggerDeclaration } from '../../pack/operation.ts';
import type { Field, Fields } from '../../pack/record.ts';
import { type ValueType, valueType } from '../../pack/value-types.ts';
import type { Bilingual } from '../../problems.ts';
import { helpIn } from './language.ts';

type FieldType = 'string' | 'text' | 'integer' | 'number' | 'boolean' | 'datetime' | 'password';

export interface ZapierField {
  key: string;
  label?: string;
  type?: FieldType;
  helpText?: string;
  required?: boolean;
  list?: boolean;
  default?: string;
  choices?: Record<string, string>;
  /** The hidden trigger that fills the dropdown: "list_orders.id.name". */
  dynamic?: string;
  /** The search that finds the value, and the key of its result: "find_order.order_id". */
  search?: string;
  children?: ZapierField[];
}

const inputTypes: Record<Input['type'], FieldType> = {
  text: 'string',
  secret: 'password',
  integer: 'integer',
  decimal: 'number',
  choice: 'string',
  choices: 'string',
  texts: 'string',
};

/** @param step the key of an action or a search; a trigger has none, because nothing can be searched before it */
export const toInputFields = (inputs: Inputs, language: MessageLanguage, step?: string): ZapierField[] =>
  Object.entries(inputs).map(([key, input]) => ({
    key,
    label: input.label.en,
    type: input.type === 'text' && input.multiline ? 'text' : inputTypes[input.type],
    required: input.required ?? false,
    ...helpTextOf(helpIn(withPages(input), language)),
    ...((input.type === 'texts' || input.type === 'choices') && { list: true }),
    ...((input.type === 'choice' || input.type === 'choices') && { choices: englishOf(input.choices) }),
    ...('options' in input && input.options && { choices: englishOf(input.options) }),
    ...('dropdown' in input && input.dropdown && { dynamic: `${input.dropdown.key}.id.name` }),
    ...(input.type === 'text' && searchOf(input.dropdown, step)),
    ...('default' in input && input.default !== undefined && { default: String(input.default) }),
  }));

const MORE: Bilingual = {
  en: 'Filling the list at first, or loading more into it, uses 1 call.',
  zh: '首次加载列表或加载更多，均消耗 1 次调用。',
};

const FIRST: Bilingual = { en: 'Filling the list at first uses 1 call.', zh: '首次加载列表消耗 1 次调用。' };

/** In Zapier's forms a list is filled, or has further pages. */
function withPages(input: Input): Input {
  const { help } = input;
  const { canLoadMore, canFill } = ('dropdown' in input && input.dropdown) || {};
  if (!canLoadMore && !canFill) return input;
  const cost = canLoadMore ? MORE : FIRST;
  return { ...input, help: help ? { en: `${help.en} ${cost.en}`, zh: help.zh + cost.zh } : cost };
}

/** The search that a step may have before it for one value; an operation is not searched by itself. */
const searchOf = ({ search }: Partial<ListDeclaration> = {}, step?: string) =>
  search && step && !search.startsWith(`${step}.`) && { search };

const helpTextOf = (helpText: string | undefined) => helpText !== undefined && { helpText };

/** Labels are English only. */
const englishOf = (words: Readonly<Record<string, Bilingual>>): Record<string, string> =>
  Object.fromEntries(Object.entries(words).map(([value, { en }]) => [value, en]));

const outputTypes: Record<ValueType, Pick<ZapierField, 'type' | 'list'>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  time: { type: 'datetime' },
  url: { type: 'string' },
  texts: { type: 'string', list: true },
};

/** What a record contains. */
export const toOutputFields = (fields: Fields): ZapierField[] =>
  Object.entries(withLocalFields(fields)).map(([key, field]) => ({
    key,
    label: field.label.en,
    ...fieldTypeOf(field),
  }));

export const toFields = (outputs: Readonly<Record<string, OutputDeclaration>>): ZapierField[] =>
  Object.entries(outputs).map(([key, { label, children, ...output }]) => ({
    key,
    label: label.en,
    ...(children ? { children: toFields(children) } : output),
  }));

function fieldTypeOf(field: Field): Partial<ZapierField> {
  return field.as === 'items' ? { children: toOutputFields(field.items) } : outputTypes[valueType(field)];
}

export const eventOutputFields = (trigger: TriggerDeclaration): ZapierField[] =>
  toFields(eventFieldsOf(trigger));
