/** One reader refreshes the feed, if a visit is due; the others wait for it or use what is stored. */

import type { Lane } from '../../budget/ledger.ts';
import { fail, isProblem } from '../../problems.ts';
import { SECOND } from '../../runtime.ts';
import { canVisit, isFree, payVisit } from './credit.ts';
import type { FeedDesign, FeedTypes, Loss, Visit } from './design.ts';
import type { Reader } from './feed.ts';
import {
  type FeedHead,
  type FeedSnapshot,
  headBeforeVisit,
  missingRecords,
  recordInterest,
  refusalAfter,
} from './feed-head.ts';
import { type FeedStatus, readFeedStatus } from './feed-status.ts';
import { underLease } from './lease.ts';
import type { OpenFeed } from './open-feed.ts';
import { afterPause } from './pause.ts';
import { reportAll } from './skipped-events.ts';
import { RETENTION_MS } from './snapshot.ts';
import { RESTING, storeVisit } from './store-visit.ts';
import { openVisit, WrongTime } from './visit.ts';
import { isWorthStoring } from './visit-log.ts';

/** How long a user who sets up a workflow waits for a first complete visit. */
const FIRST_VISIT_WAITS = 15;
/**
 * How long a poll waits for another reader, to record its interest. Two workflows that always poll at the same moment would
 * otherwise never record more than the interest of one.
 */
const INTEREST_WAITS = 5;

export interface RefreshOptions<T extends FeedTypes> {
  lane: Lane;
  reader: Reader;
  interest: T['interest'];
  /** The interest is still to be recorded. */
  isNew: boolean;
}

/**
 * Refreshes the feed, or lets another process do it. A user who sets up a workflow waits for a first complete visit.
 * @param known the snapshot that is returned if another process holds the lease
 * @throws Problem
 */
export async function refreshOrWait<T extends FeedTypes>(
  feed: OpenFeed<T>,
  known: FeedSnapshot<T>,
  { lane, reader, interest, isNew }: RefreshOptions<T>,
): Promise<FeedSnapshot<T>> {
  const { store, random, clock } = feed.services;
  // The waits are counted, because a clock that is set back would prolong them.
  for (let [snapshot, waits] = [known, 0]; ; waits += 1) {
    const refreshed = await underLease(store, random, feed.leaseKey, () =>
      refreshAtRightTime(feed, lane, reader, interest),
    );
    snapshot = refreshed ?? snapshot;
    const isWaiting = isNew && refreshed === undefined && waits < INTEREST_WAITS;
    if (lane === 'interactive' ? snapshot.state?.ready : !isWaiting) return snapshot;
    const isOver = waits >= FIRST_VISIT_WAITS;
    if (lane === 'interactive' && refreshed === undefined) {
      const holder = await store.get(feed.leaseKey).catch(() => null);
      // A store may also refuse a write as if another process held the lease.
      if (holder === RESTING || (isOver && holder === null)) return fail('store_write_failed', {});
    }
    if (isOver) return fail('first_check_incomplete', {});
    await clock.sleep(SECOND);
  }
}

/**
 * The first answer corrects the clock. Where it contradicts earlier answers, the second one does. If answers still
 * contradict the clock, their times are of no use.
 */
const MAX_CORRECTIONS = 2;

interface Attempt {
  /** Calls of visits that began with a wrong time. */
  wastedCalls: number;
  correctionsLeft: number;
}

/** Begins again if an answer shows that the clock was wrong. The calls made until then are paid by the last visit. */
async function refreshAtRightTime<T extends FeedTypes>(
  feed: OpenFeed<T>,
  lane: Lane,
  reader: Reader,
  interest: T['interest'],
): Promise<FeedSnapshot<T>> {
  const attempt: Attempt = { wastedCalls: 0, correctionsLeft: MAX_CORRECTIONS };
  for (;;) {
    try {
      return await refresh(feed, lane, reader, interest, attempt);
    } catch (error) {
      if (!(error instanceof WrongTime)) throw error;
      attempt.wastedCalls += error.calls;
      attempt.correctionsLeft -= 1;
    }
  }
}

/** Asks again whether a visit is due: another process may have made it since the reader looked. */
async function refresh<T extends FeedTypes>(
  feed: OpenFeed<T>,
  lane: Lane,
  reader: Reader,
  interest: T['interest'],
  attempt: Attempt,
): Promise<FeedSnapshot<T>> {
  const { services, design, snapshots } = feed;
  const status = snapshots.remembered()?.pacing ? undefined : statusOf(feed);
  const stored = await snapshots.load().catch(() => fail('budget_unavailable', {}));
  const now = services.clock.now();
  const lost = await lossOf(feed, stored, status);
  const before = headBeforeVisit(design, stored, now, lost.before);
  const { head, isNew } = recordInterest(design, before, interest, now);
  const snapshot = { ...stored, state: head };
  // A user who sets up a workflow gets at once what the workflow is interested in.
  const isWantedNow = isNew && (lane === 'interactive' || canVisit(feed, snapshot, lane, reader));
  if (isWantedNow || attempt.wastedCalls > 0 || canVisit(feed, stored, lane, reader))
    return makeVisit(feed, snapshot, lane, lost, attempt);
  if (isNew) await snapshots.commitState(snapshot);
  return snapshot;
}

