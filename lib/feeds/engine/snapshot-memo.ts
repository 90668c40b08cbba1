/**
 * What one process remembers between polls. Heads and chunks never change, so a process that answers many polls unpacks
 * each of them once. The keys hold the seller id. Nothing is in here that the store does not hold as well, except what the
 * parcel tracker says of its account.
 */

import type { Credits } from '../../trackers/tracker.ts';
import type { Entry, SnapshotHead } from './snapshot-format.ts';

/** A head and its number. */
export interface NumberedHead {
  /** The highest number that is known to be taken. */
  number: number;
  head: SnapshotHead | undefined;
}

/** What the account feed has found, and the number of calls by which it knows that nothing has changed since. */
export interface AlertsCheck {
  mark: string | null;
  /** When the number was first seen, epoch milliseconds. */
  markSince: number;
  /** Epoch milliseconds. */
  readAt: number;
  records: Record<string, unknown>[];
}

/** What the parcel tracker has said of its account. */
export interface TrackerAccount {
  /** Epoch milliseconds. */
  readAt: number;
  /** Left out where it has not answered. */
  credits?: Credits;
  isKeyRefused: boolean;
}

export interface SnapshotMemo {
  /** Unpacked chunks by key. */
  chunks: Map<string, Entry<object>[]>;
  /** The newest head that this process has seen, by the key of its snapshot. */
  heads: Map<string, NumberedHead>;
  /** By seller. */
  alerts: Map<string, AlertsCheck>;
  /** By seller. */
  trackerAccounts: Map<string, TrackerAccount>;
  /** By seller: the orders whose dispute is open or has ended, and when they were read, epoch milliseconds. */
  disputedOrders: Map<string, { readAt: number; ordersInDispute: string[]; ordersEnded: string[] }>;
  /** Daily reports by their ids and zones. */
  reports: Map<string, Record<string, unknown>>;
}

export const emptyMemo = (): SnapshotMemo => ({
  chunks: new Map(),
  heads: new Map(),
  alerts: new Map(),
  trackerAccounts: new Map(),
  disputedOrders: new Map(),
  reports: new Map(),
});

const MAX_MEMO_ENTRIES = 512;

/** Adds a value, and drops the oldest ones beyond the limit. */
export function remember<V>(memo: Map<string, V>, key: string, value: V): void {
  memo.set(key, value);
  for (const oldest of memo.keys()) {
    if (memo.size <= MAX_MEMO_ENTRIES) return;
    memo.delete(oldest);
  }
}
