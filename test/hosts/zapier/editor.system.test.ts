/** What the editor shows of each trigger right after the shop was connected, with a slow cache. */

import { sampleEvent } from '../../../lib/engine/samples.ts';
import type { TriggerDeclaration } from '../../../lib/pack/operation.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { type VirtualClock, virtualClock } from '../../../sandbox/virtual-clock.ts';
import { triggers } from '../../../triggers/index.ts';
import { type ConnectedApp, connectApp, connectZapier, NOON, thrownBy } from '../../support/connected-app.ts';
import { missingKeys } from '../../support/publishing-checks/values.ts';
import { slowStore } from '../../support/slow-store.ts';

const EDITOR = { isLoadingSample: true };
const CALLBACK = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';
const COMMAND_MS = 300;
/** A call to AliExpress takes about a second. */
const CALL_MS = SECOND;

const inputsOf = (key: string, { shop }: Sandbox) =>
  key === 'low_stock' ? { product_ids: shop.products.slice(0, 2).map(({ id }) => String(id)) } : {};

const isOfWorkflows = (key: string) => /^(app:)?(mark|returned|snap1|lease|status1):/.test(key);

describe('First test of a trigger in a shop of 300 orders a day', () => {
  let clock: VirtualClock;
  let sandbox: Sandbox;
  beforeAll(async () => {
    clock = virtualClock(NOON);
    sandbox = await startSandbox({
      clock,
      callbackUrl: CALLBACK,
      ordersPerDay: 300,
      historyDays: 20,
      from: NOON - 20 * DAY,
      to: NOON + 12 * HOUR,
    });
  });
  afterAll(() => sandbox.close());

  const calls = () =>
    [...sandbox.calls.byDay.values()].flatMap((day) => [...day.values()]).reduce((sum, n) => sum + n, 0);

  async function firstTest({ key }: TriggerDeclaration) {
    const { store, written } = slowStore(memoryStore(clock), clock, COMMAND_MS);
    const app = await connectZapier(sandbox, { clock, store });
    try {
      // The connections of this test share a shop, whose calls per second AliExpress limits.
      clock.advanceTo(clock.now() + MINUTE);
      written.length = 0;
      const [began, callsBefore] = [clock.now(), calls()];
      const events = await app.poll(key, inputsOf(key, sandbox), EDITOR);
      const made = calls() - callsBefore;
      return { events, written, calls: made, ms: clock.now() - began + made * CALL_MS };
    } finally {
      await app.disconnect();
    }
  }

  test.each(triggers.map((trigger) => [trigger.key, trigger] as const))(
    '%s shows one to three events of the shop, of at most 20 KB, with two calls and within ten seconds',
    async (_, trigger) => {
      const { events, written, ...took } = await firstTest(trigger);
      const sample = sampleEvent(trigger);
      expect(events.length).toBeGreaterThanOrEqual(1);
      expect(events.length).toBeLessThanOrEqual(3);
      for (const event of events) {
        expect(event.shop_id).toBe('2201234567890');
        expect(event.id).not.toBe(sample.id);
        expect([...missingKeys(sample, event), ...missingKeys(event, sample)]).toEqual([]);
        expect(String(event.id).startsWith('example/')).toBe(event.is_example);
        expect(String(event.title).startsWith('Example · ')).toBe(event.is_example);
      }
      expect(Buffer.byteLength(JSON.stringify(events))).toBeLessThanOrEqual(20_000);
      expect(took.calls).toBeLessThanOrEqual(2);
      expect(took.ms).toBeLessThanOrEqual(10 * SECOND);
      expect(written.filter(isOfWorkflows)).toEqual([]);
    },
  );

  // Zapier ends the step after 30 seconds, and its cache may need a third of a second for each of them.
  test.each(['bad_review', 'daily_report', 'logistics_stall', 'ship_deadline'])(
    'Turning %s on waits for the cache at most 40 times, and three times more for each call',
    async (key) => {
      const { store, roundTrips } = slowStore(memoryStore(clock), clock, COMMAND_MS);
      const app = await connectZapier(sandbox, { clock, store });
      try {
        clock.advanceTo(clock.now() + MINUTE);
        const [before, callsBefore] = [roundTrips(), calls()];
        await app.poll(key, {}, { zap: { id: '7' }, isPopulatingDedupe: true });
        const made = calls() - callsBefore;
        expect(made).toBeGreaterThan(0);
        expect(roundTrips() - before).toBeLessThanOrEqual(40 + 3 * made);
      } finally {
        await app.disconnect();
      }
    },
  );

  test('Beside a workflow that is on, a process that knows nothing shows a trigger as soon', async () => {
    const { store } = slowStore(memoryStore(clock), clock, COMMAND_MS);
    const app = await connectZapier(sandbox, { clock, store });
    try {
      for (let n = 0; n < 4; n += 1) {
        clock.advanceTo(clock.now() + 20 * MINUTE);
        await app.poll('order_shipped', {}, { zap: { id: '7' }, isPopulatingDedupe: n === 0 });
      }
      app.restart();
      clock.advanceTo(clock.now() + MINUTE);
      const [began, callsBefore] = [clock.now(), calls()];
      const events = await app.poll('order_cancelled', {}, EDITOR);
      expect(events.length).toBeGreaterThan(0);
      expect(clock.now() - began + (calls() - callsBefore) * CALL_MS).toBeLessThanOrEqual(10 * SECOND);
    } finally {
      await app.disconnect();
    }
  });
});

