import fastify, { type FastifyInstance } from 'fastify';
import type { HubServices } from '../../../lib/hosts/hub/api/services.ts';
import { type Database, openDatabase } from '../../../lib/hosts/hub/database/database.ts';
import { mountPush } from '../../../lib/hosts/hub/push/route.ts';
import { shopsIn } from '../../../lib/hosts/hub/shops/shops.ts';
import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import { createVault } from '../../../lib/vault.ts';
import { MESSAGE_TYPES, pushChanges, sendPush } from '../../../sandbox/push.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const UNKNOWN_TYPE = 9999;
const ALL_TYPES = [...Object.values(MESSAGE_TYPES), UNKNOWN_TYPE];
/** Of all feeds that messages concern. */
const TRIGGERS = [
  'new_order',
  'order_paid',
  'ship_deadline',
  'logistics_stall',
  'parcel_delivered',
  'dispute_opened',
  'dispute_deadline',
  'dispute_closed',
  'account_alert',
];

describe('Push messages to the hub', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startVisitedHub();
  });
  afterAll(() => hub.stop());

  const push = (changes: { seller?: string; secret?: string; type?: number } = {}, to = hub) => {
    const { app, accounts } = to.sandbox;
    return sendPush(
      changes.type ?? MESSAGE_TYPES.order,
      { orderId: 1, orderStatus: 'OrderCreated' },
      {
        app: { ...app, ...(changes.secret && { appSecret: changes.secret }) },
        url: `${to.hub.url}/push/aliexpress`,
        seller: changes.seller ?? accounts.sellerId,
        now: to.hub.runtime.clock.now(),
      },
    );
  };
  test('A message with a wrong signature is refused', async () => {
    expect(await push({ secret: 'another-secret' })).toBe(401);
  });

  test('A message about a shop that is not connected is accepted and ignored', async () => {
    expect(await push({ seller: '999' })).toBe(200);
  });

  test('A message without a body is refused, and not answered with an error of the hub', async () => {
    const answer = await fetch(`${hub.hub.url}/push/aliexpress`, { method: 'POST' });
    expect(answer.status).toBe(401);
  });

  const readMetrics = async () => {
    const headers = { authorization: `Bearer ${hub.adminKey}` };
    return (await fetch(`${hub.hub.url}/metrics`, { headers })).text();
  };

  test('Messages of all types are counted by their topics in the metrics', async () => {
    for (const type of ALL_TYPES) expect(await push({ type })).toBe(200);
    const topics = [...(await readMetrics()).matchAll(/^hub_pushes_total\{topic="(\w+)"\} [1-9]/gm)].map(
      ([, topic]) => topic,
    );
    expect(topics).toEqual(expect.arrayContaining(['orders', 'parcels', 'authorization', 'test', 'unknown']));
  });

  const counted = async () =>
    Number(/^hub_pushes_total\{topic="orders"\} (\d+)/m.exec(await readMetrics())?.[1] ?? 0);

  test('The sandbox sends one about every order that changes', async () => {
    const before = await counted();
    const stopped = new AbortController();
    const pushing = pushChanges(hub.sandbox, `${hub.publicAddress}/push/aliexpress`, stopped.signal);
    const from = hub.clock.now();
    await hub.pass(6 * HOUR);
    stopped.abort();
    await pushing;
    const { orders } = hub.sandbox.shop;
    const placed = orders.filter(({ placedAt }) => placedAt > from && placedAt < hub.clock.now());
    expect(placed.length).toBeGreaterThan(0);
    expect((await counted()) - before).toBeGreaterThanOrEqual(placed.length);
  });

  test('The sandbox sends one about the last of its orders, too', async () => {
    const { shop } = hub.sandbox;
    const from = hub.clock.now();
    const last = shop.orders.find(({ placedAt }) => placedAt > from);
    if (!last) throw new Error('no order is placed any more');
    const before = await counted();
    const stopped = new AbortController();
    const state = { ...hub.sandbox, shop: { ...shop, orders: [last] } };
    const pushing = pushChanges(state, `${hub.publicAddress}/push/aliexpress`, stopped.signal);
    await hub.pass(last.placedAt - from + 2 * MINUTE);
    stopped.abort();
    await pushing;
    expect((await counted()) - before).toBeGreaterThan(0);
  });

  /** The calls of two hours, in which the hub gets messages whenever it may visit a shop because of one. */
  async function callsOfTwoHours(visited: TestHub, types: readonly number[]): Promise<number> {
    const used = async () => (await visited.request('GET', '/v1/budget')).body.used;
    const before = await used();
    for (let minutes = 0; minutes < 120; minutes += 2) {
      for (const type of types) expect(await push({ type }, visited)).toBe(200);
      await visited.pass(2 * MINUTE);
    }
    return (await used()) - before;
  }

  test('Many messages of all types make no more calls than the visits that are due', async () => {
    const other = await startVisitedHub();
    // Another hour of the day has other calls, and lists that are read rarely.
    await other.pass(hub.clock.now() - other.clock.now());
    const without = await callsOfTwoHours(other, []);
    await other.stop();
    // Visits are earlier with messages, so the last ones of the two hours may be those of the time after.
    expect(await callsOfTwoHours(hub, ALL_TYPES)).toBeLessThanOrEqual(without + 3);
  });
});

