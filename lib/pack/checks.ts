/**
 * Checks of declarations by the compiler. A check is a type that is joined to a property's type with `&`: it demands
 * nothing where the declaration is right, and what nothing can meet where it is wrong. Its name stands in the error.
 */

import type { Names, NamesIn, Placeholder } from './expression.ts';
import type { Inputs } from './input.ts';

/** Demands that every input is in `Read`. */
export type AllRead<I extends Inputs, Read extends string> = {
  readonly [K in Exclude<Names<I>, Read>]: `nothing reads the input ${K}`;
};

/** Names of the inputs in a list such as "field.amount" | "input.min_amount". */
export type InputsIn<N extends string> = N extends `input.${infer K}` ? K : never;

/** Demands that the title `T` uses only these names in its templates, and these in its conditions. */
export type CheckedTitle<T, InTemplates extends string, InConditions extends string> = [
  Exclude<PlaceholdersIn<T>, InTemplates>,
] extends [never]
  ? [Exclude<NamesInCases<T>, InConditions>] extends [never]
    ? unknown
    : { readonly 'unknown name in a condition': Exclude<NamesInCases<T>, InConditions> }
  : { readonly 'unknown name in a template': Exclude<PlaceholdersIn<T>, InTemplates> };

/** Names in the templates of a title. */
export type PlaceholdersIn<T> = Placeholder<TemplatesIn<Cases<T>>>;
/** Names in the conditions of a title's cases. */
export type NamesInCases<T> = NamesIn<ConditionIn<Cases<T>>>;
/** The additional keys of an event whose title has cases that are alerts. */
export type AlertKeys<T> =
  Extract<Cases<T>, { alert: unknown }> extends never ? never : 'alert_name' | 'alert_name_zh';

type Cases<T> = T extends readonly unknown[] ? T[number] : T;
type TemplatesIn<Case> = Case extends { en: infer En extends string; zh: infer Zh extends string }
  ? En | Zh
  : never;
type ConditionIn<Case> = Case extends { when: infer When } ? When : never;
