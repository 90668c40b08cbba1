/**
 * What `npm run hub` starts is stopped at random moments, while it starts, visits and sends. `STOPS` says how often (200):
 * with Ctrl+C on a terminal, SIGTERM and SIGHUP in turn. Some requests to AliExpress and to the receiver get no answer.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../../lib/hosts/hub/database/database.ts';
import { readKeyFile } from '../../../lib/hosts/hub/key-file.ts';
import { MINUTE, SECOND, systemClock } from '../../../lib/runtime.ts';
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
/** A terminal shows the Ctrl+C before it. */
const STOPPED = /^(\^C)*Stopped, \d+ waiting\.\s*$/m;
/** Before there is a database. */
const STOPPED_EARLY = /^(\^C)*Stopped\./m;
/** A visit that failed is made again five minutes later, and what waits is sent one after the other. */
const CATCH_UP_MS = 30 * MINUTE;
/** How many of the requests get no answer. */
const UNANSWERED = 0.1;
const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Run {
  way: (typeof WAYS)[number];
  isEarly: boolean;
  output: string;
  tookMs: number;
}

/**
 * Whether the process has begun to catch signals: before, the system ends it without a word. Node.js itself catches SIGINT
 * and SIGTERM.
 */
function catchesSignals(pid: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const SIGHUP = 1n;
  return ((BigInt(`0x${/SigCgt:\s*(\w+)/.exec(status)?.[1]}`) >> (SIGHUP - 1n)) & 1n) === 1n;
}

let someAreUnanswered = true;

/** Answers late, as a gateway or a receiver that is busy. */
const slow = (maxMs: number, answer: (body: string) => { status: number; body: string }): Server =>
  createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (someAreUnanswered && Math.random() < UNANSWERED) return;
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
    const command = [process.execPath, 'tools/run.mjs', 'production', 'hub.ts'];
    const child =
      way === 'Ctrl+C'
        ? spawn(SCRIPT, ['-qefc', `exec ${command.join(' ')}`, '/dev/null'], { env, cwd: root })
        : spawn(command[0] as string, command.slice(1), { env, cwd: root });
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

  /** What a terminal runs is a child of the program that plays the terminal. */
  async function isStarting(
    { child: { pid = 0 } }: ReturnType<typeof start>,
    way: Run['way'],
  ): Promise<void> {
    const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const program = () => (way === 'Ctrl+C' ? Number(children()) : pid);
    while (program() === 0 || !catchesSignals(program())) await wait(1);
  }

  const expected = () =>
    (shops.shops.get(SELLER)?.orders ?? [])
      .filter(({ placedAt }) => placedAt > subscribedAt && placedAt < endedAt)
      .map(({ id }) => String(id));
  const missing = () => expected().filter((id) => ![...arrived].some((event) => event.startsWith(id)));
  async function allArrived(): Promise<void> {
    const until = Date.now() + CATCH_UP_MS;
    while (missing().length > 0 && Date.now() < until) await wait(SECOND);
  }

  async function runOnce(way: Run['way'], isEarly: boolean, pause: () => Promise<unknown>): Promise<void> {
    const started = start(way);
    const { child, output } = started;
    const exited = once(child, 'close');
    await (isEarly ? isStarting(started, way) : isRunning(started));
    await pause();
    const stoppedAt = Date.now();
    if (way === 'Ctrl+C') child.stdin?.write('\x03');
    else child.kill(way);
    await exited;
    runs.push({ way, isEarly, output: output(), tookMs: Date.now() - stoppedAt });
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
      // Every fourth one while it starts, in which all ways take turns.
      await runOnce(ways[n % ways.length] as Run['way'], n % 4 === 0, () => wait(Math.random() ** 2 * 6000));
    endedAt = Date.now();
    someAreUnanswered = false;
    await runOnce('SIGTERM', false, allArrived);
  });
  afterAll(() => {
    for (const server of [gateway, receiver]) {
      server.closeAllConnections();
      server.close();
    }
    folder.remove();
  });

  test('It always says that it has stopped, and how many events wait', () => {
    const endsWithLine = ({ isEarly, output }: Run) =>
      STOPPED.test(output) || (isEarly && STOPPED_EARLY.test(output));
    expect(runs.filter((run) => !endsWithLine(run))).toEqual([]);
  });

  test('It never takes longer than ten seconds, and never shows where in the program it was', () => {
    expect(runs.filter(({ tookMs }) => tookMs > MAX_STOP_MS)).toEqual([]);
    expect(runs.filter(({ output }) => /^\s+at |Error:/m.test(output))).toEqual([]);
  });

  test('Nothing is lost', () => {
    expect(expected().length).toBeGreaterThan(STOPS / 10);
    expect(missing()).toEqual([]);
  });
});
