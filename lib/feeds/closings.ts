/** What the disputes feed remembers of the search for closed disputes (`closed-disputes.ts`). */

import * as z from 'zod';
import { DISPUTE_PAGE_SIZE } from '../aliexpress/methods/dispute-list.ts';
import { stored, time } from '../stores/stored.ts';
import { afterPausesFormat, foundSince, MAX_GAP_MS, withSearch } from './after-pauses.ts';
import { MAX_CATCH_UP_MS } from './engine/catch-up.ts';
import type { LostRecords } from './engine/design.ts';
import { isDone, MAX_UNPROVEN, newReading, type Reading, readingFormat } from './engine/paging.ts';

export const MAX_REMEMBERED_ORDERS = 500;

export const newListReading = (minTotal = 0) => newReading({ size: DISPUTE_PAGE_SIZE, minTotal });

const readingOfClosed = stored(() => ({
  /** Of the lists that are still to be read. */
  statuses: z.array(z.string()).default([]),
  /** Of those that were read and may lack disputes. */
  incomplete: z.array(z.string()).default([]),
  /** How often they were read and disputes may be missing. */
  unproven: z.number().default(0),
  /** The disputes that were opened in this span, epoch milliseconds, both ends included. */
  openedFrom: z.number().default(0),
  openedTo: z.number().default(0),
  /** What is known from then on, once both lists are read, epoch milliseconds. */
  knownTo: z.number().default(0),
  /** Disputes that have left the list of open ones. */
  gone: z.array(z.string()).default([]),
  /** Only these are new: the first list need not be followed by the second once they are found. */
  isOnlyGone: z.boolean().default(true),
  /** Disputes may have been open before that are not known any more. */
  isForgotten: z.boolean().default(false),
  reading: readingFormat.default(() => newListReading()),
}));

export type ClosedSearch = z.infer<typeof readingOfClosed>;

/**
 * After a page of the first of the lists.
 * @param reading with that page
 */
export function afterClosedPage(search: ClosedSearch, reading: Reading): ClosedSearch {
  if (!isDone(reading)) return { ...search, reading };
  const [status = '', ...statuses] = search.statuses;
  return {
    ...search,
    statuses,
    incomplete: reading.isComplete ? search.incomplete : [...search.incomplete, status],
    reading: newListReading(),
  };
}

/** The search in which the lists that may lack disputes are read again; undefined if that was done often enough. */
export function readingAgain(search: ClosedSearch): ClosedSearch | undefined {
  const unproven = search.unproven + 1;
  if (search.incomplete.length === 0 || unproven >= MAX_UNPROVEN) return undefined;
  return { ...search, statuses: search.incomplete, incomplete: [], unproven };
}

export const closingsFormat = stored(() => ({
  /** When a workflow last wanted closed disputes, epoch milliseconds. */
  interestAt: z.number().default(0),
  /** Everything that was closed before is known, epoch milliseconds; 0: nothing is. */
  knownTo: z.number().default(0),
  /** What was closed earlier was not looked for, epoch milliseconds; 0: nothing was read yet. */
  completeSince: time.default(0),
  /** All that was closed since `knownTo` is to be read, because what was open then was forgotten. */
  isForgotten: z.boolean().default(false),
  /** Orders whose dispute has ended and was looked for. */
  endedOrders: z.array(z.string()).default([]),
  /** Orders that say so, and for which no list was read yet. */
  newEnded: z.array(z.string()).default([]),
  /** Disputes that were in none of the lists when they were looked for. */
  unfound: z.array(z.string()).default([]),
  afterPauses: afterPausesFormat,
  reading: readingOfClosed.nullable().default(null),
}));
export type Closings = z.infer<typeof closingsFormat>;

/**
 * After both lists were read. What was found after a pause may have been closed long before it was fetched.
 * @param knownTo what is known from now on, epoch milliseconds
 */
export const afterSearch = (closings: Closings, knownTo: number, now: number): Closings => ({
  ...closings,
  knownTo,
  reading: null,
  afterPauses: withSearch(closings.afterPauses, closings.knownTo, now),
});

/**
 * Looks again for what was closed since the lost records were fetched, or since what they were fetched for. Where they were
 * found after a pause, that is long before.
 */
export function afterLoss(
  closings: Closings,
  { from, announcedUntil = from, isNeeded }: LostRecords,
): Closings {
  const { interestAt, knownTo, completeSince, afterPauses } = closings;
  // Nothing was read yet. After the first reading, the workflows say from when on they need it.
  if (interestAt > 0 && knownTo === 0) return closings;
  // What a workflow needs begins early enough already.
  const closedSince = isNeeded ? from : from - MAX_GAP_MS;
  const since = Math.min(closedSince, foundSince(afterPauses, announcedUntil));
  return {
    ...closings,
    knownTo: Math.min(knownTo || since, since),
    completeSince: Math.min(completeSince, since),
    isForgotten: true,
    reading: null,
  };
}

/**
 * After no workflow wanted closed disputes while others read the list of open ones. The workflows were turned off, and need
 * nothing of that time, or one was held and says since when it needs it. So what is too long ago is not named here.
 * @param listedAt when the list was last read, epoch milliseconds
 */
export function afterUnwanted(closings: Closings, listedAt: number, now: number): Closings {
  const { knownTo, completeSince } = closings;
  const earliest = now - MAX_CATCH_UP_MS;
  if (knownTo === 0 || knownTo >= earliest || listedAt < earliest) return closings;
  return { ...closings, knownTo: earliest, completeSince: Math.max(completeSince, earliest) };
}
