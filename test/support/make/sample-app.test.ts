/** The runner on a whole app: a folder with every kind of module, and a service that checks signatures. */

import { fileURLToPath } from 'node:url';
import type { Clock } from '../../../lib/runtime.ts';
import { advancingClock } from './advancing-clock.ts';
import { loadApp, type MakeApp, templatesOf } from './app.ts';
import { check } from './iml.ts';
import { startFrom, startWith } from './polling.ts';
import { type Connection, openRunner, type Runner } from './runner.ts';
import { type SampleService, startSampleService } from './sample-service.ts';
import { isArray, isCollection, type Value } from './value.ts';

const folder = fileURLToPath(new URL('./sample-app/', import.meta.url));
const NOW = '2026-11-21T10:00:00Z';
const TODAY = 'calls:42:2026-11-21';

let service: SampleService;
let clock: Clock;
let runner: Runner;
let connection: Connection;

/** Follows the address as a browser would, up to the callback. */
async function browser(url: string): Promise<Record<string, string>> {
  const answer = await fetch(url, { redirect: 'manual' });
  return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams);
}

const runnerOf = (app: MakeApp): Runner =>
  openRunner({
    app,
    clock,
    origins: { 'https://api.sample-shop.example': service.url },
    common: { storeUrl: `${service.url}/store`, storeToken: service.storeToken },
  });

beforeEach(async () => {
  service = await startSampleService();
  service.orders = [
    { id: '1003', status: 'NEW', created: '2026-11-21 01:30:00', amount: '5' },
    {
      id: '1002',
      status: 'PAID',
      created: '2026-11-21 01:00:00',
      amount: '23.5',
      paid: '2026-11-21 01:05:00',
    },
    {
      id: '1001',
      status: 'PAID',
      created: '2026-11-20 23:00:00',
      amount: '9.99',
      paid: '2026-11-20 23:30:00',
    },
  ];
  // A millisecond passes between any two uses of `now`.
  clock = advancingClock(NOW, 1);
  runner = runnerOf(loadApp(folder));
  connection = await runner.connect(
    'sampleShop',
    { appKey: service.appKey, appSecret: service.appSecret },
    browser,
  );
});

afterEach(() => service.close());

/** The app with every text in it changed. */
function changed(app: MakeApp, change: (text: string) => string): MakeApp {
  const rewritten = (value: Value): Value => {
    if (typeof value === 'string') return change(value);
    if (isArray(value)) return value.map(rewritten);
    if (!isCollection(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rewritten(each)]));
  };
  const modules = [...app.modules].map(([name, module]) => {
    const communication = rewritten(module.code.communication);
    return [name, { ...module, code: { ...module.code, communication } }] as const;
  });
  return { ...app, modules: new Map(modules) };
}

describe('The connection of the sample app', () => {
  test('is made by OAuth with a signed token call', () => {
    expect(connection).toMatchObject({
      uid: '42',
      data: { accessToken: 'CANARY-ACCESS-1', refreshToken: 'CANARY-REFRESH-1', sellerId: '42' },
    });
  });

  test('is refreshed before a run when its token is about to expire', async () => {
    await clock.sleep(50 * 60_000);
    await runner.run('getOrder', { connection, parameters: { orderId: '1001' } });
    expect(connection.data.accessToken).toBe('CANARY-ACCESS-2');
  });

  test('says so when the service no longer takes its token', async () => {
    service.only('another');
    await expect(
      runner.run('getOrder', { connection, parameters: { orderId: '1001' } }),
    ).rejects.toMatchObject({
      type: 'InvalidAccessTokenError',
      message: '[200] token expired (code: IllegalAccessToken)',
    });
  });
});

