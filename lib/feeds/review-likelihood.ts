/** How likely an order gets its review, by days since it was completed: a guess, corrected by what is found. */

/** Upper ends of the bands, in days. */
const BANDS = [1, 2, 4, 7, 12, 20, 30] as const;
/** Reviews per order and day in each band. Most buyers who review do so in the first days. */
const GUESS = [0.12, 0.11, 0.08, 0.06, 0.03, 0.015, 0.006] as const;
/** What is found outweighs the guess after so many days of orders in a band. */
const GUESS_DAYS = 100;

export interface Hazard {
  /** Days of orders asked for, by band. */
  asked: number[];
  /** Reviews found, by band. */
  found: number[];
}

export const emptyHazard = (): Hazard => ({ asked: BANDS.map(() => 0), found: BANDS.map(() => 0) });

export const bandOf = (days: number): number => {
  const band = BANDS.findIndex((end) => days < end);
  return band < 0 ? BANDS.length - 1 : band;
};

/** Reviews expected of one order between two ages, in days since completion. */
export function expected(hazard: Hazard, from: number, to: number): number {
  let sum = 0;
  let start = 0;
  BANDS.forEach((end, band) => {
    const days = Math.min(to, end) - Math.max(from, start);
    if (days > 0) sum += days * rateOf(hazard, band);
    start = end;
  });
  return 1 - Math.exp(-sum);
}

const rateOf = ({ asked, found }: Hazard, band: number): number =>
  ((found[band] ?? 0) + (GUESS[band] ?? 0) * GUESS_DAYS) / ((asked[band] ?? 0) + GUESS_DAYS);
