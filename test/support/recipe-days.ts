/**
 * Days of a simulated shop with all recipes on, played by the engine alone: what was delivered, how late, and which calls
 * that took.
 */

import { SELLER } from '../../lab/host.ts';
import { feedKeys, statusOf } from '../../lib/feeds/engine/feed-status.ts';
import { openInputs, type RecipeDeclaration } from '../../lib/pack/recipe.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { recipes } from '../../recipes/index.ts';
import { type FeedCalls, feedCalls } from '../../sandbox/call-split.ts';
import { compareArrivals, type DeliveredEvent, type RecipeResult } from '../../sandbox/compare.ts';
import { type Expectation, expectations } from '../../sandbox/expected-events.ts';
import type { Product } from '../../sandbox/products.ts';
import { randomSource } from '../../sandbox/random.ts';
import type { Variants } from '../../sandbox/variants.ts';
import type { PolledShop } from './polled-shop.ts';
import { DAYS_START, openPolledDays, openShopOfDays } from './simulated-days.ts';

/** Orders stay open for weeks, and their reviews come weeks later. */
const HISTORY_DAYS = 45;
const WATCHED_PRODUCTS = 5;
const DAILY_LIMIT = 200;
const DRAIN_MS = 12 * HOUR;
const ALERTS = 'account_alert_to_feishu';

export interface RecipeDaysOptions {
  seed: number;
  days: number;
  /** Of these days, the first ones that are not counted: the feeds still learn, and read what was before the start. */
  learningDays?: number;
  ordersPerDay?: number;
  /** Minutes between two polls of a recipe. */
  interval?: number;
  variants?: Partial<Variants>;
  variedParcels?: boolean;
  /** Beside those of an ordinary shop. */
  moreProducts?: (span: { from: number; to: number }, seed: number) => readonly Product[];
  /** The recipes that are on; all of them. */
  isOn?: (recipe: RecipeDeclaration) => boolean;
  onDay?: (day: number, polled: PolledShop) => void;
}

export interface RecipeDays {
  /** By the recipe's key. */
  recipes: ReadonlyMap<string, RecipeResult>;
  events: readonly DeliveredEvent[];
  /** Calls by day, and by method. */
  calls: ReadonlyMap<string, number>[];
  errors: PolledShop['errors'];
  /** The feeds of the last whole day. */
  split: readonly FeedCalls[];
  /** Kinds of account alerts. */
  alerts: string[];
}

/** @returns what was delivered of the events of these days, until they were over */
export async function playRecipes(options: RecipeDaysOptions): Promise<RecipeDays> {
  const {
    seed,
    days,
    learningDays = 0,
    interval = 15,
    variants = {},
    isOn = () => true,
    onDay = () => {},
    moreProducts = () => [],
    ...ofShop
  } = options;
  const span = { from: DAYS_START, to: DAYS_START + days * DAY };
  const callTimes = new Map<string, number[]>();
  const ordinary = openShopOfDays({ seed, historyDays: HISTORY_DAYS, to: span.to, ...ofShop });
  const shop = { ...ordinary, products: [...ordinary.products, ...moreProducts(span, seed)] };
  const { polled, calls } = await openPolledDays(shop, {
    dailyLimit: DAILY_LIMIT,
    variants,
    random: randomSource(seed, 'polls').next,
    onCall: (method, at) => callTimes.set(method, [...(callTimes.get(method) ?? []), at]),
  });
  const products = shop.products.slice(0, WATCHED_PRODUCTS).map(({ id }) => String(id));
  const active = recipes.filter(isOn);
  const workflows = active.map((recipe) => ({
    id: recipe.key,
    trigger: recipe.trigger.key,
    inputs: { ...recipe.inputs, ...Object.fromEntries(openInputs(recipe).map((key) => [key, products])) },
  }));
  for (let day = 0; day < days; day += 1) {
    await polled.pollFor(DAY, interval * MINUTE, workflows);
    onDay(day, polled);
  }
  const statuses = feedKeys.flatMap((feed) => {
    const status = statusOf(polled.stored(`status1:${SELLER}:${feed}`));
    return status ? [{ feed, status }] : [];
  });
  const split = feedCalls(statuses, DAILY_LIMIT);
  // Nothing more is placed. What is under way is told.
  await polled.pollFor(DRAIN_MS, interval * MINUTE, workflows);
  const events = polled.activations.flatMap(({ workflow, taken }) => {
    const recipe = active.find(({ key }) => key === workflow.id) as RecipeDeclaration;
    return taken.map(
      ({ at, event }): DeliveredEvent => ({
        recipe,
        event,
        at,
        lastCallAt: (method) =>
          callTimes.get(method)?.findLast((each) => each <= at) ?? Number.NEGATIVE_INFINITY,
        deliveredAt: recipe.steps.map(() => [at]),
      }),
    );
  });
  const keyOf = (_: unknown, { recipe, event }: DeliveredEvent) => `${recipe.key}/${event.id}`;
  const arrived = new Map<string, number>();
  for (const event of events)
    arrived.set(keyOf(null, event), event.recipe.steps.length + (arrived.get(keyOf(null, event)) ?? 0));
  const expected = new Map(
    active.map((recipe) => [
      recipe,
      (expectations[recipe.key] as (typeof expectations)[string])({ shop, ...span, products }) as Expectation,
    ]),
  );
  const from = DAYS_START + Math.max(interval * MINUTE, learningDays * DAY);
  const compared = compareArrivals({
    arrived,
    keyOf,
    events,
    expectations: expected,
    span: { ...span, from },
  });
  return {
    recipes: new Map(compared.recipes.map((result) => [result.recipe.key, result])),
    events,
    calls: [...calls.values()],
    errors: polled.errors,
    split,
    alerts: events.filter(({ recipe }) => recipe.key === ALERTS).map(({ event }) => String(event.alert_type)),
  };
}
