/**
 * How likely an order gets a review, by days since it was completed: the hazard, the probability of a review per order
 * and day. It begins as a guess, and what is found corrects it.
 */

import * as z from 'zod';
import { stored } from '../stores/stored.ts';

/** Upper ends of the bands, in days. */
const BANDS = [1, 2, 4, 7, 12, 20, 30] as const;
/** Reviews per order and day in each band. Most buyers who review do so in the first days. */
const GUESS = [0.12, 0.11, 0.08, 0.06, 0.03, 0.015, 0.006] as const;
/** What was found outweighs the guess after this many order-days in a band. */
const GUESS_DAYS = 100;

export const hazardFormat = stored(() => ({
  /** Order-days for which reviews were queried, by band. */
  days: z.array(z.number()).default(BANDS.map(() => 0)),
  /** Reviews found, by band. */
  found: z.array(z.number()).default(BANDS.map(() => 0)),
}));
export type Hazard = z.infer<typeof hazardFormat>;

export const emptyHazard = (): Hazard => ({ days: BANDS.map(() => 0), found: BANDS.map(() => 0) });

export const bandOf = (days: number): number => {
  const band = BANDS.findIndex((end) => days < end);
  return band < 0 ? BANDS.length - 1 : band;
};

/** The probability that an order gets a review between two ages, in days since completion. */
export function reviewProbability(hazard: Hazard, from: number, to: number): number {
  let sum = 0;
  let start = 0;
  BANDS.forEach((end, band) => {
    const days = Math.min(to, end) - Math.max(from, start);
    if (days > 0) sum += days * rateOf(hazard, band);
    start = end;
  });
  return 1 - Math.exp(-sum);
}

/**
 * How long reviews that came between two ages of an order are expected to have waited at the later one, in days; both ages
 * in days since completion. Orders that are queried by it are queried at a rate proportional to the root of their hazard,
 * which gives the smallest mean delay. See docs/polling.md#square-root-law.
 */
export function expectedWaiting(hazard: Hazard, from: number, to: number): number {
  let sum = 0;
  let start = 0;
  BANDS.forEach((end, band) => {
    const [first, last] = [Math.max(from, start), Math.min(to, end)];
    if (last > first) sum += (rateOf(hazard, band) * ((to - first) ** 2 - (to - last) ** 2)) / 2;
    start = end;
  });
  return sum;
}

/**
 * How many orders are looked at in a full look, for each order that is finished on a day. Orders that hardly get a review are
 * looked at more rarely, so that fewer looks do as much: by the square-root law, (∫√h s)² / ∫h s, where s is the share of
 * orders without a review.
 */
export function looksPerOrder(hazard: Hazard): number {
  let [roots, rates, waiting] = [0, 0, 1];
  for (let day = 0; day < LAST_DAY; day += 1) {
    const rate = rateOf(hazard, bandOf(day));
    roots += Math.sqrt(rate) * waiting;
    rates += rate * waiting;
    waiting *= Math.exp(-rate);
  }
  return roots ** 2 / rates;
}

const LAST_DAY = 30;

const rateOf = ({ days, found }: Hazard, band: number): number =>
  ((found[band] ?? 0) + (GUESS[band] ?? 0) * GUESS_DAYS) / ((days[band] ?? 0) + GUESS_DAYS);

/** The hazard with one order added that was queried at the age of `to` days, and before that at `from`. */
export function withOutcome(hazard: Hazard, from: number, to: number, isFound: boolean): Hazard {
  const band = bandOf((from + to) / 2);
  const add = (counts: readonly number[], count: number) =>
    counts.map((known, n) => (n === band ? known + count : known));
  return { days: add(hazard.days, to - from), found: add(hazard.found, isFound ? 1 : 0) };
}
