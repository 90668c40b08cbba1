/**
 * Which disputes were closed, and how. The list of open disputes no longer has them. So the lists of closed ones are read
 * when an open dispute has left its list, or when an order says that its dispute has ended. The lists can be filtered only
 * by when a dispute was opened; in that span, everything is new that has changed since the last such reading.
 */

import { CLOSED_STATUSES, WITHDRAWN } from '../aliexpress/dispute-terms.ts';
import { disputeDetail } from '../aliexpress/methods/dispute-detail.ts';
import { buyerLoginOf, disputeList } from '../aliexpress/methods/dispute-list.ts';
import { readRecord, readRows } from '../aliexpress/read-record.ts';
import {
  changedAtOf,
  closedDispute,
  closedDisputeOf,
  withUnknownOutcome,
} from '../aliexpress/records/closed-dispute.ts';
import { dispute } from '../aliexpress/records/dispute.ts';
import { isProblem } from '../problems.ts';
import { DAY, HOUR } from '../runtime.ts';
import { AGAIN_MS, MAX_GAP_MS } from './after-pauses.ts';
import {
  afterClosedPage,
  afterSearch,
  type ClosedSearch,
  type Closings,
  MAX_REMEMBERED_ORDERS,
  newListReading,
  readingAgain,
} from './closings.ts';
import {
  type DisputeRow,
  type Disputes,
  detailKey,
  isClosedDispute,
  isListedDispute,
  isOpenDispute,
} from './dispute-details.ts';
import type { ClosedDispute } from './dispute-schedule.ts';
import { MAX_CATCH_UP_MS } from './engine/catch-up.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import { afterPage, hasMet, isStarted, plausibleTotal } from './engine/paging.ts';
import { RETENTION_MS } from './engine/snapshot.ts';

/** A time of AliExpress may be read an hour late, where it was written twice. */
const MARGIN_MS = 2 * HOUR;
/** No dispute lasts longer, appeals included. */
const MAX_DURATION_MS = 60 * DAY;

const closedKey = (disputeId: string) => `${disputeId}/closed`;

/** What lies further back is not caught up, and an alert names it. */
const earliestOf = (knownTo: number, now: number): number =>
  now - knownTo > MAX_CATCH_UP_MS + AGAIN_MS ? now - MAX_CATCH_UP_MS : knownTo;

/** After the list of open disputes was read to its end. @param since when that reading began, epoch milliseconds */
export function lookForClosed(visit: Visit<Disputes>, since: number): void {
  const { closings, reading } = visit.state;
  if (closings.reading) return;
  const { knownTo, newEnded } = closings;
  const isForgotten = closings.isForgotten || (knownTo > 0 && since - knownTo > RETENTION_MS / 2);
  const earliest = earliestOf(knownTo, since);
  const hasSkipped = knownTo > 0 && knownTo < earliest;
  if (hasSkipped) visit.report({ from: knownTo, to: earliest, isHeld: true });
  const isGone = (id: string) => hasMet(reading, id) === false && !visit.known.has(closedKey(id));
  const gone = [...visit.known.values()].flatMap(({ id, values }) =>
    isListedDispute(values) && isGone(id) ? [values] : [],
  );
  const ofGone = new Set(gone.map(({ order_id }) => order_id));
  const ended = newEnded.filter((order) => !ofGone.has(order));
  const endedOrders = [...new Set([...newEnded, ...closings.endedOrders])].slice(0, MAX_REMEMBERED_ORDERS);
  const completeSince = knownTo === 0 ? since : closings.completeSince;
  const searched = {
    ...closings,
    ...(hasSkipped && { knownTo: earliest }),
    completeSince,
    endedOrders,
    newEnded: [],
    isForgotten: false,
  };
  // What had ended when the feed began is not looked for, unless a workflow was on by then, but what was known to be open
  // is. After a while without a visit a dispute may have been opened and closed in it.
  const hasOthers = knownTo > 0 && (ended.length > 0 || since - knownTo > MAX_GAP_MS);
  if (gone.length === 0 && !isForgotten && !hasOthers) {
    visit.update({ closings: { ...searched, knownTo: since } });
    return;
  }
  const opened = gone.flatMap(({ opened_at }) => Date.parse(opened_at ?? '') || []);
  const hasUndated = opened.length < gone.length;
  const isOnlyGone = !isForgotten && !hasOthers;
  const from = isForgotten ? earliest - MAX_DURATION_MS : hasOthers ? earliest : since;
  const undatedFrom = hasUndated ? since - MAX_DURATION_MS : since;
  visit.update({
    closings: {
      ...searched,
      reading: {
        statuses: [...CLOSED_STATUSES],
        incomplete: [],
        unproven: 0,
        openedFrom: Math.min(from, undatedFrom, ...opened) - MARGIN_MS,
        openedTo: (isOnlyGone && !hasUndated ? Math.max(...opened) : visit.now) + MARGIN_MS,
        knownTo: since,
        gone: gone.map(({ dispute_id }) => dispute_id),
        isOnlyGone,
        isForgotten,
        reading: newListReading(),
      },
    },
  });
}

/**
 * Continues to read the lists of closed disputes.
 * @throws Problem
 */
