/**
 * What all feeds that call AliExpress have in common: when a visit is made, who makes it, how it is paid, and what is
 * stored of it. What a feed asks for, and in which order, is its `FeedDesign`.
 *
 * - A visit is made when the pacer has saved up for it, by one reader at a time, under a lease.
 * - What a visit has learnt is stored also when it ends with an error: what was paid is not thrown away.
 * - A trouble that passes by itself is answered from the snapshot.
 */

import * as z from 'zod';
import type { Method } from '../aliexpress/method.ts';
import type { Lane } from '../budget/ledger.ts';
import { createPacer, type PacerState } from '../budget/pacer.ts';
import { fail, isProblem } from '../problems.ts';
import type { FeedEngine, FeedServices, Reader } from './feed.ts';
import { underLease } from './lease.ts';
import { type FeedKey, readPace, rivalsOf, writePace } from './pace.ts';
import { beat, isBestMoment } from './pulse.ts';
import { createSnapshots, type Entry, KEPT_MS, remember, type Snapshot } from './snapshot.ts';

/** A visit must end well within the platform's 30 seconds, also when the last call takes its full 10. */
const MOST_CALLS_PER_VISIT = 10;
const MOST_MS_PER_VISIT = 10_000;
/** What was seen again unchanged is stored again after so long, so that it stays known. */
const RENEW_AFTER_MS = KEPT_MS / 3;
/** How long nobody visits after a visit that could not be stored. */
const REST_SECONDS = 480;
/** How long somebody who sets a workflow up waits for a first look to be complete. */
const PATIENCE_MS = 15_000;

