/** The files with which the hub is run as a service. */

import { spawnSync } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { read } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dockerfile = read('Dockerfile');
/** What the last stage copies from the project. */
const copied = [
  ...dockerfile.slice(dockerfile.lastIndexOf('FROM ')).matchAll(/^COPY (?!--from)(.+) \S+$/gm),
].flatMap(([, sources = '']) => sources.split(' '));

describe('Container of the hub', () => {
  test('The Dockerfile is valid', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  test('The container does not run as root', () => {
    expect([...dockerfile.matchAll(/^USER (.+)$/gm)].at(-1)?.[1]).toBe('node');
  });

  test('The files that the image copies are enough for the hub, its sandbox included', () => {
    const folder = temporaryFolder();
    for (const file of copied) cpSync(join(root, file), join(folder.path, file), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'));
    const [program = '', ...options] = JSON.parse(/^ENTRYPOINT (.+)$/m.exec(dockerfile)?.[1] ?? '[]');
    const run = (code: string[]) =>
      spawnSync(join(root, program), code, { cwd: folder.path, encoding: 'utf8', env: { LANG: 'C' } });
    const help = run([...options, '--help']);
    const sandbox = run([
      ...options.slice(0, -1),
      '--input-type=module',
      '-e',
      "await import('./sandbox/hub.ts')",
    ]);
    folder.remove();
    expect([help.status, help.stderr, sandbox.status, sandbox.stderr]).toEqual([0, '', 0, '']);
  });

  test('The context of the build has everything that the image copies, and nothing else', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect([...allowed].sort()).toEqual([...new Set([...copied, 'package-lock.json'])].sort());
  });

  test('The ports of the container are published for this machine alone', () => {
    const ports = [...read('compose.yaml').matchAll(/- "(.*:\d+:\d+)"/g)].map(([, port]) => port);
    expect(ports).toEqual(['127.0.0.1:4170:4170', '127.0.0.1:4171:4171']);
  });
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

(hasSystemd ? describe : describe.skip)('Service of systemd', () => {
  test('The unit is valid, and exposes little', () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'aliexpress-hub.service');
    const program = join(folder.path, 'node');
    writeFileSync(program, '', { mode: 0o755 });
    writeFileSync(
      file,
      read('deploy/aliexpress-hub.service').replace(/^ExecStart=\S+/m, `ExecStart=${program}`),
    );
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    const security = spawnSync('systemd-analyze', ['security', '--offline=yes', '--threshold=20', file]);
    folder.remove();
    expect([verified.status, verified.stderr, security.status]).toEqual([0, '', 0]);
  });
});
