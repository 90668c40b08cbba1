import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBuildOptions } from '../../../lib/hosts/make/build-options.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import { FOLDER } from './folder.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const entry = join(root, 'lib/hosts/make/build.ts');
const quiet = '--disable-warning=ExperimentalWarning';

let temporary: TemporaryFolder;
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

const read = (...args: string[]) => readBuildOptions(args, root);
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(folder.length + 1))
    .sort();

test('without options the committed folder is written, with the app’s own name in the blueprints', () => {
  expect(read()).toEqual({ help: false, appId: 'aliexpress-seller', folder: join(root, 'make') });
});

test('with an app id the committed folder stays as it is', () => {
  expect(read('--app-id', 'my-app-abc123')).toMatchObject({
    appId: 'my-app-abc123',
    folder: join(root, '.local', 'make'),
  });
});

test('another folder can be named', () => {
  const folder = join(temporary.path, 'new');
  expect(read('--app-id', 'my-app-abc123', '--out', folder)).toMatchObject({ folder });
});

test.each(['My-App', '1app', 'ab', 'app-', 'app_1', 'a'.repeat(31), ''])(
  'the app id "%s" is refused with what is allowed',
  (id) => {
    expect(() => read(`--app-id=${id}`)).toThrow(
      '3 to 30 lower-case letters, digits and dashes, a letter first and no dash last',
    );
  },
);

test.each(['abc', 'a1-', 'a'.repeat(30)].map((id) => id.replace(/-$/, '-0')))(
  'the app id "%s" is taken',
  (id) => {
    expect(read('--app-id', id).appId).toBe(id);
  },
);

test('a folder with other things in it is not written over', () => {
  writeFileSync(join(temporary.path, 'diary.txt'), '');
  expect(() => read('--out', temporary.path)).toThrow('--out must be a new or an empty folder');
});

test('a folder with a Make app is written over', () => {
  writeFileSync(join(temporary.path, 'makecomapp.json'), '{}');
  expect(read('--out', temporary.path).folder).toBe(temporary.path);
});

test('the whole app goes into the folder, and nothing of an earlier build is left', () => {
  const folder = join(temporary.path, 'app');
  mkdirSync(join(folder, 'modules/gone'), { recursive: true });
  writeFileSync(join(folder, 'makecomapp.json'), '{}');
  writeFileSync(join(folder, 'modules/gone/gone.scope.iml.json'), '[]');
  execFileSync(process.execPath, [quiet, entry, '--app-id', 'my-app-abc123', '--out', folder]);
  expect(filesIn(folder)).toEqual(filesIn(FOLDER));
  const blueprint = readFileSync(join(folder, 'blueprints/new-order-to-feishu.json'), 'utf8');
  expect(blueprint).toContain('"app#my-app-abc123:newOrder"');
});

test('a wrong word ends with a sentence and says where help is', () => {
  const { status, stderr } = spawnSync(process.execPath, [quiet, entry, '--app', 'x'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/--app'[\s\S]*npm run make:build -- --help\n$/),
  ]);
});

test('--help says what the options are', () => {
  const help = execFileSync(process.execPath, [quiet, entry, '--help'], { encoding: 'utf8' });
  expect(help).toMatch(/--app-id ID[\s\S]*--out DIR/);
});
