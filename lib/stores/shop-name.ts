/** The name of a shop, kept so that events carry it without a call. */

import { DAY, SECOND } from '../runtime.ts';
import type { Store } from './store.ts';

const keyOf = (seller: string) => `shop:${seller}:name`;
const TTL_SECONDS = (90 * DAY) / SECOND;

/** Null until a name was written, or if the store does not answer. */
export async function readShopName(store: Store, seller: string): Promise<string | null> {
  return (await store.get(keyOf(seller)).catch(() => null)) || null;
}

/** Best effort: without it the name stays unknown. */
export const writeShopName = (store: Store, seller: string, name: string): Promise<boolean> =>
  store.set(keyOf(seller), name, TTL_SECONDS).catch(() => false);
