import { DAY } from '../../lib/runtime.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';

describe('Find Orders', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 100, historyDays: 40 });
  });
  afterEach(() => app.close());

  const list = async (inputs: object = {}) => (await app.search('find_orders', inputs))[0] ?? {};
  const find = async (inputs: object = {}) => (await list(inputs)).orders as Record<string, unknown>[];
  const statusesOf = (found: Record<string, unknown>[]) => [...new Set(found.map(({ status }) => status))];
  const placedSince = (since: number) => (order: Record<string, unknown>) =>
    Date.parse(String(order.placed_at)) >= since;

  test('The orders of one status are found', async () => {
    const found = await find({ status: 'WAIT_SELLER_SEND_GOODS' });
    expect(found.length).toBeGreaterThan(0);
    expect(statusesOf(found)).toEqual(['WAIT_SELLER_SEND_GOODS']);
  });

  test('Ended orders are found if the user asks for them', async () => {
    const found = await find({ status: 'FINISH', placed_within_days: 30 });
    expect(found.length).toBeGreaterThan(0);
    expect(statusesOf(found)).toEqual(['FINISH']);
  });

  test('Without a status all orders but the ended ones are found', async () => {
    expect(statusesOf(await find({ max_pages: 5 }))).toEqual(
      expect.arrayContaining(['PLACE_ORDER_SUCCESS', 'WAIT_SELLER_SEND_GOODS', 'WAIT_BUYER_ACCEPT_GOODS']),
    );
  });

  test('Only orders of the given number of days are found', async () => {
    const found = await find({ placed_within_days: 1, max_pages: 5 });
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((order) => !placedSince(NOON - DAY)(order))).toEqual([]);
  });

  test('The newest order comes first', async () => {
    const times = (await find({ placed_within_days: 3 })).map(({ placed_at }) => String(placed_at));
    expect(times).toEqual([...times].sort().reverse());
  });

  test('The longest periods that AliExpress allows are accepted', async () => {
    await find({ placed_within_days: 180 });
    await find({ placed_within_days: 30, status: 'FINISH' });
    expect(app.calls()).toBe(2);
  });

  test('One page costs one call', async () => {
    expect(await find({ placed_within_days: 30 })).toHaveLength(50);
    expect(app.calls()).toBe(1);
  });

  test('The given number of pages is read, with one call each', async () => {
    expect(await find({ placed_within_days: 30, max_pages: 3 })).toHaveLength(150);
    expect(app.calls()).toBe(3);
  });

  test('All orders are one result, with their number and the calls that were used', async () => {
    const found = await app.search('find_orders', { placed_within_days: 30, max_pages: 2 });
    expect(found).toMatchObject([{ count: 100, is_complete: false, calls_used: 2 }]);
    expect(found[0]?.orders).toHaveLength(100);
  });

  test('A list of all orders says that it is complete', async () => {
    expect(await list({ placed_within_days: 1, max_pages: 5 })).toMatchObject({ is_complete: true });
    expect(await list({ placed_within_days: 1, max_pages: 1 })).toMatchObject({ is_complete: false });
  });

  test('No call is made for a page that does not exist', async () => {
    const found = await find({ placed_within_days: 1, status: 'WAIT_BUYER_ACCEPT_GOODS', max_pages: 5 });
    expect(found.length).toBeLessThanOrEqual(50);
    expect(app.calls()).toBe(1);
  });

  test('A status that no order has finds an empty list, without an error', async () => {
    expect(await list({ status: 'IN_FROZEN' })).toEqual({
      count: 0,
      is_complete: true,
      calls_used: 1,
      orders: [],
    });
  });

  test('A period of over 30 days for ended orders is refused before a call is made', async () => {
    const { message } = await thrownBy(find({ status: 'FINISH', placed_within_days: 31 }));
    expect(message).toContain(
      '"Placed Within (Days)" has an invalid value. Allowed: for completed or closed orders',
    );
    expect(app.calls()).toBe(0);
  });

  test('Found orders contain no personal data', async () => {
    expect(JSON.stringify(await find({ placed_within_days: 30, max_pages: 5 }))).not.toMatch(/canary/i);
  });
});
