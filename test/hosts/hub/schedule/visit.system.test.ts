import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { HOUR, MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Visit', () => {
  let hub: TestHub;
  beforeEach(async () => {
    hub = await startTestHub();
  });
  afterEach(() => hub.stop());

  const subscribe = async (trigger: string): Promise<string> =>
    (await hub.request('POST', '/v1/subscriptions', { trigger })).body.id;
  const find = (id: string) => {
    const { database, vault } = hub.hub.runtime;
    return subscriptionsIn(database, vault).find(id);
  };
  const all = () => {
    const { database, vault } = hub.hub.runtime;
    return subscriptionsIn(database, vault).all();
  };

  test('A subscription that is paused during its first visit stays paused', async () => {
    let isPaused = false;
    hub.sandbox.onCall = async () => {
      const [subscription] = isPaused ? [] : all();
      if (!subscription) return;
      isPaused = true;
      await hub.request('POST', `/admin/subscriptions/${subscription.id}/pause`, undefined, hub.adminKey);
    };
    const id = await subscribe('new_order');
    await hub.pass(10 * MINUTE);
    expect([isPaused, find(id)?.state]).toEqual([true, 'paused']);
  });

  test('A subscription paused before its start mark announces only what follows the resume', async () => {
    // The feed has been visited, so it knows orders from before the resume.
    const other = await subscribe('new_order');
    await hub.pass(10 * MINUTE);
    await hub.request('DELETE', `/v1/subscriptions/${other}`);
    const { database, vault, clock } = hub.hub.runtime;
    const { url } = hub.receiver;
    const { id } = subscriptionsIn(database, vault).add(
      {
        shop: hub.sandbox.accounts.sellerId,
        owner: 'n8n',
        trigger: 'new_order',
        inputs: {},
        kind: 'hook',
        url,
      },
      clock.now(),
    );
    const change = (what: string) =>
      hub.request('POST', `/admin/subscriptions/${id}/${what}`, undefined, hub.adminKey);
    await change('pause');
    await hub.pass(6 * HOUR);
    const resumedAt = clock.now();
    await change('resume');
    await hub.pass(6 * HOUR);
    expect(find(id)?.state).toBe('active');
    const occurred = hub.receiver.received.map(({ body }) => Date.parse(JSON.parse(body).data.occurred_at));
    expect(occurred.length).toBeGreaterThan(1);
    expect(Math.min(...occurred)).toBeGreaterThan(resumedAt - SECOND);
  });

  test('A subscription whose trigger does not exist any more is paused with an alert', async () => {
    const id = await subscribe('new_order');
    await hub.pass(10 * MINUTE);
    hub.hub.runtime.database.prepare("UPDATE subscriptions SET trigger = 'gone'").run();
    await hub.pass(10 * MINUTE);
    const { body } = await hub.request('GET', '/admin/alerts', undefined, hub.adminKey);
    expect(find(id)?.state).toBe('paused');
    expect(body.items.map(({ key }: { key: string }) => key)).toContain(`paused ${id}`);
  });

  test('An unexpected error of one subscription does not keep the others from their visit', async () => {
    const { runtime } = hub.hub;
    const { registry } = runtime;
    const triggers = registry.triggers.map((trigger) =>
      trigger.key === 'order_paid'
        ? Object.defineProperty({ ...trigger }, 'inputs', {
            get: () => {
              throw new Error('an error of the trigger');
            },
          })
        : trigger,
    );
    const ids = [await subscribe('order_paid'), await subscribe('order_cancelled')];
    await hub.pass(10 * MINUTE);
    runtime.registry = { ...registry, triggers };
    runtime.database.prepare("UPDATE subscriptions SET state = 'starting'").run();
    await hub.pass(10 * MINUTE);
    expect(ids.map((id) => find(id)?.state)).toEqual(['starting', 'active']);
  });

  test('Once the calls of the day are used up, each feed is visited every five minutes', async () => {
    await hub.stop();
    // At noon in Beijing, so that no new day begins meanwhile.
    hub = await startTestHub({ sandbox: { dailyLimit: 4 }, startAt: Date.parse('2026-11-21T04:00:00Z') });
    const { counts } = hub.hub.runtime;
    const visits = () => counts.of('visits').reduce((sum, { value }) => sum + value, 0);
    for (const trigger of ['new_order', 'dispute_opened', 'new_product']) await subscribe(trigger);
    await hub.pass(3 * HOUR);
    expect(hub.sandbox.calls.overLimit).toBe(1);
    const before = visits();
    await hub.pass(HOUR);
    expect(visits() - before).toBeLessThanOrEqual(3 * 12);
  });
});
