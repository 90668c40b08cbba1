import { spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { keysIn } from '../../../../lib/hosts/hub/access/keys.ts';
import { DAY, MINUTE } from '../../../../lib/runtime.ts';
import { startBrowser } from '../../../support/browser.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';
import { startProxy } from '../../../support/proxy.ts';

const program = fileURLToPath(new URL('../../../../hub.ts', import.meta.url));

const PRIVATE = [
  ['GET', '/'],
  ['POST', '/'],
  ['GET', '/set-up'],
  ['POST', '/set-up'],
  ['GET', '/sign-in'],
  ['POST', '/sign-in'],
  ['POST', '/sign-out'],
  ['POST', '/admin/set-up'],
  ['POST', '/admin/session'],
  ['GET', '/admin/shops'],
  ['DELETE', '/admin/shops/2201234567890'],
  ['POST', '/admin/shops/sign-in'],
  ['GET', '/admin/shops/2201234567890/activity'],
  ['GET', '/admin/keys'],
  ['GET', '/admin/clients'],
  ['GET', '/admin/subscriptions'],
  ['POST', '/mcp'],
  ['GET', '/metrics'],
] as const;
const PUBLIC = [
  '/healthz',
  '/openapi.json',
  '/.well-known/oauth-authorization-server',
  '/v1/me',
  '/oauth/authorize',
  '/aliexpress/callback',
] as const;

const OTHER = [
  ['POST', '/oauth/token'],
  ['POST', '/oauth/revoke'],
  ['POST', '/oauth/pasted'],
  ['POST', '/store/claim'],
  ['POST', '/push/aliexpress'],
  ['POST', '/push/17track/1'],
  ['POST', '/v1/searches/find_orders'],
  ['DELETE', '/v1/subscriptions/x'],
  ['OPTIONS', '/v1/subscriptions'],
  ['GET', '/nothing'],
  ['GET', '/%zz'],
] as const;
type Headers = Record<string, string>;

/** The status of an answer to a request with exactly these headers. */
function statusOf(base: string, method: string, path: string, headers: Headers = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(base + path, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('Two listeners', () => {
  let hub: TestHub;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  beforeAll(async () => {
    hub = await startTestHub({ isPublic: true });
    proxy = await startProxy(hub.publicUrl);
  });
  afterAll(async () => {
    await proxy.close();
    await hub.stop();
  });
  const withKey = () => ({ authorization: `Bearer ${hub.adminKey}` });

  test.each(PRIVATE)('The public one answers 404 to %s %s, also through a proxy', async (method, path) => {
    const direct = await statusOf(hub.publicUrl, method, path, withKey());
    const proxied = await statusOf(proxy.url, method, path, withKey());
    const encoded = await statusOf(hub.publicUrl, method, path.replace('/', '/%2e%2e/'), withKey());
    expect([direct, proxied, encoded]).toEqual([404, 404, 404]);
  });

  test.each(PUBLIC)('Only the public one serves %s', async (path) => {
    const [open, own] = await Promise.all([
      statusOf(hub.publicUrl, 'GET', path),
      statusOf(hub.hub.url, 'GET', path),
    ]);
    expect(open).not.toBe(404);
    expect(own).toBe(404);
  });

  test.each([
    ['a foreign name', { host: 'evil.example' }],
    ['a foreign name with the port', { host: 'evil.example:4170' }],
    ['a name that begins like its own', { host: '127.0.0.1.evil.example' }],
    ['a name behind its own as that of a user', { host: '127.0.0.1@evil.example' }],
    ['another address of this machine', { host: '0.0.0.0' }],
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
  ])('Both refuse a request with %s', async (_, headers) => {
    const paths = [...PRIVATE, ...PUBLIC.map((path) => ['GET', path] as const), ...OTHER];
    for (const base of [hub.hub.url, hub.publicUrl])
      for (const [method, path] of paths) {
        const status = await statusOf(base, method, path, { ...withKey(), ...headers } as Headers);
        expect([method, path, status]).toEqual([method, path, 403]);
      }
  });

  test('A form of a foreign page is refused, even where no key is needed', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(await statusOf(hub.hub.url, 'POST', '/sign-in', headers)).toBe(403);
    expect(await statusOf(hub.publicUrl, 'POST', '/oauth/token', headers)).toBe(403);
  });

  test('A tunnel may pass on the public name or a loopback name', async () => {
    const { host } = new URL(hub.publicUrl);
    const names = [host, 'localhost:80', '[::1]'];
    const statuses = names.map((name) => statusOf(hub.publicUrl, 'GET', '/healthz', { host: name }));
    expect(await Promise.all(statuses)).toEqual([200, 200, 200]);
  });
});

describe('One listener', () => {
  let hub: TestHub;
  beforeAll(async () => {
    // A command beside it has the real time.
    hub = await startTestHub({ startAt: Date.now() });
  });
  afterAll(() => hub.stop());
  const admin = (method: string, path: string, body?: unknown, key = hub.adminKey) =>
    hub.request(method, path, body, key);

  test('It serves everything without a public address', async () => {
    expect(await statusOf(hub.hub.url, 'GET', '/healthz')).toBe(200);
    expect(await statusOf(hub.hub.url, 'GET', '/admin/shops')).toBe(401);
  });

  test('A form with a name twice, or with something else than texts, is refused as one without it', async () => {
    const post = async (path: string, body: string, type: string) => {
      const headers = { 'content-type': type, origin: hub.hub.url };
      return (await fetch(hub.hub.url + path, { method: 'POST', headers, body })).status;
    };
    expect(await post('/sign-in', 'key=a&key=b', 'application/x-www-form-urlencoded')).toBe(401);
    expect(await post('/set-up', '[1]', 'application/json')).toBe(401);
    expect((await fetch(`${hub.hub.url}/set-up?token=a&token=b`)).status).toBe(401);
  });

  test('Keys of a shop do not manage the hub, and admin keys do not read a shop', async () => {
    expect((await admin('GET', '/admin/shops', undefined, hub.shopKey)).status).toBe(401);
    expect((await hub.request('GET', '/v1/me', undefined, hub.adminKey)).status).toBe(401);
  });

  test('A page that is opened by a link of a foreign page answers', async () => {
    const { status } = await startBrowser().open(`${hub.hub.url}/sign-in`, { from: 'https://mail.example' });
    expect(status).toBe(200);
  });

  test('The set-up token gives one admin key, whoever asks at the same moment', async () => {
    const token = new URL(hub.hub.setUpUrl ?? '').searchParams.get('token') ?? '';
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => admin('POST', '/admin/set-up', { token }, '')),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(401)]);
    const { key } = answers.find(({ status }) => status === 201)?.body ?? {};
    expect((await admin('GET', '/admin/shops', undefined, key)).status).toBe(200);
    expect((await admin('POST', '/admin/set-up', { token }, '')).body.kind).toBe('set_up_refused');
  });

  test('An owner who has lost the admin key makes a new one while the hub runs', async () => {
    const { folder } = hub.hub.runtime.hub;
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, 'admin-key'],
      { encoding: 'utf8', env: { ...process.env, HUB_DATA: folder } },
    );
    expect(status).toBe(0);
    expect((await admin('GET', '/admin/shops', undefined, stdout.trim())).status).toBe(200);
  });

  test('A browser signs in with an admin key, and out', async () => {
    const browser = startBrowser();
    const page = `${hub.hub.url}/sign-in`;
    expect((await browser.submit(page, { key: 'key_admin_wrong' }, page)).status).toBe(401);
    await browser.submit(page, { key: hub.adminKey }, page);
    const read = () => browser.open(`${hub.hub.url}/admin/keys`, { from: page });
    expect((await read()).status).toBe(200);
    const { text } = await read();
    expect(text).not.toContain(hub.adminKey);
    await browser.submit(`${hub.hub.url}/sign-out`, {}, page);
    expect((await read()).status).toBe(401);
  });

  test('A session acts only for the pages of the hub', async () => {
    const browser = startBrowser();
    const page = `${hub.hub.url}/sign-in`;
    await browser.submit(page, { key: hub.adminKey }, page);
    const [[name, { value }] = ['', { value: '' }]] = browser.cookies;
    const cookie = `${name}=${value}`;
    const statusesFor = (headers: Record<string, string>) =>
      Promise.all(
        ['/admin/shops/sign-in', '/', '/sign-out'].map((path) =>
          statusOf(hub.hub.url, 'POST', path, { cookie, ...headers }),
        ),
      );
    for (const headers of [
      {},
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ] as Record<string, string>[])
      expect(await statusesFor(headers)).toEqual([403, 403, 403]);
    const start = (headers: Record<string, string>) =>
      statusOf(hub.hub.url, 'POST', '/admin/shops/sign-in', { cookie, ...headers });
    expect(await start({ 'sec-fetch-site': 'same-origin', origin: 'null' })).toBe(201);
    expect(await start({ origin: new URL(hub.hub.url).origin })).toBe(201);
  });

  test('A session ends after thirty days', async () => {
    const answer = await fetch(`${hub.hub.url}/admin/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: hub.adminKey }),
    });
    const [cookie = ''] = answer.headers.getSetCookie()[0]?.split(';') ?? [];
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax$/);
    const secret = cookie.split('=')[1] ?? '';
    const { database, clock } = hub.hub.runtime;
    expect(keysIn(database).find(secret, clock.now() + 29 * DAY)?.kind).toBe('session');
    expect(keysIn(database).find(secret, clock.now() + 31 * DAY)).toBeUndefined();
    const signedOut = await fetch(`${hub.hub.url}/admin/session`, { method: 'DELETE', headers: { cookie } });
    expect(signedOut.status).toBe(204);
    expect(keysIn(database).find(secret, clock.now())).toBeUndefined();
  });

  test('Names and keys that do not fit are refused with the field', async () => {
    const refused = [
      await admin('POST', '/admin/keys', { kind: 'root', name: 'x' }),
      await admin('POST', '/admin/keys', { kind: 'shop', name: '', shop: '2201234567890' }),
      await admin('POST', '/admin/clients', { name: 'x', redirect_uris: ['http://make.example/cb'] }),
      await admin('POST', '/admin/clients', { name: 'x', redirect_uris: ['https://make.example/cb#a'] }),
      await admin('POST', '/admin/clients', { name: 'x', redirect_uris: [] }),
    ];
    expect(refused.map(({ status, body }) => [status, body.kind])).toEqual(
      refused.map(() => [422, 'bad_input']),
    );
    const unknown = await admin('POST', '/admin/keys', { kind: 'shop', name: 'x', shop: '1' });
    expect(unknown.body.kind).toBe('not_found');
  });

  test('A key is shown once, works for its scopes, and is revoked', async () => {
    const made = await admin('POST', '/admin/keys', {
      kind: 'shop',
      name: 'n8n',
      shop: '2201234567890',
      scopes: ['read'],
    });
    const { id, key } = made.body;
    const { body } = await admin('GET', '/admin/keys');
    expect(body.items.find((each: { id: string }) => each.id === id)).toMatchObject({
      kind: 'shop',
      scopes: ['read'],
      name: 'n8n',
    });
    expect(JSON.stringify(body)).not.toContain(key);
    expect((await hub.request('GET', '/v1/me', undefined, key)).body.client).toBe('n8n');
    const refused = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' }, key);
    expect([refused.status, refused.body.kind]).toEqual([403, 'scope_missing']);
    expect((await admin('DELETE', `/admin/keys/${id}`)).status).toBe(204);
    expect((await hub.request('GET', '/v1/me', undefined, key)).status).toBe(401);
  });

  test('The owner pauses, resumes and removes a subscription', async () => {
    const { body: made } = await hub.request('POST', '/v1/subscriptions', {
      trigger: 'new_order',
      url: `${hub.receiver.url}/secret-path`,
    });
    // The start mark is set.
    await hub.pass(10 * MINUTE);
    const find = async () => {
      const { body } = await admin('GET', '/admin/subscriptions?shop=2201234567890');
      return body.items.find(({ id }: { id: string }) => id === made.id);
    };
    expect(await find()).toMatchObject({ trigger: 'new_order', target_host: new URL(hub.receiver.url).host });
    expect(JSON.stringify(await find())).not.toContain('secret-path');
    await admin('POST', `/admin/subscriptions/${made.id}/pause`);
    expect((await find()).state).toBe('paused');
    await admin('POST', `/admin/subscriptions/${made.id}/resume`);
    expect((await find()).state).toBe('active');
    await admin('DELETE', `/admin/subscriptions/${made.id}`);
    expect(await find()).toBeUndefined();
    expect((await admin('POST', `/admin/subscriptions/${made.id}/pause`)).status).toBe(404);
  });
});
