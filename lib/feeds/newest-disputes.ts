/** The newest disputes of a shop. See `newest-records.ts`. */

import { CLOSED_STATUSES, OPEN, WITHDRAWN } from '../aliexpress/dispute-terms.ts';
import { disputeDetail } from '../aliexpress/methods/dispute-detail.ts';
import { buyerLoginOf, disputeList } from '../aliexpress/methods/dispute-list.ts';
import { readRecords, readRows } from '../aliexpress/read-record.ts';
import { closedDispute, closedDisputeOf } from '../aliexpress/records/closed-dispute.ts';
import { dispute } from '../aliexpress/records/dispute.ts';
import { openDispute, openDisputeOf } from '../aliexpress/records/open-dispute.ts';
import { DAY } from '../runtime.ts';
import type { FeedServices } from './engine/feed.ts';
import { INTERACTIVE, type Records } from './newest.ts';

/** A dispute that was opened before then waits for the seller no longer, or will not for long. */
const NEAR_DEADLINE_AGE_MS = 3 * DAY;

async function disputePage({ gateway, log }: FeedServices, status: string) {
  const { answer, answeredAt } = await gateway.call(disputeList, { page: 1, status }, INTERACTIVE);
  const { rows } = readRows(dispute, answer.items, answeredAt, { log, method: disputeList.name });
  const openedAt = ({ values }: (typeof rows)[number]) => Date.parse(values.opened_at ?? '') || 0;
  return rows.sort((a, b) => openedAt(b) - openedAt(a));
}

type DisputeRow = Awaited<ReturnType<typeof disputePage>>[number];

async function detailOf({ gateway }: FeedServices, { values, raw }: DisputeRow) {
  const request = { disputeId: values.dispute_id, buyerLogin: buyerLoginOf(raw) };
  const { answer, answeredAt } = await gateway.call(disputeDetail, request, INTERACTIVE);
  return { detail: answer.items[0], answeredAt };
}

export async function* newestDisputes(services: FeedServices): AsyncGenerator<Records> {
  for (const status of [OPEN, ...CLOSED_STATUSES].slice(0, 2))
    yield (await disputePage(services, status)).map(({ values }) => values);
}

export async function* newestDeadlines(services: FeedServices): AsyncGenerator<Records> {
  const rows = await disputePage(services, OPEN);
  const nearSince = services.clock.now() - NEAR_DEADLINE_AGE_MS;
  const row = rows.find(({ values }) => Date.parse(values.opened_at ?? '') < nearSince) ?? rows[0];
  if (!row) return;
  const { detail, answeredAt } = await detailOf(services, row);
  yield readRecords(openDispute, [openDisputeOf(row.raw, detail, answeredAt)], answeredAt, services.log);
}

/** What was withdrawn has no detail. */
export async function* newestClosedDisputes(services: FeedServices): AsyncGenerator<Records> {
  const now = services.clock.now();
  const finished = CLOSED_STATUSES.filter((status) => status !== WITHDRAWN);
  const [row] = await disputePage(services, finished[0] ?? WITHDRAWN);
  const raw = row
    ? [closedDisputeOf(row.raw, (await detailOf(services, row)).detail, now)]
    : (await disputePage(services, WITHDRAWN)).map((each) => closedDisputeOf(each.raw, undefined, now));
  yield readRecords(closedDispute, raw, now, services.log);
}
