import { HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { recipes } from '../../../../recipes/index.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Recipes of a shop in the hub', () => {
  let hub: TestHub;
  let shop: string;
  beforeAll(async () => {
    hub = await startTestHub();
    shop = hub.sandbox.accounts.sellerId;
  });
  afterAll(() => hub.stop());

  const admin = (method: string, path: string, body?: unknown) =>
    hub.request(method, `/admin/shops/${shop}/recipes${path}`, body, hub.adminKey);

  test('Every recipe is listed with its fields and what is missing', async () => {
    const { status, body } = await admin('GET', '');
    expect(status).toBe(200);
    expect(body.items).toHaveLength(recipes.length);
    const [first] = body.items;
    expect(first).toMatchObject({ key: 'new_order_to_feishu', state: 'off', subscription: null });
    expect(first.missing).toEqual([
      {
        fields: ['feishu_webhook_url', 'dingtalk_webhook_url'],
        label: { en: 'Webhook URL of a messenger', zh: '任一群机器人的 Webhook 地址' },
      },
    ]);
    expect(first.fields).toContainEqual(
      expect.objectContaining({
        key: 'feishu_webhook_url',
        part: 'messenger',
        type: 'secret',
        is_set: false,
      }),
    );
  });

  test('A recipe from which something is missing is not switched on', async () => {
    const { status, body } = await admin('PUT', '/new_order_to_feishu', { is_on: true });
    expect([status, body.kind]).toEqual([422, 'recipe_incomplete']);
    expect(body.detail).toBe('Fill in "Webhook URL of a messenger" before you switch the recipe on.');
    expect((await admin('GET', '')).body.items[0].state).toBe('off');
  });

  test('An address is tested before it is kept', async () => {
    const { groups } = hub.sandbox;
    const settings = { feishu_webhook_url: groups.feishu.address };
    const { body } = await admin('POST', '/new_order_to_feishu/test', { settings });
    expect(body.results).toEqual([
      { step: 'feishu', name: { en: 'Feishu', zh: '飞书' }, is_delivered: true, problem: null },
    ]);
    expect(groups.feishu.cards.at(-1)?.title).toMatch(/^示例 · 新订单/);
    const wrong = { feishu_webhook_url: `${groups.feishu.address}x` };
    const refused = await admin('POST', '/new_order_to_feishu/test', { settings: wrong });
    expect(refused.body.results[0]).toMatchObject({
      is_delivered: false,
      problem: { kind: 'channel_address_refused' },
    });
    expect((await admin('GET', '')).body.items[0].missing).toHaveLength(1);
  });

  test('New orders are posted to every group whose address is set, each once', async () => {
    const { feishu, dingtalk } = hub.sandbox.groups;
    feishu.cards.length = 0;
    const settings = { feishu_webhook_url: feishu.address, dingtalk_webhook_url: dingtalk.address };
    const { body } = await admin('PUT', '/new_order_to_feishu', { settings, is_on: true });
    expect(body).toMatchObject({
      state: 'starting',
      missing: [],
      steps: [{ key: 'feishu' }, { key: 'dingtalk' }],
    });
    await hub.pass(4 * HOUR);
    expect(feishu.cards.length).toBeGreaterThan(3);
    expect(new Set(feishu.cards.map(({ text }) => text)).size).toBe(feishu.cards.length);
    expect(dingtalk.cards).toHaveLength(feishu.cards.length);
  });

  test('An address is never shown again', async () => {
    const { body } = await admin('GET', '');
    expect(JSON.stringify(body)).not.toContain(hub.sandbox.groups.feishu.token);
    const [{ fields, state }] = body.items;
    expect(state).toBe('on');
    expect(fields).toContainEqual(
      expect.objectContaining({ key: 'feishu_webhook_url', is_set: true, value: null }),
    );
  });

  test('A recipe gets the bot of another one with its secret, and keeps it when that one changes', async () => {
    // A bot is known by the first recipe that has it, so this is a bot that no other recipe has.
    const address = `${hub.sandbox.groups.dingtalk.address}2`;
    const first = { dingtalk_webhook_url: address, dingtalk_webhook_secret: 'SECfirst' };
    const second = { same_as: { dingtalk_webhook_url: 'ship_deadline_to_feishu' } };
    expect((await admin('PUT', '/ship_deadline_to_feishu', { settings: first })).body).toMatchObject({
      state: 'off',
    });
    const setOf = ({ fields }: { fields: { key: string; is_set: boolean; bots_of: object[] }[] }) =>
      fields.filter(({ key }) => key.startsWith('dingtalk')).map(({ is_set }) => is_set);
    const { body } = await admin('PUT', '/daily_report_to_feishu', second);
    expect(setOf(body)).toEqual([true, true]);
    const shop = hub.sandbox.accounts.sellerId;
    const same_as = { shop, recipe: 'ship_deadline_to_feishu' };
    const alerts = await hub.request(
      'PUT',
      '/admin/alert-channel',
      { channel: 'dingtalk', same_as },
      hub.adminKey,
    );
    expect(alerts.body).toMatchObject({ channel: 'dingtalk', has_secret: true });
    expect(alerts.body.bots).toContainEqual(
      expect.objectContaining({ channel: 'dingtalk', shop, recipe: same_as.recipe }),
    );
    await hub.request('DELETE', '/admin/alert-channel', undefined, hub.adminKey);
    await admin('PUT', '/ship_deadline_to_feishu', {
      settings: { dingtalk_webhook_url: '', dingtalk_webhook_secret: '' },
    });
    expect(setOf((await admin('PUT', '/daily_report_to_feishu', {})).body)).toEqual([true, true]);
    const gone = await admin('PUT', '/bad_review_to_ticket', second);
    expect([gone.status, gone.body.kind]).toEqual([422, 'bad_input']);
  });

  test('A recipe that is switched off sends nothing more', async () => {
    const { feishu } = hub.sandbox.groups;
    expect((await admin('PUT', '/new_order_to_feishu', { is_on: false })).body.state).toBe('off');
    const before = feishu.cards.length;
    await hub.pass(2 * HOUR);
    expect(feishu.cards).toHaveLength(before);
  });

  test('A recipe that is off can be switched on as a subscription, too, and paused', async () => {
    const subscription = async (action: string) => {
      const id = (await admin('GET', '')).body.items[0].subscription;
      await hub.request('POST', `/admin/subscriptions/${id}/${action}`, undefined, hub.adminKey);
      return (await admin('GET', '')).body.items[0].state;
    };
    expect(await subscription('resume')).toBe('starting');
    await hub.pass(MINUTE);
    expect(await subscription('pause')).toBe('paused');
    expect((await admin('PUT', '/new_order_to_feishu', { is_on: true })).body.state).toBe('on');
    expect((await admin('PUT', '/new_order_to_feishu', { is_on: false })).body.state).toBe('off');
  });

  test('A field that the recipe does not have, and a value that is not allowed, are refused', async () => {
    for (const settings of [
      { feishu: 'x' },
      { feishu_webhook_url: 'https://example.com/' },
      { min_amount: 'much' },
    ])
      expect((await admin('PUT', '/new_order_to_feishu', { settings })).status).toBe(422);
    expect((await admin('PUT', '/no_recipe', {})).status).toBe(404);
    const foreign = await hub.request('GET', '/admin/shops/1/recipes', undefined, hub.adminKey);
    expect(foreign.status).toBe(404);
  });

  test('What was true when it is switched on again is not announced', async () => {
    const { feishu } = hub.sandbox.groups;
    const before = feishu.cards.length;
    expect((await admin('PUT', '/new_order_to_feishu', { is_on: true })).body.state).toBe('starting');
    await hub.pass(MINUTE);
    expect(feishu.cards).toHaveLength(before);
    await hub.pass(4 * HOUR);
    expect(feishu.cards.length).toBeGreaterThan(before);
  });
});
