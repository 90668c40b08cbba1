/**
 * The ledger: a punch card. One day of one seller is a card of L numbered slots; to claim a call is to `add`
 * the lowest free slot with the claim's id as value. There are only L slots and `add` is atomic, so no number
 * of callers can be granted more than L, whatever is slow, lost or killed.
 *
 * A claim id begins with the day and the slot its first attempt started from: "2026-11-21/37-k3jx…". Slots fill from the bottom and
 * are never freed, so whoever repeats a claim meets its own slot before any free one, and is not charged twice.
 *
 * Anything but a clear yes is a no: where the store does not answer, nothing is granted.
 */

import { type Clock, DAY, type Random, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';
import type { Day, DayOf } from './quota-day.ts';

/**
 * `interactive`: somebody waits for the answer, and may use the whole card. `polling`: polling, which leaves a reserve
 * for `interactive`: 20 calls at the start of the day, shrinking evenly to none at its end.
 */
export type Lane = 'interactive' | 'polling';

export type Claim =
  | { granted: true; slot: number; id: string }
  | { granted: false; reason: 'used_up' | 'store_unavailable'; id?: string };

export interface Ledger {
  /**
   * Claims one call of the day that `at` lies in.
   * @param id of an earlier attempt whose outcome is not known; left out for a new claim.
   */
  claim(seller: string, lane: Lane, id?: string): Promise<Claim>;
  /** Calls claimed today; L when AliExpress has said that the limit is reached. Rejects when the store does. */
  used(seller: string): Promise<number>;
  /** AliExpress says the limit is reached: the card is full, whatever we counted. */
  markExhausted(seller: string): Promise<void>;
  limit: number;
}

export const RESERVE_AT_START = 20;
/** A card is kept one more day, for callers whose clock is behind. */
export const GRACE_SECONDS = DAY / SECOND;

export function createLedger(options: {
  store: Store;
  clock: Clock;
  random: Random;
  dayOf: DayOf;
  /** Calls per day. */
  limit: number;
}): Ledger {
  const { store, clock, random, dayOf, limit } = options;

  const slotKey = (seller: string, day: Day, n: number) => `card:${seller}:${day.name}:${n}`;
  const countKey = (seller: string, day: Day) => `card:${seller}:${day.name}:used`;
  const fullKey = (seller: string, day: Day) => `card:${seller}:${day.name}:full`;
  const ttl = (day: Day) => Math.ceil((day.end - clock.now()) / 1000) + GRACE_SECONDS;

  const capOf = (lane: Lane, day: Day) => {
    if (lane === 'interactive') return limit;
    const leftOfDay = (day.end - clock.now()) / (day.end - day.start);
    return limit - Math.floor(Math.min(RESERVE_AT_START, limit / 2) * leftOfDay);
  };

  /** How many slots are taken, at least; exact unless others claim meanwhile. */
  async function count(seller: string, day: Day): Promise<number> {
    const noted = Number(await store.get(countKey(seller, day)));
    if (Number.isInteger(noted) && noted > 0) return Math.min(noted, limit);
    let [taken, free] = [0, limit + 1];
    // A new day's card is empty, so the first slot is looked at first; then the edge is found by halving.
    for (let n = 1; taken + 1 < free; n = Math.floor((taken + free) / 2)) {
      if ((await store.get(slotKey(seller, day, n))) === null) free = n;
      else taken = n;
    }
    return taken;
  }

  /** Tries one slot. Rejects when it cannot be known whether the slot is ours. */
  async function takeSlot(key: string, id: string, ttlSeconds: number): Promise<boolean> {
    let written: boolean | undefined;
    try {
      written = await store.add(key, id, ttlSeconds);
    } catch {
      written = undefined;
    }
    if (written) return true;
    const holder = await store.get(key);
    if (holder === null) throw new Error('slot neither written nor taken');
    return holder === id;
  }

  async function claim(seller: string, lane: Lane, earlier?: string): Promise<Claim> {
    const day = dayOf(clock.now());
    let id = earlier;
    try {
      if ((await store.get(fullKey(seller, day))) !== null) return { granted: false, reason: 'used_up' };
      const cap = capOf(lane, day);
      // An id of another day says nothing about this card.
      if (!id?.startsWith(`${day.name}/`)) id = undefined;
      const first = id ? Number.parseInt(id.slice(day.name.length + 1), 10) : (await count(seller, day)) + 1;
      id ??= `${day.name}/${first}-${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;
      for (let slot = first; slot <= cap; slot += 1) {
        if (await takeSlot(slotKey(seller, day, slot), id, ttl(day))) {
          await store.set(countKey(seller, day), String(slot), ttl(day)).catch(() => false);
          return { granted: true, slot, id };
        }
      }
      return { granted: false, reason: 'used_up', id };
    } catch {
      return { granted: false, reason: 'store_unavailable', ...(id && { id }) };
    }
  }

  return {
    limit,
    claim,
    used: async (seller) => {
      const day = dayOf(clock.now());
      return (await store.get(fullKey(seller, day))) === null ? count(seller, day) : limit;
    },
    markExhausted: async (seller) => {
      const day = dayOf(clock.now());
      await store.set(fullKey(seller, day), '1', ttl(day));
    },
  };
}
