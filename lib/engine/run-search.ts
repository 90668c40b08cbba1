/** Runs one declared search for one shop. */

import type { ListMethod } from '../aliexpress/method.ts';
import { readFound } from '../aliexpress/read-record.ts';
import { sourceEngines } from '../feeds/engines.ts';
import type { FoundRecords } from '../feeds/lookups.ts';
import { resolve } from '../pack/evaluate.ts';
import { type GivenInputs, type InputValues, onlyInputs, readInputs } from '../pack/input.ts';
import type { MethodSearch, SearchDeclaration, SourceSearch } from '../pack/operation.ts';
import type { RecordDeclaration } from '../pack/record.ts';
import { type SearchResult, toResult } from '../pack/result.ts';
import type { Shop } from './shop.ts';

export interface SearchResults {
  /** In the order of the answer. */
  items: SearchResult[];
  /** False where there are more that were not fetched. */
  isComplete: boolean;
  /** Calls that were paid, repeated ones included. */
  callsUsed: number;
}

/**
 * What a search finds.
 * @param given the search's inputs as the user filled them in
 * @throws Problem `bad_input`, or what the gateway throws
 */
export async function runSearch(
  search: SearchDeclaration<ListMethod>,
  shop: Shop,
  given: GivenInputs,
): Promise<SearchResults> {
  const inputs = readInputs(search.inputs, given);
  const counted = countingCalls(shop);
  const { records, isComplete } =
    'source' in search
      ? await readSource(search, counted.shop, inputs)
      : await callMethod(search, counted.shop, inputs);
  return {
    items: records.map((values) => toResult(recordOf(search), values)),
    isComplete,
    callsUsed: counted.calls(),
  };
}

/** The record that a search returns. */
export const recordOf = (search: SearchDeclaration<ListMethod>): RecordDeclaration =>
  'source' in search ? search.source.record : search.record;

/** The same shop, and how many calls were paid since. */
function countingCalls(shop: Shop): { shop: Shop; calls(): number } {
  let calls = 0;
  const call: Shop['gateway']['call'] = (method, request, options) =>
    shop.gateway.call(method, request, {
      ...options,
      onPaid: () => {
        calls += 1;
        options.onPaid?.();
      },
    });
  return { shop: { ...shop, gateway: { ...shop.gateway, call } }, calls: () => calls };
}

function readSource({ source }: SourceSearch, shop: Shop, inputs: InputValues) {
  const read = sourceEngines[source.key];
  if (!read) throw new Error(`no engine for source ${source.key}`);
  return read(shop, onlyInputs(inputs, source.readsInputs));
}

async function callMethod(
  { method, request, record }: MethodSearch<ListMethod>,
  { gateway, log, clock }: Shop,
  inputs: InputValues,
): Promise<FoundRecords<Record<string, unknown>[]>> {
  const scope = { fields: {}, inputs, now: clock.now() };
  const params = Object.fromEntries(
    Object.entries(request).map(([key, operand]) => [key, resolve(operand, scope)]),
  );
  const { answer, answeredAt } = await gateway.call(method, params, { lane: 'interactive', retries: 1 });
  return {
    records: readFound(record, answer.items, answeredAt, { log, method: method.name }),
    isComplete: !(Number((answer as { total?: unknown }).total) > answer.items.length),
  };
}
