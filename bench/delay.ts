/**
 * How late a new order is announced: the pack's own trigger, polled as the platform would, on a virtual clock. Beside
 * it the bound of theory, and what a user would have without the pack: every workflow polls for itself until the
 * counter is empty.
 */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { createPack } from '../index.ts';
import { DAY, MINUTE } from '../lib/runtime.ts';
import { readSettings } from '../lib/settings.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import { type CurveName, density } from '../sandbox/curves.ts';
import { benchShop, orderTimes } from './shop.ts';
import type { Table } from './table.ts';

/** 00:00 in Beijing. */
const START = Date.parse('2026-01-31T16:00:00Z');
const LEARNING_DAYS = 7;
const ORDERS_PER_DAY = 100;

export interface Row {
  curve: CurveName;
  /** Minutes between two polls of one workflow. */
  interval: number;
  workflows: number;
  limit: number;
  days: number;
}

export interface Measured {
  mean: number;
  p95: number;
  longest: number;
  callsPerDay: number;
  largestDay: number;
}

const rows = (share: number): Row[] => {
  const days = (workflows: number) => Math.max(1, Math.round((workflows === 20 ? 20 : 60) * share));
  const row = (curve: CurveName, interval: number, workflows: number, limit = 200): Row => ({
    curve,
    interval,
    workflows,
    limit,
    days: days(workflows),
  });
  return [
    ...[1, 2, 15].flatMap((interval) => [1, 5, 20].map((workflows) => row('olist', interval, workflows))),
    row('olist', 1, 1, 150),
    row('olist', 1, 1, 100),
    ...(['two-regions', 'one-region', 'flat'] as const).flatMap((curve) => [
      row(curve, 1, 1),
      row(curve, 2, 5),
    ]),
  ];
};

/** Each workflow polls at a moment of its own within the interval, drawn anew every day. */
function* polls(
  { interval, workflows, days }: Row,
  seed: number,
): Generator<{ at: number; workflow: number }> {
  const generator = xoroshiro128plus(seed);
  for (let day = 0; day < LEARNING_DAYS + days; day += 1) {
    const phases = Array.from({ length: workflows }, (_, workflow) => ({
      workflow,
      phase: Math.floor(uniformFloat64(generator) * interval * MINUTE),
    })).sort((a, b) => a.phase - b.phase);
    for (let cycle = START + day * DAY; cycle < START + (day + 1) * DAY; cycle += interval * MINUTE) {
      for (const { workflow, phase } of phases) yield { at: cycle + phase, workflow };
    }
  }
}

export async function measurePack(row: Row, seed: number): Promise<Measured> {
  const times = orderTimes(row.curve, ORDERS_PER_DAY, START, LEARNING_DAYS + row.days, seed);
  let now = START;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const shop = benchShop(times, START, clock.now, row.limit);
  const store = memoryStore(clock);
  const generator = xoroshiro128plus(seed + 1);
  const pack = createPack({
    clock,
    random: () => uniformFloat64(generator),
    settings: readSettings({ DAILY_CALL_LIMIT: String(row.limit) }),
    appKey: () => ({ appKey: '512345', appSecret: 'bench-secret' }),
    openStore: () => store,
    openTransport: () => shop.transport,
  });
  const perform = pack.triggers.new_order?.operation.perform as (
    z: object,
    bundle: object,
  ) => Promise<{ id: string; occurred_at: string }[]>;
  const z = { console: { log: () => {} } };
  const bundle = { authData: { access_token: 'token', seller_id: '1' }, inputData: {}, meta: {} };

  const seen = Array.from({ length: row.workflows }, () => new Set<string>());
  const newest = Array.from({ length: row.workflows }, () => '');
  const delays: number[] = [];
  for (const { at, workflow } of polls(row, seed + 2)) {
    now = Math.max(now, at);
    const events = await perform(z, { ...bundle, meta: { zap: { id: String(workflow) } } });
    if (events[0] === undefined || events[0].id === newest[workflow]) continue;
    newest[workflow] = events[0].id;
    for (const { id, occurred_at } of events) {
      if (seen[workflow]?.has(id)) break;
      seen[workflow]?.add(id);
      const placedAt = Date.parse(occurred_at);
      if (placedAt >= START + LEARNING_DAYS * DAY) delays.push(at - placedAt);
    }
  }
  const expected = times.filter((at) => at >= START + LEARNING_DAYS * DAY).length * row.workflows;
  if (delays.length < expected * 0.995)
    throw new Error(`only ${delays.length} of ${expected} orders were announced`);
  return summary(delays, shop.callsByDay.slice(LEARNING_DAYS));
}

