/**
 * When the disputes feed reads the list of open disputes, and which details it fetches.
 *
 * - The list is read every three hours, and at once when an order is in dispute for which it was not read before. The
 *   orders feed knows those orders, so noticing them costs no call.
 * - A detail is fetched again only if the list says that the dispute has changed, or if its deadline has passed.
 */

import * as z from 'zod';
import { DISPUTE_PAGE_SIZE } from '../aliexpress/methods/dispute-list.ts';
import type { closedDispute } from '../aliexpress/records/closed-dispute.ts';
import type { dispute } from '../aliexpress/records/dispute.ts';
import type { openDispute } from '../aliexpress/records/open-dispute.ts';
import type { ValuesOf } from '../pack/record.ts';
import { HOUR } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import {
  afterUnwanted,
  type Closings,
  afterLoss as closingsAfterLoss,
  closingsFormat,
  MAX_REMEMBERED_ORDERS,
} from './closings.ts';
import type { LostRecords } from './engine/design.ts';
import { type Waiting, waitingFormat } from './engine/feed-status.ts';
import { hasInterest, needsRecording } from './engine/interest.ts';
import { MAX_UNPROVEN, newReading, plausibleTotal, type Reading, readingFormat } from './engine/paging.ts';
import { afterLoss as wholeListAfterLoss, wholeListFormat } from './undated-disputes.ts';

export type ListedDispute = ValuesOf<typeof dispute.fields>;
export type ClosedDispute = ValuesOf<typeof closedDispute.fields>;
export type OpenDispute = ValuesOf<typeof openDispute.fields>;

export const LIST_EVERY_MS = 3 * HOUR;
/** In this time few disputes are closed. */
const PLAUSIBLE_MS = 12 * HOUR;
/** Not one of AliExpress's statuses, and never emitted: it marks a dispute that is no longer listed. */
const CLOSED = 'over';

const newListReading = (minTotal = 0): Reading => newReading({ size: DISPUTE_PAGE_SIZE, minTotal });

export const stateFormat = stored(() => ({
  /** When the list is read next, epoch milliseconds. */
  dueAt: z.number().default(0),
  reading: readingFormat.default(() => newListReading()),
  /** When that reading began, epoch milliseconds. */
  readingSince: z.number().default(0),
  /** How many disputes the list had when it was last read completely, and when, epoch milliseconds. */
  listed: stored(() => ({ count: z.number().default(0), at: z.number().default(0) })).prefault({}),
  /** The last list that had all disputes. */
  wholeList: wholeListFormat.prefault({}),
  /** How often in a row the list was read and disputes may be missing. */
  unproven: z.number().default(0),
  /** Orders in dispute for which the list was read, or which it has shown. */
  knownOrders: z.array(z.string()).default([]),
  /** When a workflow last wanted deadlines, epoch milliseconds. */
  deadlineInterestAt: z.number().default(0),
  closings: closingsFormat.prefault({}),
  /** What was left when the last visit ended. */
  waiting: waitingFormat.nullable().default(null),
}));
export type DisputesState = z.infer<typeof stateFormat>;

export interface DisputesInterest {
  deadlines: boolean;
  closings: boolean;
  /** The orders that the orders feed knows to be in dispute. */
  ordersInDispute: readonly string[];
  /** Those whose dispute has ended. */
  ordersEnded: readonly string[];
}

export const initialState = (now: number): DisputesState => ({
  dueAt: now,
  reading: newListReading(),
  readingSince: 0,
  listed: { count: 0, at: 0 },
  wholeList: wholeListFormat.parse({}),
  unproven: 0,
  knownOrders: [],
  deadlineInterestAt: 0,
  closings: closingsFormat.parse({}),
  waiting: null,
});

/** The state in which everything is read again: what was open and is no longer known may have been closed. */
export const afterLoss = (state: DisputesState, lost: LostRecords, now: number): DisputesState => ({
  ...fromFirstPage(state, now),
  wholeList: wholeListAfterLoss(state.wholeList, lost.from),
  closings: closingsAfterLoss(state.closings, lost),
});

/** Reads the list again from its first page. */
export const fromFirstPage = (state: DisputesState, dueAt: number): DisputesState => ({
  ...state,
  reading: newListReading(),
  dueAt,
});

/** The reading of the list as it begins: of many disputes that were open a few hours ago, most still are. */
export const beginningAt = ({ listed: { count, at } }: DisputesState, now: number): Reading =>
  newListReading(now - at < PLAUSIBLE_MS ? plausibleTotal(count) : 0);

/** Whether the list, which was read to its end, counts although disputes may be missing. */
export const isTakenAsItIs = ({ reading, unproven }: DisputesState): boolean =>
  !reading.isComplete && unproven + 1 >= MAX_UNPROVEN;

/** After the list was read to its end. @param dueAt when it is read again, epoch milliseconds */
export function afterReading(state: DisputesState, now: number, dueAt: number): DisputesState {
  const { isComplete, total } = state.reading;
  if (!isComplete && !isTakenAsItIs(state))
    return { ...fromFirstPage(state, now), unproven: state.unproven + 1 };
  return {
    ...fromFirstPage(state, dueAt),
    unproven: 0,
    listed: { count: total ?? 0, at: now },
    wholeList: isComplete ? { since: state.readingSince, isForgotten: false } : state.wholeList,
    waiting: null,
  };
}

