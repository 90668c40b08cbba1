import fc from 'fast-check';
import { NOON } from '../../support/connected-app.ts';
import { type PollState, startFrom } from '../../support/make/polling.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../../support/redis.ts';
import { type BothShops, openBoth, type ShopOptions } from './shop.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describeWithRedis('how far back a trigger asks on Make', () => {
  let redis: RedisFront;
  let both: BothShops;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  afterEach(() => both.close());

  const open = async (options: ShopOptions = {}) => {
    both = await openBoth(redis, { lifetimes: { accessSeconds: 30 * 86_400 }, dailyLimit: 5000, ...options });
  };
  const later = (ms: number) => both.zapier.clock.sleep(ms);

  /** A scenario that starts now, and hands out so many events a run. */
  async function scenario(module: string, limit: number, parameters = {}) {
    const run = (state: PollState) =>
      both.make.poll(module, {
        connection: both.connection,
        parameters: { limit, ...parameters },
        state,
      });
    let { state } = await run(startFrom(new Date(both.zapier.clock.now())));
    const told: string[] = [];
    return {
      told,
      run: async () => {
        const found = await run(state);
        state = found.state;
        told.push(...found.bundles.map(({ order_id, id }) => String(order_id ?? id)));
      },
    };
  }
  const placedSince = (from: number) =>
    both.zapier.sandbox.shop.orders
      .filter(({ placedAt }) => placedAt > from && placedAt < both.zapier.clock.now() - MINUTE)
      .map(({ id }) => String(id));

  test.each(['newOrder', 'orderPaid', 'orderCancelled', 'orderStatusChanged'])(
    'every quarter of an hour, %s takes one call a run in a shop of 200 orders a day',
    async (module) => {
      await open({ ordersPerDay: 200, historyDays: 3 });
      const watching = await scenario(module, 200);
      const before = both.zapier.calls();
      for (let n = 0; n < 12; n += 1) {
        await later(15 * MINUTE);
        await watching.run();
      }
      expect(both.zapier.calls() - before).toBe(12);
    },
    60_000,
  );

  test('a scenario that was off for half a day hands out all that came, run by run', async () => {
    await open({ ordersPerDay: 200, historyDays: 1 });
    const watching = await scenario('newOrder', 30);
    await later(12 * HOUR);
    const expected = placedSince(NOON);
    for (let n = 0; n < 6; n += 1) {
      await watching.run();
      await later(15 * MINUTE);
    }
    expect(expected.length).toBeGreaterThan(60);
    expect(expected.filter((id) => !watching.told.includes(id))).toEqual([]);
    expect(new Set(watching.told).size).toBe(watching.told.length);
  }, 60_000);

  test('a backlog of more than a run can ask for is worked off piece by piece', async () => {
    await open({ ordersPerDay: 900, historyDays: 1 });
    const watching = await scenario('newOrder', 500);
    await later(12 * HOUR);
    const expected = placedSince(NOON);
    for (let n = 0; n < 8; n += 1) {
      await later(MINUTE);
      await watching.run();
    }
    expect(expected.length).toBeGreaterThan(400);
    expect(expected.filter((id) => !watching.told.includes(id))).toEqual([]);
    expect(new Set(watching.told).size).toBe(watching.told.length);
  }, 60_000);

  test('a filter that lets little through takes more calls and misses nothing', async () => {
    await open({ ordersPerDay: 300, historyDays: 2 });
    const [all, dear] = [
      await scenario('newOrder', 500),
      await scenario('newOrder', 500, { minimum_amount: 120 }),
    ];
    for (let n = 0; n < 40; n += 1) {
      await later(15 * MINUTE);
      await all.run();
      await dear.run();
    }
    const cents = ({ lines }: { lines: readonly { unitCents: number; quantity: number }[] }) =>
      lines.reduce((sum, { unitCents, quantity }) => sum + unitCents * quantity, 0);
    const dearOnes = both.zapier.sandbox.shop.orders.filter((each) => cents(each) >= 12_000);
    const expected = all.told.filter((id) => dearOnes.some((each) => String(each.id) === id));
    expect(expected.length).toBeGreaterThan(0);
    expect(dear.told.sort()).toEqual(expected.sort());
  }, 120_000);

  test('what one scenario has seen, another that was off still hands out', async () => {
    await open({ ordersPerDay: 100, historyDays: 1 });
    const [always, sometimes] = [await scenario('newOrder', 200), await scenario('newOrder', 200)];
    for (let n = 0; n < 24; n += 1) {
      await later(15 * MINUTE);
      await always.run();
    }
    await later(MINUTE);
    await sometimes.run();
    expect(sometimes.told.sort()).toEqual(always.told.sort());
  }, 60_000);

  test('scenarios with other statuses have memories of their own', async () => {
    await open({ ordersPerDay: 100, historyDays: 3 });
    await scenario('orderStatusChanged', 200, { statuses: ['WAIT_SELLER_SEND_GOODS'] });
    await later(HOUR);
    const shipped = await scenario('orderStatusChanged', 200, { statuses: ['WAIT_BUYER_ACCEPT_GOODS'] });
    await later(MINUTE);
    await shipped.run();
    expect(shipped.told.length).toBeLessThan(3);
  });

  test('whatever the limits and however often each is on, every order is handed out once to each', async () => {
    const turns = fc.array(
      fc.record({ who: fc.integer({ min: 0, max: 1 }), wait: fc.integer({ min: 1, max: 150 }) }),
      { minLength: 4, maxLength: 14 },
    );
    const limits = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }));
    await fc.assert(
      fc
        .asyncProperty(turns, limits, async (order, [one, other]) => {
          await open({ ordersPerDay: 60, historyDays: 1, from: NOON - 12 * HOUR, to: NOON + 36 * HOUR });
          const scenarios = [await scenario('newOrder', one), await scenario('newOrder', other)];
          for (const { who, wait } of order) {
            await later(wait * MINUTE);
            await scenarios[who]?.run();
          }
          const expected = placedSince(NOON).sort();
          // Whoever is left behind catches up.
          for (const each of scenarios) {
            for (let n = 0; n < 90 && each.told.length < expected.length; n += 1) {
              await later(1000);
              await each.run();
            }
          }
          for (const { told } of scenarios) {
            expect(expected.filter((id) => !told.includes(id))).toEqual([]);
            expect(new Set(told).size).toBe(told.length);
          }
        })
        .afterEach(() => both.close()),
      { numRuns: 6 },
    );
    await open();
  }, 240_000);
});
