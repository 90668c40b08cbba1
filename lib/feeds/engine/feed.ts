/** Feeds: what triggers read. One feed of one shop serves every workflow of that shop. */

import type { Gateway } from '../../aliexpress/gateway.ts';
import type { Budget } from '../../budget/budget.ts';
import type { Lane } from '../../budget/ledger.ts';
import type { InputValues } from '../../pack/input.ts';
import type { Clock, Log, Random } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';
import type { Tracker } from '../../trackers/tracker.ts';
import type { Span } from './chunks.ts';
import type { Pause } from './kept-pause.ts';
import type { RecordState } from './record-states.ts';
import type { SnapshotMemo } from './snapshot-memo.ts';
import type { WorkflowRow, WorkflowRows } from './workflow-rows.ts';

/** Everything a feed of one shop works with. */
export interface FeedServices {
  seller: string;
  gateway: Gateway<Lane>;
  budget: Budget;
  /** An outside parcel tracker; left out where the shop has no key of one. */
  tracker?: Tracker;
  /**
   * The numbers of parcels, as `trackerNumber` writes them, that the tracker has pushed updates of. They are hints. The feed
   * removes what it reads, and what it does not follow. Left out where there is no tracker, or nobody takes its messages.
   */
  trackerUpdates?: Set<string>;
  store: Store;
  /** AliExpress's time. */
  clock: Clock;
  /** How far that is ahead of the host's clock, milliseconds; undefined while nothing was measured. */
  clockOffset?: () => number | undefined;
  /** Whether an answer has confirmed the clock lately. */
  isClockConfirmed?: () => boolean;
  /** Lets AliExpress confirm the clock, unless an answer has lately, by a request that is no call. Never rejects. */
  fetchTime?: () => Promise<void>;
  /** When this process got its last answer, by its Date header; undefined if it got none, or one whose time may be false. */
  lastAnswerAt?: () => number | undefined;
  random: Random;
  log: Log;
  /** Shared by all invocations of one process. */
  memo: SnapshotMemo;
  /** Until when the connection can be renewed without the user, epoch milliseconds; left out if it is not known. */
  renewBy?: number;
}

/** For an action that needs to know the shop. */
export interface ShopAccess {
  openShop(): Promise<FeedServices>;
}

export interface FeedReading<V = Record<string, unknown>> {
  /** Values of the records, in the order in which the feed first saw them. */
  records: readonly V[];
  /** The states of a record, oldest first; none where the feed tracks none. */
  statesOf?(record: object): readonly RecordState[] | undefined;
  /** Until when a record is known to be as it says, epoch milliseconds; left out where that does not matter. */
  knownUntil?(record: object): number | undefined;
  /** What the feed keeps of the workflows that read it, by digest. */
  workflows?: WorkflowRows;
  /** Once ready, the feed knows everything that happened since then, epoch milliseconds. */
  completeSince?: number | undefined;
  /**
   * Since when that happened which was fetched in a span, epoch milliseconds; left out where it was fetched soon after it
   * happened.
   */
  happenedSince?(fetched: Span): number;
  /** When the feed made the visit before this reading, epoch milliseconds; left out where there was none. */
  previousVisitAt?: number | undefined;
  /** The last pause of all workflows before which something may not have been announced; left out where there was none. */
  pause?: Pause | undefined;
}

/** The workflow that reads. */
export interface Reader {
  /** The workflow's id; left out if the platform does not say. */
  workflow?: string | undefined;
  /** It reads for another feed. */
  isSecondary?: boolean;
  /** What the user filled in at the trigger. Some feeds fetch only what is named there. */
  inputs?: InputValues;
}

export interface FeedEngine<V = Record<string, unknown>> {
  /**
   * What the feed knows: refreshed if the pacer allows a visit, otherwise from the snapshot.
   * @param lane that pays if calls are made
   * @throws Problem only if a person must act; after a transient error the snapshot is returned
   */
  read(lane: Lane, reader?: Reader): Promise<FeedReading<V>>;
  /**
   * Whether a visit is due, by what this process has read last; undefined if it has read nothing. While none is due,
   * there is nothing new to read either. Left out by a feed that stores nothing.
   */
  isVisitDue?(lane: Lane, reader?: Reader): boolean | undefined;
  /** The same as `read` for a feed that learns from this one, and needs no records. Nothing is read while no visit is due. */
  visitIfDue?(lane: Lane, reader?: Reader): Promise<void>;
  /** What the feed knows, without a call. Rejects when the store does. */
  known(): Promise<readonly V[]>;
  /**
   * When a visit is due and can be paid at the earliest, epoch milliseconds; left out by a feed that makes no visits.
   * Rejects when the store does.
   */
  nextVisitAt?(): Promise<number>;
  /**
   * Keeps the row of a workflow next to what the feed knows; left out by a feed that stores nothing.
   * @param waits for another reader that refreshes the feed
   * @param replaced the mark of the row, if it was wrong. Otherwise the later mark counts
   * @returns whether it was stored
   */
  keepWorkflow?(digest: string, row: WorkflowRow, waits?: boolean, replaced?: number): Promise<boolean>;
  /**
   * Lets the feed read what happened before it began, because a workflow is older. Best effort: the next poll asks again.
   * Left out by a feed that stores nothing.
   * @param since epoch milliseconds
   * @returns whether the feed will
   */
  catchUp?(since: number): Promise<boolean>;
  /**
   * Lets the feed fetch again what it fetched since then, because a workflow has not polled meanwhile, and records are not
   * kept that long. Left out by a feed that stores nothing.
   * @param since epoch milliseconds
   * @param announcedUntil the workflow may have been told what was fetched since then, but no later, epoch milliseconds
   * @returns whether the feed will
   */
  readAgain?(since: number, announcedUntil: number): Promise<boolean>;
  /**
   * Since when that happened which the feed has still to read, epoch milliseconds; undefined if it has read nothing. Left out
   * where nobody can say. Rejects when the store does.
   */
  unreadSince?(): Promise<number | undefined>;
  /**
   * Lets the feed find out soon whether its records are still as they say, because of what the passing of time has made
   * true. Best effort: the next poll asks again. Left out by a feed of whose records nothing becomes true like that.
   * @param until when the records must be known, epoch milliseconds
   */
  confirm?(until: number): Promise<unknown>;
  /**
   * Lets the feed fetch what changed in a span that it has skipped, because a person wants to be told of it. Left out by a
   * feed that cannot.
   * @param span epoch milliseconds
   * @returns whether the feed will
   */
  recall?(span: { from: number; to: number }): Promise<boolean>;
}
