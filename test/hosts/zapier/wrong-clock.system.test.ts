import { HOUR, MINUTE } from '../../../lib/runtime.ts';
import { type ConnectedApp, connectApp, NOON } from '../../support/connected-app.ts';

const TURN_ON = { isPopulatingDedupe: true };
const POLL_EVERY_MS = 15 * MINUTE;
/** The hours before its deadline at which an order is reported. */
const DEADLINE_HOURS = 24;

type Events = Record<string, unknown>[];

/** Two workflows of one shop, which poll every 15 minutes on a host whose clock a test moves. */
async function openWorkflows() {
  let ahead = 0;
  const app = await connectApp({ ordersPerDay: 100, hostAhead: () => ahead });
  const announced: string[] = [];
  const early: unknown[] = [];
  const poll = async () => {
    app.clock.advanceTo(app.clock.now() + POLL_EVERY_MS);
    const orders: Events = await app.poll('new_order');
    announced.push(...orders.map(({ id }) => String(id)));
    const deadlines: Events = await app.poll('ship_deadline', { hours_before: DEADLINE_HOURS });
    const latest = app.clock.now() + DEADLINE_HOURS * HOUR + MINUTE;
    early.push(...deadlines.filter(({ due_at: dueAt }) => Date.parse(String(dueAt)) > latest));
  };
  await app.poll('new_order', {}, TURN_ON);
  await app.poll('ship_deadline', { hours_before: DEADLINE_HOURS }, TURN_ON);
  return {
    app,
    early,
    setAhead: (ms: number) => {
      ahead = ms;
    },
    pollTimes: async (count: number, before = () => {}) => {
      for (let n = 0; n < count; n += 1) {
        before();
        await poll();
      }
    },
    /** Orders that were placed since the workflows were turned on, and never announced. The last hour does not count. */
    missed: () =>
      app.sandbox.shop.orders
        .filter(({ placedAt }) => placedAt > NOON && placedAt <= app.clock.now() - HOUR)
        .filter(({ id }) => !announced.includes(String(id))),
  };
}

describe('Zapier app on a host whose clock is wrong', () => {
  let app: ConnectedApp;
  let workflows: Awaited<ReturnType<typeof openWorkflows>>;
  beforeEach(async () => {
    workflows = await openWorkflows();
    ({ app } = workflows);
  });
  afterEach(() => app.close());

  /** As AliExpress counts them. */
  const callsOf = (day: string) =>
    [...(app.sandbox.calls.byDay.get(day)?.values() ?? [])].reduce((sum, calls) => sum + calls, 0);

  test.each([8 * HOUR, -8 * HOUR])(
    'No order is missed and no deadline is early if the clock is %d milliseconds ahead for one poll',
    async (ahead) => {
      await workflows.pollTimes(4);
      workflows.setAhead(ahead);
      await workflows.pollTimes(1);
      workflows.setAhead(0);
      await workflows.pollTimes(16);
      expect(workflows.missed()).toEqual([]);
      expect(workflows.early).toEqual([]);
    },
  );

  test.each([8 * HOUR, -8 * HOUR])(
    'No order is missed and no deadline is early if every process starts with a clock that is %d milliseconds ahead',
    async (ahead) => {
      workflows.setAhead(ahead);
      await workflows.pollTimes(14, app.restart);
      expect(workflows.missed()).toEqual([]);
      expect(workflows.early).toEqual([]);
    },
  );

  test('The calls of a host whose clock is a day ahead count for the quota day of AliExpress', async () => {
    workflows.setAhead(24 * HOUR);
    await workflows.pollTimes(8);
    const [budget] = await app.search('find_call_budget', {});
    expect(budget).toMatchObject({ day: '2026-10-07', resets_at: '2026-10-07T16:00:00Z' });
    expect(budget?.calls_used).toBeGreaterThanOrEqual(app.calls());
  });

  test.each([
    [-8 * MINUTE, 4 * MINUTE],
    [8 * MINUTE, -4 * MINUTE],
    [-90 * MINUTE, HOUR],
  ])(
    'The first call of a host that is %d milliseconds ahead, made %d milliseconds after midnight, is paid by its day',
    async (ahead, after) => {
      app.clock.advanceTo(NOON + 12 * HOUR + after);
      const day = after < 0 ? '2026-10-07' : '2026-10-08';
      const before = callsOf(day);
      workflows.setAhead(ahead);
      app.restart();
      await app.search('find_orders', { updated_since: new Date(NOON).toISOString() });
      expect(callsOf(day)).toBeGreaterThan(before);
      const [budget] = await app.search('find_call_budget', {});
      expect(budget).toMatchObject({ day, calls_used: callsOf(day) });
    },
  );

  test('A search on a host whose clock is 8 hours ahead finds its order', async () => {
    workflows.setAhead(8 * HOUR);
    app.restart();
    const placed = app.sandbox.shop.orders.find(({ placedAt }) => placedAt < NOON - HOUR);
    const [order] = await app.search('find_order', { order_id: String(placed?.id) });
    expect(order?.id).toBe(String(placed?.id));
  });

  test('A shop can be connected from a host whose clock is 8 hours ahead', async () => {
    await app.close();
    app = await connectApp({ hostAhead: () => 8 * HOUR });
    const expiresAt = Date.parse(String(app.authData.access_expires_at));
    expect(Math.abs(expiresAt - (NOON + 24 * HOUR))).toBeLessThanOrEqual(MINUTE);
  });
});

test.each([8 * MINUTE, -8 * MINUTE])(
  'Without a call, a workflow that is turned on while the clock is %d milliseconds ahead starts just then',
  async (aheadMs) => {
    let ahead = 0;
    const app = await connectApp({ ordersPerDay: 400, dailyLimit: 20, hostAhead: () => ahead });
    const poll = (meta = {}) => app.poll('new_order', {}, { zap: { id: '7' }, ...meta }) as Promise<Events>;
    const later = (ms: number) => app.clock.advanceTo(app.clock.now() + ms);
    await poll(TURN_ON);
    later(10 * MINUTE);
    ahead = aheadMs;
    app.restart();
    const [turnedOnAt, calls] = [app.clock.now(), app.calls()];
    const known = await poll(TURN_ON);
    expect(app.calls()).toBe(calls);
    later(30 * MINUTE);
    ahead = 0;
    app.restart();
    const announced = new Set<string>();
    for (let n = 0; n < 4; n += 1) {
      later(HOUR);
      for (const { id } of await poll()) announced.add(String(id));
    }
    const placed = (from: number, to: number) =>
      app.sandbox.shop.orders
        .filter(({ placedAt }) => placedAt >= turnedOnAt + from && placedAt < turnedOnAt + to)
        .map(({ id }) => String(id));
    const [before, after] = [placed(-8 * MINUTE, 0), placed(0, 8 * MINUTE)];
    expect([before.length > 0, after.length > 0]).toEqual([true, true]);
    const ids = known.map(({ id }) => String(id));
    expect(before.filter((id) => announced.has(id) && !ids.includes(id))).toEqual([]);
    expect(after.filter((id) => !announced.has(id))).toEqual([]);
    await app.close();
  },
);
