/** What is measured in a process of its own. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs Node.js.
 * @param parameters flags, the program, and what it is given
 * @returns what the program printed as JSON in its last line
 */
export async function inNewProcess<T>(parameters: readonly string[]): Promise<T> {
  const { stdout } = await run(process.execPath, parameters);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}