describe('The action of the sample app', () => {
  test('hands out the order with a typed date', async () => {
    expect(await runner.run('getOrder', { connection, parameters: { orderId: '1002' } })).toEqual([
      { orderId: '1002', status: 'PAID', amount: '23.50', paidAt: new Date('2026-11-21T09:05:00Z') },
    ]);
  });

  test('keeps a null', async () => {
    const [order] = await runner.run('getOrder', { connection, parameters: { orderId: '1003' } });
    expect(order?.paidAt).toBe(null);
  });

  test('pays one call', async () => {
    await runner.run('getOrder', { connection, parameters: { orderId: '1002' } });
    expect(service.used).toEqual(new Map([[TODAY, 1]]));
  });

  test('says what the service says', async () => {
    await expect(runner.run('getOrder', { connection, parameters: { orderId: '9' } })).rejects.toMatchObject({
      name: 'MakeError',
      type: 'RuntimeError',
      message: '[200] no such order (code: NotFound)',
    });
  });
});

describe('The budget step of the sample app', () => {
  test('refuses when the calls are used up', async () => {
    service.used.set(TODAY, 200);
    await expect(
      runner.run('getOrder', { connection, parameters: { orderId: '1002' } }),
    ).rejects.toMatchObject({
      type: 'RateLimitError',
      message: "Today's calls are used up.",
    });
  });

  test('refuses before the service is asked', async () => {
    service.used.set(TODAY, 200);
    await runner.run('getOrder', { connection, parameters: { orderId: '1002' } }).catch(() => undefined);
    expect(service.answered).toEqual([]);
  });

  test('refuses when the store does not answer as it should', async () => {
    service.storeToken = 'changed';
    await expect(
      runner.run('getOrder', { connection, parameters: { orderId: '1002' } }),
    ).rejects.toMatchObject({
      type: 'ConnectionError',
    });
  });

  test('carries no token of the shop', async () => {
    await runner.run('getOrder', { connection, parameters: { orderId: '1002' } });
    const [toStore] = runner.requests.filter(({ url }) => url.endsWith('/store'));
    expect(JSON.stringify(toStore)).not.toContain('CANARY-ACCESS');
  });
});

describe('The search of the sample app', () => {
  const found = async (parameters: { status?: string; limit?: number }) =>
    (await runner.run('searchOrders', { connection, parameters })).map(({ orderId }) => orderId);

  test('reads all pages', async () => {
    expect(await found({ limit: 10 })).toEqual(['1003', '1002', '1001']);
  });

  test('signs every page with a time of its own', async () => {
    await found({ limit: 10 });
    const times = runner.requests
      .filter(({ url }) => url.endsWith('/sync'))
      .map(({ body }) => new URLSearchParams(body).get('timestamp'));
    expect(new Set(times).size).toBe(2);
  });

  test('pays for its pages before it reads them', async () => {
    await found({ limit: 3 });
    expect(service.used.get(TODAY)).toBe(2);
  });

  test('reads no page that it did not pay for', async () => {
    await found({ limit: 2 });
    expect(service.answered).toHaveLength(1);
  });

  test('leaves an optional parameter out of the form and out of the signature', async () => {
    await found({});
    const [list] = runner.requests.filter(({ url }) => url.endsWith('/sync'));
    expect(new URLSearchParams(list?.body).has('status')).toBe(false);
  });

  test('sends an optional parameter that is filled in', async () => {
    expect(await found({ status: 'PAID' })).toEqual(['1002', '1001']);
  });

  test('finds nothing where the answer has no list', async () => {
    expect(await found({ status: 'LOST' })).toEqual([]);
  });
});

