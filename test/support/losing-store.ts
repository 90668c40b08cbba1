/** A store that loses values at a test's command. */

import type { Store } from '../../lib/stores/store.ts';

export interface LosingStore {
  through: (store: Store) => Store;
  /** Loses every value whose key begins with one of `prefixes`. @returns how many there were */
  lose(...prefixes: string[]): Promise<number>;
}

export function losingStore(): LosingStore {
  const keys = new Set<string>();
  let inner: Store | undefined;
  const recorded =
    (write: Store['set']): Store['set'] =>
    (...request) => {
      keys.add(request[0]);
      return write(...request);
    };
  return {
    through: (store) => {
      inner = store;
      return { ...store, set: recorded(store.set), add: recorded(store.add) };
    },
    lose: async (...prefixes) => {
      const lost = [...keys].filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
      const were = await Promise.all(lost.map((key) => inner?.delete(key)));
      return were.filter(Boolean).length;
    },
  };
}