/** Read beside the snapshot where this process knows of no visit. */
const statusOf = <T extends FeedTypes>({ services: { store, seller }, design }: OpenFeed<T>) =>
  readFeedStatus(store, seller, design.key);

/**
 * What is to be fetched again. If the store has lost the whole snapshot, the feed's status still tells of visits.
 */
async function lossOf<T extends FeedTypes>(
  feed: OpenFeed<T>,
  snapshot: FeedSnapshot<T>,
  /** What was read of it already. */
  status?: Promise<FeedStatus | undefined>,
): Promise<Loss & { before?: FeedStatus | undefined }> {
  const { design, services } = feed;
  const { clock, log } = services;
  const { state, missingSince } = snapshot;
  const before = state?.pacing ? undefined : await (status ?? statusOf(feed));
  if (before || missingSince !== undefined) log('the store has lost what was known', { feed: design.key });
  const now = clock.now();
  const missing = missingRecords(snapshot, now);
  return before
    ? { before, recordsSince: now - RETENTION_MS, watched: { from: 0, to: now } }
    : { recordsSince: missing?.from, isOnlyMissed: missing?.announcedUntil !== undefined };
}

async function makeVisit<T extends FeedTypes>(
  feed: OpenFeed<T>,
  snapshot: FeedSnapshot<T> & { state: FeedHead<T> },
  lane: Lane,
  lost: Loss,
  { wastedCalls, correctionsLeft }: Attempt,
): Promise<FeedSnapshot<T>> {
  const { services, design, pacer, snapshots } = feed;
  const { state: head, entries } = snapshot;
  const now = services.clock.now();
  const credit = pacer.savedAt(head.pacing, now);
  const watched = await snapshots.loadWatched(snapshot).catch(() => fail('budget_unavailable', {}));
  const before = { state: head.own, memory: await design.memory.open(watched.entries), entries };
  const { visit, log, knowledge } = openVisit<T>(services, lane, before, credit, {
    kept: pacer.keptAt(head.pacing, now),
    minCredit: isFree(design, head, now) ? 0 : 1,
    lost: { watched: watched.missing, ...lost },
    ...(design.states && { rules: design.states }),
    checksTime: correctionsLeft > 0,
  });
  const { isComplete, error } = await outcomeOf(design, visit);
  if (error instanceof WrongTime) throw error;
  log.calls += wastedCalls;
  const known = knowledge();
  const isStored = isWorthStoring(log);
  // The platform renews an expired token and polls again at once. The first such visit costs no credit.
  const isUnpaid = isProblem(error, 'token_expired') && !head.expired;
  const visited = { own: known.state, skipped: log.skipped };
  const { own, skipped, pause } =
    isStored && !isUnpaid
      ? afterPause(design, head, visited, { now, isOver: error === undefined })
      : { ...visited, pause: head.pause };
  const after = {
    ...snapshot,
    entries: known.entries,
    state: {
      ...head,
      ready: head.ready || isComplete,
      expired: error !== undefined && (head.expired || isUnpaid),
      refused: refusalAfter(error, services, log.now),
      own,
      neededSince: undefined,
      announcedUntil: undefined,
      neededUntil: undefined,
      unreported: await reportAll(
        services,
        design.key,
        isStored ? [...(head.unreported ?? []), ...skipped] : [],
      ),
      pause,
    },
  };
  if (isStored) {
    if (!isUnpaid) after.state.pacing = await payVisit(feed, head.pacing, log, after.state);
    const isFirst = head.pacing === undefined;
    const written = await storeVisit(feed, {
      snapshot: after,
      watched,
      memory: known.memory,
      log,
      isFirst,
      error,
    });
    // What is stored decides what is fetched next, so no workflow announces anything else. A user sees it all the same.
    const isShown = written === 'stored' || (written === 'declined' && lane === 'interactive');
    if (!isShown && error === undefined) return snapshots.load().catch(() => fail('budget_unavailable', {}));
  }
  if (error !== undefined) throw error;
  return after;
}

async function outcomeOf<T extends FeedTypes>(
  design: FeedDesign<T>,
  visit: Visit<T>,
): Promise<{ isComplete: boolean; error?: unknown }> {
  try {
    return { isComplete: await design.fetch(visit) };
  } catch (error) {
    return { isComplete: false, error };
  }
}
