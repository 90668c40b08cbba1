/**
 * The delay from order to event: the pack's own trigger, polled as a platform does, on a virtual clock. It is compared
 * with the theoretical lower bound, and with workflows that each call AliExpress at every poll until the day's calls
 * are used up.
 */

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { DAY, MINUTE, SECOND } from '../lib/runtime.ts';
import { type CurveName, density } from '../sandbox/curves.ts';
import { randomSource } from '../sandbox/random.ts';
import { inNewProcess } from './new-process.ts';
import { type Pack, thisPack } from './pack.ts';
import { benchShop, orderTimes } from './shop.ts';
import type { Table } from './table.ts';

const ONE_ROW = fileURLToPath(new URL('delay-row.ts', import.meta.url));

/** 00:00 in Beijing. */
const START = Date.parse('2026-01-31T16:00:00Z');
const LEARNING_DAYS = 7;
/** Where a day takes long to measure. */
const SHORT_LEARNING_DAYS = 2;
/** Days after the last on which polls go on until every order was emitted. */
const DRAIN_DAYS = 1;
const ORDERS_PER_DAY = 100;

export interface Row {
  curve: CurveName;
  /** Minutes between two polls of one workflow. */
  interval: number;
  workflows: number;
  limit: number;
  /** Of each seed, after the days of learning. */
  days: number;
  /** Days of learning, which are not counted; 7. */
  learning?: number;
  /** Several seeds, which differ in orders and phases; 1. */
  seeds?: number;
  /** 100. */
  ordersPerDay?: number;
  /** Each poll is up to so many seconds early or late; 0. */
  jitter?: number;
  /** Processes that share one store; each poll runs in one of them, drawn at random; 1. */
  processes?: number;
}

export interface Measured {
  mean: number;
  p95: number;
  max: number;
  callsPerDay: number;
  maxCallsPerDay: number;
}

const rows = (share: number): Row[] => {
  const scaled = (days: number) => Math.max(1, Math.round(days * share));
  const row = (curve: CurveName, interval: number, workflows: number, limit = 200): Row => ({
    curve,
    interval,
    workflows,
    limit,
    days: scaled(workflows === 20 ? 20 : 60),
  });
  const usual = row('olist', 2, 5);
  const uneven = { ...usual, days: scaled(20), seeds: Math.max(1, Math.round(5 * share)), jitter: 20 };
  return [
    ...[1, 2, 15].flatMap((interval) => [1, 5, 20].map((workflows) => row('olist', interval, workflows))),
    row('olist', 1, 1, 150),
    row('olist', 1, 1, 100),
    ...(['two-regions', 'one-region', 'flat'] as const).flatMap((curve) => [
      row(curve, 1, 1),
      row(curve, 2, 5),
    ]),
    uneven,
    { ...uneven, processes: 4 },
    { ...usual, days: scaled(20), ordersPerDay: 300 },
    { ...usual, days: scaled(10), ordersPerDay: 1000 },
    { ...usual, days: scaled(3), learning: SHORT_LEARNING_DAYS, ordersPerDay: 3000 },
    { ...row('olist', 15, 100), days: scaled(10) },
    { ...row('olist', 15, 500), days: scaled(3), learning: SHORT_LEARNING_DAYS },
  ];
};

/** Days since the start. */
const dayOf = (at: number): number => Math.floor((at - START) / DAY);

interface Poll {
  /** Epoch milliseconds. */
  at: number;
  workflow: number;
  process: number;
}

/** Each workflow polls at its own offset within the interval, drawn for each day. */
function* polls(
  { interval, workflows, days, learning = LEARNING_DAYS, jitter = 0, processes = 1 }: Row,
  seed: number,
): Generator<Poll> {
  const random = randomSource(seed);
  for (let day = 0; day < learning + days + DRAIN_DAYS; day += 1) {
    const offsets = Array.from({ length: workflows }, (_, workflow) => ({
      workflow,
      offset: Math.floor(random.next() * interval * MINUTE),
    })).sort((a, b) => a.offset - b.offset);
    for (let cycle = START + day * DAY; cycle < START + (day + 1) * DAY; cycle += interval * MINUTE) {
      for (const { workflow, offset } of offsets) {
        const late = jitter === 0 ? 0 : Math.round(random.between(-jitter, jitter) * SECOND);
        const process = processes === 1 ? 0 : random.integer(0, processes - 1);
        yield { at: cycle + offset + late, workflow, process };
      }
    }
  }
}

