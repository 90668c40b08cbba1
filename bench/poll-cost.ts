/**
 * The cost of a poll: processor time and heap of the real trigger code on a memory store, with a virtual clock and a
 * stand-in for AliExpress that answers from memory. Also the time the built app takes to start.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createApp } from '../index.ts';
import { type Clock, MINUTE } from '../lib/runtime.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import type { Store } from '../lib/stores/store.ts';
import { orderListAnswer, paidOrderRow, readOrderListQuery } from '../sandbox/order-rows.ts';
import { inNewProcess } from './new-process.ts';
import { gateway } from './shop.ts';
import type { Table } from './table.ts';

const SIZES = [50, 500, 5000];
const START = Date.UTC(2026, 10, 21, 4, 0);
const POLLS = 300;
const FIRST_POLLS = 60;
const NEW_PROCESSES = 5;
const REFRESHES = 40;
const KNOWN_AT_REFRESH = 500;
const STARTS = 15;
/** Enough to read a snapshot of thousands of orders. The cost of a poll does not depend on it. */
const CALLS_A_DAY = 5000;

/** A shop on its own clock, and the pack that polls it. */
interface Rig {
  clock: Clock & { advance(ms: number): void };
  /** Calls that reached AliExpress. */
  calls(): number;
  /** The last value and time to live of each key in the store. */
  stored: Stored;
  /** A pack with empty memory over the same store, as in a process that has just started. */
  openPack(): (workflow?: string) => Promise<unknown[]>;
}

type Perform = NonNullable<ReturnType<typeof createApp>['triggers'][string]>['operation']['perform'];

type Bundle = Parameters<Perform>[1];
type Stored = Map<string, { value: string; ttlSeconds: number }>;

interface RawOrder {
  /** Epoch milliseconds of the last change. */
  at: number;
  json: string;
}

/**
 * @param answer returns the orders changed in a period, newest first
 * @param from the initial state of clock and store
 */
function openRig(
  answer: (from: number, to: number) => RawOrder[],
  from: StoredState = { now: START, stored: [] },
  callsADay = CALLS_A_DAY,
): Rig {
  let now = from.now;
  let calls = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
    advance: (ms: number) => {
      now += ms;
    },
  };
  const stored: Stored = new Map(from.stored);
  const memory = memoryStore(clock);
  for (const [key, { value, ttlSeconds }] of stored) void memory.set(key, value, ttlSeconds);
  const store: Store = {
    ...memory,
    set: (key, value, ttlSeconds) => {
      stored.set(key, { value, ttlSeconds });
      return memory.set(key, value, ttlSeconds);
    },
    add: async (key, value, ttlSeconds) => {
      const isWritten = await memory.add(key, value, ttlSeconds);
      if (isWritten) stored.set(key, { value, ttlSeconds });
      return isWritten;
    },
  };
  const transport = gateway(clock.now, async ({ body }) => {
    calls += 1;
    const query = readOrderListQuery(body);
    const found = query.active ? answer(query.from, query.to) : [];
    return orderListAnswer(
      found.map(({ json }) => json),
      query,
    );
  });
  const [z, bundle] = [
    { console: { log() {} } },
    {
      authData: {
        access_token: 't',
        seller_id: '1',
        connected_at: new Date(clock.now()).toISOString(),
      },
      inputData: {},
      meta: {},
    },
  ] as unknown as Parameters<Perform>;
  return {
    clock,
    calls: () => calls,
    stored,
    openPack: () => {
      const pack = createApp({
        clock,
        random: Math.random,
        settings: {
          gatewayUrl: 'https://api-sg.aliexpress.com',
          dailyCallLimit: callsADay,
          quotaDayZone: 'Asia/Shanghai',
        },
        appKey: () => ({ appKey: '123456', appSecret: 'secret-of-the-bench' }),
        openStore: () => store,
        openTransport: () => transport,
      });
      const trigger = pack.triggers.new_order;
      if (!trigger) throw new Error('the pack has no trigger new_order');
      return (id = WORKFLOW) => trigger.operation.perform(z, { ...bundle, meta: { zap: { id } } } as Bundle);
    },
  };
}

