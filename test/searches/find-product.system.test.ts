import { type ConnectedApp, connectApp, thrownBy } from '../support/connected-app.ts';

describe('Find Product', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp();
  });
  afterEach(() => app.close());

  const find = (product_id: string) => app.search('find_product', { product_id });
  const number = () => String(app.sandbox.shop.products[0]?.id);

  test('A product is found by its number, with one call', async () => {
    expect(await find(number())).toMatchObject([{ id: number(), product_id: number() }]);
    expect(app.calls()).toBe(1);
  });

  test('A found product has the stock of each SKU', async () => {
    const [found] = await find(number());
    const skus = found?.skus as { stock: number }[];
    expect(skus).toHaveLength(app.sandbox.shop.products[0]?.skus.length ?? 0);
    expect(found?.total_stock).toBe(skus.reduce((sum, { stock }) => sum + stock, 0));
  });

  test('A number of no product finds nothing, without an error', async () => {
    expect(await find('123456789012345')).toEqual([]);
  });

  test('A malformed product number is refused by name before a call is made', async () => {
    const { message } = await thrownBy(find('tote bag'));
    expect(message).toContain('"Product" has an invalid value');
    expect(app.calls()).toBe(0);
  });

  test('A found product does not name its owner', async () => {
    expect(JSON.stringify(await find(number()))).not.toMatch(/canary/i);
  });
});
