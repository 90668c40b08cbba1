import { DatabaseSync } from 'node:sqlite';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import { HOUR } from '../../../../lib/runtime.ts';
import { startBrowser } from '../../../support/browser.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';
import { type HubPage, openHubPage } from '../../../support/hub-page.ts';

/** Does not lead back to the hub. */
const CALLBACK = 'https://elsewhere.example/callback';
const RECIPE = 'recipe-new_order_to_feishu';

describe('Page of the hub', () => {
  let hub: TestHub;
  let page: HubPage;
  let shop: string;
  beforeAll(async () => {
    hub = await startTestHub({ sandbox: { callbackUrl: CALLBACK } });
    shop = hub.sandbox.accounts.sellerId;
    page = await openHubPage(hub);
  });
  afterAll(() => hub.stop());

  test('A browser without a session is sent to the sign-in, and may do nothing', async () => {
    const browser = startBrowser();
    const { url: home } = hub.hub;
    expect((await browser.open(`${home}/`)).url).toBe(`${home}/sign-in`);
    const form = { form: 'remove_shop', id: shop };
    expect((await browser.submit(`${home}/`, form, home)).url).toBe(`${home}/sign-in`);
    expect((await browser.open(`${home}/?done=key_revoked`)).url).toBe(`${home}/sign-in`);
    expect(shopsIn(hub.hub.runtime.database, hub.hub.runtime.vault).all()).toHaveLength(1);
  });

  test('A wrong admin key is refused beside its field, and is not shown', async () => {
    const signIn = `${hub.hub.url}/sign-in`;
    const { status, text } = await startBrowser().submit(signIn, { key: 'key_admin_wrong' }, signIn);
    expect([status, text.includes('管理密钥不正确'), text.includes('key_admin_wrong')]).toEqual([
      401,
      true,
      false,
    ]);
  });

  test('A set-up link that was used leads to the sign-in', async () => {
    const browser = startBrowser();
    const link = hub.hub.setUpUrl ?? '';
    const token = new URL(link).searchParams.get('token') ?? '';
    const use = () => browser.submit(`${hub.hub.url}/set-up`, { token }, link);
    const isOffered = async () => {
      const { status, text } = await startBrowser().open(link);
      return [status, text.includes('<button'), text.includes('href="/sign-in"')];
    };
    expect(await isOffered()).toEqual([200, true, false]);
    expect((await use()).text).toMatch(/key_admin_[\w-]{43}/);
    const { status, text } = await use();
    expect([status, text.includes('href="/sign-in"')]).toEqual([401, true]);
    expect(await isOffered()).toEqual([401, false, true]);
  });

  test('A browser that opens an address that does not exist sees a page with the way back', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const answer = await fetch(`${hub.hub.url}/nope`, { headers: { accept } });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('text/html');
    const text = await answer.text();
    expect(text).toContain('该地址');
    expect(text).toContain('href="/"');
    const program = await fetch(`${hub.hub.url}/nope`);
    expect(await program.json()).toMatchObject({ status: 404, kind: 'not_found' });
  });

  test('Without events and recipes it says so, and what to do', async () => {
    await page.open();
    expect(page.text('shops')).toContain('Harbor Lane Store');
    expect(page.text('activity')).toContain('尚未启用任何流程或订阅');
    expect(page.text('events')).toContain('还没有事件');
    expect(page.text('clients')).toContain('还没有客户端');
  });

  test('A form of an unknown name changes nothing', async () => {
    const browser = startBrowser();
    const signIn = `${hub.hub.url}/sign-in`;
    await browser.submit(signIn, { key: hub.adminKey }, signIn);
    const { status, url } = await browser.submit(`${hub.hub.url}/`, { form: 'toString' }, hub.hub.url);
    expect([status, url]).toEqual([200, `${hub.hub.url}/`]);
  });

  test('Where the callback leads elsewhere, the seller pastes the address, again after a wrong one', async () => {
    await page.open();
    await page.send('connect');
    const linkOf = () =>
      page.element('shops').elements.find(({ attributes }) => attributes.target === '_blank');
    const signIn = linkOf()?.attributes.href ?? '';
    expect(new URL(signIn).searchParams.get('redirect_uri')).toBe(CALLBACK);
    const { status } = await page.send('paste', { address: `${CALLBACK}?code=1&state=wrong` });
    expect(status).toBe(400);
    expect(page.text('paste')).toContain('授权无法验证');
    expect(page.fields('paste').address).toBe(`${CALLBACK}?code=1&state=wrong`);
    expect(linkOf()?.attributes.href).not.toBe(signIn);
    const back = await fetch(signIn, { redirect: 'manual' });
    const { url } = await page.send('paste', { address: ` ${back.headers.get('location')} ` });
    expect(new URL(url).searchParams.get('done')).toBe('connected');
    expect(page.text('shops')).toContain('店铺已连接');
  });

  test('An address at which no message arrives is not kept, and the rest of the form is', async () => {
    const { address, cards } = hub.sandbox.groups.feishu;
    await page.open();
    const wrong = { feishu_webhook_url: `${address}x`, min_amount: '12.5', do: 'on' };
    const { status, text } = await page.send(RECIPE, wrong);
    expect(status).toBe(422);
    expect(page.text(RECIPE)).toContain('飞书不接受该 Webhook 地址');
    expect(page.fields(RECIPE)).toMatchObject({ feishu_webhook_url: '', min_amount: '12.5' });
    expect(text).not.toContain(address);
    expect(cards).toHaveLength(0);
    await page.open();
    expect(page.text('recipes')).not.toContain('已启用 on');
  });

  test('A recipe without any address is not switched on', async () => {
    await page.open();
    expect((await page.send(RECIPE, { do: 'on' })).status).toBe(422);
    expect(page.text(RECIPE)).toContain('任一群机器人的 Webhook 地址');
  });

  test('A recipe is switched on once its test message has arrived', async () => {
    const { address, cards } = hub.sandbox.groups.feishu;
    await page.open();
    const { status, url } = await page.send(RECIPE, { feishu_webhook_url: address, do: 'on' });
    expect([status, new URL(url).searchParams.get('done')]).toEqual([200, 'recipe_on']);
    expect(page.text(RECIPE)).toContain('已启用。从现在起的新事件会发送。');
    expect(cards.map(({ title }) => title)).toEqual([expect.stringMatching(/^示例 · 新订单/)]);
    expect(
      page.element(RECIPE).elements.find(({ attributes }) => attributes.name === 'feishu_webhook_url'),
    ).toMatchObject({ attributes: { placeholder: expect.stringContaining('已保存') } });
  });

  test('New orders reach the group, and are listed with the calls and the next check', async () => {
    const { cards } = hub.sandbox.groups.feishu;
    const before = cards.length;
    await hub.pass(4 * HOUR);
    expect(cards.length).toBeGreaterThan(before);
    await page.open();
    const { items } = (await hub.request('GET', '/admin/events', undefined, hub.adminKey)).body;
    expect(items.length).toBeGreaterThan(0);
    for (const { title_zh } of items) expect(page.text('events')).toContain(title_zh);
    expect(page.text('events')).toContain('已送达');
    expect(page.text('activity')).toMatch(/新订单.*\d\d-\d\d \d\d:\d\d/s);
    const [, used] = /(\d+)\s*\/ 200/.exec(page.text('activity')) ?? [];
    expect(Number(used)).toBeGreaterThan(1);
  });

  test('The products that the hub knows are offered, and chosen ones stay, also unknown ones', async () => {
    const form = 'recipe-low_stock_to_purchasing';
    const kept = async () => {
      const { body } = await hub.request('GET', `/admin/shops/${shop}/recipes`, undefined, hub.adminKey);
      const { fields } = body.items.find(({ key }: { key: string }) => form.endsWith(key));
      return fields.find(({ key }: { key: string }) => key === 'product_ids').value;
    };
    await page.open();
    const offered = page
      .element(form)
      .elements.filter(({ attributes }) => attributes.name === 'product_ids')
      .map(({ attributes }) => attributes.value ?? '');
    expect(offered.length).toBeGreaterThan(1);
    await page.send(form, { product_ids: offered[1] ?? '', do: 'keep' });
    expect(await kept()).toEqual([offered[1]]);
    const settings = { product_ids: ['1005000000000001'] };
    await hub.request(
      'PUT',
      `/admin/shops/${shop}/recipes/low_stock_to_purchasing`,
      { settings },
      hub.adminKey,
    );
    await page.open();
    await page.send(form, { do: 'keep' });
    expect(await kept()).toEqual(['1005000000000001']);
  });

  test('The bot of one recipe is offered to the others, without its address, and tested again', async () => {
    const { address, cards } = hub.sandbox.groups.feishu;
    const other = 'recipe-ship_deadline_to_feishu';
    const { text } = await page.open();
    expect([page.text(other).includes('与“新订单 → 飞书”相同的机器人'), text.includes(address)]).toEqual([
      true,
      false,
    ]);
    expect(page.text(RECIPE)).not.toContain('相同的机器人');
    const before = cards.length;
    await page.send(other, { same_feishu_webhook_url: 'new_order_to_feishu', do: 'on' });
    expect(page.text(other)).toContain('已启用');
    expect(cards.slice(before).map(({ title }) => title)).toEqual([expect.stringMatching(/^示例/)]);
    expect(page.text(other)).not.toContain('相同的机器人');
    await page.send(other, { do: 'off' });
  });

  test('An event and an example are sent again from the page', async () => {
    const { cards } = hub.sandbox.groups.feishu;
    const { items } = (await hub.request('GET', '/admin/events', undefined, hub.adminKey)).body;
    const [{ seq, subscription, title_zh }] = items;
    await page.open();
    const before = cards.length;
    await page.send(`send_again-${seq}`);
    expect(page.text('events')).toContain('正在重发');
    await page.open();
    await page.send(`recipe_example-${subscription}`);
    expect(page.text('recipes')).toContain('示例正在发送');
    await hub.pass(HOUR / 60);
    const titles = cards.slice(before).map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining([title_zh, expect.stringMatching(/^示例/)]));
  });

  test('A recipe keeps its address when it is saved, loses it on demand, and is switched off', async () => {
    await page.open();
    await page.send(RECIPE, { min_amount: '3', do: 'keep' });
    expect(page.fields(RECIPE).min_amount).toBe('3');
    await page.send(RECIPE, { min_amount: '', do: 'off' });
    expect(page.text(RECIPE)).toContain('已停用');
    await page.send(RECIPE, { remove_feishu_webhook_url: 'yes', do: 'keep' });
    expect((await page.send(RECIPE, { do: 'on' })).status).toBe(422);
  });

  test('The alert channel is tested before it is kept, tested again, and removed', async () => {
    const { address, cards } = hub.sandbox.groups.feishu;
    await page.open();
    const channel = { channel: 'feishu', webhook_url: `${address}x` };
    expect((await page.send('alert_channel', channel)).status).toBe(422);
    expect(page.fields('alert_channel')).toMatchObject({ channel: 'feishu', webhook_url: '' });
    expect(page.text('alert-channel')).toContain('尚未设置');
    await page.send('alert_channel', { ...channel, webhook_url: address });
    expect(page.text('alert-channel')).toContain('测试提醒已送达，渠道已保存');
    await page.send('test_alert_channel');
    expect(cards.filter(({ title }) => title.startsWith('示例 · 中转服务提醒'))).toHaveLength(2);
    await page.send('remove_alert_channel');
    expect(page.text('alert-channel')).toContain('尚未设置');
  });

  test('The bot of a recipe is offered to the alert channel, without its address, and tested', async () => {
    const { address, cards } = hub.sandbox.groups.feishu;
    const { text } = await page.open();
    expect(page.text('alert-channel')).toContain('相同的机器人');
    expect(text).not.toContain(address);
    const before = cards.length;
    const same_as = `feishu ${hub.sandbox.accounts.sellerId} ship_deadline_to_feishu`;
    await page.send('alert_channel', { channel: 'dingtalk', same_as });
    expect(page.text('alert-channel')).toContain('测试提醒已送达，渠道已保存');
    expect(cards).toHaveLength(before + 1);
    await page.send('alert_channel', { same_as: 'feishu 1 ship_deadline_to_feishu' });
    expect(page.text('alert-channel')).toContain('same_as');
    await page.send('remove_alert_channel');
  });

  test('A key is shown once, with the sentence that says so, and is revoked', async () => {
    await page.open();
    const { text } = await page.send('create_key', { kind: 'shop', name: 'n8n', expires_in_days: '30' });
    const key = page.text('new-key');
    expect(key).toMatch(/^key_shop_/);
    expect(text).toContain('仅显示这一次');
    expect(page.text('keys')).toMatch(/n8n.*从未/s);
    expect((await hub.request('GET', '/v1/me', undefined, key)).body.client).toBe('n8n');
    expect((await page.open()).text).not.toContain(key);
    const { items } = (await hub.request('GET', '/admin/keys', undefined, hub.adminKey)).body;
    const { id } = items.find(({ name }: { name: string }) => name === 'n8n');
    await page.send(`revoke_key-${id}`);
    expect(page.text('keys')).toContain('密钥已停用');
    expect((await hub.request('GET', '/v1/me', undefined, key)).status).toBe(401);
  });

  test('A key without a name is refused, and what was filled in stays', async () => {
    await page.open();
    const { status } = await page.send('create_key', { kind: 'store', name: ' ', expires_in_days: '7' });
    expect(status).toBe(422);
    expect(page.fields('create_key')).toMatchObject({ kind: 'store', expires_in_days: '7' });
    expect(page.text('create_key')).toContain('“名称” 的值无效');
  });

  test('A client is registered with its secret shown once, and removed', async () => {
    await page.open();
    const lines = 'https://n8n.example/callback\r\nhttps://make.example/callback';
    const client = { name: 'n8n', redirect_uris: lines, has_secret: 'yes' };
    expect((await page.send('create_client', { ...client, redirect_uris: 'ftp://x' })).status).toBe(422);
    expect(page.fields('create_client')).toMatchObject({ name: 'n8n', redirect_uris: 'ftp://x' });
    await page.send('create_client', client);
    const secret = page.text('new-client_secret');
    const id = page.text('new-client_id');
    expect(secret).toMatch(/^secret_/);
    const { text } = await page.open();
    expect([text.includes(secret), text.includes('https://make.example/callback')]).toEqual([false, true]);
    await page.send(`remove_client-${id}`);
    expect(page.text('clients')).toContain('还没有客户端');
  });

  test('A form that a locked database refuses says so, and keeps what was filled in', async () => {
    await page.open();
    const { connection, file } = hub.hub.runtime.database;
    const other = new DatabaseSync(file);
    connection.exec('PRAGMA busy_timeout = 20');
    other.exec('BEGIN IMMEDIATE');
    const { status } = await page.send('create_client', {
      name: 'n8n',
      redirect_uris: 'https://n8n.example/',
    });
    other.exec('ROLLBACK');
    other.close();
    expect([status, page.fields('create_client').name]).toEqual([503, 'n8n']);
    expect(page.text('create_client')).toContain('锁定');
  });

  test('What cannot be read is said on a page of its own', async () => {
    const { connection } = hub.hub.runtime.database;
    connection.exec('ALTER TABLE alerts RENAME TO alerts_gone');
    const { status, text } = await page.open();
    connection.exec('ALTER TABLE alerts_gone RENAME TO alerts');
    expect([status, text.includes('服务未能响应')]).toEqual([500, true]);
    expect((await page.open()).status).toBe(200);
  });

  test('Subscriptions of programs get an example, are paused, resumed and removed', async () => {
    const { url, received } = hub.receiver;
    const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    await page.open();
    expect(page.text('subscriptions')).toContain(new URL(url).host);
    expect(page.text('subscriptions')).not.toContain('secret-part');
    await page.send(`example-${body.id}`);
    expect(page.text('subscriptions')).toContain('示例正在发送');
    await hub.pass(HOUR / 60);
    expect(JSON.parse(received.at(-1)?.body ?? '{}').data.is_example).toBe(true);
    await page.send(`pause-${body.id}`);
    expect(page.text('subscriptions')).toContain('已手动暂停');
    await page.send(`resume-${body.id}`);
    expect(page.text('subscriptions')).toContain('订阅已恢复');
    const { database, vault } = hub.hub.runtime;
    subscriptionsIn(database, vault).setState(body.id, 'ended', 'nobody_there');
    await page.open();
    await page.send(`resume-${body.id}`);
    expect(subscriptionsIn(database, vault).find(body.id)?.state).not.toBe('ended');
    await page.send(`remove_subscription-${body.id}`);
    expect((await page.open()).text).not.toContain(body.id);
  });
});
