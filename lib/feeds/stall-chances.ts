/**
 * How likely a call is to find a parcel that a workflow is to be told of, learned from the calls before: by what is known of
 * the parcel and its carrier, corrected for its country. Only counts are stored.
 */

import * as z from 'zod';
import { count, stored } from '../stores/stored.ts';

/** Calls, and how many of them found something. */
const cellFormat = z.tuple([count, count]);

export const chancesFormat = stored({
  cells: z.record(z.string(), cellFormat).default({}),
  /** In place of the calls what they were expected to find. */
  countries: z.record(z.string(), cellFormat).default({}),
});
export type Chances = z.infer<typeof chancesFormat>;

/** A call about a parcel. */
export interface Look {
  /** What is known of the parcel, from the general to the special. */
  cells: readonly [string, ...string[]];
  /** The chance while nothing has been learned. */
  prior: number;
  country: string;
  /** The first call about the parcel, which has led to this one; left out where it is the first. */
  origin?: string;
}

/** What was known before counts as so many calls. */
const PRIOR_CALLS = 6;
/** Counts are halved when a cell has so many, so that a chance follows the seasons. */
const MAX_CALLS = 300;
/** Signals and carriers come from outside. */
const MAX_CELLS = 250;
const [MIN_FACTOR, MAX_FACTOR] = [1 / 4, 4];
const MAX_CHANCE = 0.95;

export const noChances: Chances = { cells: {}, countries: {} };

const inCells = ({ cells }: Chances, look: Look): number =>
  look.cells.reduce((chance, key) => {
    const [calls, found] = cells[key] ?? [0, 0];
    return (found + PRIOR_CALLS * chance) / (calls + PRIOR_CALLS);
  }, look.prior);

function factorOf([expected, found]: [number, number] = [0, 0]): number {
  const factor = (found + PRIOR_CALLS / 2) / (expected + PRIOR_CALLS / 2);
  return Math.min(MAX_FACTOR, Math.max(MIN_FACTOR, factor));
}

/** Between 0 and 1. */
export const chanceOf = (chances: Chances, look: Look): number =>
  Math.min(MAX_CHANCE, inCells(chances, look) * factorOf(chances.countries[look.country]));

/** The chances after a call. */
export function afterLook(chances: Chances, look: Look, hasFound: boolean): Chances {
  const found = Number(hasFound);
  const expected = inCells(chances, look);
  const cells = { ...chances.cells };
  for (const key of [...look.cells, ...(look.origin ? [look.origin] : [])])
    cells[key] = added(cells[key], 1, found);
  return {
    ...chances,
    cells: withoutRare(cells),
    countries: withoutRare(withCount(chances.countries, look.country, expected, found)),
  };
}

type Counts = Chances['cells'];

const withCount = (counts: Counts, key: string, calls: number, found: number): Counts =>
  key === '' ? counts : { ...counts, [key]: added(counts[key], calls, found) };

function added(
  [calls, found]: [number, number] = [0, 0],
  moreCalls: number,
  moreFound: number,
): [number, number] {
  const share = calls + moreCalls > MAX_CALLS ? 0.5 : 1;
  const rounded = (sum: number) => Math.round(sum * share * 1000) / 1000;
  return [rounded(calls + moreCalls), rounded(found + moreFound)];
}

function withoutRare(counts: Counts): Counts {
  const entries = Object.entries(counts);
  if (entries.length <= MAX_CELLS) return counts;
  return Object.fromEntries(entries.sort(([, [a]], [, [b]]) => b - a).slice(0, MAX_CELLS));
}
