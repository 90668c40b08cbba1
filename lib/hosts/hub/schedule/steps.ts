/** What is to be done about every event of a subscription. */

import type { Subscription } from '../events/subscriptions.ts';
import { recipeSettingsIn } from '../recipes/settings.ts';
import { stepsWith } from '../recipes/steps.ts';
import type { HubRuntime } from '../runtime.ts';

/** The one step of a hook. */
export const WEBHOOK = 'webhook';

/** The steps of a recipe, or the one of a hook. A pull subscription has none. */
export function stepsOf(
  { database, vault, registry }: Pick<HubRuntime, 'database' | 'vault' | 'registry'>,
  { kind, owner, shop }: Subscription,
): string[] {
  if (kind === 'pull') return [];
  if (kind === 'hook') return [WEBHOOK];
  const recipe = registry.recipes.find(({ key }) => key === owner);
  if (!recipe) return [];
  const settings = recipeSettingsIn(database, vault).read(shop, owner);
  return stepsWith(recipe, registry.channels, settings).map(({ key }) => key);
}
