/** Feeds: what triggers read. One feed of one shop serves every workflow of that shop. */

import type { Gateway } from '../aliexpress/gateway.ts';
import type { Budget } from '../budget/budget.ts';
import type { Lane } from '../budget/ledger.ts';
import type { Pacer } from '../budget/pacer.ts';
import type { Clock, Log, Random } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import type { SnapshotMemo } from './snapshot.ts';

/** Everything a feed of one shop works with. */
export interface FeedServices {
  seller: string;
  gateway: Gateway<Lane>;
  budget: Budget;
  pacer: Pacer;
  store: Store;
  clock: Clock;
  random: Random;
  log: Log;
  /** Shared by all invocations of one process. */
  memo: SnapshotMemo;
}

export interface FeedReading {
  /** Values of the records, newest knowledge first seen last. */
  records: Record<string, unknown>[];
  /** The feed knows all that happened since then, epoch milliseconds. */
  completeSince: number;
}

export interface FeedEngine {
  /**
   * What the feed knows now: looked up anew where the pacer allows it, from the snapshot otherwise.
   * @param lane that pays where a call is made
   * @param workflow that polls, where the platform says so
   * @throws Problem only for what a person must mend; a passing trouble is answered from the snapshot.
   */
  read(lane: Lane, workflow?: string): Promise<FeedReading>;
}
