/** The types of values, from which each platform derives its own. */

import type { Field, ItemsField, ListConversion, ScalarConversion } from './record.ts';

export type ValueType = 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'url' | 'texts';

const SCALARS: Record<ScalarConversion, ValueType> = {
  id: 'text',
  text: 'text',
  message: 'text',
  lookup: 'text',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  pacific_time: 'time',
  epoch_time: 'time',
  ms_left: 'time',
  hours_ago: 'number',
  url: 'url',
  first_url: 'url',
  amount: 'number',
  currency: 'text',
};

const LISTS: Record<ListConversion, ValueType> = {
  id_list: 'texts',
  text_list: 'texts',
  joined_text: 'text',
  short_text: 'text',
  integer_sum: 'integer',
  integer_total: 'integer',
  any_of: 'boolean',
};

export const valueType = (field: Exclude<Field, ItemsField>): ValueType =>
  'of' in field ? LISTS[field.as] : SCALARS[field.as];
