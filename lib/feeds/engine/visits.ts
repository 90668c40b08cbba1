/**
 * What all feeds that call AliExpress have in common: when a visit is made, who makes it, how it is paid, and what is
 * stored of it. What a feed asks for, and in which order, is its `FeedDesign`.
 *
 * - A visit is made when the pacer has saved up for it, by one reader at a time, under a lease.
 * - What a visit has learnt is stored also when it ends with an error: what was paid is not thrown away.
 * - A trouble that passes by itself is answered from the snapshot.
 */

import * as z from 'zod';
import type { Method } from '../../aliexpress/method.ts';
import type { Lane } from '../../budget/ledger.ts';
import { createPacer, type PacerState } from '../../budget/pacer.ts';
import { fail, isProblem } from '../../problems.ts';
import type { FeedEngine, FeedServices, Reader } from './feed.ts';
import { type FeedKey, readFeedStatus, readOtherDemands, writeFeedStatus } from './feed-status.ts';
import { underLease } from './lease.ts';
import { isBestTime, recordPoll } from './poll-schedule.ts';
import { createSnapshots, type Entry, RETENTION_MS, remember, type Snapshot } from './snapshot.ts';

/** A visit must end well within the platform's 30 seconds, also when the last call takes its full 10. */
const MAX_CALLS_PER_VISIT = 10;
const MAX_VISIT_DURATION_MS = 10_000;
/** What was seen again unchanged is stored again after so long, so that it stays known. */
const RENEWAL_MS = RETENTION_MS / 3;
/** How long nobody visits after a visit that could not be stored. */
const REST_SECONDS = 480;
/** How long somebody who sets a workflow up waits for a first look to be complete. */
const FIRST_VISIT_TIMEOUT_MS = 15_000;

/** Troubles that pass by themselves: the snapshot is served, and the feed goes on where it stopped. */
const TRANSIENT = ['budget_used_up', 'budget_unavailable', 'calls_paused', 'aliexpress_unreachable'] as const;

const pacingSchema: z.ZodType<PacerState> = z.object({
  credit: z.number(),
  at: z.number(),
  scale: z.number(),
  since: z.number(),
  until: z.number(),
  limit: z.number(),
  counts: z.array(z.number()).length(24),
});

const headSchema = <S>(own: z.ZodType<S>) =>
  z.object({
    /** A first look was complete. */
    ready: z.boolean(),
    /** The last visit ended with an expired token. */
    expired: z.boolean(),
    completeSince: z.number(),
    pacing: pacingSchema.optional(),
    /** What the feed itself remembers. */
    own,
  });
type Head<S> = z.infer<ReturnType<typeof headSchema<S>>>;

export interface Waiting {
  count: number;
  /** Since when the one that waits longest should have been asked for, epoch milliseconds. */
  since: number;
}

/** One visit, as the feed's design sees it. */
export interface Visit<S, V extends object> {
  /** When it began, epoch milliseconds. */
  now: number;
  state: S;
  /** Everything the feed knows, by id. */
  known: ReadonlyMap<string, Entry<V>>;
  /** Calls that were saved up for this visit; it may take more, and pays for them later. */
  saved: number;
  /** Calls paid so far. */
  calls(): number;
  /** Whether there is time for one more call. */
  canContinue(): boolean;
  /** `state` is worth storing, though no call was made. */
  markDirty(): void;
  /** There is something new to ask about since `at`, epoch milliseconds; only for a feed that `tracksDemand`. */
  demand(at: number): void;
  /**
   * Pays for one call and makes it.
   * @param share `spread`: what it costs is spread over the rest of the day, and does not put off the next visit
   * @throws Problem
   */
  call<M extends Method>(
    method: M,
    request: z.input<M['request']>,
    share?: 'spread',
  ): Promise<{ answer: z.output<M['answer']>; answeredAt: number }>;
  /**
   * Keeps a record.
   * @param happenedAt where the visit is the first to see it: when that happened, epoch milliseconds
   */
  keep(id: string, values: V, happenedAt?: number): void;
}

export interface FeedDesign<S, V extends object> {
  key: FeedKey;
  /** How much a delay matters beside other feeds', and calls of an ordinary visit. */
  demand: { weight: number; cost: number };
  /** What there is to ask about is known before it is asked (`visit.demand`), and not only by what was found. */
  tracksDemand?: true;
  /** Schema of what the feed remembers. */
  state: z.ZodType<S>;
  first(now: number): S;
  /** The feed will know all that happened since then, once its first look is complete. */
  completeSince(now: number): number;
  /** What happened long ago may be found only now: whatever happened since the feed began is handed out. */
  backfills?: true;
  /** What was fetched since then is lost and must be asked for again. */
  lost?(state: S, since: number, now: number): void;
  /** When there is something to ask for, epoch milliseconds; left out: at any time. */
  dueAt?(state: S, now: number): number;
  /** Whether there is something new that the feed should look at. Changes `state` so that it will. */
  wish?(state: S, reader: Reader, now: number): Promise<boolean>;
  /** Asks what there is to ask. True when the feed knows all it should. Throws what `call` throws. */
  look(visit: Visit<S, V>): Promise<boolean>;
  /** Stores what `look` remembers beside the snapshot, after that was stored. */
  stored?(visit: Visit<S, V>): Promise<void>;
  waiting?(state: S, now: number): Waiting | null;
}

