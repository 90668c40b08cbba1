/**
 * The connection test, which also returns the label of the connection. Platforms may run it several times in a row, so a
 * success is remembered for ten minutes, together with the digest of the token.
 */

import type { Gateway } from '../lib/aliexpress/gateway.ts';
import { merchantProfile } from '../lib/aliexpress/methods/merchant-profile.ts';
import type { Lane } from '../lib/budget/ledger.ts';
import { fail, isProblem } from '../lib/problems.ts';
import { MINUTE, SECOND } from '../lib/runtime.ts';
import { readShopName, writeShopName } from '../lib/stores/shop-name.ts';
import type { Store } from '../lib/stores/store.ts';
import type { Vault } from '../lib/vault.ts';

export interface ShopIdentity extends Record<string, string> {
  seller_id: string;
  /** The shop's name, which the label of the connection shows with the number. */
  shop_name: string;
}

const UNNAMED = 'AliExpress shop';
const MEMORY_SECONDS = (10 * MINUTE) / SECOND;

export interface TestServices {
  gateway: Gateway<Lane>;
  store: Store;
  vault: Vault;
}

/**
 * @throws Problem; `no_calls_to_test` when today's calls are used up. A token that AliExpress did not accept within the
 * last ten minutes never passes.
 */
export async function testConnection(
  { seller, accessToken }: { seller: string; accessToken: string },
  { gateway, store, vault }: TestServices,
): Promise<ShopIdentity> {
  const named = (name: string | null | undefined) => ({
    seller_id: seller,
    shop_name: name || UNNAMED,
  });
  const key = `shop:${seller}:tested`;
  const digest = vault.digest(accessToken);
  if ((await store.get(key).catch(() => null)) === digest) return named(await readShopName(store, seller));
  const { answer } = await gateway
    .call(merchantProfile, {}, { lane: 'interactive' })
    .catch((error: unknown) => {
      if (isProblem(error, 'budget_used_up')) return fail('no_calls_to_test', error.facts);
      throw error;
    });
  await store.set(key, digest, MEMORY_SECONDS).catch(() => false);
  if (answer.shop_name) await writeShopName(store, seller, answer.shop_name);
  return named(answer.shop_name);
}