/** Whether the list is due for something that came up since it was read: a new dispute, or a deadline that is near. */
export const isUrgent = ({ dueAt, listed, unproven }: DisputesState, now: number): boolean =>
  unproven === 0 && dueAt > listed.at && dueAt <= Math.min(now, listed.at + LIST_EVERY_MS - 1);

/** Until when a dispute is known to be as it says, epoch milliseconds. */
export const knownUntil = ({ listed }: DisputesState, { fetchedAt }: { fetchedAt: number }): number =>
  Math.max(listed.at, fetchedAt);

/** The state in which the list is read, because it must be known until then that a dispute is as it says. */
export const confirming = (state: DisputesState, until: number): DisputesState | undefined =>
  state.listed.at >= until || state.dueAt <= until ? undefined : { ...state, dueAt: until };

const newOrders = ({ knownOrders }: DisputesState, ordersInDispute: readonly string[]): string[] =>
  ordersInDispute.filter((id) => !knownOrders.includes(id));

const newlyEnded = ({ endedOrders, newEnded }: Closings, ordersEnded: readonly string[]): string[] =>
  ordersEnded.filter((id) => !endedOrders.includes(id) && !newEnded.includes(id));

export const hasNewDemand = (state: DisputesState, interest: DisputesInterest, now: number): boolean =>
  newOrders(state, interest.ordersInDispute).length > 0 ||
  (interest.deadlines && needsRecording(state.deadlineInterestAt, now)) ||
  (interest.closings &&
    (needsRecording(state.closings.interestAt, now) ||
      newlyEnded(state.closings, interest.ordersEnded).length > 0));

export function recordDemand(state: DisputesState, interest: DisputesInterest, now: number): DisputesState {
  const withOrders = recordOrders(state, interest.ordersInDispute, now);
  return recordClosings(recordDeadlines(withOrders, interest, now), interest, now);
}

function recordDeadlines(state: DisputesState, { deadlines }: DisputesInterest, now: number): DisputesState {
  if (!deadlines || !needsRecording(state.deadlineInterestAt, now)) return state;
  const recorded = { ...state, deadlineInterestAt: now };
  return hasInterest(state.deadlineInterestAt, now) ? recorded : fromFirstPage(recorded, now);
}

/** The list of open disputes is read when it may have lost one. */
function recordClosings(
  state: DisputesState,
  { closings: isWanted, ordersEnded }: DisputesInterest,
  now: number,
): DisputesState {
  if (!isWanted) return state;
  const { closings } = state;
  const added = newlyEnded(closings, ordersEnded);
  const isBegun = !hasInterest(closings.interestAt, now);
  if (!isBegun && added.length === 0 && !needsRecording(closings.interestAt, now)) return state;
  const recorded = {
    ...state,
    closings: {
      ...(isBegun ? afterUnwanted(closings, state.listed.at, now) : closings),
      interestAt: now,
      endedOrders: closings.endedOrders.filter((id) => ordersEnded.includes(id)),
      newEnded: [...closings.newEnded, ...added],
    },
  };
  return isBegun || added.length > 0 ? fromFirstPage(recorded, now) : recorded;
}

/** The list is read once for each order. If it does not show the dispute yet, the next reading will. */
function recordOrders(state: DisputesState, ordersInDispute: readonly string[], now: number): DisputesState {
  const added = newOrders(state, ordersInDispute);
  if (added.length === 0) return state;
  const stillInDispute = state.knownOrders.filter((id) => ordersInDispute.includes(id));
  return fromFirstPage({ ...state, knownOrders: [...stillInDispute, ...added] }, now);
}

/** The orders for which the list need not be read again, because a page of it has shown them. */
export const withListedOrders = (
  knownOrders: readonly string[],
  listed: readonly ListedDispute[],
): string[] =>
  [...new Set([...knownOrders, ...listed.flatMap(({ order_id }) => order_id ?? [])])].slice(
    0,
    MAX_REMEMBERED_ORDERS,
  );

/**
 * When the list is read again after it was read to its end.
 * @param hasOrdersFeed whether the orders feed would show a new dispute; if not, the list is read as often as calls allow
 */
export const nextReading = (now: number, hasOrdersFeed: boolean): number =>
  hasOrdersFeed ? now + LIST_EVERY_MS : now;

export const needsDetail = (known: OpenDispute | undefined, listed: ListedDispute, now: number): boolean => {
  if (!known || known.status === CLOSED || known.updated_at !== listed.updated_at) return true;
  const dueAt = Date.parse(known.stage_due_at ?? '');
  const checkedAt = Date.parse(known.stage_checked_at);
  // A clock that was wrong may have dated the check later than now.
  return dueAt <= now && (checkedAt < dueAt || checkedAt > now);
};

/** The dispute that was opened first comes first. */
export const oldestFirst = (a: ListedDispute, b: ListedDispute): number =>
  String(a.opened_at).localeCompare(String(b.opened_at));

/** What waits, since the visit that first left something out. */
export const stillWaiting = ({ waiting }: DisputesState, count: number, now: number): Waiting => ({
  count,
  since: waiting?.since ?? now,
});

/** Whether a dispute that was open is no longer on the list. */
export const isGone = ({ dispute_id, status }: OpenDispute, listed: ReadonlySet<string>): boolean =>
  status !== CLOSED && !listed.has(dispute_id);

/** A dispute that is no longer listed needs no response. How it ended is not known. */
export const asClosed = (values: OpenDispute): OpenDispute => ({
  ...values,
  status: CLOSED,
  stage: null,
  stage_name: null,
  stage_name_zh: null,
  stage_due_at: null,
});
