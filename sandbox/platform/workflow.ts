/** A recipe as one seller runs it on the platform. */

import type { RecipeDeclaration, RecipeStep } from '../../lib/pack/recipe.ts';
import type { Clock } from '../../lib/runtime.ts';

export interface Workflow {
  recipe: RecipeDeclaration;
  /** Trigger inputs that the seller fills in, in addition to those of the recipe. */
  inputs?: Record<string, unknown>;
  /** Action inputs that the seller fills in, by the action's key: the bot's address, for example. */
  fixed: Record<string, Record<string, string>>;
}

/** What a trigger emits. */
export type TriggerEvent = Record<string, unknown> & { id: string };

/** One step of a workflow, for one event. */
export interface QueuedStep {
  workflow: string;
  event: TriggerEvent;
  /** Position among the recipe's steps, from 0 on. */
  step: number;
  /** Epoch milliseconds. */
  dueAt: number;
  attempts: number;
}

/** What a step delivers. */
export const destinationOf = (step: RecipeStep): 'card' | 'sheet' | 'ticket' =>
  'sheet' in step ? 'sheet' : step.output === 'ticket' ? 'ticket' : 'card';

/** An error that the user would see. */
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

/** Where steps run. */
export interface Surroundings {
  clock: Clock;
  /** Of sheets and tickets. */
  folder: string;
  onDelivered?: (step: QueuedStep) => void;
}

/** Runs a function of the app. @throws StepError */
export type Run = (method: string, inputs: Record<string, unknown>, meta?: object) => Promise<unknown>;
