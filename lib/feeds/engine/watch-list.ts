/**
 * A watch list is what a feed remembers for longer than a record may be stored: the numbers and times of orders whose
 * reviews or parcels have to be queried later. It holds no amount, product, name or address.
 */

import * as z from 'zod';
import { DAY } from '../../runtime.ts';
import type { FeedMemory } from './design.ts';
import type { FeedServices } from './feed.ts';
import type { FeedKey } from './feed-status.ts';
import { createSnapshots } from './snapshot.ts';
import type { Entry } from './snapshot-format.ts';

export interface WatchList<V extends object> {
  entries: ReadonlyMap<string, Entry<V>>;
  /** @param since when its time on the list began, epoch milliseconds; it is dropped by that time */
  put(id: string, since: number, values: V): void;
  remove(id: string): void;
  /** Writes what has changed since the list was loaded. Best effort: what is not written is found out again. */
  store(): Promise<void>;
}

export function createWatchList<V extends object>(
  { seller, store, clock, random, memo, log }: FeedServices,
  options: { feed: FeedKey; schema: z.ZodType<V>; lifetimeMs: number },
): FeedMemory<WatchList<V>> {
  const { feed, schema, lifetimeMs } = options;
  const snapshots = createSnapshots<Record<never, never>, V>({
    store,
    clock,
    random,
    key: `watch:${seller}:${feed}`,
    state: z.object({}),
    memo,
    lifetime: { retentionMs: lifetimeMs, expiryMs: lifetimeMs + DAY },
  });

  async function load(): Promise<WatchList<V>> {
    const { entries: stored, ...snapshot } = await snapshots.load();
    const readable = [...stored].filter(([, { values }]) => schema.safeParse(values).success);
    const entries = new Map(readable);
    const changed = new Set<string>();
    const dropped = new Set<number>();
    return {
      entries,
      put: (id, since, values) => {
        entries.set(id, { id, seenAt: since, fetchedAt: since, values });
        changed.add(id);
      },
      remove: (id) => {
        const entry = entries.get(id);
        if (!entry) return;
        entries.delete(id);
        dropped.add(entry.seenAt);
      },
      store: async () => {
        if (changed.size === 0 && dropped.size === 0) return;
        const next = { ...snapshot, state: snapshot.state ?? {}, entries };
        const isStored = await snapshots.commit(next, changed, dropped).catch(() => false);
        if (!isStored) log('the watch list was not stored', { feed });
      },
    };
  }

  return { load, store: (list) => list.store() };
}
