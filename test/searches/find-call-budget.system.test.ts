import { MINUTE } from '../../lib/runtime.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';
import { silentStore } from '../support/failing-stores.ts';

describe('Find Call Budget', () => {
  let app: ConnectedApp;
  beforeEach(async () => {
    app = await connectApp();
  });
  afterEach(() => app.close());

  const status = async () => (await app.search('find_call_budget', {}))[0] as Record<string, unknown>;
  const ordersIn = (found: Record<string, unknown>) =>
    (found.feeds as Record<string, unknown>[]).find(({ feed }) => feed === 'orders');

  test('The search makes no call', async () => {
    await status();
    expect(app.calls()).toBe(0);
  });

  test('The search returns the calls used and left, and the time of the reset', async () => {
    await app.poll('new_order');
    const used = app.calls();
    expect(used).toBeGreaterThan(0);
    expect(await status()).toMatchObject({
      calls_used: used,
      calls_left: 200 - used,
      call_limit: 200,
      resets_at: '2026-10-07T16:00:00Z',
    });
  });

  test('The search finds nothing when fewer calls are left than the minimum', async () => {
    await app.poll('new_order');
    const left = 200 - app.calls();
    expect(await app.search('find_call_budget', { min_calls_left: left })).toHaveLength(1);
    expect(await app.search('find_call_budget', { min_calls_left: left + 1 })).toEqual([]);
  });

  test('The search returns the time by which the shop must be reconnected', async () => {
    expect((await status()).reconnect_by).toBe(String(app.authData.refresh_expires_at).replace('.000Z', 'Z'));
  });

  test('The search returns the last and the next check of the orders', async () => {
    await app.poll('new_order');
    app.clock.advanceTo(NOON + MINUTE);
    const orders = ordersIn(await status());
    expect(orders?.last_checked_at).toBe(new Date(NOON).toISOString().replace('.000Z', 'Z'));
    expect(Date.parse(String(orders?.next_check_at))).toBeGreaterThan(NOON + MINUTE);
  });

  test('The next check is made at the time that the search returned, not before', async () => {
    await app.poll('new_order');
    const next = Date.parse(String(ordersIn(await status())?.next_check_at));
    const before = app.calls();
    app.clock.advanceTo(next - MINUTE);
    await app.poll('new_order');
    expect(app.calls()).toBe(before);
    app.clock.advanceTo(next);
    await app.poll('new_order');
    expect(app.calls()).toBeGreaterThan(before);
  });

  test('The average delay leaves out orders that were placed before the first check', async () => {
    await app.poll('new_order');
    expect(ordersIn(await status())?.average_delay_minutes).toBeNull();
    for (let minute = 1; minute <= 120; minute += 1) {
      app.clock.advanceTo(NOON + minute * MINUTE);
      await app.poll('new_order');
    }
    const minutes = Number(ordersIn(await status())?.average_delay_minutes);
    expect(minutes).toBeGreaterThanOrEqual(1);
    expect(minutes).toBeLessThan(15);
  });

  test('The search returns what is waiting, since when, and why', async () => {
    await app.close();
    app = await connectApp({ dailyLimit: 3, ordersPerDay: 2000 });
    await app.poll('new_order');
    app.clock.advanceTo(NOON + 60 * MINUTE);
    for (let n = 0; n < 3; n += 1) await app.poll('new_order').catch(() => {});
    await app.search('find_order', { order_id: '123456789012345' }).catch(() => {});
    await app.search('find_order', { order_id: '123456789012345' }).catch(() => {});
    const found = await status();
    expect(found.calls_left).toBe(0);
    expect(ordersIn(found)).toMatchObject({
      waiting_reason: "today's calls are used up",
      waiting_reason_zh: '今日调用额度已用完',
    });
    expect(Date.parse(String(ordersIn(found)?.next_check_at))).toBeGreaterThanOrEqual(
      Date.parse('2026-10-07T16:00:00Z'),
    );
    expect(ordersIn(found)?.waiting_count).toBeGreaterThan(0);
  });

  test('The search returns the end of a pause of the calls', async () => {
    app.sandbox.faults.active = 'ban';
    const askedAt = app.clock.now();
    await app.search('find_order', { order_id: '123456789012345' }).catch(() => {});
    const pausedMs = Date.parse(String((await status()).paused_until)) - askedAt;
    // The call waits for its rate slot before AliExpress refuses it.
    expect(pausedMs).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(pausedMs).toBeLessThanOrEqual(15 * MINUTE + 2000);
  });

  test('A counter that cannot be read is an error', async () => {
    await app.close();
    app = await connectApp({ store: () => silentStore });
    expect((await thrownBy(app.search('find_call_budget', {}))).message).toContain('is not reachable');
  });
});
