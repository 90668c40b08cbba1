/** What users have filled in for the recipes of a shop. It contains addresses of bots, so it is encrypted. */

import type { Vault } from '../../../vault.ts';
import type { Database } from '../database/database.ts';
import type { RecipeSettings } from './steps.ts';

export interface RecipeSettingsStore {
  /** Empty if nothing was filled in. */
  read(shop: string, recipe: string): RecipeSettings;
  keep(shop: string, recipe: string, settings: RecipeSettings): void;
  /** Whether something was ever filled in for the recipe. */
  isKnown(shop: string, recipe: string): boolean;
}

export function recipeSettingsIn({ prepare }: Database, vault: Vault): RecipeSettingsStore {
  const context = (shop: string, recipe: string) => `recipe ${shop} ${recipe}`;
  const find = (shop: string, recipe: string) =>
    prepare('SELECT settings_sealed AS sealed FROM recipes WHERE shop = ? AND key = ?').get(shop, recipe);
  return {
    read: (shop, recipe) => {
      const text = vault.decrypt(String(find(shop, recipe)?.sealed ?? ''), context(shop, recipe));
      return text === null ? {} : JSON.parse(text);
    },
    keep: (shop, recipe, settings) => {
      prepare(
        `INSERT INTO recipes (shop, key, settings_sealed) VALUES (?, ?, ?)
         ON CONFLICT (shop, key) DO UPDATE SET settings_sealed = excluded.settings_sealed`,
      ).run(shop, recipe, vault.encrypt(JSON.stringify(settings), context(shop, recipe)));
    },
    isKnown: (shop, recipe) => find(shop, recipe) !== undefined,
  };
}
