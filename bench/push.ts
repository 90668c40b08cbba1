/** How soon the hub answers AliExpress's push messages. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channels } from '../channels/index.ts';
import { systemClock } from '../lib/runtime.ts';
import { operations } from '../operations.ts';
import { recipes } from '../recipes/index.ts';
import { startSandboxHub } from '../sandbox/hub.ts';
import { freePort } from '../sandbox/ports.ts';
import { MESSAGE_TYPES, sendPush } from '../sandbox/push.ts';
import type { Table } from './table.ts';

const MESSAGES = 2000;
const AT_ONCE = [4, 20];

export async function benchPush(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-push-'));
  const running = await startSandboxHub({
    version: '0.0.0',
    registry: { ...operations, channels, recipes },
    env: { HUB_PORT: String(await freePort()) },
    folder,
    clock: systemClock,
    log: () => {},
  });
  const { app, accounts } = running.sandbox;
  const url = `${running.hub.url}/push/aliexpress`;
  async function sendOne(n: number): Promise<number> {
    const startedAt = performance.now();
    const data = { orderId: n, orderStatus: 'OrderCreated' };
    const status = await sendPush(MESSAGE_TYPES.order, data, {
      app,
      url,
      seller: accounts.sellerId,
      now: Date.now(),
    });
    if (status !== 200) throw new Error(`HTTP ${status}`);
    return performance.now() - startedAt;
  }
  const rows: (string | number)[][] = [];
  for (const atOnce of AT_ONCE) {
    const times: number[] = [];
    let next = 0;
    const sendAll = async () => {
      while (next < MESSAGES) times.push(await sendOne(next++));
    };
    await Promise.all(Array.from({ length: atOnce }, sendAll));
    times.sort((a, b) => a - b);
    const share = (part: number) => (times[Math.floor(times.length * part)] ?? 0).toFixed(1);
    rows.push([atOnce, MESSAGES, share(0.5), share(0.99)]);
  }
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
  return {
    title: 'Push messages to the hub',
    head: ['at once', 'messages', 'median (ms)', '99th percentile (ms)'],
    rows,
    notes: ['From the sender, which signs each message, to its answer, in one process.'],
  };
}
