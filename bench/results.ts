/** The page bench/results.md: the tables of one run. */

import { type Table, toMarkdown } from './table.ts';

/** What was measured, and when the run began. */
export interface BenchRun {
  commit: string;
  at: Date;
  machine: string;
}

export function resultsPage(tables: readonly Table[], { commit, at, machine }: BenchRun): string {
  const minute = at.toISOString().slice(0, 16).replace('T', ' ');
  const from = `Written by \`npm run bench\`, all tables in one run: commit ${commit}, begun ${minute} UTC, ${machine}.`;
  return `${['# Results', from, ...tables.map((table) => toMarkdown(table).trim())].join('\n\n')}\n`;
}
