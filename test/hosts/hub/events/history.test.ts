import { type Database, openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { historyIn } from '../../../../lib/hosts/hub/events/history.ts';
import { type Subscription, subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { systemClock } from '../../../../lib/runtime.ts';
import { createVault } from '../../../../lib/vault.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const NOW = Date.parse('2026-10-01T12:00:00Z');

describe('Events of a webhook that were given up', () => {
  let folder: TemporaryFolder;
  let database: Database;
  let subscription: Subscription;
  beforeEach(() => {
    folder = temporaryFolder();
    database = openDatabase(folder.path, systemClock);
    database.connection.exec(
      `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('1', 'Shop', '', 0, NULL, 0, 'connected')`,
    );
    const subscriptions = subscriptionsIn(database, createVault('k'.repeat(32), 'hub'));
    const { id } = subscriptions.add(
      { shop: '1', owner: 'client', trigger: 'new_order', inputs: {}, kind: 'hook' },
      NOW,
    );
    subscription = subscriptions.find(id) as Subscription;
    const events = Array.from({ length: 9 }, (_, n) => ({
      id: `${n}`,
      title: `order ${n}`,
      title_zh: `订单 ${n}`,
      occurred_at: null,
    }));
    eventsIn(database).keepNew(subscription, events as unknown as PackEvent[], ['webhook'], NOW);
    database.connection.exec(
      `UPDATE deliveries SET state = 'dead', reason = 'http_503', finished_at = ${NOW} + event`,
    );
  });
  afterEach(() => {
    database.close();
    folder.remove();
  });

  test('All since then are counted, and the first five are named', () => {
    database.connection.exec("UPDATE deliveries SET reason = 'recipe_switched_off' WHERE event = 4");
    const { count, titles } = historyIn(database).givenUp(subscription.id, NOW + 2);
    expect([count, titles.map(({ en }) => en)]).toEqual([
      7,
      ['order 1', 'order 2', 'order 4', 'order 5', 'order 6'],
    ]);
    expect(historyIn(database).givenUp(subscription.id, NOW + 10)).toEqual({ count: 0, titles: [] });
  });

  test('No others are read to count them', () => {
    const statements: string[] = [];
    const prepare: Database['prepare'] = (sql) => {
      statements.push(sql);
      return database.prepare(sql);
    };
    historyIn({ ...database, prepare }).givenUp(subscription.id, NOW);
    for (const sql of statements) {
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(subscription.id, NOW)
        .map(({ detail }) => String(detail));
      expect(plan).toContainEqual(expect.stringContaining('INDEX deliveries_given_up'));
    }
  });
});
