import { type ConnectedApp, connectApp, NOON, thrownBy } from '../../support/connected-app.ts';

describe('what a user gets to read', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ feishuSecret: 'feishu-test-secret' });
  });
  afterEach(() => app.close());

  const paidOrder = () =>
    String(app.sandbox.shop.orders.find((order) => (order.shippedAt ?? Number.POSITIVE_INFINITY) < NOON)?.id);
  const card = (changes: object = {}) => ({
    bot_address: app.sandbox.botAddress,
    signing_code: 'feishu-test-secret',
    title: '新订单',
    text: '**金额** 10 USD',
    link: 'https://example.com/order/1',
    ...changes,
  });
  const send = (changes?: object) => app.run('creates.send_feishu_card.operation.perform', card(changes));

  test('no error carries a token, the app secret, the bot address or the signature code', async () => {
    const texts: string[] = [];
    for (const fault of ['http_5xx', 'cut', 'not_json', 'wrong_shape', 'ban'] as const) {
      app.sandbox.faults.active = fault;
      texts.push((await thrownBy(app.search('find_order', { order_number: paidOrder() }))).message);
    }
    texts.push((await thrownBy(send({ signing_code: 'wrong' }))).message);
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
