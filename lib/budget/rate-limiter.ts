/**
 * The rate limiter: at most 5 requests in any second, per account or app, over all processes. Time is cut into slots of
 * 300 ms, and one caller takes each with `add`. Any second touches at most five slots.
 *
 * Slots are those of the callers' clocks. Callers whose clocks differ by more than a slot may send more in a second.
 */

import type { Clock } from '../runtime.ts';
import { MAX_RATE_SLOTS, RATE_SLOT_MS, RATE_SLOT_TTL_SECONDS } from '../stores/card.ts';
import type { Store } from '../stores/store.ts';

/** Prefix of the slots of an account. */
export const rateKey = (seller: string): string => `rate:${seller}`;

/** When a caller may send a request, epoch milliseconds; not at `end` any more. */
export interface RateSlot {
  start: number;
  end: number;
  /** How long the store took to give it, milliseconds. */
  tookMs: number;
}

export interface SlotOptions {
  /** How much later than now the request will be sent at the earliest, milliseconds. */
  aheadMs?: number;
  /** A store that declines to write gives the slot all the same. */
  waitsOnlyIfTaken?: boolean;
  /** How many slots are tried. */
  maxSlots?: number;
}

/**
 * Takes a slot, and waits while others have those that come.
 * @returns the slot, which has begun unless it was taken ahead, and may be over if the store took long to answer; undefined
 * if none was free within 10 seconds. Rejects when the store does.
 */
export async function takeSlot(
  store: Store,
  clock: Clock,
  seller: string,
  { aheadMs = 0, waitsOnlyIfTaken = false, maxSlots = MAX_RATE_SLOTS }: SlotOptions = {},
): Promise<RateSlot | undefined> {
  const ttlSeconds = RATE_SLOT_TTL_SECONDS + Math.ceil(aheadMs / 1000);
  for (let attempt = 1; attempt <= maxSlots; attempt += 1) {
    const askedAt = clock.now();
    const slot = Math.floor((askedAt + aheadMs) / RATE_SLOT_MS);
    const start = slot * RATE_SLOT_MS;
    const key = `${rateKey(seller)}:${slot}`;
    const isFree =
      (await store.add(key, '1', ttlSeconds)) || (waitsOnlyIfTaken && (await store.get(key)) === null);
    const tookMs = Math.max(0, clock.now() - askedAt);
    if (isFree) return { start, end: start + RATE_SLOT_MS, tookMs };
    // The store may have taken its time to answer, and another wait may have ended meanwhile.
    await sleepUntil(clock, start + RATE_SLOT_MS - aheadMs, RATE_SLOT_MS);
  }
  return undefined;
}

/** @param maxMs where the clock was set back meanwhile, it is no longer slept */
export async function sleepUntil(clock: Clock, at: number, maxMs: number): Promise<void> {
  const ms = at - clock.now();
  if (ms > 0) await clock.sleep(Math.min(ms, maxMs));
}
