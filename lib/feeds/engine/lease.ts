/**
 * A lease: of many simultaneous polls, one refreshes the feed. A process that dies while it holds the lease blocks the
 * others for at most 30 seconds.
 */

import { fail } from '../../problems.ts';
import type { Random } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';

const LEASE_SECONDS = 30;

/**
 * Runs `work` under the lease.
 * @returns undefined, without running it, if another process holds the lease
 * @throws Problem `store_write_failed` if the store does not take the lease; then `work` has not run
 */
export async function underLease<T>(
  store: Store,
  random: Random,
  key: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const token = random().toString(36);
  const isTaken = await store.add(key, token, LEASE_SECONDS).catch(() => fail('store_write_failed', {}));
  if (!isTaken) return undefined;
  try {
    return await work();
  } finally {
    if ((await store.get(key).catch(() => undefined)) === token) await store.delete(key).catch(() => {});
  }
}
