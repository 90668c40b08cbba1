/** Compares what a run delivered with what there was to notice. */

import { destinationOf } from '../lib/hosts/local/platform.ts';
import { type RecipeDeclaration, type RecipeStep, valueIn } from '../lib/pack/recipe.ts';
import { cardCounts, cardKey, rowCounts, rowKey, ticketCounts, ticketKey } from './arrivals.ts';
import type { FeishuGroup } from './feishu.ts';
import { isDue, type Moment, type Told, type Truth } from './truth.ts';

/** An event as it was handed out, and what became of it. */
export interface Tale extends Told {
  recipe: RecipeDeclaration;
  /** For each of the recipe's steps, when it had run, epoch milliseconds. */
  doneAt: readonly number[][];
}

export interface RecipeVerdict {
  recipe: RecipeDeclaration;
  due: number;
  delivered: number;
  /** What it was about: keys of the truth. */
  lost: string[];
  twice: string[];
  wrong: string[];
  /** Milliseconds from the moment to the delivery of the last step. NaN where nothing was delivered. */
  delays: { mean: number; worst: number };
}

export interface Verdict {
  recipes: RecipeVerdict[];
  /** What arrived and belongs to no event, or to one that had arrived already. */
  strays: string[];
}

/**
 * @param folder where the run put sheets and tickets
 * @param span moments in it should have been told
 */
export function judge(
  group: FeishuGroup,
  folder: string,
  tales: readonly Tale[],
  truths: ReadonlyMap<RecipeDeclaration, Truth>,
  span: { from: number; to: number },
): Verdict {
  const { missing, strays } = compareArrivals(group, folder, tales, [...truths.keys()]);
  const recipes = [...truths].map(([recipe, truth]) => {
    const own = tales.filter((tale) => tale.recipe === recipe);
    return judgeRecipe(recipe, truth, own, missing, span);
  });
  return { recipes, strays };
}

function judgeRecipe(
  recipe: RecipeDeclaration,
  truth: Truth,
  tales: readonly Tale[],
  missing: ReadonlySet<Tale>,
  span: { from: number; to: number },
): RecipeVerdict {
  const byKey = Map.groupBy(truth.moments, ({ key }) => key);
  const tellings = new Map<Moment, Tale[]>();
  const wrong: string[] = [];
  for (const tale of tales) {
    const key = truth.keyOf(tale.event);
    const moment = byKey.get(key)?.findLast((candidate) => truth.held(candidate, tale));
    if (moment) tellings.set(moment, [...(tellings.get(moment) ?? []), tale]);
    else wrong.push(key);
  }

  const due = truth.moments.filter((moment) => isDue(moment, span));
  const arrivalOf = (moment: Moment): number => {
    const arrived = (tellings.get(moment) ?? []).filter((tale) => !missing.has(tale));
    return Math.min(...arrived.map(lastDoneAt));
  };
  const delays = due.map((moment) => arrivalOf(moment) - moment.at).filter(Number.isFinite);
  return {
    recipe,
    due: due.length,
    delivered: delays.length,
    lost: due.filter((moment) => !Number.isFinite(arrivalOf(moment))).map(({ key }) => key),
    twice: [...tellings]
      .filter(
        ([, told]) => told.length > 1 || told.some(({ doneAt }) => doneAt.some((times) => times.length > 1)),
      )
      .map(([{ key }]) => key),
    wrong,
    delays: spread(delays),
  };
}

export const spread = (delays: readonly number[]): { mean: number; worst: number } => ({
  mean: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
  worst: delays.length > 0 ? Math.max(...delays) : Number.NaN,
});

/** When the last of its steps had run; infinite while one has not. */
const lastDoneAt = ({ recipe, doneAt }: Tale): number =>
  Math.max(...recipe.steps.map((_, step) => doneAt[step]?.[0] ?? Number.POSITIVE_INFINITY));

/** Looks for every step of every event in the place to which it was delivered. */
function compareArrivals(
  group: FeishuGroup,
  folder: string,
  tales: readonly Tale[],
  recipes: readonly RecipeDeclaration[],
): { missing: ReadonlySet<Tale>; strays: string[] } {
  const arrived = new Map<string, number>([
    ...prefixed('card', cardCounts(group)),
    ...prefixed('ticket', ticketCounts(folder)),
    ...recipes.flatMap(({ key }) => prefixed(`sheet ${key}`, rowCounts(folder, key))),
  ]);
  const missing = new Set<Tale>();
  for (const tale of tales) {
    for (const step of tale.recipe.steps) {
      const key = arrivalKey(step, tale);
      const left = arrived.get(key) ?? 0;
      if (left === 0) missing.add(tale);
      else arrived.set(key, left - 1);
    }
  }
  return { missing, strays: [...arrived].filter(([, left]) => left > 0).map(([key]) => key) };
}

const prefixed = (place: string, counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].map(([key, count]) => [`${place}\n${key}`, count]);

/** What tells in its place what a step has delivered. */
function arrivalKey(step: RecipeStep, { recipe, event }: Tale): string {
  if ('sheet' in step)
    return `sheet ${recipe.key}\n${rowKey(step.sheet.columns.map(({ value }) => valueIn(value, event)))}`;
  const value = (input: string) => valueIn(step.map[input] ?? '', event);
  return destinationOf(step) === 'ticket'
    ? `ticket\n${ticketKey(value('title'), value('occurred_at'))}`
    : `card\n${cardKey(value('title'), value('text'))}`;
}
