/** The first thing that a store learns of a shop. */

import { MARKER_TTL_SECONDS, markerKey, NO_DAY } from '../stores/card.ts';
import type { Store } from '../stores/store.ts';

/**
 * Written at sign-in: the store knows the shop before its first card. A marker that is there stays.
 * @returns whether the store has confirmed it. Never rejects.
 */
export const introduceShop = (store: Store, seller: string): Promise<boolean> =>
  store
    .add(markerKey(seller), NO_DAY, MARKER_TTL_SECONDS)
    .then(async (isAdded) => isAdded || (await store.get(markerKey(seller))) !== null)
    .catch(() => false);