export async function readClosed(services: FeedServices, visit: Visit<Disputes>): Promise<void> {
  for (;;) {
    const { closings } = visit.state;
    const { reading: search } = closings;
    if (!search) return;
    const [status] = search.statuses;
    const isFound = search.isOnlyGone && search.gone.every((id) => visit.known.has(closedKey(id)));
    const again = status === undefined && !isFound ? readingAgain(search) : undefined;
    if (again) {
      visit.update({ closings: { ...closings, reading: again } });
      return;
    }
    if (status === undefined || isFound) {
      if (search.incomplete.length > 0 && !isFound)
        visit.report({ from: soughtSince(closings, visit.now), to: visit.now, isIncompleteList: true });
      finish(visit);
      return;
    }
    if (visit.calls() > 0 && !visit.canContinue()) return;
    const { openedFrom, openedTo } = search;
    const begun = isStarted(search.reading)
      ? search.reading
      : newListReading(plausibleTotal(expectedIn(status, search, visit)));
    const request = { page: begun.page, status, openedFrom, openedTo };
    const { answer, answeredAt } = await visit.call(disputeList, request);
    const { rows, ids, problem } = readRows(dispute, answer.items, answeredAt, {
      log: services.log,
      method: disputeList.name,
      mustRead: ['updated_at'],
    });
    if (!(await keepRows(services, visit, rows))) return;
    if (problem) throw problem;
    const next = afterClosedPage(search, afterPage(begun, { ids, total: answer.total }));
    visit.update({ closings: { ...visit.state.closings, reading: next } });
  }
}

/** How many disputes the list must have: a closed one stays closed, and what left the list of open ones was closed. */
function expectedIn(status: string, search: ClosedSearch, visit: Visit<Disputes>): number {
  const isListed = ({ status: known, opened_at }: ClosedDispute) => {
    const openedAt = Date.parse(opened_at ?? '');
    return known === status && openedAt >= search.openedFrom && openedAt <= search.openedTo;
  };
  const known = [...visit.known.values()].filter(
    ({ values }) => isClosedDispute(values) && isListed(values),
  ).length;
  const isLast = search.statuses.length === 1 && search.incomplete.length === 0;
  const missing = search.gone.filter((id) => !visit.known.has(closedKey(id)));
  return known + (isLast ? missing.length : 0);
}

/** What was closed since then is searched for, epoch milliseconds. */
function soughtSince({ knownTo, reading }: Closings, now: number): number {
  const searchedAt = reading?.knownTo ?? now;
  return knownTo === 0 ? searchedAt : earliestOf(knownTo, searchedAt);
}

/** A dispute that does not say when it last changed was closed after it was opened. */
function closedSince({ opened_at }: DisputeRow['values'], raw: unknown, since: number): boolean {
  const changedAt = changedAtOf(raw);
  return (Number.isNaN(changedAt) ? Date.parse(opened_at ?? '') : changedAt) >= since;
}

/** @returns false if there was no call for a detail. The page is read again, because the detail needs its row */
async function keepRows(
  services: FeedServices,
  visit: Visit<Disputes>,
  rows: DisputeRow[],
): Promise<boolean> {
  const { closings } = visit.state;
  const { reading: search } = closings;
  const since = soughtSince(closings, visit.now) - MARGIN_MS;
  for (const { values, raw } of rows) {
    const id = values.dispute_id;
    const isNew = closedSince(values, raw, since) || search?.gone.includes(id);
    if (visit.known.has(closedKey(id))) continue;
    if (!isNew) {
      // It may have been open before, and forgotten.
      if (search?.isForgotten && Number.isNaN(changedAtOf(raw)))
        visit.report({ from: since, to: visit.now, isIncompleteList: true });
      continue;
    }
    const isWithdrawn = values.status === WITHDRAWN;
    if (!isWithdrawn && !visit.canContinue()) return false;
    const detail = isWithdrawn ? undefined : await detailOf(services, visit, { values, raw });
    keep(services, visit, closedDisputeOf(raw, detail, visit.now));
  }
  return true;
}

async function detailOf(
  { log }: FeedServices,
  visit: Visit<Disputes>,
  { values, raw }: DisputeRow,
): Promise<unknown> {
  const request = { disputeId: values.dispute_id, buyerLogin: buyerLoginOf(raw) };
  try {
    const { answer } = await visit.call(disputeDetail, request);
    return answer.items[0];
  } catch (error) {
    if (!isProblem(error, 'request_refused', 'answer_changed', 'bad_input')) throw error;
    log('the detail of a closed dispute could not be read', { because: error.kind });
    return undefined;
  }
}

function keep({ log }: FeedServices, visit: Visit<Disputes>, raw: object): void {
  const values = readRecord(closedDispute, raw, visit.now, log);
  if (!values) return;
  const closedAt = Date.parse(values.closed_at);
  const open = visit.known.get(detailKey(values.dispute_id))?.values;
  const known = open && isOpenDispute(open) ? open : values;
  const product = {
    product_id: values.product_id ?? known.product_id,
    product_name: values.product_name ?? known.product_name,
  };
  const happenedAt = visit.now - closedAt < RETENTION_MS ? closedAt : undefined;
  visit.keep(closedKey(values.dispute_id), { ...values, ...product }, happenedAt);
}

/** Both lists were read. How a dispute ended that is in none of them, twice, is not known. */
function finish(visit: Visit<Disputes>): void {
  const { closings } = visit.state;
  const { reading: search, unfound } = closings;
  if (!search) return;
  const missing = search.gone.filter((id) => !visit.known.has(closedKey(id)));
  for (const id of missing.filter((each) => unfound.includes(each))) {
    const open = visit.known.get(id)?.values;
    if (open && isListedDispute(open)) visit.keep(closedKey(id), withUnknownOutcome(open, visit.now));
  }
  visit.update({
    closings: {
      ...afterSearch(closings, search.knownTo, visit.now),
      unfound: missing.filter((id) => !visit.known.has(closedKey(id))),
    },
  });
}