/** Troubles that pass by themselves: the snapshot is served, and the feed goes on where it stopped. */
const PASSING = ['budget_used_up', 'budget_unavailable', 'banned', 'aliexpress_unreachable'] as const;

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
  mayGoOn(): boolean;
  /** `state` is worth storing, though no call was made. */
  touch(): void;
  /** There is something new to ask about since `at`, epoch milliseconds; only for a feed that `countsDemand`. */
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
  countsDemand?: true;
  /** Schema of what the feed remembers. */
  state: z.ZodType<S>;
  first(now: number): S;
  /** The feed will know all that happened since then, once its first look is complete. */
  completeSince(now: number): number;
  /** What happened long ago may be found only now: whatever happened since the feed began is handed out. */
  findsLate?: true;
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
  const pulseKey = `${seller}:${key}`;
  const pulse = memo.pulses.get(pulseKey) ?? new Map();
  remember(memo.pulses, pulseKey, pulse);
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
  const mayVisit = ({ state, lostSince }: Known, lane: Lane, { workflow }: Reader) =>
    (lane === 'ask' && !state?.ready) ||
    ((state === undefined ||
      lostSince !== undefined ||
      (design.dueAt?.(state.own, clock.now()) ?? 0) <= clock.now()) &&
      pacer.mayVisit(
        state?.pacing,
        clock.now(),
        workflow !== undefined && !isBestMoment(pulse, workflow, clock.now()),
      ));

  interface Books {
    now: number;
    calls: number;
    /** Of those, the ones whose cost is spread over the day. */
    spread: number;
    changed: Set<string>;
    /** When it happened what this visit was the first to see, epoch milliseconds. */
    happened: number[];
    /** What the feed itself says there is to ask about, for one that counts it. */
    demand: number[];
    isTouched: boolean;
    /** Its calls are not taken from the feed's credit. */
    free?: boolean;
  }

  async function refresh(lane: Lane, reader: Reader): Promise<Known> {
    const snapshot = await snapshots.load().catch(() => fail('budget_unavailable', {}));
    const isDue = mayVisit(snapshot, lane, reader);
    const now = clock.now();
    snapshot.state ??= {
      ready: false,
      expired: false,
      completeSince: design.completeSince(now),
      own: design.first(now),
    };
    const { state } = snapshot;
    if (snapshot.lostSince !== undefined) design.lost?.(state.own, snapshot.lostSince, now);
    const isNew = (await design.wish?.(state.own, reader, now)) ?? false;
    // Somebody who sets a workflow up gets what it is about at once.
    if (!isDue && !(isNew && (lane === 'ask' || mayVisit(snapshot, lane, reader)))) {
      if (isNew) await snapshots.commit(snapshot, new Set()).catch(() => false);
      return snapshot;
    }

    const books: Books = {
      now,
      calls: 0,
      spread: 0,
      changed: new Set(),
      happened: [],
      demand: [],
      isTouched: false,
    };
    const visit = openVisit(snapshot, state, lane, books);
    try {
      if (await design.look(visit)) state.ready = true;
      state.expired = false;
    } catch (error) {
      // The platform renews the token and comes back at once: that second try has its credit still, but only that one.
      if (isProblem(error, 'token_expired') && !state.expired) {
        state.expired = true;
        books.free = true;
      }
      throw error;
    } finally {
      if (books.calls > 0 || books.changed.size > 0 || books.isTouched)
        await settle(snapshot, state, visit, books);
    }
    return snapshot;
  }

  const openVisit = (snapshot: Known, state: Head<S>, lane: Lane, books: Books): Visit<S, V> => ({
    now: books.now,
    state: state.own,
    known: snapshot.entries,
    saved: Math.max(1, Math.floor(pacer.savedAt(state.pacing, books.now))),
    calls: () => books.calls,
    touch: () => {
      books.isTouched = true;
    },
    mayGoOn: () => books.calls < MOST_CALLS_PER_VISIT && clock.now() - books.now <= MOST_MS_PER_VISIT,
    call: (method, request, share) =>
      gateway.call(method, request, {
        lane,
        onPaid: () => {
          books.calls += 1;
          if (share === 'spread') books.spread += 1;
        },
      }) as never,
    keep: (id, values, happenedAt) => {
      const known = snapshot.entries.get(id);
      const isSame = known && JSON.stringify(known.values) === JSON.stringify(values);
      if (isSame && books.now - known.fetchedAt < RENEW_AFTER_MS) return;
      snapshot.entries.set(id, {
        id,
        seenAt: known?.seenAt ?? books.now,
        fetchedAt: books.now,
        values: isSame ? known.values : values,
      });
      books.changed.add(id);
      if (!known && happenedAt !== undefined) books.happened.push(happenedAt);
    },
    demand: (at) => {
      books.demand.push(at);
    },
  });

  /** Books the visit and writes the snapshot. What cannot be written is asked again: the state is in it too. */
  async function settle(snapshot: Known, state: Head<S>, visit: Visit<S, V>, books: Books): Promise<void> {
    const [used, rivals] = await Promise.all([
      budget.used().catch(() => undefined),
      rivalsOf(store, seller, key, books.now),
    ]);
    const isFirst = state.pacing === undefined;
    if (!books.free) {
      const booked = {
        now: books.now,
        day: budget.today(),
        calls: books.calls - books.spread,
        used,
        limit: budget.limit,
        events: design.countsDemand ? books.demand : books.happened,
      };
      state.pacing = pacer.afterVisit(state.pacing, booked, rivals);
    }
    if (!(await snapshots.commit(snapshot, books.changed).catch(() => false))) {
      log('the snapshot was not stored; what it held will be fetched again', { feed: key });
      // The pacing was not stored either. Without this, every poll would spend a call until the card is full.
      await store.set(leaseKey, 'resting', REST_SECONDS).catch(() => false);
      return;
    }
    await design.stored?.(visit);
    await notePace(state, books, isFirst).catch(() => false);
  }

  /** For the other feeds' plans, and for the person who wants to know. */
  async function notePace(state: Head<S>, books: Books, isFirst: boolean): Promise<void> {
    const { pacing } = state;
    if (!pacing) return;
    const day = budget.today().name;
    const before = await readPace(store, seller, key);
    const delays = before?.day === day ? before.delays : { count: 0, sumMs: 0 };
    // What had happened before the feed began to look was not late.
    const late = isFirst ? [] : books.happened.filter((at) => at >= state.completeSince);
    for (const at of late) {
      delays.count += 1;
      delays.sumMs += books.now - at;
    }
    const idleUntil = design.dueAt?.(state.own, books.now) ?? books.now;
    await writePace(store, seller, key, {
      ...design.demand,
      counts: pacing.counts,
      idleUntil,
      visitedAt: books.now,
      nextAt: Math.max(idleUntil, pacer.nextAt(pacing)),
      day,
      delays,
      waiting: design.waiting?.(state.own, books.now) ?? null,
    });
  }

  /** Refreshes, or lets another do it. Who sets a workflow up stays until the first look is complete. */
  async function visit(lane: Lane, known: Known, reader: Reader): Promise<Known> {
    const patience = clock.now() + PATIENCE_MS;
    for (let snapshot = known; ; ) {
      const refreshed = await underLease(store, random, leaseKey, () => refresh(lane, reader));
      snapshot = refreshed ?? snapshot;
      if (lane !== 'ask' || snapshot.state?.ready) return snapshot;
      if (clock.now() >= patience)
        return fail('aliexpress_unreachable', { reason: 'the first look is not complete yet' });
      await clock.sleep(1000);
    }
  }

  return {
    read: async (lane, reader = {}) => {
      if (reader.workflow !== undefined) beat(pulse, reader.workflow, clock.now());
      let snapshot = await snapshots.load().catch(() => undefined);
      if (snapshot === undefined) {
        if (lane === 'ask') return fail('budget_unavailable', {});
        return { records: [], completeSince: clock.now() };
      }
      const isNew = snapshot.state && (await design.wish?.(snapshot.state.own, reader, clock.now()));
      if (isNew || mayVisit(snapshot, lane, reader)) {
        try {
          snapshot = await visit(lane, snapshot, reader);
        } catch (error) {
          snapshot = await snapshots.load().catch(() => snapshot);
          if (!isProblem(error, ...PASSING) || (lane === 'ask' && !snapshot?.state?.ready)) throw error;
          log('records are served from the snapshot', { feed: key, because: error.kind });
        }
      }
      const since = snapshot?.state?.completeSince ?? clock.now();
      return {
        records: [...(snapshot?.entries.values() ?? [])].map((entry) => entry.values as never),
        completeSince: design.findsLate ? since : Math.max(since, clock.now() - KEPT_MS),
      };
    },
    known: async () => [...(await snapshots.load()).entries.values()].map((entry) => entry.values as never),
  };
}
