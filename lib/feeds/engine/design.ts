/**
 * What a feed declares to the engine: what it remembers, what it fetches and in which order. Everything else is the
 * engine's: when a visit is made, by whom, how it is paid and what is stored of it.
 *
 * State is a value: a function that changes it returns the next one, and a question changes nothing. The memory is a
 * value too, or a watch list, which records its own changes.
 */

import type * as z from 'zod';
import type { Method } from '../../aliexpress/method.ts';
import type { FeedDemand } from '../../budget/feed-demand.ts';
import type { StoredFormat } from '../../stores/stored.ts';
import type { Lifetime, Span } from './chunks.ts';
import type { Reader } from './feed.ts';
import type { FeedKey, Waiting, Watched } from './feed-status.ts';
import type { KnownStates, RecordState, StateRules } from './record-states.ts';
import type { Skipped } from './skipped-spans.ts';
import type { Entry } from './snapshot-format.ts';

/** The types that one feed is made of. */
export interface FeedTypes {
  /** What the feed remembers in its snapshot. */
  state: object;
  /** The values of its records. */
  values: Record<string, unknown>;
  /** What a reader may be interested in, beyond what the feed fetches for everyone. */
  interest: unknown;
  /** What the feed remembers for longer than records. */
  memory: unknown;
}

/** What is to be fetched again. */
export interface Loss {
  /** Records that were fetched since then, epoch milliseconds: the store has lost them, or a workflow has missed them. */
  recordsSince?: number | undefined;
  /** The store has lost none of them. */
  isOnlyMissed?: boolean | undefined;
  /** Entries of the watch list that the store has lost: their time on the list began in this span. */
  watched?: Span | undefined;
}

/** When the records were fetched that are to be fetched again. */
export interface LostRecords extends Span {
  /** Until then the workflow that needs them was told what had been fetched, epoch milliseconds. */
  announcedUntil?: number | undefined;
  /** A workflow needs them, so some of them may not have been fetched before. Otherwise they are only lost. */
  isNeeded?: boolean;
}

/** One visit to AliExpress, as the feed sees it. */
export interface Visit<T extends FeedTypes> {
  /** When the visit began, epoch milliseconds. */
  now: number;
  /** The state after the last `update`. */
  readonly state: T['state'];
  /** Changes the state. It is stored also if the visit ends with an error, once something was paid for. */
  update(changes: Partial<T['state']>): void;
  /** The memory after the last `remember`. */
  readonly memory: T['memory'];
  /** Replaces the memory. */
  remember(memory: T['memory']): void;
  /** What is to be fetched again. It is up to this visit to find it. */
  lost: Loss;
  /** Every record of the feed by id, also those that this visit has kept. */
  known: ReadonlyMap<string, Entry<T['values']>>;
  /**
   * Calls that are saved up for this visit, at least one unless it takes none (`freeAt`). A visit may take more; the next
   * ones then wait longer.
   */
  credit: number;
  /** Calls that are kept for what is read rarely and are left of the day (`rareCallsPerDay`). */
  kept: number;
  /** Calls paid so far. */
  calls(): number;
  /** Whether the calls and the time of this visit allow one more call. */
  canContinue(): boolean;
  /** Events may have been skipped. That is remembered until an alert can say so. */
  report(span: Skipped): void;
  /** The state is worth storing, even if no call was made. */
  markDirty(): void;
  /** Something to query has come up at `at`, epoch milliseconds. Only for a feed that `tracksDemand`. */
  addDemand(at: number): void;
  /**
   * Pays for one call and makes it.
   * @param share `rare`: it reads what is read rarely, and does not delay the next visit; calls are kept for it
   * (`rareCallsPerDay`), and the cost of more is spread over the rest of the day
   * @throws Problem
   */
  call<R extends z.ZodType, A extends z.ZodType>(
    method: Method<R, A>,
    request: z.input<R>,
    share?: 'rare',
  ): Promise<{ answer: z.output<A>; answeredAt: number }>;
  /**
   * Keeps a record in the snapshot.
   * @param happenedAt if this visit is the first to see it: when it happened, epoch milliseconds
   * @param remembered what is known of the record from elsewhere: its states, if it is not in the snapshot, and which
   * entry into its state this is
   * @returns its states
   */
  keep(
    id: string,
    values: T['values'],
    happenedAt?: number,
    remembered?: { known?: KnownStates | undefined; entry?: number | undefined },
  ): readonly RecordState[];
}

/** What a feed remembers for longer than records may be stored. */
export interface FeedMemory<M> {
  /** Called at the beginning of each visit. @param watched entries that are stored in the snapshot, next to the records */
  open(watched: ReadonlyMap<string, Entry<object>>): Promise<M>;
  /** The entries that are stored in the snapshot, and how long. */
  entries?(memory: M): ReadonlyMap<string, Entry<object>>;
  lifetime?: Lifetime;
  /** Of the values of the entries. */
  format?: z.ZodType;
  /** Called once the snapshot was stored. Best effort: what is not written is found out again. */
  store?(memory: M): Promise<void>;
}

