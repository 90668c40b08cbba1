/**
 * How the cost of a poll grows with records, workflows and parcels. Each row compares a small shop with a large one: the
 * processor time of the real trigger code on a memory store, without the time of the stand-in for AliExpress.
 */

import { createApp } from '../index.ts';
import { DAY, MINUTE } from '../lib/runtime.ts';
import { readSettings } from '../lib/settings.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import { manyShops, tokenOf } from '../sandbox/many-shops.ts';
import type { Shop } from '../sandbox/shop.ts';
import { filledRig, median } from './poll-cost.ts';
import type { Table } from './table.ts';

const START = Date.parse('2026-10-06T16:00:00Z');
const SELLER = '2201234567890';
const HISTORY_DAYS = 40;
/** With the larger number, about 6,000 parcels are under way. */
const ORDERS_PER_DAY = [110, 330] as const;
const RECORDS = [500, 5000] as const;
const WORKFLOWS = [100, 500] as const;
const RECORDS_OF_WORKFLOWS = 500;
const INTERVAL_MS = 15 * MINUTE;
/** Enough to read in a day all that a shop of this size has. */
const CALLS_A_DAY = 5000;
const TRIGGERS = ['new_order', 'bad_review', 'logistics_stall'] as const;

/** Milliseconds of processor time of one poll. */
interface Cost {
  size: number;
  ms: number;
}

/** @param share of the full number of polls, for a quick measurement */
export async function benchGrowth(share: number, onRow: (line: string) => void): Promise<Table> {
  const rows: (string | number)[][] = [];
  const add = (what: string, small: Cost, large: Cost) => {
    // With so many calls a day, a feed may have made one at every poll.
    if (Number.isNaN(small.ms + large.ms)) return;
    const [size, cost] = [large.size / small.size, large.ms / small.ms];
    const row = [
      what,
      ...[small.size, large.size].map((n) => n.toLocaleString('en')),
      ...[small.ms, large.ms].map((ms) => ms.toFixed(2)),
      ...[size, cost, cost / size].map((ratio) => ratio.toFixed(2)),
    ];
    rows.push(row);
    onRow(row.join('  '));
  };
  const polls = Math.max(20, Math.round(300 * share));

  const [few, many] = [await costOfRecords(RECORDS[0], polls), await costOfRecords(RECORDS[1], polls)];
  add('records, poll from the snapshot', few.repeated, many.repeated);
  add('records, poll with empty memory', few.first, many.first);

  const one = await costOfWorkflows(1, polls);
  for (const count of WORKFLOWS)
    add('workflows, poll from the snapshot', one, await costOfWorkflows(count, polls));

  const days = share < 1 ? 1 : 3;
  const [small, large] = [
    await costsOfShop(ORDERS_PER_DAY[0], days),
    await costsOfShop(ORDERS_PER_DAY[1], days),
  ];
  for (const trigger of TRIGGERS) {
    add(
      `parcels under way, ${trigger}, poll from the snapshot`,
      small[trigger].served,
      large[trigger].served,
    );
    add(`parcels under way, ${trigger}, poll with calls`, small[trigger].called, large[trigger].called);
  }
  return {
    title: 'Growth of the cost of a poll',
    head: [
      'what grows',
      'from',
      'to',
      'processor ms before',
      'processor ms after',
      'growth of size',
      'growth of cost',
      'cost / size',
    ],
    rows,
    notes: [
      'Cost / size of at most 1: the cost of a poll grows at most in proportion.',
      `Records and workflows: New Order with ${RECORDS_OF_WORKFLOWS} records where the workflows grow; medians of ${polls} polls, or of two rounds of all workflows.`,
      `Parcels: shops with ${ORDERS_PER_DAY.join(' and ')} orders a day and ${HISTORY_DAYS} days of history, three triggers polled every ${INTERVAL_MS / MINUTE} min, after a day in which everything was read. Poll with calls: per call, because a larger shop has more to read.`,
    ],
  };
}

