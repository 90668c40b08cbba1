/**
 * What a feed keeps in mind for longer than a record may be stored: bare numbers and times of orders whose reviews or
 * parcels are still to be asked for. No amount, product, name or address.
 */

import * as z from 'zod';
import { DAY } from '../../runtime.ts';
import type { FeedServices } from './feed.ts';
import type { FeedKey } from './feed-status.ts';
import { createSnapshots, type Entry } from './snapshot.ts';

export interface WatchList<V extends object> {
  entries: ReadonlyMap<string, Entry<V>>;
  /** @param since when its time on the list began, epoch milliseconds; it decides when it is dropped */
  put(id: string, since: number, values: V): void;
  remove(id: string): void;
  /** Writes what changed since it was loaded. Best effort: what is not written is found out again. */
  store(): Promise<void>;
}

export function createWatchList<V extends object>(
  { seller, store, clock, random, memo, log }: FeedServices,
  options: { feed: FeedKey; schema: z.ZodType<V>; lifeMs: number },
): { load(): Promise<WatchList<V>> } {
  const { feed, schema, lifeMs } = options;
  const snapshots = createSnapshots<Record<never, never>, V>({
    store,
    clock,
    random,
    key: `watch:${seller}:${feed}`,
    state: z.object({}),
    memo,
    life: { retentionMs: lifeMs, expiryMs: lifeMs + DAY },
  });

  return {
    load: async () => {
      const snapshot = await snapshots.load();
      snapshot.state ??= {};
      const changed = new Set<string>();
      const dropped = new Set<number>();
      for (const [id, entry] of snapshot.entries)
        if (!schema.safeParse(entry.values).success) snapshot.entries.delete(id);
      return {
        entries: snapshot.entries,
        put: (id, since, values) => {
          snapshot.entries.set(id, { id, seenAt: since, fetchedAt: since, values });
          changed.add(id);
        },
        remove: (id) => {
          const entry = snapshot.entries.get(id);
          if (!entry) return;
          snapshot.entries.delete(id);
          dropped.add(entry.seenAt);
        },
        store: async () => {
          if (changed.size === 0 && dropped.size === 0) return;
          const isStored = await snapshots.commit(snapshot, changed, dropped).catch(() => false);
          if (!isStored) log('the watch list was not stored', { feed });
        },
      };
    },
  };
}
