/**
 * The steps of a recipe in the hub. A recipe names one messenger, but here its messages go to every group that was set
 * up, of any messenger.
 */

import { channelOf } from '../../../channels/action.ts';
import type { ChannelDeclaration } from '../../../channels/channel.ts';
import { channelSettings } from '../../../channels/settings.ts';
import type { ActionStep, RecipeDeclaration, SheetStep } from '../../../pack/recipe.ts';
import type { Bilingual } from '../../../problems.ts';

/** What a user has filled in for a recipe, by the keys of its fields. */
export type RecipeSettings = Readonly<Record<string, unknown>>;

/** Settings of recipes by their keys. */
export type RecipePresets = ReadonlyMap<string, RecipeSettings>;

interface StepBase {
  /** Stays the same when steps are added, because deliveries that wait name their step by it. */
  key: string;
  name: Bilingual;
}
export interface MessageStep extends StepBase {
  kind: 'message';
  channel: ChannelDeclaration;
  declared: ActionStep;
}
export interface TicketStep extends StepBase {
  kind: 'ticket';
  declared: ActionStep;
}
export interface RowStep extends StepBase {
  kind: 'sheet';
  declared: SheetStep;
}
export type HubStep = MessageStep | TicketStep | RowStep;

/** All steps that the recipe can have. The messenger that its title names comes first. */
export function stepsOfRecipe({ steps }: RecipeDeclaration, channels: readonly ChannelDeclaration[]) {
  return steps.flatMap((declared): HubStep[] => {
    if ('sheet' in declared) return [{ key: 'sheet', kind: 'sheet', name: SHEET, declared }];
    if (declared.output === 'ticket') return [{ key: 'ticket', kind: 'ticket', name: TICKET, declared }];
    const own = channelOf(declared.action, channels);
    if (!own) return [];
    return [own, ...channels.filter((channel) => channel !== own)].map((channel) => ({
      key: channel.key,
      kind: 'message',
      name: channel.name,
      channel,
      declared,
    }));
  });
}

/** The steps that run: a message goes only to the messengers with an address. */
export const stepsWith = (
  recipe: RecipeDeclaration,
  channels: readonly ChannelDeclaration[],
  settings: RecipeSettings,
): HubStep[] =>
  stepsOfRecipe(recipe, channels).filter(
    (step) => step.kind !== 'message' || addressKey(step.channel) in settings,
  );

/** The fields of a messenger are named like its settings in `.env`. */
export const addressKey = (channel: ChannelDeclaration): string => channelSettings(channel).url.toLowerCase();
export const secretKey = (channel: ChannelDeclaration): string | undefined =>
  channelSettings(channel).secret?.toLowerCase();

const SHEET: Bilingual = { en: 'Sheet', zh: '表格' };
const TICKET: Bilingual = { en: 'Ticket', zh: '工单' };
