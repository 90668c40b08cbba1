import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';
import { silentStore } from '../support/failing-stores.ts';

describe('New Account Alert', () => {
  let app: ConnectedApp;
  /** A test-status app's connection lasts two days, which is reason for an alert of its own. */
  const years = { accessSeconds: 365 * 86_400, refreshSeconds: 730 * 86_400 };
  beforeEach(async () => {
    app = await connectApp({ dailyLimit: 10, lifetimes: years });
    await turnOn();
  });
  afterEach(() => app.close());

  const seller = () => app.sandbox.accounts.sellerId;
  const use = async (calls: number) => {
    for (let n = 0; n < calls; n += 1) await app.search('find_order', { order_id: '123456789012345' });
  };
  const poll = (inputs = {}, meta = {}) => app.poll('account_alert', inputs, { zap: { id: '1' }, ...meta });
  const ids = async (inputs = {}) => (await poll(inputs)).map(({ id }) => id);
  async function turnOn() {
    await poll({}, { isPopulatingDedupe: true });
    app.clock.advanceTo(app.clock.now() + MINUTE);
  }

  test('A poll for account alerts makes no call', async () => {
    await ids();
    expect(app.calls()).toBe(0);
  });

  test('No alert is raised while less than 80% of the calls are used', async () => {
    await use(7);
    expect(await ids()).toEqual([]);
  });

  test('An alert is raised once a day when 80% of the calls are used', async () => {
    await use(8);
    expect(await ids()).toEqual([`${seller()}/budget_80/2026-10-07`]);
    await use(1);
    expect(await ids()).toEqual([`${seller()}/budget_80/2026-10-07`]);
  });

  test('An alert is raised when all calls are used, with the time of the reset', async () => {
    await use(10);
    const alerts = await poll({ alert_types: ['budget_100'] });
    expect(alerts).toMatchObject([
      { id: `${seller()}/budget_100/2026-10-07`, due_at: '2026-10-07T16:00:00Z', severity: 'warning' },
    ]);
    expect(alerts[0]?.title_zh).toBe('今日接口调用已用完');
    expect(alerts[0]?.text_zh).toContain('10-08 00:00');
  });

  test('The alert about used calls is raised again on the next day', async () => {
    await use(8);
    app.clock.advanceTo(NOON + DAY);
    expect(await ids()).toEqual([]);
    await use(8);
    expect(await ids()).toEqual([`${seller()}/budget_80/2026-10-08`]);
  });

  test('An alert is raised when the store has lost the call count, in place of one about used calls', async () => {
    await use(3);
    for (const mark of ['used', 'used:2', 'used:3'])
      await app.store.delete(`app:slots:${seller()}:2026-10-07:${mark}`);
    await use(1).catch(() => {});
    const alerts = await app.poll('account_alert');
    expect(alerts).toMatchObject([
      {
        id: `${seller()}/store_forgot/2026-10-07`,
        title: "The store lost today's call count",
        due_at: '2026-10-07T16:00:00Z',
      },
    ]);
  });

  test('A pause of the calls is reported once, also after it has ended', async () => {
    app.sandbox.faults.active = 'ban';
    await use(1).catch(() => {});
    app.sandbox.faults.active = null;
    const during = await ids();
    expect(during).toHaveLength(1);
    app.clock.advanceTo(NOON + 20 * 60_000);
    expect(await ids()).toEqual(during);
  });

  test('A pause that ended over an hour ago is not reported', async () => {
    app.sandbox.faults.active = 'ban';
    await use(1).catch(() => {});
    app.sandbox.faults.active = null;
    app.clock.advanceTo(NOON + 2 * HOUR);
    expect(await ids()).toEqual([]);
  });

  test.each([
    [15, []],
    [14, ['14']],
    [3, ['3']],
    [1, ['1']],
  ])('With %s days until the connection ends, the notice %j is given', async (days, notices) => {
    const end = Date.parse(String(app.authData.refresh_expires_at));
    app.clock.advanceTo(end - days * DAY - MINUTE);
    await turnOn();
    expect(await ids()).toEqual(notices.map((notice) => `${seller()}/reconnect_soon/${end}/${notice}`));
  });

  test.each([
    [481, '481 minutes fast', '偏快 481 分钟'],
    [61, '61 minutes fast', '偏快 61 分钟'],
    [-481, '481 minutes slow', '偏慢 481 分钟'],
  ])('A clock that is %d minutes ahead is reported once a day with the difference', async (ahead, en, zh) => {
    await app.close();
    app = await connectApp({ hostAhead: () => ahead * MINUTE, lifetimes: years });
    app.restart();
    await use(1);
    const [alert, ...others] = await app.poll('account_alert');
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ id: `${seller()}/clock_wrong/2026-10-07`, due_at: '2026-10-07T16:00:00Z' });
    expect(alert?.title).toBe(`The clock of this computer is ${en}`);
    expect(alert?.title_zh).toBe(`本机时间${zh}`);
  });

  test('A new process reports the wrong clock without a call of its own', async () => {
    await app.close();
    app = await connectApp({ hostAhead: () => 8 * HOUR, lifetimes: years });
    await use(1);
    app.restart();
    expect(await ids()).toEqual([`${seller()}/clock_wrong/2026-10-07`]);
  });

  test('A clock that is wrong by less than two minutes is not reported', async () => {
    await app.close();
    app = await connectApp({ hostAhead: () => 110_000, lifetimes: years });
    await use(1);
    expect(await ids()).toEqual([]);
  });

  test('Only the chosen alert types are reported', async () => {
    await use(10);
    expect(await ids({ alert_types: ['calls_paused'] })).toEqual([]);
  });

  test('A poll without an answer of the store returns no alert and no error', async () => {
    await app.close();
    app = await connectApp({ store: () => silentStore, lifetimes: years });
    expect(await ids()).toEqual([]);
  });
});
