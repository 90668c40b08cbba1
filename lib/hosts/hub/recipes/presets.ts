/** The settings of recipes in `.env`. On the first start they become those of the first shop. */

import { isConfigured, readChannelSettings } from '../../../channels/settings.ts';
import { readInputs } from '../../../pack/input.ts';
import { openInputs, type RecipeDeclaration } from '../../../pack/recipe.ts';
import { fail, isProblem } from '../../../problems.ts';
import { readAll, readEach } from '../../../read-all.ts';
import { readTicketAddress, type Settings } from '../../../settings.ts';
import type { HubRegistry, HubRuntime } from '../runtime.ts';
import { shopsIn } from '../shops/shops.ts';
import { TICKET_ADDRESS } from './fields.ts';
import { recipeSettingsIn } from './settings.ts';
import {
  addressKey,
  type HubStep,
  type RecipePresets,
  type RecipeSettings,
  secretKey,
  stepsOfRecipe,
} from './steps.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Problem `bad_setting`, or an AggregateError with one for each wrong setting */
export function readPresets(
  env: Environment,
  { recipes, channels }: Pick<HubRegistry, 'recipes' | 'channels'>,
  { channelTestOrigin }: Pick<Settings, 'channelTestOrigin'>,
): RecipePresets {
  const ofStep = (step: HubStep): RecipeSettings => {
    if (step.kind === 'ticket') {
      const address = readTicketAddress(env);
      return address === undefined ? {} : { [TICKET_ADDRESS]: address };
    }
    if (step.kind !== 'message' || !isConfigured(step.channel, env)) return {};
    const { channel } = step;
    const { webhook_url, signing_code } = readChannelSettings(channel, env, channelTestOrigin);
    const secret = secretKey(channel);
    return { [addressKey(channel)]: webhook_url, ...(secret && signing_code && { [secret]: signing_code }) };
  };
  const presets = readEach(recipes, (recipe) => {
    const { inputs, steps } = readAll({
      inputs: () => readEach(openInputs(recipe), (key) => readTriggerInput(env, recipe, key)),
      steps: () => readEach(stepsOfRecipe(recipe, channels), ofStep),
    });
    return [recipe.key, Object.assign({}, ...inputs, ...steps) as RecipeSettings] as const;
  });
  return new Map(presets.filter(([, settings]) => Object.keys(settings).length > 0));
}

/** A required trigger input that the recipe leaves open. Its setting is named after both: LOW_STOCK_PRODUCT_IDS. */
function readTriggerInput(env: Environment, { trigger }: RecipeDeclaration, key: string): RecipeSettings {
  const setting = `${trigger.key}_${key}`.toUpperCase();
  const declared = trigger.inputs[key];
  if (!declared || !env[setting]?.trim()) return {};
  try {
    return { [key]: readInputs({ [key]: declared }, { [key]: env[setting] })[key] };
  } catch (error) {
    if (!isProblem(error, 'bad_input')) throw error;
    return fail('bad_setting', { setting, expected: error.facts.allowed });
  }
}

/** Fills in the recipes of the first shop, apart from those whose settings were changed. */
export function keepPresets({ database, vault, presets }: HubRuntime): void {
  const [first] = shopsIn(database, vault).all();
  if (!first || !presets) return;
  const stored = recipeSettingsIn(database, vault);
  for (const [recipe, settings] of presets)
    if (!stored.isKnown(first.id, recipe)) stored.keep(first.id, recipe, settings);
}
