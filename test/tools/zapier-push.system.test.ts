import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmRun } from '../support/npm-run.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

describe('npm run zapier:push', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  /** @param link what `.zapierapprc` holds */
  const push = (link: string, login: { deployKey?: string } = {}, line = 'zapier:push') => {
    writeFileSync(join(folder.path, '.zapierapprc'), link);
    return npmRun(line, {
      env: {
        ZAPIER_CURRENT_APP_FILE: join(folder.path, '.zapierapprc'),
        ZAPIER_AUTH_LOCATION: join(folder.path, '.zapierrc'),
        ZAPIER_DEPLOY_KEY: login.deployKey,
        // Nothing listens here: no request may be sent.
        ZAPIER_ENDPOINT: 'http://127.0.0.1:9',
      },
    });
  };

  test.each(['{}', '{ "includeInBuild": [] }', 'not JSON'])(
    'says how to connect the folder to an integration when .zapierapprc holds %s',
    async (link) => {
      const { status, output } = await push(link, { deployKey: 'key' });
      expect(status).toBe(2);
      expect(output).toMatch(/npm run zapier -- register .*npm run zapier -- link/s);
    },
  );

  test('A push without a login or a deploy key says how to log in', async () => {
    const { status, output } = await push('{ "id": 4711 }');
    expect(status).toBe(2);
    expect(output).toMatch(/npm run zapier -- login.*ZAPIER_DEPLOY_KEY/s);
  });

  test('The command "npm run zapier -- push" does the same', async () => {
    const { status, output } = await push('{}', {}, 'zapier -- push');
    expect(status).toBe(2);
    expect(output).toContain('npm run zapier -- register');
  });

  test('The option --help explains the command', async () => {
    const { status, output } = await npmRun('zapier:push -- --help');
    expect(status).toBe(0);
    expect(output).toContain('--snapshot');
  });
});
