/**
 * Several days of a shop with all recipes on at once, sharing one call budget. The delivered events are compared with
 * the events that actually happened.
 */

import { openInputs, type RecipeDeclaration } from '../lib/pack/recipe.ts';
import { DAY, MINUTE } from '../lib/runtime.ts';
import { recipes } from '../recipes/index.ts';
import { type MeanCalls, meansOf } from './call-split.ts';
import { type Comparison, compare, type Delays, type RecipeResult } from './compare.ts';
import type { CurveName } from './curves.ts';
import { type DeliveryCounts, deliveryLog, trackLastCalls } from './delivery-log.ts';
import { type Expectation, expectations } from './expected-events.ts';
import { minParcelCalls, minReviewCalls } from './lower-bounds.ts';
import type { DeliveredCard } from './messengers.ts';
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
import type { Span } from './shop.ts';
import { watchShownOrders } from './shown-orders.ts';

/** Orders stay open for weeks, and their reviews come weeks later. */
const HISTORY_DAYS = 45;
/** No orders are placed after the last day, but what is read one record at a time gets so long to be found. */
const DRAIN_DAYS = 1;
const WATCHED_PRODUCTS = 5;
/** Those of a published app: the seller does not have to sign in again during the run. */
const LIFETIMES = { accessSeconds: 86_400, refreshSeconds: 60 * 86_400 };

export interface WeekOptions
  extends Pick<
    RunOptions,
    'folder' | 'onLog' | 'store' | 'stallShare' | 'variedParcels' | 'variants' | 'tracker'
  > {
  seed: number;
  curve: CurveName;
  ordersPerDay: number;
  days: number;
  /** Minutes between two polls of a recipe. */
  interval: number;
  dailyLimit: number;
  /** Days before the first on which orders were already placed; 45. */
  historyDays?: number;
  /** Days after the last on which all workflows are polled, to find what was true before; 1. */
  drainDays?: number;
  onProgress?: (progress: WeekProgress) => void;
}

export interface WeekProgress {
  /** Virtual time, epoch milliseconds. */
  now: number;
  /** 0 to 1. */
  share: number;
  /** On the day of `now`. */
  callsUsed: number;
  events: number;
  /** Deliveries so far. */
  delivered: DeliveryCounts;
}

/** How much of its events a feed found that 200 calls a day cannot serve in full. All but the found ones were not. */
export interface CoverageReport {
  expected: number;
  found: number;
  underWay: number;
  beforeStart: number;
  missed: number;
  /** Milliseconds. */
  delays: Delays;
  calls: number;
  /** The fewest calls that would find every event in time. */
  callsForAll: number;
}

export interface WeekReport extends Comparison {
  shop: string;
  /** Epoch milliseconds. */
  from: number;
  to: number;
  interval: number;
  limit: number;
  reviews: CoverageReport;
  parcels: CoverageReport;
  calls: DayCalls[];
  /** The calls of the feeds on the days of the run. */
  split: MeanCalls[];
  /** Calls AliExpress refused because the day's limit was reached. */
  overLimit: number;
  bans: number;
  tokenRefreshes: number;
  errors: Record<string, number>;
  /** Every event that was emitted, in the order of time. */
  events: DeliveredRecord[];
  cards: DeliveredCard[];
  /** Every token, secret and address of the run. A test searches for them in everything the run wrote. */
  secrets: string[];
}

/** One emitted event, as far as it can be compared between two versions of the pack. */
export interface DeliveredRecord {
  /** Key of the recipe. */
  recipe: string;
  /** Key of the expected event. */
  record: string;
  /** Virtual minutes since the start of the run. */
  minute: number;
}

/** AliExpress returns these one record at a time, so 200 calls a day cannot find every event. */
const CALL_LIMITED_FEEDS = ['reviews', 'parcels', 'stock'];
const REVIEW_FEEDS = ['reviews'];
const PARCEL_FEEDS = ['parcels'];
const REVIEW_METHODS = ['aliexpress.evaluation.listorderevaluation.get'];
const PARCEL_METHODS = [
  'aliexpress.logistics.redefining.getonlinelogisticsinfo',
  'aliexpress.trade.new.redefining.findorderbyid',
  'aliexpress.asf.shipment.tracking.get',
  'aliexpress.logistics.redefining.querytrackingresult',
];

/** Whether the recipe must deliver every expected event. */
export const isGuaranteed = ({ recipe }: Pick<RecipeResult, 'recipe'>): boolean =>
  !CALL_LIMITED_FEEDS.includes(recipe.trigger.feed.key);

