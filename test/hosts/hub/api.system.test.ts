import { setTimeout as sleep } from 'node:timers/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startTestHub, type TestHub } from '../../support/hub.ts';

describe('API of the hub', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  test('Every trigger, search and action is described with its inputs and a sample', async () => {
    const { body } = await hub.request('GET', '/v1/operations');
    const { triggers, searches, actions } = hub.hub.runtime.registry;
    expect([body.triggers.length, body.searches.length, body.actions.length]).toEqual([
      triggers.length,
      searches.length,
      actions.length,
    ]);
    expect(body.triggers.find(({ key }: { key: string }) => key === 'new_order').sample.id).toMatch(
      /^example\//,
    );
  });

  test('A search by its key finds an order, and is paid with one call', async () => {
    const before = await hub.request('GET', '/v1/budget');
    const { status, body } = await hub.request('POST', '/v1/searches/find_orders', {});
    expect([status, body.items.length > 0]).toEqual([200, true]);
    expect(body).toMatchObject({ count: body.items.length, is_complete: expect.any(Boolean), calls_used: 1 });
    const after = await hub.request('GET', '/v1/budget');
    expect(after.body.used).toBeGreaterThan(before.body.used);
  });

  test('A wrong input is refused by its name, before any call', async () => {
    const before = await hub.request('GET', '/v1/budget');
    const { status, body } = await hub.request('POST', '/v1/searches/find_order', { order_number: 'x' });
    expect([status, body.kind]).toEqual([422, 'bad_input']);
    expect(body.detail_zh).toMatch(/\p{Script=Han}/u);
    expect((await hub.request('GET', '/v1/budget')).body.used).toBe(before.body.used);
  });

  test('A subscription with an input that the trigger does not have is refused', async () => {
    const { status, body } = await hub.request('POST', '/v1/subscriptions', {
      trigger: 'new_order',
      inputs: { min_amout: '5' },
    });
    expect([status, body.detail]).toEqual([422, expect.stringContaining('min_amount')]);
  });

  test.each([
    ['searches', 'find_order', { order: '1' }, '"order"', 'order_id'],
    ['actions', 'prepare_ticket', { titel: 'x' }, '"titel"', 'title'],
  ])(
    'An input that one of the %s does not have is refused by its name',
    async (list, key, body, ...named) => {
      const answer = await hub.request('POST', `/v1/${list}/${key}`, body);
      expect(answer.status).toBe(422);
      for (const name of named) expect(answer.body.detail).toContain(name);
    },
  );

  test.each([
    ['GET', '/v1/events?after=x', undefined, 'Allowed: a number.', '应为：数字。'],
    ['GET', '/v1/events?limit=0', undefined, 'Allowed: at least 1.', '应为：至少 1。'],
    ['GET', '/v1/events?limit=1000', undefined, 'Allowed: at most 100.', '应为：至多 100。'],
    ['GET', '/v1/events?order=up', undefined, 'Allowed: one of asc, desc.', '应为：asc, desc 之一。'],
    ['POST', '/v1/subscriptions', { inputs: {} }, 'Allowed: text.', '应为：文本。'],
    [
      'POST',
      '/v1/subscriptions',
      { trigger: 'x'.repeat(101) },
      'at most 100 characters.',
      '至多 100 个字符。',
    ],
    [
      'POST',
      '/v1/subscriptions',
      { trigger: 'new_order', inputs: { a: 'x'.repeat(70_000) } },
      'Allowed: at most 65536 characters together.',
      '应为：合计至多 65536 个字符。',
    ],
  ])('%s %s says in both languages what is allowed', async (method, path, body, en, zh) => {
    const answer = await hub.request(method, path, body);
    expect([answer.body.detail, answer.body.detail_zh]).toEqual([
      expect.stringContaining(en),
      expect.stringContaining(zh),
    ]);
  });

  test.each([
    'products',
    'orders',
    'order_lines',
    'statuses',
    'countries',
    'parcels',
    'carriers',
    'abnormal_reasons',
    'currencies',
    'time_zones',
  ])('The options of %s cost no call', async (kind) => {
    const before = await hub.request('GET', '/v1/budget');
    const { status } = await hub.request('GET', `/v1/options/${kind}`);
    expect(status).toBe(200);
    expect((await hub.request('GET', '/v1/budget')).body).toEqual(before.body);
  });

  test('An example arrives at the address, marked as one', async () => {
    const { body } = await hub.request('POST', '/v1/subscriptions', {
      trigger: 'order_paid',
      url: hub.receiver.url,
    });
    await hub.request('POST', `/v1/subscriptions/${body.id}/example`);
    await hub.pass(1000);
    const { data } = JSON.parse(hub.receiver.received.at(-1)?.body ?? '{}');
    expect([data.is_example, data.id.split('/')[0]]).toEqual([true, 'example']);
  });

  test('A client without an address reads its events with a cursor', async () => {
    const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'order_paid' });
    await hub.request('POST', `/v1/subscriptions/${body.id}/example`);
    const first = await hub.request('GET', `/v1/events?subscription=${body.id}`);
    expect(first.body.items).toHaveLength(1);
    const next = await hub.request(
      'GET',
      `/v1/events?subscription=${body.id}&after=${first.body.next_cursor}`,
    );
    expect(next.body.items).toEqual([]);
  });

  test.each([
    ['POST', '/v1/subscriptions', { inputs: {} }, 422],
    ['GET', '/v1/events?subscription=sub_unknown', undefined, 404],
    ['GET', '/v1/events?subscription=x&limit=1000', undefined, 422],
    ['GET', '/v1/options/nothing', undefined, 422],
    ['POST', '/v1/searches/nothing', {}, 404],
    ['GET', '/v1/nothing', undefined, 404],
    ['DELETE', '/v1/subscriptions/sub_unknown', undefined, 204],
  ] as const)(
    '%s %s is answered with a problem that names what is wrong',
    async (method, path, body, expected) => {
      const answer = await hub.request(method, path, body);
      expect(answer.status).toBe(expected);
      if (expected !== 204) expect(answer.body.detail.length).toBeGreaterThan(10);
    },
  );

  test('The OpenAPI document is valid', async () => {
    const { body } = await hub.request('GET', '/openapi.json');
    const { valid, errors } = await new Validator().validate(body);
    expect([valid, errors ?? []]).toEqual([true, []]);
    expect(Object.keys(body.paths).every((path) => path.startsWith('/v1/'))).toBe(true);
  });

  test('Searches of programs together make at most 40 calls a day, also in parallel', async () => {
    const before = (await hub.request('GET', '/v1/budget')).body.used;
    const kinds: string[] = [];
    // In each round as many as get a rate slot before they give up.
    for (let round = 0; round < 3; round += 1) {
      let isWaiting = true;
      const searches = Array.from({ length: 30 }, () => hub.request('POST', '/v1/searches/find_orders', {}));
      const answers = Promise.all(searches).finally(() => {
        isWaiting = false;
      });
      // In small steps: a call that is under way while much time passes would arrive together with later ones.
      while (isWaiting) {
        await hub.pass(250);
        await sleep(20);
      }
      kinds.push(...(await answers).map(({ body }) => body.kind ?? 'found'));
    }
    expect(kinds).toContain('search_calls_used_up');
    expect((await hub.request('GET', '/v1/budget')).body.used - before).toBeLessThanOrEqual(40);
  });
});
