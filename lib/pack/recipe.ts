/**
 * Recipes: workflows for sellers, as data. A recipe names a trigger, the trigger's inputs, and the steps that run for
 * every event, with a template over the event for each value. The hub runs recipes, and the pages for sellers are
 * generated from them.
 *
 * A platform's editor can only put fields and words into a value, so the templates of a recipe contain no formats such
 * as `{paid_at|time}`.
 */

import type { Bilingual } from '../problems.ts';
import { fill } from './evaluate.ts';
import type { EventKeys } from './event.ts';
import type { Input, Inputs } from './input.ts';
import type { LocalNames } from './local-times.ts';
import type { ActionDeclaration, TriggerDeclaration, TypedTrigger } from './operation.ts';
import type { Fields } from './record.ts';

/** Runs an action of the registry. */
export interface ActionStep {
  action: ActionDeclaration<never>;
  /** Values of the action's inputs. The seller fills in the others. */
  map: Readonly<Record<string, string>>;
  /** The action's output is submitted to a ticket system, which is a service of the seller's. */
  output?: 'ticket';
}

/** Adds a row to a sheet. */
export interface SheetStep {
  sheet: { name: Bilingual; columns: readonly Column[] };
}

export interface Column {
  title: Bilingual;
  value: string;
}

export type RecipeStep = ActionStep | SheetStep;

export interface RecipeDeclaration {
  /** snake_case. */
  key: string;
  title: Bilingual;
  /** What the recipe does for the seller, in one sentence. */
  purpose: Bilingual;
  trigger: TriggerDeclaration;
  /** Values of the trigger's inputs. The seller fills in the other required ones. */
  inputs: Readonly<Record<string, unknown>>;
  /** Each runs for every event, independently of the others. */
  steps: readonly RecipeStep[];
  /** The calls it uses a day, and its delay. */
  freshness: Bilingual;
  /** Limits that a seller should know. */
  watch: readonly Bilingual[];
}

type InputValue<I extends Input> = I extends { type: 'choices'; choices: infer C }
  ? readonly (keyof C)[]
  : I extends { type: 'choice'; choices: infer C }
    ? keyof C
    : I extends { type: 'integer' }
      ? number
      : I extends { type: 'texts' }
        ? readonly string[]
        : string;

/** The names in a step that neither the event nor the action has. */
type Misspelled<S, Names extends string> = S extends { action: { inputs: infer A }; map: infer M }
  ? Exclude<keyof M & string, keyof A> | Unknown<M[keyof M], Names>
  : S extends { sheet: { columns: readonly { value: infer V }[] } }
    ? Unknown<V, Names>
    : never;

type Unknown<V, Names extends string> = V extends string ? Exclude<NameIn<V>, Names> : never;

type NameIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NameIn<Rest>
  : never;

/** No demand on the steps; where a step contains an unknown name, a demand that no steps meet. */
type Spelled<S extends readonly RecipeStep[], Names extends string> = [Misspelled<S[number], Names>] extends [
  never,
]
  ? unknown
  : `unknown name in a step: ${Misspelled<S[number], Names>}`;

export function recipe<F extends Fields, I extends Inputs, const S extends readonly RecipeStep[]>(
  declaration: Omit<RecipeDeclaration, 'trigger' | 'inputs' | 'steps'> & {
    trigger: TypedTrigger<F, I>;
    inputs: { readonly [K in keyof I]?: InputValue<I[K]> };
    steps: S & Spelled<S, keyof EventKeys | (keyof F & string) | LocalNames<F>>;
  },
): RecipeDeclaration {
  return declaration;
}

/** Names of the trigger's inputs that the seller must fill in. */
export const openInputs = ({ trigger, inputs }: RecipeDeclaration): string[] =>
  Object.entries(trigger.inputs).flatMap(([key, declared]) =>
    declared.required && inputs[key] === undefined ? [key] : [],
  );

const ONE_FIELD = /^\{(\w+)\}$/;

/** A template filled from an event. As on the platforms, a value that is a single field is empty where the event lacks it. */
export function valueIn(template: string, event: Readonly<Record<string, unknown>>): string {
  const [, only] = ONE_FIELD.exec(template) ?? [];
  return only === undefined ? fill(template, event) : String(event[only] ?? '');
}
