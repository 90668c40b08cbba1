/** Compares the events of two simulated weeks, recipe by recipe. */

import { recipes } from '../../recipes/index.ts';
import { type DeliveredRecord, isGuaranteed } from '../../sandbox/week.ts';

const MINUTES_PER_DAY = 24 * 60;

export interface RecipeDifference {
  recipe: string;
  /** Whether the recipe must deliver every event; the others may differ, because their feeds are limited by calls. */
  isGuaranteed: boolean;
  before: number;
  after: number;
  /** Records that only the earlier run has. */
  missing: string[];
  /** Records that only the later run has. */
  added: string[];
}

/**
 * An event of the last minutes may come before the end of one run and after the end of the other, so an event after
 * the last day counts only where the other run needs it.
 * @param days of both runs
 */
export function differences(
  before: readonly DeliveredRecord[],
  after: readonly DeliveredRecord[],
  days: number,
): RecipeDifference[] {
  const keys = new Set([...before, ...after].map(({ recipe }) => recipe));
  return [...keys].sort().map((key) => {
    const [old, now] = [before, after].map((events) => events.filter(({ recipe }) => recipe === key));
    const recipe = recipes.find((candidate) => candidate.key === key);
    return {
      recipe: key,
      isGuaranteed: recipe ? isGuaranteed({ recipe }) : true,
      before: old?.length ?? 0,
      after: now?.length ?? 0,
      missing: onlyIn(old ?? [], now ?? [], days),
      added: onlyIn(now ?? [], old ?? [], days),
    };
  });
}

function onlyIn(
  these: readonly DeliveredRecord[],
  others: readonly DeliveredRecord[],
  days: number,
): string[] {
  const known = new Set(others.map(({ record }) => record));
  return these
    .filter(({ record, minute }) => minute < days * MINUTES_PER_DAY && !known.has(record))
    .map(({ record }) => record);
}

/** How many records fewer the later run may deliver, over all recipes that are limited by calls. */
export const MAX_FEWER_RECORDS = 2;

/** Whether the later run delivers the same events, as far as the simulation repeats itself. */
export function isEquivalent(all: readonly RecipeDifference[]): boolean {
  const limited = all.filter((each) => !each.isGuaranteed);
  const fewer = limited.reduce((sum, { missing, added }) => sum + missing.length - added.length, 0);
  return (
    fewer <= MAX_FEWER_RECORDS &&
    all.every(
      ({ isGuaranteed, missing, added }) => !isGuaranteed || (missing.length === 0 && added.length === 0),
    )
  );
}
