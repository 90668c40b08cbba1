/** Records as searches and requests return them. */

import { fill } from './evaluate.ts';
import { withLocalTimes } from './local-times.ts';
import type { RecordDeclaration } from './record.ts';

/** The fields of a record with their local times, and two keys that every result has. */
export type SearchResult = { id: string; link: string } & Record<string, unknown>;

export const toResult = (record: RecordDeclaration, values: Record<string, unknown>): SearchResult => ({
  id: String(values[record.id]),
  link: fill(record.link, values),
  ...withLocalTimes(record.fields, values),
});
