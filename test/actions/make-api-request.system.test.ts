import { readCatalog } from '../../lib/aliexpress/read-catalog.ts';
import { withLocalFields } from '../../lib/pack/local-times.ts';
import { DAY } from '../../lib/runtime.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';

const span = (days: number) => ({
  from: new Date(NOON - days * DAY).toISOString(),
  to: new Date(NOON).toISOString(),
});

describe('Make API Request', () => {
  let app: ConnectedApp;
  beforeAll(async () => {
    app = await connectApp({
      historyDays: 45,
      ordersPerDay: 20,
      disputeShare: 1,
      badShare: 0.5,
      variedParcels: { abnormal: 0.5 },
    });
  });
  afterAll(() => app.close());

  const request = async (data: string, parameters: object | string) =>
    (
      await app.search('make_api_request', {
        data,
        parameters: typeof parameters === 'string' ? parameters : JSON.stringify(parameters),
      })
    )[0] as { count: number; calls_used: number; records: Record<string, unknown>[] };

  const shipped = () =>
    app.sandbox.shop.orders.find(({ shippedAt }) => shippedAt !== undefined && shippedAt < NOON - 5 * DAY);
  const order = () => String(shipped()?.id);
  const parameters: Record<keyof typeof readCatalog, () => object | Promise<object>> = {
    orders: () => ({ page: 1, placed: span(7) }),
    order: () => ({ order_id: order() }),
    reviews: () => ({
      order_ids: [...app.sandbox.shop.reviews]
        .filter(([, reviews]) => reviews.some(({ visibleAt }) => visibleAt < NOON))
        .map(([id]) => String(id))
        .slice(0, 50),
    }),
    disputes: () => ({ page: 1, status: 'processing' }),
    parcels: () => ({ page: 1, size: 50, created: span(30), dates: 'natural' }),
    abnormal_parcels: () => ({ page: 1, size: 50, changed: span(30) }),
    tracking: async () => {
      const [found] = await app.search('find_order', { order_id: order() });
      const { tracking_numbers, carrier_codes, country_code: country } = found ?? {};
      const [tracking_number, carrier] = [tracking_numbers, carrier_codes].map((list) => [list].flat()[0]);
      return { tracking_number, order_id: order(), carrier, country };
    },
    products: () => ({ page: 1, status: 'onSelling' }),
    product: () => ({ product_id: String(app.sandbox.shop.products[0]?.id) }),
  };

  test.each(Object.keys(readCatalog) as (keyof typeof readCatalog)[])(
    'The data %s are read with one call, field by field, and name no buyer',
    async (data) => {
      const given = await parameters[data]();
      const calls = app.calls();
      const { count, calls_used, records } = await request(data, given);
      expect([count > 0, calls_used, app.calls() - calls]).toEqual([true, 1, 1]);
      const declared = ['id', 'link', ...Object.keys(withLocalFields(readCatalog[data].record.fields))];
      expect(records.flatMap((each) => Object.keys(each)).filter((key) => !declared.includes(key))).toEqual(
        [],
      );
      expect(JSON.stringify(records)).not.toMatch(/canary/i);
    },
  );

  test.each([
    ['orders', '{"page": 1}', 'Parameters: placed'],
    ['orders', '{"page": 0, "placed": {"from": 1, "to": 2}}', 'Parameters: page'],
    ['orders', { page: 1, placed: span(1), pages: 2 }, 'Parameters: pages'],
    ['reviews', { order_ids: ['x'] }, 'Parameters: order_ids.0'],
    ['orders', 'page 1', '"Parameters"'],
    ['orders', '[]', 'Parameters'],
  ])('Of the data %s the parameters %p are refused by name, before a call', async (data, given, named) => {
    const calls = app.calls();
    const { message } = await thrownBy(request(data, given));
    expect(message).toContain(named);
    expect(app.calls()).toBe(calls);
  });

  test('Parameters nested 3,500 times are refused by name', async () => {
    const placed = '['.repeat(3500) + ']'.repeat(3500);
    const { message } = await thrownBy(request('orders', `{"page": 1, "placed": ${placed}}`));
    expect(message).toContain('Parameters: placed');
  });

  test('What is not in the catalog cannot be read', async () => {
    const { message } = await thrownBy(request('tokens', {}));
    expect(message).toContain('"Data to Read" has an invalid value. Allowed: one of orders, order');
  });
});
