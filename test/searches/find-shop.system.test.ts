import { HOUR } from '../../lib/runtime.ts';
import { healthAt } from '../../sandbox/health.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';
import { silentStore } from '../support/failing-stores.ts';

const PROFILE = 'aliexpress.solution.merchant.profile.get';

describe('Find Shop Profile', () => {
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

  test('the shop is found with its name and its health, with two calls', async () => {
    const { levelCode, level } = healthAt(app.sandbox.shop.health, NOON);
    expect(await find()).toMatchObject([
      { shop_name: 'Harbor Lane Store', health_level: levelCode, health_name: level },
    ]);
    expect(app.calls()).toBe(2);
  });

  test('for a day it is answered from memory, at no call', async () => {
    const first = await find();
    app.clock.advanceTo(NOON + 23 * HOUR);
    expect(await find()).toEqual(first);
    expect(app.calls()).toBe(2);
  });

  test('a day later it is asked for anew', async () => {
    await find();
    app.clock.advanceTo(NOON + 25 * HOUR);
    await find();
    expect(app.calls()).toBe(4);
  });

  test('it is asked for anew where that is wanted', async () => {
    await find();
    await find({ max_age: 'now' });
    expect(app.calls()).toBe(4);
  });

  test('what was asked for anew is remembered', async () => {
    await find({ max_age: 'now' });
    await find();
    expect(app.calls()).toBe(2);
  });

  test('without its health the shop is found all the same', async () => {
    breakHealth();
    expect(await find()).toMatchObject([{ shop_name: 'Harbor Lane Store', health_level: null }]);
  });

  test('a health that could not be had is asked for again, and the profile is not', async () => {
    const { shop } = app.sandbox;
    breakHealth();
    await find();
    app.sandbox.shop = shop;
    expect(await find()).toMatchObject([{ health_level: expect.any(Number) }]);
    expect(callsOf(PROFILE)).toBe(1);
  });

  test('a connection that has ended is no trouble of the health alone', async () => {
    await find();
    await app.store.delete(`app:shop:${app.sandbox.accounts.sellerId}:health`);
    app.authData.access_token = 'ended';
    expect((await thrownBy(find())).name).toBe('RefreshAuthError');
  });

  test('the connection test of the day costs no further call, and knows the name', async () => {
    await find();
    expect(await app.run('authentication.test')).toMatchObject({ shop_name: 'Harbor Lane Store' });
    expect(callsOf(PROFILE)).toBe(1);
  });

  test('with a silent store it is an error, and no call is made', async () => {
    await app.close();
    app = await connectApp({ store: () => silentStore });
    expect((await thrownBy(find())).message).toContain('is not reachable');
    expect(app.calls()).toBe(0);
  });

  test('the login of the merchant does not come out and is not kept', async () => {
    expect(JSON.stringify(await find())).not.toMatch(/canary/i);
    const key = `app:shop:${app.sandbox.accounts.sellerId}:profile`;
    expect(await app.store.get(key)).toContain('Harbor Lane');
    expect(await app.store.get(key)).not.toMatch(/canary/i);
  });
});
