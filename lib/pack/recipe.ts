/** Recipes: a scenario a seller can have, as data. A trigger, its inputs, an action, and which field goes where. */

import type { EventKeys } from './event.ts';
import type { Template } from './expression.ts';
import type { Inputs } from './input.ts';
import type { ActionDeclaration, FeedDeclaration, TriggerDeclaration } from './operation.ts';
import type { Fields } from './record.ts';

export interface RecipeDeclaration {
  /** snake_case. */
  key: string;
  title: { en: string; zh: string };
  trigger: TriggerDeclaration;
  /** Values of the trigger's inputs. */
  inputs: Record<string, unknown>;
  action: ActionDeclaration<never>;
  /** Values of the action's inputs, as templates over the event. What is left out, the seller fills in. */
  map: Record<string, string>;
}

export function recipe<
  F extends Fields,
  I extends Inputs,
  A extends Inputs,
  const M extends Record<string, string>,
>(
  declaration: Omit<RecipeDeclaration, 'trigger' | 'inputs' | 'action' | 'map'> & {
    trigger: TriggerDeclaration & { feed: FeedDeclaration<F>; inputs: I };
    inputs: { [K in keyof I]?: unknown };
    action: ActionDeclaration<never> & { inputs: A };
    map: { [K in keyof M]: K extends keyof A ? Template<M[K], keyof EventKeys | (keyof F & string)> : never };
  },
): RecipeDeclaration {
  return declaration as RecipeDeclaration;
}
