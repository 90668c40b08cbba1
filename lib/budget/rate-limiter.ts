/**
 * The rate limiter: at most 5 requests in any second, per account, over all processes. Time is cut into slots of 300 ms, and
 * one caller takes each with `add`. Any second touches at most five slots.
 */

import type { Clock } from '../runtime.ts';
import { MAX_RATE_SLOTS, RATE_SLOT_MS, RATE_SLOT_TTL_SECONDS } from '../stores/card.ts';
import type { Store } from '../stores/store.ts';

/** Prefix of the slots of an account. */
export const rateKey = (seller: string): string => `rate:${seller}`;

/**
 * Waits until this caller may send a request.
 * @param waitsOnlyIfTaken a store that declines to write lets the caller through
 * @returns false if no slot was free within 10 seconds. Rejects when the store does.
 */
export async function awaitSlot(
  store: Store,
  clock: Clock,
  seller: string,
  waitsOnlyIfTaken = false,
): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_RATE_SLOTS; attempt += 1) {
    const slot = Math.floor(clock.now() / RATE_SLOT_MS);
    const key = `${rateKey(seller)}:${slot}`;
    if (await store.add(key, '1', RATE_SLOT_TTL_SECONDS)) return true;
    if (waitsOnlyIfTaken && (await store.get(key)) === null) return true;
    // The store may have taken its time to answer, and another wait may have ended meanwhile.
    await clock.sleep(Math.max(0, (slot + 1) * RATE_SLOT_MS - clock.now()));
  }
  return false;
}
