import { readFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { emptyTimeMemo } from '../../../../lib/aliexpress/server-time.ts';
import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { type Database, openDatabase } from '../../../../lib/hosts/hub/database/database.ts';
import {
  droppedKey,
  parkedKey,
  uncertainKey,
  waitingKey,
} from '../../../../lib/hosts/hub/deliveries/alert-keys.ts';
import { deliveriesIn, type Outcome } from '../../../../lib/hosts/hub/deliveries/deliveries.ts';
import { eventsIn } from '../../../../lib/hosts/hub/events/events.ts';
import { historyIn } from '../../../../lib/hosts/hub/events/history.ts';
import { deleteOld, startRetention } from '../../../../lib/hosts/hub/events/retention.ts';
import { type Subscription, subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import type { HubRuntime } from '../../../../lib/hosts/hub/runtime.ts';
import type { Loop, LoopName, LoopState } from '../../../../lib/hosts/hub/schedule/loop.ts';
import { shopsIn } from '../../../../lib/hosts/hub/shops/shops.ts';
import type { PackEvent } from '../../../../lib/pack/event.ts';
import { DAY, HOUR, type Log, MINUTE, SECOND, systemClock } from '../../../../lib/runtime.ts';
import { createVault } from '../../../../lib/vault.ts';
import { jumpingClock } from '../../../support/jumping-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

const FOUND = Date.parse('2026-10-01T12:00:00Z');
const KEEP = { delivered: 7, events: 30, ids: 90 };
const LATER: Outcome = { state: 'waiting', dueAt: FOUND, reason: 'http_500' };

describe('What the hub deletes', () => {
  let folder: TemporaryFolder;
  let database: Database;
  let subscription: Subscription;
  let retention: Loop | undefined;
  beforeEach(() => {
    folder = temporaryFolder();
    database = openDatabase(folder.path, systemClock);
    database.connection.exec(
      `INSERT INTO shops (id, name, connection_sealed, access_expires_at, renew_by, connected_at, state) VALUES ('1', 'Shop', '', 0, NULL, 0, 'connected')`,
    );
    const subscriptions = subscriptionsIn(database, createVault('k'.repeat(32), 'hub'));
    const owner = 'new_order_to_feishu';
    const { id } = subscriptions.add(
      { shop: '1', owner, trigger: 'new_order', inputs: {}, kind: 'recipe' },
      FOUND,
    );
    subscription = subscriptions.find(id) as Subscription;
  });
  afterEach(async () => {
    await retention?.stop();
    database.close();
    folder.remove();
  });

  const keep = (count: number, steps = ['feishu'], at = FOUND): number => {
    const events = Array.from(
      { length: count },
      (_, n) =>
        ({
          id: `${n}`,
          title: `order ${n}`,
          title_zh: `订单 ${n}`,
          occurred_at: null,
        }) as unknown as PackEvent,
    );
    return eventsIn(database).keepNew(subscription, events, steps, at);
  };
  /** Tries what is due once. */
  const attempt = (outcome: Outcome) => {
    const due = deliveriesIn(database).take(FOUND, 20);
    for (const delivery of due) deliveriesIn(database).finish(delivery, outcome, FOUND);
  };
  const deleteAfter = (days: number) => {
    const { missed, isPartial } = deleteOld(database, KEEP, FOUND + days * DAY + 1);
    return { ...(missed.get('1') ?? { count: 0, titles: [] }), isPartial };
  };
  const left = () => historyIn(database).latest(100);
  const refuse = (what: string) =>
    database.connection.exec(
      `CREATE TRIGGER refused BEFORE ${what} BEGIN SELECT RAISE(ABORT, 'refused'); END`,
    );
  const remove = (shop: string) => shopsIn(database, createVault('k'.repeat(32), 'hub')).remove(shop, 0);
  function start(log: Log = () => {}) {
    const clock = jumpingClock();
    const time = emptyTimeMemo();
    const loops = new Map<LoopName, LoopState>();
    const hub = { keepDays: KEEP };
    const runtime = { clock, database, log, loops, memo: { time }, hub };
    retention = startRetention(runtime as unknown as HubRuntime);
    return { clock, time, loops };
  }

  test('A message that was tried for 30 days is deleted and named', () => {
    keep(1);
    attempt(LATER);
    expect(deleteAfter(29)).toMatchObject({ count: 0, titles: [] });
    expect(deleteAfter(30)).toMatchObject({ count: 1, titles: [{ en: 'order 0', zh: '订单 0' }] });
    expect(left()).toEqual([]);
  });

  test('A message that was never tried is kept, however old it is, and so is one of its steps', () => {
    keep(2, ['feishu', 'ticket']);
    attempt(LATER);
    expect(deleteAfter(60)).toMatchObject({ count: 1 });
    expect(left().map(({ title, hasBody }) => [title, hasBody])).toEqual([['order 1', true]]);
    attempt(LATER);
    expect(deleteAfter(60)).toMatchObject({ count: 1 });
  });

  test('At most five titles are named, and all are counted', () => {
    keep(8);
    for (let n = 0; n < 8; n += 1) attempt({ ...LATER, state: 'parked' });
    const { count, titles } = deleteAfter(31);
    expect([count, titles.length]).toEqual([8, 5]);
  });

  test('An event that was given up is named when it is deleted', () => {
    keep(1);
    attempt({ state: 'dead', reason: 'http_503' });
    expect(deleteAfter(30)).toMatchObject({ count: 1, titles: [{ en: 'order 0' }] });
  });

  test('What a recipe has left behind that was switched off is not named', () => {
    keep(1);
    attempt({ state: 'dead', reason: 'recipe_switched_off' });
    database.connection.exec("UPDATE subscriptions SET state = 'ended'");
    expect(deleteAfter(30)).toMatchObject({ count: 0 });
    expect(left()).toEqual([]);
  });

  test('What was tried without counting the attempts is deleted after 30 days as well', () => {
    keep(1);
    attempt({ ...LATER, isUncounted: true });
    expect(deleteAfter(30)).toMatchObject({ count: 1 });
  });

  test('What was only postponed was never tried', () => {
    keep(1);
    attempt({ ...LATER, isPostponed: true });
    expect(deleteAfter(30)).toMatchObject({ count: 0 });
    expect(left()).toHaveLength(1);
  });

  test('Where there is more than fits into one part, that is said', () => {
    keep(501, []);
    expect(deleteAfter(31)).toMatchObject({ count: 0, isPartial: true });
    expect(left()).toHaveLength(1);
    expect(deleteAfter(31)).toMatchObject({ isPartial: false });
    expect(left()).toEqual([]);
  });

  test('A delivered event loses its body after a week, and its line after 30 days, without a word', () => {
    keep(1);
    attempt({ state: 'delivered' });
    deleteAfter(6);
    expect(left()[0]?.hasBody).toBe(true);
    deleteAfter(7);
    expect(left()[0]?.hasBody).toBe(false);
    expect(deleteAfter(30)).toMatchObject({ count: 0, titles: [] });
    expect(left()).toEqual([]);
  });

  test('An event that a client reads is kept whole for 30 days, whether it was read or not', () => {
    database.connection.exec("UPDATE subscriptions SET kind = 'pull'");
    keep(1, []);
    deleteAfter(29);
    expect(left()[0]?.hasBody).toBe(true);
    expect(eventsIn(database).deletedAfter([subscription.id], 0)).toEqual([]);
    expect(deleteAfter(30)).toMatchObject({ count: 0, titles: [] });
    expect(left()).toEqual([]);
    expect(eventsIn(database).deletedAfter([subscription.id], 0)).toMatchObject([
      { seq: 1, from: FOUND, to: FOUND },
    ]);
  });

  test('A reader learns of events of a webhook that were deleted before they were delivered', () => {
    keep(2);
    attempt({ state: 'dead', reason: 'http_503' });
    attempt({ state: 'delivered' });
    deleteAfter(8);
    expect(eventsIn(database).deletedAfter([subscription.id], 0)).toMatchObject([{ seq: 2 }]);
    deleteAfter(31);
    expect(eventsIn(database).deletedAfter([subscription.id], 0)).toMatchObject([{ seq: 2 }]);
  });

  test('A message that may have arrived can be sent again for 30 days', () => {
    keep(1);
    attempt({ state: 'unknown', reason: 'channel_answer_lost' });
    deleteAfter(29);
    expect(left()[0]?.hasBody).toBe(true);
  });

  test('An event that is still found is not announced again after 90 days', () => {
    keep(1);
    for (let days = 1; days < 200; days += 1) {
      deleteAfter(days);
      expect(keep(1, ['feishu'], FOUND + days * DAY)).toBe(0);
    }
    deleteAfter(320);
    expect(keep(1, ['feishu'], FOUND + 320 * DAY)).toBe(1);
  });

  test('An alert is kept for 90 days', () => {
    alertsIn(database).raise({ key: 'a', text: { en: 'a', zh: 'a' } }, FOUND);
    deleteAfter(89);
    expect(alertsIn(database).latest(5)).toHaveLength(1);
    deleteAfter(90);
    expect(alertsIn(database).latest(5)).toEqual([]);
  });

  const alertKeys = () =>
    alertsIn(database)
      .latest(20)
      .map(({ key }) => key);
  const raise = (key: string) => alertsIn(database).raise({ key, text: { en: key, zh: key } }, FOUND);

  test('What is told of one delivery ends when its event is deleted', () => {
    keep(1);
    const [delivery] = deliveriesIn(database).take(FOUND, 1);
    if (!delivery) throw new Error('no delivery');
    deliveriesIn(database).finish(delivery, LATER, FOUND);
    raise(parkedKey(delivery));
    raise(droppedKey(delivery.id));
    raise(uncertainKey(delivery.id));
    raise(droppedKey(delivery.id + 1));
    deleteAfter(29);
    expect(alertKeys()).toHaveLength(4);
    deleteAfter(30);
    expect(alertKeys()).toEqual([droppedKey(delivery.id + 1)]);
  });

  test('That a step waits ends when the last event that waits for it is deleted', () => {
    keep(1);
    attempt(LATER);
    const waiting = waitingKey({ subscription: subscription.id, step: 'feishu' });
    raise(waiting);
    keep(2, ['feishu'], FOUND + 20 * DAY);
    deleteAfter(30);
    expect([left().length, alertKeys()]).toEqual([1, [waiting]]);
    attempt(LATER);
    deleteAfter(60);
    expect([left(), alertKeys()]).toEqual([[], []]);
  });

  test('Shorter times of the settings delete earlier', () => {
    const short = { delivered: 2, events: 5, ids: 30 };
    const deleteAfterShort = (days: number) => deleteOld(database, short, FOUND + days * DAY + 1);
    keep(1);
    attempt({ state: 'delivered' });
    alertsIn(database).raise({ key: 'a', text: { en: 'a', zh: 'a' } }, FOUND);
    deleteAfterShort(1);
    expect(left()[0]?.hasBody).toBe(true);
    deleteAfterShort(2);
    expect(left()[0]?.hasBody).toBe(false);
    deleteAfterShort(4);
    expect(left()).toHaveLength(1);
    deleteAfterShort(5);
    expect(left()).toEqual([]);
    expect(keep(1, ['feishu'], FOUND + 29 * DAY)).toBe(0);
    deleteAfterShort(50);
    expect(alertsIn(database).latest(5)).toEqual([]);
    expect(keep(1, ['feishu'], FOUND + 50 * DAY)).toBe(0);
    deleteAfterShort(81);
    expect(keep(1, ['feishu'], FOUND + 81 * DAY)).toBe(1);
  });

  test('Nothing is deleted before AliExpress has confirmed the time, for a day at most', async () => {
    keep(1);
    attempt({ state: 'delivered' });
    const { clock, time } = start();
    await clock.jump(23 * HOUR, () => true);
    expect(left()).toHaveLength(1);
    await clock.jump(2 * HOUR, () => true);
    expect(left()).toEqual([]);
    eventsIn(database).keepNew(
      subscription,
      [{ id: 'x', title: 'x', title_zh: 'x' } as unknown as PackEvent],
      [],
      FOUND,
    );
    await clock.jump(2 * HOUR, () => true);
    time.confirmedAt = clock.now();
    await clock.jump(2 * MINUTE, () => true);
    expect(left()).toEqual([]);
  });

  test('What could not be delivered is named for each shop, until that is removed', async () => {
    database.connection.exec(
      `INSERT INTO shops SELECT '2', 'Other', '', NULL, 0, NULL, 0, 'connected';
       INSERT INTO subscriptions (id, shop, owner, trigger, inputs, fingerprint, kind, state, created_at)
         SELECT 'other', '2', owner, trigger, inputs, 'other', kind, state, created_at FROM subscriptions`,
    );
    keep(2);
    subscription = { ...subscription, id: 'other' };
    keep(3);
    for (let n = 0; n < 3; n += 1) attempt({ state: 'dead', reason: 'http_503' });
    const { clock } = start();
    await clock.jump(25 * HOUR, () => true);
    const alerts = alertsIn(database);
    const named = alerts.latest(5).map(({ shop, text }) => [shop, text.en.slice(0, 8)]);
    expect(named.sort()).toEqual([
      ['1', '2 events'],
      ['2', '3 events'],
    ]);
    remove('2');
    expect(alerts.latest(5).map(({ shop }) => shop)).toEqual(['1']);
  });

  test('Of more than five that are deleted it is said that there are others', async () => {
    keep(6);
    for (let n = 0; n < 6; n += 1) attempt({ state: 'dead', reason: 'http_503' });
    const { clock } = start();
    await clock.jump(25 * HOUR, () => true);
    const [{ text } = { text: { en: '', zh: '' } }] = alertsIn(database).latest(1);
    expect(text.en).toMatch(/^6 events .* deleted: (order \d; ){4}order 4 and others$/);
    expect(text.zh).toMatch(/^6 条事件 .*已删除：(订单 \d；){4}订单 4等$/);
  });

  test('A deletion that fails is tried every minute, also where the time is only believed', async () => {
    keep(1);
    attempt({ state: 'delivered' });
    refuse('DELETE ON events');
    const { clock, loops } = start();
    await clock.jump(25 * HOUR, () => true);
    const since = loops.get('retention')?.failingSince ?? clock.now();
    expect(clock.now() - since).toBeGreaterThan(50 * MINUTE);
  });

  const isInFile = (text: string) =>
    [database.file, `${database.file}-wal`].some((file) => readFileSync(file).includes(text));

  test('What was removed is erased at the first time at which no other program has locked the database', async () => {
    for (let n = 0; n < 20; n += 1) keep(n + 1);
    database.connection.exec('PRAGMA secure_delete = OFF');
    remove('1');
    const other = new DatabaseSync(database.file);
    other.exec('BEGIN IMMEDIATE');
    const logged: string[] = [];
    const { clock, loops } = start((message, facts) => logged.push(`${message} ${facts?.because}`));
    await clock.jump(5 * MINUTE, () => true);
    expect(isInFile('order 0')).toBe(true);
    expect(logged.length).toBeGreaterThan(3);
    expect(logged[0]).toMatch(/in the loop of retention .*locked/);
    other.exec('ROLLBACK');
    other.close();
    await clock.jump(2 * MINUTE, () => true);
    expect([isInFile('order 0'), loops.get('retention')?.failingSince]).toEqual([false, undefined]);
  });

  test('While the erasure fails, the log of SQLite is emptied all the same', async () => {
    const { eraseDeleted } = database;
    database.eraseDeleted = () => {
      throw new Error('disk full');
    };
    remove('1');
    const { clock, loops } = start();
    await clock.jump(MINUTE, () => true);
    expect(loops.get('retention')?.failingSince).toBeDefined();
    expect([statSync(`${database.file}-wal`).size, database.isErasureDue()]).toEqual([0, true]);
    database.eraseDeleted = eraseDeleted;
    await clock.jump(2 * MINUTE, () => true);
    expect([loops.get('retention')?.failingSince, database.isErasureDue()]).toEqual([undefined, false]);
  });

  test('While a deletion fails, what was removed is erased all the same', async () => {
    keep(1);
    attempt({ state: 'delivered' });
    refuse('DELETE ON events');
    await database.store.set('snap3:7:orders', 'zqxjkvbw', 600);
    remove('7');
    const { clock, time, loops } = start();
    time.confirmedAt = clock.now();
    await clock.jump(MINUTE, () => true);
    expect([loops.get('retention')?.failingSince !== undefined, database.isErasureDue()]).toEqual([
      true,
      false,
    ]);
    expect(isInFile('zqxjkvbw')).toBe(false);
  });

  test('What is removed within a minute is erased together, and nothing where nothing was removed', async () => {
    const { eraseDeleted } = database;
    let erased = 0;
    database.eraseDeleted = () => {
      erased += 1;
      return eraseDeleted();
    };
    const { clock } = start();
    const removeAndWake = async (shop: string) => {
      remove(shop);
      retention?.wake();
      await clock.jump(SECOND, () => true);
    };
    await removeAndWake('2');
    expect(erased).toBe(0);
    for (const shop of ['1', '2', '3', '4']) {
      await database.store.set(`snap3:${shop}:orders`, 'zqxjkvbw', 600);
      await removeAndWake(shop);
    }
    expect(erased).toBe(1);
    await clock.jump(MINUTE, () => true);
    expect([erased, isInFile('zqxjkvbw')]).toEqual([2, false]);
    await clock.jump(3 * HOUR, () => true);
    expect(erased).toBe(2);
  });

  test('An hour whose count fails is counted once it can be', async () => {
    const subscriptions = subscriptionsIn(database, createVault('k'.repeat(32), 'hub'));
    const inputs = { shop: '1', owner: 'client', trigger: 'new_order', inputs: {}, kind: 'pull' } as const;
    const { id } = subscriptions.add(inputs, FOUND);
    refuse('UPDATE OF unread_hours ON subscriptions');
    const { clock, time, loops } = start();
    // A confirmation is believed for half an hour.
    for (const end = clock.now() + 2 * HOUR; clock.now() < end; ) {
      time.confirmedAt = clock.now();
      await clock.jump(20 * MINUTE, () => true);
    }
    time.confirmedAt = clock.now();
    const since = loops.get('retention')?.failingSince ?? clock.now();
    expect(clock.now() - since).toBeGreaterThan(50 * MINUTE);
    database.connection.exec('DROP TRIGGER refused');
    await clock.jump(2 * MINUTE, () => true);
    expect(loops.get('retention')?.failingSince).toBeUndefined();
    expect(subscriptions.find(id)?.unread_hours).toBe(1);
  });
});
