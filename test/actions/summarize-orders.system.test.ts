import { DAY, HOUR } from '../../lib/runtime.ts';
import { type AppOptions, type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';
import { silentStore } from '../support/failing-stores.ts';

/** Connected for longer than the two days of an app in test status. */
const years = { accessSeconds: 365 * 86_400, refreshSeconds: 730 * 86_400 };

describe('Summarize Orders', () => {
  let app: ConnectedApp;
  const open = async (options: AppOptions = {}) => {
    app = await connectApp({ to: NOON + 3 * DAY, lifetimes: years, ...options });
  };
  afterEach(() => app.close());

  const summarize = async (inputs: object = {}) =>
    (await app.search('summarize_orders', inputs))[0] as Record<string, unknown>;
  async function pollUntil(end: number) {
    while (app.clock.now() < end) {
      app.clock.advanceTo(app.clock.now() + HOUR);
      await app.poll('new_order');
    }
  }
  const placedBetween = (from: number, to: number) =>
    app.sandbox.shop.orders.filter(({ placedAt }) => placedAt >= from && placedAt < to);

  test('The action makes no call, neither before nor after the first check of the orders', async () => {
    await open();
    await summarize();
    expect(app.calls()).toBe(0);
    await app.poll('new_order');
    const calls = app.calls();
    app.clock.advanceTo(NOON + 2 * HOUR);
    await summarize();
    expect(app.calls()).toBe(calls);
  });

  test('The summary counts the orders of the last 24 hours', async () => {
    await open({ ordersPerDay: 150 });
    await pollUntil(NOON + 30 * HOUR);
    const now = app.clock.now();
    expect((await summarize()).order_count).toBe(placedBetween(now - DAY, now).length);
  });

  test('The paid amounts are summed to the cent', async () => {
    await open({ ordersPerDay: 150 });
    await pollUntil(NOON + 30 * HOUR);
    const now = app.clock.now();
    const paid = placedBetween(now - DAY, now).filter(
      ({ paidAt = Number.POSITIVE_INFINITY, stages }) =>
        paidAt <= now && stages.findLast(({ at }) => at <= now)?.status !== 'FINISH',
    );
    const cents = paid
      .flatMap(({ lines }) => lines)
      .reduce((sum, { unitCents, quantity }) => sum + unitCents * quantity, 0);
    expect((await summarize()).paid_text).toBe(`USD ${(cents / 100).toFixed(2)}`);
  });

  test('Today begins at midnight in the chosen time zone', async () => {
    await open();
    await app.poll('new_order');
    expect(await summarize({ period: 'today' })).toMatchObject({
      period_start: '2026-10-06T16:00:00Z',
      title: 'Orders 2026-10-07 00:00 – 2026-10-07 12:00',
    });
    expect(await summarize({ period: 'today', time_zone: 'Europe/Madrid' })).toMatchObject({
      period_start: '2026-10-06T22:00:00Z',
    });
  });

  test('The summary says since when its figures are complete', async () => {
    await open();
    await app.poll('new_order');
    const summary = await summarize();
    expect(summary.complete_since).toBe('2026-10-07T02:00:00Z');
    expect(summary.text).toContain('**Complete only since** 2026-10-07 10:00');
    expect(summary.text_zh).toContain('**数据仅自此时起完整** 2026-10-07 10:00');
  });

  test('The summary names no start of complete data if the whole period is known', async () => {
    await open();
    await pollUntil(NOON + 23 * HOUR);
    expect((await summarize()).text).not.toContain('only since');
  });

  test('The summary has the time of the last check', async () => {
    await open();
    await app.poll('new_order');
    app.clock.advanceTo(NOON + HOUR);
    expect((await summarize()).checked_at).toBe('2026-10-07T04:00:00Z');
  });

  test('Without an order workflow the figures are unknown, and the text says what to do', async () => {
    await open();
    const summary = await summarize();
    expect(summary).toMatchObject({
      order_count: null,
      paid_text: null,
      to_ship_count: null,
      complete_since: null,
    });
    expect(summary.text).toContain('**Orders** –');
    expect(summary.text).toContain('Turn on one that starts with an order trigger');
    expect(summary.text_zh).toContain('请先启用一个订单触发器');
  });

  test('Figures from before all workflows were turned off are not taken for complete', async () => {
    await open();
    await app.poll('new_order');
    app.clock.advanceTo(NOON + 27 * HOUR);
    expect((await summarize()).order_count).toBeNull();
  });

  test('A time zone that does not exist is refused by name', async () => {
    await open();
    expect((await thrownBy(summarize({ time_zone: 'Asia/Atlantis' }))).message).toContain(
      '"Asia/Atlantis" is not a time zone',
    );
  });

  test('A store that does not answer is an error', async () => {
    await open({ store: () => silentStore });
    expect((await thrownBy(summarize())).message).toContain('is not reachable');
  });

  test('The summary contains no personal data', async () => {
    await open();
    await app.poll('new_order');
    expect(JSON.stringify(await summarize())).not.toMatch(/canary/i);
  });
});
