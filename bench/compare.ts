/**
 * The delays of this release and of an earlier state, on the same orders and at the same polls. The days are compared in
 * pairs, so that what differs from day to day does not hide what differs between the two.
 */

import { MINUTE } from '../lib/runtime.ts';
import { type Delays, delaysOf, type Row } from './delay.ts';
import { packOf, thisPack } from './pack.ts';
import type { Table } from './table.ts';

const SEEDS = [1, 2];
const DAYS = 6;
/** Two standard errors: about 95 of 100 repetitions lie within them. */
const STANDARD_ERRORS = 2;

const row = (curve: Row['curve'], interval: number, workflows: number): Row => ({
  curve,
  interval,
  workflows,
  limit: 200,
  days: DAYS,
});
const ROWS = [row('olist', 15, 5), row('one-region', 2, 1), row('olist', 1, 1), row('olist', 2, 5)];

/** @param state a tag or a commit */
export async function compareDelays(state: string, onRow: (line: string) => void): Promise<Table> {
  const before = await packOf(state);
  const table: Table = {
    title: `Delay from order to event, in minutes, next to ${state}`,
    head: ['curve', 'interval', 'workflows', 'days', `mean of ${state}`, 'mean now', 'difference', 'spread'],
    rows: [],
    notes: [
      `The same orders and the same polls: ${SEEDS.length} seeds of ${DAYS} days each, after the days of learning.`,
      `Spread: ${STANDARD_ERRORS} standard errors of the mean difference of a day.`,
    ],
  };
  for (const each of ROWS) {
    const pairs: Pair[] = [];
    for (const seed of SEEDS)
      pairs.push(...pairsOf(await delaysOf(before, each, seed), await delaysOf(thisPack, each, seed)));
    const { curve, interval, workflows } = each;
    const cells = [curve, `${interval} min`, workflows, pairs.length, ...comparisonOf(pairs)];
    table.rows.push(cells);
    onRow(cells.join('  '));
  }
  return table;
}

/** The mean delays of one day, in minutes. */
interface Pair {
  before: number;
  now: number;
}

function pairsOf(before: Delays, now: Delays): Pair[] {
  const days = meansByDay(now);
  return [...meansByDay(before)].map(([day, mean]) => ({ before: mean, now: days.get(day) ?? Number.NaN }));
}

const meansByDay = ({ delays }: Delays): Map<number, number> =>
  new Map(
    [...Map.groupBy(delays, ({ day }) => day)].map(([day, all]) => [
      day,
      mean(all.map(({ delay }) => delay)) / MINUTE,
    ]),
  );

function comparisonOf(pairs: readonly Pair[]): string[] {
  const [before, now] = [mean(pairs.map((pair) => pair.before)), mean(pairs.map((pair) => pair.now))];
  const differences = pairs.map((pair) => pair.now - pair.before);
  const middle = mean(differences);
  const variance =
    differences.reduce((sum, each) => sum + (each - middle) ** 2, 0) / Math.max(1, pairs.length - 1);
  const percent = (minutes: number) => `${((100 * minutes) / before).toFixed(1)}%`;
  const spread = STANDARD_ERRORS * Math.sqrt(variance / pairs.length);
  return [before.toFixed(2), now.toFixed(2), percent(middle), `± ${percent(spread)}`];
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
