/**
 * One day of a shop, from order to card: the sandbox plays AliExpress and Feishu, the local host plays Zapier, the
 * pack between them is the real one. Time is virtual and stands still while anything runs.
 */

import { randomBytes } from 'node:crypto';
import { startLocalHost } from '../lib/hosts/local/host.ts';
import type { Trouble } from '../lib/hosts/local/platform.ts';
import { followAsBrowser, openCallbackPage } from '../lib/hosts/local/sign-in.ts';
import { virtualClock } from '../lib/hosts/local/virtual-clock.ts';
import { readSettings } from '../lib/settings.ts';
import { memoryStore } from '../lib/stores/memory.ts';
import type { Store } from '../lib/stores/store.ts';
import newOrderToFeishu from '../recipes/new-order-to-feishu.ts';
import type { Lifetimes } from './accounts.ts';
import type { CurveName } from './curves.ts';
import { type FaultName, faultNames } from './faults.ts';
import type { DeliveredCard } from './feishu.ts';
import { beijingDay } from './pacific.ts';
import { freePort } from './ports.ts';
import { type Sandbox, startSandbox } from './server.ts';
import type { Order } from './shop.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 2026-10-07 00:00 in Beijing. */
const DAY_START = Date.parse('2026-10-06T16:00:00Z');
const DAY_MS = 24 * HOUR;
/** After the day nothing more is ordered; what is on its way gets this long. */
const DRAIN_MS = 14 * HOUR;

export interface DayOptions {
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
  store?: (clock: ReturnType<typeof virtualClock>) => Store;
  memoryPath?: string;
  lifetimes?: Partial<Lifetimes>;
  onProgress?: (progress: Progress) => void;
  /** A line that the pack logged. */
  onLog?: (line: string) => void;
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
  const clock = virtualClock(start);
  const callbackUrl = new URL(`http://127.0.0.1:${await freePort()}/oauth/callback`);
  const sandbox = await startSandbox({
    clock,
    callbackUrl: callbackUrl.href,
    seed,
    curve,
    ordersPerDay,
    from: start,
    to: end,
    dailyLimit,
    slowMs: 700,
    feishuSecret: randomBytes(12).toString('hex'),
    lifetimes: { ...(options.tokenEnds && { accessSeconds: 11 * 3600 }), ...options.lifetimes },
  });
  const settings = {
    ...readSettings({ ALIEXPRESS_GATEWAY_URL: sandbox.url, DAILY_CALL_LIMIT: String(dailyLimit) }),
    callbackUrl: callbackUrl.href,
    feishuOrigin: sandbox.url,
  };
  const troubles: Trouble[] = [];
  const host = await startLocalHost({
    settings,
    appKey: sandbox.app,
    clock,
    sharedClock: clock.shared,
    // The clock stands still during a call, so a late answer is one that is late in real time: 0.3 s for 10 s.
    limits: { timeoutMs: 300, maxBytes: 5 * 1024 * 1024 },
    store: options.store?.(clock) ?? memoryStore(clock),
    memoryPath: options.memoryPath ?? ':memory:',
    onTrouble: (trouble) => {
      troubles.push(trouble);
      options.onLog?.(`${trouble.kind}: ${trouble.message}`);
    },
    ...(options.onLog && { onLog: options.onLog }),
  });

  try {
    const shop = await connect(host.platform, callbackUrl);
    const workflow = {
      recipe: newOrderToFeishu,
      fixed: { bot_address: sandbox.botAddress, signature_code: sandbox.feishu.secret as string },
    };
    const schedule = faultSchedule(options.faults, start);
    const placed = () =>
      sandbox.shop.orders.filter((order) => order.placedAt >= start && order.placedAt <= clock.now());
    let ordersSeen = 0;

    for (let at = start; at < end + DRAIN_MS; at += interval * MINUTE) {
      clock.advanceTo(at);
      const fault = schedule.find((slot) => at >= slot.from && at < slot.to)?.fault ?? null;
      sandbox.faults.active = fault;
      ordersSeen += await host.platform.poll(workflow);
      const arrived = new Set(sandbox.feishu.cards.map(orderIdOf)).size;
      onProgress?.({
        now: at,
        share: Math.min(1, (at - start) / DAY_MS),
        callsUsed: callsOn(sandbox, start),
        ordersSeen,
        ordersPlaced: placed().length,
        cards: sandbox.feishu.cards.length,
        fault,
      });
      if (at >= end && arrived >= placed().length && host.memory.waiting() === 0) break;
    }
    return report(options, sandbox, { shop, start, troubles, schedule, placed: placed() });
  } finally {
    await host.close();
    await sandbox.close();
  }
}

/** The whole sign-in, over HTTP: authorize page → callback page on this machine → signed token exchange. */
async function connect(
  platform: Awaited<ReturnType<typeof startLocalHost>>['platform'],
  callbackUrl: URL,
): Promise<string> {
  const state = randomBytes(16).toString('base64url');
  const page = await openCallbackPage(callbackUrl, state);
  try {
    return await platform.connect(
      async (url) => {
        await followAsBrowser(url);
        return page.answer;
      },
      callbackUrl.href,
      state,
    );
  } finally {
    await page.close();
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

const callsOn = (sandbox: Sandbox, at: number): number =>
  [...(sandbox.calls.byDay.get(beijingDay(at))?.values() ?? [])].reduce((sum, n) => sum + n, 0);

function report(
  options: DayOptions,
  sandbox: Sandbox,
  run: { shop: string; start: number; troubles: Trouble[]; schedule: Slot[]; placed: Order[] },
): DayReport {
  const { start, placed, schedule } = run;
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
    shop: run.shop,
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
    callsUsed: callsOn(sandbox, start),
    callsByMethod: Object.fromEntries(sandbox.calls.byDay.get(beijingDay(start)) ?? []),
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
    troubles: Object.fromEntries(
      [...Map.groupBy(run.troubles, (trouble) => trouble.kind)].map(([kind, list]) => [kind, list.length]),
    ),
    cards,
    secrets: [
      ...sandbox.accounts.issued,
      sandbox.app.appSecret,
      sandbox.feishu.token,
      sandbox.feishu.secret as string,
    ],
  };
}
