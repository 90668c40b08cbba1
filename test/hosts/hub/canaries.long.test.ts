import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shopsIn } from '../../../lib/hosts/hub/shops/shops.ts';
import { openInputs } from '../../../lib/pack/recipe.ts';
import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import { recipes } from '../../../recipes/index.ts';
import { allFaults } from '../../../sandbox/day.ts';
import { startBrowser } from '../../support/browser.ts';
import { failingMessengers } from '../../support/failing-messengers.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { storedText } from '../../support/stored-text.ts';

const SIGNING_SECRET = 'signing-secret-of-the-bots';
const OTHER_SHOPS = ['2201234567891', '2201234567892'];
/** A slow answer would take real time. */
const FAULTS = allFaults.filter((name) => name !== 'slow');
/** Tokens are renewed an hour before they end. */
const LIFETIMES = { accessSeconds: 3 * 3600, refreshSeconds: 90 * 86_400 };
const READ = ['/v1/me', '/v1/budget', '/v1/operations', '/v1/options/orders', '/openapi.json', '/healthz'];
const MANAGED = ['shops', 'subscriptions', 'events', 'alerts', 'alert-channel', 'keys', 'clients'];
const OF_SHOP = ['tracker', 'recipes', 'activity', 'skipped', 'options/products'];

