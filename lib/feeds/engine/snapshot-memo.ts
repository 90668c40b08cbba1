/**
 * What one process remembers between polls. A chunk never changes, so a process that answers many polls unpacks each
 * chunk once. The keys hold the seller id. Nothing is in here that the store does not hold as well, except the times of
 * polls.
 */

import type { PollSchedule } from './poll-schedule.ts';
import type { Entry, SnapshotHead } from './snapshot-format.ts';

export interface SnapshotMemo {
  /** Unpacked chunks by key. */
  chunks: Map<string, Entry<object>[]>;
  /** The head that was read last by key, as stored and as read. */
  heads: Map<string, { stored: string; head: SnapshotHead }>;
  /** When the workflows of each feed poll, by feed. */
  schedules: Map<string, PollSchedule>;
}

export const emptyMemo = (): SnapshotMemo => ({ chunks: new Map(), heads: new Map(), schedules: new Map() });

const MAX_MEMO_ENTRIES = 512;

/** Adds a value, and drops the oldest ones beyond the limit. */
export function remember<V>(memo: Map<string, V>, key: string, value: V): void {
  memo.set(key, value);
  for (const oldest of memo.keys()) {
    if (memo.size <= MAX_MEMO_ENTRIES) return;
    memo.delete(oldest);
  }
}
