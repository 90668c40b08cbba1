/**
 * A week of a shop, with all recipes on at once under the one budget. What arrived is compared with what there was to
 * notice.
 */

import { destinationOf } from '../lib/hosts/local/platform.ts';
import { openInputs } from '../lib/pack/recipe.ts';
import { recipes } from '../recipes/index.ts';
import type { CallBook } from './aliexpress.ts';
import { dailyReviewCalls, fewestParcelCalls } from './bounds.ts';
import type { CurveName } from './curves.ts';
import { DAY_START } from './day.ts';
import type { DeliveredCard } from './feishu.ts';
import { callsOn, openRun, type Run, type RunOptions, sumOf, troubleCounts } from './run.ts';
import { type Told, truths } from './truth.ts';
import { judge, type RecipeVerdict, type Tale, type Verdict } from './verdict.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** After the week nothing more is ordered; what is on its way gets this long. */
const DRAIN_MS = 14 * HOUR;
/** Orders live for weeks, and their reviews come weeks after them. */
const HISTORY_DAYS = 45;
const WATCHED_PRODUCTS = 5;
/** As an app has it that is published: nobody must sign in again within the week. */
const LIFETIMES = { accessSeconds: 86_400, refreshSeconds: 60 * 86_400 };

export interface WeekOptions extends Pick<RunOptions, 'folder' | 'onLog' | 'store' | 'memoryPath'> {
  seed: number;
  curve: CurveName;
  ordersPerDay: number;
  days: number;
  /** Minutes between two polls of a recipe. */
  interval: number;
  dailyLimit: number;
  /** Days before the first in which orders were placed already; 45. */
  historyDays?: number;
  onProgress?: (progress: WeekProgress) => void;
}

export interface WeekProgress {
  /** Epoch milliseconds in the shop. */
  now: number;
  /** 0 to 1. */
  share: number;
  /** On the day of `now`. */
  callsUsed: number;
  events: number;
  /** What was delivered so far. */
  delivered: { card: number; sheet: number; ticket: number };
}

/** How a feed did that 200 calls a day cannot serve in full. */
export interface ShareReport {
  due: number;
  found: number;
  /** Milliseconds. */
  delays: { mean: number; worst: number };
  calls: number;
  /** What it would take to find everything in time. */
  callsForAll: number;
}

export interface WeekReport extends Verdict {
  shop: string;
  /** Epoch milliseconds. */
  from: number;
  to: number;
  interval: number;
  limit: number;
  reviews: ShareReport;
  parcels: ShareReport;
  /** By day, how often each method was called. */
  calls: { day: number; byMethod: Record<string, number> }[];
  overLimit: number;
  bans: number;
  tokenRefreshes: number;
  troubles: Record<string, number>;
  cards: DeliveredCard[];
  /** Every token, secret and address of the run; a test looks for them in what the run left behind. */
  secrets: string[];
}

/** Reviews, parcels and stock AliExpress tells of one by one: of these, not all can be found. */
const ONE_BY_ONE = ['reviews', 'parcels', 'stock'];
const REVIEW_FEEDS = ['reviews'];
const PARCEL_FEEDS = ['parcels'];
const REVIEW_METHODS = ['aliexpress.evaluation.listorderevaluation.get'];
const PARCEL_METHODS = [
  'aliexpress.trade.new.redefining.findorderbyid',
  'aliexpress.logistics.redefining.querytrackingresult',
];

/** Whether none of what this recipe is about may be lost. */
export const isPromised = ({ recipe }: Pick<RecipeVerdict, 'recipe'>): boolean =>
  !ONE_BY_ONE.includes(recipe.trigger.feed.key);

