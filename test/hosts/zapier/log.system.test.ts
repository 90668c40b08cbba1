import { type ConnectedApp, connectApp, NOON } from '../../support/connected-app.ts';

describe("Zapier's log", () => {
  let app: ConnectedApp;
  let log: string;
  beforeAll(async () => {
    app = await connectApp({ signingSecret: 'signing-test-secret' });
    const shipped = app.sandbox.shop.orders.find(
      (order) => (order.shippedAt ?? Number.POSITIVE_INFINITY) < NOON,
    );
    await app.poll('new_order');
    await app.search('find_order', { order_id: String(shipped?.id) });
    await app.run('creates.send_feishu_message.operation.perform', {
      webhook_url: app.sandbox.groups.feishu.address,
      signing_code: 'signing-test-secret',
      title: '新订单',
      text: 'text',
    });
    await app.search('find_dispute', { line_id: String(shipped?.id) });
    await app.run('authentication.test');
    await app.run('authentication.oauth2Config.refreshAccessToken');
    log = JSON.stringify(app.logged);
  });
  afterAll(() => app.close());

  test('The log shows the calls to AliExpress', () => {
    expect(log).toContain('/sync');
  });

  test('Every call has a line with its method, its outcome and the budget', () => {
    const lines = app.logged.map((entry) => String([entry].flat()[0]).trim());
    const calls = lines.filter((line) => line.startsWith('aliexpress.'));
    expect(calls).toHaveLength(app.calls());
    expect(calls.filter((line) => !/^\S+: \w+; \d+ of 200 calls today$/.test(line))).toEqual([]);
    expect(calls).toContainEqual(expect.stringMatching(/: answered; 1 of 200 calls today$/));
    expect(lines.filter((line) => line.startsWith('/auth/'))).toEqual([
      '/auth/token/create: answered',
      '/auth/token/refresh: answered',
    ]);
  });

  test('The log contains no buyer data and no answer of AliExpress', () => {
    expect(log).not.toMatch(/canary/i);
  });

  test("The log contains neither the bot's address nor its signing secret", () => {
    expect(log).not.toContain(app.sandbox.groups.feishu.token);
    expect(log).not.toContain('signing-test-secret');
  });

  test('The log contains no token issued during the steps', () => {
    const [, , ...renewed] = app.sandbox.accounts.issued;
    expect(renewed.length).toBeGreaterThan(0);
    for (const token of renewed) expect(log).not.toContain(token);
  });
});