/** The records are placed within this time, the last of them so long before the measurement. */
const PLACING_MS = 80 * MINUTE;
const PLACED_BEFORE_MS = 90 * MINUTE;
/** In which a visit has earned some calls. */
const CREDIT_MS = 20_000;
const WORKFLOW = '1';

interface FilledOptions {
  callsADay?: number;
  /** Their ids. */
  workflows?: readonly string[];
}

const products = ['Canvas Tote Bag with Zipper', 'LED Strip Light 5 m', 'Cat Tree Scratching Post'];

export function rawOrder(n: number, at: number): RawOrder {
  const id = 8_201_739_400_000_000n + BigInt(n) * 1_000_003n;
  const lines = Array.from({ length: n % 5 === 0 ? 2 : 1 }, (_, line) => ({
    childId: id + BigInt(line + 1) * 10_000n,
    productId: 1_005_006_700_000_000n + BigInt((n + line) % 300) * 1111n,
    name: products[(n + line) % products.length] ?? '',
    quantity: 1 + (n % 3),
    unitCents: (n % 6000) + 199,
    sku: `SKU-${100 + (n % 900)}`,
  }));
  return { at, json: paidOrderRow({ id, at, lines }) };
}

/**
 * A rig whose snapshot holds `size` records, all read by the pack itself. They were placed after the workflows were turned
 * on, and each workflow has emitted all of them. `placed` may grow later.
 */
export async function filledRig(
  size: number,
  { callsADay = CALLS_A_DAY, workflows = [WORKFLOW] }: FilledOptions = {},
): Promise<{ rig: Rig; placed: RawOrder[] }> {
  const placed: RawOrder[] = [];
  const rig = openRig((from, to) => placed.filter(({ at }) => at >= from && at <= to), undefined, callsADay);
  const poll = rig.openPack();
  for (const workflow of workflows) await poll(workflow);
  rig.clock.advance(PLACING_MS + PLACED_BEFORE_MS);
  const last = rig.clock.now() - PLACED_BEFORE_MS;
  for (let n = 0; n < size; n += 1)
    placed.push(rawOrder(n, last - Math.floor((n * PLACING_MS) / size / 1000) * 1000));
  for (const workflow of workflows) await emitAll(rig, () => poll(workflow), size);
  // The remaining credit is spent, so that the measured polls are served from the snapshot.
  for (let calls = -1; calls !== rig.calls(); await poll(workflows[0])) calls = rig.calls();
  return { rig, placed };
}

/** Polls until every record was emitted as often as it is repeated. A visit reads at most ten pages, for its credit. */
async function emitAll(rig: Rig, poll: () => Promise<unknown[]>, size: number): Promise<void> {
  const emitted = new Set<unknown>();
  for (let polls = 0; ; polls += 1) {
    const events = (await poll()) as { id: unknown }[];
    for (const { id } of events) emitted.add(id);
    if (emitted.size === size && events.length === 0) return;
    if (polls > 1000) throw new Error(`${emitted.size} of ${size} records were emitted`);
    if (emitted.size < size) rig.clock.advance(CREDIT_MS);
  }
}

/** Milliseconds of processor time, all threads of the process. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Bytes that V8 allocates during `work`, including those collected by its end. Sampled, accurate to a few percent. */
async function allocatedBy(work: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: 4096,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await work();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return sizeOf(profile.head);
  } finally {
    session.disconnect();
  }
}

type AllocationNode = { selfSize: number; children: AllocationNode[] };
const sizeOf = ({ selfSize, children }: AllocationNode): number =>
  children.reduce((sum, child) => sum + sizeOf(child), selfSize);

