import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const tools = fileURLToPath(new URL('../../tools/', import.meta.url));

const PRODUCTION = { 'node_modules/fastify': { version: '5.0.0' } };
const DEVELOPMENT = { 'node_modules/jest': { version: '30.0.0', dev: true, bin: { jest: 'jest.mjs' } } };
const LOCKED = { '': {}, ...PRODUCTION, ...DEVELOPMENT };

/** Takes the place of npm: records how it was called, and installs what the test says. */
const NPM = `
import { appendFileSync, cpSync, mkdirSync, symlinkSync, existsSync } from 'node:fs';
const [command, ...options] = process.argv.slice(2);
const extent = options.filter((option) => /^--(omit|include|no-save)/.test(option));
appendFileSync('npm-calls', [command, ...extent].join(' ') + '\\n');
if (existsSync('hangs')) setInterval(() => {}, 1000);
else install();
function install() {
if (!existsSync('to-install.json')) process.exit(7);
mkdirSync('node_modules/node/bin', { recursive: true });
cpSync('to-install.json', 'node_modules/.package-lock.json');
const program = 'node_modules/node/bin/node' + (process.platform === 'win32' ? '.exe' : '');
if (!existsSync(program)) symlinkSync(process.execPath, program);
}
`;

describe('A command of the project', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
    mkdirSync(join(folder.path, 'node_modules'));
    for (const name of ['install.mjs', 'run.mjs'])
      cpSync(join(tools, name), join(folder.path, 'tools', name));
    mkdirSync(join(folder.path, 'npm'));
    write('npm/npm-cli.js', NPM);
    write('package.json', '{ "type": "module" }');
    write('main.ts', 'console.log("arguments:", ...(process.argv.slice(2) as string[]));');
    lock(LOCKED);
  });
  afterEach(() => folder.remove());

  const write = (file: string, content: string) => writeFileSync(join(folder.path, file), content);
  const lock = (packages: object) => write('package-lock.json', JSON.stringify({ packages }));
  const npmInstalls = (packages: object) => write('to-install.json', JSON.stringify({ packages }));
  const npmCalls = () => {
    const file = join(folder.path, 'npm-calls');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };

  function start(parameters: string[]) {
    const child = spawn(process.execPath, ['tools/run.mjs', ...parameters], {
      cwd: folder.path,
      env: { ...process.env, npm_execpath: join(folder.path, 'npm', 'npm-cli.js') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    return { child, output: () => output };
  }

  async function run(...parameters: string[]) {
    const { child, output } = start(parameters);
    const [status] = await once(child, 'close');
    return { status, output: output() };
  }

  const eachOnUnix = process.platform === 'win32' ? test.skip.each : test.each;
  eachOnUnix(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'On %s during an installation npm ends, and it says so',
    async (signal) => {
      write('hangs', '');
      const { child, output } = start(['production', 'main.ts']);
      while (npmCalls().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill(signal);
      const [status] = await once(child, 'close');
      expect(output()).toMatch(/Stopped\. \/ 已停止。\n$/);
      expect(output()).not.toContain('failed');
      expect(status).toBe(0);
    },
  );

  test('A command installs only the production packages when nothing is installed', async () => {
    npmInstalls(PRODUCTION);
    const { status, output } = await run('production', 'main.ts', '--day');
    expect(npmCalls()).toEqual(['ci --omit=dev']);
    expect(output).toContain('arguments: --day');
    expect(status).toBe(0);
  });

  test('A command that needs the development packages adds them', async () => {
    npmInstalls(PRODUCTION);
    await run('production', 'main.ts');
    npmInstalls({ ...PRODUCTION, ...DEVELOPMENT });
    await run('all', 'main.ts');
    expect(npmCalls()).toEqual(['ci --omit=dev', 'install --no-save --include=dev']);
  });

  test('A command installs nothing when everything it needs is installed', async () => {
    npmInstalls({ ...PRODUCTION, ...DEVELOPMENT });
    await run('all', 'main.ts');
    await run('production', 'main.ts');
    await run('all', 'main.ts');
    expect(npmCalls()).toEqual(['ci --include=dev']);
  });

  test('A command installs again when another version of a package is locked', async () => {
    npmInstalls(PRODUCTION);
    await run('production', 'main.ts');
    lock({ ...LOCKED, 'node_modules/fastify': { version: '5.1.0' } });
    await run('production', 'main.ts');
    expect(npmCalls()).toEqual(['ci --omit=dev', 'install --no-save --omit=dev']);
  });

  test('An installation of a newer production package keeps the development packages', async () => {
    npmInstalls({ ...PRODUCTION, ...DEVELOPMENT });
    await run('all', 'main.ts');
    lock({ ...LOCKED, 'node_modules/fastify': { version: '5.1.0' } });
    await run('production', 'main.ts');
    expect(npmCalls()).toEqual(['ci --include=dev', 'install --no-save --include=dev']);
  });

  test('A failed installation says in both languages what to do, and nothing is run', async () => {
    const { status, output } = await run('production', 'main.ts');
    expect(status).toBe(7);
    expect(output).toMatch(/The installation failed.*安装失败/s);
    expect(output).not.toContain('arguments:');
  });

  test('The program of an installed package is found by the name of its command', async () => {
    npmInstalls({ ...PRODUCTION, ...DEVELOPMENT });
    mkdirSync(join(folder.path, 'node_modules/jest'));
    write('node_modules/jest/jest.mjs', 'console.log("jest", ...process.argv.slice(2))');
    expect((await run('all', 'jest', '--watch')).output).toContain('jest --watch');
  });

  test('A command exits with the exit code of its program', async () => {
    npmInstalls(PRODUCTION);
    write('main.ts', 'process.exitCode = 3;');
    expect((await run('production', 'main.ts')).status).toBe(3);
  });
});
