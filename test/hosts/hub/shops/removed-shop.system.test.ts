import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { sheetFolder } from '../../../../lib/hosts/hub/recipes/files.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

/** No other text of the hub has it. */
const MARK = 'zqxjkvbw';
const OTHER_SHOP = '2201234567891';

describe('A shop that is removed', () => {
  let hub: TestHub;
  let shop: string;
  beforeEach(async () => {
    hub = await startTestHub({ env: { HUB_SEARCH_CALLS: '2' } });
    shop = hub.sandbox.accounts.sellerId;
  });
  afterEach(() => hub.stop());

  const admin = (method: string, path: string, body?: unknown) =>
    hub.request(method, `/admin/${path}`, body, hub.adminKey);
  const remove = (id = shop) => admin('DELETE', `shops/${id}`);
  const listed = async () =>
    (await admin('GET', 'shops')).body.items.map(({ id }: { id: string }) => id) as string[];
  const filesWith = (text: string): string[] => {
    const { folder } = hub.hub.runtime.hub;
    return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(text))
      .map(({ name }) => name);
  };
  /** A name, an event and snapshots, all with the mark, among many rows of another shop. */
  async function keepMarked(): Promise<void> {
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
    const { database, vault, clock } = hub.hub.runtime;
    shopsIn(database, vault).rename(shop, `Shop ${MARK}`);
    const [subscription] = subscriptionsIn(database, vault).ofShop(shop);
    if (!subscription) throw new Error('there is no subscription');
    const event = { id: MARK, title: MARK, title_zh: MARK, occurred_at: '2026-11-21T01:00:00Z' };
    eventsIn(database).keepNew(subscription, [event as unknown as PackEvent], [], clock.now());
    for (let n = 0; n < 4000; n += 1) {
      const [id, text] = n % 2 === 0 ? [shop, MARK] : [OTHER_SHOP, 'other'];
      // Rows of changing length are moved from page to page.
      await database.store.set(
        `snap3:${id}:orders:${(n * 37) % 311}`,
        text.repeat(1 + ((n * 7919) % 90)),
        86_400,
      );
      if (n % 7 === 0) await database.store.delete(`snap3:${id}:orders:${(n * 53) % 311}`);
    }
  }

  test('Nothing of it is left in any file after a minute', async () => {
    await keepMarked();
    expect(filesWith(MARK)).toContain('hub.sqlite-wal');
    expect((await remove()).status).toBe(204);
    await hub.pass(MINUTE);
    expect(filesWith(MARK)).toEqual([]);
  });

  test('What a reader of the database keeps in its log is erased a minute after that', async () => {
    await keepMarked();
    const reader = new DatabaseSync(hub.hub.runtime.database.file, { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM shops').get();
    expect((await remove()).status).toBe(204);
    await hub.pass(MINUTE);
    expect(filesWith(MARK)).not.toEqual([]);
    reader.close();
    await hub.pass(2 * MINUTE);
    expect(filesWith(MARK)).toEqual([]);
  });

  test('It stays, with a sentence that names the files, while they cannot be deleted', async () => {
    const sheets = dirname(sheetFolder(hub.hub.runtime.hub.folder, shop));
    rmSync(sheets, { recursive: true, force: true });
    // Whatever lies in it can be neither read nor deleted.
    symlinkSync(sheets, sheets);
    const { status, body } = await remove();
    expect([status, body.kind, body.detail]).toEqual([
      403,
      'files_in_use',
      expect.stringContaining('close them there, and remove the shop again'),
    ]);
    expect(await listed()).toEqual([shop]);
    rmSync(sheets);
    expect((await remove()).status).toBe(204);
    expect(await listed()).toEqual([]);
  });

  test('Files that were left of it are deleted when it is removed again', async () => {
    const folder = sheetFolder(hub.hub.runtime.hub.folder, OTHER_SHOP);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'paid_order_to_sheet-2026-11.xlsx'), MARK);
    expect((await remove(OTHER_SHOP)).status).toBe(204);
    expect(existsSync(folder)).toBe(false);
  });

  test('It has no new calls for searches when it is connected again on the same day', async () => {
    const { database, vault } = hub.hub.runtime;
    const connection = shopsIn(database, vault).connectionOf(shop);
    let order = 8_190_000_000_000_000;
    const search = (key?: string) => {
      order += 1;
      return hub.request('POST', '/v1/searches/find_order', { order_id: String(order) }, key);
    };
    while ((await search()).status !== 429) expect(order).toBeLessThan(8_190_000_000_000_009);
    await remove();
    if (connection) shopsIn(database, vault).keep(connection);
    const { body } = await admin('POST', 'keys', { kind: 'shop', shop, name: 'again' });
    expect(await search(body.key)).toMatchObject({ status: 429, body: { kind: 'search_calls_used_up' } });
  });
});
