/**
 * The connection test, which also returns the label of the connection. Platforms run it often, so it makes at most one
 * call a day for a shop, and otherwise answers from the store.
 */

import type { Gateway } from '../lib/aliexpress/gateway.ts';
import { merchantProfile } from '../lib/aliexpress/methods/merchant-profile.ts';
import type { Lane } from '../lib/budget/ledger.ts';
import { isProblem } from '../lib/problems.ts';
import { DAY, SECOND } from '../lib/runtime.ts';
import { readShopName, writeShopName } from '../lib/stores/shop-name.ts';
import type { Store } from '../lib/stores/store.ts';

export interface ShopIdentity extends Record<string, string> {
  seller_id: string;
  /** The shop's name, or its number while the name is unknown. */
  shop_name: string;
}

const ONE_DAY_SECONDS = DAY / SECOND;
/** Errors that do not mean that the connection fails. */
const UNRELATED_ERRORS = [
  'budget_used_up',
  'budget_unavailable',
  'calls_paused',
  'aliexpress_unreachable',
] as const;

export async function testConnection(
  seller: string,
  { gateway, store }: { gateway: Gateway<Lane>; store: Store },
): Promise<ShopIdentity> {
  const named = (name: string | null | undefined) => ({
    seller_id: seller,
    shop_name: name || `Shop ${seller}`,
  });
  const canQuery = await store.add(`shop:${seller}:tested`, '1', ONE_DAY_SECONDS).catch(() => false);
  if (!canQuery) return named(await readShopName(store, seller));
  try {
    const { answer } = await gateway.call(merchantProfile, {}, { lane: 'interactive' });
    if (answer.shop_name) await writeShopName(store, seller, answer.shop_name);
    return named(answer.shop_name);
  } catch (error) {
    if (isProblem(error, ...UNRELATED_ERRORS)) return named(null);
    throw error;
  }
}
