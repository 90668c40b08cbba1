/** `npm run lab` in a process of its own. Inside of Jest a history takes half as long again. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Tallies } from '../../lab/totals.ts';

const lab = fileURLToPath(new URL('../../lab/main.ts', import.meta.url));

export interface LabRun {
  tallies: Tallies;
  /** What is wrong, as the lab explains it. */
  failures: string;
}

export async function labRun(...options: string[]): Promise<LabRun> {
  const program = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', lab, '--json', '--as-drawn', ...options],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [printed, errors] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'close'),
  ]);
  // Progress is a line of its own.
  const failures = errors.split('\n').filter((line) => line !== '' && !/^\d+ of \d+ histories/.test(line));
  return { tallies: JSON.parse(printed || '{}'), failures: failures.join('\n') };
}