export function createFeed<S, V extends object>(
  services: FeedServices,
  design: FeedDesign<S, V>,
): FeedEngine {
  const { seller, gateway, budget, store, clock, random, log, memo } = services;
  const { key } = design;
  const pacer = createPacer(design.demand);
  const leaseKey = `lease:${seller}:${key}`;
  const scheduleKey = `${seller}:${key}`;
  const schedule = memo.schedules.get(scheduleKey) ?? new Map();
  remember(memo.schedules, scheduleKey, schedule);
  const snapshots = createSnapshots<Head<S>, V>({
    store,
    clock,
    random,
    key: `snap:${seller}:${key}`,
    state: headSchema(design.state),
    memo,
  });

  type Known = Snapshot<Head<S>, V>;

  /** Somebody who is setting a workflow up waits for a first complete look, and gets it at once. */
  const canVisit = ({ state, missingSince }: Known, lane: Lane, { workflow }: Reader) =>
    (lane === 'interactive' && !state?.ready) ||
    ((state === undefined ||
      missingSince !== undefined ||
      (design.dueAt?.(state.own, clock.now()) ?? 0) <= clock.now()) &&
      pacer.canVisit(
        state?.pacing,
        clock.now(),
        workflow !== undefined && !isBestTime(schedule, workflow, clock.now()),
      ));

  interface VisitLog {
    now: number;
    calls: number;
    /** Of those, the ones whose cost is spread over the day. */
    spread: number;
    changed: Set<string>;
    /** When it happened what this visit was the first to see, epoch milliseconds. */
    happened: number[];
    /** What the feed itself says there is to ask about, for one that counts it. */
    demand: number[];
    isDirty: boolean;
    /** Its calls are not taken from the feed's credit. */
    free?: boolean;
  }

  async function refresh(lane: Lane, reader: Reader): Promise<Known> {
    const snapshot = await snapshots.load().catch(() => fail('budget_unavailable', {}));
    const isDue = canVisit(snapshot, lane, reader);
    const now = clock.now();
    snapshot.state ??= {
      ready: false,
      expired: false,
      completeSince: design.completeSince(now),
      own: design.first(now),
    };
    const { state } = snapshot;
    if (snapshot.missingSince !== undefined) design.lost?.(state.own, snapshot.missingSince, now);
    const isNew = (await design.wish?.(state.own, reader, now)) ?? false;
    // Somebody who sets a workflow up gets what it is about at once.
    if (!isDue && !(isNew && (lane === 'interactive' || canVisit(snapshot, lane, reader)))) {
      if (isNew) await snapshots.commit(snapshot, new Set()).catch(() => false);
      return snapshot;
    }

    const visitLog: VisitLog = {
      now,
      calls: 0,
      spread: 0,
      changed: new Set(),
      happened: [],
      demand: [],
      isDirty: false,
    };
    const visit = openVisit(snapshot, state, lane, visitLog);
    try {
      if (await design.look(visit)) state.ready = true;
      state.expired = false;
    } catch (error) {
      // The platform renews the token and comes back at once: that second try has its credit still, but only that one.
      if (isProblem(error, 'token_expired') && !state.expired) {
        state.expired = true;
        visitLog.free = true;
      }
      throw error;
    } finally {
      if (visitLog.calls > 0 || visitLog.changed.size > 0 || visitLog.isDirty)
        await finishVisit(snapshot, state, visit, visitLog);
    }
    return snapshot;
  }

  const openVisit = (snapshot: Known, state: Head<S>, lane: Lane, visitLog: VisitLog): Visit<S, V> => ({
    now: visitLog.now,
    state: state.own,
    known: snapshot.entries,
    saved: Math.max(1, Math.floor(pacer.savedAt(state.pacing, visitLog.now))),
    calls: () => visitLog.calls,
    markDirty: () => {
      visitLog.isDirty = true;
    },
    canContinue: () =>
      visitLog.calls < MAX_CALLS_PER_VISIT && clock.now() - visitLog.now <= MAX_VISIT_DURATION_MS,
    call: (method, request, share) =>
      gateway.call(method, request, {
        lane,
        onPaid: () => {
          visitLog.calls += 1;
          if (share === 'spread') visitLog.spread += 1;
        },
      }) as never,
    keep: (id, values, happenedAt) => {
      const known = snapshot.entries.get(id);
      const isSame = known && JSON.stringify(known.values) === JSON.stringify(values);
      if (isSame && visitLog.now - known.fetchedAt < RENEWAL_MS) return;
      snapshot.entries.set(id, {
        id,
        seenAt: known?.seenAt ?? visitLog.now,
        fetchedAt: visitLog.now,
        values: isSame ? known.values : values,
      });
      visitLog.changed.add(id);
      if (!known && happenedAt !== undefined) visitLog.happened.push(happenedAt);
    },
    demand: (at) => {
      visitLog.demand.push(at);
    },
  });

  /** Books the visit and writes the snapshot. What cannot be written is asked again: the state is in it too. */
  async function finishVisit(
    snapshot: Known,
    state: Head<S>,
    visit: Visit<S, V>,
    visitLog: VisitLog,
  ): Promise<void> {
    const [used, otherDemands] = await Promise.all([
      budget.used().catch(() => undefined),
      readOtherDemands(store, seller, key, visitLog.now),
    ]);
    const isFirst = state.pacing === undefined;
    if (!visitLog.free) {
      const entry = {
        now: visitLog.now,
        day: budget.today(),
        calls: visitLog.calls - visitLog.spread,
        used,
        limit: budget.limit,
        events: design.tracksDemand ? visitLog.demand : visitLog.happened,
      };
      state.pacing = pacer.afterVisit(state.pacing, entry, otherDemands);
    }
    if (!(await snapshots.commit(snapshot, visitLog.changed).catch(() => false))) {
      log('the snapshot was not stored; what it held will be fetched again', { feed: key });
      // The pacing was not stored either. Without this, every poll would spend a call until the card is full.
      await store.set(leaseKey, 'resting', REST_SECONDS).catch(() => false);
      return;
    }
    await design.stored?.(visit);
    await recordStatus(state, visitLog, isFirst).catch(() => false);
  }

  /** For the other feeds' plans, and for the person who wants to know. */
  async function recordStatus(state: Head<S>, visitLog: VisitLog, isFirst: boolean): Promise<void> {
    const { pacing } = state;
    if (!pacing) return;
    const day = budget.today().name;
    const before = await readFeedStatus(store, seller, key);
    const delays = before?.day === day ? before.delays : { count: 0, sumMs: 0 };
    // What had happened before the feed began to look was not late.
    const late = isFirst ? [] : visitLog.happened.filter((at) => at >= state.completeSince);
    for (const at of late) {
      delays.count += 1;
      delays.sumMs += visitLog.now - at;
    }
    const nextDueAt = design.dueAt?.(state.own, visitLog.now) ?? visitLog.now;
    await writeFeedStatus(store, seller, key, {
      ...design.demand,
      counts: pacing.counts,
      nextDueAt,
      visitedAt: visitLog.now,
      nextAt: Math.max(nextDueAt, pacer.nextAt(pacing)),
      day,
      delays,
      waiting: design.waiting?.(state.own, visitLog.now) ?? null,
    });
  }

  /** Refreshes, or lets another do it. Who sets a workflow up stays until the first look is complete. */
  async function visit(lane: Lane, known: Known, reader: Reader): Promise<Known> {
    const deadline = clock.now() + FIRST_VISIT_TIMEOUT_MS;
    for (let snapshot = known; ; ) {
      const refreshed = await underLease(store, random, leaseKey, () => refresh(lane, reader));
      snapshot = refreshed ?? snapshot;
      if (lane !== 'interactive' || snapshot.state?.ready) return snapshot;
      if (clock.now() >= deadline) return fail('first_check_incomplete', {});
      await clock.sleep(1000);
    }
  }

  return {
    read: async (lane, reader = {}) => {
      if (reader.workflow !== undefined) recordPoll(schedule, reader.workflow, clock.now());
      let snapshot = await snapshots.load().catch(() => undefined);
      if (snapshot === undefined) {
        if (lane === 'interactive') return fail('budget_unavailable', {});
        return { records: [], completeSince: clock.now() };
      }
      const isNew = snapshot.state && (await design.wish?.(snapshot.state.own, reader, clock.now()));
      if (isNew || canVisit(snapshot, lane, reader)) {
        try {
          snapshot = await visit(lane, snapshot, reader);
        } catch (error) {
          snapshot = await snapshots.load().catch(() => snapshot);
          if (!isProblem(error, ...TRANSIENT) || (lane === 'interactive' && !snapshot?.state?.ready))
            throw error;
          log('records are served from the snapshot', { feed: key, because: error.kind });
        }
      }
      const since = snapshot?.state?.completeSince ?? clock.now();
      return {
        records: [...(snapshot?.entries.values() ?? [])].map((entry) => entry.values as never),
        completeSince: design.backfills ? since : Math.max(since, clock.now() - RETENTION_MS),
      };
    },
    known: async () => [...(await snapshots.load()).entries.values()].map((entry) => entry.values as never),
  };
}
