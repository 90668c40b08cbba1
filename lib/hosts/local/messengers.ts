/** A recipe names one messenger. Here its messages go to every group that the user has set up, of any messenger. */

import { channelOf, messageAction } from '../../channels/action.ts';
import type { ChannelDeclaration } from '../../channels/channel.ts';
import type { ActionStep, RecipeDeclaration, RecipeStep } from '../../pack/recipe.ts';

type Channels = readonly ChannelDeclaration[];

/**
 * The recipe with a step for each group. Steps keep their positions and further groups come last, because a queued event
 * names its step by position.
 * @param chosen channels with a group; without any, the recipe's own messenger is kept
 */
export function toChosenGroups(
  recipe: RecipeDeclaration,
  channels: Channels,
  chosen: Channels,
): RecipeDeclaration {
  const groups = recipe.steps.map((step): RecipeStep[] =>
    'action' in step ? stepsFor(step, channels, chosen) : [step],
  );
  const steps = [...groups.flatMap((each) => each.slice(0, 1)), ...groups.flatMap((each) => each.slice(1))];
  return { ...recipe, steps };
}

/** The recipe's own messenger comes first. */
function stepsFor(step: ActionStep, channels: Channels, chosen: Channels): ActionStep[] {
  const own = channelOf(step.action, channels);
  if (!own || chosen.length === 0) return [step];
  return chosen
    .toSorted((a, b) => Number(b === own) - Number(a === own))
    .map((channel) => (channel === own ? step : { ...step, action: messageAction(channel) }));
}
