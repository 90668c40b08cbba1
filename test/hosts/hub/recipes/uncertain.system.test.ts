import { resumeInterrupted } from '../../../../lib/hosts/hub/deliveries/resume.ts';
import type { ActionDeclaration } from '../../../../lib/pack/operation.ts';
import { HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { failingMessengers } from '../../../support/failing-messengers.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Message of a recipe whose end is not known', () => {
  const messengers = failingMessengers();
  let hub: TestHub;
  let subscription: string;
  const cards = () => hub.sandbox.groups.feishu.cards;
  const admin = async (method: string, path: string, body?: unknown) =>
    (await hub.request(method, path, body, hub.adminKey)).body;
  /** What the hub says of its messages: the sandbox's authorization ends soon, which it says too. */
  const alerts = async (): Promise<string[]> =>
    (await admin('GET', '/admin/alerts')).items
      .filter(({ key }: { key: string }) => !key.startsWith('account '))
      .map((each: { text: { en: string } }) => each.text.en);
  const sendExample = () => admin('POST', `/admin/subscriptions/${subscription}/example`);
  const latest = async () => (await admin('GET', '/admin/events')).items[0];

  beforeAll(async () => {
    // The report of the day is behind, so that none arrives in between.
    hub = await startTestHub({
      messengers: messengers.transport,
      startAt: Date.parse('2026-10-07T04:00:00Z'),
    });
    const recipe = `/admin/shops/${hub.sandbox.accounts.sellerId}/recipes/daily_report_to_feishu`;
    const settings = { feishu_webhook_url: hub.sandbox.groups.feishu.address };
    ({ subscription } = await admin('PUT', recipe, { settings, is_on: true }));
  });
  afterAll(() => hub.stop());

  test('A message that was certainly not sent is sent later', async () => {
    messengers.fails = 'before';
    await sendExample();
    await hub.pass(30 * 1000);
    expect(cards()).toHaveLength(0);
    messengers.fails = 'never';
    await hub.pass(2 * MINUTE);
    expect(cards()).toHaveLength(1);
    expect(await alerts()).toEqual([]);
  });

  test('A message whose answer was lost is named and not sent again', async () => {
    messengers.fails = 'after';
    await sendExample();
    await hub.pass(MINUTE);
    messengers.fails = 'never';
    await hub.pass(2 * HOUR);
    expect(cards()).toHaveLength(2);
    const { title } = await latest();
    expect(await alerts()).toEqual([
      `"${title}" may have arrived or not (Daily report → Feishu, Feishu): no reply arrived. It is not sent again by itself. Check the group, then send it again on the page if it is missing.`,
    ]);
  });

  test('It is sent again when somebody asks for it, and is then no longer named', async () => {
    const { seq } = await latest();
    await admin('POST', `/admin/events/${seq}/send-again`, { step: 'feishu' });
    await hub.pass(MINUTE);
    expect(cards()).toHaveLength(3);
    expect(await alerts()).toEqual([]);
  });

  test('A message whose delivery could not be stored is not sent again, and counts once it can be', async () => {
    const { database } = hub.hub.runtime;
    database.connection.exec(
      `CREATE TRIGGER full BEFORE UPDATE ON deliveries WHEN NEW.state = 'delivered'
       BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    await sendExample();
    await hub.pass(10 * MINUTE);
    expect(cards()).toHaveLength(4);
    expect((await latest()).deliveries).toMatchObject([{ state: 'parked' }]);
    database.connection.exec('DROP TRIGGER full');
    await hub.pass(10 * MINUTE);
    expect((await latest()).deliveries).toMatchObject([{ state: 'delivered' }]);
    expect(cards()).toHaveLength(4);
  });

  test('A message that may have arrived when the hub erred is named and not sent again', async () => {
    messengers.fails = 'mistaken';
    await sendExample();
    await hub.pass(MINUTE);
    messengers.fails = 'never';
    await hub.pass(2 * HOUR);
    expect(cards()).toHaveLength(5);
    const { seq, title, deliveries } = await latest();
    expect(deliveries).toMatchObject([{ state: 'unknown' }]);
    expect(await alerts()).toEqual([
      expect.stringContaining(
        `"${title}" may have arrived or not (Daily report → Feishu, Feishu): an error in the hub.`,
      ),
    ]);
    await admin('POST', `/admin/events/${seq}/send-again`);
    await hub.pass(MINUTE);
    expect([cards().length, await alerts()]).toEqual([6, []]);
  });

  test('A message at which the hub errs before anything is sent is sent later', async () => {
    const { registry } = hub.hub.runtime;
    const action = registry.actions.find(({ key }) => key === 'send_feishu_message') as ActionDeclaration;
    const { deliver } = action.sink;
    const mistake = async () => {
      throw new Error('a mistake');
    };
    Object.assign(action.sink, { deliver: mistake });
    await sendExample();
    await hub.pass(30 * 1000);
    Object.assign(action.sink, { deliver });
    await hub.pass(2 * MINUTE);
    expect([cards().length, await alerts()]).toEqual([7, []]);
  });

  test('A message that a killed process left in the middle is named and not sent again', async () => {
    const { runtime } = hub.hub;
    const { seq, title } = await latest();
    runtime.database.connection.exec(
      `UPDATE deliveries SET state = 'waiting', started_at = 1, finished_at = NULL WHERE event = ${seq}`,
    );
    resumeInterrupted(runtime);
    await hub.pass(HOUR);
    expect(cards()).toHaveLength(7);
    expect((await latest()).deliveries).toMatchObject([{ state: 'unknown' }]);
    const [alert] = await alerts();
    expect(alert).toContain(`"${title}" may have arrived or not`);
    expect(alert).toContain('the hub was stopped while it was sent');
  });
});
