/** The breaker: when AliExpress bans an account for N seconds, every caller of that account stops for N seconds. */

import { type Clock, DAY, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';

export interface Breaker {
  /** Until when calls are banned, in epoch milliseconds; null when they are not. Rejects when the store does. */
  bannedUntil(seller: string): Promise<number | null>;
  /** The end of the last ban in the last 24 hours, in epoch milliseconds, over or not; null when there was none. */
  lastBan(seller: string): Promise<number | null>;
  /** @param until epoch milliseconds */
  trip(seller: string, until: number): Promise<void>;
}

/** A ban that is over is told of for so long. */
export const KNOWN_SECONDS = DAY / SECOND;

export function createBreaker(store: Store, clock: Clock): Breaker {
  const key = (seller: string) => `ban:${seller}`;
  const lastBan = async (seller: string) => Number(await store.get(key(seller))) || null;
  const read = async (seller: string) => {
    const until = await lastBan(seller);
    return until !== null && until > clock.now() ? until : null;
  };
  return {
    bannedUntil: read,
    lastBan,
    trip: async (seller, until) => {
      if (((await read(seller).catch(() => null)) ?? 0) >= until) return;
      await store.set(key(seller), String(until), Math.ceil((until - clock.now()) / 1000) + KNOWN_SECONDS);
    },
  };
}
