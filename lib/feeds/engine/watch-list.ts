/**
 * A watch list is what a feed remembers for longer than a record may be stored: the numbers and times of orders whose
 * reviews or parcels have to be queried later. It holds no amount, product, name or address. It is part of the snapshot,
 * so that what a visit found and what it took off the list are stored together or not at all.
 */

import { DAY } from '../../runtime.ts';
import type { StoredFormat } from '../../stores/stored.ts';
import type { FeedMemory } from './design.ts';
import type { Entry } from './snapshot-format.ts';

export interface WatchList<V extends object> {
  entries: ReadonlyMap<string, Entry<V>>;
  /** The same entries as they are stored. */
  stored: ReadonlyMap<string, Entry<object>>;
  /** @param since when its time on the list began, epoch milliseconds; it is dropped by that time */
  put(id: string, since: number, values: V): void;
  remove(id: string): void;
}

/** @param lifetimeMs how long an entry stays on the list */
export const watchList = <V extends object>(
  format: StoredFormat<V>,
  lifetimeMs: number,
): FeedMemory<WatchList<V>> => ({
  lifetime: { retentionMs: lifetimeMs, expiryMs: lifetimeMs + DAY },
  format,
  open: async (watched) => openList(format, watched),
  entries: (list) => list.stored,
});

function openList<V extends object>(
  format: StoredFormat<V>,
  watched: ReadonlyMap<string, Entry<object>>,
): WatchList<V> {
  const stored = new Map(watched);
  const entries = new Map<string, Entry<V>>();
  for (const [id, entry] of watched) {
    const values = format.safeParse(entry.values).data;
    if (values) entries.set(id, { ...entry, values });
  }
  return {
    entries,
    stored,
    put: (id, since, values) => {
      const known = stored.get(id);
      const entry = {
        ...known,
        id,
        seenAt: since,
        fetchedAt: since,
        values: { ...known?.values, ...values },
      };
      entries.set(id, entry);
      stored.set(id, entry);
    },
    remove: (id) => {
      entries.delete(id);
      stored.delete(id);
    },
  };
}
