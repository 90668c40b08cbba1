import { PAID } from '../../../lib/aliexpress/order-status.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/runtime.ts';
import { readSettings } from '../../../lib/settings.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../../support/connected-app.ts';

const SAMPLE = { isLoadingSample: true };

describe('Order triggers through zapier-platform-core', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp();
  });
  afterEach(() => app.close());

  const placedBetween = (from: number, to: number) =>
    app.sandbox.shop.orders
      .filter((order) => order.placedAt >= from && order.placedAt <= to)
      .map((order) => String(order.id));
  const ids = (events: Record<string, unknown>[]) => events.map((event) => event.id);

  test('A new order is emitted with its number as a string', async () => {
    await app.poll('new_order', {}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NOON + HOUR);
    const events = await app.poll('new_order');
    expect(ids(events)).toEqual(expect.arrayContaining(placedBetween(NOON, NOON + HOUR)));
  });

  test.each(['', null])('Zaps of two triggers have start marks of their own if the ID is %j', async (id) => {
    const turningOn = { zap: { id }, isPopulatingDedupe: true };
    await app.poll('new_order', {}, turningOn);
    app.clock.advanceTo(NOON + HOUR);
    await app.poll('order_paid', {}, turningOn);
    const events = await app.poll('new_order', {}, { zap: { id } });
    expect(ids(events)).toEqual(expect.arrayContaining(placedBetween(NOON, NOON + HOUR)));
  });

  test('Events come newest first', async () => {
    const events = await app.poll('new_order', {}, SAMPLE);
    const times = events.map((event) => String(event.occurred_at));
    expect(times).toEqual(times.toSorted().reverse());
  });

  test('The trigger for paid orders emits paid orders only', async () => {
    const events = await app.poll('order_paid', {}, SAMPLE);
    const unpaid = app.sandbox.shop.orders.filter(
      (order) => (order.paidAt ?? Number.POSITIVE_INFINITY) > NOON,
    );
    expect(events.length).toBeGreaterThan(0);
    expect(ids(events)).not.toEqual(expect.arrayContaining([String(unpaid[0]?.id)]));
    expect(PAID).toEqual(expect.arrayContaining(events.map((event) => event.status)));
  });

  test('Two triggers of one shop use as many calls as one', async () => {
    await app.poll('order_paid');
    const calls = app.calls();
    await app.poll('new_order');
    expect(app.calls()).toBe(calls);
  });

  test('A poll without credit for a call is answered from the snapshot', async () => {
    await app.poll('new_order', {}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NOON + 15 * MINUTE);
    const first = await app.poll('new_order');
    expect(first).not.toEqual([]);
    // What was saved up in 15 minutes is spent by polls of another workflow.
    for (let poll = 1; poll <= 10; poll += 1) await app.poll('order_paid');
    const calls = app.calls();
    expect(ids(await app.poll('new_order'))).toEqual(ids(first));
    expect(app.calls()).toBe(calls);
  });

  test('The minimum amount filters out smaller orders', async () => {
    const amounts = (await app.poll('new_order', { min_amount: '60' }, SAMPLE)).map((event) =>
      Number(event.amount),
    );
    expect(amounts.length).toBeGreaterThan(0);
    expect(Math.min(...amounts)).toBeGreaterThanOrEqual(60);
  });

  test('The product filter lets only orders with these products pass', async () => {
    const product = '1005006700000000';
    const events = await app.poll('new_order', { product_ids: [product] }, SAMPLE);
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) expect(event.product_ids).toContain(product);
  });

  test('A live event has all keys of the sample', async () => {
    const [event] = await app.poll('order_paid', {}, SAMPLE);
    const { createApp } = await import('../../../index.ts');
    const zapierApp = createApp({ settings: readSettings({}) } as never);
    expect(Object.keys(event ?? {})).toEqual(
      expect.arrayContaining(Object.keys(zapierApp.triggers.order_paid?.operation.sample ?? {})),
    );
  });

  test('A poll on an closed day is answered from the snapshot', async () => {
    await app.poll('new_order', {}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NOON + HOUR);
    const first = await app.poll('new_order');
    expect(first).not.toEqual([]);
    await closeDay('2026-10-07');
    app.clock.advanceTo(NOON + 2 * HOUR);
    const calls = app.calls();
    expect(ids(await app.poll('new_order'))).toEqual(expect.arrayContaining(ids(first)));
    expect(app.calls()).toBe(calls);
  });

  const closeDay = (day: string) =>
    app.store.set(
      `app:slots:${app.sandbox.accounts.sellerId}:${day}:closed`,
      JSON.stringify(String(NOON + 12 * HOUR)),
      86_400,
    );

  test.each([
    'slow',
    'http_5xx',
    'http_429',
    'cut',
    'not_json',
    'backend_error',
    'busy_payload',
    'busy_camel_case',
    'busy_ret',
    'ban',
    'fuse',
    'seller_limit',
    'app_limit',
    'wrong_time',
  ] as const)(
    'A poll during the fault %s is answered from the snapshot, and later polls catch up',
    async (fault) => {
      await app.poll('new_order', {}, { isPopulatingDedupe: true });
      app.clock.advanceTo(NOON + 10 * MINUTE);
      const before = await app.poll('new_order');
      app.sandbox.faults.active = fault;
      app.clock.advanceTo(NOON + 20 * MINUTE);
      expect(ids(await app.poll('new_order'))).toEqual(ids(before));
      app.sandbox.faults.active = null;
      app.clock.advanceTo(NOON + HOUR);
      expect(ids(await app.poll('new_order'))).toEqual(
        expect.arrayContaining(placedBetween(NOON, NOON + HOUR)),
      );
    },
  );

  test.each(['duplicate_keys', 'byte_order_mark', 'time_forms'] as const)(
    'A poll during the fault %s returns the orders that were placed',
    async (fault) => {
      app.sandbox.faults.active = fault;
      await app.poll('new_order');
      app.clock.advanceTo(NOON + HOUR);
      const placed = placedBetween(NOON, NOON + HOUR);
      expect(placed.length).toBeGreaterThan(0);
      expect(ids(await app.poll('new_order'))).toEqual(expect.arrayContaining(placed));
    },
  );

  test.each([
    ['retired', 'AliExpress no longer offers aliexpress.trade.seller.orderlist.get (code InvalidApiPath)'],
    [
      'missing_parameter',
      'AliExpress now requires other parameters for aliexpress.trade.seller.orderlist.get',
    ],
  ] as const)(
    'The error during the fault %s says that the connector needs an update',
    async (fault, text) => {
      app.sandbox.faults.active = fault;
      const { message } = await thrownBy(app.poll('new_order'));
      expect(message).toContain(text);
      expect(message).toContain('The connector needs an update; tell its publisher.');
    },
  );

  test('The error for an answer without a required field names method and field', async () => {
    app.sandbox.faults.active = 'wrong_shape';
    const { message } = await thrownBy(app.poll('new_order'));
    expect(message).toContain('aliexpress.trade.seller.orderlist.get');
    expect(message).toContain('result.total_count');
  });

  test('An expired token inside HTTP 200 makes Zapier renew it', async () => {
    app.sandbox.accounts.expireAccess();
    expect((await thrownBy(app.poll('new_order'))).name).toBe('RefreshAuthError');
  });

  test('A poll succeeds after the token was renewed', async () => {
    app.sandbox.accounts.expireAccess();
    await thrownBy(app.poll('new_order'));
    app.authData = (await app.run('authentication.oauth2Config.refreshAccessToken')) as Record<
      string,
      string
    >;
    expect((await app.poll('new_order', {}, SAMPLE)).length).toBeGreaterThan(0);
  });

  const isExample = [expect.objectContaining({ is_example: true })];

  test.each([
    ['turns a workflow on gets nothing', { isPopulatingDedupe: true }, []],
    ['sets a workflow up sees the sample', SAMPLE, isExample],
  ])('While AliExpress is down and nothing is known, a user who %s', async (_, meta, shown) => {
    app.sandbox.faults.active = 'http_5xx';
    expect(await app.poll('new_order', {}, meta)).toEqual(shown);
  });

  test.each([
    ['turns a workflow on gets nothing', { isPopulatingDedupe: true }, []],
    ['sets a workflow up sees the sample', SAMPLE, isExample],
  ])('On a closed day on which nothing is known, a user who %s', async (_, meta, shown) => {
    await closeDay('2026-10-07');
    expect(await app.poll('new_order', {}, meta)).toEqual(shown);
    expect(app.calls()).toBe(0);
  });

  test.each([
    ['turns a workflow on gets nothing', { isPopulatingDedupe: true }, []],
    ['sets a workflow up sees the sample', SAMPLE, isExample],
  ])('On a day of which the store has lost the card, a user who %s', async (_, meta, shown) => {
    app.clock.advanceTo(NOON + DAY);
    await app.store.delete(`app:slots:${app.sandbox.accounts.sellerId}:day`);
    const calls = app.calls();
    expect(await app.poll('new_order', {}, meta)).toEqual(shown);
    expect(app.calls()).toBe(calls);
  });
});

test('An order placed before the workflow was turned on is not emitted', async () => {
  const app = await connectApp();
  try {
    await app.poll('new_order', {}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NOON + 6 * HOUR);
    const times = (await app.poll('new_order')).map((event) => Date.parse(String(event.occurred_at)));
    expect(Math.min(...times)).toBeGreaterThan(NOON);
  } finally {
    await app.close();
  }
});

test('A poll with an unreachable store makes no call and emits nothing', async () => {
  const down = async () => {
    throw new Error('down');
  };
  const app = await connectApp({ store: () => ({ get: down, set: down, add: down, delete: down }) });
  try {
    expect(await app.poll('new_order')).toEqual([]);
    expect(app.calls()).toBe(0);
  } finally {
    await app.close();
  }
});
