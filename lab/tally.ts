/** What all histories of a feed have shown together. It is kept in a file, so that a later run adds to it. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { type FaultName, faultNames } from './faults.ts';
import type { History } from './history.ts';
import { type FindingKind, findingKinds } from './judge.ts';
import type { Played } from './play.ts';

const counts = <K extends string>(keys: readonly K[]) =>
  z.object(
    Object.fromEntries(keys.map((key) => [key, z.number().default(0)])) as Record<
      K,
      z.ZodDefault<z.ZodNumber>
    >,
  );

const tallySchema = z.object({
  /** The seed of the next history. */
  nextSeed: z.number(),
  histories: z.number(),
  polls: z.number(),
  calls: z.number(),
  /** Events that workflows took, and those that they had to be told. */
  events: z.number(),
  due: z.number(),
  faults: counts(faultNames),
  /** Histories with a finding of each kind. */
  findings: counts(findingKinds),
  failing: z.array(z.object({ seed: z.number(), kinds: z.array(z.string()) })),
});
export type Tally = z.infer<typeof tallySchema>;

/** "orders on engine" → tally. */
const fileSchema = z.record(z.string(), tallySchema);
export type Tallies = z.infer<typeof fileSchema>;

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

export const emptyTally = (seed: number): Tally => ({
  nextSeed: seed,
  histories: 0,
  polls: 0,
  calls: 0,
  events: 0,
  due: 0,
  faults: zeros(faultNames),
  findings: zeros(findingKinds),
  failing: [],
});

/** The tally with one more history. */
export function withHistory(
  tally: Tally,
  history: History,
  { findings, events, due, outcome }: Played,
): Tally {
  const kinds: FindingKind[] = findingKinds.filter((kind) =>
    findings.some((finding) => finding.kind === kind),
  );
  const faults = { ...tally.faults };
  const struck: FaultName[] = [...outcome.strikes.map(({ fault }) => fault), ...history.whole];
  for (const fault of struck) faults[fault] += 1;
  const found = { ...tally.findings };
  for (const kind of kinds) found[kind] += 1;
  const calls = [...outcome.callsByDay.values()].reduce((sum, n) => sum + n, 0);
  return {
    nextSeed: history.seed + 1,
    histories: tally.histories + 1,
    polls: tally.polls + outcome.polls,
    calls: tally.calls + calls,
    events: tally.events + events,
    due: tally.due + due,
    faults,
    findings: found,
    failing: kinds.length > 0 ? [...tally.failing, { seed: history.seed, kinds }] : tally.failing,
  };
}

export function readTallies(path: string): Tallies {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}

export function writeTallies(path: string, tallies: Tallies): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(tallies)}\n`);
}
