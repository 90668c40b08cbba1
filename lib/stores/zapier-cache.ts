/**
 * Zapier's cache as a store. It is a best-effort store: a write may be refused for its rate limit (`null`,
 * and in places `false`), a value may go before its time. So only a clear `true` counts as written.
 *
 * No scope is passed: the budget and the snapshot belong to the shop, not to one user's connection, and every
 * key carries the seller id from the token answer.
 */

import type { Store } from './store.ts';

/** The part of `z.cache` that is used. */
export interface ZapierCache {
  get(key: string, scope?: null): Promise<unknown>;
  set(key: string, value: unknown, ttl?: number, scope?: null, nx?: boolean): Promise<boolean | null>;
  delete(key: string, scope?: null): Promise<boolean>;
}

export function zapierCacheStore(cache: ZapierCache): Store {
  return {
    get: async (key) => {
      const value = await cache.get(key, null);
      return typeof value === 'string' ? value : null;
    },
    set: async (key, value, ttlSeconds) => (await cache.set(key, value, ttlSeconds, null)) === true,
    add: async (key, value, ttlSeconds) => {
      const stored = await cache.set(key, value, ttlSeconds, null, true);
      if (stored === null) throw new Error('the cache did not take the write');
      return stored;
    },
    delete: async (key) => (await cache.delete(key, null)) === true,
  };
}
