/** A page of the list of open disputes. */

import { OPEN } from '../aliexpress/dispute-terms.ts';
import { disputeList } from '../aliexpress/methods/dispute-list.ts';
import { readRows } from '../aliexpress/read-record.ts';
import { dispute } from '../aliexpress/records/dispute.ts';
import type { DisputeRow, Disputes } from './dispute-details.ts';
import { type ListedDispute, withListedOrders } from './dispute-schedule.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import type { ListedPage } from './engine/paging.ts';
import { RETENTION_MS } from './engine/snapshot.ts';
import { skippedSpan } from './undated-disputes.ts';

/**
 * Reads the page that is next, and keeps its disputes.
 * @throws Problem
 */
export async function readPage(
  { log }: FeedServices,
  visit: Visit<Disputes>,
): Promise<{ rows: DisputeRow[]; page: ListedPage }> {
  const { reading, knownOrders } = visit.state;
  const { answer, answeredAt } = await visit.call(disputeList, { page: reading.page, status: OPEN });
  const context = { log, method: disputeList.name, mustRead: ['opened_at'] as const };
  const { rows: read, ids, problem } = readRows(dispute, answer.items, answeredAt, context);
  const rows = read.map(({ raw, values }) => ({ raw, values: withKnownDate(values, visit) }));
  const skipped = rows.some(({ values }) => isNewWithoutTime(values, visit))
    ? skippedSpan(visit.state.wholeList, visit.now)
    : undefined;
  if (skipped) visit.report({ ...skipped, isIncompleteList: true });
  for (const { values } of rows) keepDispute(values, visit);
  const listed = rows.map(({ values }) => values);
  visit.update({ knownOrders: withListedOrders(knownOrders, listed) });
  if (problem) throw problem;
  return { rows, page: { ids, total: answer.total } };
}

/** A dispute that was dated before keeps its date: its last change would make it look new. */
const withKnownDate = (values: ListedDispute, { known }: Visit<Disputes>): ListedDispute => ({
  ...values,
  opened_at: values.opened_at ?? known.get(values.dispute_id)?.values.opened_at ?? null,
});

const isNewWithoutTime = (
  { dispute_id, opened_at, updated_at }: ListedDispute,
  { known }: Visit<Disputes>,
): boolean => opened_at === null && updated_at === null && !known.has(dispute_id);

function keepDispute(values: ListedDispute, visit: Visit<Disputes>): void {
  const openedAt = Date.parse(values.opened_at ?? '');
  // An older dispute was known before, and forgotten.
  visit.keep(values.dispute_id, values, visit.now - openedAt < RETENTION_MS ? openedAt : undefined);
}
