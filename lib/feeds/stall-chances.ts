/**
 * How likely a call is to find a parcel that a workflow is to be told of, learned from the calls before: by what is known of
 * the parcel and its carrier, corrected for its country. Only counts are stored.
 */

import * as z from 'zod';
import { count, stored } from '../stores/stored.ts';

/** Calls, and how many of them found something. */
const cellFormat = z.tuple([count, count]);

export const chancesFormat = stored(() => ({
  cells: z.record(z.string(), cellFormat).default({}),
  /** By carrier and by country; in place of the calls what they were expected to find. */
  factors: z.record(z.string(), cellFormat).default({}),
}));
export type Chances = z.infer<typeof chancesFormat>;

/** A call about a parcel. */
export interface Look {
  /** What is known of the parcel, from the general to the special. */
  cells: readonly [string, ...string[]];
  /** The chance while nothing has been learned. */
  prior: number;
  /** What makes it more or less likely than other parcels of its cells: its carrier, and its country. */
  factors: readonly string[];
  /** The first call about the parcel, which has led to this one; left out where it is the first. */
  origin?: Pick<Look, 'cells' | 'prior' | 'factors'>;
}

/** What was known before counts as so many calls. */
const PRIOR_CALLS = 6;
/** The same for a factor: so much was found as was expected. */
const PRIOR_FOUND = 1.5;
/** Counts are halved when a cell has so many, so that a chance follows the seasons. */
const MAX_CALLS = 300;
/** Carriers and countries come from outside: any number of them, of any length. What was not used for longest is dropped. */
const MAX_CELLS = 250;
const MAX_KEY_LENGTH = 40;
const [MIN_FACTOR, MAX_FACTOR] = [1 / 8, 4];
const MAX_CHANCE = 0.95;

export const noChances: Chances = { cells: {}, factors: {} };

type Counts = Chances['cells'];

function factorOf([expected, found]: [number, number] = [0, 0]): number {
  const factor = (found + PRIOR_FOUND) / (expected + PRIOR_FOUND);
  return Math.min(MAX_FACTOR, Math.max(MIN_FACTOR, factor));
}

const withCell = (prior: number, [calls, found]: [number, number] = [0, 0]): number =>
  (found + PRIOR_CALLS * prior) / (calls + PRIOR_CALLS);

const cutKey = (key: string): string => key.slice(0, MAX_KEY_LENGTH);

/** Between 0 and 1. */
export function chanceOf({ cells, factors }: Chances, look: Look): number {
  const [general, ...special] = look.cells;
  const usual = withCell(look.prior, cells[general]);
  const ofThese = look.factors.reduce((chance, key) => chance * factorOf(factors[cutKey(key)]), usual);
  return Math.min(
    MAX_CHANCE,
    special.reduce((chance, key) => withCell(chance, cells[cutKey(key)]), ofThese),
  );
}

/** The chances after a call. What it has found is also to the credit of the first call about the parcel. */
export function afterLook(chances: Chances, look: Look, hasFound: boolean): Chances {
  const found = Number(hasFound);
  let { cells, factors } = chances;
  for (const each of look.origin ? [look, look.origin] : [look]) {
    const expected = withCell(each.prior, chances.cells[each.cells[0]]);
    for (const key of each.cells) cells = withCall(cells, cutKey(key), 1, found);
    for (const key of each.factors) factors = withCall(factors, cutKey(key), expected, found);
  }
  return { ...chances, cells, factors };
}

/** The key that was used last comes last. */
function withCall(counts: Counts, key: string, calls: number, found: number): Counts {
  const { [key]: known, ...others } = counts;
  const kept = Object.entries(others).slice(1 - MAX_CELLS);
  return { ...Object.fromEntries(kept), [key]: added(known, calls, found) };
}

function added(
  [calls, found]: [number, number] = [0, 0],
  moreCalls: number,
  moreFound: number,
): [number, number] {
  const share = calls + moreCalls > MAX_CALLS ? 0.5 : 1;
  const rounded = (sum: number) => Math.round(sum * share * 1000) / 1000;
  return [rounded(calls + moreCalls), rounded(found + moreFound)];
}
