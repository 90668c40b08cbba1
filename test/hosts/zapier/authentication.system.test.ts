import { createApp } from '../../../index.ts';
import { createAppHandler } from '../../../lib/hosts/zapier/handler.ts';
import { MINUTE } from '../../../lib/runtime.ts';
import { type ConnectedApp, connectApp, thrownBy } from '../../support/connected-app.ts';
import { readDefinition } from '../../support/publishing-checks/definition.ts';

describe('Sign-in through Zapier', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ signingSecret: 'signing-test-secret' });
  });
  afterEach(() => app.close());

  test('Two connection tests within ten minutes name the shop with one call', async () => {
    expect(await app.run('authentication.test')).toMatchObject({ shop_name: 'Harbor Lane Store' });
    await app.run('authentication.test');
    expect(app.calls()).toBe(1);
  });

  test('The label of the connection is the name of the shop and its number', async () => {
    const definition = readDefinition(
      (
        await createAppHandler(createApp({ settings: {}, random: Math.random } as never))({
          command: 'definition',
        })
      ).results,
    );
    const shop = (await app.run('authentication.test')) as Record<string, string>;
    const label = String(definition.authentication?.connectionLabel);
    expect(label.replace(/{{(\w+)}}/g, (_, key: string) => shop[key] ?? '')).toBe(
      'Harbor Lane Store (2201234567890)',
    );
  });

  test('A token that AliExpress never issued does not pass a second connection test either', async () => {
    await app.run('authentication.test');
    app.authData.access_token = 'never issued';
    for (let n = 0; n < 2; n += 1)
      expect((await thrownBy(app.run('authentication.test'))).name).toBe('RefreshAuthError');
  });

  test('The connection test of a shop without calls left says so', async () => {
    await app.close();
    app = await connectApp({ dailyLimit: 1 });
    await app.run('authentication.test');
    app.clock.advanceTo(app.clock.now() + 10 * MINUTE);
    expect((await thrownBy(app.run('authentication.test'))).message).toContain(
      "The connection cannot be tested, because today's 1 AliExpress calls are used up.",
    );
  });

  test('The sign-in address contains the state and the redirect URI', async () => {
    const url = await app.run('authentication.oauth2Config.authorizeUrl', {
      redirect_uri: app.sandbox.app.callbackUrl,
      state: 'abc',
    });
    expect(Object.fromEntries(new URL(String(url)).searchParams)).toMatchObject({
      state: 'abc',
      redirect_uri: app.sandbox.app.callbackUrl,
    });
  });

  test('The error for a redirect URI without the trailing slash names both addresses', async () => {
    const redirect_uri = app.sandbox.app.callbackUrl.replace(/\/$/, '');
    const { message } = await thrownBy(
      app.run('authentication.oauth2Config.authorizeUrl', { redirect_uri, state: 'abc' }),
    );
    expect(message).toContain(`"${redirect_uri}"`);
    expect(message).toContain('including a trailing slash');
  });

  test('A sign-in without a state is refused', async () => {
    const { message } = await thrownBy(
      app.run('authentication.oauth2Config.authorizeUrl', { redirect_uri: app.sandbox.app.callbackUrl }),
    );
    expect(message).toContain('the "state" parameter is missing');
  });

  test('An authorization code works once', async () => {
    const code = app.sandbox.accounts.issueCode();
    const exchange = () =>
      app.run('authentication.oauth2Config.getAccessToken', { code, redirect_uri: 'https://x/' });
    await exchange();
    expect((await thrownBy(exchange())).message).toContain('It is valid once for about 3 minutes');
  });

  test('A token renewal returns a new refresh token too', async () => {
    const renewed = (await app.run('authentication.oauth2Config.refreshAccessToken')) as Record<
      string,
      string
    >;
    expect(renewed.refresh_token).not.toBe(app.authData.refresh_token);
    expect(renewed.seller_id).toBe(app.authData.seller_id);
  });

  test('Sign-ins, renewals and calls at the same moment are not banned', async () => {
    const before = app.calls();
    const signIn = () =>
      app.run('authentication.oauth2Config.getAccessToken', {
        code: app.sandbox.accounts.issueCode(),
        redirect_uri: app.sandbox.app.callbackUrl,
      });
    const steps = [signIn, signIn, () => app.run('authentication.oauth2Config.refreshAccessToken')];
    for (const step of steps) await step();
    for (const order_id of app.sandbox.shop.orders.slice(0, 4).map(({ id }) => String(id)))
      await app.search('find_order', { order_id });
    expect(app.calls()).toBe(before + 4);
    expect(app.sandbox.calls.bans).toBe(0);
  });

  test('A ban that a sign-in meets stops the calls of a shop', async () => {
    for (let n = 0; n < 6; n += 1) await fetch(`${app.sandbox.url}/`);
    const redirect_uri = app.sandbox.app.callbackUrl;
    const { name } = await thrownBy(
      app.run('authentication.oauth2Config.getAccessToken', {
        code: app.sandbox.accounts.issueCode(),
        redirect_uri,
      }),
    );
    expect(name).toBe('ThrottledError');
    expect((await thrownBy(app.run('authentication.test'))).name).toBe('ThrottledError');
    expect(app.calls()).toBe(0);
  });

  test('A revoked refresh token asks the user to reconnect', async () => {
    app.sandbox.accounts.revoke();
    const { name, message } = await thrownBy(app.run('authentication.oauth2Config.refreshAccessToken'));
    expect(name).toBe('ExpiredAuthError');
    expect(message).toContain('Reconnect the shop');
  });

  test('A renewal that AliExpress does not answer marks no connection as expired', async () => {
    await app.sandbox.close();
    const thrown = await thrownBy(app.run('authentication.oauth2Config.refreshAccessToken'));
    expect(thrown).toMatchObject({ name: 'AppError', code: 'aliexpress_unreachable', status: 409 });
  });

  test('A renewal whose result Zapier lost returns the same tokens again', async () => {
    const renewed = await app.run('authentication.oauth2Config.refreshAccessToken');
    expect(await app.run('authentication.oauth2Config.refreshAccessToken')).toEqual(renewed);
  });
});
