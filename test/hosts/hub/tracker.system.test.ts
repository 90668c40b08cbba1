/** The 17TRACK key of a shop at the hub, and the messages that 17TRACK pushes. */

import { readFileSync } from 'node:fs';
import { fileIn } from '../../../lib/hosts/hub/database/database.ts';
import { sealedIn } from '../../../lib/hosts/hub/database/sealed.ts';
import { trackerFindings } from '../../../lib/hosts/hub/service/check/trackers.ts';
import { openShop } from '../../../lib/hosts/hub/shops/open-shop.ts';
import { MINUTE, SECOND } from '../../../lib/runtime.ts';
import { signTrackerPush } from '../../../sandbox/tracker/push.ts';
import { startTestHub, type TestHub } from '../../support/hub.ts';
import { openHubPage } from '../../support/hub-page.ts';

const CREDITS = { used: 0, left: 100_000, total: 100_000 };

let hub: TestHub;
let shop: string;
const logged: string[] = [];
beforeAll(async () => {
  hub = await startTestHub({ log: (message, facts) => logged.push(`${message} ${JSON.stringify(facts)}`) });
  shop = hub.sandbox.accounts.sellerId;
});
afterAll(() => hub.stop());
afterEach(async () => {
  hub.tracker.fault = null;
  await admin('DELETE', '/tracker');
  await hub.pass(SECOND);
});

const admin = (method: string, path: string, body?: object) =>
  hub.request(method, `/admin/shops/${shop}${path}`, body, hub.adminKey);
const setKey = (key = hub.tracker.key) => admin('PUT', '/tracker', { key });

describe('17TRACK key at the hub', () => {
  test('A key is tried, kept, and never shown again', async () => {
    const answer = { has_key: true, credits: CREDITS, problem: null };
    const answers = [
      await setKey(),
      await admin('GET', '/tracker'),
      await hub.request('GET', '/admin/shops', undefined, hub.adminKey),
    ];
    expect(answers[0]).toEqual({ status: 200, body: answer });
    expect(answers[1]).toEqual({ status: 200, body: answer });
    expect(answers[2]?.body.items).toMatchObject([{ id: shop, has_tracker_key: true }]);
    const shown = JSON.stringify(answers) + logged.join();
    expect(shown).not.toContain(hub.tracker.key);
  });

  test('A key is stored encrypted, among what a backup must be able to read', async () => {
    await setKey();
    const { database, vault, hub: settings } = hub.hub.runtime;
    const sealed = sealedIn(database).find(({ context }) => context === `tracker ${shop}`);
    expect(vault.decrypt(sealed?.value ?? '', `tracker ${shop}`)).toBe(hub.tracker.key);
    const files = ['', '-wal'].map((end) => readFileSync(fileIn(settings.folder) + end, 'latin1')).join('');
    expect(files).not.toContain(hub.tracker.key);
  });

  test('A key that 17TRACK refuses is not kept', async () => {
    expect(await setKey('WRONG')).toMatchObject({ status: 403, body: { kind: 'tracker_key_refused' } });
    expect((await admin('GET', '/tracker')).body).toEqual({ has_key: false, credits: null, problem: null });
  });

  test('A key of an unknown shop is refused', async () => {
    const { status } = await hub.request('PUT', '/admin/shops/1/tracker', { key: 'K' }, hub.adminKey);
    expect(status).toBe(404);
  });

  test('While 17TRACK does not answer, the hub says why', async () => {
    await setKey();
    hub.tracker.fault = 'http_503';
    expect((await admin('GET', '/tracker')).body).toMatchObject({
      has_key: true,
      credits: null,
      problem: { kind: 'tracker_unreachable' },
    });
  });

  test('A removed key is forgotten', async () => {
    await setKey();
    expect((await admin('DELETE', '/tracker')).status).toBe(204);
    expect((await openShop(hub.hub.runtime, shop)).tracker).toBeUndefined();
  });

  test('The shop that the engine gets has the tracker', async () => {
    await setKey();
    const { tracker } = await openShop(hub.hub.runtime, shop);
    expect(await tracker?.credits()).toEqual(CREDITS);
  });

  test('The call budget has the credits', async () => {
    await setKey();
    const { body } = await hub.request('POST', '/v1/searches/find_call_budget', {});
    expect(body.items).toMatchObject([{ tracker_credits_used: 0, tracker_credits_left: 100_000 }]);
  });

  test('The page tries a key, and keeps it', async () => {
    const page = await openHubPage(hub);
    const form = `tracker-${shop}`;
    await page.send(form, { tracker_key: 'WRONG' });
    expect(page.text(form)).toContain('17TRACK 拒绝了 API 密钥');
    expect(page.fields(form).tracker_key).toBe('');
    await page.send(form, { tracker_key: hub.tracker.key });
    expect(page.text('shops')).toContain('密钥有效，已保存。');
    await page.send(`remove_tracker-${shop}`);
    expect(page.text('shops')).toContain('17TRACK 密钥已移除。');
  });

  test('The check of the hub tries every key', async () => {
    const results = async () => {
      const found = [];
      for await (const { subject, result } of trackerFindings(hub.hub.runtime))
        found.push([subject.en, result]);
      return found;
    };
    expect(await results()).toEqual([]);
    await setKey();
    expect(await results()).toEqual([['17TRACK (Harbor Lane Store)', 'fine']]);
    hub.tracker.fault = 'disabled';
    expect(await results()).toEqual([['17TRACK (Harbor Lane Store)', 'failed']]);
  });
});

