/**
 * Credit: whether a visit can be paid now, and what it costs. A visit is paid from what the pacer has saved up for the
 * feed. After each visit the rest of the day is planned again, from what is left of the day's calls.
 */

import type { Lane } from '../../budget/ledger.ts';
import { MAX_DEBT, type PacerState } from '../../budget/pacer.ts';
import type { FeedDesign, FeedTypes } from './design.ts';
import type { Reader } from './feed.ts';
import {
  dueTime,
  type FeedHead,
  type FeedSnapshot,
  isFromFuture,
  isRefused,
  missingRecords,
} from './feed-head.ts';
import { readOtherDemands } from './feed-status.ts';
import type { OpenFeed } from './open-feed.ts';
import type { VisitLog } from './visit-log.ts';

/** Whether a visit is due and can be paid. */
export function canVisit<T extends FeedTypes>(
  feed: OpenFeed<T>,
  snapshot: Pick<FeedSnapshot<T>, 'state' | 'missingSince'>,
  lane: Lane,
  { workflow, isSecondary = false }: Reader,
): boolean {
  const { services, design, pacer } = feed;
  const { state } = snapshot;
  const now = services.clock.now();
  const refused = state !== undefined && isRefused(state, services, now);
  // A user who sets up a workflow waits for the first complete visit.
  if (lane === 'interactive' && (refused || !state?.ready)) return true;
  if (state && isFromFuture(state, now)) return true;
  if (refused) return false;
  const dueAt = state ? dueTime(design, state, now) : now;
  const isDue = missingRecords(snapshot, now) !== undefined || dueAt <= now;
  const isLess = workflow !== undefined && (isSecondary || design.isSecondary);
  return (
    isDue &&
    (pacer.canVisit(state?.pacing, now, isLess) ||
      isFree(design, state, now) ||
      isUrgent(feed, state, now) ||
      (!isLess && mayOwe(feed, state, now)))
  );
}

type Paying<T extends FeedTypes> = Pick<OpenFeed<T>, 'design' | 'pacer'>;

/** When a visit is due that takes no call, epoch milliseconds; infinite where none is. */
const freeAt = <T extends FeedTypes>(design: FeedDesign<T>, state: FeedHead<T> | undefined, now: number) =>
  (state?.pacing && design.freeAt?.(state.own, now)) ?? Number.POSITIVE_INFINITY;

/** Whether a visit is due that takes no call. */
export const isFree = <T extends FeedTypes>(
  design: FeedDesign<T>,
  state: FeedHead<T> | undefined,
  now: number,
): boolean => freeAt(design, state, now) <= now;

/** What is urgent is paid in advance, as far as a feed may be in debt. */
const isUrgent = <T extends FeedTypes>(
  { design, pacer }: Paying<T>,
  state: FeedHead<T> | undefined,
  now: number,
): boolean =>
  state?.pacing !== undefined &&
  design.isUrgent?.(state.own, now) === true &&
  pacer.savedAt(state.pacing, now) > -MAX_DEBT;

/**
 * How many calls of debt a visit may bring that is worth a little of it. With more, the calls of the last hours would be
 * made before, and what changes then would be known the next day.
 */
const MAX_ADVANCE = 2;

/** A visit that is worth a little debt is paid in advance, from what the feed saves up until the end of the day. */
const mayOwe = <T extends FeedTypes>(
  { design, pacer }: Paying<T>,
  state: FeedHead<T> | undefined,
  now: number,
): boolean =>
  state?.pacing !== undefined &&
  design.isWorthDebt?.(state.own, now) === true &&
  pacer.savedAt(state.pacing, now) > -MAX_ADVANCE &&
  pacer.savedAt(state.pacing, state.pacing.until) >= design.demand.cost;

/** When `canVisit` holds at the earliest for a reader without a name, epoch milliseconds. */
export function nextVisitAt<T extends FeedTypes>(
  feed: OpenFeed<T>,
  { state, missingSince }: FeedSnapshot<T>,
): number {
  const { services, design, pacer } = feed;
  const now = services.clock.now();
  if (!state?.pacing || isFromFuture(state, now)) return now;
  const dueAt = missingSince === undefined ? dueTime(design, state, now) : now;
  if (isUrgent(feed, state, Math.max(now, dueAt))) return dueAt;
  return Math.max(dueAt, Math.min(pacer.nextAt(state.pacing), freeAt(design, state, now)));
}

/** What the feed needs of the day's calls in this state, in place of or besides what it declares. */
export const needsOf = <T extends FeedTypes>(design: FeedDesign<T>, own: T['state'], now: number) => ({
  fullCost: design.fullCost?.(own),
  rareCallsPerDay: design.rareCallsPerDay?.(own),
  neededCalls: design.neededCalls?.(own),
  maxCalls: design.maxCalls?.(own, now),
});

/**
 * What the feed has saved up once the visit is paid, and its plan for the rest of the day.
 * @param head after the visit
 */
export async function payVisit<T extends FeedTypes>(
  { services, design, pacer }: OpenFeed<T>,
  pacing: PacerState | undefined,
  { now, calls, rareCalls, eventTimes, demandTimes }: VisitLog,
  { own, completeSince }: Pick<FeedHead<T>, 'own' | 'completeSince'>,
): Promise<PacerState> {
  const { budget, store, seller } = services;
  const [used, otherDemands] = await Promise.all([
    budget.used().catch(() => undefined),
    readOtherDemands(store, seller, design.key, now),
  ]);
  const visit = {
    now,
    day: budget.today(),
    calls,
    rareCalls,
    used,
    limit: budget.limit,
    events: design.tracksDemand ? demandTimes : eventTimes,
    readSince: completeSince,
    ...needsOf(design, own, now),
    isAlwaysDue: design.dueAt === undefined,
  };
  return pacer.afterVisit(pacing, visit, otherDemands);
}
