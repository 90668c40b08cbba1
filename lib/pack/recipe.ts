/**
 * Recipes: a scenario a seller can have, as data. A trigger, its inputs, and the steps that follow every event, with
 * what goes where. The local host runs them, and the pages for sellers are written from them.
 *
 * A value is a template over the event. A platform's editor can put fields and words into a value and nothing else, so
 * a recipe formats nothing: no `{paid_at|time}`.
 */

import type { Bilingual } from '../problems.ts';
import { fill } from './evaluate.ts';
import type { EventKeys } from './event.ts';
import type { Input, Inputs } from './input.ts';
import type { ActionDeclaration, TriggerDeclaration, TypedTrigger } from './operation.ts';
import type { Fields } from './record.ts';

/** Runs an action of the pack. */
export interface ActionStep {
  action: ActionDeclaration<never>;
  /** Values of the action's inputs. What is left out, the seller fills in. */
  map: Readonly<Record<string, string>>;
  /** What the action hands out goes on to a ticket system, which is no part of the pack. */
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
  /** What the seller has of it, in one sentence. */
  purpose: Bilingual;
  trigger: TriggerDeclaration;
  /** Values of the trigger's inputs. What is required and left out, the seller fills in. */
  inputs: Readonly<Record<string, unknown>>;
  /** Each runs for every event, independently of the others. */
  steps: readonly RecipeStep[];
  /** What it costs of the day's calls, and how late it is. */
  freshness: Bilingual;
  /** What a seller should know who relies on it. */
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

/** What a step names that is not there. */
type Misspelt<S, Names extends string> = S extends { action: { inputs: infer A }; map: infer M }
  ? Exclude<keyof M & string, keyof A> | Unknown<M[keyof M], Names>
  : S extends { sheet: { columns: readonly { value: infer V }[] } }
    ? Unknown<V, Names>
    : never;

type Unknown<V, Names extends string> = V extends string ? Exclude<NameIn<V>, Names> : never;

type NameIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NameIn<Rest>
  : never;

/** Any steps; where one names what is not there, a type that no steps fit. */
type Spelt<S extends readonly RecipeStep[], Names extends string> = [Misspelt<S[number], Names>] extends [
  never,
]
  ? unknown
  : `unknown name in a step: ${Misspelt<S[number], Names>}`;

export function recipe<F extends Fields, I extends Inputs, const S extends readonly RecipeStep[]>(
  declaration: Omit<RecipeDeclaration, 'trigger' | 'inputs' | 'steps'> & {
    trigger: TypedTrigger<F, I>;
    inputs: { readonly [K in keyof I]?: InputValue<I[K]> };
    steps: S & Spelt<S, keyof EventKeys | (keyof F & string)>;
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

/** What a template comes to for an event. As on the platforms, a value that is one field is empty where the event lacks it. */
export function valueIn(template: string, event: Readonly<Record<string, unknown>>): string {
  const [, only] = ONE_FIELD.exec(template) ?? [];
  return only === undefined ? fill(template, event) : String(event[only] ?? '');
}
