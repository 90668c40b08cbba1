import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Texts of requests', () => {
  let hub: TestHub;
  let shop: string;
  beforeAll(async () => {
    hub = await startTestHub();
    shop = hub.sandbox.accounts.sellerId;
  });
  afterAll(() => hub.stop());
  const admin = (method: string, path: string, body?: unknown) =>
    hub.request(method, path, body, hub.adminKey);
  const long = 'a'.repeat(3000);

  test.each([
    ['a line break', 'my\nkey'],
    ['a tab', 'my\tkey'],
    ['an escape sequence', 'my\u001b[31mkey'],
    ['a null', 'my\u0000key'],
    ['a control character of the second block', 'my\u009bkey'],
    ['a separator of lines', 'my\u2028key'],
    ['a change of the direction', 'my\u202ekey'],
    ['an isolate', 'my\u2066key'],
    ['half a character', 'my\ud800key'],
    ['nothing', ' '],
  ])('A name with %s is refused', async (_, name) => {
    const refused = [
      await admin('POST', '/admin/keys', { kind: 'store', name }),
      await admin('POST', '/admin/clients', { name, redirect_uris: ['https://make.example/cb'] }),
    ];
    for (const { status, body } of refused) {
      expect([status, body.kind]).toEqual([422, 'bad_input']);
      expect(body.detail_zh).toContain('名称');
    }
  });

  test.each(['Zapier', '李雷 的 n8n', 'Büro 👩‍👩‍👧', 'متجر'])(
    'The name "%s" is kept as it is',
    async (name) => {
      expect((await admin('POST', '/admin/keys', { kind: 'store', name })).status).toBe(201);
      const { body } = await admin('GET', '/admin/keys');
      expect(body.items.map((key: { name: string }) => key.name)).toContain(name);
    },
  );

  test.each<[string, string, unknown]>([
    ['POST', '/v1/subscriptions', { trigger: 'new_order', url: `https://make.example/${long}` }],
    ['POST', '/v1/subscriptions', { trigger: long }],
    ['POST', '/v1/subscriptions', { trigger: 'new_order', inputs: { a: long.repeat(30) } }],
    ['POST', '/v1/searches/find_order', { order_id: long.repeat(30) }],
    ['GET', `/v1/options/orders?q=${long}`, undefined],
    ['GET', `/v1/events?subscription=${long}`, undefined],
  ])('%s %.30s with a text that is too long is refused', async (method, path, body) => {
    const answer = await hub.request(method, path, body);
    expect([answer.status, answer.body.kind]).toEqual([422, 'bad_input']);
  });

  test.each<[string, string, unknown]>([
    ['POST', '/admin/keys', { kind: 'shop', name: 'x', shop: long }],
    ['POST', '/admin/session', { key: long }],
    ['POST', '/admin/set-up', { token: long }],
    ['GET', `/admin/subscriptions?shop=${long}`, undefined],
    ['GET', `/admin/events?shop=${long}`, undefined],
    ['PUT', '/admin/shops/SHOP/recipes/new_order_to_feishu', { settings: { a: long.repeat(30) } }],
    ['PUT', '/admin/alert-channel', { channel: long, webhook_url: 'https://a.example' }],
  ])('%s %.40s with a text that is too long is refused', async (method, path, body) => {
    const answer = await admin(method, path.replace('SHOP', shop), body);
    expect([answer.status, answer.body.kind]).toEqual([422, 'bad_input']);
  });

  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const sendRaw = async (path: string, text: string, origin = hub.publicUrl) => {
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${hub.shopKey}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: text,
    });
    const { kind } = (await answer.json()) as { kind?: string };
    return [answer.status, kind];
  };

  test.each([
    ['/v1/subscriptions', `{"trigger": "new_order", "inputs": {"a": ${nested(100_000)}}}`],
    ['/v1/searches/find_order', `{"a": ${nested(100_000)}}`],
    ['/v1/actions/send_message', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['/mcp', `{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": ${nested(100_000)}}}`],
  ])('A body for %s that is nested too deeply is refused', async (path, body) => {
    expect(await sendRaw(path, body, hub.hub.url)).toEqual([422, 'bad_input']);
  });

  test('A body that is nested as deeply as allowed is read', async () => {
    const detailOf = async (levels: number): Promise<string> => {
      const inputs = { a: JSON.parse(nested(levels)) };
      return (await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', inputs })).body.detail;
    };
    expect(await detailOf(38)).toContain('"a"');
    expect(await detailOf(39)).toContain('40 levels');
  });

  test('A form of a client with a text that is too long is refused', async () => {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: long });
    const answer = await fetch(`${hub.publicUrl}/oauth/token`, { method: 'POST', body });
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_request' }]);
  });
});
