/** Stores what a visit has learned: the snapshot, then what depends on it. */

import { demandOf } from '../../budget/feed-demand.ts';
import type { Section } from './chunks.ts';
import { needsOf } from './credit.ts';
import type { FeedTypes } from './design.ts';
import { nextFailure } from './feed-failure.ts';
import type { FeedHead, FeedSnapshot } from './feed-head.ts';
import { addDelays, readFeedStatus, writeFeedStatus } from './feed-status.ts';
import type { Written } from './heads.ts';
import type { OpenFeed } from './open-feed.ts';
import type { VisitLog } from './visit-log.ts';

/** For how long no process visits after a visit that could not be stored. */
const REST_SECONDS = 480;
/** Stands in place of the holder of the lease meanwhile. */
export const RESTING = 'resting';

/** A visit that has ended. */
export interface FinishedVisit<T extends FeedTypes> {
  snapshot: FeedSnapshot<T> & { state: FeedHead<T> };
  watched: Section<object>;
  memory: T['memory'];
  log: VisitLog;
  /** The feed had never visited before. */
  isFirst: boolean;
  /** With which the visit has ended. */
  error?: unknown;
}

/**
 * What cannot be stored is fetched again, because the state that says what to fetch is in the snapshot too.
 * @returns `superseded` if another process has stored a visit in the meantime
 */
export async function storeVisit<T extends FeedTypes>(
  feed: OpenFeed<T>,
  finished: FinishedVisit<T>,
): Promise<Written> {
  const { services, design, snapshots, leaseKey } = feed;
  const { store, log } = services;
  const watched = { ...finished.watched, entries: design.memory.entries?.(finished.memory) ?? new Map() };
  const written = await snapshots.commit(finished.snapshot, watched);
  if (written === 'stored') {
    await Promise.all([design.memory.store?.(finished.memory), reportStatus(feed, finished).catch(() => {})]);
    return written;
  }
  log('the snapshot was not stored; its records will be fetched again', {
    feed: design.key,
    because: written,
  });
  // The credit was not stored either. Without a rest every poll would make a call until the day is exhausted.
  if (written === 'declined') await store.set(leaseKey, RESTING, REST_SECONDS).catch(() => {});
  return written;
}

/** For the plans of the other feeds, and for the search that shows the call budget. */
async function reportStatus<T extends FeedTypes>(
  { services, design, pacer }: OpenFeed<T>,
  { snapshot, log, isFirst, error }: FinishedVisit<T>,
): Promise<void> {
  const { seller, store, budget } = services;
  const { own, pacing, completeSince, refused } = snapshot.state;
  if (!pacing) return;
  const day = budget.today().name;
  const before = await readFeedStatus(store, seller, design.key);
  const nextDueAt = Math.max(refused?.until ?? 0, design.dueAt?.(own, log.now) ?? log.now);
  const status = {
    ...demandOf(design.demand, pacing, needsOf(design, own, log.now)),
    counts: pacing.counts,
    owed: pacing.owed,
    credit: pacing.credit,
    scale: pacing.scale,
    since: pacing.since,
    until: pacing.until,
    nextDueAt,
    visitedAt: log.now,
    completeSince,
    nextAt: Math.max(nextDueAt, pacer.nextAt(pacing)),
    day,
    // What had happened before the first visit was not late.
    delays: addDelays(before, day, log, isFirst ? Infinity : completeSince),
    planned: pacing.planned,
    reserved: pacing.reserved,
    spent: pacing.spent,
    waiting: design.waiting?.(own, log.now) ?? null,
    parcels: design.watchedParcels?.(own) ?? null,
    readsWholeLists: design.readsWholeLists?.(own) ?? false,
    failure: nextFailure(before?.failure, error, log.now),
  };
  await writeFeedStatus(store, seller, design.key, status, before);
}
