/** A shop with all recipes on: how the calls of a day are split, and how late that makes what a seller waits for. */

import { MINUTE } from '../../lib/runtime.ts';
import { productsOffShelf } from '../support/off-shelf.ts';
import { playRecipes, type RecipeDays, type RecipeDaysOptions } from '../support/recipe-days.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const PRODUCT_LIST = 'aliexpress.postproduct.redefining.findproductinfolistquery';
const ORDER_LIST = 'aliexpress.trade.seller.orderlist.get';
const DAYS = 15;
const STALLS = ['customs_stall_to_feishu', 'stalled_parcel_to_ticket'];

const minutes = (ms: number) => Math.round(ms / MINUTE);
const resultOf = ({ recipes }: RecipeDays, key: string) =>
  recipes.get(key) as NonNullable<ReturnType<typeof recipes.get>>;
const totals = ({ calls }: RecipeDays) =>
  calls.map((day) => [...day.values()].reduce((sum, count) => sum + count, 0));

interface Case extends Omit<RecipeDaysOptions, 'seed'> {
  name: string;
  /** Means in minutes. */
  newOrders?: number;
  cancelled?: { mean: number; longest: number };
  badReviews?: number;
  /** Stalled parcels that are told at least. */
  stalls?: number;
}

const CASES: Case[] = [
  {
    name: 'ended orders are listed with the others',
    days: DAYS,
    newOrders: 11,
    cancelled: { mean: 20, longest: 75 },
    badReviews: 4 * 60,
    stalls: 5,
  },
  {
    name: 'ended orders are listed apart',
    days: DAYS,
    variants: { finishAmongOthers: 'refused' },
    newOrders: 11,
    cancelled: { mean: 60, longest: 120 },
    badReviews: 5.5 * 60,
  },
  { name: '300 orders a day', days: 5, ordersPerDay: 300, badReviews: 12 * 60 },
  // Before that the reviews feed reads the orders of the month before the start.
  {
    name: 'a poll every minute, after the first week',
    days: DAYS,
    learningDays: 7,
    interval: 1,
    newOrders: 8,
  },
];

describe.each(CASES)('Days of all recipes: $name', (each) => {
  let played: RecipeDays;
  beforeAll(async () => {
    played = await playRecipes({ seed: 1, ...each });
    const figures = [
      'new_order_to_feishu',
      'cancelled_order_to_sheet',
      'bad_review_to_ticket',
      ...STALLS,
    ].map((key) => {
      const { expected, delivered, delays } = resultOf(played, key);
      return { key, expected, delivered, mean: minutes(delays.mean), longest: minutes(delays.max) };
    });
    console.info(figures, totals(played), played.split);
  });

  test('No day takes more calls than there are', () => {
    expect(Math.max(...totals(played))).toBeLessThanOrEqual(200);
  });

  test('The planned calls of all feeds add up to 195 at most', () => {
    const planned = played.split.reduce((sum, feed) => sum + feed.planned, 0);
    expect(planned).toBeLessThanOrEqual(195);
    expect(planned).toBeGreaterThan(150);
  });

  test('New and cancelled orders are told in time', () => {
    const { newOrders = Number.POSITIVE_INFINITY, cancelled } = each;
    expect(minutes(resultOf(played, 'new_order_to_feishu').delays.mean)).toBeLessThanOrEqual(newOrders);
    const { delays } = resultOf(played, 'cancelled_order_to_sheet');
    if (cancelled) {
      expect(minutes(delays.mean)).toBeLessThanOrEqual(cancelled.mean);
      expect(minutes(delays.max)).toBeLessThanOrEqual(cancelled.longest);
    }
  });

  test('Bad reviews are told within hours', () => {
    const { delays, expected } = resultOf(played, 'bad_review_to_ticket');
    expect(expected).toBeGreaterThan(10);
    if (each.badReviews !== undefined) expect(minutes(delays.mean)).toBeLessThanOrEqual(each.badReviews);
  });

  test('Without a tracker some of the stalled parcels are told', () => {
    const delivered = STALLS.reduce((sum, key) => sum + resultOf(played, key).delivered, 0);
    expect(delivered).toBeGreaterThanOrEqual(each.stalls ?? 0);
  });

  test('Nothing is told twice, and nothing that did not happen', () => {
    const wrong = [...played.recipes.values()].flatMap(({ recipe, duplicates, falseAlerts }) =>
      [...duplicates, ...falseAlerts].map((key) => `${recipe.key} ${key}`),
    );
    expect(wrong).toEqual([]);
  });

  test('No alert says that something was missed', () => {
    expect(played.alerts).toEqual([]);
  });

  test('Orders are listed at most 100 times a day', () => {
    if (each.ordersPerDay !== undefined) return;
    const lists = played.calls.map((day) => day.get(ORDER_LIST) ?? 0);
    console.info(lists);
    expect(Math.max(...lists)).toBeLessThanOrEqual(100);
  });

  test('What happened in the last hours is told in the hours after', () => {
    const { missed } = resultOf(played, 'new_order_to_feishu');
    expect(missed).toEqual([]);
  });
});

test('Bad reviews are told within four hours on average, over five shops', async () => {
  const means: number[] = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    const { delays, missed } = resultOf(await playRecipes({ seed, days: DAYS }), 'bad_review_to_ticket');
    means.push(minutes(delays.mean));
    console.info(seed, means, missed);
    expect(missed).toEqual([]);
  }
  expect(means.reduce((sum, mean) => sum + mean, 0) / means.length).toBeLessThanOrEqual(4 * 60);
});

test('A product that goes offline is told within an hour on average, where 10,000 are offline', async () => {
  const delays: number[] = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    const played = await playRecipes({ seed, days: DAYS, moreProducts: productsOffShelf });
    const announced = played.events.filter(({ event }) => event.offline_at && event.removal_reason);
    delays.push(...announced.map(({ event, at }) => at - Date.parse(String(event.offline_at))));
    // On the first day each list is met, and no other feed has said what it needs.
    const calls = played.calls.slice(1, DAYS).map((day) => day.get(PRODUCT_LIST) ?? 0);
    console.info({ seed, mean: minutes(mean(delays)), announced: announced.length, calls });
    // Sixteen are planned. What a day has left, the next one may take.
    expect(mean(calls)).toBeLessThanOrEqual(16);
    expect(Math.max(...calls)).toBeLessThanOrEqual(17);
    expect(resultOf(played, 'product_taken_down_to_feishu').missed).toEqual([]);
  }
  expect(minutes(mean(delays))).toBeLessThanOrEqual(60);
});

test('500 orders a day: nothing of the orders is lost', async () => {
  const played = await playRecipes({ seed: 1, days: 3, ordersPerDay: 500 });
  const family = ['new_order_to_feishu', 'paid_order_to_sheet', 'cancelled_order_to_sheet'];
  const results = family.map((key) => resultOf(played, key));
  console.info(
    results.map(({ delays }) => [minutes(delays.mean), minutes(delays.max)]),
    played.calls.map((day) => day.get(ORDER_LIST)),
  );
  expect(Math.min(...results.map(({ expected }) => expected))).toBeGreaterThan(100);
  expect(results.flatMap(({ missed }) => missed)).toEqual([]);
  expect(minutes(results[0]?.delays.mean ?? Number.NaN)).toBeLessThanOrEqual(40);
  expect(Math.max(...totals(played))).toBeLessThanOrEqual(200);
  expect(played.alerts).toEqual([]);
});