describe('Day of three shops with all recipes, with faults', () => {
  const messengers = failingMessengers();
  const log: string[] = [];
  const answers: string[] = [];
  let hub: TestHub;
  const pages: string[] = [];
  let metrics = '';
  let secret = '';
  let session = '';

  const request = async (method: string, path: string, body?: unknown, key?: string) => {
    const answer = await hub.request(method, path, body, key);
    answers.push(JSON.stringify(answer.body ?? ''));
    return answer.body;
  };
  const admin = (method: string, path: string, body?: unknown) => request(method, path, body, hub.adminKey);

  /** The recipes of a shop, the first with a secret, and one with an address that the bot does not know. */
  async function switchOn(shop: string): Promise<void> {
    const { feishu, dingtalk } = hub.sandbox.groups;
    const products = hub.sandbox.shop.products.slice(0, 3).map(({ id }) => String(id));
    for (const recipe of recipes) {
      const { fields } = (await admin('GET', `/admin/shops/${shop}/recipes`)).items.find(
        ({ key }: { key: string }) => key === recipe.key,
      );
      const values: Record<string, unknown> = {
        feishu_webhook_url: feishu.address,
        feishu_webhook_secret: SIGNING_SECRET,
        dingtalk_webhook_url: dingtalk.address,
        dingtalk_webhook_secret: shop === OTHER_SHOPS[0] ? 'wrong-secret-of-a-bot' : SIGNING_SECRET,
        ticket_webhook_url: shop === OTHER_SHOPS[0] ? '' : hub.receiver.url,
        ...Object.fromEntries(openInputs(recipe).map((key) => [key, products])),
      };
      const settings = Object.fromEntries(
        fields.flatMap(({ key }: { key: string }) => (key in values ? [[key, values[key]]] : [])),
      );
      await admin('POST', `/admin/shops/${shop}/recipes/${recipe.key}/test`, { settings });
      const path = `/admin/shops/${shop}/recipes/${recipe.key}`;
      const { subscription } = await admin('PUT', path, { settings, is_on: true });
      await admin('POST', `/admin/subscriptions/${subscription}/example`);
    }
  }

  /** The page of every shop as a browser shows it that has signed in, and what it says to a form that it refuses. */
  async function readPages(shops: readonly string[]): Promise<void> {
    const { url } = hub.hub;
    const browser = startBrowser();
    await browser.submit(`${url}/sign-in`, { key: hub.adminKey }, url);
    for (const shop of shops) pages.push((await browser.open(`${url}/?shop=${shop}`)).text);
    const bot = { channel: 'feishu', webhook_url: `${hub.sandbox.groups.dingtalk.address}/more` };
    pages.push((await browser.submit(`${url}/`, { form: 'alert_channel', ...bot }, url)).text);
    const { name = '', value = '' } =
      [...browser.cookies].map(([name, cookie]) => ({ name, value: cookie.value }))[0] ?? {};
    session = value;
    expect(name).not.toBe('');
  }

  beforeAll(async () => {
    hub = await startTestHub({
      sandbox: { signingSecret: SIGNING_SECRET, dailyLimit: 700, ordersPerDay: 60, lifetimes: LIFETIMES },
      messengers: messengers.transport,
      hasTrackerKey: true,
      log: (message, facts) => log.push(`${message} ${JSON.stringify(facts)}`),
    });
    const { database, vault } = hub.hub.runtime;
    const first = hub.sandbox.accounts.sellerId;
    const connection = shopsIn(database, vault).connectionOf(first);
    for (const id of OTHER_SHOPS)
      if (connection) shopsIn(database, vault).keep({ ...connection, seller_id: id });
    const { url } = hub.receiver;
    secret = (await hub.request('POST', '/v1/subscriptions', { trigger: 'order_paid', url })).body.secret;
    const { dingtalk } = hub.sandbox.groups;
    const bot = { channel: 'dingtalk', webhook_url: dingtalk.address, signing_secret: SIGNING_SECRET };
    await admin('PUT', '/admin/alert-channel', bot);
    for (const shop of [first, ...OTHER_SHOPS]) await switchOn(shop);
    for (let hour = 0; hour < 25; hour += 1) {
      hub.sandbox.faults.active = hour % 3 === 1 ? (FAULTS[(hour - 1) / 3] ?? null) : null;
      messengers.fails = hour % 7 === 5 ? 'before' : hour % 7 === 6 ? 'after' : 'never';
      hub.receiver.answer = { status: hour % 5 === 4 ? 500 : 200 };
      await hub.pass(HOUR);
    }
    messengers.fails = 'never';
    hub.sandbox.faults.active = null;
    await hub.pass(10 * MINUTE);
    for (const path of READ) await request('GET', path);
    for (const path of MANAGED) await admin('GET', `/admin/${path}`);
    for (const shop of [first, ...OTHER_SHOPS])
      for (const path of OF_SHOP) await admin('GET', `/admin/shops/${shop}/${path}`);
    metrics = await (
      await fetch(`${hub.hub.url}/metrics`, { headers: { authorization: `Bearer ${hub.adminKey}` } })
    ).text();
    await readPages([first, ...OTHER_SHOPS]);
    await request('POST', '/v1/searches/find_orders', { placed_within_days: 'many' });
    await request('GET', '/v1/me', undefined, 'key_shop_wrong');
    await admin('PUT', `/admin/shops/${first}/recipes/new_order_to_feishu`, {
      settings: { feishu_webhook_url: `${hub.sandbox.groups.feishu.address}/more` },
    });
  });
  afterAll(() => hub.stop());

  const everywhere = (): Record<string, string> => ({
    data: storedText(hub.hub.runtime.hub.folder),
    'database file': ['hub.sqlite', 'hub.sqlite-wal']
      .map((name) => readFileSync(join(hub.hub.runtime.hub.folder, name), 'latin1'))
      .join(''),
    log: log.join('\n'),
    answers: answers.join('\n'),
    metrics,
    pages: pages.join('\n'),
  });

  test('Messages, rows, tickets and alerts were delivered, and some steps failed', () => {
    const { feishu, dingtalk } = hub.sandbox.groups;
    expect(feishu.cards.length).toBeGreaterThan(30);
    expect(dingtalk.cards.some(({ title }) => title.includes('Hub alert'))).toBe(true);
    const { data = '', answers: answered = '' } = everywhere();
    const found = ['paid_order_to_sheet', '"external_id"'].filter((text) => data.includes(text));
    expect(found).toHaveLength(2);
    expect(answered.includes('may have arrived or not')).toBe(true);
    expect(hub.receiver.received.length).toBeGreaterThan(5);
  });

  test('Nothing personal of a buyer is stored, logged, answered or sent', () => {
    const { feishu, dingtalk } = hub.sandbox.groups;
    const sent = [...feishu.cards, ...dingtalk.cards, ...hub.receiver.received].map(({ body }) => body);
    for (const [where, text] of Object.entries({ ...everywhere(), sent: sent.join('\n') }))
      expect([where, /.{0,60}canary.{0,60}/i.exec(text)?.[0]]).toEqual([where, undefined]);
  });

  test('No token, secret, key or address of a bot is stored in plain text, logged or answered', () => {
    const { accounts, groups, app } = hub.sandbox;
    const secrets = {
      ...Object.fromEntries(accounts.issued.map((token, n) => [`token ${n}`, token])),
      'app secret': app.appSecret,
      'bot of Feishu': groups.feishu.token,
      'bot of DingTalk': groups.dingtalk.token,
      'key of the tracker': hub.tracker.key,
      'signing secret': SIGNING_SECRET,
      'wrong secret': 'wrong-secret-of-a-bot',
      'address of the receiver': 'secret-part',
      'secret of the webhook': secret,
      'key of the shop': hub.shopKey,
      'admin key': hub.adminKey,
      'session of the browser': session,
    };
    expect(accounts.issued.length).toBeGreaterThan(2);
    for (const [where, text] of Object.entries(everywhere()))
      for (const [name, value] of Object.entries(secrets))
        expect([where, name, text.includes(value)]).toEqual([where, name, false]);
  });

  test('Every secret is found in its place, so the search would find it elsewhere', () => {
    expect(metrics).toContain('hub_deliveries_total{outcome="delivered"}');
    expect(pages).toHaveLength(OTHER_SHOPS.length + 2);
    for (const page of pages) expect(page).toContain('id="alert-channel"');
    expect(pages[0]).toContain(hub.sandbox.accounts.sellerId);
    const { feishu } = hub.sandbox.groups;
    const cards = feishu.cards.map(({ body }) => body).join('\n');
    expect(cards).toContain('"sign"');
    expect(hub.receiver.received.some(({ headers }) => 'webhook-signature' in headers)).toBe(true);
    expect(hub.sandbox.shop.orders.some((order) => JSON.stringify(order, bigint).includes('CANARY'))).toBe(
      true,
    );
  });
});

const bigint = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
