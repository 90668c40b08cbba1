/** What the engine stores of a feed in the head of its snapshot, around the feed's own state. */

import * as z from 'zod';
import { MAX_CLOCK_ERROR_MS } from '../../aliexpress/server-time.ts';
import type { PacerState } from '../../budget/pacer.ts';
import { oncePer } from '../../once-per.ts';
import { isProblem } from '../../problems.ts';
import { DAY } from '../../runtime.ts';
import { count, extensible, type StoredFormat, signed, stored, time } from '../../stores/stored.ts';
import type { FeedDesign, FeedTypes, LostRecords } from './design.ts';
import type { FeedServices } from './feed.ts';
import { countsFormat, type FeedStatus } from './feed-status.ts';
import { pauseFormat } from './kept-pause.ts';
import { spanFormat } from './skipped-spans.ts';
import { RETENTION_MS, type Snapshot } from './snapshot.ts';
import { workflowRowsFormat } from './workflow-rows.ts';

/** More calls than any feed saves up, or owes after a burst. */
const MAX_CREDIT = 100;

const pacingFormat: StoredFormat<PacerState> = stored(() => ({
  credit: signed.min(-MAX_CREDIT).max(MAX_CREDIT).default(0),
  at: time.default(0),
  // Near the end of a day, the calls that are left are planned for seconds.
  scale: signed.min(0).default(0),
  since: time.default(0),
  until: time.default(0),
  planned: count.default(0),
  spent: count.default(0),
  owed: count.default(0),
  reserved: count.default(0),
  reservedEarly: signed.default(0),
  counts: countsFormat,
  seen: count.default(0),
  days: count.default(0),
  pollMs: time.default(0),
  visitCalls: count.default(0),
}));

const fields = () => ({
  /** A first visit was complete. */
  ready: z.boolean().default(false),
  /** The last visit ended with an expired token. */
  expired: z.boolean().default(false),
  /** AliExpress has refused the permission: for how long that is remembered. */
  refused: stored(() => ({
    /** Epoch milliseconds. */
    until: time.default(0),
    /** The end of the connection that was refused, epoch milliseconds; 0 if it is not known. */
    renewBy: time.default(0),
  })).optional(),
  /** Once ready, the feed knows everything that happened since then, epoch milliseconds. */
  completeSince: time.default(0),
  /** Left out before the first visit. */
  pacing: pacingFormat.optional(),
  /** The workflows that read the feed, by digest. */
  workflows: workflowRowsFormat,
  /** A workflow needs what was fetched since then, epoch milliseconds. The next visit treats it as lost. */
  neededSince: time.optional(),
  /** The workflow knows what was fetched until `announcedUntil`, and since `neededUntil`, epoch milliseconds. */
  announcedUntil: time.optional(),
  neededUntil: time.optional(),
  /** What may have been skipped and is still to be reported, because the store did not take the report. */
  unreported: z.array(spanFormat).optional(),
  /** The last pause that was so long that what came before it is recalled or named. */
  pause: pauseFormat.optional(),
});
/** What the head of every feed holds. */
export const commonHead = stored(fields);

const headFormats = oncePer((own: StoredFormat<unknown>) =>
  extensible({ ...fields(), own: own.prefault({}) }),
);
/** @param own format of the feed's own state */
export const headFormat = <S>(own: StoredFormat<S>) =>
  headFormats(own) as StoredFormat<z.infer<typeof commonHead> & { own: S }>;
export type FeedHead<T extends FeedTypes> = z.infer<typeof commonHead> & { own: T['state'] };

export type FeedSnapshot<T extends FeedTypes> = Snapshot<FeedHead<T>, T['values']>;

/** A permission is granted by hand, and for a new connection. */
const REFUSED_MS = DAY;

/** Longer than any day that is planned. */
const MAX_PLAN_MS = 2 * DAY;

/**
 * Whether the last visit was made, or has planned, at a time that is still to come. Then its clock was wrong, or this one is:
 * a visit is due at once, because its answer says which.
 */
export const isFromFuture = ({ pacing }: z.infer<typeof commonHead>, now: number): boolean =>
  pacing !== undefined &&
  (pacing.at > now + MAX_CLOCK_ERROR_MS || Math.abs(pacing.until - pacing.at) > MAX_PLAN_MS);

/** No feed has nothing to fetch for longer after a visit. */
const MAX_IDLE_MS = 2 * DAY;

/** When there is something to fetch, epoch milliseconds. */
export function dueTime<T extends FeedTypes>(
  { dueAt }: FeedDesign<T>,
  { own, pacing }: FeedHead<T>,
  now: number,
): number {
  return Math.min(dueAt?.(own, now) ?? now, (pacing?.at ?? now) + MAX_IDLE_MS);
}

/**
 * When the records were fetched that are to be fetched again: the store has lost them, a workflow needs them, or a wrong
 * clock has fetched them; undefined if there are none.
 */
export function missingRecords(
  { state, missingSince }: { state: z.infer<typeof commonHead> | undefined; missingSince?: number },
  now: number,
): LostRecords | undefined {
  const futureSince = state && isFromFuture(state, now) ? now - RETENTION_MS : undefined;
  const times = [missingSince, state?.neededSince, futureSince].filter((at) => at !== undefined);
  if (times.length === 0) return undefined;
  const from = Math.min(...times);
  const isNeeded = state?.neededSince !== undefined;
  return isNeeded && times.length === 1
    ? { from, to: state.neededUntil ?? now, announcedUntil: state.announcedUntil, isNeeded }
    : { from, to: now, isNeeded };
}

/**
 * The head that a visit begins with: a new one before the first visit, and one that has noticed lost records.
 * @param before the status of a feed whose snapshot was lost whole
 */
export function headBeforeVisit<T extends FeedTypes>(
  design: FeedDesign<T>,
  snapshot: FeedSnapshot<T>,
  now: number,
  before?: FeedStatus,
): FeedHead<T> {
  const head = snapshot.state ?? {
    ready: false,
    expired: false,
    completeSince: design.completeSince(now),
    workflows: {},
    own: design.initialState(now),
  };
  const lost = before ? { from: now - RETENTION_MS, to: now } : missingRecords(snapshot, now);
  if (lost === undefined) return head;
  const own = design.afterLoss?.(head.own, lost, now) ?? head.own;
  return { ...head, own, ...(before && { completeSince: before.completeSince }) };
}

/** What the next visits know of the error with which this one has ended. @param now epoch milliseconds */
export const refusalAfter = (error: unknown, { renewBy = 0 }: FeedServices, now: number) =>
  isProblem(error, 'permission_missing') ? { until: now + REFUSED_MS, renewBy } : undefined;

/** Whether AliExpress has refused the permission to this connection within a day. */
export const isRefused = (
  { refused }: z.infer<typeof commonHead>,
  { renewBy = 0 }: FeedServices,
  now: number,
): boolean =>
  refused !== undefined &&
  refused.until > now &&
  refused.until <= now + REFUSED_MS + MAX_CLOCK_ERROR_MS &&
  refused.renewBy === renewBy;

/** The head with the reader's interest recorded, and whether that interest was new. */
export function recordInterest<T extends FeedTypes>(
  design: FeedDesign<T>,
  head: FeedHead<T>,
  interest: T['interest'],
  now: number,
): { head: FeedHead<T>; isNew: boolean } {
  if (!design.interest) return { head, isNew: false };
  const { hasNewDemand, recordDemand } = design.interest;
  const own = recordDemand(head.own, interest, now);
  return { head: { ...head, own }, isNew: hasNewDemand(head.own, interest, now) };
}
