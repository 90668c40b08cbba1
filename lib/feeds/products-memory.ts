/** How the products feed stores what it has seen: an entry for each list, and one for each product that was in it. */

import * as z from 'zod';
import { ON_SALE } from '../aliexpress/product-terms.ts';
import { DAY } from '../runtime.ts';
import { stored } from '../stores/stored.ts';
import type { FeedMemory } from './engine/design.ts';
import type { Entry } from './engine/snapshot-format.ts';
import {
  type ListHistories,
  type ListHistory,
  type ListName,
  MEMORY_MS,
  noHistories,
} from './product-lists.ts';
import { openRemovals, type Removals } from './product-removals.ts';
import type { SeenOnSale } from './product-sales.ts';

const listFormat = stored(() => ({
  readings: z.number().default(0),
  startedAt: z.number().default(0),
  startedBefore: z.number().default(0),
}));
const productFormat = stored(() => ({
  /** The reading that has seen it last; of a product on sale, the minute of its creation. */
  reading: z.number().default(0),
}));

/** Every reading renews what it sees. The check of a long list may be slower; it goes by date (`isNewlyOffline`). */
const LIFETIME = { retentionMs: MEMORY_MS, expiryMs: MEMORY_MS + DAY };

type Entries = ReadonlyMap<string, Entry<object>>;

/** What the products feed remembers beyond its records. */
export interface ProductsMemory {
  lists: ListHistories;
  removals: Removals;
  onSale: SeenOnSale;
}

export function productsMemory(services: Parameters<typeof openRemovals>[0]): FeedMemory<ProductsMemory> {
  let loaded: Entries = new Map();
  /** An entry that has not changed stays the same object, so that its chunk is not written again. */
  const entryOf = (id: string, values: object): Entry<object> => {
    const known = loaded.get(id);
    const merged = { ...known?.values, ...values };
    return known && JSON.stringify(known.values) === JSON.stringify(merged)
      ? known
      : { ...known, id, seenAt: 0, fetchedAt: services.clock.now(), values: merged };
  };
  return {
    lifetime: LIFETIME,
    open: async (watched) => {
      loaded = watched;
      const { lists, onSale } = readHistories(watched);
      return { lists, onSale, removals: openRemovals(services) };
    },
    store: ({ removals }) => removals.store(),
    entries: ({ lists, onSale }) => {
      const entries = Object.entries(lists).flatMap(([name, { seen, ...list }]) => [
        entryOf(name, list),
        ...Object.entries(seen).map(([digest, reading]) => entryOf(`${name}/${digest}`, { reading })),
      ]);
      for (const [digest, reading] of Object.entries(onSale))
        entries.push(entryOf(`${ON_SALE}/${digest}`, { reading }));
      return new Map(entries.map((entry) => [entry.id, entry]));
    },
  };
}

function readHistories(watched: Entries): Pick<ProductsMemory, 'lists' | 'onSale'> {
  const seen: Partial<Record<string, Record<string, number>>> = {};
  for (const { id, values } of watched.values()) {
    const [name = '', digest] = id.split('/');
    if (digest === undefined) continue;
    seen[name] ??= {};
    seen[name][digest] = productFormat.safeParse(values).data?.reading ?? 0;
  }
  const historyOf = (name: ListName): ListHistory => ({
    ...listFormat.parse({}),
    ...listFormat.safeParse(watched.get(name)?.values).data,
    seen: seen[name] ?? {},
  });
  const names = Object.keys(noHistories) as ListName[];
  const lists = Object.fromEntries(names.map((name) => [name, historyOf(name)])) as ListHistories;
  return { lists, onSale: seen[ON_SALE] ?? {} };
}
