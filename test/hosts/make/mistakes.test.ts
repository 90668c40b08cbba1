import { NOON } from '../../support/connected-app.ts';
import { advancingClock } from '../../support/make/advancing-clock.ts';
import { MakeError } from '../../support/make/errors.ts';
import { describeWithRedis } from '../../support/redis.ts';
import { brokenApp } from './broken-app.ts';
import { type ShopOptions, useBothShops } from './shop.ts';

describeWithRedis('a mistake in the app shows when it runs', () => {
  const both = useBothShops();

  /** Finds an order while the clock goes on between two uses of `now`. */
  async function findOrder(app?: ShopOptions['app']): Promise<unknown> {
    const makeClock = advancingClock(new Date(NOON).toISOString(), 7);
    await both.open({ makeClock, ...(app && { app }) });
    const parameters = { order_number: String(both.zapier.sandbox.shop.orders[0]?.id) };
    return both.make
      .run('findOrder', { connection: both.connection, parameters })
      .catch((error: unknown) => error);
  }

  test('without one, an order is found and paid for', async () => {
    expect(await findOrder()).toHaveLength(1);
    expect(await both.claimed()).toBe(both.zapier.calls());
  });

  test('a timestamp that is taken twice makes a signature that AliExpress refuses', async () => {
    const thrown = await findOrder(
      brokenApp('findOrder', (text) =>
        text.replace("'timestamp' + temp.ts", "'timestamp' + formatDate(now, 'x')"),
      ),
    );
    expect(thrown).toBeInstanceOf(MakeError);
    expect(String(thrown)).toContain('IncompleteSignature');
  });

  test('two keys that change places make a signature that AliExpress refuses', async () => {
    const thrown = await findOrder(
      brokenApp('findOrder', (text) =>
        text.replace(
          "'sign_method' + 'sha256' + 'simplify' + 'true'",
          "'simplify' + 'true' + 'sign_method' + 'sha256'",
        ),
      ),
    );
    expect(String(thrown)).toContain('IncompleteSignature');
  });

  test('a claim that is missing leaves a call that nobody paid for', async () => {
    const app = brokenApp('findOrder', (text) => {
      const requests: unknown[] = JSON.parse(text);
      return JSON.stringify(requests.toSpliced(1, 1));
    });
    await findOrder(app);
    expect([both.zapier.calls(), await both.claimed()]).toEqual([1, 0]);
  });

  test('a secret that is no longer hidden stands in the log', async () => {
    const app = brokenApp('findOrder', (text) => text.replace('"request.body.session",', ''));
    await findOrder(app);
    expect(JSON.stringify(both.make.log)).toContain(String(both.connection.data.accessToken));
  });

  test('as the app is, no secret stands in the log', async () => {
    await findOrder();
    const log = JSON.stringify(both.make.log);
    const { accessToken, refreshToken } = both.connection.data;
    const { appSecret } = both.zapier.sandbox.app;
    expect(
      [accessToken, refreshToken, appSecret, both.redis.token].filter((each) => log.includes(String(each))),
    ).toEqual([]);
  });
});
