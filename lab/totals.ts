/** What all histories of a feed have shown together. It is kept in a file, so that a later run adds to it. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { type FaultName, faultNames } from './faults.ts';
import { type FindingKind, findingKinds } from './findings.ts';
import type { History } from './history.ts';
import type { Played } from './play.ts';

const counts = <K extends string>(keys: readonly K[]) =>
  z.object(
    Object.fromEntries(keys.map((key) => [key, z.number().default(0)])) as Record<
      K,
      z.ZodDefault<z.ZodNumber>
    >,
  );

const totalsSchema = z.object({
  /** The seed of the next history. */
  nextSeed: z.number(),
  histories: z.number(),
  polls: z.number(),
  calls: z.number(),
  /** Events that workflows took, and those that had to be announced. */
  events: z.number(),
  due: z.number(),
  faults: counts(faultNames),
  failing: z.array(z.object({ seed: z.number(), kinds: z.array(z.enum(findingKinds)) })),
});
export type Totals = z.infer<typeof totalsSchema>;

/** "orders on engine" → totals. */
const fileSchema = z.record(z.string(), totalsSchema);
export type Tallies = z.infer<typeof fileSchema>;

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

export const emptyTotals = (seed: number): Totals => ({
  nextSeed: seed,
  histories: 0,
  polls: 0,
  calls: 0,
  events: 0,
  due: 0,
  faults: zeros(faultNames),
  failing: [],
});

/** The totals with one more history. */
export function withHistory(
  totals: Totals,
  history: History,
  { findings, events, due, outcome }: Played,
): Totals {
  const kinds = kindsOf(findings);
  const faults = { ...totals.faults };
  const struck: FaultName[] = [...outcome.strikes.map(({ fault }) => fault), ...history.whole];
  for (const fault of struck) faults[fault] += 1;
  const calls = [...outcome.callsByDay.values()].reduce((sum, n) => sum + n, 0);
  return {
    nextSeed: history.seed + 1,
    histories: totals.histories + 1,
    polls: totals.polls + outcome.polls,
    calls: totals.calls + calls,
    events: totals.events + events,
    due: totals.due + due,
    faults,
    failing: kinds.length > 0 ? [...totals.failing, { seed: history.seed, kinds }] : totals.failing,
  };
}

/** The totals after a failing history was played again. */
export const withoutFailure = (totals: Totals, seed: number, { findings }: Played): Totals => {
  const others = totals.failing.filter((failure) => failure.seed !== seed);
  const kinds = kindsOf(findings);
  return { ...totals, failing: kinds.length > 0 ? [...others, { seed, kinds }] : others };
};

export const kindsOf = (findings: Played['findings']): FindingKind[] =>
  findingKinds.filter((kind) => findings.some((finding) => finding.kind === kind));

/** Histories with a finding of a kind. */
export const countOf = ({ failing }: Totals, kind: FindingKind): number =>
  failing.filter(({ kinds }) => kinds.includes(kind)).length;

/** How often each fault must strike in the histories of a run that is complete. */
export const MIN_STRIKES = 100;

/** The faults that struck less often, whatever the feed: not every fault can strike every feed. */
export const rareFaults = (tallies: Tallies): FaultName[] =>
  faultNames.filter((name) => {
    const struck = Object.values(tallies).reduce((sum, { faults }) => sum + faults[name], 0);
    return struck < MIN_STRIKES;
  });

export function readTallies(path: string): Tallies {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}

/** Another run may keep totals in the same file. */
export function keepTotals(path: string, name: string, totals: Totals): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...readTallies(path), [name]: totals })}\n`);
}
