/**
 * What `npm run hub` starts is stopped at random moments, while it starts, visits and sends. `STOPS` says how often (200):
 * with Ctrl+C on a terminal, SIGTERM and SIGHUP in turn. Some requests to AliExpress and to the receiver get no answer.
 * Several hubs run side by side, each with a folder and a shop of its own, because most of the time passes with waiting.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { fileIn, openDatabase } from '../../../lib/hosts/hub/database/database.ts';
import { readKeyFile } from '../../../lib/hosts/hub/key-file.ts';
import { MINUTE, SECOND, systemClock } from '../../../lib/runtime.ts';
import { createVault } from '../../../lib/vault.ts';
import { connectShops, shopKey } from '../../../sandbox/connected-shops.ts';
import { manyShops } from '../../../sandbox/many-shops.ts';
import { freePort } from '../../../sandbox/ports.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const STOPS = Number(process.env.STOPS ?? 200);
const SELLERS = ['2201234567001', '2201234567002', '2201234567003', '2201234567004'];
const MAX_STOP_MS = 10 * SECOND;
/** A program that has not ended by then has not noticed that it was stopped. */
const LOST_STOP_MS = MINUTE;
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
  // So many orders that most starts find some, and not so many that the first visit takes long.
  const shops = manyShops({
    clock: systemClock,
    sellers: SELLERS,
    ordersPerDay: 5000,
    days: 0.5,
    dailyLimit: 100_000,
    bansAddresses: false,
  });
  const arrived = new Set<string>();
  const gateway = slow(700, (body) => shops.answer(body));
  const receiver = slow(1500, (body) => {
    const { data } = JSON.parse(body) as { data: { id: string; shop_id: string } };
    arrived.add(`${data.shop_id} ${data.id}`);
    return { status: 200, body: '' };
  });
  const hubs: StoppedHub[] = [];
  const runs = () => hubs.flatMap((hub) => hub.runs);

  const expectedOf = ({ seller, subscribedAt, endedAt }: StoppedHub): string[] =>
    (shops.shops.get(seller)?.orders ?? [])
      .filter(({ placedAt }) => placedAt > subscribedAt && placedAt < endedAt)
      .map(({ id }) => `${seller} ${id}`);
  const missingOf = (hub: StoppedHub): string[] =>
    expectedOf(hub).filter((order) => ![...arrived].some((event) => event.startsWith(order)));
  async function allArrived(hub: StoppedHub): Promise<void> {
    const until = Date.now() + CATCH_UP_MS;
    while (missingOf(hub).length > 0 && Date.now() < until) await wait(SECOND);
  }

  beforeAll(async () => {
    for (const server of [gateway, receiver]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    for (const seller of SELLERS) hubs.push(await stoppedHub(seller, hostOf(gateway), hostOf(receiver)));
    await Promise.all(hubs.map((hub) => hub.subscribe()));
    const ways = WAYS.filter((way) => way !== 'Ctrl+C' || existsSync(SCRIPT));
    let next = 0;
    const stopOften = async (hub: StoppedHub) => {
      while (next < STOPS) {
        const n = next++;
        // Every fourth one while it starts, in which all ways take turns.
        await hub.runOnce(ways[n % ways.length] as Run['way'], n % 4 === 0, () =>
          wait(Math.random() ** 2 * 6000),
        );
      }
      hub.endedAt = Date.now();
    };
    await Promise.all(hubs.map(stopOften));
    someAreUnanswered = false;
    await Promise.all(hubs.map((hub) => hub.runOnce('SIGTERM', false, () => allArrived(hub))));
  });
  afterAll(() => {
    for (const server of [gateway, receiver]) {
      server.closeAllConnections();
      server.close();
    }
    for (const hub of hubs) hub.remove();
  });

  test('It always says that it has stopped, and how many events wait', () => {
    const endsWithLine = ({ isEarly, output }: Run) =>
      STOPPED.test(output) || (isEarly && STOPPED_EARLY.test(output));
    expect(runs()).toHaveLength(STOPS + SELLERS.length);
    expect(runs().filter((run) => !endsWithLine(run))).toEqual([]);
  });

  test('It never takes longer than ten seconds, and never shows where in the program it was', () => {
    expect(runs().filter(({ tookMs }) => tookMs > MAX_STOP_MS)).toEqual([]);
    expect(runs().filter(({ output }) => /^\s+at |Error:/m.test(output))).toEqual([]);
  });

  test('Nothing is lost', () => {
    expect(hubs.flatMap(expectedOf).length).toBeGreaterThan(STOPS / 10);
    expect(hubs.flatMap(missingOf)).toEqual([]);
  });
});

