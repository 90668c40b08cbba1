import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { dispute } from '../../lib/aliexpress/records/dispute.ts';
import { toEvent } from '../../lib/pack/event.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import disputeOpened from '../../triggers/dispute-opened.ts';
import { type ConnectedApp, connectApp, NOON, thrownBy } from '../support/connected-app.ts';
import { contextAt } from '../support/event-context.ts';
import { type RecordingStore, recordingStore } from '../support/recording-store.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

test('The message names the reason and the order in both languages', () => {
  const event = toEvent(disputeOpened, recordedItem(dispute), {}, contextAt(NOW));
  expect([event.title, event.title_zh]).toEqual([
    'New dispute: Product quality is poor',
    '新纠纷：产品质量问题',
  ]);
  expect([event.text, event.text_zh]).toEqual([
    expect.stringContaining('**Order** 8201739405562817'),
    expect.stringContaining('**订单号** 8201739405562817'),
  ]);
});

test('The message of a dispute without a date has no line for it', () => {
  const event = toEvent(disputeOpened, { ...recordedItem(dispute), opened_at: null }, {}, contextAt(NOW));
  expect(event.text + event.text_zh).not.toMatch(/Opened|发起/);
  expect(event.occurred_at).toBeNull();
});

describe('New Dispute in a shop', () => {
  let app: ConnectedApp;
  let store: RecordingStore;
  beforeEach(async () => {
    app = await connectApp({
      store: (clock) => {
        store = recordingStore(memoryStore(clock));
        return store;
      },
      historyDays: 25,
      ordersPerDay: 20,
      disputeShare: 0.3,
      lifetimes: { accessSeconds: 30 * 86_400 },
    });
  });
  afterEach(() => app.close());

  const openedBetween = (from: number, to: number) =>
    [...app.sandbox.shop.disputes.values()].filter(({ openedAt }) => openedAt > from && openedAt <= to);
  const lists = () =>
    [...app.sandbox.calls.byDay.values()].reduce((sum, day) => sum + (day.get(disputeList.name) ?? 0), 0);

  /** Polls every half an hour; when each event was there first. @param others triggers that are on beside it */
  async function watch(hours: number, others: string[] = []): Promise<Map<string, number>> {
    const seeded = await app.poll('dispute_opened', {}, { isPopulatingDedupe: true });
    const known = new Set(seeded.map(({ id }) => id));
    const emitted = new Map<string, number>();
    for (let at = NOON + HOUR / 2; at <= NOON + hours * HOUR; at += HOUR / 2) {
      app.clock.advanceTo(at);
      for (const other of others) await app.poll(other);
      for (const { id } of await app.poll('dispute_opened'))
        if (!known.has(id) && !emitted.has(String(id))) emitted.set(String(id), at);
    }
    return emitted;
  }

  test('The workflow knows the open disputes once it is turned on, and its user sees the newest', async () => {
    const shown = await app.poll('dispute_opened', {}, { isLoadingSample: true });
    const events = await app.poll('dispute_opened', {}, { isPopulatingDedupe: true });
    const open = openedBetween(0, NOON).filter(({ closedAt }) => closedAt > NOON);
    expect(events.map(({ id }) => id).sort()).toEqual(open.map(({ id }) => String(id)).sort());
    expect(shown).toEqual(events.slice(0, 3));
    expect(open.length).toBeGreaterThan(5);
  });

  test('Every dispute of a day is reported once within the hour, and no other is', async () => {
    const emitted = await watch(24);
    const opened = openedBetween(NOON, NOON + 23 * HOUR);
    expect(opened.length).toBeGreaterThan(2);
    for (const { id, openedAt } of opened)
      expect((emitted.get(String(id)) ?? Number.POSITIVE_INFINITY) - openedAt).toBeLessThan(HOUR);
    const all = openedBetween(NOON, NOON + DAY).map(({ id }) => String(id));
    expect([...emitted.keys()].filter((id) => !all.includes(id))).toEqual([]);
  });

  test('Together with an order trigger, a dispute is reported within the hour at few calls', async () => {
    const emitted = await watch(12, ['new_order']);
    const opened = openedBetween(NOON, NOON + 11 * HOUR);
    expect(opened.length).toBeGreaterThan(0);
    for (const { id, openedAt } of opened)
      expect((emitted.get(String(id)) ?? Number.POSITIVE_INFINITY) - openedAt).toBeLessThan(HOUR);
    // The first check, one every three hours, and one for each new dispute.
    expect(lists()).toBeLessThanOrEqual(1 + 4 + openedBetween(NOON, NOON + 12 * HOUR).length);
  });

  test('Events and stored data of disputes contain no personal data', async () => {
    const events = await app.poll('dispute_opened', {}, { isPopulatingDedupe: true });
    expect(store.text()).toContain(String(events[0]?.id));
    expect(JSON.stringify(events) + store.text()).not.toMatch(/canary/i);
  });

  test('A poll with an expired token asks for a fresh one and succeeds with it', async () => {
    app.sandbox.accounts.expireAccess();
    expect((await thrownBy(app.poll('dispute_opened'))).name).toBe('RefreshAuthError');
    const renewed = await app.run('authentication.oauth2Config.refreshAccessToken');
    app.authData = renewed as Record<string, string>;
    await app.poll('dispute_opened');
    expect(lists()).toBeGreaterThan(0);
  });
});
