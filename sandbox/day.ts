/** One day of a shop, from order to card, with the recipe "new order → Feishu" alone. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, HOUR, MINUTE } from '../lib/runtime.ts';
import newOrderToFeishu from '../recipes/new-order-to-feishu.ts';
import type { Lifetimes } from './accounts.ts';
import { delaysOf } from './compare.ts';
import type { CurveName } from './curves.ts';
import { type FaultName, faultNames } from './faults.ts';
import type { DeliveredCard } from './messengers.ts';
import type { Order } from './orders.ts';
import { beijingDay } from './pacific.ts';
import {
  callsByDay,
  type DayCalls,
  errorCounts,
  openRun,
  RUN_START,
  type Run,
  type RunOptions,
  SHUTDOWN_PERIOD_MS,
} from './run.ts';

/** A call under the fault "slow" lasts this long, in real time. */
const SLOW_CALL_MS = 1000;

export interface DayOptions extends Pick<RunOptions, 'store' | 'onLog'> {
  seed: number;
  curve: CurveName;
  ordersPerDay: number;
  /** Minutes between two polls: 1, 2 or 15, by Zapier plan. */
  interval: number;
  dailyLimit: number;
  /** Each of them is on for part of the day, one after another. */
  faults: readonly FaultName[];
  /** The access token expires in the middle of the day. */
  tokenExpires: boolean;
  /** Start of the day, epoch milliseconds. */
  start?: number;
  lifetimes?: Partial<Lifetimes>;
  onProgress?: (progress: DayProgress) => void;
}

export interface DayProgress {
  /** Virtual time, epoch milliseconds. */
  now: number;
  /** 0 to 1. */
  share: number;
  callsUsed: number;
  /** Events the trigger has emitted. */
  events: number;
  cards: number;
  fault: FaultName | null;
}

export interface FaultEffect {
  fault: FaultName;
  from: number;
  to: number;
  /** Calls that failed because of it. */
  hits: number;
  ordersPlaced: number;
  /** Longest delay of an order placed while it was on, milliseconds. */
  maxDelayMs: number;
}

export interface DayReport {
  day: string;
  shop: string;
  interval: number;
  limit: number;
  placed: number;
  delivered: number;
  /** Order numbers, as are those below. */
  missed: string[];
  duplicates: string[];
  /** Cards about orders that were not placed on this day. */
  falseAlerts: string[];
  /** Milliseconds from order to card. */
  delays: { mean: number; p95: number; max: number };
  /** The day itself, and the next one where deliveries were still under way. */
  calls: DayCalls[];
  /** Calls AliExpress refused because the day's limit was reached. */
  overLimit: number;
  bans: number;
  tokenRefreshes: number;
  faults: FaultEffect[];
  errors: Record<string, number>;
  cards: DeliveredCard[];
  /** Every token, secret and address of the run. A test searches for them in everything the run wrote. */
  secrets: string[];
}

export async function simulateDay(options: DayOptions): Promise<DayReport> {
  const { faults, interval, onProgress, start = RUN_START } = options;
  const end = start + DAY;
  const run = await openRun({
    seed: options.seed,
    curve: options.curve,
    ordersPerDay: options.ordersPerDay,
    from: start,
    to: end,
    dailyLimit: options.dailyLimit,
    lifetimes: { ...(options.tokenExpires && { accessSeconds: 11 * 3600 }), ...options.lifetimes },
    // The recipe writes neither sheets nor tickets.
    folder: join(tmpdir(), 'unused'),
    ...(faults.includes('slow') && { timeoutMs: SLOW_CALL_MS }),
    ...(options.store && { store: options.store }),
    ...(options.onLog && { onLog: options.onLog }),
  });
  const { clock, sandbox, platform, fixed } = run;

  try {
    const workflow = { recipe: newOrderToFeishu, fixed };
    const schedule = faultSchedule(faults, start);
    const placed = () =>
      sandbox.shop.orders.filter((order) => order.placedAt >= start && order.placedAt <= clock.now());
    let events = 0;

    for (let at = start; at < end + SHUTDOWN_PERIOD_MS; at += interval * MINUTE) {
      clock.advanceTo(at);
      const fault = schedule.find((slot) => at >= slot.from && at < slot.to)?.fault ?? null;
      sandbox.faults.active = fault;
      events += (await platform.poll(workflow)).length;
      const arrived = new Set(sandbox.groups.feishu.cards.map(orderIdOf)).size;
      onProgress?.({
        now: at,
        share: Math.min(1, (at - start) / DAY),
        callsUsed: callsByDay(sandbox)[0]?.total ?? 0,
        events,
        cards: sandbox.groups.feishu.cards.length,
        fault,
      });
      if (at >= end && arrived >= placed().length && platform.waiting() === 0) break;
    }
    return dayReport(options, run, { start, schedule, placed: placed() });
  } finally {
    await run.close();
  }
}

interface Slot {
  fault: FaultName;
  from: number;
  to: number;
}

/** From 02:00 to 23:00 one fault after another is on, for at most 75 minutes and with as much time in between. */
const faultSchedule = (faults: readonly FaultName[], start: number): Slot[] => {
  const duration = Math.min(75 * MINUTE, Math.floor((21 * HOUR) / (2 * faults.length) / MINUTE) * MINUTE);
  return faults.map((fault, n) => {
    const from = start + 2 * HOUR + 2 * n * duration;
    return { fault, from, to: from + duration };
  });
};

export const allFaults = Object.keys(faultNames) as FaultName[];

const orderIdOf = (card: DeliveredCard): string =>
  new URL(card.link ?? 'x:').searchParams.get('orderId') ?? card.title;

function dayReport(
  { interval, dailyLimit }: DayOptions,
  { sandbox, shop, errors, secrets }: Run,
  { start, placed, schedule }: { start: number; schedule: Slot[]; placed: Order[] },
): DayReport {
  const { cards } = sandbox.groups.feishu;
  const cardsByOrder = Map.groupBy(cards, orderIdOf);
  const ids = placed.map(({ id }) => String(id));
  const delaysFor = (orders: Order[]): number[] =>
    orders.flatMap(({ id, placedAt }) => {
      const first = cardsByOrder.get(String(id))?.[0];
      return first ? [first.at - placedAt] : [];
    });
  const delays = delaysFor(placed).sort((a, b) => a - b);

  return {
    day: beijingDay(start),
    shop,
    interval,
    limit: dailyLimit,
    placed: placed.length,
    delivered: delays.length,
    missed: ids.filter((id) => !cardsByOrder.has(id)),
    duplicates: [...cardsByOrder].filter(([, ofOrder]) => ofOrder.length > 1).map(([id]) => id),
    falseAlerts: [...cardsByOrder.keys()].filter((id) => !ids.includes(id)),
    delays: { ...delaysOf(delays), p95: delays[Math.ceil(delays.length * 0.95) - 1] ?? Number.NaN },
    calls: callsByDay(sandbox),
    overLimit: sandbox.calls.overLimit,
    bans: sandbox.calls.bans,
    tokenRefreshes: sandbox.accounts.refreshes,
    faults: schedule.map(({ fault, from, to }) => {
      const placedDuringFault = placed.filter(({ placedAt }) => placedAt >= from && placedAt < to);
      return {
        fault,
        from,
        to,
        hits: sandbox.faults.hits[fault],
        ordersPlaced: placedDuringFault.length,
        maxDelayMs: Math.max(0, ...delaysFor(placedDuringFault)),
      };
    }),
    errors: errorCounts(errors),
    cards,
    secrets: secrets(),
  };
}
