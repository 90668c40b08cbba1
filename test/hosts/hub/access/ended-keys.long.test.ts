import { clientsIn } from '../../../../lib/hosts/hub/oauth/clients.ts';
import { tokensIn } from '../../../../lib/hosts/hub/oauth/tokens.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { type Browser, startBrowser } from '../../../support/browser.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Keys that end', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());
  const admin = async (method: string, path: string, body?: unknown) =>
    (await hub.request(method, path, body, hub.adminKey)).body;
  const create = (key: Record<string, unknown>): Promise<{ id: string; key: string }> =>
    admin('POST', '/admin/keys', key);

  async function signIn(key: string): Promise<Browser> {
    const browser = startBrowser();
    const page = `${hub.hub.url}/sign-in`;
    await browser.submit(page, { key }, page);
    return browser;
  }
  const statusOf = async (browser: Browser): Promise<number> =>
    (await browser.open(`${hub.hub.url}/admin/shops`)).status;

  test('A session ends when the key is revoked with which the browser has signed in', async () => {
    const [one, other] = [
      await create({ kind: 'admin', name: 'one' }),
      await create({ kind: 'admin', name: 'other' }),
    ];
    const [first, second] = [await signIn(one.key), await signIn(other.key)];
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    await admin('DELETE', `/admin/keys/${one.id}`);
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
    expect((await first.open(`${hub.hub.url}/`)).url).toBe(`${hub.hub.url}/sign-in`);
  });

  test('A session of the set-up ends with the key that the set-up has made', async () => {
    const token = new URL(hub.hub.setUpUrl ?? '').searchParams.get('token') ?? '';
    const browser = startBrowser();
    const page = `${hub.hub.url}/set-up`;
    await browser.submit(page, { token }, page);
    expect(await statusOf(browser)).toBe(200);
    const { items } = await admin('GET', '/admin/keys');
    await admin('DELETE', `/admin/keys/${items.find(({ name }: { name: string }) => name === 'set-up').id}`);
    expect(await statusOf(browser)).toBe(401);
  });

  test('A session ends when its key expires', async () => {
    const { key } = await create({ kind: 'admin', name: 'guest', expires_in_days: 1 });
    const browser = await signIn(key);
    await hub.pause(23 * HOUR);
    expect(await statusOf(browser)).toBe(200);
    await hub.pause(HOUR);
    expect(await statusOf(browser)).toBe(401);
  });

  test('Subscriptions end with a key that expires, and the owner is told once', async () => {
    const shop = hub.sandbox.accounts.sellerId;
    const expiring = { kind: 'shop', name: 'n8n', shop, expires_in_days: 1 };
    const { key } = await create(expiring);
    await create({ kind: 'store', name: 'Zapier', expires_in_days: 1 });
    const target = { trigger: 'new_order', url: `${hub.receiver.url}/expired` };
    expect((await hub.request('POST', '/v1/subscriptions', target, key)).status).toBe(201);
    const subscriptions = async () => (await admin('GET', '/admin/subscriptions')).items;
    await hub.pass(2 * HOUR);
    await hub.pause(21 * HOUR + 55 * MINUTE);
    expect(await subscriptions()).toHaveLength(1);
    await hub.pass(10 * MINUTE);
    expect(await subscriptions()).toStrictEqual([]);
    const { received } = hub.receiver;
    const before = received.length;
    expect(before).toBeGreaterThan(0);
    await hub.pass(2 * HOUR);
    expect(received).toHaveLength(before);
    const { items } = await admin('GET', '/admin/alerts');
    const texts = items.map(({ text }: { text: { en: string } }) => text.en);
    expect(texts.filter((text: string) => text.includes('"n8n" has expired'))).toHaveLength(1);
    expect(texts.filter((text: string) => text.includes('"Zapier" has expired'))).toHaveLength(1);
    const { items: keys } = await admin('GET', '/admin/keys');
    expect(keys.map(({ name }: { name: string }) => name)).not.toContain('n8n');
  });

  test('A key that expires while the hub is stopped sends nothing after the start', async () => {
    const shop = hub.sandbox.accounts.sellerId;
    const { key } = await create({ kind: 'shop', name: 'late', shop, expires_in_days: 1 });
    const target = { trigger: 'new_order', url: `${hub.receiver.url}/late` };
    await hub.request('POST', '/v1/subscriptions', target, key);
    await hub.pass(HOUR);
    hub.receiver.received.length = 0;
    await hub.pause(2 * DAY);
    await hub.pass(HOUR);
    expect(hub.receiver.received).toHaveLength(0);
  });
});

describe('Keys of a hub whose machine goes eight hours ahead', () => {
  let hub: TestHub;
  beforeEach(async () => {
    hub = await startTestHub();
  });
  afterEach(() => hub.stop());

  test('A key and its subscriptions end a day after it was created, by the time of AliExpress', async () => {
    const newKey = { kind: 'shop', name: 'n8n', shop: hub.sandbox.accounts.sellerId, expires_in_days: 1 };
    const { key } = (await hub.request('POST', '/admin/keys', newKey, hub.adminKey)).body;
    const target = { trigger: 'new_order', url: `${hub.receiver.url}/ahead` };
    await hub.request('POST', '/v1/subscriptions', target, key);
    const status = async () => (await hub.request('GET', '/v1/me', undefined, key)).status;
    const subscriptions = async () =>
      (await hub.request('GET', '/admin/subscriptions', undefined, hub.adminKey)).body.items.length;
    await hub.pass(10 * MINUTE);
    await hub.pause(19 * HOUR);
    hub.setClock(8 * HOUR);
    await hub.pass(30 * MINUTE);
    expect([await status(), await subscriptions()]).toEqual([200, 1]);
    await hub.pause(MINUTE);
    expect([await status(), await subscriptions()]).toEqual([200, 1]);
    await hub.pause(4 * HOUR);
    await hub.pass(30 * MINUTE);
    expect([await status(), await subscriptions()]).toEqual([401, 0]);
  });

  test('The token of a client is valid for an hour, by the time of AliExpress', async () => {
    const { runtime } = hub.hub;
    const redirectUri = 'https://client.example/cb';
    const { id: client } = clientsIn(runtime.database).register(
      { name: 'client', redirectUris: [redirectUri], hasSecret: false },
      0,
    );
    const tokens = tokensIn(runtime);
    const consent = { client, shop: hub.sandbox.accounts.sellerId, scopes: ['read'] as const, redirectUri };
    const code = tokens.allow(consent);
    const { access_token: token } = tokens.redeem(code, { client, redirectUri, verifier: '' }) ?? {};
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' });
    hub.setClock(8 * HOUR);
    await hub.pass(20 * MINUTE);
    expect((await hub.request('GET', '/v1/me', undefined, token)).status).toBe(200);
    await hub.pass(40 * MINUTE);
    expect((await hub.request('GET', '/v1/me', undefined, token)).status).toBe(401);
  });
});
