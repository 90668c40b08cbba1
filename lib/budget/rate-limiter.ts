/**
 * Spacing: at most 5 requests in any second, per account, over all processes. Time is cut into quarters of a
 * second and each is `add`ed by one caller; any second touches at most five quarters.
 */

import type { Clock } from '../runtime.ts';
import type { Store } from '../stores/store.ts';

export const QUARTER_MS = 250;
export const SLOT_SECONDS = 5;
export const MAX_ATTEMPTS = 40;

/**
 * Waits until this caller may send.
 * @returns false when no turn came up within 10 seconds.
 */
export async function awaitSlot(store: Store, clock: Clock, seller: string): Promise<boolean> {
  for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
    const now = clock.now();
    const quarter = Math.floor(now / QUARTER_MS);
    if (await store.add(`slot:${seller}:${quarter}`, '1', SLOT_SECONDS)) return true;
    await clock.sleep((quarter + 1) * QUARTER_MS - now);
  }
  return false;
}
