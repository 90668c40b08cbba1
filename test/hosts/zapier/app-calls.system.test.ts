import { type ConnectedApp, connectApp, thrownBy } from '../../support/connected-app.ts';

const LIMIT = 4;

let app: ConnectedApp;
beforeEach(async () => {
  app = await connectApp({ appCallLimit: LIMIT });
});
afterEach(() => app.close());

test('Two shops on Zapier together make no more calls a day than the publisher has set for the app', async () => {
  const other = { ...app.authData, seller_id: '2209999999999' };
  const before = app.calls();
  const connections = [app.authData, other];
  const search = (n: number) => {
    app.authData = connections[n % 2] ?? other;
    return app.search('find_order', { order_id: String(app.sandbox.shop.orders[n]?.id) });
  };
  for (let n = 0; n < LIMIT; n += 1) await search(n);
  for (const n of [LIMIT, LIMIT + 1])
    expect((await thrownBy(search(n))).message).toContain('has used its daily calls for all shops together');
  expect(app.calls() - before).toBe(LIMIT);
});
