import { existsSync } from 'node:fs';
import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { sheetFolder, ticketFolder } from '../../../../lib/hosts/hub/recipes/files.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { HOUR, MINUTE } from '../../../../lib/runtime.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Work that is under way when its shop is removed', () => {
  let hub: TestHub;
  let shop: string;
  let event: PackEvent;
  let log: string[];
  beforeEach(async () => {
    log = [];
    hub = await startTestHub({ log: (message, facts) => log.push(`${message} ${JSON.stringify(facts)}`) });
    shop = hub.sandbox.accounts.sellerId;
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url: hub.receiver.url });
    await hub.pass(3 * HOUR);
    event = JSON.parse(hub.receiver.received.at(-1)?.body ?? '').data;
  });
  afterEach(() => hub.stop());

  const remove = () => hub.request('DELETE', `/admin/shops/${shop}`, undefined, hub.adminKey);
  /** What the database and the files of the hub hold that names the shop. */
  const left = () => {
    const { database, hub: settings } = hub.hub.runtime;
    const tables = [
      'shops',
      'keys',
      'grants',
      'subscriptions',
      'events',
      'deliveries',
      'recipes',
      'alerts',
      'entries',
    ];
    const rows = tables.flatMap((table) =>
      database
        .prepare(`SELECT * FROM ${table}`)
        .all()
        .map((row) => JSON.stringify(row)),
    );
    const folders = [ticketFolder, sheetFolder].map((folderOf) => folderOf(settings.folder, shop));
    return [
      // Calls of today stay counted until the day ends.
      ...rows.filter((row) => row.includes(shop) && !new RegExp(`(slots|searches):${shop}:`).test(row)),
      ...folders.filter((folder) => existsSync(folder)),
    ];
  };
  /** Has a recipe deliver the event. */
  async function begin(recipe: string, settings: Record<string, unknown>, step: string): Promise<void> {
    const path = `/admin/shops/${shop}/recipes/${recipe}`;
    await hub.request('PUT', path, { settings, is_on: true }, hub.adminKey);
    await hub.pass(MINUTE);
    const { database, vault, clock } = hub.hub.runtime;
    const subscription = subscriptionsIn(database, vault)
      .ofShop(shop)
      .find(({ owner }) => owner === recipe);
    if (!subscription) throw new Error('the recipe is off');
    eventsIn(database).keepNew(subscription, [{ ...event, id: 'another' }], [step], clock.now());
  }

  test('A ticket that its system refuses afterwards is not kept in a folder', async () => {
    hub.receiver.answer = { status: 400 };
    hub.receiver.beforeAnswer = async () => {
      hub.receiver.beforeAnswer = undefined;
      await remove();
    };
    await begin('bad_review_to_ticket', { ticket_webhook_url: hub.receiver.url }, 'ticket');
    const before = hub.receiver.received.length;
    await hub.pass(2 * MINUTE);
    expect(hub.receiver.received).toHaveLength(before + 1);
    expect(left()).toEqual([]);
    await hub.pass(HOUR);
    expect(left()).toEqual([]);
    expect(log.filter((line) => /could not be stored|an error in the loop/.test(line))).toEqual([]);
  });

  test('A webhook that is refused afterwards leaves nothing', async () => {
    hub.receiver.answer = { status: 400 };
    hub.receiver.beforeAnswer = async () => {
      hub.receiver.beforeAnswer = undefined;
      await remove();
    };
    await hub.pass(3 * HOUR);
    expect(left()).toEqual([]);
    expect(log.filter((line) => /could not be stored|an error in the loop/.test(line))).toEqual([]);
  });

  test('A sheet that is being written, and a visit, leave nothing', async () => {
    await begin('paid_order_to_sheet', {}, 'sheet');
    const passing = hub.pass(MINUTE);
    await remove();
    await passing;
    expect(left()).toEqual([]);
    await hub.pass(HOUR);
    expect(left()).toEqual([]);
    expect(log.filter((line) => /could not be stored|an error in the loop/.test(line))).toEqual([]);
  });
});
