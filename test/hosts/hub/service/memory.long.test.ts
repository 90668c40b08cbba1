/** How much memory the process of a hub takes that has one shop and little to do. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { freePort } from '../../../../sandbox/ports.ts';
import { startSandbox } from '../../../../sandbox/server.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const MB = 1_000_000;
const PROGRAM = ['--disable-warning=ExperimentalWarning', 'hub.ts'];

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());

(process.platform === 'linux' ? test : test.skip)(
  'An idle hub with one shop takes at most 150 MB of memory',
  async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const sandbox = await startSandbox({ callbackUrl: `${url}/aliexpress/callback` });
    const home = temporaryFolder();
    const env = {
      ...process.env,
      CLIENT_ID: sandbox.app.appKey,
      CLIENT_SECRET: sandbox.app.appSecret,
      ALIEXPRESS_GATEWAY_URL: sandbox.url,
      HUB_DATA: join(home.path, 'data'),
      HUB_KEY_FILE: join(home.path, 'hub.key'),
      HUB_PORT: String(port),
    };
    // As `npm run hub` starts it.
    const runner = spawn(process.execPath, ['tools/run.mjs', 'production', 'hub.ts'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(runner.stdout, 'data');
      const made = spawnSync(process.execPath, [...PROGRAM, 'admin-key'], {
        cwd: root,
        env,
        encoding: 'utf8',
      });
      const post = async (path: string, body: object, key = made.stdout.trim()) => {
        const answer = await fetch(url + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        return (await answer.json()) as Record<string, string>;
      };
      const { address = '' } = await post('/admin/shops/sign-in', {});
      expect((await fetch(address)).status).toBe(200);
      const shop = sandbox.accounts.sellerId;
      const { key } = await post('/admin/keys', { kind: 'shop', shop, name: 'test' });
      expect(await post('/v1/subscriptions', { trigger: 'new_order' }, key)).toHaveProperty('id');
      await pause(MINUTE + 10 * SECOND);
      const resident = residentBytes(childOf(runner.pid ?? 0));
      process.stdout.write(`Resident memory of an idle hub: ${Math.round(resident / MB)} MB\n`);
      expect(resident).toBeLessThanOrEqual(150 * MB);
    } finally {
      runner.kill('SIGTERM');
      await once(runner, 'exit');
      await sandbox.close();
      home.remove();
    }
  },
);
