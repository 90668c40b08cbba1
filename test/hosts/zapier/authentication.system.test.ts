import { type ConnectedApp, connectApp, thrownBy } from '../../support/connected-app.ts';

describe('connecting a shop', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ signingSecret: 'signing-test-secret' });
  });
  afterEach(() => app.close());

  test('the connection test names the shop and asks AliExpress once a day', async () => {
    expect(await app.run('authentication.test')).toMatchObject({ shop_name: 'Harbor Lane Store' });
    await app.run('authentication.test');
    expect(app.calls()).toBe(1);
  });

  test('the sign-in address carries the state and the redirect URI', async () => {
    const url = await app.run('authentication.oauth2Config.authorizeUrl', {
      redirect_uri: app.sandbox.app.callbackUrl,
      state: 'abc',
    });
    expect(Object.fromEntries(new URL(String(url)).searchParams)).toMatchObject({
      state: 'abc',
      redirect_uri: app.sandbox.app.callbackUrl,
    });
  });

  test('a redirect URI that lacks the slash at its end is named beside the registered one', async () => {
    const redirect_uri = app.sandbox.app.callbackUrl.replace(/\/$/, '');
    const { message } = await thrownBy(
      app.run('authentication.oauth2Config.authorizeUrl', { redirect_uri, state: 'abc' }),
    );
    expect(message).toContain(`"${redirect_uri}"`);
    expect(message).toContain('including a trailing slash');
  });

  test('a sign-in without state says that the state was lost', async () => {
    const { message } = await thrownBy(
      app.run('authentication.oauth2Config.authorizeUrl', { redirect_uri: app.sandbox.app.callbackUrl }),
    );
    expect(message).toContain('the "state" parameter is missing');
  });

  test('an authorization code works once', async () => {
    const code = app.sandbox.accounts.issueCode();
    const exchange = () =>
      app.run('authentication.oauth2Config.getAccessToken', { code, redirect_uri: 'https://x/' });
    await exchange();
    expect((await thrownBy(exchange())).message).toContain('It is valid once for about 3 minutes');
  });

  test('renewing the token brings a new refresh token too', async () => {
    const renewed = (await app.run('authentication.oauth2Config.refreshAccessToken')) as Record<
      string,
      string
    >;
    expect(renewed.refresh_token).not.toBe(app.authData.refresh_token);
    expect(renewed.seller_id).toBe(app.authData.seller_id);
  });

  test('a dead refresh token tells the user to reconnect', async () => {
    app.sandbox.accounts.revoke();
    const { name, message } = await thrownBy(app.run('authentication.oauth2Config.refreshAccessToken'));
    expect(name).toBe('ExpiredAuthError');
    expect(message).toContain('Reconnect the shop');
  });
});
