/** The lab's words: the summary of the tallies, and one failing history. */

import { faultNames, faults } from './faults.ts';
import { clock, type FindingKind, findingKinds } from './findings.ts';
import type { History } from './history.ts';
import type { HostName } from './run-history.ts';
import type { Shrunk } from './shrink.ts';
import { countOf, MIN_STRIKES, rareFaults, type Tallies } from './totals.ts';

const SHOWN_SEEDS = 12;

/** @param isComplete every fault must have struck often enough */
export function summaryOf(tallies: Tallies, isComplete = false): string {
  const entries = Object.entries(tallies);
  const table = [
    ['', 'histories', 'polls', 'calls', 'events', 'due', ...findingKinds],
    ...entries.map(([name, totals]) => [
      name,
      ...[totals.histories, totals.polls, totals.calls, totals.events, totals.due].map(String),
      ...findingKinds.map((kind) => String(countOf(totals, kind))),
    ]),
  ];
  const struck = faultNames.map((name) => [
    name,
    String(entries.reduce((sum, [, totals]) => sum + totals.faults[name], 0)),
    faults[name].text,
  ]);
  const rare = isComplete ? rareFaults(tallies) : [];
  const failing = entries
    .filter(([, totals]) => totals.failing.length > 0)
    .map(([name, { failing }]) => {
      const seeds = failing.slice(0, SHOWN_SEEDS).map(({ seed, kinds }) => `${seed} (${kinds.join(', ')})`);
      const more = failing.length > SHOWN_SEEDS ? ` and ${failing.length - SHOWN_SEEDS} more` : '';
      return `${name}: ${seeds.join(', ')}${more}`;
    });
  return [
    'Histories with a finding of each kind:',
    ...aligned(table),
    '',
    'Faults:',
    ...aligned(struck),
    '',
    ...(failing.length > 0 ? ['Failing seeds:', ...failing] : ['No history fails.']),
    ...(rare.length > 0 ? [`Struck less than ${MIN_STRIKES} times: ${rare.join(', ')}`] : []),
  ].join('\n');
}

/** Columns of text, the first one to the left and the last one as it is. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, n) =>
        n === 0 || Number.isNaN(Number(cell)) ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

const SHOWN_FINDINGS = 5;
const SHOWN_STRIKES = 12;

/** A failing history and what is left of it, as a seed that repeats it and a short plan. */
export function failureOf(
  { seed, feed, story, whole }: History,
  kind: FindingKind,
  shrunk: Shrunk,
  host: HostName,
): string {
  const { part, outcome, findings } = shrunk;
  const left = story.records - (part.without?.size ?? 0);
  const found = findings.filter((finding) => finding.kind === kind);
  const lasting = [...whole].filter((fault) => !part.mended?.has(fault));
  return [
    `npm run lab -- --seed ${seed} --feed ${feed}${host === 'engine' ? '' : ` --host ${host}`}`,
    ...found.slice(0, SHOWN_FINDINGS).map(({ text }) => `  ${kind}: ${text}`),
    `  It still fails with ${left} of ${story.records} records${part.workflow ? ` and the workflow "${part.workflow}"` : ''}, and with these faults:`,
    ...lasting.map((fault) => `    ${faults[fault].text}`),
    ...outcome.strikes
      .slice(0, SHOWN_STRIKES)
      .map(({ fault, address, at }) => `    ${clock(at)}  ${faults[fault].text} (${address})`),
    ...(lasting.length + outcome.strikes.length === 0 ? ['    none'] : []),
  ].join('\n');
}
