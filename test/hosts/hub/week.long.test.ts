/**
 * Five shops with all recipes in one hub for seven days, with restarts at random moments. What arrives is compared with
 * what happened in the sandbox. `HUB_WEEK_SEED` makes it another week, `HUB_WEEK_DAYS` a shorter one, in which some recipes
 * have nothing to deliver. It takes some minutes with `TMPDIR` in memory, and much longer on a disk.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uncertainKey } from '../../../lib/hosts/hub/deliveries/alert-keys.ts';
import { valueIn } from '../../../lib/pack/recipe.ts';
import { recipes } from '../../../recipes/index.ts';
import {
  type Arrivals,
  type Comparison,
  compareArrivals,
  type DeliveredEvent,
  deliveryKey,
  prefixed,
} from '../../../sandbox/compare.ts';
import { cardCounts, counted, readCsv, ticketCounts } from '../../../sandbox/deliveries.ts';
import { expectations } from '../../../sandbox/expected-events.ts';
import { destinationOf } from '../../../sandbox/platform/workflow.ts';
import { isGuaranteed } from '../../../sandbox/week.ts';
import { type HubEvent, type HubWeek, hubWeek, watchedProducts } from '../../support/hub-week.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAYS = Number(process.env.HUB_WEEK_DAYS ?? 7);
const SEED = Number(process.env.HUB_WEEK_SEED ?? 1);
const SELLERS = Array.from({ length: 5 }, (_, n) => String(2_201_234_567_001 + n));

describe(`Five shops with all recipes in one hub for ${DAYS} days, with restarts`, () => {
  const folder = temporaryFolder();
  const log: string[] = [];
  let week: HubWeek;
  let results: Map<string, Comparison>;
  beforeAll(async () => {
    week = await hubWeek({
      seed: SEED,
      sellers: SELLERS,
      days: DAYS,
      ordersPerDay: 30,
      historyDays: 30,
      dailyLimit: 200,
      restarts: 6 * DAYS,
      killShares: { message: 1 / 80, call: 1 / 300 },
      folder: join(folder.path, 'hub'),
      onLog: (line) => log.push(line),
    });
    results = new Map(SELLERS.map((seller) => [seller, comparison(week, seller)]));
  });
  afterAll(() => folder.remove());

  /** Of all shops, each with its seller and recipe. */
  const keys = (of: (result: Comparison['recipes'][number]) => readonly string[]): string[] =>
    [...results].flatMap(([seller, { recipes: compared }]) =>
      compared.flatMap((result) => of(result).map((key) => `${seller} ${result.recipe.key} ${key}`)),
    );

  test('The hub was stopped and killed often, also while messages were under way', () => {
    expect(week.stops).toBeGreaterThan(DAYS);
    expect(week.kills).toBeGreaterThan(3 * DAYS);
    expect(week.events.some((event) => event.deliveries.some(({ state }) => state === 'unknown'))).toBe(true);
  });

  test('Every recipe has delivered something', () => {
    const arrived = new Set(week.events.map(({ recipe }) => recipe));
    expect(recipes.map(({ key }) => key).filter((key) => !arrived.has(key))).toEqual([]);
    expect(week.events.length).toBeGreaterThan(SELLERS.length * DAYS * 30);
  });

  test('Nothing is missing but what an alert names', () => {
    const named = new Set(
      week.events.filter((event) => isNamed(week, event)).map((event) => nameOf(week, event)),
    );
    const missed = keys((result) => (isGuaranteed(result) ? result.missed : []));
    expect(missed.filter((key) => !named.has(key))).toEqual([]);
  });

  test('Nothing arrives twice, and nothing that is not true', () => {
    expect(keys(({ duplicates }) => duplicates)).toEqual([]);
    expect(keys(({ falseAlerts }) => falseAlerts)).toEqual([]);
    expect(
      [...results].flatMap(([seller, { unexpected }]) => unexpected.map((key) => [seller, key])),
    ).toEqual([]);
  });

  test('No shop makes more than 200 calls a day, and the address is never banned', () => {
    expect(week.shops.maxCallsADay()).toBeLessThanOrEqual(200);
    expect(week.shops.maxCallsADay()).toBeGreaterThan(150);
    expect(week.shops.bans()).toBe(0);
  });
});

function comparison(week: HubWeek, seller: string): Comparison {
  const group = week.groups.get(seller);
  if (!group) throw new Error('a shop without a group');
  const arrived = new Map([
    ...prefixed('card', cardCounts(group)),
    ...prefixed('ticket', ticketCounts(week.tickets(seller))),
    ...recipes.flatMap(({ key }) => prefixed(`sheet ${key}`, counted(rowNumbers(week.sheets(seller), key)))),
  ]);
  const events = week.events
    .filter((event) => event.seller === seller)
    .map((event) => asDelivered(week, event));
  return compareArrivals({ arrived, keyOf, events, expectations: expectedOf(week, seller), span: week.span });
}

/** A row is recognized by its first cell, the number of the order. */
const keyOf: Arrivals['keyOf'] = (step, delivered) =>
  'sheet' in step
    ? `sheet ${delivered.recipe.key}\n${valueIn(step.sheet.columns[0]?.value ?? '', delivered.event)}`
    : deliveryKey(step, delivered);

function rowNumbers(folder: string, recipe: string): string[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${recipe}-`) && name.endsWith('.csv'));
  return files.flatMap((name) =>
    readCsv(readFileSync(join(folder, name), 'utf8'))
      .slice(1)
      .map(([first = '']) => first),
  );
}

function recipeOf({ recipe: key }: HubEvent) {
  const recipe = recipes.find((each) => each.key === key);
  if (!recipe) throw new Error(`${key} is no recipe`);
  return recipe;
}

function asDelivered({ lastCallAt }: HubWeek, hubEvent: HubEvent): DeliveredEvent {
  const { seller, event, at, deliveries } = hubEvent;
  const recipe = recipeOf(hubEvent);
  return {
    recipe,
    event,
    at,
    lastCallAt: (method) => lastCallAt(seller, method, at),
    deliveredAt: recipe.steps.map((step) =>
      deliveries
        .filter((delivery) => delivery.step === STEPS[destinationOf(step)])
        .flatMap(({ finishedAt }) => finishedAt ?? []),
    ),
  };
}

const STEPS = { card: 'feishu', sheet: 'sheet', ticket: 'ticket' };

function expectedOf({ shops, span }: HubWeek, seller: string): Arrivals['expectations'] {
  const shop = shops.shops.get(seller);
  if (!shop) throw new Error(`${seller} has no shop`);
  const options = { shop, ...span, products: watchedProducts(shop) };
  return new Map(
    recipes.flatMap((recipe) => {
      const expectation = expectations[recipe.key];
      return expectation ? [[recipe, expectation(options)]] : [];
    }),
  );
}

/** Whether an alert says that the event may not have arrived. */
const isNamed = ({ alerts }: HubWeek, { deliveries }: HubEvent): boolean =>
  deliveries.some(({ id, state }) => state === 'unknown' && alerts.has(uncertainKey(id)));

function nameOf(week: HubWeek, event: HubEvent): string {
  const recipe = recipeOf(event);
  const key = expectedOf(week, event.seller).get(recipe)?.keyOf(event.event);
  return `${event.seller} ${recipe.key} ${key}`;
}
