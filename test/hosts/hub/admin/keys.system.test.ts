import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Key of a shop that is revoked', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.stop());

  test('Its subscriptions end with it, and those of other keys stay', async () => {
    const admin = (method: string, path: string, body?: unknown) =>
      hub.request(method, `/admin/${path}`, body, hub.adminKey);
    const { body: made } = await admin('POST', 'keys', {
      kind: 'shop',
      shop: hub.sandbox.accounts.sellerId,
      name: 'agency',
    });
    const wanted = { trigger: 'new_order', url: hub.receiver.url };
    expect((await hub.request('POST', '/v1/subscriptions', wanted, made.key)).status).toBe(201);
    const { body: own } = await hub.request('POST', '/v1/subscriptions', wanted);
    expect((await admin('DELETE', `keys/${made.id}`)).status).toBe(204);
    const { body: left } = await admin('GET', 'subscriptions');
    expect(left.items.map(({ id }: { id: string }) => id)).toEqual([own.id]);
  });
});