describe('Message of AliExpress', () => {
  const app = { appKey: '512345', appSecret: 'a-secret-of-the-app' };
  const ORDERS = [
    'orders',
    'order_changes',
    'orders_to_ship',
    'disputes',
    'dispute_deadlines',
    'closed_disputes',
  ];
  const PARCELS = ['parcels', 'parcel_deliveries'];
  const PLANNED = [...ORDERS, ...PARCELS, 'account', 'reviews', 'stock'];
  let folder: TemporaryFolder;
  let database: Database;
  let server: FastifyInstance;
  let url: string;
  let woken: string[];
  let pushes: HubServices['pushes'];
  beforeEach(async () => {
    folder = temporaryFolder();
    const clock = fixedClock('2026-11-21T04:00:00Z');
    database = openDatabase(folder.path, clock);
    const vault = createVault('secret', 'hub');
    shopsIn(database, vault).keep({
      access_token: 'a',
      refresh_token: 'r',
      seller_id: '1',
      access_expires_at: '2027-01-01T00:00:00Z',
      refresh_expires_at: '',
      connected_at: '2026-11-01T00:00:00Z',
    });
    woken = [];
    pushes = new Map();
    const scheduler = {
      nextVisits: () => new Map(PLANNED.map((feed) => [feed, {}])),
      wake: (_shop: string, feed: string) => woken.push(feed),
    };
    const runtime = { appKey: app, clock, database, vault };
    server = fastify();
    server.register(mountPush({ runtime, scheduler, pushes } as unknown as HubServices));
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await server.close();
    database.close();
    folder.remove();
  });

  const send = (type: number) =>
    sendPush(
      type,
      {},
      { app: { ...app, callbackUrl: '' }, url: `${url}/push/aliexpress`, seller: '1', now: 0 },
    );

  test.each([
    [MESSAGE_TYPES.order, 'orders', ORDERS],
    [MESSAGE_TYPES.payment, 'orders', ORDERS],
    [MESSAGE_TYPES.tracking, 'parcels', PARCELS],
    [MESSAGE_TYPES.authorization, 'authorization', ['account']],
    [MESSAGE_TYPES.test, 'test', []],
    [UNKNOWN_TYPE, 'unknown', []],
  ])('Type %d is counted as %s, and makes the feeds of that look', async (type, topic, feeds) => {
    expect(await send(type)).toBe(200);
    expect([[...pushes], woken]).toEqual([[[topic, 1]], feeds]);
  });

  test('A second one about the same within a minute is counted, and makes no feed look', async () => {
    await send(MESSAGE_TYPES.order);
    woken.length = 0;
    await send(MESSAGE_TYPES.payment);
    expect([pushes.get('orders'), woken]).toEqual([2, []]);
  });
});

async function startVisitedHub(): Promise<TestHub> {
  const hub = await startTestHub();
  for (const trigger of TRIGGERS)
    await hub.request('POST', '/v1/subscriptions', { trigger, url: hub.receiver.url });
  await hub.pass(HOUR);
  return hub;
}
