import { alertsIn } from '../../../../lib/hosts/hub/alerts/alerts.ts';
import { type LoopState, startLoop } from '../../../../lib/hosts/hub/schedule/loop.ts';
import { TransportFailure } from '../../../../lib/http/transport.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../lib/runtime.ts';
import { failingMessengers } from '../../../support/failing-messengers.ts';
import { startTestHub, type TestHub } from '../../../support/hub.ts';

const channelOf = ({ sandbox }: TestHub) => ({
  channel: 'dingtalk',
  webhook_url: sandbox.groups.dingtalk.address,
});
const loopAlerts = ({ hub }: TestHub) =>
  alertsIn(hub.runtime.database)
    .latest(100)
    .filter(({ key }) => key.startsWith('loop '));
const workedAt = (dueAt: number): LoopState => ({
  dueAt,
  failingSince: undefined,
  hasWorked: true,
  lateLooks: 0,
});

describe('Health of a hub', () => {
  let hub: TestHub;
  afterEach(() => hub.stop());

  test('A hub is healthy until its database cannot be written, and again when it can', async () => {
    hub = await startTestHub();
    const health = async () => {
      const { status, body } = await hub.request('GET', '/healthz');
      return [status, body.status, body.problems];
    };
    const { connection } = hub.hub.runtime.database;
    expect(await health()).toEqual([200, 'ok', []]);
    connection.exec('PRAGMA query_only = ON');
    expect(await health()).toEqual([200, 'ok', []]);
    await hub.pass(MINUTE);
    expect(await health()).toEqual([503, 'unhealthy', ['database']]);
    connection.exec('PRAGMA query_only = OFF');
    await hub.pass(MINUTE);
    expect(await health()).toEqual([200, 'ok', []]);
  });

  test('A hub is unhealthy when one of its loops does not go on, and names it', async () => {
    hub = await startTestHub();
    const { loops, clock } = hub.hub.runtime;
    const names = ['alerts', 'deliveries', 'health', 'retention', 'sheets', 'tokens', 'visits'];
    expect([...loops.keys()].sort()).toEqual(names);
    loops.set('terminal', workedAt(clock.now() - 16 * MINUTE));
    await hub.pass(3 * MINUTE);
    const { status, body } = await hub.request('GET', '/healthz');
    expect([status, body.problems, body.loops]).toEqual([503, ['loops'], ['terminal']]);
    expect(alertsIn(hub.hub.runtime.database).latest(1)[0]?.text.en).toContain('Restart the hub');
  });

  test('A machine that was suspended, or whose clock was set ahead, raises no alert', async () => {
    hub = await startTestHub();
    const statuses = new Set<number>();
    await hub.pass(30 * SECOND);
    const loop = startLoop(hub.hub.runtime, 'terminal', () => HOUR);
    await hub.pass(70 * SECOND);
    // The next look comes before the loop goes on.
    hub.setClock(8 * HOUR);
    for (let seconds = 0; seconds < 180; seconds += 10) {
      await hub.pass(10 * SECOND);
      statuses.add((await hub.request('GET', '/healthz')).status);
    }
    await loop.stop();
    expect([loopAlerts(hub), [...statuses]]).toEqual([[], [200]]);
  });

  test('An alert from before a start is kept until the loop has worked', async () => {
    hub = await startTestHub();
    const key = 'loop terminal';
    alertsIn(hub.hub.runtime.database).raise({ key, text: { en: 'Old', zh: '旧' } }, hub.clock.now());
    await hub.pause(MINUTE);
    const { loops, clock } = hub.hub.runtime;
    const state = { ...workedAt(clock.now()), hasWorked: false };
    loops.set('terminal', state);
    await hub.pass(3 * MINUTE);
    expect(loopAlerts(hub)).toHaveLength(1);
    state.hasWorked = true;
    await hub.pass(3 * MINUTE);
    expect(loopAlerts(hub)).toEqual([]);
  });

  test('A loop that stands still is told once the database can be written', async () => {
    hub = await startTestHub();
    const { loops, clock, database } = hub.hub.runtime;
    loops.set('terminal', workedAt(clock.now() - 16 * MINUTE));
    database.connection.exec('PRAGMA query_only = ON');
    await hub.pass(3 * MINUTE);
    const { body } = await hub.request('GET', '/healthz');
    expect([body.problems, body.loops]).toEqual([['database', 'loops'], ['terminal']]);
    expect([loops.get('health')?.failingSince, loopAlerts(hub)]).toEqual([undefined, []]);
    database.connection.exec('PRAGMA query_only = OFF');
    await hub.pass(2 * MINUTE);
    expect(loopAlerts(hub)).toHaveLength(1);
  });

  test('A hub is unhealthy when one of its loops has only failed for a quarter of an hour', async () => {
    hub = await startTestHub();
    const { database, clock } = hub.hub.runtime;
    const alerts = alertsIn(database);
    const health = async () => {
      const { status, body } = await hub.request('GET', '/healthz');
      return [status, body.loops, loopAlerts(hub).map(({ text }) => text.en.split('.')[0])];
    };
    alerts.raise({ key: 'old', text: { en: 'Old', zh: '旧' } }, clock.now() - 100 * DAY);
    database.connection.exec(
      "CREATE TRIGGER broken BEFORE DELETE ON alerts WHEN OLD.key = 'old' BEGIN SELECT RAISE(ABORT, 'broken'); END",
    );
    // Nothing is deleted before AliExpress has answered.
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order' });
    await hub.pass(10 * MINUTE);
    expect(await health()).toEqual([200, [], []]);
    await hub.pass(10 * MINUTE);
    const titles = ['Deleting old events has failed for 15 minutes'];
    expect(await health()).toEqual([503, ['retention'], titles]);
    const [alert] = alerts.latest(1);
    await hub.pass(HOUR);
    expect([await health(), alerts.latest(1)]).toEqual([[503, ['retention'], titles], [alert]]);
    database.connection.exec('DROP TRIGGER broken');
    await hub.pass(2 * MINUTE);
    expect(await health()).toEqual([200, [], []]);
  });

  test('A hub that can reach nobody for hours stays healthy', async () => {
    const messengers = failingMessengers();
    hub = await startTestHub({ messengers: messengers.transport, hasTrackerKey: true });
    const { runtime } = hub.hub;
    const { url } = hub.receiver;
    await hub.request('POST', '/v1/subscriptions', { trigger: 'new_order', url });
    await hub.request('PUT', '/admin/alert-channel', channelOf(hub), hub.adminKey);
    await hub.pass(2 * HOUR);
    const before = hub.receiver.received.length;
    messengers.fails = 'before';
    hub.receiver.answer = { status: 503 };
    runtime.aliexpress = () => Promise.reject(new TransportFailure('not_sent'));
    runtime.tracker = () => Promise.reject(new TransportFailure('not_sent'));
    const statuses = new Set<number>();
    for (let parts = 0; parts < 6; parts += 1) {
      await hub.pass(HOUR / 2);
      statuses.add((await hub.request('GET', '/healthz')).status);
    }
    expect(alertsIn(runtime.database).latest(1)).toHaveLength(1);
    expect([[...statuses], loopAlerts(hub)]).toEqual([[200], []]);
    expect(before).toBeGreaterThan(0);
  });
});