export async function simulateWeek(options: WeekOptions): Promise<WeekReport> {
  const { days, interval, folder, onProgress } = options;
  const start = DAY_START;
  const end = start + days * DAY;
  const tales = new Map<string, Tale>();
  const doneAt = new Map<string, number[][]>();
  const delivered = { card: 0, sheet: 0, ticket: 0 };
  const run = await openRun({
    historyDays: HISTORY_DAYS,
    ...options,
    from: start,
    to: end,
    lifetimes: LIFETIMES,
    // Nothing is slow on purpose; only the machine may be.
    timeoutMs: 10_000,
    onDelivered: ({ workflow, eventId, step }) => {
      const declared = recipes.find(({ key }) => key === workflow)?.steps[step];
      if (declared) delivered[destinationOf(declared)] += 1;
      const done = doneAt.get(`${workflow}/${eventId}`) ?? [];
      done[step] = [...(done[step] ?? []), run.clock.now()];
      doneAt.set(`${workflow}/${eventId}`, done);
    },
  });
  const { clock, sandbox, host, fixed } = run;
  const products = sandbox.shop.products.slice(0, WATCHED_PRODUCTS).map(({ id }) => String(id));
  const flows = recipes.map((recipe) => ({
    recipe,
    inputs: Object.fromEntries(openInputs(recipe).map((key) => [key, products])),
    fixed,
  }));
  const looks = watchLooks(sandbox.calls);

  async function poll(flow: (typeof flows)[number]): Promise<void> {
    const pollStart = clock.now();
    const events = await host.platform.poll(flow);
    const { key } = flow.recipe;
    const askedAt = looks(pollStart);
    for (const event of events) {
      const id = `${key}/${event.id}`;
      if (!doneAt.has(id)) doneAt.set(id, []);
      tales.set(id, {
        recipe: flow.recipe,
        event,
        at: clock.now(),
        askedAt,
        doneAt: doneAt.get(id) as number[][],
      });
    }
  }

  try {
    // All are turned on at once; from then on each has its own minute, as on a platform.
    for (const flow of flows) await poll(flow);
    const span = { from: clock.now(), to: end };
    const known = new Map(
      recipes.map((recipe) => {
        const truth = truths[recipe.key];
        if (!truth) throw new Error(`nobody knows the truth about ${recipe.key}`);
        return [recipe, truth({ shop: sandbox.shop, from: start, to: end, products })] as const;
      }),
    );
    const verdict = () => judge(sandbox.feishu, folder, [...tales.values()], known, span);

    for (let tick = start + interval * MINUTE; tick < end + DRAIN_MS; tick += interval * MINUTE) {
      for (const [n, flow] of flows.entries()) {
        clock.advanceTo(tick + (n * interval * MINUTE) / flows.length);
        await poll(flow);
      }
      onProgress?.({
        now: tick,
        share: Math.min(1, (tick - start) / (end - start)),
        callsUsed: sumOf(callsOn(sandbox, tick)),
        events: tales.size,
        delivered,
      });
      const isOver = tick >= end && host.memory.waiting() === 0;
      if (isOver && verdict().recipes.every((each) => !isPromised(each) || each.lost.length === 0)) break;
    }
    return report(options, run, verdict(), span);
  } finally {
    await run.close();
  }
}

/** Follows when each method was called last. What it returns is to be asked after every poll, with when that began. */
export function watchLooks({ byDay }: Pick<CallBook, 'byDay'>): (pollStart: number) => Told['askedAt'] {
  let countsBefore = new Map<string, number>();
  let lookedAt = new Map<string, number>();
  return (pollStart) => {
    const counts = new Map<string, number>();
    for (const day of byDay.values()) {
      for (const [method, count] of day) counts.set(method, (counts.get(method) ?? 0) + count);
    }
    const asked = [...counts.keys()].filter((method) => counts.get(method) !== countsBefore.get(method));
    if (asked.length > 0) {
      countsBefore = counts;
      lookedAt = new Map(lookedAt);
      for (const method of asked) lookedAt.set(method, pollStart);
    }
    const then = lookedAt;
    return (method) => then.get(method) ?? 0;
  };
}

function report(
  { interval, dailyLimit }: WeekOptions,
  { sandbox, shop, troubles, secrets }: Run,
  verdict: Verdict,
  span: { from: number; to: number },
): WeekReport {
  const calls: WeekReport['calls'] = [];
  for (let day = span.from; sumOf(callsOn(sandbox, day)) > 0; day += DAY) {
    calls.push({ day, byMethod: callsOn(sandbox, day) });
  }
  const shareOf = (
    feeds: readonly string[],
    methods: readonly string[],
    callsForAll: number,
  ): ShareReport => {
    const own = verdict.recipes.filter(({ recipe }) => feeds.includes(recipe.trigger.feed.key));
    const sum = (of: (each: RecipeVerdict) => number) => own.reduce((total, each) => total + of(each), 0);
    const found = sum((each) => each.delivered);
    const late = sum(({ delivered: n, delays }) => (n > 0 ? n * delays.mean : 0));
    const worst = own.map(({ delays }) => delays.worst).filter((delay) => !Number.isNaN(delay));
    return {
      due: sum((each) => each.due),
      found,
      delays: { mean: late / found, worst: worst.length > 0 ? Math.max(...worst) : Number.NaN },
      calls: calls
        .filter(({ day }) => day < span.to)
        .reduce(
          (total, { byMethod }) => total + methods.reduce((n, method) => n + (byMethod[method] ?? 0), 0),
          0,
        ),
      callsForAll,
    };
  };
  return {
    ...verdict,
    shop,
    ...span,
    interval,
    limit: dailyLimit,
    reviews: shareOf(REVIEW_FEEDS, REVIEW_METHODS, dailyReviewCalls(sandbox.shop, span)),
    parcels: shareOf(PARCEL_FEEDS, PARCEL_METHODS, fewestParcelCalls(sandbox.shop, span)),
    calls,
    overLimit: sandbox.calls.overLimit,
    bans: sandbox.calls.bans,
    tokenRefreshes: sandbox.accounts.refreshes,
    troubles: troubleCounts(troubles),
    cards: sandbox.feishu.cards,
    secrets: secrets(),
  };
}
