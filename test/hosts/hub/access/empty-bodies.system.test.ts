import { request } from 'node:http';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const JSON_TYPE = 'application/json';
const TYPES = [JSON_TYPE, 'application/x-www-form-urlencoded', 'text/plain', 'a/b'];
const NEED_A_BODY = [
  ['POST', '/v1/subscriptions', 422],
  ['POST', '/admin/keys', 422],
  ['POST', '/admin/clients', 422],
  ['POST', '/admin/session', 422],
  ['POST', '/admin/set-up', 422],
  ['POST', '/admin/shops/pasted', 422],
  ['PUT', '/admin/alert-channel', 422],
  ['POST', '/store/claim', 422],
  ['POST', '/oauth/token', 401],
  ['POST', '/oauth/revoke', 401],
  ['POST', '/push/aliexpress', 401],
  ['POST', '/push/17track/1', 401],
  ['POST', '/mcp', 401],
] as const;

describe('A request without a body', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  /** The status of the answer to a request with a content type. */
  function send(method: string, path: string, type: string, isChunked = false): Promise<number> {
    const key = path.startsWith('/v1') ? hub.shopKey : hub.adminKey;
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': type,
      ...(isChunked && { 'transfer-encoding': 'chunked' }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(hub.hub.url + path, { method, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end();
    });
  }
  async function subscribe(): Promise<string> {
    const wanted = { trigger: 'new_order', url: hub.receiver.url };
    return (await hub.request('POST', '/v1/subscriptions', wanted)).body.id;
  }

  test.each(TYPES)('It is accepted with the type %s where none is needed', async (type) => {
    const path = `/v1/subscriptions/${await subscribe()}`;
    const { body: made } = await hub.request(
      'POST',
      '/admin/keys',
      { kind: 'admin', name: 'x' },
      hub.adminKey,
    );
    const statuses = [
      await send('POST', `${path}/example`, type),
      await send('DELETE', path, type),
      await send('DELETE', `/admin/keys/${made.id}`, type),
      await send('POST', '/admin/shops/sign-in', type),
      await send('GET', '/v1/me', type),
    ];
    expect(statuses).toEqual([202, 204, 204, 201, 200]);
  });

  test('It is accepted as JSON that is sent in chunks', async () => {
    const path = `/v1/subscriptions/${await subscribe()}`;
    expect(await send('POST', `${path}/example`, JSON_TYPE, true)).toBe(202);
    expect(await send('DELETE', path, JSON_TYPE, true)).toBe(204);
  });

  test.each(NEED_A_BODY)('%s %s needs one, and is refused with %d', async (method, path, status) => {
    for (const type of TYPES) expect([type, await send(method, path, type)]).toEqual([type, status]);
  });
});