async function costOfRecords(size: number, polls: number) {
  const { rig } = await filledRig(size);
  const first = await costsOf(Math.ceil(polls / 5), () => rig.openPack()());
  const poll = rig.openPack();
  await costsOf(polls, poll);
  return { repeated: { size, ms: median(await costsOf(polls, poll)) }, first: { size, ms: median(first) } };
}

async function costOfWorkflows(count: number, polls: number): Promise<Cost> {
  const workflows = Array.from({ length: count }, (_, n) => String(n));
  const { rig } = await filledRig(RECORDS_OF_WORKFLOWS, { workflows });
  const poll = rig.openPack();
  let n = 0;
  const next = () => poll(workflows[n++ % count]);
  return { size: count, ms: median(await costsOf(Math.max(polls, 2 * count), next)) };
}

async function costsOf(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const costs: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const before = process.cpuUsage();
    await work();
    costs.push(milliseconds(process.cpuUsage(before)));
  }
  return costs;
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

type Trigger = (typeof TRIGGERS)[number];

/** Polls of some triggers of one shop over some days, the first of which is not counted. */
async function costsOfShop(
  ordersPerDay: number,
  days: number,
): Promise<Record<Trigger, { served: Cost; called: Cost }>> {
  let now = START;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const shops = manyShops({
    clock,
    sellers: [SELLER],
    ordersPerDay,
    days: days + 1,
    historyDays: HISTORY_DAYS,
    dailyLimit: CALLS_A_DAY,
    bansAddresses: false,
  });
  let answering = 0;
  const store = memoryStore(clock);
  const app = createApp({
    clock,
    random: Math.random,
    settings: readSettings({ DAILY_CALL_LIMIT: String(CALLS_A_DAY) }),
    appKey: () => ({ appKey: '512345', appSecret: 'bench-secret' }),
    openStore: () => store,
    openTransport: () => async (request) => {
      const before = process.cpuUsage();
      const answer = shops.answer(request.body ?? '');
      answering += milliseconds(process.cpuUsage(before));
      return answer;
    },
  });
  const authData = {
    access_token: tokenOf(SELLER),
    seller_id: SELLER,
    connected_at: new Date(START).toISOString(),
  };
  const costs = new Map(
    TRIGGERS.map((trigger) => [trigger, { served: [] as number[], called: [] as number[] }]),
  );
  for (let tick = START; tick < START + (days + 1) * DAY; tick += INTERVAL_MS) {
    // The second poll of a trigger finds nothing due.
    for (const trigger of TRIGGERS.flatMap((each) => [each, each])) {
      now = Math.max(now, tick);
      const calls = shops.calls();
      answering = 0;
      const before = process.cpuUsage();
      await perform(app, trigger, authData);
      const ms = milliseconds(process.cpuUsage(before)) - answering;
      if (tick < START + DAY) continue;
      const made = shops.calls() - calls;
      const { served, called } = costs.get(trigger) as { served: number[]; called: number[] };
      if (made === 0) served.push(ms);
      else called.push(ms / made);
    }
  }
  const size = underWay(shops.shops.get(SELLER) as Shop);
  return Object.fromEntries(
    [...costs].map(([trigger, { served, called }]) => [
      trigger,
      { served: { size, ms: median(served) }, called: { size, ms: median(called) } },
    ]),
  ) as Record<Trigger, { served: Cost; called: Cost }>;
}

type App = ReturnType<typeof createApp>;
type Perform = NonNullable<App['triggers'][string]>['operation']['perform'];

async function perform(app: App, trigger: Trigger, authData: object): Promise<void> {
  const [z, bundle] = [
    { console: { log: () => {} } },
    { authData, inputData: {}, meta: { zap: { id: trigger } } },
  ] as unknown as Parameters<Perform>;
  await app.triggers[trigger]?.operation.perform(z, bundle);
}

const underWay = ({ parcels }: Shop): number =>
  parcels.filter(({ shippedAt, orderEndsAt }) => shippedAt <= START && orderEndsAt > START).length;
