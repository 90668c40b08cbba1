import { createApp } from '../../index.ts';
import { ENDED } from '../../lib/aliexpress/order-status.ts';
import { createAppHandler } from '../../lib/hosts/zapier/handler.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Order } from '../../sandbox/orders.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';
import { type Operation, operationsOf, readDefinition } from '../support/publishing-checks/definition.ts';
import { type RecordingStore, recordingStore } from '../support/recording-store.ts';

const zapierApp = createApp({ settings: { dailyCallLimit: 200 }, random: Math.random } as never);
const { results: definition } = await createAppHandler(zapierApp)({ command: 'definition' });
const lists = operationsOf(readDefinition(definition), 'trigger').filter(({ key }) =>
  key.startsWith('list_'),
);
const LOADED = ['list_orders', 'list_order_lines', 'list_products'];
const FILLED = ['list_parcels', 'list_carriers', 'list_abnormal_reasons'];

const ofOrders = lists.filter(({ key }) => !FILLED.includes(key));

describe('Dropdowns of a connection', () => {
  let app: ConnectedApp;
  let stored: RecordingStore;
  beforeEach(async () => {
    app = await connectApp({
      ordersPerDay: 60,
      historyDays: 20,
      variedParcels: { abnormal: 0.5 },
      store: (clock) => {
        stored = recordingStore(memoryStore(clock));
        return stored;
      },
    });
  });
  afterEach(() => app.close());

  const fill = async (key: string, page = 0) =>
    (await app.poll(key, {}, { isFillingDynamicDropdown: true, page })) as { id: string; name: string }[];
  const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);

  const openOrders = (isWanted: (order: Order) => boolean) =>
    app.sandbox.shop.orders.filter((order) => {
      const { status = '' } = order.stages.findLast(({ at }) => at < app.clock.now()) ?? {};
      return isWanted(order) && !ENDED.includes(status);
    });

  test.each(LOADED)('A new connection fills %s with one call, and again without', async (key) => {
    const rows = await fill(key);
    expect(rows.length).toBeGreaterThan(10);
    expect(app.calls()).toBe(1);
    app.restart();
    expect(await fill(key)).toEqual(rows);
    expect(app.calls()).toBe(1);
  });

  test.each(FILLED)('A new connection fills %s with one call, and again without', async (key) => {
    const rows = await fill(key);
    expect(rows.length).toBeGreaterThan(0);
    for (const { id, name } of rows) expect([id !== '', name.includes('–')]).toEqual([true, false]);
    app.restart();
    expect(await fill(key)).toEqual(rows);
    expect(await fill(key, 1)).toEqual([]);
    expect(app.calls()).toBe(1);
  });

  test.each(FILLED)('Where AliExpress gives no permission, %s stays empty', async (key) => {
    await app.close();
    app = await connectApp({ variants: { notGranted: ['logistics', 'abnormal_parcels'] } });
    expect(await fill(key)).toEqual([]);
  });

  test('What was loaded is loaded again after a quarter of an hour', async () => {
    await fill('list_products');
    app.clock.advanceTo(NOON + 16 * MINUTE);
    await fill('list_products');
    expect(app.calls()).toBe(2);
  });

  test.each(ofOrders)('Where a feed has looked, $key is filled without a call', async ({ key }) => {
    await app.poll('new_order');
    const calls = app.calls();
    await fill(key);
    expect(app.calls()).toBe(calls);
  });

  test.each(LOADED)('A further page of %s costs one call, and repeats no row', async (key) => {
    await app.poll('new_order');
    const first = idsOf(await fill(key));
    const calls = app.calls();
    const second = idsOf(await fill(key, 1));
    expect(app.calls()).toBe(calls + 1);
    expect(second.filter((id) => first.includes(id))).toEqual([]);
  });

  test.each(['list_orders', 'list_order_lines'])(
    'Further pages of %s go on behind what a feed knows, until the last order',
    async (key) => {
      await app.close();
      app = await connectApp({ ordersPerDay: 300, historyDays: 4 });
      for (let minutes = 0; minutes < 12 * 60; minutes += 90) {
        await app.poll('new_order');
        app.clock.advanceTo(NOON + minutes * MINUTE);
      }
      const pages = [await fill(key)];
      while (pages.at(-1)?.length) pages.push(await fill(key, pages.length));
      const found = pages.flatMap(idsOf);
      expect(new Set(found).size).toBe(found.length);
      const lookedAt = app.clock.now() - 2 * HOUR;
      const open = openOrders(({ placedAt }) => placedAt < lookedAt);
      const idsIn = ({ id, lines }: (typeof open)[number]) =>
        key === 'list_orders' ? [String(id)] : lines.map(({ childId }) => String(childId));
      expect(open.length).toBeGreaterThan(500);
      expect(open.flatMap(idsIn).filter((id) => !found.includes(id))).toEqual([]);
    },
  );

  test('Orders that were placed since the feed has looked are on the first further page', async () => {
    await app.poll('new_order');
    app.clock.advanceTo(NOON + 5 * HOUR);
    const found = idsOf([...(await fill('list_orders')), ...(await fill('list_orders', 1))]);
    const placed = openOrders(({ placedAt }) => placedAt > NOON && placedAt < app.clock.now() - HOUR);
    expect(placed.length).toBeGreaterThan(3);
    expect(placed.filter(({ id }) => !found.includes(String(id)))).toEqual([]);
  });

  test('An order list has no page behind its last one, and none is asked for', async () => {
    await app.poll('new_order');
    const calls = app.calls();
    expect(await fill('list_orders', 100)).toEqual([]);
    expect(app.calls()).toBe(calls);
  });

  test('A new connection goes on behind what its first call has loaded', async () => {
    const first = idsOf(await fill('list_orders'));
    const second = idsOf(await fill('list_orders', 1));
    expect([first.length, second.length, app.calls()]).toEqual([50, 50, 2]);
    expect(second.filter((id) => first.includes(id))).toEqual([]);
  });

  test.each(lists)(
    'Filling $key sets no start mark and registers no workflow',
    async ({ key }: Operation) => {
      const before = stored.text();
      await fill(key);
      await fill(key, 1);
      const written = stored.text().slice(before.length);
      expect(written).not.toMatch(/mark:|snap\d:|status\d:/);
      // A workflow that is turned on later starts then, and not when the form was filled in.
      app.clock.advanceTo(NOON + 3 * HOUR);
      await app.poll('new_order', {}, { isPopulatingDedupe: true, zap: { id: '7' } });
      expect(await app.poll('new_order', {}, { zap: { id: '7' } })).toEqual([]);
    },
  );

  test('A ban is named where a list would need a call, and leaves the list that is known', async () => {
    app.sandbox.faults.active = 'ban';
    expect((await thrownBy(fill('list_orders'))).name).toBe('ThrottledError');
    expect(await fill('list_currencies')).not.toEqual([]);
  });

  test('The rows name no buyer', async () => {
    for (const key of [...LOADED, ...FILLED]) expect(JSON.stringify(await fill(key))).not.toMatch(/canary/i);
  });
});
