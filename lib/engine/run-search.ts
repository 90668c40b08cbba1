/** Runs one declared search for one shop. */

import type { ListMethod } from '../aliexpress/method.ts';
import { readRecords } from '../aliexpress/read-record.ts';
import { sourceEngines } from '../feeds/engines.ts';
import { fill, resolve } from '../pack/evaluate.ts';
import { type GivenInputs, type InputValues, onlyInputs, readInputs } from '../pack/input.ts';
import type { MethodSearch, SearchDeclaration, SourceSearch } from '../pack/operation.ts';
import type { RecordDeclaration } from '../pack/record.ts';
import type { Shop } from './shop.ts';

/** A record as a search returns it: its fields, and two keys that every result has. */
export type SearchResult = { id: string; link: string } & Record<string, unknown>;

/**
 * The records that a search finds, in the order of the answer.
 * @param given the search's inputs as the user filled them in
 * @throws Problem `bad_input`, or what the gateway throws
 */
export async function runSearch(
  search: SearchDeclaration<ListMethod>,
  shop: Shop,
  given: GivenInputs,
): Promise<SearchResult[]> {
  const inputs = readInputs(search.inputs, given);
  const found =
    'source' in search ? await readSource(search, shop, inputs) : await callMethod(search, shop, inputs);
  return found.map((values) => toResult(recordOf(search), values));
}

/** The record that a search returns. */
export const recordOf = (search: SearchDeclaration<ListMethod>): RecordDeclaration =>
  'source' in search ? search.source.record : search.record;

export const toResult = (record: RecordDeclaration, values: Record<string, unknown>): SearchResult => ({
  id: String(values[record.id]),
  link: fill(record.link, values),
  ...values,
});

function readSource({ source }: SourceSearch, shop: Shop, inputs: InputValues) {
  const read = sourceEngines[source.key];
  if (!read) throw new Error(`no engine for source ${source.key}`);
  return read(shop, onlyInputs(inputs, source.readsInputs));
}

async function callMethod(
  { method, request, record }: MethodSearch<ListMethod>,
  { gateway, log, clock }: Shop,
  inputs: InputValues,
): Promise<Record<string, unknown>[]> {
  const scope = { fields: {}, inputs, now: clock.now() };
  const params = Object.fromEntries(
    Object.entries(request).map(([key, operand]) => [key, resolve(operand, scope)]),
  );
  const { answer, answeredAt } = await gateway.call(method, params, { lane: 'interactive', retries: 1 });
  return readRecords(record, answer.items, answeredAt, log);
}
