/** Shrinks a history that fails: fewer faults, fewer records, one workflow, as long as it fails in the same way. */

import type { FaultName } from './faults.ts';
import type { FindingKind } from './findings.ts';
import type { History } from './history.ts';
import { type Played, play } from './play.ts';
import type { HostName, Part } from './run-history.ts';

export interface Shrunk extends Played {
  part: Part;
}

/** A run through the whole app takes about ten times as long. */
const MAX_RUNS: Record<HostName, number> = { engine: 120, zapier: 12, hub: 12 };

export interface ShrinkOptions {
  host: HostName;
  /** Whether to leave it as it is. */
  isStopped?: () => boolean;
}

/** @param played the failing history as it was drawn */
export async function shrink(
  history: History,
  played: Played,
  kind: FindingKind,
  { host, isStopped = () => false }: ShrinkOptions,
): Promise<Shrunk> {
  let best: Shrunk = { ...played, part: {} };
  let runs = 0;
  /** Keeps the part if the history still fails with it. */
  const tries = async (part: Part): Promise<boolean> => {
    if (runs >= MAX_RUNS[host] || isStopped()) return false;
    runs += 1;
    const next = await play(history, part, { host });
    if (!next.findings.some((finding) => finding.kind === kind)) return false;
    best = { ...next, part };
    return true;
  };

  for (const { id } of history.story.workflows) {
    if (await tries({ ...best.part, workflow: id })) break;
  }
  const strikes = best.outcome.strikes.map(({ address }) => address);
  await fewest(strikes, (kept) => tries({ ...best.part, only: new Set(kept) }));
  await fewest([...history.whole], (kept) =>
    tries({
      ...best.part,
      mended: new Set([...history.whole].filter((fault: FaultName) => !kept.includes(fault))),
    }),
  );
  const records = Array.from({ length: history.story.records }, (_, n) => n);
  await fewest(records, (kept) =>
    tries({ ...best.part, without: new Set(records.filter((n) => !kept.includes(n))) }),
  );
  return best;
}

/** Delta debugging: leaves out halves, then quarters and so on, as long as `fails` holds for the rest. */
async function fewest<T>(all: readonly T[], fails: (kept: readonly T[]) => Promise<boolean>): Promise<void> {
  let kept = all;
  if (kept.length === 0 || (await fails([]))) return;
  for (let parts = 2; kept.length > 1; ) {
    const size = Math.ceil(kept.length / parts);
    let isSmaller = false;
    for (let start = 0; start < kept.length; start += size) {
      const rest = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (!(await fails(rest))) continue;
      kept = rest;
      isSmaller = true;
      break;
    }
    if (isSmaller) parts = Math.max(2, parts - 1);
    else if (size === 1) return;
    else parts = Math.min(kept.length, parts * 2);
  }
}
