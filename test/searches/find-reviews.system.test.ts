import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';

describe('Find Reviews', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ ordersPerDay: 40, historyDays: 40, reviewShare: 0.9, badShare: 0.4 });
  });
  afterEach(() => app.close());

  const list = async (inputs: object) => (await app.search('find_reviews', inputs))[0] ?? {};
  const find = async (inputs: object) => (await list(inputs)).reviews as Record<string, unknown>[];
  const reviews = () => [...app.sandbox.shop.reviews.values()].flat();
  const visible = () => reviews().filter(({ visibleAt }) => visibleAt <= NOON);
  const ordersOf = (some: ReturnType<typeof reviews>) => [
    ...new Set(some.map(({ order }) => String(order.id))),
  ];

  test('The reviews of several orders are found with one call', async () => {
    const numbers = ordersOf(visible()).slice(0, 50);
    const found = await find({ order_ids: numbers });
    expect(numbers.length).toBeGreaterThan(10);
    expect(new Set(found.map(({ order_id }) => order_id))).toEqual(new Set(numbers));
    expect(app.calls()).toBe(1);
  });

  test('All reviews are one result, with their number and the calls that were used', async () => {
    const found = await app.search('find_reviews', { order_ids: ordersOf(visible()).slice(0, 50) });
    const reviews = found[0]?.reviews as object[];
    expect(found).toMatchObject([{ count: reviews.length, is_complete: true, calls_used: 1 }]);
    expect(reviews.length).toBeGreaterThan(10);
  });

  test('A found review has its stars', async () => {
    const [review] = visible();
    const found = await find({ order_ids: [String(review?.order.id)] });
    expect(found[0]).toMatchObject({ order_id: String(review?.order.id), stars: review?.stars });
  });

  test('Only reviews up to the maximum stars are found', async () => {
    const found = await find({ order_ids: ordersOf(visible()).slice(0, 50), max_stars: 2 });
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ stars }) => !(Number(stars) <= 2))).toEqual([]);
  });

  test('A review without published stars is found only if there is no maximum', async () => {
    const hidden = reviews().find(({ writtenAt, visibleAt }) => writtenAt <= NOON && visibleAt > NOON);
    const order_ids = [String(hidden?.order.id)];
    expect((await find({ order_ids }))[0]).toMatchObject({ stars: null });
    expect(await find({ order_ids, max_stars: 5 })).toEqual([]);
  });

  test('An order without reviews finds nothing, without an error', async () => {
    expect(await find({ order_ids: ['123456789012345'] })).toEqual([]);
  });

  test('The review of an order that is given twice is found once', async () => {
    const [number = ''] = ordersOf(visible());
    const once = await find({ order_ids: [number] });
    expect(await find({ order_ids: [number, number] })).toEqual(once);
  });

  test('More than 50 orders are refused by name before a call is made', async () => {
    const numbers = Array.from({ length: 51 }, (_, n) => `8201739400${String(n).padStart(6, '0')}`);
    const { message } = await thrownBy(find({ order_ids: numbers }));
    expect(message).toContain('"Orders" has an invalid value');
    expect(message).toContain('at most 50');
    expect(app.calls()).toBe(0);
  });

  test('A found review does not name its writer', async () => {
    expect(JSON.stringify(await find({ order_ids: ordersOf(visible()).slice(0, 50) }))).not.toMatch(
      /canary/i,
    );
  });
});
