/** Searches that ask one method once. */

import type { Method } from '../../../aliexpress/method.ts';
import { recordedItem } from '../../../aliexpress/recorded/index.ts';
import { fill } from '../../../pack/evaluate.ts';
import type { MethodSearch } from '../../../pack/operation.ts';
import type { RecordDeclaration } from '../../../pack/record.ts';
import { shapeFor } from '../answer.ts';
import { ask, json } from '../asking.ts';
import { inputValue } from '../conditions.ts';
import { all, call, type Iml, joined, mustache, quoted } from '../iml.ts';
import { inputCheck } from '../input-check.ts';
import type { Json } from '../json.ts';
import type { MakeModule } from '../module.ts';
import { itemSource } from '../orders-query.ts';
import { recordOutput, termsOf } from '../outputs.ts';
import { limitParameter, recordInterface, toParameters } from '../parameters.ts';

const MOST_BUNDLES = 500;

/** The last request of a search: none at all, but what is handed out. */
export const handOut = (items: Iml, condition: Iml, output: Record<string, Json>): Record<string, Json> => ({
  response: {
    valid: true,
    limit: mustache(`ifempty(parameters.limit, 10)`),
    iterate: { container: mustache(items), condition: mustache(condition) },
    output,
  },
});

const searchSample = (record: RecordDeclaration): Json => {
  const values = recordedItem(record) as Record<string, unknown>;
  return JSON.parse(
    JSON.stringify({ id: String(values[record.id]), link: fill(record.link, values), ...values }),
  );
};

/** What is common to all searches. */
export const searchModule = (
  search: { key: string; label: string; description: string; inputs: MethodSearch['inputs'] },
  record: RecordDeclaration,
  communication: Json[],
): MakeModule => ({
  key: search.key,
  type: 'search',
  label: search.label,
  description: search.description,
  communication: [...inputCheck(search.inputs), ...communication],
  staticParams: [],
  mappableParams: [...toParameters(search.inputs), limitParameter(false, MOST_BUNDLES)],
  interface: recordInterface(record.fields),
  samples: searchSample(record),
});

export const required = (record: RecordDeclaration, readings: Record<string, { text: Iml }>): Iml =>
  all(
    Object.entries(record.fields).flatMap(([key, field]) =>
      'required' in field && field.required ? [`${readings[key]?.text} != ''`] : [],
    ),
  );

/** One of these keys an answer has, or is another answer. */
const MARKS: Record<string, readonly string[]> = {
  order_detail: ['target', 'time_stamp'],
  product_detail: ['product_id', 'request_id'],
  dispute: ['total_item'],
};

export function methodSearch(search: MethodSearch<Method>): MakeModule {
  const { method, request, record, inputs } = search;
  const parts = Object.entries(request).map(([key, operand], index) => {
    const comma = index === 0 ? '' : ',';
    if (operand.kind === 'literal') return quoted(`${comma}"${key}":${JSON.stringify(operand.value)}`);
    const input = inputs[operand.key];
    if (!input) throw new Error(`there is no input ${operand.key}`);
    const value = inputValue(operand.key, input);
    // Numbers of things are numbers on the wire; what was typed was checked to be digits.
    return input.type === 'choice'
      ? joined(quoted(`${comma}"${key}":"`), value, quoted('"'))
      : joined(quoted(`${comma}"${key}":`), call('trim', value));
  });
  const flat = () =>
    Object.fromEntries(
      Object.entries(request).map(([key, operand]) => {
        const input = operand.kind === 'input' ? inputs[operand.key] : undefined;
        if (operand.kind !== 'input' || !input)
          throw new Error(`${key} of ${search.key} comes from no input`);
        return [key, call('trim', inputValue(operand.key, input))];
      }),
    );
  const shape = shapeFor(method.name, record.fields);
  const path = `temp.answer.${method.items}`;
  const isMany = method.items?.endsWith('list') ?? false;
  const terms = termsOf(record.fields, itemSource, inputs);
  return searchModule(search, record, [
    ...ask(
      {
        method,
        params: method.requestKey ? { [method.requestKey]: json(...parts) } : flat(),
        shape: isMany
          ? { ...shape, lists: [...shape.lists, String(method.items?.split('.').at(-1))] }
          : shape,
        marks: MARKS[record.key] ?? [],
      },
      { lane: 'ask' },
    ),
    handOut(
      isMany ? call('ifempty', path, 'emptyarray') : call('add', 'emptyarray', call('ifempty', path, "''")),
      required(record, terms.readings),
      recordOutput(record, terms),
    ),
  ]);
}