const hostOf = (server: Server): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;

interface StoppedHub {
  seller: string;
  runs: Run[];
  /** Epoch milliseconds, once it has subscribed. */
  subscribedAt: number;
  /** Epoch milliseconds, once it is stopped no more. */
  endedAt: number;
  /** Runs it for the first time. */
  subscribe(): Promise<void>;
  /** Starts it, and stops it after a pause that begins while it starts or once it runs. */
  runOnce(way: Run['way'], isEarly: boolean, pause: () => Promise<unknown>): Promise<void>;
  remove(): void;
}

async function stoppedHub(seller: string, gateway: string, receiver: string): Promise<StoppedHub> {
  const folder = temporaryFolder();
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    HUB_DATA: folder.path,
    HUB_KEY_FILE: `${folder.path}.key`,
    HUB_PORT: String(await freePort()),
    HUB_ALLOWED_TARGETS: receiver,
    ALIEXPRESS_GATEWAY_URL: `http://${gateway}`,
    CLIENT_ID: '512345',
    CLIENT_SECRET: 'a'.repeat(32),
    DAILY_CALL_LIMIT: '100000',
  };
  const address = `127.0.0.1:${env.HUB_PORT}`;
  const database = openDatabase(folder.path, systemClock);
  const vault = createVault(readKeyFile(`${folder.path}.key`), 'hub');
  await connectShops({ database, vault }, [seller], Date.now());
  database.close();
  const self: StoppedHub = {
    seller,
    runs: [],
    subscribedAt: 0,
    endedAt: 0,
    subscribe: async () => {
      const { child, output } = start('SIGTERM', env);
      await isRunning(child, output, address);
      await fetch(`http://${address}/v1/subscriptions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${shopKey(seller)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ trigger: 'new_order', url: `http://${receiver}/hook` }),
      });
      while (!hasStarted(folder.path)) await wait(100);
      self.subscribedAt = Date.now();
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
    runOnce: async (way, isEarly, pause) => {
      const { child, output } = start(way, env);
      const exited = once(child, 'close');
      await (isEarly ? isStarting(child, way) : isRunning(child, output, address));
      await pause();
      const stoppedAt = Date.now();
      if (way === 'Ctrl+C') child.stdin?.write('\x03');
      else child.kill(way);
      const lost = setTimeout(() => child.kill('SIGKILL'), LOST_STOP_MS);
      await exited;
      clearTimeout(lost);
      self.runs.push({ way, isEarly, output: output(), tookMs: Date.now() - stoppedAt });
    },
    remove: folder.remove,
  };
  return self;
}

/** Whether the start mark of the subscription is set. */
function hasStarted(folder: string): boolean {
  const database = new DatabaseSync(fileIn(folder), { readOnly: true });
  const row = database.prepare("SELECT 1 FROM subscriptions WHERE state = 'active'").get();
  database.close();
  return row !== undefined;
}

function start(way: Run['way'], env: Record<string, string>): { child: ChildProcess; output: () => string } {
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

async function isRunning(child: ChildProcess, output: () => string, address: string): Promise<void> {
  while (!output().includes(address)) {
    if (child.exitCode !== null) throw new Error(output());
    await wait(20);
  }
}

/** What a terminal runs is a child of the program that plays the terminal. */
async function isStarting({ pid = 0 }: ChildProcess, way: Run['way']): Promise<void> {
  const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const program = () => (way === 'Ctrl+C' ? Number(children()) : pid);
  while (program() === 0 || !catchesSignals(program())) await wait(1);
}