/** In order of time: polls that are early or late may overtake each other. */
function* inOrder(polls: Iterable<Poll>, row: Row): Generator<Poll> {
  if (!row.jitter) return yield* polls;
  const waiting: Poll[] = [];
  for (const poll of polls) {
    waiting.push(poll);
    waiting.sort((a, b) => a.at - b.at);
    if (waiting.length > row.workflows) yield waiting.shift() as Poll;
  }
  yield* waiting;
}

export interface Delays {
  /** Milliseconds, with the Beijing day of the order. */
  delays: { day: number; delay: number }[];
  /** Calls of each day. */
  callsByDay: number[];
}

/** The delays of all workflows after the days of learning. The seed decides on orders and on the phases of the polls. */
export async function delaysOf(pack: Pack, row: Row, seed: number): Promise<Delays> {
  const { learning = LEARNING_DAYS } = row;
  const counted = START + learning * DAY;
  const times = orderTimes(row.curve, row.ordersPerDay ?? ORDERS_PER_DAY, START, learning + row.days, seed);
  let now = START;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const shop = benchShop(times, START, clock.now, row.limit);
  const store = pack.memoryStore(clock);
  const random = randomSource(seed + 1);
  const createApp = () =>
    pack.createApp({
      clock,
      random: random.next,
      settings: pack.readSettings({ DAILY_CALL_LIMIT: String(row.limit) }),
      appKey: () => ({ appKey: '512345', appSecret: 'bench-secret' }),
      openStore: () => store,
      openTransport: () => shop.transport,
    });
  const performs = Array.from(
    { length: row.processes ?? 1 },
    () =>
      createApp().triggers.new_order?.operation.perform as (
        z: object,
        bundle: object,
      ) => Promise<{ id: string; occurred_at: string }[]>,
  );
  const z = { console: { log: () => {} } };
  const authData = { access_token: 'token', seller_id: '1', connected_at: new Date(START).toISOString() };
  const bundle = { authData, inputData: {}, meta: {} };

  const seen = Array.from({ length: row.workflows }, () => new Set<string>());
  const end = counted + row.days * DAY;
  const expected = times.filter((at) => at >= counted).length * row.workflows;
  const delays: Delays['delays'] = [];
  for (const { at, workflow, process } of inOrder(polls(row, seed + 2), row)) {
    if (at >= end && delays.length === expected) break;
    now = Math.max(now, at);
    const events = await (performs[process] as (typeof performs)[number])(z, {
      ...bundle,
      meta: { zap: { id: String(workflow) } },
    });
    for (const { id, occurred_at } of events) {
      if (seen[workflow]?.has(id)) continue;
      seen[workflow]?.add(id);
      const placedAt = Date.parse(occurred_at);
      if (placedAt >= counted) delays.push({ day: dayOf(placedAt), delay: at - placedAt });
    }
  }
  if (delays.length < expected * 0.995)
    throw new Error(`only ${delays.length} of ${expected} orders were emitted`);
  return { delays, callsByDay: shop.callsByDay.slice(learning, learning + row.days) };
}

async function measurePack(row: Row, seeds: readonly number[]): Promise<Measured> {
  const delays: number[] = [];
  const callsByDay: number[] = [];
  for (const seed of seeds) {
    const measured = await delaysOf(thisPack, row, seed);
    for (const { delay } of measured.delays) delays.push(delay);
    callsByDay.push(...measured.callsByDay);
  }
  return summary(delays, callsByDay);
}

/** Every workflow calls AliExpress at every poll, until the day's calls are used up. */
function measureWithoutPack(row: Row, seed: number): Measured {
  const { learning = LEARNING_DAYS } = row;
  const counted = START + learning * DAY;
  const times = orderTimes(row.curve, row.ordersPerDay ?? ORDERS_PER_DAY, START, learning + row.days, seed);
  const next = Array(row.workflows).fill(0) as number[];
  const used: number[] = [];
  const delays: number[] = [];
  for (const { at, workflow } of inOrder(polls(row, seed + 2), row)) {
    const day = dayOf(at);
    if ((used[day] ?? 0) >= row.limit) continue;
    used[day] = (used[day] ?? 0) + 1;
    for (let n = next[workflow] as number; n < times.length && (times[n] as number) <= at; n += 1) {
      if ((times[n] as number) >= counted) delays.push(at - (times[n] as number));
      next[workflow] = n + 1;
    }
  }
  return summary(delays, used.slice(learning, learning + row.days));
}

