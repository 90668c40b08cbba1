/** All records of a search as one result, for platforms that pass on only the first result of a search. */

import type { ListMethod } from '../aliexpress/method.ts';
import type { OutputDeclaration, SearchDeclaration, SeveralResults } from '../pack/operation.ts';
import type { SearchResult } from '../pack/result.ts';
import type { SearchResults } from './run-search.ts';

/** The keys of such a result next to its list. */
export const listResultFields = ({ countLabel }: SeveralResults): Record<string, OutputDeclaration> => ({
  count: { label: countLabel, type: 'integer' },
  is_complete: { label: { en: 'All Found', zh: '是否完整' }, type: 'boolean' },
  calls_used: { label: { en: 'Calls Used', zh: '已用次数' }, type: 'integer' },
});

/** What one request has found, in the words of the output. */
export const countsOf = ({ items, isComplete, callsUsed }: SearchResults) => ({
  count: items.length,
  is_complete: isComplete,
  calls_used: callsUsed,
});

/**
 * The one result of a search: a record, or a list with all of them. A search for one record that found none has no
 * result; a list may be empty.
 */
export function oneResult(
  { several }: SearchDeclaration<ListMethod>,
  results: SearchResults,
): [] | [SearchResult | Record<string, unknown>] {
  if (several) return [{ ...countsOf(results), [several.key]: results.items }];
  const [first] = results.items;
  return first ? [first] : [];
}