describe('Editor', () => {
  let app: ConnectedApp;
  afterEach(() => app.close());

  test('It shows what a feed knows without a call', async () => {
    app = await connectApp();
    await app.poll('new_order', {}, { isPopulatingDedupe: true });
    const calls = app.calls();
    const events = await app.poll('new_order', {}, EDITOR);
    expect(events.map(({ is_example }) => is_example)).toEqual([false, false, false]);
    expect(app.calls()).toBe(calls);
  });

  test.each(['new_order', 'abnormal_parcel'])(
    'Where nothing that a feed knows matches, %s shows no record twice',
    async (key) => {
      app = await connectApp({ historyDays: 20, variedParcels: { abnormal: 0.5 } });
      await app.poll(key);
      app.clock.advanceTo(NOON + 5 * MINUTE);
      const matchingNone = { min_amount: '999999', min_amount_currency: 'USD', abnormal_codes: ['none'] };
      const events = await app.poll(key, matchingNone, EDITOR);
      expect(events.map(({ is_example }) => is_example)).toEqual([true, true, true]);
      expect(new Set(events.map(({ id }) => id)).size).toBe(3);
    },
  );

  test('An order that was shown as an example is emitted once it is shipped', async () => {
    app = await connectApp({
      historyDays: 0,
      from: NOON - 3 * HOUR,
      to: NOON + 4 * DAY,
      ordersPerDay: 200,
      lifetimes: { accessSeconds: 30 * 86_400 },
    });
    const shown = await app.poll('order_shipped', {}, EDITOR);
    expect([...new Set(shown.map(({ is_example }) => is_example))]).toEqual([true]);
    const zap = { zap: { id: '7' } };
    await app.poll('order_shipped', {}, { ...zap, isPopulatingDedupe: true });
    const emitted = new Set<unknown>();
    for (let at = NOON + HOUR; at <= NOON + 4 * DAY; at += HOUR) {
      app.clock.advanceTo(at);
      for (const { order_id } of await app.poll('order_shipped', {}, zap)) emitted.add(order_id);
    }
    expect(shown.filter(({ order_id }) => emitted.has(order_id)).length).toBeGreaterThan(0);
  });

  test('A shop without a record has the sample of the trigger, under its own name', async () => {
    app = await connectApp({ disputeShare: 0 });
    const [event, ...others] = await app.poll('dispute_closed', {}, EDITOR);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ is_example: true, shop_id: app.authData.seller_id });
    expect(app.calls()).toBe(2);
  });

  test('Ended orders that are not listed among others are shown all the same', async () => {
    app = await connectApp({ historyDays: 20, variants: { finishAmongOthers: 'refused' } });
    for (const statuses of [['FINISH'], ['WAIT_BUYER_ACCEPT_GOODS', 'FINISH']]) {
      const [event] = await app.poll('order_status_changed', { statuses }, EDITOR);
      expect(event).toMatchObject({ is_example: false, status: statuses[0] });
    }
  });

  test('A shop whose parcels cannot be tracked by their numbers has the sample', async () => {
    app = await connectApp({ historyDays: 20, variants: { shortTracking: 'refused' } });
    const [event] = await app.poll('parcel_delivered', {}, EDITOR);
    expect(event).toMatchObject({ is_example: true, shop_id: app.authData.seller_id });
  });

  test('A permission that the app lacks is named', async () => {
    app = await connectApp({ variants: { notGranted: ['orders'] } });
    expect((await thrownBy(app.poll('new_order', {}, EDITOR))).message).toMatch(/permission/i);
  });

  test('An expired token asks for a fresh one', async () => {
    app = await connectApp();
    app.sandbox.accounts.expireAccess();
    expect((await thrownBy(app.poll('new_order', {}, EDITOR))).name).toBe('RefreshAuthError');
  });
});
