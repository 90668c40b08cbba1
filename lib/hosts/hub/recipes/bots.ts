/** The group bots that recipes use already, so that an address is entered once. */

import type { ChannelDeclaration } from '../../../channels/channel.ts';
import type { RecipeDeclaration } from '../../../pack/recipe.ts';
import { fail } from '../../../problems.ts';
import type { HubRuntime } from '../runtime.ts';
import { type ShopRow, shopsIn } from '../shops/shops.ts';
import { recipeSettingsIn } from './settings.ts';
import { addressKey, type RecipeSettings, secretKey } from './steps.ts';

export interface Bot {
  channel: ChannelDeclaration;
  /** The field of its address. */
  field: string;
  address: unknown;
  /** The first recipe that uses it. */
  recipe: RecipeDeclaration;
  /** Its address and its signing secret. An empty one removes what a recipe had. */
  settings: RecipeSettings;
}

/** Of all shops, each once. */
export function allBots(runtime: HubRuntime): (Bot & { shop: ShopRow })[] {
  const bots = shopsIn(runtime.database, runtime.vault)
    .all()
    .flatMap((shop) => botsOf(runtime, shop.id).map((bot) => ({ ...bot, shop })));
  return [...new Map(bots.toReversed().map((bot) => [bot.address, bot])).values()].reverse();
}

/** Each once. */
export function botsOf({ database, vault, registry }: HubRuntime, shop: string): Bot[] {
  const stored = recipeSettingsIn(database, vault);
  const bots = new Map<string, Bot>();
  for (const recipe of registry.recipes) {
    const settings = stored.read(shop, recipe.key);
    for (const channel of registry.channels) {
      const field = addressKey(channel);
      const address = settings[field];
      if (address === undefined || bots.has(String(address))) continue;
      const secret = secretKey(channel);
      const copied = { [field]: address, ...(secret && { [secret]: settings[secret] ?? '' }) };
      bots.set(String(address), { channel, field, address, recipe, settings: copied });
    }
  }
  return [...bots.values()];
}

/**
 * @param sameAs the keys of recipes by the fields of addresses
 * @returns the settings of their bots
 * @throws Problem `bad_input` for a recipe without such a bot
 */
export function settingsOfBots(
  bots: readonly Bot[],
  sameAs: Readonly<Record<string, string>>,
): RecipeSettings {
  const chosen = Object.entries(sameAs).map(([field, key]) => {
    const ofField = bots.filter((bot) => bot.field === field);
    const keys = ofField.map(({ recipe }) => recipe.key).join(', ');
    return (
      ofField.find(({ recipe }) => recipe.key === key)?.settings ??
      fail('bad_input', { field, allowed: { en: `one of ${keys || '–'}`, zh: `${keys || '–'} 之一` } })
    );
  });
  return Object.assign({}, ...chosen);
}
