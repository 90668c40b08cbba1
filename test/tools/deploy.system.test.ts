/** The files with which the hub is run as a service. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { freePort } from '../../sandbox/ports.ts';
import { read } from '../support/repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dockerfile = read('Dockerfile');
/** What the last stage copies from the project. */
const copied = [
  ...dockerfile.slice(dockerfile.lastIndexOf('FROM ')).matchAll(/^COPY (?!--from)(.+) \S+$/gm),
].flatMap(([, sources = '']) => sources.split(' '));
const compose = read('compose.yaml');
/** What it sets, whatever stands in `.env`. */
const environment = Object.fromEntries(
  [...compose.matchAll(/^ +(HUB_\w+): (.+)$/gm)].map(([, name, value]) => [name, value]),
);
const PORT = '$' + '{HUB_PORT:-4170}';
const PUBLIC_PORT = '$' + '{HUB_PUBLIC_PORT:-4171}';

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
    const nodeOptions = /^ENV NODE_OPTIONS=(.+)$/m.exec(dockerfile)?.[1] ?? '';
    // As `env_file` sets it before it was filled in.
    const env = { LANG: 'C', NODE_OPTIONS: nodeOptions, CLIENT_ID: '', HUB_DATA: folder.path };
    const run = (code: string[]) =>
      spawnSync(join(root, program), code, { cwd: folder.path, encoding: 'utf8', env });
    const help = run([...options, '--help']);
    const sandbox = run(['--input-type=module', '-e', "await import('./sandbox/hub.ts')"]);
    const unfilled = run(options);
    folder.remove();
    expect([help.status, help.stderr, sandbox.status, sandbox.stderr]).toEqual([0, '', 0, '']);
    expect([unfilled.status, unfilled.stderr]).toEqual([2, expect.stringContaining('CLIENT_ID')]);
    expect(unfilled.stdout).not.toContain('.env');
  });

  test('The context of the build has everything that the image copies, and nothing else', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect([...allowed].sort()).toEqual([...new Set([...copied, 'package-lock.json'])].sort());
  });

  test('The ports of the container are published for this machine alone, also those that .env chooses', () => {
    const ports = [...compose.matchAll(/^ +- "(.*)"$/gm)].map(([, port]) => port);
    expect(ports).toEqual([PORT, PUBLIC_PORT].map((port) => `127.0.0.1:${port}:${port}`));
    expect(environment).toMatchObject({ HUB_PORT: PORT, HUB_PUBLIC_PORT: PUBLIC_PORT });
  });

  test('Paths and addresses of .env leave those of the container as they are', () => {
    const settings = Object.fromEntries(
      (/^ENV (HUB_.+)$/m.exec(dockerfile)?.[1] ?? '').split(' ').map((each) => each.split('=')),
    );
    expect(settings).toEqual({ HUB_DATA: '/data', HUB_KEY_FILE: '/key/hub.key', HUB_LISTEN: '0.0.0.0' });
    expect(environment).toMatchObject(settings);
  });

  test('The check of the container asks the hub that listens, also where .env leaves its ports empty', async () => {
    let status = 200;
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/healthz' ? status : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const closed = await freePort();
    const [, command = '[]'] = /^HEALTHCHECK .*CMD (.+)$/m.exec(dockerfile) ?? [];
    const [, ...code] = JSON.parse(command) as string[];
    /** @param own port of the hub where none is set, and the public one `open` */
    const check = async (env: Record<string, string>, own = closed, open = closed) => {
      const ported = code.map((text) => text.replace('4170', String(own)).replace('4171', String(open)));
      const [exitCode] = await once(spawn(process.execPath, ported, { env, stdio: 'ignore' }), 'exit');
      return exitCode;
    };
    const empty = { HUB_PORT: '', HUB_PUBLIC_PORT: '', HUB_PUBLIC_URL: '' };
    const [set, url] = [String(port), 'https://hub.example.com'];
    const asked = [
      await check(empty, port),
      await check({}, port),
      await check({ ...empty, HUB_PUBLIC_URL: url }, closed, port),
      await check({ ...empty, HUB_PORT: set }),
      await check({ ...empty, HUB_PUBLIC_URL: url, HUB_PUBLIC_PORT: set }),
    ];
    status = 503;
    const failed = [await check(empty, port), await check(empty)];
    server.close();
    expect([asked, failed]).toEqual([
      [0, 0, 0, 0, 0],
      [1, 1],
    ]);
  });

  test('A container that cannot be written has folders for temporary files and for the sandbox', () => {
    expect(compose).toMatch(/^ +read_only: true$/m);
    expect(compose).toMatch(/^ +tmpfs: \[\/tmp, \/app\/\.local\]$/m);
    expect(dockerfile).toMatch(/^RUN mkdir -m 1777 \.local$/m);
  });
});

test('A command beside the service of systemd has its user, folders, files and program', () => {
  const unit = read('deploy/aliexpress-hub.service');
  const valueIn = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(unit)?.[1];
  const settings = [...unit.matchAll(/^Environment=(HUB_.+)$/gm)].map(([, setting]) => `--setenv=${setting}`);
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, 'systemd-run'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  const { stdout } = spawnSync('sh', [join(root, 'deploy/hub.sh'), 'backup', '/a b'], {
    encoding: 'utf8',
    env: { PATH: `${folder.path}:${process.env.PATH}` },
  });
  folder.remove();
  const given = stdout.trimEnd().split('\n');
  expect(settings).toHaveLength(2);
  expect(given).toEqual(
    expect.arrayContaining([
      `--uid=${valueIn('User')}`,
      `--working-directory=${valueIn('WorkingDirectory')}`,
      `--property=EnvironmentFile=${valueIn('EnvironmentFile')}`,
      `--property=UMask=${valueIn('UMask')}`,
      ...settings,
    ]),
  );
  expect(given.slice(-5).join(' ')).toBe(`${valueIn('ExecStart')} backup /a b`);
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
