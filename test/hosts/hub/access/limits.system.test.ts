import { createHmac } from 'node:crypto';
import { MAX_OF_SHOP } from '../../../../lib/hosts/hub/api/v1/subscriptions.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const COUNT = 150;

describe('Limits of requests', () => {
  let hub: TestHub;
  const lines: string[] = [];
  let client: string;
  const REDIRECT = 'https://make.example/cb';
  beforeAll(async () => {
    hub = await startTestHub({ log: (message) => lines.push(message) });
    const registered = { name: 'Make', redirect_uris: [REDIRECT] };
    const { body } = await hub.request('POST', '/admin/clients', registered, hub.adminKey);
    client = body.id;
  });
  afterAll(() => hub.stop());

  const times = (count: number, send: (n: number) => Promise<number>): Promise<number[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => send(n)));
  const fetchStatus = async (path: string, init: RequestInit): Promise<number> => {
    const answer = await fetch(hub.hub.url + path, { redirect: 'manual', ...init });
    await answer.text();
    return answer.status;
  };
  const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
  const keyOf = async (body: object): Promise<string> =>
    (await hub.request('POST', '/admin/keys', body, hub.adminKey)).body.key;

  test.each([
    ['GET', '/v1/me'],
    ['POST', '/mcp'],
    ['POST', '/store/get'],
    ['GET', '/admin/shops'],
  ])('Invented keys of one address are too many for %s %s', async (method, path) => {
    const statuses = await times(COUNT, (n) =>
      fetchStatus(path, { method, headers: { authorization: `Bearer invented${n}` } }),
    );
    expect(statuses).toContain(429);
    const { status, body } = await hub.request('GET', '/v1/budget', undefined, 'invented');
    expect([status, body.kind]).toEqual([429, 'too_many_requests']);
    expect(body.retry_after).toBeGreaterThan(0);
  });

  test('They use up nothing of what a key may ask, which has a limit of its own', async () => {
    const one = await keyOf({ kind: 'shop', name: 'one', shop: hub.sandbox.accounts.sellerId });
    const status = async (key: string) => (await hub.request('GET', '/v1/me', undefined, key)).status;
    expect(new Set(await times(290, () => status(one)))).toEqual(new Set([200]));
    expect(await times(20, () => status(one))).toContain(429);
    expect(await status(hub.shopKey)).toBe(200);
  });

  test('A key of a store may claim in quick succession', async () => {
    const key = await keyOf({ kind: 'store', name: 'Zapier' });
    const statuses = await times(600, async () => {
      const read = { key: `snap1:${hub.sandbox.accounts.sellerId}:orders` };
      return (await hub.request('POST', '/store/get', read, key)).status;
    });
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test('Sign-ins with wrong keys are too many', async () => {
    const statuses = await times(COUNT, () => fetchStatus('/sign-in', form({ key: 'wrong' })));
    expect([...new Set(statuses)].sort()).toEqual([401, 429]);
  });

  test('Consents of strangers are too many, are not all stored, and fill no log', async () => {
    const request = { response_type: 'code', client_id: client, redirect_uri: REDIRECT };
    const before = lines.length;
    const statuses = await times(COUNT, () =>
      fetchStatus('/oauth/authorize', form({ ...request, decision: 'allow' })),
    );
    expect(statuses).toContain(429);
    expect(lines.slice(before).filter((line) => line === 'a page failed')).toHaveLength(0);
    const rows = hub.hub.runtime.database.prepare('SELECT count(*) AS rows FROM sign_ins').get()?.rows;
    expect(Number(rows)).toBeLessThanOrEqual(120);
  });

  test('A client that has not proved itself is told to come again, which signs nobody out', async () => {
    const wrong = form({ client_id: client, client_secret: 'wrong', grant_type: 'refresh_token' });
    expect([...new Set(await times(COUNT, () => fetchStatus('/oauth/token', wrong)))].sort()).toEqual([
      401, 503,
    ]);
  });

  test('Signed messages of AliExpress are never too many, others are', async () => {
    const { appKey, appSecret } = hub.hub.runtime.appKey;
    const body = JSON.stringify({ seller_id: '1', message_type: 0, data: {}, timestamp: 1, site: 'ae' });
    const authorization = createHmac('sha256', appSecret)
      .update(appKey + body)
      .digest('hex');
    const push = (headers: Record<string, string>) =>
      fetchStatus('/push/aliexpress', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });
    expect([...new Set(await times(COUNT, () => push({ authorization: 'wrong' })))].sort()).toEqual([
      401, 429,
    ]);
    expect(new Set(await times(300, () => push({ authorization })))).toEqual(new Set([200]));
  });
});

test('A shop has no more subscriptions than the limit, and known ones stay known', async () => {
  const hub = await startTestHub();
  const shop = hub.sandbox.accounts.sellerId;
  const { database, vault } = hub.hub.runtime;
  const subscriptions = subscriptionsIn(database, vault);
  const subscribe = (path: string) =>
    hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: `${hub.receiver.url}/${path}` });
  expect((await subscribe('first')).status).toBe(201);
  database.transaction(() => {
    for (let n = 0; n < MAX_OF_SHOP - 1; n += 1) {
      const made = { shop, owner: `key ${n}`, trigger: 'new_order', inputs: {}, kind: 'pull' } as const;
      subscriptions.pause(subscriptions.add(made, hub.clock.now()).id, 'paused_by_owner', hub.clock.now());
    }
  });
  const { status, body } = await subscribe('second');
  expect([status, body.kind]).toEqual([403, 'too_many_subscriptions']);
  expect((await subscribe('first')).status).toBe(200);
  expect(subscriptions.all()).toHaveLength(MAX_OF_SHOP);
  database.connection.exec("UPDATE subscriptions SET state = 'ended' WHERE owner = 'key 1'");
  expect((await subscribe('second')).status).toBe(201);
  await hub.stop();
});

test('A shop with all its subscriptions on one feed writes no start mark at every poll', async () => {
  // Late in AliExpress's day the calls that are left are spent by the minute, and every visit writes a state.
  const hub = await startTestHub({ startAt: Date.parse('2026-10-20T04:00:00Z') });
  const { accounts } = hub.sandbox;
  const { database, vault } = hub.hub.runtime;
  const add = (n: number) =>
    subscriptionsIn(database, vault).add(
      {
        shop: accounts.sellerId,
        owner: 'key',
        trigger: 'order_paid',
        inputs: { min_amount: String(n) },
        kind: 'pull',
      },
      hub.clock.now(),
    );
  /** Of the newest state of the feed: every one that is written has the next number. */
  const newest = async () => Number(await database.store.get(`snap1:${accounts.sellerId}:orders`));
  for (let n = 1; n < MAX_OF_SHOP; n += 1) add(n);
  expect((await hub.request('POST', '/v1/subscriptions', { trigger: 'order_paid' })).status).toBe(201);
  await hub.pass(2 * MINUTE);
  const before = await newest();
  await hub.pass(6 * MINUTE);
  expect(before).toBeGreaterThan(0);
  expect((await newest()) - before).toBeLessThan(MAX_OF_SHOP / 2);
  await hub.stop();
});
