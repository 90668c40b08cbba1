/**
 * What a poll costs: processor time and heap of the real trigger code on a memory store, a clock that stands
 * still, and an AliExpress that answers from memory. And how long the built app takes to start.
 */

import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Bundle, ZObject } from 'zapier-platform-core';
import { createPack } from '../index.ts';
import type { Transport } from '../lib/http/transport.ts';
import type { Clock } from '../lib/runtime.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import type { Store } from '../lib/stores/store.ts';
import { fromPacific, toPacific } from '../sandbox/pacific.ts';
import type { Table } from './table.ts';

const SIZES = [50, 500, 5000];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 21, 4, 0);
const POLLS = 300;
const FIRST_POLLS = 60;
const REFRESHES = 60;
const STARTS = 7;

/** A shop on a clock of its own, and the pack that polls it. */
interface Rig {
  clock: Clock & { pass(ms: number): void };
  /** Calls that reached AliExpress. */
  calls(): number;
  /** A pack that remembers nothing, over the same store: a process that has just started. */
  openPack(): () => Promise<unknown[]>;
}

interface RawOrder {
  /** Epoch milliseconds of the last change. */
  at: number;
  json: string;
}

/** @param answer the orders changed in a window, newest first */
function openRig(answer: (from: number, to: number) => RawOrder[]): Rig {
  let now = START;
  let calls = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
  const store: Store = memoryStore(clock);
  const transport: Transport = async ({ body }) => {
    calls += 1;
    const params = new URLSearchParams(body);
    const query = JSON.parse(params.get('param_aeop_order_query') ?? '{}');
    const found =
      query.order_status === 'FINISH'
        ? []
        : answer(fromPacific(query.modified_date_start) ?? 0, fromPacific(query.modified_date_end) ?? 0);
    const page = found.slice(
      (query.current_page - 1) * query.page_size,
      query.current_page * query.page_size,
    );
    const total = `"total_count":${found.length},"total_page":${Math.ceil(found.length / query.page_size)}`;
    return {
      status: 200,
      body: `{"code":"0","result":{"success":true,${total},"target_list":[${page.map(({ json }) => json)}]}}`,
    };
  };
  const z = { console: { log() {} } } as unknown as ZObject;
  const bundle = {
    authData: { access_token: 't', seller_id: '1' },
    inputData: {},
    meta: {},
  } as unknown as Bundle;
  return {
    clock,
    calls: () => calls,
    openPack: () => {
      const pack = createPack({
        clock,
        random: Math.random,
        settings: {
          gatewayUrl: 'https://api-sg.aliexpress.com',
          dailyCallLimit: 5000,
          quotaDayZone: 'Asia/Shanghai',
        },
        appKey: () => ({ appKey: '123456', appSecret: 'secret-of-the-bench' }),
        openStore: () => store,
        openTransport: () => transport,
      });
      const trigger = pack.triggers.new_order;
      if (!trigger) throw new Error('the pack has no trigger new_order');
      return () => trigger.operation.perform(z, bundle);
    },
  };
}

const products = ['Canvas Tote Bag with Zipper', 'LED Strip Light 5 m', 'Cat Tree Scratching Post'];

/** The item of the order list, as the sandbox writes it. */
function rawOrder(n: number, at: number): RawOrder {
  const id = 8_201_739_400_000_000n + BigInt(n) * 1_000_003n;
  const amount = { amount: ((n % 6000) / 100 + 1.99).toFixed(2), currency_code: 'USD' };
  const lines = Array.from({ length: n % 5 === 0 ? 2 : 1 }, (_, line) => ({
    child_id: `#${id + BigInt(line + 1) * 10_000n}`,
    order_id: `#${id}`,
    product_id: `#${1_005_006_700_000_000n + BigInt((n + line) % 300) * 1111n}`,
    product_name: products[(n + line) % products.length],
    product_count: String(1 + (n % 3)),
    product_unit_price: amount,
    total_product_amount: amount,
    sku_code: `SKU-${100 + (n % 900)}`,
    memo: 'please pack it well',
    son_order_status: 'WAIT_SELLER_SEND_GOODS',
    can_submit_issue: 'false',
  }));
  const item = {
    order_id: `#${id}`,
    order_status: 'WAIT_SELLER_SEND_GOODS',
    biz_type: 'AE_COMMON',
    buyer_login_id: `es${n}abc`,
    buyer_signer_fullname: 'J*** D***',
    seller_signer_fullname: 'Seller',
    gmt_create: toPacific(at),
    gmt_update: toPacific(at),
    gmt_pay_time: toPacific(at),
    timeout_left_time: 3 * 24 * HOUR,
    end_reason: '',
    payment_type: 'migs',
    fund_status: 'PAY_SUCCESS',
    frozen_status: 'NO_FROZEN',
    issue_status: 'NO_ISSUE',
    logistics_status: 'WAIT_SELLER_SEND_GOODS',
    order_detail_url: `https://trade.aliexpress.com/order_detail.htm?orderId=${id}`,
    phone: false,
    pay_amount: amount,
    product_list: lines,
  };
  // Ids are numbers on the wire, and too long for JavaScript's.
  return { at, json: JSON.stringify(item).replace(/"#(\d+)"/g, '$1') };
}

/** A rig whose snapshot holds `size` records, all paged in by the pack itself. */
async function filledRig(size: number): Promise<Rig> {
  const placed = Array.from({ length: size }, (_, n) =>
    rawOrder(n, START - 35 * MINUTE - Math.floor((n * 80 * MINUTE) / size / 1000) * 1000),
  );
  const rig = openRig((from, to) => placed.filter(({ at }) => at >= from && at <= to));
  const poll = rig.openPack();
  // A visit reads at most ten pages; then credit must come in for the next.
  for (let polls = 0; (await poll()).length < size; polls += 1) {
    if (polls > 1000) throw new Error(`the snapshot never held ${size} records`);
    rig.clock.pass(MINUTE);
  }
  // What credit is left is spent, so that the polls to be measured are served from the snapshot.
  for (let calls = -1; calls !== rig.calls(); await poll()) calls = rig.calls();
  return rig;
}

