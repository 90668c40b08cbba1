/** Feeds: what triggers read. One feed of one shop serves every workflow of that shop. */

import type { Gateway } from '../../aliexpress/gateway.ts';
import type { Budget } from '../../budget/budget.ts';
import type { Lane } from '../../budget/ledger.ts';
import type { InputValues } from '../../pack/input.ts';
import type { Clock, Log, Random } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';
import type { SnapshotMemo } from './snapshot.ts';

/** Everything a feed of one shop works with. */
export interface FeedServices {
  seller: string;
  gateway: Gateway<Lane>;
  budget: Budget;
  store: Store;
  clock: Clock;
  random: Random;
  log: Log;
  /** Shared by all invocations of one process. */
  memo: SnapshotMemo;
  /** Until when the connection can be renewed without a person, epoch milliseconds, where AliExpress has said so. */
  renewBy?: number;
}

/** For an action that needs to know the shop. */
export interface ShopAccess {
  openShop(): FeedServices;
}

export interface FeedReading {
  /** Values of the records, newest knowledge first seen last. */
  records: Record<string, unknown>[];
  /** The feed knows all that happened since then, epoch milliseconds. */
  completeSince: number;
}

/** Who reads, as far as it is known. */
export interface Reader {
  /** The workflow that polls, where the platform says so. */
  workflow?: string | undefined;
  /** What was filled in at the trigger: some feeds look where they are told to. */
  inputs?: InputValues;
  /** Something that the feed looks at only where somebody wants it. */
  interest?: string;
}

export interface FeedEngine {
  /**
   * What the feed knows now: looked up anew where the pacer allows it, from the snapshot otherwise.
   * @param lane that pays where a call is made
   * @throws Problem only for what a person must mend; a passing trouble is answered from the snapshot.
   */
  read(lane: Lane, reader?: Reader): Promise<FeedReading>;
  /** What the feed knows, without asking AliExpress. Rejects when the store does. */
  known(): Promise<Record<string, unknown>[]>;
}
