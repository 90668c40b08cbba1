/** A lease: of many simultaneous polls one refreshes. One who dies with it blocks nobody for longer than 30 seconds. */

import type { Random } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';

const LEASE_SECONDS = 30;

/** Runs `work` under the lease; undefined, without running it, where another holds the lease or the store is silent. */
export async function underLease<T>(
  store: Store,
  random: Random,
  key: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const token = random().toString(36).slice(2);
  if (!(await store.add(key, token, LEASE_SECONDS).catch(() => false))) return undefined;
  try {
    return await work();
  } finally {
    if ((await store.get(key).catch(() => null)) === token) await store.delete(key).catch(() => false);
  }
}
