import { type Database, openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { type Subscription, subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { deliveriesIn } from '../../../../lib/hosts/hub/webhooks/deliveries.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { systemClock } from '../../../../lib/runtime.ts';
import { createVault } from '../../../../lib/vault.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('Deliveries that wait', () => {
  const folder = temporaryFolder();
  let database: Database;
  let subscription: Subscription;
  beforeAll(() => {
    database = openDatabase(folder.path, systemClock);
    database.connection.exec(
      `INSERT INTO shops VALUES ('1', 'Harbor Lane Store', '', 0, NULL, 0, 'connected')`,
    );
    const subscriptions = subscriptionsIn(database, createVault('k'.repeat(32), 'hub'));
    const { id } = subscriptions.add(
      { shop: '1', owner: 'key', trigger: 'new_order', inputs: {}, kind: 'hook', url: 'https://a.example' },
      NOW,
    );
    subscription = subscriptions.find(id) as Subscription;
  });
  afterAll(() => {
    database.close();
    folder.remove();
  });

  const keep = (...hours: number[]) =>
    eventsIn(database).keepNew(
      subscription,
      hours.map(
        (hour) =>
          ({
            id: `order/${hour}`,
            title: `${hour}`,
            title_zh: `${hour}`,
            occurred_at: new Date(NOW + hour * 3_600_000).toISOString(),
          }) as PackEvent,
      ),
      ['webhook'],
      NOW,
    );
  const take = () => deliveriesIn(database).take(NOW, 20);
  const titleOf = ({ event }: { event: number }) => eventsIn(database).find(event)?.title;

  test('Events are delivered in the order in which they occurred, one at a time', () => {
    keep(4, 2);
    keep(3);
    const order: (string | undefined)[] = [];
    for (let [next, ...others] = take(); next; [next, ...others] = take()) {
      order.push(titleOf(next));
      keep(1);
      expect([others, take()]).toEqual([[], []]);
      deliveriesIn(database).finish(next, { state: 'delivered' }, NOW);
    }
    expect(order).toEqual(['2', '1', '3', '4']);
  });
});
