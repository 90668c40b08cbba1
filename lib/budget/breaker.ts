/** The breaker: when AliExpress bans an account for N seconds, every caller of that account stops for N seconds. */

import type { Clock } from '../runtime.ts';
import type { Store } from '../stores/store.ts';

export interface Breaker {
  /** Until when calls are banned, in epoch milliseconds; null when they are not. Rejects when the store does. */
  bannedUntil(seller: string): Promise<number | null>;
  /** @param until epoch milliseconds */
  trip(seller: string, until: number): Promise<void>;
}

export function createBreaker(store: Store, clock: Clock): Breaker {
  const key = (seller: string) => `ban:${seller}`;
  const read = async (seller: string) => {
    const until = Number(await store.get(key(seller)));
    return until > clock.now() ? until : null;
  };
  return {
    bannedUntil: read,
    trip: async (seller, until) => {
      if (((await read(seller).catch(() => null)) ?? 0) >= until) return;
      await store.set(key(seller), String(until), Math.max(1, Math.ceil((until - clock.now()) / 1000)));
    },
  };
}
