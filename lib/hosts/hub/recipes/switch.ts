/** Switching a recipe of a shop on and off. A recipe that is on has a subscription of its own. */

import type { RecipeDeclaration } from '../../../pack/recipe.ts';
import { fail } from '../../../problems.ts';
import { alertsIn } from '../alerts/alerts.ts';
import type { HubServices } from '../api/services.ts';
import { deliveriesIn } from '../deliveries/deliveries.ts';
import { type Subscription, subscriptionsIn } from '../events/subscriptions.ts';
import type { HubRuntime } from '../runtime.ts';
import { missingIn, triggerInputs } from './fields.ts';
import { recipeSettingsIn } from './settings.ts';
import type { RecipeSettings } from './steps.ts';

/** The subscription of the recipe; undefined if it was never switched on. It has ended if the recipe is off. */
export const subscriptionOf = (
  { database, vault }: Pick<HubRuntime, 'database' | 'vault'>,
  shop: string,
  recipe: string,
): Subscription | undefined =>
  subscriptionsIn(database, vault)
    .ofShop(shop)
    .find(({ kind, owner }) => kind === 'recipe' && owner === recipe);

const isOn = (subscription: Subscription | undefined): subscription is Subscription =>
  subscription !== undefined && subscription.state !== 'ended';

/**
 * Keeps the settings, and switches the recipe on or off. A recipe that is switched on, or whose trigger gets other
 * inputs, announces what happens from now on.
 * @param isWanted left out: as it is
 * @throws Problem `recipe_incomplete` if something is missing; then nothing is changed
 */
export function setRecipe(
  { runtime, scheduler, deliverer }: Pick<HubServices, 'runtime' | 'scheduler' | 'deliverer'>,
  shop: string,
  recipe: RecipeDeclaration,
  settings: RecipeSettings,
  isWanted?: boolean,
): void {
  const { database, vault, clock, registry } = runtime;
  const subscription = subscriptionOf(runtime, shop, recipe.key);
  const willBeOn = isWanted ?? isOn(subscription);
  const [missing] = missingIn(recipe, registry.channels, settings);
  if (willBeOn && missing) fail('recipe_incomplete', { field: missing.label });
  const inputs = triggerInputs(recipe, settings);
  database.transaction(() => {
    recipeSettingsIn(database, vault).keep(shop, recipe.key, settings);
    if (willBeOn) start(runtime, shop, recipe, inputs, subscription, isWanted === true);
    else if (isOn(subscription)) {
      subscriptionsIn(database, vault).setState(subscription.id, 'ended', 'recipe_switched_off');
      deliveriesIn(database).endAll(subscription.id, 'recipe_switched_off', clock.now());
      alertsIn(database).clearAbout(subscription.id);
    }
  });
  if (!willBeOn) return;
  scheduler.wake(shop, recipe.trigger.feed.key);
  deliverer.wake();
}

function start(
  runtime: HubRuntime,
  shop: string,
  { key, trigger }: RecipeDeclaration,
  inputs: Record<string, unknown>,
  subscription: Subscription | undefined,
  isWanted: boolean,
): void {
  const { database, vault, clock } = runtime;
  const subscriptions = subscriptionsIn(database, vault);
  const now = clock.now();
  if (!subscription) {
    subscriptions.add({ shop, owner: key, trigger: trigger.key, inputs, kind: 'recipe' }, now);
    return;
  }
  const { id, state } = subscription;
  if (!isOn(subscription) || !isSame(subscription.inputs, inputs)) subscriptions.restart(id, inputs);
  else if (state === 'paused' && isWanted) subscriptions.resume(id);
  // What could not be sent may be accepted with the new settings.
  deliveriesIn(database).retryNow(id, now);
}

const isSame = (a: Record<string, unknown>, b: Record<string, unknown>): boolean => sorted(a) === sorted(b);
const sorted = (inputs: Record<string, unknown>): string =>
  JSON.stringify(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)));
