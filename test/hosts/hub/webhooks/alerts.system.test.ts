import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { deliveriesIn } from '../../../../lib/hosts/hub/webhooks/deliveries.ts';
import { DAY, HOUR, SECOND } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Alerts about the address of a subscription', () => {
  let hub: TestHub;
  let subscription: string;
  beforeEach(async () => {
    hub = await startTestHub();
    const { url } = hub.receiver;
    const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    subscription = body.id;
    // What is true at the first visit is not announced.
    await hub.pass(SECOND);
  });
  afterEach(() => hub.stop());

  /** Without those about the connection of the shop. */
  const alerts = () =>
    alertsIn(hub.hub.runtime.database)
      .latest(10)
      .map(({ text }) => text.en)
      .filter((text) => !text.startsWith('Reconnect'));
  const waiting = () => deliveriesIn(hub.hub.runtime.database).waiting();
  const admin = (action: string) =>
    hub.request('POST', `/admin/subscriptions/${subscription}/${action}`, undefined, hub.adminKey);
  /** Lets an example meet this answer. */
  const answerExample = async (status: number) => {
    hub.receiver.answer = { status };
    await admin('example');
    await hub.pass(SECOND);
  };

  test('One that has refused, was resumed and refuses again raises another alert', async () => {
    await answerExample(401);
    expect(alerts()).toEqual([expect.stringContaining('HTTP 401')]);
    hub.receiver.answer = { status: 200 };
    await admin('resume');
    await hub.pass(SECOND);
    expect(alerts()).toEqual([]);
    await answerExample(403);
    expect(alerts()).toEqual([expect.stringContaining('HTTP 403')]);
  });

  test('One that was gone and refuses now raises another alert', async () => {
    await answerExample(410);
    expect(alerts()).toEqual([expect.stringContaining('Nobody takes')]);
    hub.receiver.answer = { status: 401 };
    await hub.pass(DAY + HOUR);
    expect(alerts()).toEqual([expect.stringContaining('refuses')]);
  });

  test('A subscription that is removed leaves no alert', async () => {
    await answerExample(401);
    await hub.request('DELETE', `/v1/subscriptions/${subscription}`);
    expect(alerts()).toEqual([]);
  });

  test('An event that is given up is named, and later ones of that day are not', async () => {
    hub.receiver.answer = { status: 503 };
    await hub.pass(5 * HOUR);
    expect(waiting()).toBeGreaterThan(1);
    // All but the last attempt were made.
    hub.hub.runtime.database.connection.exec('UPDATE deliveries SET attempts = 9, due_at = 0');
    await hub.pass(HOUR);
    expect(alerts()).toEqual([expect.stringMatching(/^"New order .*HTTP 503.*sent again/)]);
  });

  test('An example that arrives does not end a pause', async () => {
    hub.receiver.answer = { status: 503 };
    await hub.pass(5 * HOUR);
    const before = waiting();
    expect(before).toBeGreaterThan(0);
    await admin('pause');
    await answerExample(200);
    await hub.pass(HOUR);
    expect(JSON.parse(hub.receiver.received.at(-1)?.body ?? '').data.is_example).toBe(true);
    expect(waiting()).toBe(before);
  });
});