describe('The trigger of the sample app', () => {
  const filled = () => ({ connection, parameters: { limit: 10 } });
  const idsOf = (bundles: readonly { [name: string]: Value }[]) => bundles.map(({ orderId }) => orderId);

  test('hands out new orders, oldest first, once', async () => {
    const { bundles, state } = await runner.poll('watchOrders', {
      ...filled(),
      state: startFrom(new Date('2026-11-21T08:00:00Z')),
    });
    const again = await runner.poll('watchOrders', { ...filled(), state });
    expect([idsOf(bundles), idsOf(again.bundles)]).toEqual([['1002', '1003'], []]);
  });

  test('offers orders to start with', async () => {
    expect(await runner.epoch('watchOrders', filled())).toEqual([
      { label: '1003 - NEW', date: new Date('2026-11-21T09:30:00Z') },
      { label: '1002 - PAID', date: new Date('2026-11-21T09:00:00Z') },
      { label: '1001 - PAID', date: new Date('2026-11-21T07:00:00Z') },
    ]);
  });

  test('starts with the order that was chosen', async () => {
    const [, chosen] = await runner.epoch('watchOrders', filled());
    if (!chosen) throw new Error('there is no second order');
    const { bundles } = await runner.poll('watchOrders', { ...filled(), state: startWith(chosen) });
    expect(idsOf(bundles)).toEqual(['1002', '1003']);
  });

  test('pays for the panel, too', async () => {
    await runner.epoch('watchOrders', filled());
    expect(service.used.get(TODAY)).toBe(1);
  });

  test('is refused by the budget like everybody', async () => {
    service.used.set(TODAY, 200);
    await expect(runner.poll('watchOrders', { ...filled(), state: startFrom('all') })).rejects.toMatchObject({
      type: 'RateLimitError',
    });
  });
});

test('the log of the sample app shows no secret', async () => {
  await clock.sleep(50 * 60_000);
  await runner.run('getOrder', { connection, parameters: { orderId: '1002' } });
  await runner.run('searchOrders', { connection, parameters: {} });
  await runner.poll('watchOrders', { connection, parameters: { limit: 1 }, state: startFrom('all') });
  expect(JSON.stringify(runner.log)).not.toContain('CANARY');
});

test('a secret that the sample app forgets to hide is seen in the log', async () => {
  const forgetful = runnerOf({ ...loadApp(folder), base: { ...loadApp(folder).base, log: {} } });
  await forgetful.run('getOrder', { connection, parameters: { orderId: '1002' } });
  expect(JSON.stringify(forgetful.log)).toContain('CANARY-ACCESS');
});

test('every template of the sample app parses', () => {
  const templates = templatesOf(loadApp(folder));
  for (const { template } of templates) check(template);
  expect(templates.length).toBeGreaterThan(100);
});

describe('A mutant of the sample app', () => {
  test('that reads the time twice is refused by the service', async () => {
    const mutant = changed(loadApp(folder), (text) =>
      text.startsWith('{{upper(sha256(') ? text.replace('toString(temp.ts)', "formatDate(now, 'x')") : text,
    );
    await expect(
      runnerOf(mutant).run('getOrder', { connection, parameters: { orderId: '1002' } }),
    ).rejects.toThrow('wrong signature');
  });

  test('that signs its keys in another order is refused by the service', async () => {
    const mutant = changed(loadApp(folder), (text) =>
      text.replace(
        "'method' + 'order.get' + 'order_id' + toString(parameters.orderId)",
        "'order_id' + toString(parameters.orderId) + 'method' + 'order.get'",
      ),
    );
    await expect(
      runnerOf(mutant).run('getOrder', { connection, parameters: { orderId: '1002' } }),
    ).rejects.toThrow('wrong signature');
  });

  test('that compares with > loses a page', async () => {
    const mutant = changed(loadApp(folder), (text) =>
      text.replace('body.result.pages >= pagination.page', 'body.result.pages > pagination.page'),
    );
    expect(await runnerOf(mutant).run('searchOrders', { connection, parameters: {} })).toHaveLength(2);
  });

  test('that declares another order is an error', async () => {
    const mutant = changed(loadApp(folder), (text) => (text === 'desc' ? 'asc' : text));
    await expect(
      runnerOf(mutant).poll('watchOrders', { connection, parameters: { limit: 5 }, state: startFrom('all') }),
    ).rejects.toThrow('not in the declared order asc');
  });
});
