/**
 * What all feeds that call AliExpress have in common. A feed declares what it fetches, and in which order, as a
 * `FeedDesign`; the engine does the rest.
 *
 * - A visit is made when the pacer has saved up for it, by one reader at a time, under a lease.
 * - A visit that ends with an error stores what it has learned, because that was paid for.
 * - After a transient error the snapshot is served, and the next visit resumes where this one stopped.
 */

import type { Lane } from '../../budget/ledger.ts';
import { oncePer } from '../../once-per.ts';
import { fail, isProblem, isTransient, Problem, type ProblemKind } from '../../problems.ts';
import { SECOND } from '../../runtime.ts';
import { canVisit, nextVisitAt } from './credit.ts';
import type { FeedDesign, FeedTypes, LostRecords } from './design.ts';
import type { FeedEngine, FeedReading, FeedServices, Reader } from './feed.ts';
import { type FeedHead, type FeedSnapshot, recordInterest } from './feed-head.ts';
import { underLease } from './lease.ts';
import { type OpenFeed, openFeed } from './open-feed.ts';
import { refreshOrWait } from './refresh.ts';
import { RETENTION_MS } from './snapshot.ts';
import type { Entry } from './snapshot-format.ts';
import { withWorkflow } from './workflow-rows.ts';

/** How long a workflow that is being turned on waits for another reader that refreshes the feed. */
const MAX_WAIT_MS = 10 * SECOND;
/**
 * How long a poll waits that needs what the feed has not read. Two workflows that always poll at the same moment would
 * otherwise never both be heard.
 */
const POLL_WAIT_MS = 3 * SECOND;
/**
 * Whether a poll is answered from the snapshot. The platform renews an expired token. A wrong clock is reported by an
 * alert, and calls are made on AliExpress's time.
 */
const canServe = ({ kind }: Problem): boolean =>
  (isTransient(kind) && kind !== 'token_expired') || kind === 'clock_wrong';

/** A workflow can be set up although nothing is known: AliExpress answers later. */
export const HARMLESS: ReadonlySet<ProblemKind> = new Set([
  'budget_used_up',
  'store_forgot',
  'calls_paused',
  'shop_rate_limited',
  'app_rate_limited',
  'app_quota_used_up',
  'aliexpress_unreachable',
]);

type Entries<V> = ReadonlyMap<string, Entry<V>>;

/** The records in the order in which the feed first saw them. Between two visits they are the same. */
const recordsIn = oncePer((entries: Entries<object>) => ({
  records: Array.from(entries.values(), ({ values }) => values),
  entryOf: new Map(Array.from(entries.values(), (entry) => [entry.values, entry])),
}));
const recordsOf = <V extends object>(entries: Entries<V>) =>
  recordsIn(entries) as unknown as { records: V[]; entryOf: ReadonlyMap<object, Entry<V>> };

