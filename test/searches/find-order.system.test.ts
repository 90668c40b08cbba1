import { HOUR } from '../../lib/runtime.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';

/** A parcel that the parcels feed knows after a day. */
async function followedParcel(app: ConnectedApp): Promise<{ number: string }> {
  for (let hour = 1; hour <= 20; hour += 1) {
    await app.poll('parcel_delivered');
    app.clock.advanceTo(NOON + hour * HOUR);
  }
  const calls = app.calls();
  const [known] = (await app.poll('list_parcels')) as { id: string }[];
  if (!known || app.calls() > calls) throw new Error('no parcel is known after 20 hours');
  return { number: known.id };
}

describe('Find Order', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ signingSecret: 'signing-test-secret' });
  });
  afterEach(() => app.close());

  const paidOrder = () =>
    String(app.sandbox.shop.orders.find((order) => (order.shippedAt ?? Number.POSITIVE_INFINITY) < NOON)?.id);
  const closeDay = () =>
    app.store.set(
      `app:slots:${app.sandbox.accounts.sellerId}:2026-10-07:closed`,
      JSON.stringify(String(NOON + 12 * HOUR)),
      86_400,
    );

  test('An order is found by its number, with its country and tracking number', async () => {
    const id = paidOrder();
    const [order] = await app.search('find_order', { order_id: id });
    expect(order).toMatchObject({
      id,
      order_id: id,
      country_code: expect.any(String),
      tracking_numbers: [expect.any(String)],
    });
  });

  test('A number of no order finds nothing, without an error', async () => {
    expect(await app.search('find_order', { order_id: '123456789012345' })).toEqual([]);
  });

  test('An order is found by the tracking number of a parcel that a workflow follows', async () => {
    const shop = await connectApp({ historyDays: 30, ordersPerDay: 10 });
    try {
      const parcel = await followedParcel(shop);
      const calls = shop.calls();
      const [order] = await shop.search('find_order', { tracking_number: parcel.number.toLowerCase() });
      expect(order).toMatchObject({ tracking_numbers: expect.arrayContaining([parcel.number]) });
      expect(shop.calls()).toBe(calls + 1);
    } finally {
      await shop.close();
    }
  });

  test('An order is found by a parcel that its dropdown has offered', async () => {
    const [offered] = (await app.poll('list_parcels')) as { id: string }[];
    const [order] = await app.search('find_order', { tracking_number: offered?.id });
    expect(order).toMatchObject({ tracking_numbers: expect.arrayContaining([offered?.id]) });
  });

  test('A tracking number that no workflow follows finds nothing, without a call', async () => {
    expect(await app.search('find_order', { tracking_number: 'LP00000000000000' })).toEqual([]);
    expect(app.calls()).toBe(0);
  });

  test('A search for nothing says what is allowed, without a call', async () => {
    const { message } = await thrownBy(app.search('find_order', {}));
    expect(message).toContain('"Order" has an invalid value. Allowed: an order, or the tracking number');
    expect(app.calls()).toBe(0);
  });

  test('A found order contains no personal data', async () => {
    expect(JSON.stringify(await app.search('find_order', { order_id: paidOrder() }))).not.toMatch(/canary/i);
  });

  test('A malformed order number is refused by name before a call is made', async () => {
    const { message } = await thrownBy(app.search('find_order', { order_id: 'abc' }));
    expect(message).toContain(
      '"Order" has an invalid value. Allowed: an AliExpress order number, 6 to 19 digits',
    );
    expect(app.calls()).toBe(0);
  });

  test('A search on a closed day names the reset, and asks Zapier to wait until then', async () => {
    await closeDay();
    const { name, message, delay } = await thrownBy(app.search('find_order', { order_id: paidOrder() }));
    expect(name).toBe('ThrottledError');
    expect(message).toContain(
      "Today's 200 AliExpress calls are used up. New calls are available at 00:00 Beijing time (in 12 h 0 min).",
    );
    expect(delay).toBeGreaterThanOrEqual(12 * 3600);
  });

  test('A call without an answer is tried once more and paid twice', async () => {
    app.sandbox.faults.active = 'http_5xx';
    const { message } = await thrownBy(app.search('find_order', { order_id: paidOrder() }));
    expect(message).toContain('Try again in a few minutes');
    expect(app.calls()).toBe(2);
  });

  test.each([
    ['seller_limit', 2],
    ['http_429', 31],
    ['app_limit', 60],
    ['fuse', 900],
  ] as const)(
    'A search during the fault %s is not repeated, and asks Zapier to wait %d seconds or more',
    async (fault, seconds) => {
      app.sandbox.faults.active = fault;
      const { name, delay } = await thrownBy(app.search('find_order', { order_id: paidOrder() }));
      expect(name).toBe('ThrottledError');
      expect(delay).toBeGreaterThanOrEqual(seconds);
      expect(delay).toBeLessThanOrEqual(seconds + 60);
      expect(app.calls()).toBe(1);
    },
  );

  test.each(['seller_limit', 'http_429', 'app_limit', 'fuse'] as const)(
    'The fault %s leaves the calls of the day',
    async (fault) => {
      app.sandbox.faults.active = fault;
      await thrownBy(app.search('find_order', { order_id: paidOrder() }));
      app.sandbox.faults.active = null;
      app.clock.advanceTo(NOON + 16 * 60_000);
      expect(await app.search('find_order', { order_id: paidOrder() })).toHaveLength(1);
    },
  );

  test.each(['retired', 'missing_parameter'] as const)(
    'A search during the fault %s says that the connector needs an update, and asks for no number',
    async (fault) => {
      app.sandbox.faults.active = fault;
      const { name, message } = await thrownBy(app.search('find_order', { order_id: paidOrder() }));
      expect(name).toBe('AppError');
      expect(message).toContain('The connector needs an update; tell its publisher.');
      expect(message).not.toContain('Check that the number');
      expect(app.calls()).toBe(1);
    },
  );

  test.each(['duplicate_keys', 'byte_order_mark', 'time_forms'] as const)(
    'A search during the fault %s returns what it returns without it',
    async (fault) => {
      const order = { order_id: paidOrder() };
      const expected = await app.search('find_order', order);
      app.sandbox.faults.active = fault;
      expect(await app.search('find_order', order)).toEqual(expected);
    },
  );

  test('After a ban the next search is stopped before a call is made', async () => {
    app.sandbox.faults.active = 'ban';
    await thrownBy(app.search('find_order', { order_id: paidOrder() }));
    const calls = app.calls();
    const { name, delay } = await thrownBy(app.search('find_order', { order_id: paidOrder() }));
    expect(name).toBe('ThrottledError');
    expect(delay).toBeGreaterThanOrEqual(900);
    expect(app.calls()).toBe(calls);
  });
});
