/** Plays a history with its faults and without, and compares what came of it. */

import { type Finding, findingsOf } from './findings.ts';
import type { History } from './history.ts';
import type { Damage } from './host.ts';
import { type HostName, type Outcome, type Part, runHistory } from './run-history.ts';

export interface Played {
  findings: readonly Finding[];
  /** Events that were taken, and conditions that had to be announced. */
  events: number;
  due: number;
  outcome: Outcome;
}

/** @param damage of the run with faults, for a test of the lab itself */
export async function play(
  history: History,
  part: Part = {},
  { host, damage }: { host?: HostName; damage?: Damage } = {},
): Promise<Played> {
  const twin = await runHistory(history, { ...part, host, withFaults: false });
  const outcome = await runHistory(history, { ...part, host, withFaults: true, ...(damage && { damage }) });
  return { ...findingsOf(history, outcome, twin), outcome };
}
