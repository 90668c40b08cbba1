/** Connects a shop with the code that AliExpress has sent back with the seller's browser. */

import { exchangeCode } from '../../../../authentication/tokens.ts';
import { merchantProfile } from '../../../aliexpress/methods/merchant-profile.ts';
import { tokenCreate } from '../../../aliexpress/methods/token.ts';
import { introduceShop } from '../../../budget/introduce-shop.ts';
import { oneLine } from '../../../pack/foreign-text.ts';
import { fail } from '../../../problems.ts';
import { writeShopName } from '../../../stores/shop-name.ts';
import type { HubRuntime } from '../runtime.ts';
import { openShop } from './open-shop.ts';
import { endSignIn } from './shop-alerts.ts';
import { isShopId } from './shop-id.ts';
import { type ShopRow, shopsIn } from './shops.ts';
import { openSignIn } from './tokens.ts';

/**
 * @param redirectUri the callback URL that AliExpress was given
 * @throws Problem `code_refused`, `answer_changed`
 */
export async function connectShop(runtime: HubRuntime, code: string, redirectUri: string): Promise<ShopRow> {
  const shops = shopsIn(runtime.database, runtime.vault);
  const signIn = openSignIn(runtime);
  const connection = await exchangeCode(code, redirectUri, signIn);
  const { seller_id: id } = connection;
  if (!isShopId(id)) return fail('answer_changed', { method: tokenCreate.name, field: 'seller_id' });
  await introduceShop(signIn.store, id);
  shops.keep(connection);
  runtime.holds.releaseShop(id);
  endSignIn(runtime, id);
  await nameShop(runtime, id);
  return shops.find(id) as ShopRow;
}

/** Best effort: a shop without a name is shown by its number. */
async function nameShop(runtime: HubRuntime, id: string): Promise<void> {
  try {
    const { gateway, store } = await openShop(runtime, id);
    const { answer } = await gateway.call(merchantProfile, {}, { lane: 'interactive' });
    const name = oneLine(answer.shop_name ?? '');
    if (!name) return;
    shopsIn(runtime.database, runtime.vault).rename(id, name);
    await writeShopName(store, id, name);
  } catch (error) {
    runtime.log('the name of the shop could not be read', { shop: id, because: String(error) });
  }
}
