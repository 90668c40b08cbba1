import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { deliveriesIn } from '../../../../lib/hosts/hub/deliveries/deliveries.ts';
import { DAY, HOUR, SECOND } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Webhooks of the hub', () => {
  let hub: TestHub;
  let subscription: string;
  beforeEach(async () => {
    hub = await startTestHub();
    const { body } = await hub.request('POST', '/v1/subscriptions', {
      trigger: 'new_order',
      url: hub.receiver.url,
    });
    subscription = body.id;
  });
  afterEach(() => hub.stop());

  const ids = () => hub.receiver.received.map(({ headers }) => headers['webhook-id']);
  const alerts = () => alertsIn(hub.hub.runtime.database).latest(10);
  const waiting = () => deliveriesIn(hub.hub.runtime.database).waiting();

  test('Events that a receiver did not take arrive later, in their order and under the same ids', async () => {
    hub.receiver.answer = { status: 503 };
    await hub.pass(6 * HOUR);
    const refused = new Set(ids());
    expect(refused.size).toBeGreaterThan(1);
    hub.receiver.answer = { status: 200 };
    hub.receiver.received.length = 0;
    await hub.pass(12 * HOUR);
    expect(new Set(ids())).toEqual(new Set([...refused, ...ids()]));
    expect(waiting()).toBe(0);
  });

  test('An address that is gone is tried once a day, and gets everything when it is back', async () => {
    hub.receiver.answer = { status: 410 };
    await hub.pass(4 * HOUR);
    expect(ids()).toHaveLength(1);
    expect(alerts().map(({ text }) => text.en)).toEqual([expect.stringContaining('tries once a day')]);
    hub.receiver.answer = { status: 200 };
    await hub.pass(DAY);
    expect(new Set(ids()).size).toBeGreaterThan(1);
    expect(waiting()).toBe(0);
    expect(alerts()).toEqual([]);
  });

  test('An address that refuses gets nothing more, and the alert names its host alone', async () => {
    hub.receiver.answer = { status: 401 };
    await hub.pass(12 * HOUR);
    expect(ids()).toHaveLength(1);
    expect(waiting()).toBeGreaterThan(1);
    const [alert] = alerts();
    expect(alert?.text.en).toContain(new URL(hub.receiver.url).host);
    expect(JSON.stringify(alert)).not.toContain('secret-part');
  });

  test('Nobody at the address for a week ends the subscription, and what it missed can be sent again', async () => {
    hub.receiver.answer = { status: 410 };
    await hub.pass(9 * DAY);
    expect(alerts().map(({ text }) => text.en)).toEqual([expect.stringContaining('has ended')]);
    expect(waiting()).toBe(0);
    const probes = hub.receiver.received.length;
    expect(probes).toBeLessThanOrEqual(8);
    const admin = (method: string, path: string) => hub.request(method, path, undefined, hub.adminKey);
    const newest = async () => (await admin('GET', '/admin/events')).body.items[0];
    const sendAgain = async () => {
      const { status } = await admin('POST', `/admin/events/${(await newest()).seq}/send-again`);
      await hub.pass(2 * SECOND);
      return [status, hub.receiver.received.length - probes, (await newest()).deliveries[0]];
    };
    expect(await sendAgain()).toMatchObject([
      202,
      1,
      { state: 'dead', reason: { en: 'HTTP 410', zh: 'HTTP 410' } },
    ]);
    hub.receiver.answer = { status: 200 };
    expect(await sendAgain()).toMatchObject([202, 2, { state: 'delivered' }]);
  });

  test('A subscription to an address in the own network is refused', async () => {
    const { status, body } = await hub.request('POST', '/v1/subscriptions', {
      trigger: 'new_order',
      url: 'https://192.168.1.9/hook',
    });
    expect([status, body.kind]).toEqual([422, 'target_refused']);
  });

  test('A subscription that is removed gets nothing more', async () => {
    const { status } = await hub.request('DELETE', `/v1/subscriptions/${subscription}`);
    expect(status).toBe(204);
    await hub.pass(6 * HOUR);
    expect(ids()).toEqual([]);
  });
});
