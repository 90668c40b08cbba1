/**
 * What all feeds that call AliExpress have in common. A feed declares what it fetches, and in which order, as a
 * `FeedDesign`; the engine does the rest.
 *
 * - A visit is made when the pacer has saved up for it, by one reader at a time, under a lease.
 * - A visit that ends with an error stores what it has learned, because that was paid for.
 * - After a transient error the snapshot is served, and the next visit resumes where this one stopped.
 */

import type { Lane } from '../../budget/ledger.ts';
import { fail, isProblem, isTransient, Problem } from '../../problems.ts';
import { canVisit } from './credit.ts';
import type { FeedDesign, FeedTypes } from './design.ts';
import type { FeedEngine, FeedReading, FeedServices, Reader } from './feed.ts';
import { type FeedSnapshot, recordInterest } from './feed-head.ts';
import { type OpenFeed, openFeed } from './open-feed.ts';
import { recordPoll } from './poll-schedule.ts';
import { refreshOrWait } from './refresh.ts';
import { RETENTION_MS } from './snapshot.ts';

/**
 * Whether a poll is answered from the snapshot. The platform renews an expired token. A wrong clock is reported by an
 * alert, and calls are made on AliExpress's time.
 */
const canServe = ({ kind }: Problem): boolean =>
  (isTransient(kind) && kind !== 'token_expired') || kind === 'clock_wrong';

export function createFeed<T extends FeedTypes>(
  services: FeedServices,
  design: FeedDesign<T>,
): FeedEngine<T['values']> {
  const feed = openFeed(services, design);
  const { snapshots, schedule } = feed;
  const { clock } = services;

  const toReading = ({ state, entries }: FeedSnapshot<T>): FeedReading<T['values']> => {
    const since = state?.completeSince ?? clock.now();
    return {
      records: [...entries.values()].map(({ values }) => values),
      completeSince: design.backfills ? since : Math.max(since, clock.now() - RETENTION_MS),
    };
  };

  return {
    read: async (lane, reader = {}) => {
      if (reader.workflow !== undefined) recordPoll(schedule, reader.workflow, clock.now());
      const stored = await snapshots.load().catch(() => undefined);
      if (stored) return toReading(await newestSnapshot(feed, stored, lane, reader));
      if (lane === 'interactive') return fail('budget_unavailable', {});
      return { records: [], completeSince: clock.now() };
    },
    known: async () => toReading(await snapshots.load()).records,
  };
}

async function newestSnapshot<T extends FeedTypes>(
  feed: OpenFeed<T>,
  stored: FeedSnapshot<T>,
  lane: Lane,
  reader: Reader,
): Promise<FeedSnapshot<T>> {
  const { services, design, snapshots } = feed;
  const interest = await design.interest?.of(reader);
  const known = stored.state && recordInterest(design, stored.state, interest, services.clock.now());
  const snapshot = { ...stored, state: known?.head };
  const tooMany = (known && design.interest?.tooMany?.(known.head.own, interest)) ?? 0;
  if (tooMany > 0) services.log('too many things are to be watched', { feed: design.key, tooMany });
  if (!known?.isNew && !canVisit(feed, snapshot, lane, reader)) return snapshot;
  try {
    return await refreshOrWait(feed, snapshot, lane, reader, interest);
  } catch (error) {
    const stored = await snapshots.load().catch(() => snapshot);
    const problem = asFeedProblem(error);
    if (!isProblem(problem) || !canServe(problem) || (lane !== 'polling' && !stored.state?.ready))
      throw problem;
    services.log('records are served from the snapshot', { feed: design.key, because: problem.kind });
    return stored;
  }
}

/** The user of a search can correct the number that AliExpress refuses. The user of a trigger entered none. */
const asFeedProblem = (error: unknown): unknown =>
  isProblem(error, 'request_refused') ? new Problem('aliexpress_rejected', error.facts) : error;
