/**
 * The details of open disputes, which say who has to act and until when.
 *
 * AliExpress requires the buyer's login with the request for a detail. The login is in the row of the list; it goes
 * from there into the request, and nowhere else. So the details are fetched right after the page that lists them.
 */

import { disputeDetail } from '../aliexpress/methods/dispute-detail.ts';
import { buyerLoginOf } from '../aliexpress/methods/dispute-list.ts';
import { readRecord } from '../aliexpress/read-record.ts';
import { openDispute, openDisputeOf } from '../aliexpress/records/open-dispute.ts';
import { isProblem, type Problem } from '../problems.ts';
import {
  type ClosedDispute,
  type DisputesInterest,
  type DisputesState,
  type ListedDispute,
  needsDetail,
  type OpenDispute,
  oldestFirst,
  stillWaiting,
} from './dispute-schedule.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';

export interface Disputes {
  state: DisputesState;
  values: ListedDispute | OpenDispute | ClosedDispute;
  interest: DisputesInterest;
  memory: undefined;
}

/** A row of the list. `raw` holds the buyer's login, so it lives no longer than the visit. */
export interface DisputeRow {
  values: ListedDispute;
  raw: unknown;
}

export interface FetchedDetails {
  /** Details that the visit had no call for. */
  left: number;
  /** Details that were fetched and could be read. */
  understood: number;
  /** The format of a detail is not the documented one. */
  changed?: Problem;
}

export const detailKey = (disputeId: string) => `${disputeId}/stage`;

export const isOpenDispute = (values: object): values is OpenDispute => 'stage' in values;
export const isClosedDispute = (values: object): values is ClosedDispute => 'outcome' in values;
export const isListedDispute = (values: object): values is ListedDispute =>
  !isOpenDispute(values) && !isClosedDispute(values);

/**
 * Fetches the details that are not known or outdated, of the oldest dispute first.
 * @param laterRows rows on pages of the list that were not read yet
 * @throws Problem unless it is about one dispute alone
 */
export async function fetchDetails(
  services: FeedServices,
  rows: readonly DisputeRow[],
  laterRows: number,
  visit: Visit<Disputes>,
): Promise<FetchedDetails> {
  const missing = keepKnownDetails(rows, visit).sort((a, b) => oldestFirst(a.values, b.values));
  let result: FetchedDetails = { left: 0, understood: 0 };
  for (const [done, row] of missing.entries()) {
    const left = missing.length - done;
    visit.update({ waiting: stillWaiting(visit.state, left + laterRows, visit.now) });
    if (!visit.canContinue()) return { ...result, left };
    try {
      await fetchDetail(services, row, visit);
      result = { ...result, understood: result.understood + 1 };
    } catch (error) {
      if (!isProblem(error, 'request_refused', 'answer_changed', 'bad_input')) throw error;
      services.log('the detail of a dispute could not be read', { because: error.kind });
      if (error.is('answer_changed')) result = { ...result, changed: error };
    }
  }
  return result;
}

/** @returns the rows whose detail must be fetched */
const keepKnownDetails = (rows: readonly DisputeRow[], visit: Visit<Disputes>): DisputeRow[] =>
  rows.filter(({ values }) => {
    const known = visit.known.get(detailKey(values.dispute_id))?.values;
    if (!known || !isOpenDispute(known) || needsDetail(known, values, visit.now)) return true;
    visit.keep(detailKey(values.dispute_id), { ...known, ...values });
    return false;
  });

async function fetchDetail(
  { log }: FeedServices,
  { values, raw }: DisputeRow,
  visit: Visit<Disputes>,
): Promise<void> {
  const request = { disputeId: values.dispute_id, buyerLogin: buyerLoginOf(raw) };
  const { answer, answeredAt } = await visit.call(disputeDetail, request);
  const [detail] = answer.items;
  if (!detail) {
    log('a dispute has no detail', { method: disputeDetail.name });
    return;
  }
  const known = readRecord(openDispute, openDisputeOf(raw, detail, answeredAt), answeredAt, log);
  const opened_at = values.opened_at ?? known?.opened_at ?? null;
  if (known) visit.keep(detailKey(values.dispute_id), { ...known, opened_at });
}