export async function simulateWeek(options: WeekOptions): Promise<WeekReport> {
  const { days, drainDays = DRAIN_DAYS, interval, onProgress } = options;
  const [start, end] = [RUN_START, RUN_START + days * DAY];
  const drained = end + drainDays * DAY;
  const log = deliveryLog(() => run.clock.now());
  const run = await openRun({
    historyDays: HISTORY_DAYS,
    ...options,
    from: start,
    to: end,
    lifetimes: LIFETIMES,
    onDelivered: log.deliver,
  });
  const { clock, sandbox, platform, fixed } = run;
  const products = sandbox.shop.products.slice(0, WATCHED_PRODUCTS).map(({ id }) => String(id));
  const workflows = recipes.map((recipe) => ({
    recipe,
    inputs: Object.fromEntries(openInputs(recipe).map((key) => [key, products])),
    fixed,
  }));
  const lastCalls = trackLastCalls(sandbox.calls);
  const shown = watchShownOrders(sandbox);

  async function poll(workflow: (typeof workflows)[number]): Promise<void> {
    const pollStart = clock.now();
    const events = await platform.poll(workflow);
    const lastCallAt = lastCalls(pollStart);
    for (const event of events) log.emit(workflow.recipe, event, lastCallAt);
  }

  try {
    // All workflows are turned on at once. After that each is polled at its own minute, as on a platform.
    for (const workflow of workflows) await poll(workflow);
    const span = { from: clock.now(), to: end };
    const expected = expectationsOf({ shop: sandbox.shop, from: start, to: end, products });
    const comparison = () =>
      compare({
        group: sandbox.groups.feishu,
        folder: options.folder,
        events: log.events(),
        expectations: expected,
        span,
        ending: { at: clock.now(), ...shown },
      });

    const last = Math.max(drained, end + SHUTDOWN_PERIOD_MS);
    for (let tick = start + interval * MINUTE; tick < last; tick += interval * MINUTE) {
      for (const [n, workflow] of workflows.entries()) {
        clock.advanceTo(tick + (n * interval * MINUTE) / workflows.length);
        await poll(workflow);
      }
      onProgress?.({
        now: tick,
        share: Math.min(1, (tick - start) / (drained - start)),
        callsUsed: callsByDay(sandbox).find(({ day }) => day === beijingDay(tick))?.total ?? 0,
        events: log.events().length,
        delivered: log.delivered,
      });
      const isOver = tick >= drained && platform.waiting() === 0;
      if (isOver && comparison().recipes.every((each) => !isGuaranteed(each) || each.missed.length === 0))
        break;
    }
    const records = log.events().map(
      ({ recipe, event, at }): DeliveredRecord => ({
        recipe: recipe.key,
        record: expected.get(recipe)?.keyOf(event) ?? '',
        minute: Math.round((at - start) / MINUTE),
      }),
    );
    return weekReport(options, run, comparison(), span, records);
  } finally {
    await run.close();
  }
}

/** @throws Error where a recipe has no expectation */
function expectationsOf(
  options: Parameters<(typeof expectations)[string]>[0],
): ReadonlyMap<RecipeDeclaration, Expectation> {
  return new Map(
    recipes.map((recipe) => {
      const expectation = expectations[recipe.key];
      if (!expectation) throw new Error(`sandbox/expected-events.ts does not cover ${recipe.key}`);
      return [recipe, expectation(options)];
    }),
  );
}

function weekReport(
  { interval, dailyLimit }: WeekOptions,
  { sandbox, shop, errors, secrets, split }: Run,
  comparison: Comparison,
  span: Span,
  events: DeliveredRecord[],
): WeekReport {
  const calls = callsByDay(sandbox);
  const callsOf = (methods: readonly string[]): number =>
    calls
      .filter(({ day }) => day < beijingDay(span.to))
      .flatMap((day) => methods.map((method) => day.methods[method] ?? 0))
      .reduce((sum, n) => sum + n, 0);
  const coverage = (feeds: readonly string[], methods: readonly string[], callsForAll: number) => ({
    ...coverageOf(comparison.recipes.filter(({ recipe }) => feeds.includes(recipe.trigger.feed.key))),
    calls: callsOf(methods),
    callsForAll,
  });
  return {
    ...comparison,
    shop,
    ...span,
    interval,
    limit: dailyLimit,
    reviews: coverage(REVIEW_FEEDS, REVIEW_METHODS, minReviewCalls(sandbox.shop, span)),
    parcels: coverage(PARCEL_FEEDS, PARCEL_METHODS, minParcelCalls(sandbox.shop, span)),
    calls,
    split: meansOf(split.feeds(), beijingDay(span.to)),
    overLimit: sandbox.calls.overLimit,
    bans: sandbox.calls.bans,
    tokenRefreshes: sandbox.accounts.refreshes,
    errors: errorCounts(errors),
    events,
    cards: sandbox.groups.feishu.cards,
    secrets: secrets(),
  };
}

function coverageOf(results: readonly RecipeResult[]): Omit<CoverageReport, 'calls' | 'callsForAll'> {
  const sum = (of: (result: RecipeResult) => number) => results.reduce((total, each) => total + of(each), 0);
  const found = sum(({ delivered }) => delivered);
  const totalDelay = sum(({ delivered, delays }) => (delivered > 0 ? delivered * delays.mean : 0));
  const longest = results.map(({ delays }) => delays.max).filter((delay) => !Number.isNaN(delay));
  return {
    expected: sum(({ expected }) => expected),
    found,
    underWay: sum(({ underWay }) => underWay.length),
    beforeStart: sum(({ beforeStart }) => beforeStart.length),
    missed: sum(({ missed }) => missed.length),
    delays: { mean: totalDelay / found, max: longest.length > 0 ? Math.max(...longest) : Number.NaN },
  };
}
