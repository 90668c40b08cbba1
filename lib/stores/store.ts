import type { CardAnswer, CardClaim } from './card.ts';

/**
 * The store port: the only place where the connector keeps anything. What a store must promise: docs/stores.md.
 *
 * Every method rejects when its outcome is not known: after a timeout, a broken connection or an unclear answer. If
 * `set` or `add` rejects, the value may have been written all the same.
 */
export interface Store {
  /** The value; null if there is none, or if it has expired. */
  get(key: string): Promise<string | null>;
  /** Writes a value. False: the store declined, for example because of a rate limit, and nothing was written. */
  set(key: string, value: string, ttlSeconds: number): Promise<boolean>;
  /** Writes a value if the key has none, atomically. True: written. False: not written. */
  add(key: string, value: string, ttlSeconds: number): Promise<boolean>;
  /** Deletes the value. True: there was one. */
  delete(key: string): Promise<boolean>;
  /** The values of several keys in one round trip; left out where the store has no such command. */
  getMany?(keys: string[]): Promise<(string | null)[]>;
  /** Claims a call in one round trip; left out where the store has only single commands. */
  claim?(claim: CardClaim): Promise<CardAnswer>;
}

/** The values of several keys, in one round trip where the store has such a command. */
export const readMany = (store: Store, keys: string[]): Promise<(string | null)[]> =>
  store.getMany?.(keys) ?? Promise.all(keys.map((key) => store.get(key)));
