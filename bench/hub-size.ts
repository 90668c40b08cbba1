/**
 * One size of `hub.ts`: the whole hub with its database and webhooks, over a simulated AliExpress, on virtual time, in a
 * process of its own, whose memory is the hub's. Its arguments are shops and hours; it prints a row of the table as JSON.
 */

import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channels } from '../channels/index.ts';
import { virtualTime } from '../lab/virtual-time.ts';
import { type Hub, startHub } from '../lib/hosts/hub/hub.ts';
import { readHubSettings } from '../lib/hosts/hub/settings.ts';
import type { HttpRequest } from '../lib/http/transport.ts';
import { type Clock, HOUR, MINUTE, SECOND } from '../lib/runtime.ts';
import { readSettings } from '../lib/settings.ts';
import { operations } from '../operations.ts';
import { recipes } from '../recipes/index.ts';
import { connectShops, shopKey } from '../sandbox/connected-shops.ts';
import { manyShops } from '../sandbox/many-shops.ts';
import { freePort } from '../sandbox/ports.ts';
import { randomSource } from '../sandbox/random.ts';
import { ORDERS_PER_DAY, TRIGGERS } from './hub.ts';

const START = Date.parse('2026-10-06T16:00:00Z');
const ANSWER_MS = 150;
const MEMORY_EVERY_MS = 10 * MINUTE;
const MEBIBYTE = 1024 * 1024;

const [count = 0, hours = 0] = process.argv.slice(2).map(Number);
const print = console.log.bind(console);
print(JSON.stringify(await measure(count, hours)));

async function measure(count: number, hours: number): Promise<(string | number)[]> {
  const time = virtualTime(START);
  const clock: Clock = {
    now: time.now,
    sleep: (ms, stop) =>
      new Promise((resolve) => {
        const wake = () => {
          cancel();
          stop?.removeEventListener('abort', wake);
          resolve();
        };
        const cancel = time.at(time.now() + ms, wake);
        stop?.addEventListener('abort', wake, { once: true });
      }),
  };
  const sellers = Array.from({ length: count }, (_, n) => String(2_201_234_000_000 + n));
  const shops = manyShops({
    clock,
    sellers,
    ordersPerDay: ORDERS_PER_DAY,
    days: Math.ceil(hours / 24) + 1,
    dailyLimit: 200,
    bansAddresses: true,
  });
  const folder = mkdtempSync(join(tmpdir(), 'bench-hub-'));
  const receiver = await startReceiver();
  const memoryBefore = memory();
  const waits: number[] = [];
  const askedAt = new WeakMap<HttpRequest, number>();
  const env = {
    HUB_DATA: folder,
    HUB_KEY_FILE: `${folder}.key`,
    HUB_PORT: String(await freePort()),
    HUB_ALLOWED_TARGETS: receiver.host,
  };
  const hub = await startHub({
    version: '0.0.0',
    registry: { ...operations, channels, recipes },
    settings: readSettings({}),
    hub: readHubSettings(env, folder),
    appKey: { appKey: '512345', appSecret: 'secret' },
    clock,
    random: randomSource(1).next,
    log: () => {},
    aliexpress: async (request) => {
      waits.push(time.now() - (askedAt.get(request) ?? time.now()));
      await time.sleep(ANSWER_MS);
      return shops.answer(request.body ?? '');
    },
  });
  const spacer = hub.runtime.aliexpress;
  hub.runtime.aliexpress = (request) => {
    askedAt.set(request, time.now());
    return spacer(request);
  };
  await connectShops(hub.runtime, sellers, time.now());
  for (const seller of sellers) await subscribe(hub, seller, receiver.host);
  const isSending = () =>
    hub.runtime.database.prepare('SELECT 1 FROM deliveries WHERE started_at IS NOT NULL LIMIT 1').get();
  let isOver = false;
  time.waitFor(() => !isOver && isSending() !== undefined);
  const before = process.cpuUsage();
  const stopped = Promise.withResolvers<void>();
  time.at(START + hours * HOUR, () => {
    const ended = hub.stop();
    ended.then(() => stopped.resolve(), stopped.reject);
    isOver = true;
  });
  let peak = 0;
  for (let at = START + MEMORY_EVERY_MS; at < START + hours * HOUR; at += MEMORY_EVERY_MS)
    time.at(at, () => {
      peak = Math.max(peak, memory());
    });
  await time.run();
  await stopped.promise;
  const { user, system } = process.cpuUsage(before);
  const disk = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(`${folder}.key`, { force: true });
  const share = (waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? 0) / SECOND;
  return [
    count,
    hours,
    receiver.count(),
    shops.calls(),
    shops.maxCallsADay(),
    shops.bans(),
    share.toFixed(2),
    (((user + system) / 1e6 / count) * (24 / hours)).toFixed(2),
    ((Math.max(peak, memory()) - memoryBefore) / MEBIBYTE / count).toFixed(2),
    Math.round(disk / 1024 / count),
  ];
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

async function subscribe(hub: Hub, seller: string, host: string): Promise<void> {
  for (const trigger of TRIGGERS) {
    const answer = await fetch(`${hub.url}/v1/subscriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${shopKey(seller)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ trigger, url: `http://${host}/${seller}/${trigger}` }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

async function startReceiver() {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      count += 1;
      response.writeHead(200).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
