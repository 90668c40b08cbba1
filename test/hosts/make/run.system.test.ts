/** Runs every part of the Make app against a real hub with a sandbox shop. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { sampleEvent } from '../../../lib/engine/samples.ts';
import { eventsIn } from '../../../lib/hosts/hub/events/events.ts';
import { subscriptionsIn } from '../../../lib/hosts/hub/events/subscriptions.ts';
import { HOUR, SECOND } from '../../../lib/runtime.ts';
import { operations } from '../../../operations.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import {
  MAX_RECORDS,
  MakeError,
  type MakeRunner,
  makeRunner,
  openFolder,
} from '../../support/make/runner.ts';
import { oauthSections } from '../../support/make/sign-in.ts';

const app = openFolder(join(fileURLToPath(new URL('../../../', import.meta.url)), 'make'));
const typeOf = (error: unknown) => (error instanceof MakeError ? error.type : String(error));

describe('Make app at a hub', () => {
  let hub: TestHub;
  let make: MakeRunner;

  beforeAll(async () => {
    hub = await startTestHub({ sandbox: { variedParcels: { abnormal: 0.5 } } });
    const now = () => new Date(hub.clock.now());
    make = makeRunner(app, { origin: hub.publicUrl, connection: { apiKey: hub.shopKey }, now });
  });
  afterAll(() => hub.stop());

  test('The connection with a key names the shop', async () => {
    const section = app.file('connection', 'hubKey', 'communication');
    const { page } = await make.request(section, { parameters: { apiKey: hub.shopKey } });
    expect(page.body).toMatchObject({ shop_id: '2201234567890', shop_name: 'Harbor Lane Store' });
  });

  test('A wrong key ends in the error that has the seller connect again', async () => {
    const section = app.file('connection', 'hubKey', 'communication');
    const failure = make.request(section, { parameters: { apiKey: 'key_shop_wrong' } });
    expect(await failure.catch(typeOf)).toBe('InvalidAccessTokenError');
  });

  test('Watch Events yields every event once, oldest first, whatever the limit of a run', async () => {
    const parameters = { triggers: ['new_order', 'order_paid'], limit: 10 };
    expect(await make.run('module', 'watchEvents', { parameters, data: {} })).toEqual([]);
    await hub.pass(6 * HOUR);
    const rows: Record<string, unknown>[] = [];
    for (let lastID: unknown; ; ) {
      const found = await make.run('module', 'watchEvents', { parameters, data: { lastID } });
      rows.push(...found);
      if (found.length === 0) break;
      lastID = found.at(-1)?.seq;
    }
    const { body: orders } = await hub.request('GET', '/v1/events?triggers=new_order,order_paid&limit=100');
    expect(rows.length).toBeGreaterThan(10);
    expect(rows).toEqual(orders.items);
  });

  test('Watch Events gets all of a backlog that is longer than what Make reads in one run', async () => {
    const parameters = { triggers: ['order_cancelled'], limit: 2000 };
    await make.run('module', 'watchEvents', { parameters, data: {} });
    const { database, vault } = hub.hub.runtime;
    const subscription = subscriptionsIn(database, vault)
      .all()
      .find(({ trigger }) => trigger === 'order_cancelled');
    const trigger = operations.triggers.find(({ key }) => key === 'order_cancelled');
    if (!subscription || !trigger) throw new Error('there is no subscription');
    const ids = Array.from({ length: MAX_RECORDS + 800 }, (_, n) => `cancelled/${n}`);
    const backlog = ids.map((id) => ({ ...sampleEvent(trigger), id }));
    eventsIn(database).keepNew(subscription, backlog, [], hub.clock.now());
    const found: unknown[] = [];
    for (let lastID: unknown = 0, isDone = false; !isDone; ) {
      const rows = await make.run('module', 'watchEvents', { parameters, data: { lastID } });
      found.push(...rows.map(({ id }) => id));
      lastID = rows.at(-1)?.seq;
      isDone = rows.length === 0;
    }
    expect(found).toEqual(ids);
  });

  test.each([undefined, null, '', false])('A webhook whose example is %j gets none', async (send_example) => {
    const url = `${hub.receiver.url}?example=${send_example}`;
    const kept = await make.attach('orderPaid', { send_example }, url);
    await hub.pass(SECOND);
    expect(hub.receiver.received).toEqual([]);
    await make.detach('orderPaid', kept, url);
  });

  test('A webhook subscribes once, hands on the events, and unsubscribes', async () => {
    const { url, received } = hub.receiver;
    const inputs = { send_example: true };
    const kept = await make.attach('newOrder', inputs, url);
    expect(await make.attach('newOrder', { send_example: false }, url)).toEqual(kept);
    await hub.pass(2 * HOUR);
    const events = received.map(({ body }) => make.receive('newOrder', JSON.parse(body)));
    expect(events[0]).toMatchObject({ event_type: 'new_order', is_example: true });
    expect(events.slice(1).length).toBeGreaterThan(0);
    expect(events.slice(1).every((event) => !(event as { is_example: boolean }).is_example)).toBe(true);
    await make.detach('newOrder', kept, url);
    await make.detach('newOrder', kept, url);
    await make.detach('newOrder', { subscription: 'sub_unknown' }, url);
    const before = received.length;
    await hub.pass(4 * HOUR);
    expect(received.length).toBe(before);
  });

  test('A search returns at most as many rows as its limit says', async () => {
    const parameters = { status: 'any', placed_within_days: 7, placed_before_days: 0, max_pages: 1 };
    const all = await make.run('module', 'findOrders', { parameters: { ...parameters, limit: 100 } });
    const few = await make.run('module', 'findOrders', { parameters: { ...parameters, limit: 3 } });
    expect(all.length).toBeGreaterThan(3);
    expect(few).toEqual(all.slice(0, 3));
  });

  test('A module for one record returns it, and says so where there is none', async () => {
    const [order] = await make.run('module', 'watchEvents', {
      parameters: { triggers: ['new_order'], limit: 1 },
      data: {},
    });
    const [found] = await make.run('module', 'findOrder', { parameters: { order_id: order?.order_id } });
    expect(found?.order_id).toBe(order?.order_id);
    const missing = make.run('module', 'findOrder', { parameters: { order_id: '8200000000000000' } });
    expect(await missing.catch(typeOf)).toBe('DataError');
  });

  test('Few calls that are left stop no scenario, which has filters for that', async () => {
    const parameters = { min_calls_left: 100_000 };
    const [budget] = await make.run('module', 'findCallBudget', { parameters });
    expect(budget?.calls_left).toBeLessThan(parameters.min_calls_left);
  });

  test('An invalid input ends in an error of the data', async () => {
    const failure = make.run('module', 'findOrder', { parameters: { order_id: 'abc' } });
    expect(await failure.catch(typeOf)).toBe('DataError');
  });

  test('An action returns what its interface names', async () => {
    const { sample } = operations.actions.find(({ key }) => key === 'prepare_ticket') ?? {};
    const parameters = { title: 'A', text: 'B', event: 'c' };
    const [ticket] = await make.run('module', 'prepareTicket', { parameters });
    expect(Object.keys(ticket ?? {}).toSorted()).toEqual(Object.keys(sample ?? {}).toSorted());
  });

  test.each(['/v1/budget', 'v1/budget', '//budget', 'budget?x=1#y', ' budget '])(
    'The module for any request reads %j',
    async (url) => {
      const [answer] = await make.run('module', 'makeApiCall', { parameters: { url } });
      expect(answer).toMatchObject({ statusCode: 200, body: { limit: 200 } });
    },
  );

  test('The module for any request takes a query', async () => {
    const qs = [
      { key: 'triggers', value: 'new_order,order_paid' },
      { key: 'limit', value: 2 },
    ];
    const [answer] = await make.run('module', 'makeApiCall', { parameters: { url: 'events', qs } });
    expect(z.object({ items: z.array(z.unknown()) }).parse(answer?.body).items).toHaveLength(2);
  });

  test('Every dropdown has options, where workflows follow parcels too', async () => {
    await hub.request('GET', '/v1/events?triggers=parcel_delivered,abnormal_parcel');
    await hub.pass(8 * HOUR);
    for (const name of Object.keys(app.manifest.components.rpc ?? {})) {
      const options = await make.run('rpc', name, {});
      expect({ name, isFilled: options.length > 0 }).toEqual({ name, isFilled: true });
    }
  });
});

describe('Make app at a hub that may answer anything', () => {
  const TYPES = {
    400: 'DataError',
    401: 'InvalidAccessTokenError',
    403: 'InvalidConfigurationError',
    404: 'DataError',
    408: 'RuntimeError',
    409: 'DuplicateDataError',
    410: 'DataError',
    418: 'RuntimeError',
    422: 'DataError',
    424: 'RuntimeError',
    429: 'RateLimitError',
    500: 'ConnectionError',
    502: 'ConnectionError',
    503: 'ConnectionError',
    504: 'ConnectionError',
    522: 'ConnectionError',
    530: 'ConnectionError',
  };
  /** Those that a proxy before the hub sends, without a problem of the hub. */
  const OF_PROXIES = ['408', '502', '504', '522', '530'];
  let answer: { status: number; body: string } | undefined;
  const paths: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    paths.push(request.url ?? '');
    if (!answer) return request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/problem+json' }).end(answer.body);
  });
  let make: MakeRunner;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    make = makeRunner(app, { origin: `http://127.0.0.1:${port}`, connection: {} });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const url = 'https://hook.eu1.make.com/abc';
  const REQUESTS: Record<string, () => Promise<unknown>> = {
    attach: () => make.attach('newOrder', { send_example: false }, url),
    detach: () => make.detach('newOrder', { subscription: 'sub_1' }, url),
    'a module': () => make.run('module', 'findCallBudget', { parameters: {} }),
    'a trigger': () =>
      make.run('module', 'watchEvents', { parameters: { triggers: ['new_order'], limit: 1 } }),
    'a dropdown': () => make.run('rpc', 'listOrders', {}),
  };
  const cases = Object.keys(REQUESTS).flatMap((request) =>
    Object.entries(TYPES).map(([status, type]) => [request, status, type] as const),
  );

  test.each(cases)('For %s, status %s is a %s', async (request, status, type) => {
    const problem = { kind: 'some_kind', detail: 'What to do.', detail_zh: '怎么办。' };
    answer = {
      status: Number(status),
      body: OF_PROXIES.includes(status) ? '<html>' : JSON.stringify(problem),
    };
    const failure = await REQUESTS[request]?.().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MakeError);
    const { type: found, message } = failure as MakeError;
    expect(found).toBe(type);
    expect(message).toContain(`[${status}]`);
    expect(message).toMatch(OF_PROXIES.includes(status) ? /hub.*中转服务/ : /What to do\. 怎么办。/);
  });

  test.each(Object.keys(REQUESTS))('For %s, a hub that sends no answer is tried again', async (request) => {
    answer = undefined;
    expect(await REQUESTS[request]?.().catch(typeOf)).toBe('ConnectionError');
  });

  test('The page of a proxy ends in an error that says so', async () => {
    answer = { status: 451, body: '<html>' };
    const failure = await REQUESTS['a module']?.().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      type: 'RuntimeError',
      message:
        '[451] The hub is not reachable, or it sent no explanation. 无法连接中转服务，或其未说明原因。 (code: none)',
    });
  });

  // A connection that Make takes for lost turns off every scenario that uses it.
  test.each([
    [400, 'InvalidAccessTokenError'],
    [401, 'InvalidAccessTokenError'],
    [403, 'ConnectionError'],
    [404, 'ConnectionError'],
    [429, 'RateLimitError'],
    [500, 'ConnectionError'],
    [503, 'ConnectionError'],
    [530, 'ConnectionError'],
  ])('When tokens are refreshed, status %s is a %s', async (status, type) => {
    answer = { status, body: '<html>' };
    const { refresh } = oauthSections(app);
    const scope = { data: { refreshToken: 'r' }, common: { clientId: 'c', clientSecret: 's' } };
    expect(await make.request(refresh, scope).catch(typeOf)).toBe(type);
  });

  test.each(['hub', 'hubKey'])('The connection %s is refused where another website answers', async (name) => {
    answer = { status: 200, body: '<html>' };
    const section = name === 'hub' ? oauthSections(app).info : app.file('connection', name, 'communication');
    const failure = await make.request(section, { parameters: { apiKey: 'k' } }).catch((error) => error);
    expect(failure).toMatchObject({ type: 'ConnectionError', message: expect.stringContaining('The hub') });
  });

  test.each([
    '../healthz',
    '/v1/../../admin/keys',
    '%2e%2e/healthz',
    '.%2E/healthz',
    '%2%2ee%2%2ee/healthz',
    '..\\healthz',
    '.\n./healthz',
    '//example.com/x',
    '\\\\example.com',
    'https://example.com/x',
    '@example.com',
    '',
    undefined,
  ])('The module for any request leaves the API by no path, such as %j', async (url) => {
    answer = { status: 200, body: '{}' };
    paths.length = 0;
    await make.run('module', 'makeApiCall', { parameters: { url } });
    expect(paths).toEqual([expect.stringMatching(/^\/v1\//)]);
  });
});
