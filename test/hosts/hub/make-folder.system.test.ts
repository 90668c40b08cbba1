import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '../../../lib/hosts/hub/make-folder.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../../../hub.ts', import.meta.url));
/** A folder in which nobody can make another one. */
const CLOSED = '/proc';

describe('Folders of the data', () => {
  let home: TemporaryFolder;
  beforeEach(() => {
    home = temporaryFolder();
  });
  afterEach(() => home.remove());

  test('A folder is made with those that it lies in, for this user alone', () => {
    const [outer, inner] = [join(home.path, 'a'), join(home.path, 'a', 'b')];
    makeFolder(inner);
    expect([outer, inner].map((folder) => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700]);
    expect(() => makeFolder(inner)).not.toThrow();
  });

  test('A file in the place of a folder is left as it is, and refused', () => {
    const file = join(home.path, 'file');
    writeFileSync(file, '');
    expect(() => makeFolder(file)).toThrow('EEXIST');
    expect(() => makeFolder(join(file, 'a'))).toThrow('EEXIST');
    expect(statSync(file).isFile()).toBe(true);
  });

  (existsSync(CLOSED) ? test : test.skip).each([
    ['HUB_DATA', [], 2],
    ['HUB_DATA', ['--check'], 1],
    ['HUB_KEY_FILE', ['--check'], 1],
  ])('%s below a folder that takes no other one is refused, not waited for (%j)', (setting, args, code) => {
    const env = {
      ...process.env,
      LC_ALL: 'en_US.UTF-8',
      CLIENT_ID: '512345',
      CLIENT_SECRET: 'secret-of-the-app',
      ALIEXPRESS_GATEWAY_URL: 'http://127.0.0.1:9',
      HUB_DATA: join(home.path, 'data'),
      HUB_KEY_FILE: join(home.path, 'hub.key'),
      [setting]: join(CLOSED, 'hub', 'x'),
    };
    const options = ['--disable-warning=ExperimentalWarning', program, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, options, {
      encoding: 'utf8',
      env,
      timeout: 120_000,
    });
    expect([status, stdout + stderr]).toEqual([code, expect.stringContaining(join(CLOSED, 'hub'))]);
  });
});
