import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  test('A new order arrives at the address of a subscription, signed with its secret', async () => {
    const messages: { headers: Record<string, string>; body: string }[] = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        messages.push({ headers: request.headers as Record<string, string>, body });
        response.end();
        receiver.emit('message');
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const arrived = once(receiver, 'message');
    const { port } = receiver.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/hook`;
    const { status, body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    expect(status).toBe(201);
    await hub.pass(2 * HOUR);
    await arrived;
    receiver.close();
    const [message] = messages;
    const { type, data } = JSON.parse(message?.body ?? '{}');
    expect([type, data.event_type]).toEqual(['new_order', 'new_order']);
    expect(message?.headers['webhook-id']).toMatch(/^msg_[\w-]{22}$/);
    // The sandbox's clock is ahead of the library's.
    const {
      'webhook-id': id = '',
      'webhook-timestamp': at = '',
      'webhook-signature': signature,
    } = message?.headers ?? {};
    expect(new Webhook(body.secret).sign(id, new Date(Number(at) * 1000), message?.body ?? '')).toBe(
      signature,
    );
  });
});
