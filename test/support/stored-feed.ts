/** Stores what a feed would have stored, without a visit. */

import type * as z from 'zod';
import { commonHead } from '../../lib/feeds/engine/feed-head.ts';
import { type FeedKey, writeFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { createSnapshots } from '../../lib/feeds/engine/snapshot.ts';
import type { Entry } from '../../lib/feeds/engine/snapshot-format.ts';
import { HOUR } from '../../lib/runtime.ts';
import type { ShopServices } from './shop-services.ts';

/** As if the feed, which began 100 hours ago, had made a visit an hour ago. The records were found two hours ago. */
export async function storeFeed(
  shop: ShopServices,
  feed: FeedKey,
  known: (Partial<Entry<object>> & { values: object })[],
  { ready = true, isRead = true } = {},
): Promise<void> {
  const { seller, store } = shop;
  const ago = (hours: number) => shop.clock.now() - hours * HOUR;
  const key = `snap1:${seller}:${feed}`;
  const snapshots = createSnapshots<z.infer<typeof commonHead>, object>({ ...shop, key, state: commonHead });
  const snapshot = await snapshots.load();
  snapshot.state = { ready, expired: false, completeSince: ago(100), workflows: {} };
  const entries = known.map((entry, n) => ({ id: `${n}`, seenAt: ago(2), fetchedAt: ago(2), ...entry }));
  snapshot.entries = new Map([...snapshot.entries, ...entries.map((entry) => [entry.id, entry] as const)]);
  await snapshots.commit(snapshot);
  if (!isRead) return;
  await writeFeedStatus(store, seller, feed, {
    weight: 1,
    cost: 1,
    eventsPerDay: 1,
    owed: 0,
    counts: Array.from({ length: 24 }, () => 0),
    nextDueAt: 0,
    visitedAt: ago(1),
    credit: 0,
    scale: 0,
    since: 0,
    until: 0,
    completeSince: ago(100),
    nextAt: 0,
    day: '2026-11-21',
    delays: { count: 0, sumMs: 0 },
    planned: 0,
    reserved: 0,
    spent: 0,
    waiting: null,
    parcels: null,
    readsWholeLists: false,
    failure: null,
  });
}
