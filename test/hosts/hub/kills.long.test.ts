/**
 * A hub with three shops is killed at random moments of a day. `KILLS` says how often (200), `KILLS_MINUTES` how many minutes
 * of real time that takes: 36 are a day.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { fileIn, openDatabase } from '../../../lib/hosts/hub/database/database.ts';
import { readKeyFile } from '../../../lib/hosts/hub/key-file.ts';
import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import { createVault } from '../../../lib/vault.ts';
import { connectShops, shopKey } from '../../../sandbox/connected-shops.ts';
import { manyShops } from '../../../sandbox/many-shops.ts';
import { freePort } from '../../../sandbox/ports.ts';
import { anchoredClock } from '../../support/anchored-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const KILLS = Number(process.env.KILLS ?? 200);
const LENGTH_MS = Number(process.env.KILLS_MINUTES ?? 36) * MINUTE;
/** A faster clock would let the 30 seconds of a step pass while an answer is on its way. */
const SPEED = 40;
const SELLERS = ['2201234567001', '2201234567002', '2201234567003'];
/** A kill this long after an answer may still have come before the hub had stored it. */
const STORED_MS = 3000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Arrival {
  id: string;
  event: string;
  /** Epoch milliseconds of real time. */
  at: number;
}

describe(`Hub that is killed ${KILLS} times in a day`, () => {
  const folder = temporaryFolder();
  const anchor = { since: Date.now(), speed: SPEED };
  const clock = anchoredClock(anchor);
  const shops = manyShops({
    clock,
    sellers: SELLERS,
    ordersPerDay: 100,
    days: 3,
    dailyLimit: 200,
    bansAddresses: false,
  });
  const arrivals: Arrival[] = [];
  const kills: number[] = [];
  let subscribedAt = 0;
  let endedAt = 0;

  const gateway = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, headers, body } = shops.answer(Buffer.concat(chunks).toString());
    response.writeHead(status, headers as Record<string, string>).end(body);
  });
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as {
      data: { id: string; shop_id: string };
    };
    const id = String(request.headers['webhook-id']);
    arrivals.push({ id, event: `${data.shop_id} ${data.id}`, at: Date.now() });
    await wait(Math.random() * 200);
    response.writeHead(200).end();
  });

  let child: ChildProcess | undefined;
  let url = '';
  async function start(env: Record<string, string>): Promise<void> {
    const script = new URL('../../support/hub-process.ts', import.meta.url).pathname;
    child = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      script,
      JSON.stringify({ env, anchor }),
    ]);
    let output = '';
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    url = await new Promise<string>((resolve, reject) => {
      child?.stdout?.on('data', (chunk) => {
        const [, address] = /ready (\S+)/.exec(String(chunk)) ?? [];
        if (address) resolve(address);
      });
      child?.once('exit', () => reject(new Error(output || 'the hub ended before it was ready')));
    });
  }
  async function kill(signal: NodeJS.Signals): Promise<void> {
    const exited = child && once(child, 'exit');
    child?.kill(signal);
    if (signal === 'SIGKILL') kills.push(Date.now());
    await exited;
  }

  /** Whether the start marks of all subscriptions are set. */
  function haveStarted(): boolean {
    const database = new DatabaseSync(fileIn(folder.path), { readOnly: true });
    const waiting = database.prepare("SELECT 1 FROM subscriptions WHERE state = 'starting'").get();
    database.close();
    return waiting === undefined;
  }

  beforeAll(async () => {
    for (const server of [gateway, receiver]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    const portOf = (server: typeof gateway) => (server.address() as AddressInfo).port;
    const target = `127.0.0.1:${portOf(receiver)}`;
    const env = {
      HUB_DATA: folder.path,
      HUB_KEY_FILE: `${folder.path}.key`,
      HUB_PORT: String(await freePort()),
      HUB_ALLOWED_TARGETS: target,
      ALIEXPRESS_GATEWAY_URL: `http://127.0.0.1:${portOf(gateway)}`,
    };
    const database = openDatabase(folder.path, clock);
    const vault = createVault(readKeyFile(env.HUB_KEY_FILE), 'hub');
    await connectShops({ database, vault }, SELLERS, clock.now());
    database.close();
    await start(env);
    for (const seller of SELLERS)
      for (const trigger of ['new_order', 'order_paid'])
        await fetch(`${url}/v1/subscriptions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${shopKey(seller)}`, 'content-type': 'application/json' },
          body: JSON.stringify({ trigger, url: `http://${target}/${seller}/${trigger}` }),
        });
    while (!haveStarted()) await wait(100);
    subscribedAt = clock.now();
    const until = Date.now() + LENGTH_MS;
    for (let n = 0; n < KILLS; n += 1) {
      const left = Math.max(0, until - Date.now()) / (KILLS - n);
      await wait(Math.random() * Math.max(300, 2 * left));
      await kill('SIGKILL');
      await start(env);
    }
    endedAt = clock.now();
    // Everything arrives within some visits.
    await wait((2 * HOUR) / SPEED + 10_000);
    await kill('SIGTERM');
  });
  afterAll(() => {
    child?.kill('SIGKILL');
    gateway.close();
    receiver.close();
    folder.remove();
  });

  const ordersOf = (seller: string) =>
    (shops.shops.get(seller)?.orders ?? []).filter(
      ({ placedAt }) => placedAt > subscribedAt && placedAt < endedAt,
    );

  test('Every new order arrives', () => {
    const arrived = new Set(arrivals.map(({ event }) => event));
    const expected = SELLERS.flatMap((seller) => ordersOf(seller).map(({ id }) => `${seller} ${id}`));
    expect(expected.length).toBeGreaterThan(10);
    const isAnnounced = (order: string) => [...arrived].some((event) => event.startsWith(order));
    expect(expected.filter((order) => !isAnnounced(order))).toEqual([]);
  });

  test('An event always has the same id, and arrives twice only if the hub was killed meanwhile', () => {
    const byId = Map.groupBy(arrivals, ({ id }) => id);
    for (const [, [first, ...again]] of byId) {
      let { at } = first as Arrival;
      for (const next of again) {
        expect(next.event).toBe(first?.event);
        const answeredBy = at;
        expect(kills.some((killed) => killed >= answeredBy && killed <= answeredBy + STORED_MS)).toBe(true);
        at = next.at;
      }
    }
    const ids = new Map<string, Set<string>>();
    for (const { id, event } of arrivals) ids.set(event, (ids.get(event) ?? new Set()).add(id));
    // Two triggers have events about the same order.
    expect([...ids.values()].filter((known) => known.size > 2)).toEqual([]);
  });

  test('No shop makes more than 200 calls a day', () => {
    expect(shops.maxCallsADay()).toBeLessThanOrEqual(200);
    expect(shops.calls()).toBeGreaterThan(20);
  });

  test('The database passes its integrity check', () => {
    const database = new DatabaseSync(fileIn(folder.path));
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });
});
