import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../../../hub.ts', import.meta.url));

describe('A start with wrong settings', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  test('Everything that is wrong is named at once, also beside a setting of the hub itself', () => {
    const env = {
      ...process.env,
      LC_ALL: 'C',
      HUB_DATA: join(folder.path, 'data'),
      HUB_PORT: 'abc',
      CLIENT_ID: ' ',
      CLIENT_SECRET: '0123456789abcdef0123456789abcdef',
    };
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program],
      {
        encoding: 'utf8',
        env,
      },
    );
    expect(status).toBe(2);
    for (const setting of ['HUB_PORT', 'CLIENT_ID']) expect(stderr).toContain(`${setting} is `);
  });
});
