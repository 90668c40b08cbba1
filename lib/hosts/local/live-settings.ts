/** The settings of a live run, read from the environment. */

import { channelOf, messageActionKey } from '../../channels/action.ts';
import type { ChannelDeclaration } from '../../channels/channel.ts';
import { isConfigured, readChannelSettings } from '../../channels/settings.ts';
import { readInputs } from '../../pack/input.ts';
import { openInputs, type RecipeDeclaration } from '../../pack/recipe.ts';
import { fail, isProblem } from '../../problems.ts';
import { problemsIn } from '../../read-all.ts';
import {
  type AppKey,
  readClientId,
  readClientSecret,
  readSettings,
  readTicketAddress,
  type Settings,
} from '../../settings.ts';
import { toChosenGroups } from './messengers.ts';
import type { Workflow } from './workflow.ts';

export interface LiveSettings {
  settings: Settings;
  appKey: AppKey;
  callbackUrl: URL;
  channels: readonly ChannelDeclaration[];
  workflows: Workflow[];
  /** The address to which tickets are posted; left out, they are kept as files. */
  ticketAddress?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_CALLBACK = 'http://127.0.0.1:3417/oauth/callback';

/**
 * Reads every setting that these recipes need, before anything starts.
 * @param channels every messenger for which a group can be set up
 * @throws AggregateError with one Problem `bad_setting` per setting that is missing or malformed
 */
export function readLiveSettings(
  env: Environment,
  recipes: readonly RecipeDeclaration[],
  channels: readonly ChannelDeclaration[],
): LiveSettings {
  const problems: unknown[] = [];
  const read = <T>(reader: () => T): T | undefined => {
    try {
      return reader();
    } catch (error) {
      problems.push(...(problemsIn(error) ?? [error]));
      return undefined;
    }
  };
  const settings = read(() => readSettings(env));
  const appKey = read(() => readClientId(env));
  const appSecret = read(() => readClientSecret(env));
  const chosen = channels.filter((channel) => isConfigured(channel, env));
  const addressed = recipes.map((recipe) => toChosenGroups(recipe, channels, chosen));
  const fixed = Object.fromEntries(
    channelsIn(addressed, channels).flatMap((channel) => {
      const inputs = read(() => readChannelSettings(channel, env, settings?.channelTestOrigin));
      return inputs ? [[messageActionKey(channel), inputs]] : [];
    }),
  );
  const ticketAddress = recipes.some(hasTickets) ? read(() => readTicketAddress(env)) : undefined;
  const workflows = addressed.map((recipe) => ({
    recipe,
    inputs: Object.fromEntries(
      openInputs(recipe).map((key) => [key, read(() => readTriggerInput(env, recipe, key))]),
    ),
    fixed,
  }));
  if (!settings || !appKey || !appSecret || problems.length > 0) throw new AggregateError(problems);
  const callback = settings.callbackUrl ?? DEFAULT_CALLBACK;
  return {
    settings: { ...settings, callbackUrl: callback },
    appKey: { appKey, appSecret },
    callbackUrl: new URL(callback),
    channels,
    workflows,
    ...(ticketAddress && { ticketAddress }),
  };
}

const channelsIn = (
  recipes: readonly RecipeDeclaration[],
  channels: readonly ChannelDeclaration[],
): ChannelDeclaration[] => [
  ...new Set(
    recipes.flatMap(({ steps }) =>
      steps.flatMap((step) => ('action' in step ? (channelOf(step.action, channels) ?? []) : [])),
    ),
  ),
];

const hasTickets = ({ steps }: RecipeDeclaration): boolean =>
  steps.some((step) => 'action' in step && step.output === 'ticket');

/** A required trigger input that the recipe leaves open. Its setting is named after both: LOW_STOCK_PRODUCT_IDS. */
function readTriggerInput(env: Environment, { trigger }: RecipeDeclaration, key: string): unknown {
  const setting = `${trigger.key}_${key}`.toUpperCase();
  const declared = trigger.inputs[key];
  try {
    return declared && readInputs({ [key]: declared }, { [key]: env[setting] })[key];
  } catch (error) {
    if (!isProblem(error, 'bad_input')) throw error;
    return fail('bad_setting', { setting, expected: error.facts.allowed });
  }
}
