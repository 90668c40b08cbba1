import { startTracker, type Tracker } from '../../../sandbox/tracker/server.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../../support/connected-app.ts';
import { fixedClock } from '../../support/fixed-clock.ts';

describe('17TRACK key of a connection', () => {
  let tracker: Tracker;
  let app: ConnectedApp;
  beforeEach(async () => {
    tracker = await startTracker({ clock: fixedClock(NOON), parcels: () => [] });
    app = await connectApp({ trackerUrl: tracker.url });
  });
  afterEach(async () => {
    await app.close();
    await tracker.close();
  });

  test('A connection with the right key passes the test, which uses no credit', async () => {
    app.authData.tracker_key = ` ${tracker.key} `;
    expect(await app.run('authentication.test')).toMatchObject({ shop_name: 'Harbor Lane Store' });
    expect(Object.fromEntries(tracker.requests)).toEqual({ getquota: 1 });
    expect(tracker.registry.credits).toEqual([]);
  });

  test('A wrong key is refused before a call of the shop is made', async () => {
    app.authData.tracker_key = 'WRONG';
    expect((await thrownBy(app.run('authentication.test'))).message).toContain(
      '17TRACK rejected the API key (code -18010002).',
    );
    expect(app.calls()).toBe(0);
  });

  test.each([
    ['does not answer', 'http_503'],
    ['answers in another format', 'other_format'],
  ] as const)('A connection passes the test while 17TRACK %s', async (_, fault) => {
    app.authData.tracker_key = tracker.key;
    tracker.fault = fault;
    expect(await app.run('authentication.test')).toMatchObject({ shop_name: 'Harbor Lane Store' });
  });

  test('The call budget has the credits, without a call', async () => {
    app.authData.tracker_key = tracker.key;
    expect(await app.search('find_call_budget', {})).toMatchObject([
      { calls_used: 0, tracker_credits_used: 0, tracker_credits_left: 100 },
    ]);
    expect(app.calls()).toBe(0);
  });

  test.each([
    ['without a key', () => ''],
    ['while 17TRACK refuses the key', () => 'WRONG'],
  ])('The call budget has no credits %s', async (_, key) => {
    app.authData.tracker_key = key();
    expect(await app.search('find_call_budget', {})).toMatchObject([
      { calls_left: 200, tracker_credits_used: null, tracker_credits_left: null },
    ]);
  });

  test('The key stands in no log', async () => {
    app.authData.tracker_key = tracker.key;
    await app.run('authentication.test');
    await app.search('find_call_budget', {});
    expect(JSON.stringify(app.logged)).not.toContain(tracker.key);
  });
});
