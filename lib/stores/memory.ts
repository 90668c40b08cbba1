/** A store in the memory of one process, for tests and for runs that leave nothing behind. */

import type { Clock } from '../runtime.ts';
import type { Store } from './store.ts';

export function memoryStore(clock: Clock): Store {
  const entries = new Map<string, { value: string; expiresAt: number }>();

  const live = (key: string) => {
    const entry = entries.get(key);
    if (entry && entry.expiresAt <= clock.now()) {
      entries.delete(key);
      return undefined;
    }
    return entry;
  };
  const write = (key: string, value: string, ttlSeconds: number) => {
    entries.set(key, { value, expiresAt: clock.now() + ttlSeconds * 1000 });
    return true;
  };

  return {
    get: async (key) => live(key)?.value ?? null,
    set: async (key, value, ttlSeconds) => write(key, value, ttlSeconds),
    add: async (key, value, ttlSeconds) => live(key) === undefined && write(key, value, ttlSeconds),
    delete: async (key) => live(key) !== undefined && entries.delete(key),
  };
}
