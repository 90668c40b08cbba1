import { type ConnectedApp, connectApp, NOON, thrownBy } from '../../support/connected-app.ts';

describe('searches, actions and the connection on the real core', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ feishuSecret: 'feishu-test-secret' });
  });
  afterEach(() => app.close());

  const paidOrder = () =>
    String(app.sandbox.shop.orders.find((order) => (order.shippedAt ?? Number.POSITIVE_INFINITY) < NOON)?.id);
  const fillCard = () =>
    app.store.set(`app:card:${app.sandbox.accounts.sellerId}:2026-10-07:full`, JSON.stringify('1'), 86_400);
  const card = (changes: object = {}) => ({
    bot_address: app.sandbox.botAddress,
    signature_code: 'feishu-test-secret',
    title: '新订单',
    text: '**金额** 10 USD',
    link: 'https://example.com/order/1',
    ...changes,
  });
  const send = (changes?: object) => app.run('creates.send_feishu_card.operation.perform', card(changes));

  test('an order is found by its number, with country and tracking number', async () => {
    const id = paidOrder();
    const [order] = await app.search('find_order', { order_id: id });
    expect(order).toMatchObject({
      id,
      order_id: id,
      country: expect.any(String),
      tracking_numbers: [expect.any(String)],
    });
  });

  test('a number of no order finds nothing, and that is no error', async () => {
    expect(await app.search('find_order', { order_id: '123456789012345' })).toEqual([]);
  });

  test('nothing a buyer typed or is called comes out of a found order', async () => {
    expect(JSON.stringify(await app.search('find_order', { order_id: paidOrder() }))).not.toMatch(/canary/i);
  });

  test('a malformed order number is refused by name before any call is spent', async () => {
    const { message } = await thrownBy(app.search('find_order', { order_id: 'abc' }));
    expect(message).toContain('"Order Number" is not usable: an AliExpress order number, 6 to 19 digits');
    expect(app.calls()).toBe(0);
  });

  test('with the card full, a search says when calls are back, and Zapier is asked to wait until then', async () => {
    await fillCard();
    const { name, message, delay } = await thrownBy(app.search('find_order', { order_id: paidOrder() }));
    expect(name).toBe('ThrottledError');
    expect(message).toContain(
      "Today's 200 AliExpress calls are used up; new calls from 00:00 Beijing time (in 12 h 0 min).",
    );
    expect(delay).toBeGreaterThanOrEqual(12 * 3600);
  });

  test('a call that AliExpress did not answer is tried once more, and paid twice', async () => {
    app.sandbox.faults.active = 'http_5xx';
    const { message } = await thrownBy(app.search('find_order', { order_id: paidOrder() }));
    expect(message).toContain('try again in a few minutes');
    expect(app.calls()).toBe(2);
  });

  test('a ban stops the next caller before AliExpress is asked again', async () => {
    app.sandbox.faults.active = 'ban';
    await thrownBy(app.search('find_order', { order_id: paidOrder() }));
    const calls = app.calls();
    const { name, delay } = await thrownBy(app.search('find_order', { order_id: paidOrder() }));
    expect(name).toBe('ThrottledError');
    expect(delay).toBeGreaterThanOrEqual(900);
    expect(app.calls()).toBe(calls);
  });

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
    expect(message).toContain('a slash at the end counts');
  });

  test('a sign-in without state says that the state was lost', async () => {
    const { message } = await thrownBy(
      app.run('authentication.oauth2Config.authorizeUrl', { redirect_uri: app.sandbox.app.callbackUrl }),
    );
    expect(message).toContain('without the "state"');
  });

  test('an authorization code works once', async () => {
    const code = app.sandbox.accounts.issueCode();
    const exchange = () =>
      app.run('authentication.oauth2Config.getAccessToken', { code, redirect_uri: 'https://x/' });
    await exchange();
    expect((await thrownBy(exchange())).message).toContain('It works once and for about 3 minutes');
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

  test('a signed card arrives in the group', async () => {
    await send();
    expect(app.sandbox.feishu.cards).toMatchObject([{ title: '新订单', text: '**金额** 10 USD' }]);
  });

  test('a card takes no AliExpress call', async () => {
    await send();
    expect(app.calls()).toBe(0);
  });

  test('a text with template braces of its own arrives as it was written', async () => {
    await send({ text: 'literal {{bundle.inputData.x}}' });
    expect(app.sandbox.feishu.cards[0]?.text).toBe('literal {{bundle.inputData.x}}');
  });

  test('a wrong signature code is named as such', async () => {
    expect((await thrownBy(send({ signature_code: 'wrong' }))).message).toContain(
      'Feishu refused the signature',
    );
  });

  test('an address that is no Feishu bot is refused before anything is sent', async () => {
    const { message } = await thrownBy(
      send({ bot_address: 'https://evil.example.com/open-apis/bot/v2/hook/abcdefgh' }),
    );
    expect(message).toContain('"Bot Address" is not usable');
    expect(app.sandbox.feishu.cards).toEqual([]);
  });

  test('no error carries a token, the app secret, the bot address or the signature code', async () => {
    const texts: string[] = [];
    for (const fault of ['http_5xx', 'cut', 'not_json', 'wrong_shape', 'ban'] as const) {
      app.sandbox.faults.active = fault;
      texts.push((await thrownBy(app.search('find_order', { order_id: paidOrder() }))).message);
    }
    texts.push((await thrownBy(send({ signature_code: 'wrong' }))).message);
    texts.push((await thrownBy(send({ bot_address: app.sandbox.botAddress.replace(/.$/, '!') }))).message);
    const { access_token, refresh_token } = app.authData;
    const secrets = [
      access_token,
      refresh_token,
      app.sandbox.app.appSecret,
      app.sandbox.feishu.token,
      'feishu-test-secret',
    ];
    for (const secret of secrets) expect(texts.join('\n')).not.toContain(secret);
  });
});