describe('Message that 17TRACK pushes to the hub', () => {
  const message = (number = 'LP00612345678901') =>
    JSON.stringify({ event: 'TRACKING_UPDATED', data: { number, carrier: 190_271, tag: '1' } });
  const push = async (
    body: string,
    { sign = signTrackerPush(body, hub.tracker.key), to = shop }: { sign?: string; to?: string } = {},
  ) => {
    const headers = { 'content-type': 'application/json', sign };
    return (await fetch(`${hub.hub.url}/push/17track/${to}`, { method: 'POST', headers, body })).status;
  };
  /** Takes them, as the feed does. */
  const updated = async () => {
    const { trackerUpdates = new Set() } = await openShop(hub.hub.runtime, shop);
    const numbers = [...trackerUpdates];
    trackerUpdates.clear();
    return numbers;
  };

  test('A message wakes no feed that nobody reads', async () => {
    await setKey();
    expect(await push(message())).toBe(200);
    expect(await updated()).toEqual([]);
  });

  test('A signed message names the parcel that was updated, once', async () => {
    await setKey();
    await hub.request('POST', '/v1/subscriptions', { trigger: 'logistics_stall', url: hub.receiver.url });
    await hub.pass(MINUTE);
    const body = message();
    expect([await push(body), await push(body)]).toEqual([200, 200]);
    expect(await updated()).toEqual(['LP00612345678901']);
  });

  test.each([
    ['a wrong signature', () => ({ sign: 'f'.repeat(64) })],
    ['no signature', () => ({ sign: '' })],
    ['the signature of another message', () => ({ sign: signTrackerPush(message('LP1'), hub.tracker.key) })],
    ['a shop that is not connected', () => ({ to: '999' })],
  ])('A message with %s is refused', async (_, options) => {
    await setKey();
    expect(await push(message(), options())).toBe(401);
  });

  test('A message for a shop without a key is refused', async () => {
    expect(await push(message())).toBe(401);
  });

  test.each(['', '[]', '{"event":"TEST"}', 'no JSON'])(
    'The signed body %j is accepted and ignored',
    async (body) => {
      await setKey();
      expect(await push(body)).toBe(200);
      expect(await updated()).toEqual([]);
    },
  );

  test('The numbers that were named are forgotten with the key, and with the shop', async () => {
    const named = () => [...(hub.hub.runtime.trackerUpdates.get(shop) ?? [])];
    await setKey();
    await hub.request('POST', '/v1/subscriptions', { trigger: 'logistics_stall', url: hub.receiver.url });
    await hub.pass(MINUTE);
    // It wakes the feed, which takes it. Those that follow wait a little.
    await push(message('LP00612345678902'));
    await hub.pass(SECOND);
    await push(message());
    expect(named()).toHaveLength(1);
    await admin('DELETE', '/tracker');
    expect(named()).toEqual([]);
    await setKey();
    await push(message());
    expect(named()).toHaveLength(1);
    await admin('DELETE', '');
    expect(named()).toEqual([]);
  });
});
