/** What becomes of events while Make does not take them, and what a seller sees before the first one. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alertsIn } from '../../../lib/hosts/hub/alerts/alerts.ts';
import { deliveriesIn } from '../../../lib/hosts/hub/deliveries/deliveries.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { type Hook, type Hooks, openHooks } from '../../support/make/hooks.ts';
import { MakeError, type MakeRunner, makeRunner, openFolder } from '../../support/make/runner.ts';
import { startScenario } from '../../support/make/scenario.ts';

const app = openFolder(join(fileURLToPath(new URL('../../../', import.meta.url)), 'make'));

describe('Webhook of an instant scenario', () => {
  let hooks: Hooks;
  let hub: TestHub;
  let make: MakeRunner;
  beforeEach(async () => {
    hooks = await openHooks();
    hub = await startTestHub({
      env: { HUB_ALLOWED_TARGETS: hooks.host },
      isIdle: () => hooks.running() === 0,
    });
    const now = () => new Date(hub.clock.now());
    make = makeRunner(app, { origin: hub.publicUrl, connection: { apiKey: hub.shopKey }, now });
  });
  afterEach(async () => {
    await hub.stop();
    await hooks.close();
  });

  const alerts = () =>
    alertsIn(hub.hub.runtime.database)
      .latest(10)
      .map(({ text }) => text.en)
      .filter((text) => !text.startsWith('Reconnect'));
  const waiting = () => deliveriesIn(hub.hub.runtime.database).waiting();
  const subscriptions = async () =>
    (await hub.request('GET', '/admin/subscriptions', undefined, hub.adminKey)).body.items;
  const idsOf = ({ posted }: Hook, status: number) =>
    posted
      .filter((each) => each.status === status)
      .map(({ body }) => (body as { data: { id: string } }).data.id);

  /** Subscribed, and past the first visit, which announces nothing. */
  async function attached(): Promise<Hook> {
    const hook = hooks.open();
    await make.attach('newOrder', { send_example: false }, hook.url);
    await hub.pass(SECOND);
    return hook;
  }
  const sendExample = async (subscription: string) => {
    await hub.request('POST', `/v1/subscriptions/${subscription}/example`);
    await hub.pass(SECOND);
  };

  test('Without a wish for an example none arrives', async () => {
    expect((await attached()).posted).toEqual([]);
  });

  test('An example reaches the first module, and no scenario of a recipe hands it on', async () => {
    const items: unknown[] = [];
    const { hook, errors } = await startScenario(app.blueprint('new_order_to_feishu'), {
      app,
      make,
      hooks,
      webhook: { send_example: true },
      fields: { sendFeishuMessage: { webhook_url: hub.sandbox.groups.feishu.address } },
      onItem: (item) => items.push(item.is_example),
      onRow: () => {},
    });
    await hub.pass(SECOND);
    expect([hook.posted.length, items, hub.sandbox.groups.feishu.cards, errors]).toEqual([1, [true], [], []]);
    await hub.pass(2 * HOUR);
    expect(items.length).toBeGreaterThan(1);
    expect(hub.sandbox.groups.feishu.cards.length).toBe(items.length - 1);
    expect(errors).toEqual([]);
  });

  test('A full queue gets everything later in its order, and the seller is told meanwhile', async () => {
    const hook = await attached();
    hook.state = 'full';
    await hub.pass(4 * HOUR);
    // The first event alone is tried, after 15 minutes and then twice as long each time.
    expect(new Set(idsOf(hook, 400)).size).toBe(1);
    expect(idsOf(hook, 400).length).toBeLessThan(7);
    expect(waiting()).toBeGreaterThan(1);
    expect(alerts()).toEqual([expect.stringMatching(/^The queue at .* is full/)]);
    hook.state = 'open';
    await hub.pass(4 * HOUR);
    const arrived = idsOf(hook, 200);
    expect(arrived[0]).toBe(idsOf(hook, 400)[0]);
    expect(new Set(arrived).size).toBe(arrived.length);
    expect([waiting(), alerts()]).toEqual([0, []]);
  });

  test('A webhook that Make has turned off keeps its events, and gets them when it is back', async () => {
    const hook = await attached();
    hook.state = 'gone';
    await hub.pass(2 * HOUR);
    expect(idsOf(hook, 410)).toHaveLength(1);
    expect(waiting()).toBeGreaterThan(0);
    expect(alerts()).toEqual([expect.stringMatching(/^Nobody takes the events of new_order/)]);
    hook.state = 'open';
    await hub.pass(DAY);
    expect(idsOf(hook, 200)).toContain(idsOf(hook, 410)[0]);
    expect([waiting(), alerts()]).toEqual([0, []]);
  });

  test('A webhook that is busy is left alone for ten seconds', async () => {
    const hook = hooks.open();
    const { subscription } = await make.attach('newOrder', { send_example: false }, hook.url);
    await hub.pass(SECOND);
    hook.state = 'busy';
    await sendExample(String(subscription));
    await hub.pass(5 * SECOND);
    expect(hook.posted).toHaveLength(1);
    hook.state = 'open';
    await hub.pass(MINUTE);
    expect(hook.posted.map(({ status }) => status)).toEqual([429, 200]);
  });

  test('An answer to attach that gets lost leaves one subscription when attach is repeated', async () => {
    const hook = hooks.open();
    const lost = await make.attach('newOrder', { send_example: false }, hook.url);
    expect(await make.attach('newOrder', { send_example: false }, hook.url)).toEqual(lost);
    expect(await subscriptions()).toHaveLength(1);
    await make.detach('newOrder', lost, hook.url);
    expect(await subscriptions()).toEqual([]);
  });

  test('A refused attach leaves no subscription', async () => {
    const refused = [
      make.attach('newOrder', {}, 'https://192.168.1.9/hook'),
      make.attach('lowStock', { max_stock: 5 }, hooks.open().url),
      make.attach('shipDeadline', { hours_before: 9999 }, hooks.open().url),
    ].map((attach) => attach.catch((error: unknown) => error instanceof MakeError && error.type));
    expect(await Promise.all(refused)).toEqual(['DataError', 'DataError', 'DataError']);
    expect(await subscriptions()).toEqual([]);
  });

  test('A key that is revoked ends its subscriptions, and detach asks for another connection', async () => {
    const shop = hub.sandbox.accounts.sellerId;
    const create = { kind: 'shop', name: 'Make', shop };
    const { body: key } = await hub.request('POST', '/admin/keys', create, hub.adminKey);
    const other = makeRunner(app, { origin: hub.publicUrl, connection: { apiKey: key.key } });
    const hook = hooks.open();
    const saved = await other.attach('newOrder', { send_example: false }, hook.url);
    await hub.request('DELETE', `/admin/keys/${key.id}`, undefined, hub.adminKey);
    const detach = other.detach('newOrder', saved, hook.url);
    expect(await detach.catch((error: unknown) => error instanceof MakeError && error.type)).toBe(
      'InvalidAccessTokenError',
    );
    const states = (await subscriptions()).map(({ state }: { state: string }) => state);
    expect(states.filter((state: string) => state !== 'ended')).toEqual([]);
    await hub.pass(2 * HOUR);
    expect(hook.posted).toEqual([]);
  });
});
