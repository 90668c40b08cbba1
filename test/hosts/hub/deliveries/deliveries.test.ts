import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { type Database, openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import { droppedKey } from '../../../../lib/hosts/hub/deliveries/alert-keys.ts';
import { deliveriesIn, type Outcome } from '../../../../lib/hosts/hub/deliveries/deliveries.ts';
import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import {
  type Subscription,
  type Subscriptions,
  subscriptionsIn,
} from '../../../../lib/hosts/hub/events/subscriptions.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { DAY, systemClock } from '../../../../lib/runtime.ts';
import { createVault } from '../../../../lib/vault.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('Deliveries that wait', () => {
  let folder: TemporaryFolder;
  let database: Database;
  let subscriptions: Subscriptions;
  let subscription: Subscription;
  beforeEach(() => {
    folder = temporaryFolder();
    database = openDatabase(folder.path, systemClock);
    database.connection.exec(
      `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('1', 'Harbor Lane Store', '', 0, NULL, 0, 'connected')`,
    );
    subscriptions = subscriptionsIn(database, createVault('k'.repeat(32), 'hub'));
    const { id } = subscriptions.add(
      { shop: '1', owner: 'key', trigger: 'new_order', inputs: {}, kind: 'hook', url: 'https://a.example' },
      NOW,
    );
    subscription = subscriptions.find(id) as Subscription;
  });
  afterEach(() => {
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

  const LATER: Outcome = { state: 'waiting', dueAt: NOW, reason: 'http_503' };
  const finish = (outcome: Outcome) => {
    for (const delivery of take()) deliveriesIn(database).finish(delivery, outcome, NOW);
  };
  const states = () =>
    deliveriesIn(database)
      .ofEvents(
        eventsIn(database)
          .between([subscription.id], { after: 0, order: 'asc', limit: 100 })
          .map(({ seq }) => seq),
      )
      .map(({ state, attempts }) => [state, attempts]);

  test('Of many that other events have passed, one at a time is tried again', () => {
    keep(1, 2, 3);
    for (const _ of [1, 2, 3]) finish({ ...LATER, state: 'parked' });
    expect(take()).toHaveLength(1);
    expect(take()).toEqual([]);
  });

  test('One that is sent again is tried before those that other events have passed', () => {
    keep(1, 2);
    for (const _ of [1, 2]) finish({ ...LATER, state: 'parked', dueAt: NOW - 1 });
    const [, second] = eventsIn(database).between([subscription.id], { after: 0, order: 'asc', limit: 2 });
    deliveriesIn(database).sendAgain(second?.seq ?? 0, NOW);
    expect(take().map(titleOf)).toEqual(['2']);
  });

  test('One under way while its subscription ends does not wait for another attempt', () => {
    keep(1);
    const [delivery] = take();
    subscriptions.setState(subscription.id, 'ended', 'recipe_switched_off');
    deliveriesIn(database).endAll(subscription.id, 'recipe_switched_off', NOW);
    if (delivery) deliveriesIn(database).finish(delivery, LATER, NOW);
    expect([states(), deliveriesIn(database).waiting()]).toEqual([[['dead', 1]], 0]);
  });

  test('One that is sent again is still made after it was postponed, also if its subscription has ended', () => {
    keep(1);
    finish({ state: 'dead', reason: 'http_503' });
    subscriptions.setState(subscription.id, 'ended', 'recipe_switched_off');
    const [event] = eventsIn(database).between([subscription.id], { after: 0, order: 'asc', limit: 1 });
    deliveriesIn(database).sendAgain(event?.seq ?? 0, NOW);
    finish({ ...LATER, isPostponed: true });
    expect(take().map(titleOf)).toEqual(['1']);
  });

  test('An attempt that does not count leaves the number of attempts as it was', () => {
    keep(1);
    finish(LATER);
    finish({ ...LATER, isUncounted: true });
    expect(states()).toEqual([['waiting', 1]]);
  });

  test('After the clock was set back by a year a delivery is due at once', () => {
    keep(1);
    finish({ state: 'waiting', dueAt: NOW + 365 * DAY, reason: 'http_503' });
    expect(take()).toHaveLength(1);
  });

  /** Hooks of a shop with an event each. */
  const addHooks = (shop: string, count: number) => {
    for (let n = 0; n < count; n += 1) {
      const { id } = subscriptions.add(
        { shop, owner: `${n}`, trigger: 'new_order', inputs: {}, kind: 'hook', url: 'https://a.example' },
        NOW,
      );
      const event = { id: `order/${n}`, title: shop, title_zh: shop, occurred_at: '' } as PackEvent;
      eventsIn(database).keepNew({ ...subscription, id }, [event], ['webhook'], NOW);
    }
  };
  const addShop = (id: string) =>
    database.connection.exec(
      `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('${id}', 'Shop', '', 0, NULL, 0, 'connected')`,
    );

  test('A shop whose many receivers do not answer leaves room for another shop', () => {
    addShop('2');
    addHooks('1', 40);
    addHooks('2', 1);
    const taken = take();
    expect(taken.map(titleOf).filter((shop) => shop === '2')).toHaveLength(1);
    expect(taken.length).toBeLessThan(20);
    expect([take(), deliveriesIn(database).nextDueAt()]).toEqual([[], undefined]);
    const [first] = taken;
    if (first) deliveriesIn(database).finish(first, { state: 'delivered' }, NOW);
    expect([deliveriesIn(database).nextDueAt(), take()]).toEqual([NOW, [expect.anything()]]);
  });

  test('A place that is free goes to the shop with the fewest attempts under way', () => {
    addShop('2');
    addHooks('1', 40);
    deliveriesIn(database).take(NOW, 5);
    addHooks('2', 10);
    expect(deliveriesIn(database).take(NOW, 3).map(titleOf)).toEqual(['2', '2', '2']);
  });

  test('Of many examples the newest are kept, and every event', () => {
    keep(1, 2);
    const { keepExample, between } = eventsIn(database);
    const example = (n: number) =>
      ({ id: `example/order/${n}`, title: `example ${n}`, title_zh: '', occurred_at: '' }) as PackEvent;
    for (let n = 0; n < 100; n += 1) keepExample(subscription, example(n), ['webhook'], NOW);
    const kept = between([subscription.id], { after: 0, order: 'asc', limit: 200 }).map(
      ({ event }) => event.title,
    );
    expect(kept).toEqual(['1', '2', ...Array.from({ length: 20 }, (_, n) => `example ${n + 80}`)]);
    expect(deliveriesIn(database).waiting()).toBe(22);
  });

  test('What is told of a delivery ends with its example, and with its subscription', () => {
    const { keepExample, between } = eventsIn(database);
    const raise = (id: number) =>
      alertsIn(database).raise({ key: droppedKey(id), text: { en: '', zh: '' } }, NOW);
    const alerts = () => alertsIn(database).latest(20).length;
    const example = (n: number) =>
      ({ id: `example/order/${n}`, title: '', title_zh: '', occurred_at: '' }) as PackEvent;
    keepExample(subscription, example(0), ['webhook'], NOW);
    keep(1);
    finish({ state: 'dead', reason: 'http_503' });
    finish({ state: 'dead', reason: 'http_503' });
    raise(1);
    raise(2);
    for (let n = 1; n <= 20; n += 1) keepExample(subscription, example(n), ['webhook'], NOW);
    expect([between([subscription.id], { after: 0, order: 'asc', limit: 200 }).length, alerts()]).toEqual([
      21, 1,
    ]);
    subscriptions.remove(subscription.id);
    expect(alerts()).toBe(0);
  });
});
