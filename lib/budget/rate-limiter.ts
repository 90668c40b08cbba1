/**
 * The rate limiter: at most 5 requests in any second, per account, over all processes. Time is cut into quarters of a
 * second, and each quarter is a slot that one caller takes with `add`. Any second touches at most five quarters.
 */

import { type Clock, SECOND } from '../runtime.ts';
import type { Store } from '../stores/store.ts';

const QUARTER_MS = SECOND / 4;
export const RATE_SLOT_TTL_SECONDS = 5;
/** Ten seconds of quarters. */
const MAX_ATTEMPTS = 40;

/**
 * Waits until this caller may send a request.
 * @returns false if no slot was free within 10 seconds. Rejects when the store does.
 */
export async function awaitSlot(store: Store, clock: Clock, seller: string): Promise<boolean> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const now = clock.now();
    const quarter = Math.floor(now / QUARTER_MS);
    if (await store.add(`rate:${seller}:${quarter}`, '1', RATE_SLOT_TTL_SECONDS)) return true;
    await clock.sleep((quarter + 1) * QUARTER_MS - now);
  }
  return false;
}