function summary(delays: number[], callsByDay: number[]): Measured {
  const sorted = Float64Array.from(delays).sort();
  const sum = delays.reduce((a, b) => a + b, 0);
  return {
    mean: sum / delays.length / MINUTE,
    p95: (sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN) / MINUTE,
    max: (sorted.at(-1) ?? Number.NaN) / MINUTE,
    callsPerDay: callsByDay.reduce((a, b) => a + b, 0) / callsByDay.length,
    maxCallsPerDay: Math.max(...callsByDay),
  };
}

/** The lowest mean delay of any N calls a day, in minutes: (∫√λ)² / (2NΛ). */
function lowerBound({ curve, limit, ordersPerDay = ORDERS_PER_DAY }: Row): number {
  const steps = 24 * 60;
  let [roots, events] = [0, 0];
  for (let minute = 0; minute < steps; minute += 1) {
    const rate = density(curve, ordersPerDay, (minute + 0.5) / 60) / 60;
    roots += Math.sqrt(rate);
    events += rate;
  }
  return roots ** 2 / (2 * limit * events);
}

/** The cells of the row that stands at `n` in the table. */
export async function delayRow(n: number, share: number): Promise<(string | number)[]> {
  const row = rows(share)[n];
  if (!row) throw new Error(`the table has no row ${n}`);
  const { ordersPerDay = ORDERS_PER_DAY, processes = 1, seeds = 1, jitter } = row;
  const first = 1000 + n;
  const measured = await measurePack(
    row,
    Array.from({ length: seeds }, (_, seed) => first + 100 * seed),
  );
  const without = measureWithoutPack(row, first);
  const bound = lowerBound(row);
  return [
    row.curve,
    ordersPerDay,
    `${row.interval} min${jitter ? ` ± ${jitter} s` : ''}`,
    row.workflows,
    processes,
    row.limit,
    seeds > 1 ? `${seeds} × ${row.days}` : row.days,
    measured.mean.toFixed(2),
    measured.p95.toFixed(1),
    measured.max.toFixed(0),
    measured.callsPerDay.toFixed(1),
    measured.maxCallsPerDay,
    bound.toFixed(2),
    (bound / measured.mean).toFixed(3),
    without.mean.toFixed(1),
    without.p95.toFixed(0),
  ];
}

/**
 * The days are simulated, so that rows may be measured side by side: one on each core, in processes of their own.
 * @param share of the full number of days, for a quick measurement
 */
export async function benchDelay(share: number, onRow: (line: string) => void): Promise<Table> {
  const ahead = rows(share).keys();
  const measured: (string | number)[][] = [];
  const measureRest = async () => {
    for (const n of ahead) {
      const parameters = [...process.execArgv, ONE_ROW, String(n), String(share)];
      const cells = await inNewProcess<(string | number)[]>(parameters);
      measured[n] = cells;
      onRow(cells.join('  '));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, measureRest));
  return {
    title: 'Delay from order to event, in minutes',
    head: [
      'curve',
      'orders per day',
      'interval',
      'workflows',
      'processes',
      'calls per day',
      'days',
      'mean',
      'p95',
      'max',
      'calls used',
      'max calls in a day',
      'lower bound',
      'efficiency',
      'without the pack: mean',
      'without the pack: p95',
    ],
    rows: measured,
    notes: [
      `The first ${LEARNING_DAYS} days, in which the pack learns the curve, are not counted (with 3,000 orders a day and with 500 workflows the first ${SHORT_LEARNING_DAYS}). Each workflow polls at its own offset within the interval, drawn for each day.`,
      'Interval with ±: each poll comes up to so many seconds early or late. Processes: they share one store, and each poll runs in one of them, drawn at random. Days with ×: so many of each of several seeds.',
      'Lower bound: (∫√λ)² / (2NΛ), for one workflow whose platform polls continuously. Efficiency: lower bound / mean.',
      "Without the pack: every workflow calls AliExpress at each of its polls until the day's calls are used up.",
    ],
  };
}
