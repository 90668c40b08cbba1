/** The breaker: while AliExpress bans an account, every caller of that account stops. */

import { type Clock, DAY, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';

export interface Breaker {
  /** When the ban ends, epoch milliseconds; null if there is none. Rejects when the store does. */
  bannedUntil(seller: string): Promise<number | null>;
  /** When the last ban ended or will end, epoch milliseconds; null if that was over a day ago. Rejects when the store does. */
  lastBan(seller: string): Promise<number | null>;
  /** Bans the account, unless a known ban lasts longer. @param until epoch milliseconds */
  trip(seller: string, until: number): Promise<void>;
}

/** How long a ban is remembered after its end, so that it can be reported. */
const REMEMBERED_SECONDS = DAY / SECOND;

export function createBreaker(store: Store, clock: Clock): Breaker {
  const keyOf = (seller: string) => `ban:${seller}`;
  const lastBan = async (seller: string) => Number(await store.get(keyOf(seller))) || null;
  const bannedUntil = async (seller: string) => {
    const until = await lastBan(seller);
    return until !== null && until > clock.now() ? until : null;
  };
  return {
    bannedUntil,
    lastBan,
    trip: async (seller, until) => {
      const known = await bannedUntil(seller).catch(() => null);
      if (known !== null && known >= until) return;
      const seconds = Math.ceil((until - clock.now()) / SECOND);
      await store.set(keyOf(seller), String(until), seconds + REMEMBERED_SECONDS);
    },
  };
}
