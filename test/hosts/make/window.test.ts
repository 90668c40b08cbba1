import fc from 'fast-check';
import type { Order } from '../../../sandbox/shop.ts';
import { NOON } from '../../support/connected-app.ts';
import { type PollState, startFrom } from '../../support/make/polling.ts';
import { describeWithRedis } from '../../support/redis.ts';
import { type ShopOptions, useBothShops } from './shop.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describeWithRedis('how far back a trigger asks on Make', () => {
  const both = useBothShops();

  const open = async (options: ShopOptions = {}) => {
    await both.open({ lifetimes: { accessSeconds: 30 * 86_400 }, dailyLimit: 5000, ...options });
  };
  const later = (ms: number) => both.zapier.clock.sleep(ms);

  /** A scenario that starts now, and hands out so many events a run. Its first run is now, unless it is idle. */
  async function scenario(module: string, limit: number, parameters = {}, isIdle = false) {
    const run = (state: PollState) =>
      both.make.poll(module, {
        connection: both.connection,
        parameters: { limit, ...parameters },
        state,
      });
    let state = startFrom(new Date(both.zapier.clock.now()));
    if (!isIdle) state = (await run(state)).state;
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

  const missedBy = ({ told }: { told: string[] }, expected: readonly string[]) => {
    expect(new Set(told).size).toBe(told.length);
    return expected.filter((id) => !told.includes(id));
  };

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
    const watching = await scenario('newOrder', 200);
    await later(12 * HOUR);
    const expected = placedSince(NOON);
    for (let n = 0; n < 6; n += 1) {
      await later(MINUTE);
      await watching.run();
    }
    expect(expected.length).toBeGreaterThan(400);
    expect(missedBy(watching, expected)).toEqual([]);
  }, 60_000);

  test('450 orders that are shipped within half an hour do not stop the trigger', async () => {
    await open({ ordersPerDay: 450, historyDays: 1 });
    const shipped = both.zapier.sandbox.shop.orders.filter(({ placedAt }) => placedAt < NOON).slice(-450);
    shipped.forEach((order, n) => {
      order.stages = order.stages
        .slice(0, 1)
        .concat(
          { status: 'WAIT_SELLER_SEND_GOODS', at: order.placedAt + MINUTE },
          { status: 'WAIT_BUYER_ACCEPT_GOODS', at: NOON + HOUR + n * 4000 },
        );
    });
    const statuses = ['WAIT_BUYER_ACCEPT_GOODS'];
    const watching = await scenario('orderStatusChanged', 200, { statuses });
    await later(HOUR + 31 * MINUTE);
    for (let n = 0; n < 6; n += 1) {
      await later(MINUTE);
      await watching.run();
    }
    expect(
      missedBy(
        watching,
        shipped.map(({ id }) => String(id)),
      ),
    ).toEqual([]);
    await later(30 * MINUTE);
    await watching.run();
    const before = both.zapier.calls();
    await later(15 * MINUTE);
    await watching.run();
    expect(both.zapier.calls() - before).toBe(1);
  }, 60_000);

  test('a filter that lets nothing through takes one call a run, and one that lets little through misses nothing', async () => {
    await open({ ordersPerDay: 200, historyDays: 1 });
    const [all, dear, none] = [
      await scenario('newOrder', 200),
      await scenario('newOrder', 200, { minimum_amount: 120 }),
      await scenario('newOrder', 200, { minimum_amount: 999_999 }),
    ];
    const before = both.zapier.calls();
    for (let n = 0; n < 20; n += 1) {
      await later(15 * MINUTE);
      for (const each of [all, dear, none]) await each.run();
    }
    expect(both.zapier.calls() - before).toBe(60);
    const cents = ({ lines }: { lines: readonly { unitCents: number; quantity: number }[] }) =>
      lines.reduce((sum, { unitCents, quantity }) => sum + unitCents * quantity, 0);
    const dearOnes = both.zapier.sandbox.shop.orders.filter((each) => cents(each) >= 12_000);
    const expected = all.told.filter((id) => dearOnes.some((each) => String(each.id) === id));
    expect(expected.length).toBeGreaterThan(0);
    expect(dear.told.sort()).toEqual(expected.sort());
    expect(none.told).toEqual([]);
  }, 60_000);

  test('an order that is closed unpaid for a reason nobody knows is handed out, whatever the limit', async () => {
    await open({ ordersPerDay: 100, historyDays: 1 });
    const closed = both.zapier.sandbox.shop.orders.filter(({ placedAt }) => placedAt < NOON).slice(-30);
    for (const order of closed) {
      delete order.paidAt;
      order.stages = order.stages
        .slice(0, 1)
        .concat({ status: 'FINISH', at: NOON + HOUR, endReason: 'new_reason' });
    }
    const watching = await scenario('orderCancelled', 5);
    await later(2 * HOUR);
    for (let n = 0; n < 9; n += 1) {
      await watching.run();
      await later(15 * MINUTE);
    }
    expect(closed.filter(({ id }) => !watching.told.includes(String(id)))).toEqual([]);
  }, 60_000);

  test('first runs that fail lose nothing that came meanwhile', async () => {
    await open({ ordersPerDay: 100, historyDays: 1 });
    const watching = await scenario('newOrder', 200, {}, true);
    both.zapier.sandbox.faults.active = 'http_5xx';
    for (let n = 0; n < 4; n += 1) {
      await expect(watching.run()).rejects.toThrow('HTTP 503');
      await later(15 * MINUTE);
    }
    both.zapier.sandbox.faults.active = null;
    const expected = placedSince(NOON);
    await later(MINUTE);
    await watching.run();
    expect(expected.length).toBeGreaterThan(1);
    expect(missedBy(watching, expected)).toEqual([]);
  });

  test('who starts after nobody has looked for half a day is not told what happened before', async () => {
    await open({ ordersPerDay: 100, historyDays: 1 });
    await scenario('newOrder', 200);
    await later(11 * HOUR);
    const starting = await scenario('newOrder', 200, {}, true);
    await later(1000);
    await starting.run();
    expect(starting.told).toEqual([]);
  });

  test('looking where to start costs one call, and takes nothing from who is behind', async () => {
    await open({ ordersPerDay: 400, historyDays: 1 });
    const watching = await scenario('newOrder', 10);
    await later(3 * HOUR);
    await watching.run();
    const before = both.zapier.calls();
    const parameters = { limit: 10 };
    const shown = await both.make.epoch('newOrder', { connection: both.connection, parameters });
    expect([shown.length, both.zapier.calls() - before]).toEqual([50, 1]);
    const expected = placedSince(NOON);
    for (let n = 0; n < 12; n += 1) {
      await later(MINUTE);
      await watching.run();
    }
    expect(missedBy(watching, expected)).toEqual([]);
  }, 60_000);

  test('an order whose deadline is near when it is seen first is announced, and once', async () => {
    await open({ ordersPerDay: 20, historyDays: 2 });
    const orders = both.zapier.sandbox.shop.orders as Order[];
    const [model] = orders;
    if (!model) throw new Error('there is no order');
    /** Of three days to ship. */
    const toShip = (id: bigint, hoursLeft: number) =>
      orders.push({
        ...model,
        id,
        placedAt: both.zapier.clock.now() - HOUR,
        stages: [
          { status: 'PLACE_ORDER_SUCCESS', at: 0 },
          { status: 'WAIT_SELLER_SEND_GOODS', at: both.zapier.clock.now() - (72 - hoursLeft) * HOUR },
        ],
      });
    const watching = await scenario('shipDeadline', 200, { hours_left: 24 });
    toShip(8_000_000_000_000_001n, 23);
    await later(15 * MINUTE);
    await watching.run();
    toShip(8_000_000_000_000_002n, 5);
    for (let n = 0; n < 4; n += 1) {
      await later(15 * MINUTE + 300);
      await watching.run();
    }
    expect(watching.told.filter((id) => id.startsWith('8000'))).toEqual([
      '8000000000000001',
      '8000000000000002',
    ]);
  });

  test('what Redis keeps of orders are declared fields, and nothing of a buyer', async () => {
    await open({ ordersPerDay: 30, historyDays: 1 });
    for (const module of ['newOrder', 'orderPaid', 'orderStatusChanged', 'orderCancelled'])
      await scenario(module, 200);
    const kept = await Promise.all(
      ((await both.command('KEYS', 'log:*')) as string[]).map((key) => both.command('HVALS', key)),
    );
    const text = JSON.stringify(kept);
    const { orders } = both.zapier.sandbox.shop;
    expect(orders.some(({ id }) => text.includes(String(id)))).toBe(true);
    const personal = orders.flatMap(({ buyer }) => Object.values(buyer));
    expect([...personal, 'buyer_'].filter((each) => text.includes(each))).toEqual([]);
  });

  test('each list of products has a memory of its own', async () => {
    await open({ ordersPerDay: 20, historyDays: 3 });
    await scenario('productTakenDown', 200, { list: 'offline' });
    for (const list of ['editingRequired', 'service_delete']) {
      const watching = await scenario('productTakenDown', 200, { list }, true);
      await later(1000);
      await watching.run();
      expect(watching.told).toEqual([]);
    }
  });

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
      fc.asyncProperty(turns, limits, async (order, [one, other]) => {
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
      }),
      { numRuns: 6 },
    );
  }, 240_000);
});
