import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { refusePort } from '../../../lib/hosts/hub/api/ports.ts';
import { startSandboxHub } from '../../../sandbox/hub.ts';
import { freePort } from '../../../sandbox/ports.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

describe('Second hub with a sandbox', () => {
  let hub: TestHub;
  let other: TemporaryFolder;
  beforeAll(async () => {
    hub = await startTestHub({ isPublic: true });
    other = temporaryFolder();
  });
  afterAll(async () => {
    other.remove();
    await hub.stop();
  });

  async function start(folder: string, env: Record<string, string>, port = 0) {
    const { version, registry, clock, log } = hub.hub.runtime;
    return startSandboxHub({ version, registry, env, folder, clock, log, sandbox: { port } });
  }
  const portIn = (url: string) => new URL(url).port;

  test('It is refused in the folder of the running one, and deletes nothing there', async () => {
    const { folder, file } = { ...hub.hub.runtime.hub, ...hub.hub.runtime.database };
    const env = { HUB_PORT: String(await freePort()) };
    await expect(start(dirname(folder), env)).rejects.toMatchObject({ kind: 'already_running' });
    expect(existsSync(file)).toBe(true);
  });

  test('A port in use is named with its setting', async () => {
    const used = portIn(hub.hub.url);
    await expect(start(other.path, { HUB_PORT: used })).rejects.toMatchObject({
      kind: 'bad_setting',
      facts: { setting: 'HUB_PORT', expected: { en: expect.stringContaining(used) } },
    });
  });

  test('A public port in use is named with its setting', async () => {
    const env = {
      HUB_PORT: String(await freePort()),
      HUB_PUBLIC_PORT: portIn(hub.publicUrl),
      HUB_PUBLIC_URL: hub.publicUrl,
    };
    await expect(start(other.path, env)).rejects.toMatchObject({ facts: { setting: 'HUB_PUBLIC_PORT' } });
  });

  test('The port of its sandbox in use is named, and free again after a start that failed', async () => {
    const taken = Number(portIn(hub.sandbox.url));
    const env = { HUB_PORT: String(taken - 2) };
    await expect(start(other.path, env, taken)).rejects.toMatchObject({ facts: { setting: 'HUB_PORT' } });
    const port = await freePort();
    const failing = () => start(other.path, { HUB_PORT: portIn(hub.hub.url) }, port);
    for (let n = 0; n < 2; n += 1)
      await expect(failing()).rejects.toMatchObject({
        facts: { expected: { en: expect.stringContaining(portIn(hub.hub.url)) } },
      });
  });

  test.each([
    ['EACCES', 80, 'HUB_PORT is missing or invalid. Expected: a port that this program may use'],
    ['ERR_SOCKET_BAD_PORT', 65_536, '65536 does not exist'],
  ])('A port that is refused with %s is named with its setting', (code, port, sentence) => {
    const refuse = () => refusePort('HUB_PORT', port)(Object.assign(new Error('listen'), { code }));
    expect(refuse).toThrow(sentence);
  });

  test('A port for the hub that leaves none for its sandbox is named with its setting', async () => {
    await expect(start(other.path, { HUB_PORT: '65534' }, 65_536)).rejects.toMatchObject({
      facts: { setting: 'HUB_PORT' },
    });
  });
});
