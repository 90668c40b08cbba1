import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import { sendPush } from '../../../sandbox/push.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';

describe('Push messages to the hub', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startVisitedHub();
  });
  afterAll(() => hub.stop());

  const push = (changes: { seller?: string; secret?: string } = {}, to = hub) => {
    const { app, accounts } = to.sandbox;
    return sendPush(
      'orders',
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

  /** The calls of two hours, in which the hub gets a message whenever it may visit a shop because of one. */
  async function callsOfTwoHours(visited: TestHub, hasMessages: boolean): Promise<number> {
    const used = async () => (await visited.request('GET', '/v1/budget')).body.used;
    const before = await used();
    for (let minutes = 0; minutes < 120; minutes += 2) {
      if (hasMessages) expect(await push({}, visited)).toBe(200);
      await visited.pass(2 * MINUTE);
    }
    return (await used()) - before;
  }

  test('Many messages make no more calls than the visits that are due', async () => {
    const other = await startVisitedHub();
    const without = await callsOfTwoHours(other, false);
    await other.stop();
    // Visits are earlier with messages, so the last ones of the two hours may be those of the time after.
    expect(await callsOfTwoHours(hub, true)).toBeLessThanOrEqual(without + 3);
  });
});

async function startVisitedHub(): Promise<TestHub> {
  const hub = await startTestHub();
  await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
  await hub.pass(HOUR);
  return hub;
}
