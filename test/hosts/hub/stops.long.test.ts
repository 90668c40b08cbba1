/**
 * `npm run hub` is stopped at random moments, while it visits, sends and starts. `STOPS` says how often (200): with Ctrl+C
 * on a terminal, SIGTERM and SIGHUP in turn.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openDatabase } from '../../../lib/hosts/hub/database/database.ts';
import { readKeyFile } from '../../../lib/hosts/hub/key-file.ts';
import { HOUR, SECOND, systemClock } from '../../../lib/runtime.ts';
import { createVault } from '../../../lib/vault.ts';
import { connectShops, shopKey } from '../../../sandbox/connected-shops.ts';
import { manyShops } from '../../../sandbox/many-shops.ts';
import { freePort } from '../../../sandbox/ports.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const STOPS = Number(process.env.STOPS ?? 200);
const SELLER = '2201234567001';
const MAX_STOP_MS = 10 * SECOND;
const SCRIPT = '/usr/bin/script';
const WAYS = ['Ctrl+C', 'SIGTERM', 'SIGHUP'] as const;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const STOPPED = /^Stopped, (\d+) waiting|^已停止，(\d+) 条/m;

interface Run {
  way: (typeof WAYS)[number];
  output: string;
  tookMs: number;
}

/** Answers late, as a gateway or a receiver that is busy. */
const slow = (maxMs: number, answer: (body: string) => { status: number; body: string }): Server =>
  createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await wait(Math.random() * maxMs);
    const { status, body } = answer(Buffer.concat(chunks).toString());
    response.writeHead(status).end(body);
  });

describe(`Hub that is stopped ${STOPS} times`, () => {
  const folder = temporaryFolder();
  // So many orders that every start finds some.
  const shops = manyShops({
    clock: systemClock,
    sellers: [SELLER],
    ordersPerDay: 20_000,
    days: 0.5,
    dailyLimit: 100_000,
    bansAddresses: false,
  });
  const arrived = new Set<string>();
  const gateway = slow(700, (body) => shops.answer(body));
  const receiver = slow(1500, (body) => {
    arrived.add((JSON.parse(body) as { data: { id: string } }).data.id);
    return { status: 200, body: '' };
  });
  const runs: Run[] = [];
  let env: Record<string, string>;
  let subscribedAt = 0;
  let endedAt = 0;

  function start(way: Run['way']): { child: ChildProcess; output: () => string } {
    const entry = new URL('../../../hub.ts', import.meta.url).pathname;
    const command = [process.execPath, '--disable-warning=ExperimentalWarning', entry];
    const child =
      way === 'Ctrl+C'
        ? spawn(SCRIPT, ['-qefc', command.join(' '), '/dev/null'], { env })
        : spawn(command[0] as string, command.slice(1), { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        output += chunk;
      });
    return { child, output: () => output };
  }

  async function isRunning({ child, output }: ReturnType<typeof start>): Promise<void> {
    while (!output().includes(`127.0.0.1:${env.HUB_PORT}`)) {
      if (child.exitCode !== null) throw new Error(output());
      await wait(20);
    }
  }

  async function runOnce(way: Run['way'], ms: number): Promise<void> {
    const started = start(way);
    const { child, output } = started;
    const exited = once(child, 'exit');
    await isRunning(started);
    await wait(ms);
    const stoppedAt = Date.now();
    if (way === 'Ctrl+C') child.stdin?.write('\x03');
    else child.kill(way);
    await exited;
    runs.push({ way, output: output(), tookMs: Date.now() - stoppedAt });
  }

  beforeAll(async () => {
    for (const server of [gateway, receiver]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    const hostOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;
    env = {
      PATH: process.env.PATH ?? '',
      LANG: 'en_US.UTF-8',
      HUB_DATA: folder.path,
      HUB_KEY_FILE: `${folder.path}.key`,
      HUB_PORT: String(await freePort()),
      HUB_ALLOWED_TARGETS: hostOf(receiver),
      ALIEXPRESS_GATEWAY_URL: `http://${hostOf(gateway)}`,
      CLIENT_ID: '512345',
      CLIENT_SECRET: 'a'.repeat(32),
      DAILY_CALL_LIMIT: '100000',
    };
    const database = openDatabase(folder.path, systemClock);
    const vault = createVault(readKeyFile(env.HUB_KEY_FILE as string), 'hub');
    await connectShops({ database, vault }, [SELLER], Date.now());
    database.close();
    const started = start('SIGTERM');
    const { child } = started;
    await isRunning(started);
    await fetch(`http://127.0.0.1:${env.HUB_PORT}/v1/subscriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shopKey(SELLER)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ trigger: 'new_order', url: `http://${hostOf(receiver)}/hook` }),
    });
    await wait(8000);
    subscribedAt = Date.now();
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    const ways = WAYS.filter((way) => way !== 'Ctrl+C' || existsSync(SCRIPT));
    for (let n = 0; n < STOPS; n += 1)
      await runOnce(ways[n % ways.length] as Run['way'], Math.random() ** 2 * 6000);
    endedAt = Date.now();
    // What waits is sent one after the other.
    await runOnce('SIGTERM', Math.min(HOUR, 60_000 + STOPS * 3000));
  });
  afterAll(() => {
    gateway.close();
    receiver.close();
    folder.remove();
  });

  test('It always says that it has stopped, and how many events wait', () => {
    expect(runs.filter(({ output }) => !STOPPED.test(output))).toEqual([]);
  });

  test('It never takes longer than ten seconds, and never shows where in the program it was', () => {
    expect(runs.filter(({ tookMs }) => tookMs > MAX_STOP_MS)).toEqual([]);
    expect(runs.filter(({ output }) => /^\s+at |Error:/m.test(output))).toEqual([]);
  });

  test('Nothing is lost', () => {
    const orders = shops.shops.get(SELLER)?.orders ?? [];
    const expected = orders
      .filter(({ placedAt }) => placedAt > subscribedAt && placedAt < endedAt)
      .map(({ id }) => String(id));
    expect(expected.length).toBeGreaterThan(STOPS / 10);
    expect(expected.filter((id) => ![...arrived].some((event) => event.startsWith(id)))).toEqual([]);
  });
});
