import { type ConnectedApp, connectApp, NOON, thrownBy } from '../../support/connected-app.ts';

describe('Errors that a user sees', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ signingSecret: 'signing-test-secret' });
  });
  afterEach(() => app.close());

  const paidOrder = () =>
    String(app.sandbox.shop.orders.find((order) => (order.shippedAt ?? Number.POSITIVE_INFINITY) < NOON)?.id);
  const card = (changes: object = {}) => ({
    webhook_url: app.sandbox.groups.feishu.address,
    signing_code: 'signing-test-secret',
    title: '新订单',
    text: '**金额** 10 USD',
    link: 'https://example.com/order/1',
    ...changes,
  });
  const send = (changes?: object) => app.run('creates.send_feishu_message.operation.perform', card(changes));

  test('No error contains a token, the app secret, the bot address or the signing secret', async () => {
    const texts: string[] = [];
    for (const fault of ['http_5xx', 'cut', 'not_json', 'wrong_shape', 'ban'] as const) {
      app.sandbox.faults.active = fault;
      texts.push((await thrownBy(app.search('find_order', { order_id: paidOrder() }))).message);
    }
    texts.push((await thrownBy(send({ signing_code: 'wrong' }))).message);
    texts.push(
      (await thrownBy(send({ webhook_url: app.sandbox.groups.feishu.address.replace(/.$/, '!') }))).message,
    );
    const { access_token, refresh_token } = app.authData;
    const secrets = [
      access_token,
      refresh_token,
      app.sandbox.app.appSecret,
      app.sandbox.groups.feishu.token,
      'signing-test-secret',
    ];
    for (const secret of secrets) expect(texts.join('\n')).not.toContain(secret);
  });
});
