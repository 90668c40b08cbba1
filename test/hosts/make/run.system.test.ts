/** Runs every part of the Make app against a real hub with a sandbox shop. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOUR } from '../../../lib/runtime.ts';
import { operations } from '../../../operations.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { MakeError, type MakeRunner, makeRunner, openFolder } from '../../support/make/runner.ts';

const app = openFolder(join(fileURLToPath(new URL('../../../', import.meta.url)), 'make'));
const typeOf = (error: unknown) => (error instanceof MakeError ? error.type : String(error));

describe('Make app at a hub', () => {
  let hub: TestHub;
  let make: MakeRunner;

  beforeAll(async () => {
    hub = await startTestHub();
    const now = () => new Date(hub.clock.now());
    make = makeRunner(app, { origin: hub.publicUrl, connection: { apiKey: hub.shopKey }, now });
  });
  afterAll(() => hub.stop());

  const subscriptions = async () => (await hub.request('GET', '/v1/events?triggers=new_order')).status;

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

  test('Every dropdown has options', async () => {
    for (const name of Object.keys(app.manifest.components.rpc ?? {})) {
      const options = await make.run('rpc', name, {});
      expect({ name, isFilled: options.length > 0 }).toEqual({ name, isFilled: true });
    }
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

  test('The module for any request reads paths of the API only', async () => {
    const [answer] = await make.run('module', 'makeApiCall', { parameters: { url: '//v1/budget' } });
    expect(answer).toMatchObject({ statusCode: 200, body: { limit: 200 } });
    expect(await subscriptions()).toBe(200);
  });
});

describe('Errors of the hub in Make', () => {
  const TYPES = {
    400: 'DataError',
    401: 'InvalidAccessTokenError',
    403: 'InvalidConfigurationError',
    404: 'DataError',
    409: 'InvalidAccessTokenError',
    410: 'DataError',
    418: 'RuntimeError',
    422: 'DataError',
    429: 'RateLimitError',
    500: 'ConnectionError',
    503: 'ConnectionError',
  };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(Number(request.headers['x-status']), { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ kind: 'some_kind', detail: 'What to do.', detail_zh: '怎么办。' }));
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each(Object.entries(TYPES))('Status %s is a %s', async (status, type) => {
    const { port } = server.address() as AddressInfo;
    const withStatus = { ...app, base: { ...app.base, headers: { 'x-status': status } } };
    const make = makeRunner(withStatus, { origin: `http://127.0.0.1:${port}`, connection: {} });
    const failure = await make.run('module', 'findCallBudget', { parameters: {} }).catch((error) => error);
    expect(failure).toMatchObject({ type });
    if (status !== '401') expect(failure.message).toContain('What to do. 怎么办。');
  });

  test('A hub that does not answer is tried again', async () => {
    const make = makeRunner(app, { origin: 'http://127.0.0.1:1', connection: {} });
    const failure = make.run('module', 'findCallBudget', { parameters: {} });
    expect(await failure.catch(typeOf)).toBe('ConnectionError');
  });
});
