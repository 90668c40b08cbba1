import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import { sendPush } from '../../../sandbox/push.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';

describe('Push messages to the hub', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
    await hub.pass(HOUR);
  });
  afterAll(() => hub.stop());

  const push = (changes: { seller?: string; secret?: string } = {}) => {
    const { app, accounts } = hub.sandbox;
    return sendPush(
      'orders',
      { orderId: 1, orderStatus: 'OrderCreated' },
      {
        app: { ...app, ...(changes.secret && { appSecret: changes.secret }) },
        url: `${hub.hub.url}/push/aliexpress`,
        seller: changes.seller ?? accounts.sellerId,
        now: hub.hub.runtime.clock.now(),
      },
    );
  };
  const used = async () => (await hub.request('GET', '/v1/budget')).body.used;

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

  test('Many messages make no more calls than the visits that are due', async () => {
    const before = await used();
    for (let minutes = 0; minutes < 120; minutes += 2) {
      expect(await push()).toBe(200);
      await hub.pass(2 * MINUTE);
    }
    // 200 calls a day are 17 in two hours, and the busiest hours of a day get up to three times as many.
    expect((await used()) - before).toBeLessThanOrEqual(51);
  });
});
