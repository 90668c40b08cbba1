import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { type AppOptions, type ConnectedApp, connectApp, thrownBy } from '../support/connected-app.ts';
import { silentStore } from '../support/failing-stores.ts';

/** 2026-10-07 00:00 in Beijing. */
const MIDNIGHT = Date.parse('2026-10-06T16:00:00Z');
const NINE = MIDNIGHT + 9 * HOUR;
/** Connected for longer than the two days of an app in test status. */
const years = { accessSeconds: 365 * 86_400, refreshSeconds: 730 * 86_400 };

type Event = Record<string, unknown>;

function oncePlayed<T>(play: () => Promise<T>): () => Promise<T> {
  let played: Promise<T> | undefined;
  return () => {
    played ??= play();
    return played;
  };
}

describe('Daily Shop Report', () => {
  let app: ConnectedApp;
  const open = async (options: AppOptions = {}) => {
    app = await connectApp({ now: MIDNIGHT, to: MIDNIGHT + 4 * DAY, lifetimes: years, ...options });
  };
  afterEach(() => app.close());

  const seller = () => app.sandbox.accounts.sellerId;
  const poll = (inputs: object = {}, meta?: object) => app.poll('daily_report', inputs, meta);
  /** Polls on, and gives the first sight of each event. Core ends a process after some hundred runs: few must do. */
  async function pollUntil(end: number, { inputs = {}, every = 2 * HOUR, also = [] as string[] } = {}) {
    const seen = new Map<unknown, { at: number; event: Event }>();
    while (app.clock.now() < end) {
      app.clock.advanceTo(app.clock.now() + every);
      for (const trigger of also) await app.poll(trigger);
      const at = app.clock.now();
      for (const event of await poll(inputs)) if (!seen.has(event.id)) seen.set(event.id, { at, event });
    }
    return [...seen.values()];
  }
  const reportAt = async (end: number, options = {}) => (await pollUntil(end, options)).at(-1)?.event ?? {};
  /** One day is played for all tests that look at it. */
  const usualReport = oncePlayed(async () => {
    await open();
    return reportAt(NINE + HOUR);
  });
  const reportBesideOthers = oncePlayed(async () => {
    await open({ historyDays: 30, disputeShare: 0.1, badShare: 0.5, stallShare: 0.3 });
    return reportAt(NINE + HOUR, { also: ['bad_review', 'logistics_stall'] });
  });

  test('The report arrives once a day, some minutes after the hour', async () => {
    await open();
    const seen = await pollUntil(MIDNIGHT + 3 * DAY);
    expect(seen.map(({ event }) => event.id)).toEqual([
      `${seller()}/2026-10-07/9`,
      `${seller()}/2026-10-08/9`,
      `${seller()}/2026-10-09/9`,
    ]);
    for (const [day, { at }] of seen.entries()) {
      expect(at).toBeGreaterThan(NINE + day * DAY);
      expect(at).toBeLessThan(NINE + day * DAY + 2 * HOUR + MINUTE);
    }
  });

  test('On a host whose clock goes ahead while few calls are left, the report arrives at its hour', async () => {
    let ahead = 0;
    await open({ dailyLimit: 3, hostAhead: () => ahead });
    await pollUntil(NINE - 2 * HOUR);
    ahead = 3 * HOUR;
    expect(await pollUntil(NINE, { every: HOUR })).toEqual([]);
    const seen = await pollUntil(NINE + HOUR, { every: 15 * MINUTE });
    expect(seen.map(({ event }) => event.date)).toEqual(['2026-10-07']);
  });

  test('The report arrives at the chosen hour of the chosen time zone', async () => {
    await open();
    const inputs = { hour: 0, time_zone: 'Europe/Madrid' };
    // Midnight in Madrid is 06:00 in Beijing.
    app.clock.advanceTo(MIDNIGHT + 6 * HOUR - MINUTE);
    const [seen] = await pollUntil(MIDNIGHT + 6 * HOUR + 16 * MINUTE, { inputs, every: 4 * MINUTE });
    expect(seen?.event).toMatchObject({ id: `${seller()}/2026-10-07/0`, date: '2026-10-07' });
    const minutes = (Date.parse(String(seen?.event.occurred_at)) - MIDNIGHT - 6 * HOUR) / MINUTE;
    expect(minutes).toBeGreaterThanOrEqual(1);
    expect(minutes).toBeLessThan(15);
  });

  test('The report costs the calls of the orders feed, and one for the announcements of carriers', async () => {
    await open({ seed: 7 });
    await pollUntil(MIDNIGHT + 12 * HOUR, { every: HOUR });
    const calls = app.calls();
    await app.close();
    await open({ seed: 7 });
    while (app.clock.now() < MIDNIGHT + 12 * HOUR) {
      app.clock.advanceTo(app.clock.now() + HOUR);
      await app.poll('ship_deadline', { hours_before: 1 });
    }
    expect(calls).toBe(app.calls() + 1);
  });

  test('The report counts the orders that were placed in the 24 hours before', async () => {
    await open({ ordersPerDay: 200 });
    const event = await reportAt(NINE + DAY + HOUR);
    const until = Date.parse(String(event.occurred_at));
    const placed = app.sandbox.shop.orders.filter(
      ({ placedAt }) => placedAt >= until - DAY && placedAt < until,
    );
    expect(event.order_count).toBe(placed.length);
  });

  test('The report counts the orders that await shipment, however old they are', async () => {
    await open({ ordersPerDay: 60, historyDays: 6 });
    const event = await reportAt(NINE + HOUR);
    const { shop } = app.sandbox;
    const stageOf = (order: (typeof shop.orders)[number]) =>
      order.stages.findLast(({ at }) => at <= Date.parse(String(event.occurred_at)))?.status;
    const waiting = shop.orders.filter((order) => stageOf(order) === 'WAIT_SELLER_SEND_GOODS');
    // Orders change while the feed looks.
    expect(Math.abs(Number(event.to_ship_count) - waiting.length)).toBeLessThanOrEqual(2);
    expect(waiting.length).toBeGreaterThan(10);
  });

  test('A figure that no workflow collects is null and shown as a dash, and the text says why', async () => {
    const event = await usualReport();
    expect(event).toMatchObject({
      open_dispute_count: null,
      bad_review_count: null,
      stalled_parcel_count: null,
    });
    expect(event.text).toContain('**Bad reviews** –');
    expect(event.text_zh).toContain('**停滞包裹** –');
    expect(event.text).toContain('show "–" while no workflow checks them');
    expect(event.text_zh).toContain('没有流程关注');
    expect(event.text).not.toContain('could not be read');
  });

  test('The report has the figures of the feeds that other workflows use', async () => {
    const event = await reportBesideOthers();
    expect(event).toMatchObject({
      bad_review_count: expect.any(Number),
      stalled_parcel_count: expect.any(Number),
    });
    expect(event.bad_review_count).toBeGreaterThan(0);
  });

  test('The report says since when its orders are complete if that is not the whole day', async () => {
    const event = await usualReport();
    expect(event.complete_since).toBe('2026-10-06T16:00:00Z');
    expect(event.text).toContain('**Orders complete only since** 2026-10-07 00:00 (Asia/Shanghai)');
  });

  test('The report has the calls of yesterday and of today', async () => {
    await open();
    const event = await reportAt(NINE + DAY + HOUR);
    const callsOf = (day: string) =>
      [...(app.sandbox.calls.byDay.get(day)?.values() ?? [])].reduce((sum, n) => sum + n, 0);
    expect(event).toMatchObject({ calls_used_yesterday: callsOf('2026-10-07'), call_limit: 200 });
    expect(event.text_zh).toContain(`昨日 ${callsOf('2026-10-07')} / 200`);
    expect(event.calls_used_today).toBeGreaterThan(0);
    expect(event.calls_used_today).toBeLessThanOrEqual(callsOf('2026-10-08'));
  });

  test('The report arrives late if the workflow was off for some hours', async () => {
    await open();
    await poll({}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NINE + 5 * HOUR);
    expect(await poll()).toMatchObject([{ id: `${seller()}/2026-10-07/9` }]);
  });

  test('A report that was missed for more than 6 hours is left out', async () => {
    await open();
    await poll({}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NINE + 6 * HOUR + 15 * MINUTE);
    expect(await poll()).toEqual([]);
  });

  test('The report does not arrive before its hour', async () => {
    await open();
    await poll({}, { isPopulatingDedupe: true });
    app.clock.advanceTo(NINE);
    expect(await poll()).toEqual([]);
  });

  test('A user who sets the workflow up sees the figures of now, as an example of the next report', async () => {
    await open({ ordersPerDay: 30 });
    const [event] = await poll({}, { isLoadingSample: true });
    const placed = app.sandbox.shop.orders.filter(
      ({ placedAt }) => placedAt >= MIDNIGHT - DAY && placedAt < MIDNIGHT,
    );
    expect(event).toMatchObject({
      id: `example/${seller()}/2026-10-07/9`,
      is_example: true,
      order_count: placed.length,
      to_ship_count: null,
    });
    expect(placed.length).toBeGreaterThan(0);
    expect(app.calls()).toBe(2);
  });

  test('Of a shop with many orders, the user sees since when its orders are counted', async () => {
    await open({ ordersPerDay: 300 });
    const [event] = await poll({}, { isLoadingSample: true });
    expect(event?.text).toContain('Orders complete only since');
    expect(app.calls()).toBe(2);
  });

  test('The report shown during setup is not the report of the day', async () => {
    await open();
    const [shown] = await poll({}, { isPopulatingDedupe: true });
    const [seen] = await pollUntil(NINE + HOUR);
    expect(seen?.event.id).not.toBe(shown?.id);
  });

  test.each(['Beijing', 'Asia/Atlantis'])(
    'The unknown time zone %s is refused before a call is made',
    async (zone) => {
      await open();
      const { message } = await thrownBy(poll({ time_zone: zone }));
      expect(message).toContain(`"${zone}" is not a time zone`);
      expect(message).toContain(`“${zone}” 不是有效时区`);
      expect(app.calls()).toBe(0);
    },
  );

  test('A poll without an answer of the store returns no report and no error', async () => {
    await open({ store: () => silentStore });
    app.clock.advanceTo(NINE + HOUR);
    expect(await poll()).toEqual([]);
    expect(app.calls()).toBe(0);
  });

  test('The report contains no personal data', async () => {
    const event = await reportBesideOthers();
    expect(event.title).toEqual(expect.any(String));
    expect(JSON.stringify(event)).not.toMatch(/canary/i);
  });
});
