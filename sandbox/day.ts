/** One day of a shop, from order to card, with the recipe "new order → Feishu" alone. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import newOrderToFeishu from '../recipes/new-order-to-feishu.ts';
import type { Lifetimes } from './accounts.ts';
import type { CurveName } from './curves.ts';
import { type FaultName, faultNames } from './faults.ts';
import type { DeliveredCard } from './feishu.ts';
import { beijingDay } from './pacific.ts';
import { callsOn, openRun, type Run, type RunOptions, sumOf, troubleCounts } from './run.ts';
import type { Order } from './shop.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 2026-10-07 00:00 in Beijing. */
export const DAY_START = Date.parse('2026-10-06T16:00:00Z');
const DAY_MS = 24 * HOUR;
/** After the day nothing more is ordered; what is on its way gets this long. */
const DRAIN_MS = 14 * HOUR;

export interface DayOptions extends Pick<RunOptions, 'store' | 'memoryPath' | 'onLog'> {
  seed: number;
  curve: CurveName;
  ordersPerDay: number;
  /** Minutes between two polls: 1, 2 or 15, by Zapier plan. */
  interval: number;
  dailyLimit: number;
  /** Each fault in turn, or the named ones, for part of the day. */
  faults: readonly FaultName[];
  /** The access token ends in the middle of the day. */
  tokenEnds: boolean;
  /** Start of the day, epoch milliseconds. */
  start?: number;
  lifetimes?: Partial<Lifetimes>;
  onProgress?: (progress: Progress) => void;
}

export interface Progress {
  /** Epoch milliseconds in the shop. */
  now: number;
  /** 0 to 1. */
  share: number;
  callsUsed: number;
  ordersSeen: number;
  ordersPlaced: number;
  cards: number;
  fault: FaultName | null;
}

export interface FaultEffect {
  fault: FaultName;
  from: number;
  to: number;
  /** Calls it hit. */
  hits: number;
  ordersPlaced: number;
  /** Longest delay of an order placed meanwhile, milliseconds. */
  longestDelayMs: number;
}

export interface DayReport {
  day: string;
  shop: string;
  interval: number;
  limit: number;
  placed: number;
  delivered: number;
  lost: string[];
  deliveredTwice: string[];
  /** Milliseconds from order to card. */
  delays: { mean: number; p95: number; longest: number };
  /** Of the day itself. */
  callsUsed: number;
  callsByMethod: Record<string, number>;
  /** Calls AliExpress refused because the limit was passed. */
  overLimit: number;
  bans: number;
  tokenRefreshes: number;
  faults: FaultEffect[];
  troubles: Record<string, number>;
  cards: DeliveredCard[];
  /** Every token, secret and address of the run; a test looks for them in what the run left behind. */
  secrets: string[];
}

export async function simulateDay(options: DayOptions): Promise<DayReport> {
  const { seed, curve, ordersPerDay, interval, dailyLimit, onProgress, start = DAY_START } = options;
  const end = start + DAY_MS;
  const run = await openRun({
    seed,
    curve,
    ordersPerDay,
    from: start,
    to: end,
    dailyLimit,
    lifetimes: { ...(options.tokenEnds && { accessSeconds: 11 * 3600 }), ...options.lifetimes },
    // The recipe has neither sheets nor tickets.
    folder: join(tmpdir(), 'unused'),
    ...(options.store && { store: options.store }),
    ...(options.memoryPath && { memoryPath: options.memoryPath }),
    ...(options.onLog && { onLog: options.onLog }),
  });
  const { clock, sandbox, host, fixed } = run;

  try {
    const workflow = { recipe: newOrderToFeishu, fixed };
    const schedule = faultSchedule(options.faults, start);
    const placed = () =>
      sandbox.shop.orders.filter((order) => order.placedAt >= start && order.placedAt <= clock.now());
    let ordersSeen = 0;

    for (let at = start; at < end + DRAIN_MS; at += interval * MINUTE) {
      clock.advanceTo(at);
      const fault = schedule.find((slot) => at >= slot.from && at < slot.to)?.fault ?? null;
      sandbox.faults.active = fault;
      ordersSeen += (await host.platform.poll(workflow)).length;
      const arrived = new Set(sandbox.feishu.cards.map(orderIdOf)).size;
      onProgress?.({
        now: at,
        share: Math.min(1, (at - start) / DAY_MS),
        callsUsed: sumOf(callsOn(sandbox, start)),
        ordersSeen,
        ordersPlaced: placed().length,
        cards: sandbox.feishu.cards.length,
        fault,
      });
      if (at >= end && arrived >= placed().length && host.memory.waiting() === 0) break;
    }
    return report(options, run, { start, schedule, placed: placed() });
  } finally {
    await run.close();
  }
}

interface Slot {
  fault: FaultName;
  from: number;
  to: number;
}

/** From 02:00 each fault is on for 75 minutes, with 75 minutes between them. */
const faultSchedule = (faults: readonly FaultName[], start: number): Slot[] =>
  faults.map((fault, n) => {
    const from = start + 2 * HOUR + n * 150 * MINUTE;
    return { fault, from, to: from + 75 * MINUTE };
  });

export const allFaults = Object.keys(faultNames) as FaultName[];

const orderIdOf = (card: DeliveredCard): string =>
  new URL(card.link ?? 'x:').searchParams.get('orderId') ?? card.title;

function report(
  options: DayOptions,
  { sandbox, shop, troubles, secrets }: Run,
  { start, placed, schedule }: { start: number; schedule: Slot[]; placed: Order[] },
): DayReport {
  const cards = sandbox.feishu.cards;
  const arrivals = Map.groupBy(cards, orderIdOf);
  const ids = placed.map((order) => String(order.id));
  const delayOf = (order: Order) => (arrivals.get(String(order.id))?.[0]?.at ?? Number.NaN) - order.placedAt;
  const delays = placed
    .map(delayOf)
    .filter((delay) => !Number.isNaN(delay))
    .sort((a, b) => a - b);

  return {
    day: beijingDay(start),
    shop,
    interval: options.interval,
    limit: options.dailyLimit,
    placed: placed.length,
    delivered: delays.length,
    lost: ids.filter((id) => !arrivals.has(id)),
    deliveredTwice: [...arrivals].filter(([, arrived]) => arrived.length > 1).map(([id]) => id),
    delays: {
      mean: delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
      p95: delays[Math.ceil(delays.length * 0.95) - 1] ?? Number.NaN,
      longest: delays.at(-1) ?? Number.NaN,
    },
    callsUsed: sumOf(callsOn(sandbox, start)),
    callsByMethod: callsOn(sandbox, start),
    overLimit: sandbox.calls.overLimit,
    bans: sandbox.calls.bans,
    tokenRefreshes: sandbox.accounts.refreshes,
    faults: schedule.map(({ fault, from, to }) => {
      const meanwhile = placed.filter((order) => order.placedAt >= from && order.placedAt < to);
      return {
        fault,
        from,
        to,
        hits: sandbox.faults.hits[fault],
        ordersPlaced: meanwhile.length,
        longestDelayMs: Math.max(0, ...meanwhile.map(delayOf).filter((delay) => !Number.isNaN(delay))),
      };
    }),
    troubles: troubleCounts(troubles),
    cards,
    secrets: secrets(),
  };
}