export function median(values: number[]): number {
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

function row(name: string, costs: number[], allocated: number | string, kept: number | string) {
  const sorted = costs.toSorted((a, b) => a - b);
  return [
    name,
    inMs(median(costs)),
    inMs(sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN),
    typeof allocated === 'number' ? inKb(allocated) : allocated,
    typeof kept === 'number' ? inKb(kept) : kept,
  ];
}

const ALLOCATIONS = 20;
const times = (n: number, work: () => Promise<unknown>) => async () => {
  for (let done = 0; done < n; done += 1) await work();
};

async function servedRows(size: number): Promise<(string | number)[][]> {
  const { rig } = await filledRig(size);
  const calls = rig.calls();
  const of = `${size.toLocaleString('en')} records`;

  const inNewProcesses = await newProcessCosts(rig);

  for (let n = 0; n < 10; n += 1) await rig.openPack()();
  const first: number[] = [];
  for (let n = 0; n < FIRST_POLLS; n += 1) first.push(await costOf(rig.openPack()));
  const packs = Array.from({ length: ALLOCATIONS }, () => rig.openPack());
  const firstAllocated =
    (await allocatedBy(async () => {
      for (const poll of packs.splice(0)) await poll();
    })) / ALLOCATIONS;

  const poll = rig.openPack();
  const empty = heapAfterCollection();
  await poll();
  const memo = heapAfterCollection() - empty;

  await times(100, poll)();
  const before = heapAfterCollection();
  const repeated: number[] = [];
  for (let n = 0; n < POLLS; n += 1) repeated.push(await costOf(poll));
  const growth = (heapAfterCollection() - before) / POLLS;
  const allocated = (await allocatedBy(times(ALLOCATIONS, poll))) / ALLOCATIONS;

  if (rig.calls() !== calls) throw new Error('a poll that should be served from the snapshot made a call');
  return [
    row(`poll, ${of}`, repeated, allocated, Math.max(0, growth)),
    row(`poll, ${of}, empty memory`, first, firstAllocated, memo),
    row(`poll, ${of}, first poll of a new process`, inNewProcesses, NOT_MEASURED, NOT_MEASURED),
  ];
}

const NOT_MEASURED = 'not measured';

/** A refresh with fifty new orders, and the poll after it. */
async function refreshRows(): Promise<(string | number)[][]> {
  const refreshes: number[] = [];
  const polls: number[] = [];
  for (let n = -3; n < REFRESHES; n += 1) {
    const { rig, poll } = await rigBeforeRefresh();
    const before = rig.calls();
    const refresh = await untilVisit(rig, () => costOf(poll));
    const calls = rig.calls();
    if (calls !== before + 1) throw new Error(`a refresh made ${calls - before} calls, not 1`);
    const next = await costOf(poll);
    if (n < 0) continue;
    refreshes.push(refresh);
    // If there was credit for another visit, the poll was not served from the snapshot.
    if (rig.calls() === calls) polls.push(next);
  }
  let allocated = 0;
  for (let n = 0; n < ALLOCATIONS; n += 1) {
    const { rig, poll } = await rigBeforeRefresh();
    allocated += (await untilVisit(rig, () => allocatedBy(poll))) / ALLOCATIONS;
  }
  return [
    row(`refresh with 50 new orders, ${KNOWN_AT_REFRESH} known`, refreshes, allocated, NOT_MEASURED),
    polls.length < 10
      ? ['poll after that refresh', NOT_MEASURED, NOT_MEASURED, NOT_MEASURED, NOT_MEASURED]
      : row('poll after that refresh', polls, NOT_MEASURED, NOT_MEASURED),
  ];
}

/** A pack that has served polls, and fifty orders that its next visit will find. */
async function rigBeforeRefresh() {
  const { rig, placed } = await filledRig(KNOWN_AT_REFRESH, { callsADay: 200 });
  const poll = rig.openPack();
  // One more visit, which also queries finished orders.
  await untilVisit(rig, () => costOf(poll));
  for (let m = 0; m < 50; m += 1) placed.unshift(rawOrder(KNOWN_AT_REFRESH + m, rig.clock.now()));
  return { rig, poll };
}

/** Polls until one visits AliExpress, and returns what that one measured. */
async function untilVisit(rig: Rig, measure: () => Promise<number>): Promise<number> {
  const calls = rig.calls();
  for (let polls = 0; polls < 1000; polls += 1) {
    rig.clock.advance(10_000);
    const measured = await measure();
    if (rig.calls() > calls) return measured;
  }
  throw new Error('no poll visited AliExpress');
}

interface StoredState {
  now: number;
  stored: [string, { value: string; ttlSeconds: number }][];
}

/** Costs of the first poll in new processes over the same store. */
async function newProcessCosts(rig: Rig): Promise<number[]> {
  mkdirSync(root('.local'), { recursive: true });
  const file = root('.local/bench-store.json');
  const state: StoredState = { now: rig.clock.now(), stored: [...rig.stored] };
  writeFileSync(file, JSON.stringify(state));
  const costs: number[] = [];
  for (let n = 0; n < NEW_PROCESSES; n += 1)
    costs.push(await inNewProcess<number>([...FLAGS, PROGRAM, FIRST_POLL, file]));
  rmSync(file);
  return costs;
}

const FIRST_POLL = 'first-poll';
const PROGRAM = fileURLToPath(import.meta.url);
const FLAGS = ['--disable-warning=ExperimentalWarning'];

/** Runs in the new process. */
async function printFirstPoll(file: string): Promise<void> {
  const state = JSON.parse(readFileSync(file, 'utf8')) as StoredState;
  const rig = openRig(() => [], state);
  const poll = rig.openPack();
  const cost = await costOf(poll);
  if (rig.calls() > 0) throw new Error('the first poll made a call');
  process.stdout.write(`${cost}\n`);
}

const run = promisify(execFile);

interface Start {
  processor: number;
  wall: number;
}

/** Milliseconds of `import()`, which is how Zapier loads an app, in a new process. */
async function startOf(url: string): Promise<Start> {
  const script = `
    const [wall, before] = [performance.now(), process.cpuUsage()];
    await import(${JSON.stringify(url)});
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({ processor: (user + system) / 1000, wall: performance.now() - wall }));
    process.exit();`;
  return inNewProcess<Start>(['--input-type=module', '-e', script]);
}

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

async function startUp(): Promise<{ rows: (string | number)[][]; notes: string[] }> {
  // A fresh build, so that no earlier state is measured.
  await run('npm', ['run', '_zapier-build'], { cwd: root('') });
  mkdirSync(root('.local'), { recursive: true });
  writeFileSync(
    root('.local/empty-app.mjs'),
    `import zapier from 'zapier-platform-core';\nexport default { version: '1.0.0', platformVersion: zapier.version };\n`,
  );
  const [empty, built] = [[] as Start[], [] as Start[]];
  for (let n = 0; n <= STARTS; n += 1) {
    const pair = [
      await startOf(urlOf('.local/empty-app.mjs')),
      await startOf(urlOf('dist/index.js')),
    ] as const;
    // The first pair only fills the file cache of the system.
    if (n === 0) continue;
    empty.push(pair[0]);
    built.push(pair[1]);
  }
  const processor = (starts: Start[]) => starts.map((start) => start.processor);
  const wall = (starts: Start[]) => median(starts.map((start) => start.wall));
  const times = (one: number, other: number) => (one / other).toFixed(2);
  return {
    rows: [
      row('start of an empty app', processor(empty), '', ''),
      row('start of the built app', processor(built), '', ''),
    ],
    notes: [
      `The built app starts in ${times(median(processor(built)), median(processor(empty)))} × the processor time of an empty app on the same core; wall time ${inMs(wall(built))} ms and ${inMs(wall(empty))} ms, ${times(wall(built), wall(empty))} ×. \`import()\` in new processes, ${STARTS} runs each, alternating.`,
    ],
  };
}

const urlOf = (path: string) => pathToFileURL(root(path)).href;

/** @returns three rows for each size, two for a refresh, two for the start */
export async function benchPollCost(): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const size of SIZES) rows.push(...(await servedRows(size)));
  rows.push(...(await refreshRows()));
  const start = await startUp();
  return {
    title: 'Cost of a poll',
    head: ['operation', 'processor ms (median)', 'processor ms (p95)', 'kB allocated', 'kB retained'],
    rows: [...rows, ...start.rows],
    notes: [
      `The trigger New Order on a memory store, after it has emitted all records: what most polls of a platform are. Processor time of all threads, from process.cpuUsage. ${POLLS} polls, ${FIRST_POLLS} with empty memory, ${NEW_PROCESSES} new processes, ${REFRESHES} refreshes.`,
      'Empty memory: the code is warm, but the snapshot is read and every event is found again. First poll of a new process: the code is cold too.',
      'Allocated: by one poll, sampled by V8. Retained: after a garbage collection; with empty memory, what the process keeps for later polls.',
      ...start.notes,
    ],
  };
}

if (import.meta.main) {
  const [, , task, file] = process.argv;
  if (task === FIRST_POLL && file) await printFirstPoll(file);
  else {
    const { toText } = await import('./table.ts');
    process.stdout.write(`${toText(await benchPollCost())}\n`);
  }
}