export const noMemory: FeedMemory<undefined> = { open: async () => undefined };

export interface FeedDesign<T extends FeedTypes> {
  key: FeedKey;
  /** What the feed needs of the day's calls. */
  demand: FeedDemand;
  /**
   * The calls after which everything was looked at, where a visit looks at a part of it. Left out where a visit looks at
   * everything.
   */
  fullCost?(state: T['state']): number;
  /** Calls of a day that bring no event sooner: they come on top of what the law gives. */
  rareCallsPerDay?(state: T['state']): number;
  /** Calls of a day without which the feed falls behind, whatever the law gives it. */
  neededCalls?(state: T['state']): number;
  /** In place of `demand.maxCalls`, where that depends on what the feed has found out; undefined: no other. */
  maxCalls?(state: T['state'], now: number): number | undefined;
  /** A visit at a poll of other readers does more good, so one at a poll of these waits until a little more is saved up. */
  isSecondary?: boolean;
  /** The feed knows what there is to query before it does (`addDemand`). Otherwise what it finds counts as demand. */
  tracksDemand?: true;
  state: StoredFormat<T['state']>;
  memory: FeedMemory<T['memory']>;
  initialState(now: number): T['state'];
  /** Once its first visit is complete, the feed knows everything that happened since then, epoch milliseconds. */
  completeSince(now: number): number;
  /**
   * Since when the feed knows what its reader is interested in, epoch milliseconds. Left out where that is what it fetches
   * for everyone.
   */
  wantedSince?(state: T['state']): number;
  /** The state in which everything is fetched again that was fetched in the span `lost`. */
  afterLoss?(state: T['state'], lost: LostRecords, now: number): T['state'];
  /**
   * Since when that happened which was fetched in a span, epoch milliseconds. Left out where no list is read so late that
   * it matters.
   */
  happenedSince?(state: T['state'], fetched: Span): number;
  /** Since when that happened which is still to be read, epoch milliseconds. Left out where the lists do not say. */
  unreadSince?(state: T['state']): number;
  /** The state in which what changed in a span is fetched, however long ago it is. Left out where that cannot be done. */
  recalling?(state: T['state'], span: Span): T['state'];
  /** Left out where every fact about a record has a time of its own. */
  states?: StateRules<T['values'], T['state']>;
  /**
   * Until when a record is known to be as it says, epoch milliseconds: the feed has seen every change before that. Left
   * out where nothing about a record becomes true by the passing of time alone.
   */
  knownUntil?(state: T['state'], entry: Entry<T['values']>): number;
  /**
   * When a visit is due that takes no call, epoch milliseconds. It waits for nothing, and its credit is what is saved up:
   * possibly none. Left out where every visit takes one.
   */
  freeAt?(state: T['state'], now: number): number;
  /** Whether what is due cannot wait until calls are saved up for it. The next visits then wait longer. */
  isUrgent?(state: T['state'], now: number): boolean;
  /**
   * Whether the next visit is worth a little debt, because it would cost more later, or what is due would be known too late:
   * it need not wait until calls are saved up for it.
   */
  isWorthDebt?(state: T['state'], now: number): boolean;
  /** The state in which the next visit makes known what the records are until then; undefined if it is or does already. */
  confirming?(state: T['state'], until: number): T['state'] | undefined;
  /** When there is something to fetch, epoch milliseconds; left out: at any time. */
  dueAt?(state: T['state'], now: number): number;
  interest?: {
    of(reader: Reader): Promise<T['interest']>;
    /** Whether the interest is not known yet, or was not recorded for an hour. */
    hasNewDemand(state: T['state'], interest: T['interest'], now: number): boolean;
    /** The state with the interest recorded, and without interests that have expired. */
    recordDemand(state: T['state'], interest: T['interest'], now: number): T['state'];
    /** How many of the things that the reader wants cannot be watched, because there are too many. */
    tooMany?(state: T['state'], interest: T['interest']): number;
  };
  /**
   * Fetches what is due.
   * @returns whether the feed now knows everything it should
   * @throws what `visit.call` throws
   */
  fetch(visit: Visit<T>): Promise<boolean>;
  /** Whether whole lists are read where changes of them should do. */
  readsWholeLists?(state: T['state']): boolean;
  /** How parcels are watched. */
  watchedParcels?(state: T['state']): Watched | null;
  /** What is due and had to be left out, for lack of calls. */
  waiting?(state: T['state'], now: number): Waiting | null;
}
