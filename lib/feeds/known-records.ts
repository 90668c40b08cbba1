/** What a feed knows, read without a call, for figures over several feeds. */

import type * as z from 'zod';
import { fail } from '../problems.ts';
import type { FeedServices } from './engine/feed.ts';
import { commonHead } from './engine/feed-head.ts';
import { type FeedKey, readFeedStatus } from './engine/feed-status.ts';
import { createSnapshots, RETENTION_MS, snapshotKey } from './engine/snapshot.ts';
import type { Entry } from './engine/snapshot-format.ts';

export interface KnownRecords<V extends object> {
  entries: Entry<V>[];
  /** The feed knows everything that happened since then, epoch milliseconds. */
  completeSince: number;
  /** When the feed made its last visit, epoch milliseconds. */
  checkedAt: number;
}

/**
 * What a feed knows; null if no workflow has read it for a day, or if its first visit is not complete.
 * @throws Problem `budget_unavailable` if the store does not answer
 */
export async function knownRecords<V extends object>(
  services: FeedServices,
  feed: FeedKey,
): Promise<KnownRecords<V> | null> {
  const { seller, store, clock } = services;
  const snapshots = createSnapshots<z.infer<typeof commonHead>, V>({
    ...services,
    key: snapshotKey(seller, feed),
    state: commonHead,
  });
  const { state, entries } = await snapshots.load().catch(() => fail('budget_unavailable', {}));
  const status = await readFeedStatus(store, seller, feed);
  if (!state?.ready || !status) return null;
  return {
    entries: [...entries.values()],
    completeSince: Math.max(state.completeSince, clock.now() - RETENTION_MS),
    checkedAt: status.visitedAt,
  };
}
