import { type ConnectedApp, connectApp, thrownBy } from '../support/connected-app.ts';

describe('Send Feishu Card', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp({ feishuSecret: 'feishu-test-secret' });
  });
  afterEach(() => app.close());

  const card = (changes: object = {}) => ({
    bot_address: app.sandbox.botAddress,
    signing_code: 'feishu-test-secret',
    title: '新订单',
    text: '**金额** 10 USD',
    link: 'https://example.com/order/1',
    ...changes,
  });
  const send = (changes?: object) => app.run('creates.send_feishu_card.operation.perform', card(changes));

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
    expect((await thrownBy(send({ signing_code: 'wrong' }))).message).toContain(
      'Feishu refused the signature',
    );
  });

  test('an address that is no Feishu bot is refused before anything is sent', async () => {
    const { message } = await thrownBy(
      send({ bot_address: 'https://evil.example.com/open-apis/bot/v2/hook/abcdefgh' }),
    );
    expect(message).toContain('"Webhook URL" has an invalid value');
    expect(app.sandbox.feishu.cards).toEqual([]);
  });
});
