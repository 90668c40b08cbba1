import { DAY, HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { failingMessengers } from '../../../support/failing-messengers.ts';
import { startTestHub } from '../../../support/hub.ts';

test('Messages that could not be sent over a weekend are all sent in the end, each once', async () => {
  const messengers = failingMessengers();
  const hub = await startTestHub({ messengers: messengers.transport });
  const { groups, accounts } = hub.sandbox;
  const admin = async (method: string, path: string, body?: unknown) =>
    (await hub.request(method, path, body, hub.adminKey)).body;
  const settings = { feishu_webhook_url: groups.feishu.address };
  const recipe = `/admin/shops/${accounts.sellerId}/recipes/new_order_to_feishu`;
  await admin('PUT', recipe, { settings, is_on: true });
  await hub.pass(MINUTE);
  messengers.fails = 'before';
  const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' });
  await hub.pass(2.5 * DAY);
  expect(groups.feishu.cards).toHaveLength(0);
  const { items: alerts } = await admin('GET', '/admin/alerts');
  expect(alerts.map((each: { text: { en: string } }) => each.text.en)).toEqual([
    '"New order → Feishu" (Feishu) waits and is tried again: Feishu is not reachable; the message was not delivered. Try again in a few minutes.',
  ]);
  messengers.fails = 'never';
  await hub.pass(7 * HOUR);
  const events: string[] = [];
  for (let after = ''; ; ) {
    const page = await hub.request('GET', `/v1/events?subscription=${body.id}&limit=100&after=${after}`);
    events.push(...page.body.items.map((each: { title_zh: string }) => each.title_zh));
    after = page.body.next_cursor;
    if (page.body.items.length === 0) break;
  }
  expect(events.length).toBeGreaterThan(100);
  expect(groups.feishu.cards.map(({ title }) => title).sort()).toEqual(events.sort());
  expect((await admin('GET', '/admin/alerts')).items).toEqual([]);
  await hub.stop();
});
