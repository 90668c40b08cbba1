/** A recipe as one seller runs it, and where its steps deliver. */

import type { RecipeDeclaration, RecipeStep } from '../../pack/recipe.ts';
import type { Sheet } from './sheets.ts';
import type { TicketDesk } from './tickets.ts';

export interface Workflow {
  recipe: RecipeDeclaration;
  /** Trigger inputs that the seller fills in, in addition to those of the recipe. */
  inputs?: Record<string, unknown>;
  /** Action inputs that the seller fills in, by the action's key: the bot's address, for example. */
  fixed: Record<string, Record<string, string>>;
}

/** What a step delivers. */
export const destinationOf = (step: RecipeStep): 'card' | 'sheet' | 'ticket' =>
  'sheet' in step ? 'sheet' : step.output === 'ticket' ? 'ticket' : 'card';

/** True where running a step twice delivers once: a sheet is searched for the row, and a ticket has a stable id. */
export const isRepeatable = (step: RecipeStep): boolean => destinationOf(step) !== 'card';

/** Destinations that the app itself does not deliver to. */
export interface Outbox {
  sheetOf(recipe: RecipeDeclaration): Sheet;
  tickets: TicketDesk;
}

/** An error that the user should see. */
export interface Failure {
  /** Epoch milliseconds. */
  at: number;
  /** Key of the recipe. */
  workflow: string;
  kind: string;
  message: string;
  /** The title of the event whose step failed. */
  subject?: string;
}
