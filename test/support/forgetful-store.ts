/** A store in memory that loses values when a test says so, with or without claims in one round trip. */

import type { Clock, Random } from '../../lib/runtime.ts';
import { claimOnCard } from '../../lib/stores/card.ts';
import type { Store } from '../../lib/stores/store.ts';

export interface ForgetfulStore extends Store {
  /** Loses every value with this probability. */
  lose(share: number, random: Random): void;
  /** Loses the values of these keys. */
  loseKeys(isLost: (key: string) => boolean): void;
}

export interface ForgetfulOptions {
  clock: Clock;
  /** Offers claims in one round trip. */
  claimsAtOnce?: boolean;
  /** Called before every command. */
  before?: () => void;
}

export function forgetfulStore({ clock, claimsAtOnce, before = () => {} }: ForgetfulOptions): ForgetfulStore {
  const entries = new Map<string, { value: string; expiresAt: number }>();
  const get = (key: string) => {
    const entry = entries.get(key);
    return entry && entry.expiresAt > clock.now() ? entry.value : null;
  };
  const set = (key: string, value: string, ttlSeconds: number) => {
    entries.set(key, { value, expiresAt: clock.now() + ttlSeconds * 1000 });
  };
  const command =
    <A extends unknown[], R>(run: (...request: A) => R) =>
    async (...request: A): Promise<R> => {
      before();
      return run(...request);
    };
  const loseKeys = (isLost: (key: string) => boolean) => {
    for (const key of entries.keys()) if (isLost(key)) entries.delete(key);
  };
  return {
    get: command(get),
    set: command((key: string, value: string, ttlSeconds: number) => {
      set(key, value, ttlSeconds);
      return true;
    }),
    add: command((key: string, value: string, ttlSeconds: number) => {
      if (get(key) !== null) return false;
      set(key, value, ttlSeconds);
      return true;
    }),
    delete: command((key: string) => entries.delete(key)),
    ...(claimsAtOnce && {
      claim: command((claim: Parameters<NonNullable<Store['claim']>>[0]) => claimOnCard({ get, set }, claim)),
    }),
    lose: (share, random) => loseKeys(() => random() < share),
    loseKeys,
  };
}
