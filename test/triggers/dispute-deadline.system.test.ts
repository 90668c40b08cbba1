import { SELLER_MUST_ACT } from '../../lib/aliexpress/dispute-terms.ts';
import { disputeDetail } from '../../lib/aliexpress/methods/dispute-detail.ts';
import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { openDispute } from '../../lib/aliexpress/records/open-dispute.ts';
import { fires, toEvent } from '../../lib/pack/event.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { isWaitingForSeller } from '../../sandbox/disputes.ts';
import disputeDeadline from '../../triggers/dispute-deadline.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';
import { contextAt } from '../support/event-context.ts';
import { type RecordingStore, recordingStore } from '../support/recording-store.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const inHours = (hours: number) => new Date(NOON + hours * HOUR).toISOString();
const anOpenDispute = (changes: object) => ({ ...recordedItem(openDispute), ...changes });
const firesFor = (changes: object, hoursLeft = 48) =>
  fires(disputeDeadline, anOpenDispute(changes), { hours_before: hoursLeft }, NOON);

test.each(SELLER_MUST_ACT)(
  'A dispute in the stage %s, in which the seller must act, is reported',
  (stage) => {
    expect(firesFor({ stage, stage_due_at: inHours(10) })).toBe(true);
  },
);

test.each(['wait_for_buyer_response', 'wait_for_AE_feedback', 'refund_success', null])(
  'A dispute in the stage %s is not reported',
  (stage) => {
    expect(firesFor({ stage, stage_due_at: inHours(10) })).toBe(false);
  },
);

test('A dispute with exactly the chosen hours left is reported', () => {
  expect(firesFor({ stage_due_at: inHours(48) })).toBe(true);
});

test('A dispute with more time left is not reported', () => {
  expect(firesFor({ stage_due_at: inHours(48.1) })).toBe(false);
});

test('A dispute past its deadline is not reported', () => {
  expect(firesFor({ stage_due_at: inHours(-0.1) })).toBe(false);
});

test('A dispute without a deadline is not reported', () => {
  expect(firesFor({ stage_due_at: null })).toBe(false);
});

test('The message names the deadline and the maximum refund in both languages', () => {
  const event = toEvent(disputeDeadline, recordedItem(openDispute), { hours_before: 48 }, contextAt(NOW));
  expect(event.due_at).toBe('2026-11-25T05:12:30Z');
  expect(event.text).toContain('**Maximum refund** USD 23.50');
  expect(event.text_zh).toContain('**响应截止** 11-25 13:12');
});

test('The next stage of a dispute is an event of its own', () => {
  const idOf = (stage: string) => toEvent(disputeDeadline, anOpenDispute({ stage }), {}, contextAt(NOW)).id;
  expect(idOf('wait_for_seller_response')).not.toBe(idOf('wait_for_your_evidence'));
});

describe('Dispute Deadline Approaching in a shop', () => {
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

  const disputes = () => [...app.sandbox.shop.disputes.values()];
  const details = () =>
    [...app.sandbox.calls.byDay.values()].reduce((sum, day) => sum + (day.get(disputeDetail.name) ?? 0), 0);

  /** Polls every hour; when each event was there first, by dispute. An event that comes twice counts twice. */
  async function watch(days: number): Promise<Map<string, number[]>> {
    const seeded = await app.poll('dispute_deadline', {}, { isPopulatingDedupe: true });
    const known = new Set(seeded.map(({ id }) => id));
    const emitted = new Map<string, number[]>();
    for (let at = NOON + HOUR; at <= NOON + days * DAY; at += HOUR) {
      app.clock.advanceTo(at);
      for (const { id, dispute_id } of await app.poll('dispute_deadline')) {
        if (known.has(id)) continue;
        known.add(id);
        emitted.set(String(dispute_id), [...(emitted.get(String(dispute_id)) ?? []), at]);
      }
    }
    return emitted;
  }

  test('Each dispute that needs a response is reported once when 48 hours are left, no other is', async () => {
    const emitted = await watch(3);
    const near = disputes().filter((dispute) => {
      const at = dispute.answerDueAt - 48 * HOUR;
      return at > NOON && at < NOON + 3 * DAY - 3 * HOUR && isWaitingForSeller(dispute, at + 3 * HOUR);
    });
    expect(near.length).toBeGreaterThan(3);
    for (const { id, answerDueAt } of near) {
      const [at = Number.POSITIVE_INFINITY, ...again] = emitted.get(String(id)) ?? [];
      expect([at - (answerDueAt - 48 * HOUR) < 3 * HOUR, again]).toEqual([true, []]);
    }
    const byId = new Map(disputes().map((dispute) => [String(dispute.id), dispute]));
    for (const id of emitted.keys()) {
      const dispute = byId.get(id);
      expect(dispute && isWaitingForSeller(dispute, dispute.answerDueAt - 48 * HOUR)).toBe(true);
    }
  });

  test('What came near in a pause is not reported while AliExpress cannot be queried', async () => {
    await watch(4 / 24);
    app.clock.advanceTo(NOON + DAY);
    const isLater = (due: unknown) => Date.parse(String(due)) - 48 * HOUR > NOON + 8 * HOUR;
    const later = async () =>
      (await app.poll('dispute_deadline')).filter(({ stage_due_at }) => isLater(stage_due_at));
    app.sandbox.faults.active = 'http_5xx';
    expect(await later()).toEqual([]);
    app.sandbox.faults.active = null;
    app.clock.advanceTo(NOON + DAY + HOUR);
    expect(await later()).not.toEqual([]);
  });

  test('Each open dispute takes one call, and another one when it changes', async () => {
    const hours = 12;
    await watch(hours / 24);
    const until = NOON + hours * HOUR;
    const seen = disputes().filter(({ openedAt, closedAt }) => openedAt < until && closedAt > NOON);
    const answered = seen.filter(
      ({ answeredAt = 0, openedAt }) => answeredAt > Math.max(NOON, openedAt) && answeredAt < until,
    );
    expect(details()).toBeGreaterThan(5);
    expect(details()).toBeLessThanOrEqual(seen.length + answered.length);
  });

  test('A dispute takes no call for its detail if no workflow watches deadlines', async () => {
    await app.poll('dispute_opened');
    expect(details()).toBe(0);
  });

  test('Events and stored data of dispute deadlines contain no personal data', async () => {
    const events = await app.poll('dispute_deadline', { hours_before: 240 }, { isPopulatingDedupe: true });
    expect(store.text()).toContain(String(events[0]?.dispute_id));
    expect(JSON.stringify(events) + store.text()).not.toMatch(/canary/i);
  });

  test('The log does not name the buyer, although the request must', async () => {
    await app.poll('dispute_deadline');
    expect(details()).toBeGreaterThan(0);
    expect(JSON.stringify(app.logged)).not.toMatch(/canary/i);
  });
});
