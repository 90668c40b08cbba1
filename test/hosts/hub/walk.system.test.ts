import { Webhook } from 'standardwebhooks';
import { HOUR } from '../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';

describe('Hub over a sandbox shop', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  test('The shop is named', async () => {
    const { body } = await hub.request('GET', '/v1/me');
    expect(body).toEqual({ shop_id: '2201234567890', shop_name: 'Harbor Lane Store', client: 'sandbox' });
  });

  test('An unknown key is refused', async () => {
    const { status, body } = await hub.request('GET', '/v1/me', undefined, 'key_shop_unknown');
    expect([status, body.kind]).toEqual([401, 'key_refused']);
  });

  test('New orders arrive at the address of a subscription, each once, signed with its secret', async () => {
    const { url, received } = hub.receiver;
    const { status, body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    expect(status).toBe(201);
    await hub.pass(4 * HOUR);
    expect(received.length).toBeGreaterThan(0);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(received.length);
    const [message] = received;
    const { type, data } = JSON.parse(message?.body ?? '{}');
    expect([type, data.event_type]).toEqual(['new_order', 'new_order']);
    const {
      'webhook-id': id,
      'webhook-timestamp': at,
      'webhook-signature': signature,
    } = message?.headers ?? {};
    // The clock of the hub is ahead, so the library's `verify` would refuse the time.
    const expected = new Webhook(body.secret).sign(
      String(id),
      new Date(Number(at) * 1000),
      message?.body ?? '',
    );
    expect(signature).toBe(expected);
  });

  test('The same subscription is known, and its secret is not shown again', async () => {
    const { url } = hub.receiver;
    const { status, body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    expect([status, Object.keys(body)]).toEqual([200, ['id']]);
  });
});
