import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { deliveriesIn } from '../../../../lib/hosts/hub/deliveries/deliveries.ts';
import { subscriptionsIn } from '../../../../lib/hosts/hub/events/subscriptions.ts';
import { HOUR, MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { NOON } from '../../../support/connected-app.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

describe('Address of a subscription', () => {
  let hub: TestHub;
  let subscription: string;
  beforeEach(async () => {
    hub = await startTestHub({ startAt: NOON });
    const { url } = hub.receiver;
    const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    subscription = body.id;
    // What is true at the first visit is not announced.
    await hub.pass(SECOND);
  });
  afterEach(() => hub.stop());

  /** Without those about the connection of the shop. */
  const alerts = () =>
    alertsIn(hub.hub.runtime.database)
      .latest(10)
      .map(({ text }) => text.en)
      .filter((text) => !text.startsWith('Reconnect'));
  const change = (columns: string) =>
    hub.hub.runtime.database.connection.exec(`UPDATE deliveries SET ${columns}`);
  const waiting = () => deliveriesIn(hub.hub.runtime.database).waiting();
  const admin = (action: string) =>
    hub.request('POST', `/admin/subscriptions/${subscription}/${action}`, undefined, hub.adminKey);
  /** Lets an example meet this answer. */
  const answerExample = async (status: number) => {
    hub.receiver.answer = { status };
    await admin('example');
    await hub.pass(SECOND);
  };

  test('One that has refused, was resumed and refuses again raises another alert', async () => {
    await answerExample(401);
    expect(alerts()).toEqual([expect.stringContaining('HTTP 401')]);
    hub.receiver.answer = { status: 200 };
    await admin('resume');
    await hub.pass(SECOND);
    expect(alerts()).toEqual([]);
    await answerExample(403);
    expect(alerts()).toEqual([expect.stringContaining('HTTP 403')]);
  });

  test('One that was gone and refuses now raises another alert', async () => {
    await answerExample(410);
    expect(alerts()).toEqual([expect.stringContaining('Nobody takes')]);
    hub.receiver.answer = { status: 401 };
    change('due_at = 0');
    await hub.pass(MINUTE);
    expect(alerts()).toEqual([expect.stringContaining('refuses')]);
  });

  test('A full queue of Make raises an alert, which the next delivery settles', async () => {
    hub.receiver.answer = { status: 400, body: 'Queue is full' };
    await admin('example');
    await hub.pass(SECOND);
    expect(alerts()).toEqual([expect.stringMatching(/^The queue at .* is full.*new_order/)]);
    hub.receiver.answer = { status: 200 };
    change('due_at = 0');
    await hub.pass(MINUTE);
    expect([alerts(), waiting()]).toEqual([[], 0]);
  });

  describe('Account alerts of the shop', () => {
    const subscribe = (inputs: object, url?: string) =>
      hub.request('POST', '/v1/subscriptions', { trigger: 'account_alert', inputs, url });
    const paused = async (id: string) =>
      (await hub.request('GET', `/v1/events?subscription=${id}`)).body.items.filter(
        ({ alert_type }: { alert_type: string }) => alert_type === 'delivery_paused',
      );

    test.each([
      [{ status: 400, body: 'Queue is full' }, /^The queue at .* is full$/],
      [{ status: 410 }, /^Nobody takes the events of new_order/],
      [{ status: 401 }, /refuses the events of new_order/],
    ])('After %j there is one a day, for those who want all types', async (answer, headline) => {
      const all = (await subscribe({})).body.id;
      const some = (await subscribe({ alert_types: ['budget_100'] })).body.id;
      await hub.pass(SECOND);
      hub.receiver.answer = answer;
      for (let n = 0; n < 3; n += 1) {
        await admin('example');
        await hub.pass(SECOND);
      }
      expect(await paused(all)).toEqual([
        expect.objectContaining({ event_type: 'account_alert', headline: expect.stringMatching(headline) }),
      ]);
      expect(await paused(some)).toEqual([]);
    });

    test('One that is full itself gets none', async () => {
      const { body } = await subscribe({}, `${hub.receiver.url}/alerts`);
      await hub.pass(SECOND);
      hub.receiver.answer = { status: 400, body: 'Queue is full' };
      await hub.request('POST', `/v1/subscriptions/${body.id}/example`);
      await hub.pass(SECOND);
      expect(await paused(body.id)).toEqual([]);
      expect(alerts()).toEqual([expect.stringMatching(/^The queue at .* is full.*account_alert/)]);
    });
  });

  const subscribeAgain = async () => {
    hub.receiver.answer = { status: 200 };
    const { url } = hub.receiver;
    const { body } = await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    expect(body).toEqual({ id: subscription });
    await hub.pass(MINUTE);
    const { items } = (await hub.request('GET', '/admin/subscriptions', undefined, hub.adminKey)).body;
    return items.find(({ id }: { id: string }) => id === subscription).state;
  };

  test.each([401, 410])(
    'One that answered %d gets events when its owner subscribes again',
    async (status) => {
      await answerExample(status);
      expect([alerts().length, waiting()]).toEqual([1, 1]);
      expect(await subscribeAgain()).toBe('active');
      expect([alerts(), waiting(), hub.receiver.received.length]).toEqual([[], 0, 2]);
    },
  );

  test('One whose subscription has ended gets events when its owner subscribes again', async () => {
    const { database, vault } = hub.hub.runtime;
    subscriptionsIn(database, vault).setState(subscription, 'ended', 'nobody_there');
    expect(await subscribeAgain()).toBe('active');
  });

  test('A subscription that the owner of the hub has paused stays so when a client subscribes again', async () => {
    await admin('pause');
    expect(await subscribeAgain()).toBe('paused');
  });

  test('An event is delivered also where the answer is larger than the hub reads', async () => {
    hub.receiver.answer = { status: 200, body: 'x'.repeat(70_000) };
    await admin('example');
    await hub.pass(SECOND);
    expect([waiting(), hub.receiver.received.length]).toEqual([0, 1]);
  });

  test('An event is delivered also where the body of the answer cannot be unpacked', async () => {
    const headers = { 'content-encoding': 'gzip' };
    hub.receiver.answer = { status: 200, headers, body: 'not packed' };
    await admin('example');
    await hub.pass(SECOND);
    expect([waiting(), hub.receiver.received.length]).toEqual([0, 1]);
  });

  test('Two examples have different ids, so a receiver that knows the first takes the second', async () => {
    await answerExample(200);
    await answerExample(200);
    const ids = hub.receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(2);
  });

  test('A subscription that is removed leaves no alert', async () => {
    await answerExample(401);
    await hub.request('DELETE', `/v1/subscriptions/${subscription}`);
    expect(alerts()).toEqual([]);
  });

  test('Events that are given up are counted and named in one alert a day', async () => {
    await answerExample(503);
    await answerExample(503);
    expect(waiting()).toBe(2);
    // All but the last attempt were made.
    change('attempts = 9, due_at = 0');
    await hub.pass(MINUTE);
    expect(waiting()).toBe(0);
    expect(alerts()).toEqual([
      expect.stringMatching(/^Events of new_order.*: 2\..*HTTP 503.*: Example.*; Example.*sent again/),
    ]);
  });

  test('A subscription that ends names how many events it has not delivered, and the first five', async () => {
    for (let n = 0; n < 7; n += 1) await answerExample(410);
    expect(waiting()).toBe(7);
    hub.hub.runtime.database.connection.exec('UPDATE subscriptions SET target_since = 0');
    change('due_at = 0');
    await hub.pass(MINUTE);
    expect([waiting(), alerts()]).toEqual([
      0,
      [
        expect.stringMatching(
          /ended.* 7 events were not delivered: (Example[^;]*; ){4}Example[^;]* and others\. Each/,
        ),
      ],
    ]);
  });

  test('An event is not sent again where only what its answer says of the address could not be recorded', async () => {
    await answerExample(401);
    const { connection } = hub.hub.runtime.database;
    connection.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON subscriptions BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    await answerExample(200);
    expect([hub.receiver.received.length, waiting()]).toEqual([2, 1]);
    await hub.pass(HOUR);
    expect(hub.receiver.received).toHaveLength(2);
    connection.exec('DROP TRIGGER full');
  });

  test('An address that refuses is not asked again at once where that could not be recorded', async () => {
    const { connection } = hub.hub.runtime.database;
    connection.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON subscriptions BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    await answerExample(401);
    await hub.pass(HOUR);
    expect(hub.receiver.received.length).toBeLessThan(15);
    connection.exec('DROP TRIGGER full');
    await hub.pass(10 * MINUTE);
    expect(alerts()).toEqual([expect.stringContaining('HTTP 401')]);
  });

  test('One that is given up is told of also where that could not be recorded at once', async () => {
    await answerExample(503);
    const { database } = hub.hub.runtime;
    const { prepare } = database;
    const failing = (sql: string) => {
      if (sql.startsWith('SELECT count(*) AS count FROM deliveries')) throw new Error('disk I/O error');
      return prepare(sql);
    };
    change('attempts = 9, due_at = 0');
    Object.assign(database, { prepare: failing });
    await hub.pass(MINUTE);
    Object.assign(database, { prepare });
    expect([alerts(), waiting(), hub.receiver.received.length]).toEqual([[], 1, 2]);
    await hub.pass(10 * MINUTE);
    expect([alerts(), waiting(), hub.receiver.received.length]).toEqual([
      [expect.stringContaining('not delivered today: 1')],
      0,
      2,
    ]);
  });

  test('That a queue is full ends with the next delivery also where its answer could not be recorded', async () => {
    hub.receiver.answer = { status: 400, body: 'Queue is full' };
    await admin('example');
    await hub.pass(SECOND);
    hub.receiver.answer = { status: 410 };
    change('due_at = 0');
    await hub.pass(MINUTE);
    expect(alerts()).toEqual([expect.stringContaining('Nobody takes'), expect.stringContaining('is full')]);
    const { connection } = hub.hub.runtime.database;
    connection.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON subscriptions BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    hub.receiver.answer = { status: 200 };
    change('due_at = 0');
    await hub.pass(MINUTE);
    connection.exec('DROP TRIGGER full');
    expect([alerts(), waiting()]).toEqual([[expect.stringContaining('Nobody takes')], 0]);
  });

  const giveUpExamples = async (count: number) => {
    for (let n = 0; n < count; n += 1) await answerExample(503);
    // All but the last attempt were made.
    change('attempts = 9, due_at = 0');
    await hub.pass(MINUTE);
  };

  test.each([
    ['its owner subscribes again', subscribeAgain],
    ['it is resumed', () => admin('resume')],
  ])('That events were given up is still told when %s', async (_, begin) => {
    await giveUpExamples(2);
    await answerExample(410);
    expect(alerts()).toHaveLength(2);
    await begin();
    expect(alerts()).toEqual([expect.stringContaining('not delivered today: 2')]);
    await hub.request('DELETE', `/v1/subscriptions/${subscription}`);
    expect(alerts()).toEqual([]);
  });

  test('What a subscription that has ended did not deliver is still told when its owner subscribes again', async () => {
    await answerExample(410);
    hub.hub.runtime.database.connection.exec('UPDATE subscriptions SET target_since = 0');
    change('due_at = 0');
    await hub.pass(MINUTE);
    const raised = alerts();
    expect(raised).toEqual([expect.stringContaining('1 events were not delivered')]);
    expect(await subscribeAgain()).toBe('active');
    expect(alerts()).toEqual(raised);
  });

  test('Two that are given up before either could be stored are both counted', async () => {
    const { connection } = hub.hub.runtime.database;
    await answerExample(503);
    await answerExample(503);
    connection.exec(
      `CREATE TRIGGER full BEFORE UPDATE ON deliveries WHEN NEW.state = 'dead'
       BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    change("attempts = 9, due_at = 0, state = iif(id % 2 = 0, 'waiting', 'parked')");
    await hub.pass(MINUTE);
    expect([hub.receiver.received.length, alerts()]).toEqual([4, []]);
    connection.exec('DROP TRIGGER full');
    await hub.pass(10 * MINUTE);
    expect(alerts()).toEqual([expect.stringContaining('not delivered today: 2')]);
  });

  test('Events that are given up after midnight in Beijing are those of another day', async () => {
    await giveUpExamples(1);
    hub.receiver.answer = { status: 200 };
    await hub.pass(13 * HOUR);
    await giveUpExamples(1);
    const ofOneDay = expect.stringMatching(/were not delivered today: 1\./);
    expect(alerts()).toEqual([ofOneDay, ofOneDay]);
  });

  test('Of more than five that are given up in a day it is said that there are others, and how long they are kept', async () => {
    await giveUpExamples(6);
    const [alert] = alertsIn(hub.hub.runtime.database).latest(1);
    expect(alert?.text.en).toMatch(
      /today: 6\..* and others\. More may follow\. .* until 30 days after it was found\.$/,
    );
    expect(alert?.text.zh).toMatch(/^今天有 6 条 new_order 事件未送达：[^：]*等。[^：]*自发现起 30 天内/);
  });

  test('An example that arrives does not end a pause', async () => {
    await answerExample(503);
    await admin('pause');
    await answerExample(200);
    await hub.pass(MINUTE);
    expect([hub.receiver.received.length, waiting()]).toEqual([2, 1]);
  });
});
