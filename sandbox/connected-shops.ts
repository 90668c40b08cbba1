/** Shops in the database of a hub, as if their sellers had signed in, each with a key. */

import { keysIn } from '../lib/hosts/hub/access/keys.ts';
import type { HubRuntime } from '../lib/hosts/hub/runtime.ts';
import { shopsIn } from '../lib/hosts/hub/shops/shops.ts';
import { DAY } from '../lib/runtime.ts';
import { MARKER_TTL_SECONDS, markerKey, NO_DAY } from '../lib/stores/card.ts';
import { tokenOf } from './many-shops.ts';

export const shopKey = (seller: string): string => `key_shop_${seller}`;

export async function connectShops(
  { database, vault }: Pick<HubRuntime, 'database' | 'vault'>,
  sellers: readonly string[],
  now: number,
): Promise<void> {
  const later = new Date(now + 365 * DAY).toISOString();
  for (const seller of sellers) {
    shopsIn(database, vault).keep({
      access_token: tokenOf(seller),
      refresh_token: 'refresh',
      seller_id: seller,
      access_expires_at: later,
      refresh_expires_at: later,
      connected_at: new Date(now).toISOString(),
    });
    await database.store.set(markerKey(seller), NO_DAY, MARKER_TTL_SECONDS);
    const key = { kind: 'shop', shop: seller, scopes: ['read', 'subscribe'], name: seller } as const;
    keysIn(database).keep(shopKey(seller), key, now);
  }
}
