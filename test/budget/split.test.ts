import fc from 'fast-check';
import { noCounts } from '../../lib/budget/curve.ts';
import { demandOf } from '../../lib/budget/feed-demand.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { type Demand, plannedCalls, splitCalls, splitRest } from '../../lib/budget/split.ts';
import { callDemands } from '../../lib/feeds/call-demands.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';

const START = Date.parse('2026-11-20T16:00:00Z');
const day = dayIn('Asia/Shanghai')(START);

const demand = (changes: Partial<Demand> = {}): Demand => ({
  weight: 1,
  cost: 1,
  eventsPerDay: 1,
  counts: noCounts,
  ...changes,
});
const rounded = (calls: readonly number[]) => calls.map((each) => Math.round(each * 10) / 10);

test('Feeds share the calls in proportion to the root of weight, events and cost', () => {
  const orders = demand({ eventsPerDay: 100 });
  const disputes = demand({ weight: 5, eventsPerDay: 6 });
  // 200 · √100 / (√100 + √30)
  expect(rounded(splitCalls([orders, disputes], 200, day, day.start))).toEqual([129.2, 70.8]);
});

test('A feed whose full look costs four calls gets twice the calls of the same feed at one', () => {
  expect(rounded(splitCalls([demand(), demand({ cost: 4 })], 90, day, day.start))).toEqual([30, 60]);
});

test('A feed gets no more than its maximum and no less than its minimum, and the others share the rest', () => {
  const demands = [demand({ maxCalls: 16 }), demand({ minCalls: 100 }), demand(), demand()];
  expect(rounded(splitCalls(demands, 196, day, day.start))).toEqual([16, 100, 40, 40]);
});

test('What is left when every feed has its maximum is shared as all calls are', () => {
  const demands = [demand({ eventsPerDay: 4, maxCalls: 16 }), demand({ maxCalls: 12 })];
  expect(rounded(splitCalls(demands, 190, day, day.start))).toEqual([124, 66]);
});

test('A feed that is alone gets all calls, whatever its maximum', () => {
  expect(rounded(splitCalls([demand({ maxCalls: 12 })], 195, day, day.start))).toEqual([195]);
});

test('Of the rest of a day, a minimum and a maximum are the same part', () => {
  const demands = [demand({ maxCalls: 16 }), demand()];
  expect(rounded(splitCalls(demands, 100, day, day.start + DAY / 2))).toEqual([8, 92]);
});

test('Where the calls do not suffice for every minimum, all are shortened alike', () => {
  const demands = [demand({ minCalls: 30 }), demand({ minCalls: 10 })];
  expect(rounded(splitCalls(demands, 20, day, day.start))).toEqual([15, 5]);
});

test('A feed that has nothing to fetch before noon gets half a part, and one that has nothing today gets none', () => {
  const noon = demand({ nextDueAt: day.start + DAY / 2 });
  const tomorrow = demand({ nextDueAt: day.end });
  expect(rounded(splitCalls([demand(), noon, tomorrow], 90, day, day.start))).toEqual([60, 30, 0]);
});

test('A split that begins shortly before the day is that of the whole day', () => {
  const demands = [demand({ minCalls: 30, maxPerHour: 2 }), demand({ eventsPerDay: 9 })];
  const [before, whole] = [day.start - 3000, day.start].map((from) =>
    rounded(splitCalls(demands, 90, day, from)),
  );
  expect(before).toEqual(whole);
});

test('Calls that a feed owes are taken from its own part', () => {
  expect(rounded(splitRest([demand({ owed: 10 }), demand()], 90, day, day.start))).toEqual([40, 50]);
});

test('Calls that a feed has saved up are left to it, and a debt is paid from its own part', () => {
  expect(rounded(splitRest([demand({ saved: 2 }), demand()], 90, day, day.start))).toEqual([44, 44]);
  expect(rounded(splitRest([demand({ saved: -2 }), demand()], 90, day, day.start))).toEqual([46, 46]);
});

test('A debt that a feed cannot pay until the end of the day leaves no calls that do not exist', () => {
  expect(rounded(splitRest([demand({ saved: -100 }), demand()], 90, day, day.start))).toEqual([90, 90]);
});

