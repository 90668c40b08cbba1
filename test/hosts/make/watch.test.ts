import { NOON } from '../../support/connected-app.ts';
import { loadApp } from '../../support/make/app.ts';
import { type PollState, startFrom } from '../../support/make/polling.ts';
import { describeWithRedis } from '../../support/redis.ts';
import { FOLDER } from './folder.ts';
import { useBothShops } from './shop.ts';

const HOUR = 3_600_000;
const triggers = [...loadApp(FOLDER).modules.values()].filter(({ meta }) => meta.moduleType === 'trigger');

describeWithRedis('polling triggers on Make', () => {
  const both = useBothShops();
  beforeEach(async () => {
    await both.open({ lifetimes: { accessSeconds: 30 * 86_400 } });
  });

  const { command } = both;
  const poll = (module: string, state: PollState, parameters = {}) =>
    both.make.poll(module, {
      connection: both.connection,
      parameters: { limit: 200, ...parameters },
      state,
    });
  const ids = ({ bundles }: Awaited<ReturnType<typeof poll>>) => bundles.map(({ id }) => id);
  const later = (ms: number) => both.zapier.clock.sleep(ms);

  const someProduct = () => String(both.zapier.sandbox.shop.orders[0]?.lines[0]?.productId);
  const needed = (module: string): Record<string, string | string[]> => {
    if (module === 'productTakenDown') return { list: 'offline' };
    return module === 'lowStock' ? { products: [someProduct()] } : {};
  };

  test.each(triggers.map(({ name }) => name))('%s shows where to start', async (module) => {
    const parameters = { limit: 10, ...needed(module) };
    const items = await both.make.epoch(module, { connection: both.connection, parameters });
    expect(items.every(({ label, date }) => label !== '' && date.getTime() > 0)).toBe(true);
  });

  test('an order is handed out once', async () => {
    const first = await poll('newOrder', startFrom('all'));
    await later(60_000);
    const second = await poll('newOrder', first.state);
    expect(first.bundles.length).toBeGreaterThan(0);
    expect(ids(second).filter((id) => ids(first).includes(id))).toEqual([]);
  });

  test('what a limit leaves comes with the next run', async () => {
    const first = await poll('newOrder', startFrom('all'), { limit: 5 });
    await later(2000);
    const second = await poll('newOrder', first.state);
    await later(2000);
    const third = await poll('newOrder', second.state);
    await both.open({ lifetimes: { accessSeconds: 30 * 86_400 } });
    const whole = await poll('newOrder', startFrom('all'), { limit: 500 });
    expect([...ids(first), ...ids(second), ...ids(third)].sort()).toEqual(ids(whole).sort());
  });

  test('a workflow that starts now is not started with orders that were there', async () => {
    expect(ids(await poll('newOrder', startFrom(new Date(NOON))))).toEqual([]);
  });

  test('through six hours every new order is handed out, and every paid one once', async () => {
    const told = { newOrder: [] as unknown[], orderPaid: [] as unknown[] };
    const states: Record<string, PollState> = {
      newOrder: (await poll('newOrder', startFrom(new Date(NOON)))).state,
      orderPaid: (await poll('orderPaid', startFrom(new Date(NOON)))).state,
    };
    for (let n = 0; n < 12; n += 1) {
      await later(HOUR / 2);
      for (const module of ['newOrder', 'orderPaid'] as const) {
        const run = await poll(module, states[module] ?? {});
        states[module] = run.state;
        told[module].push(...ids(run));
        await later(2000);
      }
    }
    const now = both.zapier.clock.now();
    const placed = both.zapier.sandbox.shop.orders
      .filter(({ placedAt }) => placedAt > NOON && placedAt < now - 60_000)
      .map(({ id }) => String(id));
    expect(placed.filter((id) => !told.newOrder.includes(id))).toEqual([]);
    expect(new Set(told.orderPaid).size).toBe(told.orderPaid.length);
    expect(told.orderPaid.length).toBeGreaterThan(0);
  });

  test('a SKU that is low is handed out once, with what Zapier says of it', async () => {
    const inputs = { products: [someProduct()], threshold: 9999 };
    const first = await poll('lowStock', startFrom('all'), inputs);
    await later(0);
    const onZapier = await both.zapier.poll('low_stock', inputs, { isLoadingSample: true });
    const byId = (a: Record<string, unknown>, b: Record<string, unknown>) =>
      String(a.id) < String(b.id) ? -1 : 1;
    expect(first.bundles.length).toBeGreaterThan(0);
    // Zapier looked a turn later.
    const atTheSecond = (events: object[]) => JSON.parse(JSON.stringify(events).replace(/\.\d{3}Z/g, 'Z'));
    expect(atTheSecond(first.bundles.toSorted(byId))).toEqual(atTheSecond(onZapier.toSorted(byId)));
    await later(60_000);
    expect(ids(await poll('lowStock', first.state, inputs))).toEqual([]);
  });

  test('four fifths of the calls are used: the alert is the same as on Zapier, and comes once', async () => {
    const seller = both.zapier.sandbox.accounts.sellerId;
    await command(
      'EVAL',
      "for n = 1, 160 do redis.call('SET', KEYS[1] .. ':' .. n, 'x') end",
      1,
      `card:${seller}:2026-10-07`,
    );
    const onZapier = (await both.zapier.poll('account_alert')).filter(({ kind }) => kind === 'budget_80');
    const inputs = { alerts: ['budget_80', 'budget_100'] };
    const first = await poll('accountAlert', startFrom('all'), inputs);
    expect(first.bundles).toEqual(onZapier);
    await later(60_000);
    expect(ids(await poll('accountAlert', first.state, inputs))).toEqual([]);
  });
});
