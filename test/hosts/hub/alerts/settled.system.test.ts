import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { droppedKey, waitingKey } from '../../../../lib/hosts/hub/deliveries/alert-keys.ts';
import { deliveriesIn } from '../../../../lib/hosts/hub/deliveries/deliveries.ts';
import { reportAppRefused } from '../../../../lib/hosts/hub/shops/shop-alerts.ts';
import { Problem } from '../../../../lib/problems.ts';
import { MINUTE } from '../../../../lib/runtime.ts';
import { failingMessengers } from '../../../support/failing-messengers.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Alerts that are settled', () => {
  const messengers = failingMessengers();
  let hub: TestHub;
  let recipe: string;
  let subscription: string;
  const admin = async (method: string, path: string, body?: unknown) =>
    (await hub.request(method, path, body, hub.adminKey)).body;
  const alerts = () => alertsIn(hub.hub.runtime.database);
  const keys = () =>
    alerts()
      .latest(20)
      .map(({ key }) => key);
  const raise = (key: string) => alerts().raise({ key, text: { en: key, zh: key } }, hub.clock.now());

  beforeAll(async () => {
    hub = await startTestHub({ messengers: messengers.transport });
    recipe = `/admin/shops/${hub.sandbox.accounts.sellerId}/recipes/daily_report_to_feishu`;
    const settings = { feishu_webhook_url: hub.sandbox.groups.feishu.address };
    ({ subscription } = await admin('PUT', recipe, { settings, is_on: true }));
  });
  afterAll(() => hub.stop());

  test('That an event was given up is settled when the event is sent again', async () => {
    await admin('POST', `/admin/subscriptions/${subscription}/example`);
    await hub.pass(MINUTE);
    const [{ seq }] = (await admin('GET', '/admin/events')).items;
    const { database } = hub.hub.runtime;
    const id = Number(database.prepare('SELECT id FROM deliveries WHERE event = ?').get(seq)?.id);
    raise(droppedKey(id));
    expect(keys()).toContain(droppedKey(id));
    await admin('POST', `/admin/events/${seq}/send-again`);
    await hub.pass(MINUTE);
    expect(keys()).not.toContain(droppedKey(id));
    expect(deliveriesIn(database).waiting()).toBe(0);
  });

  describe('That a messenger with a wrong address waits', () => {
    let key: string;
    beforeEach(async () => {
      key = waitingKey({ subscription, step: 'feishu' });
      const { feishu, dingtalk } = hub.sandbox.groups;
      const settings = {
        feishu_webhook_url: `${feishu.address}x`,
        dingtalk_webhook_url: dingtalk.address,
      };
      await admin('PUT', recipe, { settings });
      await admin('POST', `/admin/subscriptions/${subscription}/example`);
      await hub.pass(MINUTE);
      expect(keys()).toContain(key);
    });

    test('is settled when its address is removed', async () => {
      await admin('PUT', recipe, { settings: { feishu_webhook_url: '' } });
      await hub.pass(MINUTE);
      const { deliveries } = (await admin('GET', '/admin/events')).items[0];
      expect(deliveries).toMatchObject([
        { step: 'dingtalk', state: 'delivered' },
        { step: 'feishu', state: 'dead' },
      ]);
      expect(keys()).not.toContain(key);
    });

    test('is settled with the last message that waits, also where that may have arrived', async () => {
      messengers.fails = 'after';
      const settings = { feishu_webhook_url: hub.sandbox.groups.feishu.address };
      await admin('PUT', recipe, { settings });
      await hub.pass(MINUTE);
      messengers.fails = 'never';
      const { deliveries } = (await admin('GET', '/admin/events')).items[0];
      expect(deliveries).toMatchObject([{ state: 'delivered' }, { step: 'feishu', state: 'unknown' }]);
      expect(keys()).not.toContain(key);
    });
  });

  test('That a recipe waits is settled when the recipe is switched off', async () => {
    const key = waitingKey({ subscription, step: 'feishu' });
    raise(key);
    await admin('PUT', recipe, { is_on: false });
    expect(keys()).not.toContain(key);
  });

  test('That AliExpress refuses the app is settled when the hub starts again', async () => {
    reportAppRefused(hub.hub.runtime, new Problem('app_key_refused', { code: 'IncompleteSignature' }));
    expect(keys()).toContain('app_key_refused');
    await hub.pause(MINUTE);
    expect(keys()).not.toContain('app_key_refused');
  });
});
