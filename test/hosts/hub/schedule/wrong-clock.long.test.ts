import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { type Subscription, subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Clock of the machine that is wrong by eight hours', () => {
  let hub: TestHub;
  beforeEach(async () => {
    hub = await startTestHub({ sandbox: { ordersPerDay: 300 } });
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
    await hub.pass(5 * MINUTE);
  });
  afterEach(() => hub.stop());

  const received = () => hub.receiver.received.map(({ body }) => JSON.parse(body).data);
  const setWhileStopped = (pause: number, ahead: number) =>
    hub.pause(pause, undefined, () => hub.setClock(ahead));

  test.each([
    ['ahead', 8 * HOUR],
    ['behind', -8 * HOUR],
  ])(
    'No order is lost, late or dated wrongly while it runs %s and when it is set right',
    async (_, ahead) => {
      const arrivals: { lag: number; error: number }[] = [];
      hub.receiver.beforeAnswer = async () => {
        const { headers } = hub.receiver.received.at(-1) ?? {};
        const lag = hub.clock.now() - Date.parse(received().at(-1)?.occurred_at);
        const error = Math.abs(hub.clock.now() - Number(headers?.['webhook-timestamp']) * SECOND);
        arrivals.push({ lag, error });
      };
      const from = hub.clock.now();
      await hub.pass(HOUR);
      hub.setClock(ahead);
      await hub.pass(2 * HOUR);
      hub.setClock(0);
      await hub.pass(HOUR);
      await setWhileStopped(10 * MINUTE, ahead);
      await hub.pass(HOUR);
      await setWhileStopped(10 * MINUTE, 0);
      await hub.pass(HOUR);
      const placed = hub.sandbox.shop.orders
        .filter(({ placedAt }) => placedAt > from && placedAt < hub.clock.now() - 30 * MINUTE)
        .map(({ id }) => String(id));
      expect(placed.length).toBeGreaterThan(10);
      const ids: string[] = received().map(({ order_id }) => order_id);
      expect(ids).toEqual(expect.arrayContaining(placed));
      expect(new Set(ids).size).toBe(ids.length);
      expect(arrivals.filter(({ lag, error }) => lag > 30 * MINUTE || error > MINUTE)).toEqual([]);
    },
  );

  test('What waits for its next attempt waits no longer when it is set back while the hub is stopped', async () => {
    await setWhileStopped(MINUTE, 8 * HOUR);
    hub.receiver.answer = { status: 503 };
    hub.receiver.received.length = 0;
    // After the third attempt it would wait for half an hour.
    while (hub.receiver.received.length === 0) await hub.pass(MINUTE);
    await hub.pass(MINUTE);
    hub.receiver.answer = { status: 200 };
    const before = hub.receiver.received.length;
    await setWhileStopped(HOUR, 0);
    expect(hub.receiver.received).toHaveLength(before);
    await hub.pass(6 * MINUTE);
    const [first] = received();
    expect(
      received()
        .slice(before)
        .map(({ id }) => id),
    ).toContain(first.id);
  });

  test('Nothing is deleted before its time, and it is when the time has come', async () => {
    const { database, vault } = hub.hub.runtime;
    const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'order_paid' });
    const subscription = subscriptionsIn(database, vault).find(body.id) as Subscription;
    const event = { id: 'old', title: 'old', title_zh: 'old', occurred_at: null } as unknown as PackEvent;
    eventsIn(database).keepNew(subscription, [event], [], hub.clock.now() - 30 * DAY + 7 * HOUR);
    const isKept = async () => {
      const answer = await hub.request('GET', `/v1/events?subscription=${body.id}`);
      return answer.body.items.some(({ id }: { id: string }) => id === 'old');
    };
    await setWhileStopped(MINUTE, 8 * HOUR);
    await hub.pass(2 * HOUR);
    hub.setClock(0);
    await hub.pass(HOUR);
    hub.setClock(8 * HOUR);
    await hub.pass(2 * HOUR);
    expect(await isKept()).toBe(true);
    await hub.pass(4 * HOUR);
    expect(await isKept()).toBe(false);
  });

  test('The hub is healthy after it was set ahead', async () => {
    const health = async () => (await hub.request('GET', '/healthz')).status;
    hub.setClock(8 * HOUR);
    await hub.pass(2 * MINUTE);
    expect(await health()).toBe(200);
  });
});
