/** The commands of docs/hub.md, as a newcomer types them: `npm run hub -- --sandbox`, a subscription, its first event. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MINUTE, SECOND } from '../../lib/runtime.ts';
import { freePort } from '../../sandbox/ports.ts';
import { read } from '../support/repository.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [subscribe = '', list = ''] = [...read('docs/hub.md').matchAll(/^```sh\n(curl [\s\S]*?)^```$/gm)].map(
  ([, command]) => command,
);
const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** A port of which the one after the next is free too. */
async function portForSandbox(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const server = createServer().listen(port + 2, '127.0.0.1');
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]).catch(() => false);
    server.close();
    if (isFree) return port;
  }
}

(hasCurl ? test : test.skip)('The documented commands show a signed new order within a minute', async () => {
  const port = await portForSandbox();
  const typed = (command: string) => {
    const line = command.replaceAll('4170', String(port)).replaceAll('4172', String(port + 2));
    return spawnSync(line, { shell: true, encoding: 'utf8' }).stdout;
  };
  const hub = spawn('npm run --silent hub -- --sandbox', {
    cwd: root,
    shell: true,
    detached: true,
    env: { ...process.env, HUB_PORT: String(port), LC_ALL: 'C' },
  });
  try {
    let output = '';
    hub.stdout.on('data', (chunk) => {
      output += chunk;
    });
    for (const end = Date.now() + 2 * MINUTE; !output.includes('Feishu'); await pause(200))
      if (Date.now() > end) throw new Error(`the hub did not start: ${output}`);
    expect(JSON.parse(typed(subscribe))).toEqual({ id: expect.any(String), secret: expect.any(String) });
    const subscribedAt = Date.now();
    let received = { count: 0, newest: [] as { signature: string; type: string }[] };
    while (received.count === 0 && Date.now() - subscribedAt < MINUTE) {
      await pause(SECOND);
      received = JSON.parse(typed(list));
    }
    expect(received.newest.at(-1)).toMatchObject({ signature: 'valid', type: 'new_order' });
  } finally {
    if (hub.pid) process.kill(-hub.pid, 'SIGTERM');
    await once(hub, 'close');
  }
});