export function createFeed<T extends FeedTypes>(
  services: FeedServices,
  design: FeedDesign<T>,
): FeedEngine<T['values']> {
  const feed = openFeed(services, design);
  const { snapshots } = feed;
  const { recalling, confirming, unreadSince } = design;

  const toReading = ({ state, entries }: FeedSnapshot<T>): FeedReading<T['values']> => {
    const { records, entryOf } = recordsOf(entries);
    const { knownUntil, happenedSince } = design;
    return {
      records,
      statesOf: (record) => entryOf.get(record)?.states,
      ...(knownUntil &&
        state && {
          knownUntil: (record) => {
            const entry = entryOf.get(record);
            return entry && knownUntil(state.own, entry);
          },
        }),
      ...(happenedSince && state && { happenedSince: (fetched) => happenedSince(state.own, fetched) }),
      workflows: state?.workflows ?? {},
      completeSince: state && completeSinceOf(state),
      ...(state?.pause && { pause: state.pause }),
    };
  };

  const completeSinceOf = ({ completeSince, own }: FeedHead<T>): number =>
    Math.max(completeSince, design.wantedSince?.(own) ?? 0);

  const isVisitDue = (lane: Lane, reader: Reader = {}) => {
    const state = snapshots.remembered();
    return state && canVisit(feed, { state }, lane, reader);
  };

  const isChanged = async (...change: HeadChange<T>) => (await changeHead(feed, ...change)) === 'stored';

  const self: FeedEngine<T['values']> = {
    read: async (lane, reader = {}) => {
      const stored = await snapshots.load().catch(() => undefined);
      if (stored) {
        const previousVisitAt = stored.state?.pacing?.at;
        return { ...toReading(await newestSnapshot(feed, stored, lane, reader)), previousVisitAt };
      }
      if (lane === 'interactive') return fail('budget_unavailable', {});
      return { records: [] };
    },
    visitIfDue: async (lane, reader = {}) => {
      const secondary = { ...reader, isSecondary: true };
      if (isVisitDue(lane, secondary) !== false) await self.read(lane, secondary);
    },
    isVisitDue,
    known: async () => {
      const stored = await snapshots.load().catch(() => fail('budget_unavailable', {}));
      return toReading(stored).records;
    },
    nextVisitAt: async () => nextVisitAt(feed, await snapshots.load()),
    keepWorkflow: async (digest, row, waits = false, replaced) => {
      const changed = await changeHead(feed, waits ? MAX_WAIT_MS : 0, (head, now) => ({
        ...head,
        workflows: withWorkflow(head.workflows, digest, row, {
          now,
          isClockConfirmed: services.isClockConfirmed?.() ?? false,
          replaced,
        }),
      }));
      // The mark has keys of its own too.
      return changed !== 'declined';
    },
    catchUp: (since) =>
      isChanged(POLL_WAIT_MS, (head, now) =>
        completeSinceOf(head) > since && (head.neededSince ?? now) > since
          ? { ...needing(head, { from: since, to: now }), completeSince: Math.min(head.completeSince, since) }
          : undefined,
      ),
    readAgain: (since, announcedUntil) =>
      isChanged(POLL_WAIT_MS, (head, now) =>
        needing(head, { from: since, to: now - RETENTION_MS, announcedUntil }),
      ),
    ...(unreadSince && {
      unreadSince: async () => {
        const { state } = await snapshots.load();
        if (!state?.ready) return undefined;
        const { neededSince = Number.POSITIVE_INFINITY, unreported = [] } = state;
        return Math.min(unreadSince(state.own), neededSince, ...unreported.map(({ from }) => from));
      },
    }),
    ...(confirming && {
      confirm: async (until) => {
        const known = snapshots.remembered();
        if (known && !confirming(known.own, until)) return;
        await changeHead(feed, 0, (head) => {
          const own = confirming(head.own, until);
          return own && { ...head, own };
        });
      },
    }),
    ...(recalling && {
      recall: (span) => isChanged(MAX_WAIT_MS, (head) => ({ ...head, own: recalling(head.own, span) })),
    }),
  };
  return self;
}

type HeadChange<T extends FeedTypes> = [
  /** How long it waits for another reader that refreshes the feed. */
  waitMs: number,
  /** Undefined if nothing is to be changed. */
  change: (head: FeedHead<T>, now: number) => FeedHead<T> | undefined,
];

/**
 * Changes the head between two visits.
 * @returns `absent` if there is no head: one without a visit would hide that the snapshot was lost
 */
async function changeHead<T extends FeedTypes>(
  { services, snapshots, leaseKey }: OpenFeed<T>,
  ...[waitMs, change]: HeadChange<T>
): Promise<'stored' | 'declined' | 'absent'> {
  const { store, random, clock } = services;
  const deadline = clock.now() + waitMs;
  for (;;) {
    const written = await underLease(store, random, leaseKey, async () => {
      const snapshot = await snapshots.load();
      if (!snapshot.state) return 'absent' as const;
      const state = change(snapshot.state, clock.now());
      return state ? snapshots.commitState({ ...snapshot, state }) : ('stored' as const);
    }).catch(() => 'declined' as const);
    if (written === 'stored' || written === 'absent') return written;
    if (written === 'declined' || clock.now() >= deadline) return 'declined';
    await clock.sleep(SECOND);
  }
}

/** The head with which the next visit fetches again what a workflow has missed. */
const needing = <T extends FeedTypes>(
  head: FeedHead<T>,
  { from, to, announcedUntil = from }: LostRecords,
): FeedHead<T> => ({
  ...head,
  neededSince: Math.min(from, head.neededSince ?? from),
  announcedUntil: Math.min(announcedUntil, head.announcedUntil ?? announcedUntil),
  neededUntil: Math.max(to, head.neededUntil ?? to),
});

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
    return await refreshOrWait(feed, snapshot, { lane, reader, interest, isNew: known?.isNew ?? false });
  } catch (error) {
    const stored = await snapshots.load().catch(() => snapshot);
    const problem = asFeedProblem(error);
    if (!isProblem(problem) || !canServe(problem)) throw problem;
    if (lane !== 'polling' && !stored.state?.ready && !HARMLESS.has(problem.kind)) throw problem;
    services.log('records are served from the snapshot', { feed: design.key, because: problem.kind });
    return stored;
  }
}

/** The user of a search can correct the number that AliExpress refuses. The user of a trigger entered none. */
export const asFeedProblem = (error: unknown): unknown =>
  isProblem(error, 'request_refused') ? new Problem('aliexpress_rejected', error.facts) : error;