/** Every workflow asks AliExpress at every poll, until the day's counter is empty. */
export function measureWithout(row: Row, seed: number): Measured {
  const times = orderTimes(row.curve, ORDERS_PER_DAY, START, LEARNING_DAYS + row.days, seed);
  const next = Array(row.workflows).fill(0) as number[];
  const used: number[] = [];
  const delays: number[] = [];
  for (const { at, workflow } of polls(row, seed + 2)) {
    const day = Math.floor((at - START) / DAY);
    if ((used[day] ?? 0) >= row.limit) continue;
    used[day] = (used[day] ?? 0) + 1;
    for (let n = next[workflow] as number; n < times.length && (times[n] as number) <= at; n += 1) {
      if ((times[n] as number) >= START + LEARNING_DAYS * DAY) delays.push(at - (times[n] as number));
      next[workflow] = n + 1;
    }
  }
  return summary(delays, used.slice(LEARNING_DAYS));
}

function summary(delays: number[], callsByDay: number[]): Measured {
  const sorted = Float64Array.from(delays).sort();
  const sum = delays.reduce((a, b) => a + b, 0);
  return {
    mean: sum / delays.length / MINUTE,
    p95: (sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN) / MINUTE,
    longest: (sorted.at(-1) ?? Number.NaN) / MINUTE,
    callsPerDay: callsByDay.reduce((a, b) => a + b, 0) / callsByDay.length,
    largestDay: Math.max(...callsByDay),
  };
}

/** The least mean delay that any choice of N moments a day can have, in minutes: (∫√λ)² / (2NΛ). */
export function bound(curve: CurveName, limit: number): number {
  const steps = 24 * 60;
  let [roots, events] = [0, 0];
  for (let minute = 0; minute < steps; minute += 1) {
    const rate = density(curve, ORDERS_PER_DAY, (minute + 0.5) / 60) / 60;
    roots += Math.sqrt(rate);
    events += rate;
  }
  return roots ** 2 / (2 * limit * events);
}

/** @param share of the full number of days, for a quick look */
export async function benchDelay(share: number, onRow: (line: string) => void): Promise<Table> {
  const table: Table = {
    title: 'Delay from order to event, in minutes',
    head: [
      'curve',
      'interval',
      'workflows',
      'calls a day',
      'days',
      'mean',
      'p95',
      'longest',
      'calls used',
      'largest day',
      'bound',
      'efficiency',
      'without: mean',
      'without: p95',
    ],
    rows: [],
    notes: [
      `${ORDERS_PER_DAY} orders a day; ${LEARNING_DAYS} days of learning before what is counted; polls of a workflow at a moment of the interval drawn anew each day.`,
      'bound: (∫√λ)² / (2NΛ), for one workflow whose platform polls at every instant; efficiency: bound / mean.',
      'without: every workflow asks AliExpress at each of its polls until the counter of the day is empty.',
    ],
  };
  for (const [n, row] of rows(share).entries()) {
    const measured = await measurePack(row, 1000 + n);
    const without = measureWithout(row, 1000 + n);
    const least = bound(row.curve, row.limit);
    const cells = [
      row.curve,
      `${row.interval} min`,
      row.workflows,
      row.limit,
      row.days,
      measured.mean.toFixed(2),
      measured.p95.toFixed(1),
      measured.longest.toFixed(0),
      measured.callsPerDay.toFixed(1),
      measured.largestDay,
      least.toFixed(2),
      (least / measured.mean).toFixed(3),
      without.mean.toFixed(1),
      without.p95.toFixed(0),
    ];
    table.rows.push(cells);
    onRow(cells.join('  '));
  }
  return table;
}
