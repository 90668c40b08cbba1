import { HOUR } from '../../lib/runtime.ts';
import { healthAt } from '../../sandbox/health.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';
import { silentStore } from '../support/failing-stores.ts';

const PROFILE = 'aliexpress.solution.merchant.profile.get';

describe('Find Shop', () => {
  let app: ConnectedApp;
  /** Connected for longer than the two days of an app in test status. */
  const years = { accessSeconds: 365 * 86_400, refreshSeconds: 730 * 86_400 };
  beforeEach(async () => {
    app = await connectApp({ lifetimes: years });
  });
  afterEach(() => app.close());

  const find = (inputs: object = {}) => app.search('find_shop', inputs);
  const callsOf = (method: string) =>
    [...app.sandbox.calls.byDay.values()].reduce((sum, day) => sum + (day.get(method) ?? 0), 0);
  /** What a call for the health finds, from the next one on. */
  const breakHealth = () => {
    const { shop } = app.sandbox;
    app.sandbox.shop = { ...shop, health: [] };
  };

  test('The shop is found with its name and its health, with two calls', async () => {
    const { levelCode, level } = healthAt(app.sandbox.shop.health, NOON);
    expect(await find()).toMatchObject([
      { shop_name: 'Harbor Lane Store', health_level: levelCode, health_name: level },
    ]);
    expect(app.calls()).toBe(2);
  });

  test('For a day the shop is found from memory, without a call', async () => {
    const first = await find();
    app.clock.advanceTo(NOON + 23 * HOUR);
    expect(await find()).toEqual(first);
    expect(app.calls()).toBe(2);
  });

  test('After a day the shop is queried again', async () => {
    await find();
    app.clock.advanceTo(NOON + 25 * HOUR);
    await find();
    expect(app.calls()).toBe(4);
  });

  test('The shop is queried again if the user wants fresh data', async () => {
    await find();
    await find({ max_age: 'now' });
    expect(app.calls()).toBe(4);
  });

  test('Fresh data is remembered', async () => {
    await find({ max_age: 'now' });
    await find();
    expect(app.calls()).toBe(2);
  });

  test('The shop is found even if its health is not available', async () => {
    breakHealth();
    expect(await find()).toMatchObject([{ shop_name: 'Harbor Lane Store', health_level: null }]);
  });

  test('A missing health is queried again, and the profile is not', async () => {
    const { shop } = app.sandbox;
    breakHealth();
    await find();
    app.sandbox.shop = shop;
    expect(await find()).toMatchObject([{ health_level: expect.any(Number) }]);
    expect(callsOf(PROFILE)).toBe(1);
  });

  test('An ended connection is an error, also if only the health was queried', async () => {
    await find();
    await app.store.delete(`app:shop:${app.sandbox.accounts.sellerId}:health`);
    app.authData.access_token = 'ended';
    expect((await thrownBy(find())).name).toBe('RefreshAuthError');
  });

  test('Without an answer of the store the search is an error and makes no call', async () => {
    await app.close();
    app = await connectApp({ store: () => silentStore });
    expect((await thrownBy(find())).message).toContain('is not reachable');
    expect(app.calls()).toBe(0);
  });

  test('The login of the merchant is neither returned nor stored', async () => {
    expect(JSON.stringify(await find())).not.toMatch(/canary/i);
    const key = `app:shop:${app.sandbox.accounts.sellerId}:profile`;
    expect(await app.store.get(key)).toContain('Harbor Lane');
    expect(await app.store.get(key)).not.toMatch(/canary/i);
  });
});