test('What all feeds make of what they have saved up and will save up is what is left', () => {
  const any = fc.record({
    weight: fc.double({ min: 0.1, max: 5, noNaN: true }),
    eventsPerDay: fc.double({ min: 0.1, max: 100, noNaN: true }),
    saved: fc.double({ min: -2, max: 2, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(any, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 20, max: 200 }),
      (demands, calls) => {
        const parts = splitRest(demands.map(demand), calls, day, day.start + DAY / 2);
        const made = parts.map((part, n) => Math.max(0, part + (demands[n]?.saved ?? 0)));
        expect(made.reduce((sum, each) => sum + each, 0)).toBeCloseTo(calls, 6);
      },
    ),
  );
});

test('The calls of a feed that nobody uses go to the others', () => {
  const [all, fewer] = [
    [demand(), demand(), demand()],
    [demand(), demand()],
  ];
  expect(splitCalls(fewer, 90, day, day.start)[0]).toBeGreaterThan(
    splitCalls(all, 90, day, day.start)[0] as number,
  );
});

test('Calls that bring no event sooner come on top of what the law gives', () => {
  expect(rounded(splitCalls([demand({ rareCallsPerDay: 10 }), demand()], 90, day, day.start))).toEqual([
    50, 40,
  ]);
  expect(
    rounded(splitCalls([demand({ rareCallsPerDay: 10, minCalls: 60 }), demand()], 90, day, day.start)),
  ).toEqual([60, 30]);
});

test('No split gives more than there is', () => {
  const number = (max: number) => fc.double({ min: 0, max, noNaN: true });
  const any = fc.record({
    weight: number(5),
    cost: number(100),
    eventsPerDay: number(1000),
    minCalls: fc.option(number(50), { nil: undefined }),
    maxCalls: fc.option(fc.double({ min: 50, max: 100, noNaN: true }), { nil: undefined }),
    nextDueAt: fc.integer({ min: day.start - DAY, max: day.end + DAY }),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 8 }), number(200), number(23 * HOUR), (demands, calls, passed) => {
      const parts = splitCalls(demands.map(demand), calls, day, day.start + passed);
      expect(parts.every((part) => part >= 0)).toBe(true);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(calls + 1e-6);
    }),
  );
});

test('The day of a shop with 100 orders is split as the documentation says', () => {
  const usual = {
    orders: 100,
    parcels: 100,
    reviews: 60,
    abnormal_parcels: 3,
    disputes: 1.4,
    products: 3.5,
    stock: 0.5,
  };
  const cost: Record<string, number> = { reviews: 19, stock: 5 };
  const fixed: Record<string, number> = { orders: 8 };
  const demands = Object.entries(usual).map(([feed, eventsPerDay]) => {
    const declared = callDemands[feed as keyof typeof usual];
    return {
      ...demandOf(
        declared,
        { counts: noCounts as number[], seen: 0, days: 0, pollMs: 0, visitCalls: 0 },
        { fullCost: cost[feed], rareCallsPerDay: fixed[feed] },
      ),
      eventsPerDay,
    };
  });
  const calls = splitCalls(demands, plannedCalls(200), day, day.start).map(Math.round);
  expect(Object.fromEntries(Object.keys(usual).map((feed, n) => [feed, calls[n]]))).toEqual({
    orders: 83,
    parcels: 13,
    reviews: 51,
    abnormal_parcels: 12,
    disputes: 14,
    products: 16,
    stock: 6,
  });
});

test('A feed gets no calls for which there are no polls, with those that it has saved up', () => {
  const rare = demand({ eventsPerDay: 100, maxPerHour: 4 });
  const half = day.start + DAY / 2;
  expect(rounded(splitCalls([rare, demand()], 195, day, day.start))).toEqual([96, 99]);
  expect(rounded(splitCalls([{ ...rare, saved: 8 }, demand()], 100, day, half))).toEqual([40, 60]);
  expect(rounded(splitCalls([rare, demand({ maxCalls: 20 })], 195, day, day.start))).toEqual([177.3, 17.7]);
  expect(rounded(splitCalls([rare], 195, day, day.start))).toEqual([195]);
});
