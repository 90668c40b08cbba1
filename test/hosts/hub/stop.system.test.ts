import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { axiosTransport } from '../../../lib/http/axios.ts';
import { DEFAULT_LIMITS } from '../../../lib/http/transport.ts';
import { HOUR, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';

const isNow = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};
/** The stop waits for nothing. */
const AT_ONCE = AbortSignal.abort();
const portOf = (server: Server) => (server.address() as AddressInfo).port;

describe('Hub that is stopped while the other side does not answer', () => {
  let silent: LocalServer;
  /** Takes connections and never begins TLS. */
  let deaf: Server;
  let hub: TestHub;
  let address: string | undefined;
  const logged: string[] = [];
  beforeAll(async () => {
    silent = await startLocalServer();
    silent.answerWith(() => {});
    deaf = createServer().listen(0, '127.0.0.1');
    await once(deaf, 'listening');
  });
  afterAll(async () => {
    await silent.close();
    deaf.close();
  });
  beforeEach(async () => {
    logged.length = 0;
    silent.answerWith(() => {});
    address = undefined;
    hub = await startTestHub({
      sandbox: { slowMs: HOUR },
      env: { HUB_ALLOWED_TARGETS: `${new URL(silent.url).host},127.0.0.1:${portOf(deaf)}` },
      messengers: (request) =>
        axiosTransport(DEFAULT_LIMITS, { stop: hub.hub.runtime.interruption })({
          ...request,
          url: address ?? request.url,
        }),
      log: (message) => logged.push(message),
    });
  });
  afterEach(() => hub.stop());

  const admin = async (method: string, path: string, body?: unknown) =>
    (await hub.request(method, path, body, hub.adminKey)).body;
  const latest = async () => (await admin('GET', '/admin/events')).items[0];
  const recipe = async (key: string, settings: object): Promise<string> => {
    const path = `/admin/shops/${hub.sandbox.accounts.sellerId}/recipes/${key}`;
    return (await admin('PUT', path, { settings, is_on: true })).subscription;
  };
  const subscribe = async (url: string): Promise<string> =>
    (await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url })).body.id;
  const sendExample = (subscription: string) => admin('POST', `/admin/subscriptions/${subscription}/example`);
  const arrived = (count: number) => isNow(() => silent.received.length >= count);
  const connected = () => once(deaf, 'connection');

  test('A webhook that has no answer yet waits, and is sent again under the same id', async () => {
    const ids: unknown[] = [];
    silent.answerWith((response, { headers }) => {
      if (ids.push(headers['webhook-id']) === 2) response.end();
    });
    await sendExample(await subscribe(`${silent.url}/hook`));
    await arrived(1);
    expect(await hub.pause(0, AT_ONCE)).toBe(1);
    await arrived(2);
    await hub.pass(0);
    expect(ids[1]).toBe(ids[0]);
    expect((await latest()).deliveries).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  test('A webhook that was not sent yet waits as if it had not been tried', async () => {
    const opened = connected();
    await sendExample(await subscribe(`https://127.0.0.1:${portOf(deaf)}/hook`));
    await opened;
    const again = connected();
    expect(await hub.pause(0, AT_ONCE)).toBe(1);
    await again;
    // The attempt that is being made.
    expect((await latest()).deliveries).toMatchObject([{ state: 'parked', attempts: 1 }]);
  });

  test('A message that may have arrived is named and not sent again', async () => {
    const settings = { feishu_webhook_url: hub.sandbox.groups.feishu.address };
    const subscription = await recipe('daily_report_to_feishu', settings);
    address = silent.url;
    await sendExample(subscription);
    await arrived(1);
    expect(await hub.pause(0, AT_ONCE)).toBe(0);
    await hub.pass(MINUTE);
    expect((await latest()).deliveries).toMatchObject([{ state: 'unknown', attempts: 1 }]);
    expect(hub.sandbox.groups.feishu.cards).toEqual([]);
    const { items } = await admin('GET', '/admin/alerts');
    expect(items).toContainEqual(
      expect.objectContaining({
        text: expect.objectContaining({
          en: expect.stringMatching(/may have arrived or not .* was stopped/),
        }),
      }),
    );
  });

  test('A message that was not sent yet is sent after the next start', async () => {
    const settings = { feishu_webhook_url: hub.sandbox.groups.feishu.address };
    const subscription = await recipe('daily_report_to_feishu', settings);
    address = `https://127.0.0.1:${portOf(deaf)}/`;
    const opened = connected();
    await sendExample(subscription);
    await opened;
    expect(await hub.pause(0, AT_ONCE)).toBe(1);
    await hub.pass(MINUTE);
    expect(hub.sandbox.groups.feishu.cards).toHaveLength(1);
    expect((await latest()).deliveries).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  test('A ticket is sent again under the same key', async () => {
    const keys: unknown[] = [];
    silent.answerWith((response, { headers }) => {
      if (keys.push(headers['idempotency-key']) === 2) response.end();
    });
    await sendExample(await recipe('bad_review_to_ticket', { ticket_webhook_url: `${silent.url}/tickets` }));
    await arrived(1);
    expect(await hub.pause(0, AT_ONCE)).toBe(1);
    await arrived(2);
    expect(keys[1]).toBe(keys[0]);
  });

  test('A visit and a search that wait for AliExpress end, and no failed visit is reported', async () => {
    const { faults } = hub.sandbox;
    faults.active = 'slow';
    const search = hub.request('POST', '/v1/searches/find_order', { order_id: '8201234567890123' });
    await subscribe(`${silent.url}/hook`);
    await isNow(() => faults.hits.slow >= 2);
    await hub.pause(0, AT_ONCE);
    expect(await search).toMatchObject({ status: 503, body: { kind: 'stopping' } });
    expect(logged.filter((message) => /failed|error|could not/.test(message))).toEqual([]);
    faults.active = null;
    await hub.pass(10 * MINUTE);
    const visits = hub.hub.runtime.counts.of('visits').map(({ labels }) => labels.outcome);
    expect(visits).toEqual(['done']);
  });

  test('A client that sends its request slowly is not waited for', async () => {
    const { hostname, port } = new URL(hub.publicUrl);
    const client = connect(Number(port), hostname);
    client.write(
      `POST /v1/subscriptions HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${hub.shopKey}\r\n` +
        'content-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    await once(client, 'connect');
    await hub.request('GET', '/v1/me');
    const closed = once(client, 'close');
    client.resume().on('error', () => {});
    await hub.pause(0, AT_ONCE);
    await closed;
  });

  test('What ends in time is finished', async () => {
    silent.answerWith((response) => setTimeout(() => response.end(), 50));
    await sendExample(await subscribe(`${silent.url}/hook`));
    await arrived(1);
    expect(await hub.pause(SECOND)).toBe(0);
    expect(silent.received).toHaveLength(1);
  });
});
