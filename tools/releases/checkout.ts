/** Earlier states of this repository, each in a folder of its own with the packages it was locked to. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @returns the newest tag of a release, such as "v0.1.0"; undefined if there is none */
export const lastTag = (): string | undefined =>
  run('git', ['tag', '--list', 'v*', '--sort=-version:refname'], root).split('\n')[0] || undefined;

/** @param state a tag or a commit */
export const isState = (state: string): boolean =>
  spawnSync('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${state}^{commit}`], {
    cwd: root,
  }).status === 0;

/** @param state a tag or a commit */
export function checkOut(state: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    run('git', ['clone', '--quiet', '--shared', '--no-checkout', root, folder], root);
    run('git', ['checkout', '--quiet', '--detach', state], folder);
    // No package is built: what is bundled is JavaScript.
    run(
      'npm',
      ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      folder,
    );
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, remove };
}

function run(program: string, parameters: string[], cwd: string): string {
  const isNpm = program === 'npm';
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    cwd,
    encoding: 'utf8',
    // npm is a script on Windows.
    shell: isNpm && process.platform === 'win32',
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${parameters.join(' ')}: ${error?.message ?? stderr}`);
}
