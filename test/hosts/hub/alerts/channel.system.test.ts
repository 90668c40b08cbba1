import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { failingMessengers } from '../../../support/failing-messengers.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const PATH = '/admin/alert-channel';

describe('Alert channel', () => {
  const messengers = failingMessengers();
  let hub: TestHub;
  let channel: { channel: string; webhook_url: string };
  const cards = () => hub.sandbox.groups.dingtalk.cards;
  const admin = (method: string, path: string, body?: unknown) =>
    hub.request(method, path, body, hub.adminKey);
  const raise = (key: string, ageMs = 0) =>
    alertsIn(hub.hub.runtime.database).raise(
      { key, shop: hub.sandbox.accounts.sellerId, text: { en: `${key} happened.`, zh: `发生了 ${key}。` } },
      hub.clock.now() - ageMs,
    );

  beforeAll(async () => {
    hub = await startTestHub({ messengers: messengers.transport });
    channel = { channel: 'dingtalk', webhook_url: hub.sandbox.groups.dingtalk.address };
  });
  afterAll(() => hub.stop());

  test('Every messenger is offered, and none is chosen at first', async () => {
    const { body } = await admin('GET', PATH);
    expect(body).toMatchObject({ channel: null, has_secret: false, problem: null });
    expect(body.channels.map(({ key }: { key: string }) => key)).toEqual(['dingtalk', 'feishu']);
    expect((await admin('POST', `${PATH}/test`)).status).toBe(404);
  });

  test('An address of another messenger is refused, and nothing is kept', async () => {
    const { address } = hub.sandbox.groups.feishu;
    const wrong = await admin('PUT', PATH, { channel: 'dingtalk', webhook_url: address });
    expect([wrong.status, wrong.body.kind]).toEqual([422, 'bad_input']);
    expect((await admin('PUT', PATH, { ...channel, channel: 'pigeon' })).status).toBe(422);
    expect((await admin('GET', PATH)).body.channel).toBeNull();
  });

  test('It is tested before it is kept', async () => {
    expect((await admin('POST', `${PATH}/test`, channel)).body).toEqual({
      is_delivered: true,
      problem: null,
    });
    expect(cards().at(-1)?.title).toContain('示例 · 中转服务提醒');
    messengers.fails = 'before';
    const { body } = await admin('POST', `${PATH}/test`, channel);
    messengers.fails = 'never';
    expect(body).toMatchObject({ is_delivered: false, problem: { kind: 'channel_unreachable' } });
    expect((await admin('GET', PATH)).body.channel).toBeNull();
  });

  test('Alerts of the last day are sent together once it is set, each once and with its shop', async () => {
    raise('long_ago', 2 * DAY);
    raise('first');
    raise('second');
    const before = cards().length;
    expect((await admin('PUT', PATH, channel)).body.channel).toBe('dingtalk');
    await hub.pass(3 * MINUTE);
    const [card, ...more] = cards().slice(before);
    expect(more).toEqual([]);
    expect(card?.title).toBe('中转服务提醒（2 条） · Hub alert (2)');
    expect(card?.text).toContain('Harbor Lane Store');
    expect(card?.text).toContain('发生了 first');
    expect(card?.text).not.toContain('long');
    await hub.pass(HOUR);
    expect(cards()).toHaveLength(before + 1);
    const { items } = (await admin('GET', '/admin/alerts')).body;
    expect(items.every(({ sent_at }: { sent_at: string | null }) => sent_at !== null)).toBe(true);
  });

  test('An alert that could not be sent is sent later, and its failure raises no alert', async () => {
    messengers.fails = 'before';
    raise('third');
    const before = cards().length;
    await hub.pass(10 * MINUTE);
    expect((await admin('GET', PATH)).body.problem.kind).toBe('channel_unreachable');
    expect((await admin('GET', '/admin/alerts')).body.items).toHaveLength(4);
    messengers.fails = 'never';
    await hub.pass(HOUR);
    expect(cards()).toHaveLength(before + 1);
    expect((await admin('GET', PATH)).body.problem).toBeNull();
  });

  test('An alert whose answer was lost is not sent again', async () => {
    messengers.fails = 'after';
    raise('fourth');
    const before = cards().length;
    await hub.pass(3 * MINUTE);
    messengers.fails = 'never';
    await hub.pass(HOUR);
    expect(cards()).toHaveLength(before + 1);
  });

  test('A shop that must sign in again is named until it is connected', async () => {
    const named = async () =>
      (await admin('GET', '/admin/alerts')).body.items.filter(({ key }: { key: string }) =>
        key.startsWith('sign_in'),
      ).length;
    hub.sandbox.accounts.revoke();
    await hub.request('POST', '/v1/searches/find_shop', { max_age: 'now' });
    expect(await named()).toBe(1);
    const { address } = (await admin('POST', '/admin/shops/sign-in', {})).body;
    const back = await fetch(address, { redirect: 'manual' });
    await fetch(back.headers.get('location') ?? '');
    expect(await named()).toBe(0);
  });

  test('Its address is not shown, and is not stored in plain text', async () => {
    const { token } = hub.sandbox.groups.dingtalk;
    expect(JSON.stringify((await admin('GET', PATH)).body)).not.toContain(token);
    const rows = hub.hub.runtime.database.prepare('SELECT * FROM settings').all();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test('Nothing is sent any more once it is removed', async () => {
    expect((await admin('DELETE', PATH)).status).toBe(204);
    raise('fifth');
    const before = cards().length;
    await hub.pass(5 * MINUTE);
    expect(cards()).toHaveLength(before);
    expect((await admin('GET', PATH)).body.channel).toBeNull();
  });
});
