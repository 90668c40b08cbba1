import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';

const SECRET = 'signing-secret-of-the-bots';
const MESSAGE = { title: 'Title', text: 'Text' };

describe('Messages of a hub whose machine has a clock that is wrong by eight hours', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub({ sandbox: { signingSecret: SECRET } });
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
    hub.setClock(8 * HOUR);
    await hub.pass(30 * MINUTE);
  });
  afterAll(() => hub.stop());

  const credentialsOf = (channel: 'dingtalk' | 'feishu') => ({
    webhook_url: hub.sandbox.groups[channel].address,
    signing_code: SECRET,
  });

  test.each(['dingtalk', 'feishu'] as const)('An action sends one to %s', async (channel) => {
    const inputs = { ...credentialsOf(channel), ...MESSAGE };
    const { status, body } = await hub.request('POST', `/v1/actions/send_${channel}_message`, inputs);
    expect([status, body.kind]).toEqual([200, undefined]);
    expect(hub.sandbox.groups[channel].cards.map(({ title }) => title)).toContain(MESSAGE.title);
  });

  test.each(['dingtalk', 'feishu'] as const)(
    'The test of a recipe and of alerts sends one to %s',
    async (channel) => {
      const { webhook_url, signing_code } = credentialsOf(channel);
      const admin = (path: string, body: object) => hub.request('POST', `/admin/${path}`, body, hub.adminKey);
      const settings = {
        [`${channel}_webhook_url`]: webhook_url,
        [`${channel}_webhook_secret`]: signing_code,
      };
      const path = `shops/${hub.sandbox.accounts.sellerId}/recipes/new_order_to_feishu/test`;
      const recipe = await admin(path, { settings });
      const alerts = await admin('alert-channel/test', {
        channel,
        webhook_url,
        signing_secret: signing_code,
      });
      expect([recipe.body.results, alerts.body]).toMatchObject([
        [{ is_delivered: true }],
        { is_delivered: true },
      ]);
    },
  );
});
