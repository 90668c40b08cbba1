/**
 * Zapier's cache as a store. The cache works best effort: it may refuse a write because of its rate limit (`null`, and
 * sometimes `false`), and may drop a value before it expires. So only `true` counts as written.
 *
 * No scope is passed, because budget and snapshots belong to the shop and not to one user's connection. Every key holds
 * the seller id of the token answer.
 */

import type { Store } from './store.ts';

/** The methods of `z.cache` that are used. */
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
      if (stored === null) throw new Error('the cache refused the write');
      return stored;
    },
    delete: async (key) => (await cache.delete(key, null)) === true,
  };
}
