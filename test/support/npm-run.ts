/** The project's own npm scripts, as a person runs them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Finished {
  status: number | null;
  /** Of stdout and stderr, in the order of arrival. */
  output: string;
}

export interface NpmRunOptions {
  /** The language is English unless LC_ALL names another one. */
  env?: Record<string, string | undefined>;
  /** How many files the process and its children may have open; Windows has no such limit. */
  maxOpenFiles?: number;
}

/** @param line such as "zapier:push -- --debug" */
export async function npmRun(line: string, { env, maxOpenFiles }: NpmRunOptions = {}): Promise<Finished> {
  const hasLimit = maxOpenFiles !== undefined && process.platform !== 'win32';
  const child = spawn(`${hasLimit ? `ulimit -n ${maxOpenFiles} && ` : ''}npm run --silent ${line}`, {
    cwd: root,
    env: { ...process.env, LC_ALL: 'C', DISABLE_ZAPIER_ANALYTICS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const [status] = await once(child, 'close');
  return { status, output };
}
