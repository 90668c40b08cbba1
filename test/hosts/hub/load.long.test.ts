/** Many callers at once, and many push messages: the card and the calls of programs are never exceeded. */

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { DAY, HOUR, MINUTE } from '../../../lib/runtime.ts';
import { MESSAGE_TYPES, sendPush } from '../../../sandbox/push.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';

const CALLERS = 1000;
const KEYS = 4;
/** Of programs together, in a day. */
const SEARCH_CALLS = 40;
const PUSHES = 2000;

const used = async (hub: TestHub): Promise<number> => (await hub.request('GET', '/v1/budget')).body.used;
const madeBy = ({ sandbox }: TestHub): number[] =>
  [...sandbox.calls.byDay.values()].map((methods) => [...methods.values()].reduce((sum, n) => sum + n, 0));

/** A client of MCP throws where it is refused for its many requests. Nothing else may go wrong. */
function limitOf(error: unknown): string {
  if (!String(error).includes('"kind":"too_many_requests"')) throw error;
  return 'too_many_requests';
}

describe(`${CALLERS} calls at once over the API and MCP`, () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  test('They make no more than 40 calls of the day', async () => {
    const shop = hub.sandbox.accounts.sellerId;
    const keys: string[] = [];
    for (let n = 0; n < KEYS; n += 1) {
      const body = { kind: 'shop', shop, name: `program ${n}` };
      keys.push((await hub.request('POST', '/admin/keys', body, hub.adminKey)).body.key);
    }
    const client = new Client({ name: 'test', version: '1.0.0' });
    const requestInit = { headers: { authorization: `Bearer ${keys[0]}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', hub.hub.url), { requestInit }));
    const before = await used(hub);
    const calls = Array.from({ length: CALLERS }, async (_, n) => {
      if (n % 2 === 0) {
        const { status, body } = await hub.request('POST', '/v1/searches/find_orders', {}, keys[n % KEYS]);
        return status === 200 ? 'found' : body.kind;
      }
      const { isError } = await client.callTool({ name: 'find_orders', arguments: {} });
      return isError ? 'refused' : 'found';
    });
    const waiting = Promise.all(calls.map((call) => call.catch(limitOf)));
    await hub.pass(5 * MINUTE);
    const outcomes = new Set(await waiting);
    expect(outcomes).toEqual(new Set(['found', 'refused', 'search_calls_used_up', 'too_many_requests']));
    expect((await used(hub)) - before).toBeLessThanOrEqual(SEARCH_CALLS);
    expect(Math.max(...madeBy(hub))).toBeLessThanOrEqual(before + SEARCH_CALLS);
    await client.close();
  });
});

describe(`Day with ${PUSHES} push messages`, () => {
  /** The same day with or without messages. */
  async function day(pushes: number) {
    const hub = await startTestHub({ sandbox: { ordersPerDay: 60 } });
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
    await hub.pass(MINUTE);
    const from = hub.clock.now();
    const every = DAY / PUSHES;
    for (let n = 0; n < PUSHES; n += 1) {
      if (pushes > 0)
        await sendPush(
          MESSAGE_TYPES.order,
          { orderId: n, orderStatus: 'OrderCreated' },
          {
            app: hub.sandbox.app,
            url: `${hub.hub.url}/push/aliexpress`,
            seller: hub.sandbox.accounts.sellerId,
            now: hub.clock.now(),
          },
        );
      await hub.pass(every);
    }
    const to = hub.clock.now();
    await hub.pass(HOUR);
    const arrived = new Set(hub.receiver.received.map(({ body }) => String(JSON.parse(body).data.order_id)));
    const placed = hub.sandbox.shop.orders.filter(({ placedAt }) => placedAt > from && placedAt < to);
    const missed = placed.filter(({ id }) => !arrived.has(String(id))).length;
    const calls = madeBy(hub);
    await hub.stop();
    return { calls, placed: placed.length, missed };
  }

  test('They cost no more calls than a day has, and without them nothing is lost', async () => {
    const [pushed, dropped] = [await day(PUSHES), await day(0)];
    for (const { calls, placed, missed } of [pushed, dropped]) {
      expect(Math.max(...calls)).toBeLessThanOrEqual(200);
      expect([placed > 20, missed]).toEqual([true, 0]);
    }
    const sumOf = (calls: number[]) => calls.reduce((sum, n) => sum + n, 0);
    expect(sumOf(pushed.calls)).toBeLessThanOrEqual(sumOf(dropped.calls) * 1.05);
  });
});