interface Cost {
  /** Processor time, all threads of the process. */
  ms: number;
  /** Allocated while it ran; undefined where the collector ran meanwhile. */
  bytes: number | undefined;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const heap = process.memoryUsage().heapUsed;
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  const bytes = process.memoryUsage().heapUsed - heap;
  return { ms: (user + system) / 1000, bytes: bytes > 0 ? bytes : undefined };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapAfterCollection = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

const inMs = (ms: number) => ms.toFixed(2);
const inKb = (bytes: number) => Math.round(bytes / 1024).toLocaleString('en');

function row(name: string, costs: Cost[], kept: number | string): (string | number)[] {
  const allocated = costs.flatMap(({ bytes }) => bytes ?? []);
  const times = costs.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return [
    name,
    inMs(median(times)),
    inMs(times[Math.floor(times.length * 0.95)] ?? Number.NaN),
    allocated.length > 0 ? inKb(median(allocated)) : 'not measured',
    typeof kept === 'number' ? inKb(kept) : kept,
  ];
}

async function servedRows(size: number): Promise<(string | number)[][]> {
  const rig = await filledRig(size);
  const calls = rig.calls();

  const first: Cost[] = [];
  for (let n = 0; n < FIRST_POLLS + 5; n += 1) {
    const poll = rig.openPack();
    const cost = await costOf(poll);
    if (n >= 5) first.push(cost);
  }
  const empty = heapAfterCollection();
  const poll = rig.openPack();
  await poll();
  const memo = heapAfterCollection();

  for (let n = 0; n < 50; n += 1) await poll();
  const before = heapAfterCollection();
  const again: Cost[] = [];
  for (let n = 0; n < POLLS; n += 1) again.push(await costOf(poll));
  const after = heapAfterCollection();

  if (rig.calls() !== calls) throw new Error('a poll that should be served from the snapshot made a call');
  if ((await poll()).length !== size) throw new Error(`a poll did not deliver ${size} records`);
  const of = `${size.toLocaleString('en')} records`;
  return [
    row(`poll, ${of}, first of a process`, first, memo - empty),
    row(`poll, ${of}, repeated`, again, after - before),
  ];
}

/** Fifty orders that the snapshot does not know, every time, on top of those it does. */
async function refreshRow(known: number): Promise<(string | number)[]> {
  let batch: RawOrder[] = [];
  let next = 0;
  const rig = openRig(() => batch);
  const poll = rig.openPack();
  const arrive = () => {
    batch = Array.from({ length: 50 }, () => rawOrder(next++, rig.clock.now() - MINUTE));
    rig.clock.pass(MINUTE);
  };
  for (let n = 0; n < known / 50; n += 1) {
    arrive();
    await poll();
  }
  const costs: Cost[] = [];
  const before = heapAfterCollection();
  for (let n = 0; n < REFRESHES; n += 1) {
    arrive();
    const calls = rig.calls();
    costs.push(await costOf(poll));
    if (rig.calls() === calls) throw new Error('a refresh made no call');
  }
  const kept = (heapAfterCollection() - before) / REFRESHES;
  return row(`refresh of 50 new orders, beside ${known.toLocaleString('en')} to 3,000 known`, costs, kept);
}

/** Milliseconds that `import()` of a module takes in a process of its own. */
async function importMs(url: string): Promise<number> {
  const script = `const t = performance.now(); await import(${JSON.stringify(url)}); console.log(performance.now() - t); process.exit()`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return Number(stdout.trim().split('\n').at(-1));
}

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

async function startUp(): Promise<{ built: number; empty: number }> {
  if (!existsSync(root('dist/index.js'))) {
    spawnSync(process.execPath, [root('node_modules/typescript/bin/tsc'), '--noEmit', 'false'], {
      cwd: root(''),
    });
  }
  mkdirSync(root('.local'), { recursive: true });
  writeFileSync(
    root('.local/empty-app.mjs'),
    `import zapier from 'zapier-platform-core';\nexport default { version: '1.0.0', platformVersion: zapier.version };\n`,
  );
  const [builtUrl, emptyUrl] = [root('dist/index.js'), root('.local/empty-app.mjs')].map(
    (path) => pathToFileURL(path).href,
  ) as [string, string];
  const times = { built: [] as number[], empty: [] as number[] };
  for (let n = 0; n <= STARTS; n += 1) {
    const [empty, built] = [await importMs(emptyUrl), await importMs(builtUrl)];
    // The first pair reads the files into the system's cache.
    if (n > 0) {
      times.empty.push(empty);
      times.built.push(built);
    }
  }
  return { built: median(times.built), empty: median(times.empty) };
}

export async function benchPollCost(): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const size of SIZES) rows.push(...(await servedRows(size)));
  rows.push(await refreshRow(500));
  const { built, empty } = await startUp();
  rows.push(['start of an empty app on the same core (wall clock)', inMs(empty), '', '', '']);
  rows.push([
    `start of the built app: ${(built / empty).toFixed(2)} × the empty one`,
    inMs(built),
    '',
    '',
    '',
  ]);
  return {
    title: 'Cost of a poll',
    head: ['what', 'ms (median)', 'ms (p95)', 'kB allocated (median)', 'kB kept'],
    rows,
    notes: [],
  };
}

if (import.meta.main) {
  const { toText } = await import('./table.ts');
  process.stdout.write(`${toText(await benchPollCost())}\n`);
}
