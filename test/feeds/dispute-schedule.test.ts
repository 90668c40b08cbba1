import {
  asClosed,
  beginningAt,
  confirming,
  type DisputesState,
  fromFirstPage,
  hasNewDemand,
  initialState,
  isGone,
  isUrgent,
  knownUntil,
  type ListedDispute,
  needsDetail,
  nextReading,
  type OpenDispute,
  oldestFirst,
  recordDemand,
  stillWaiting,
  withListedOrders,
} from '../../lib/feeds/dispute-schedule.ts';
import { newReading } from '../../lib/feeds/engine/paging.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const iso = (at: number) => new Date(at).toISOString();

const state = (changes: Partial<DisputesState> = {}): DisputesState => ({
  ...initialState(NOW - DAY),
  dueAt: NOW + HOUR,
  reading: { ...newReading({ size: 50 }), page: 3, calls: 2, total: 120 },
  ...changes,
});
const others = { closings: false, ordersEnded: [] };
const noDeadlines = (...ordersInDispute: string[]) => ({ deadlines: false, ordersInDispute, ...others });
const deadlines = (...ordersInDispute: string[]) => ({ deadlines: true, ordersInDispute, ...others });

const row = { dispute_id: '600101', order_id: '8201', updated_at: iso(NOW - HOUR) } as ListedDispute;
const detail = (changes: Partial<OpenDispute> = {}): OpenDispute =>
  ({ ...row, status: 'processing', stage: 'wait_for_seller_response', ...changes }) as OpenDispute;

describe('Schedule of the dispute list', () => {
  const listedAt = (at: number, dueAt: number, changes: Partial<DisputesState> = {}) =>
    state({ listed: { count: 3, at }, dueAt, ...changes });

  test.each([
    ['a new dispute', listedAt(NOW - HOUR, NOW), true],
    ['the next reading of every three hours', listedAt(NOW - 3 * HOUR, NOW), false],
    ['a list that is read whenever calls allow', listedAt(NOW - HOUR, NOW - HOUR), false],
    ['a list that may have lacked disputes', listedAt(NOW - HOUR, NOW, { unproven: 1 }), false],
    ['what is due later', listedAt(NOW - HOUR, NOW + 1), false],
  ])('Whether it cannot wait for calls: %s', (_, due, expected) => {
    expect(isUrgent(due, NOW)).toBe(expected);
  });

  test('An order in dispute for which the list was not read makes the list due at once', () => {
    const next = recordDemand(state({ knownOrders: ['8201'] }), noDeadlines('8201', '8202'), NOW);
    expect(next).toMatchObject({ dueAt: NOW, reading: { page: 1, calls: 0 }, knownOrders: ['8201', '8202'] });
  });

  test('An order in dispute for which the list was read does not make the list due', () => {
    const known = state({ knownOrders: ['8201'] });
    expect(hasNewDemand(known, noDeadlines('8201'), NOW)).toBe(false);
    expect(recordDemand(known, noDeadlines('8201'), NOW)).toEqual(known);
  });

  test('An order that is no longer in dispute is forgotten when another one is recorded', () => {
    const next = recordDemand(state({ knownOrders: ['8201', '8202'] }), noDeadlines('8202', '8203'), NOW);
    expect(next.knownOrders).toEqual(['8202', '8203']);
  });

  test('The first workflow that wants deadlines makes the list due at once', () => {
    expect(recordDemand(state(), deadlines(), NOW)).toMatchObject({
      dueAt: NOW,
      reading: { page: 1, calls: 0 },
    });
  });

  test('Interest in deadlines is recorded once an hour, and does not make the list due again', () => {
    const recently = state({ deadlineInterestAt: NOW - HOUR + 1 });
    expect(hasNewDemand(recently, deadlines(), NOW)).toBe(false);
    const anHourAgo = state({ deadlineInterestAt: NOW - HOUR });
    expect(hasNewDemand(anHourAgo, deadlines(), NOW)).toBe(true);
    expect(recordDemand(anHourAgo, deadlines(), NOW)).toEqual({ ...anHourAgo, deadlineInterestAt: NOW });
  });

  test('A workflow that wants no deadlines records no interest in them', () => {
    expect(recordDemand(state(), noDeadlines(), NOW).deadlineInterestAt).toBe(0);
  });

  test('Asking for new demand does not change the state', () => {
    const before = state();
    const copy = structuredClone(before);
    hasNewDemand(before, deadlines('8202'), NOW);
    recordDemand(before, deadlines('8202'), NOW);
    expect(before).toEqual(copy);
  });

  test('The list is read every three hours if an orders feed would show a new dispute', () => {
    expect(nextReading(NOW, true)).toBe(NOW + 3 * HOUR);
  });

  test('The list is read as often as calls allow if there is no orders feed', () => {
    expect(nextReading(NOW, false)).toBe(NOW);
  });

  test('Orders that the list has shown count as known, 500 at most', () => {
    const listed = Array.from({ length: 600 }, (_, n) => ({ ...row, order_id: String(n) }));
    expect(withListedOrders(['8201', '0'], listed.slice(0, 2))).toEqual(['8201', '0', '1']);
    expect(withListedOrders([], listed)).toHaveLength(500);
  });

  test('A restart of the list keeps everything but reading and time', () => {
    const before = state({ knownOrders: ['8201'] });
    expect(fromFirstPage(before, NOW)).toEqual({ ...before, reading: newReading({ size: 50 }), dueAt: NOW });
  });

  test('What waits keeps the time at which it began to wait', () => {
    const waiting = { count: 3, since: NOW - HOUR };
    expect(stillWaiting(state(), 5, NOW)).toEqual({ count: 5, since: NOW });
    expect(stillWaiting(state({ waiting }), 2, NOW)).toEqual({ count: 2, since: NOW - HOUR });
  });
});

describe('Schedule of dispute details', () => {
  test('A dispute without a known detail needs one', () => {
    expect(needsDetail(undefined, row, NOW)).toBe(true);
  });

  test('A dispute that has not changed needs no new detail', () => {
    const stage_due_at = iso(NOW + HOUR);
    expect(needsDetail(detail({ stage_due_at, stage_checked_at: iso(NOW - HOUR) }), row, NOW)).toBe(false);
    expect(needsDetail(detail({ stage_due_at: null, stage_checked_at: iso(NOW - HOUR) }), row, NOW)).toBe(
      false,
    );
  });

  test('A dispute that the list shows as changed needs a new detail', () => {
    expect(needsDetail(detail({ updated_at: iso(NOW - DAY) }), row, NOW)).toBe(true);
  });

  test('A dispute whose deadline has passed needs one new detail, and then no more', () => {
    const passed = { stage_due_at: iso(NOW - HOUR) };
    expect(needsDetail(detail({ ...passed, stage_checked_at: iso(NOW - 2 * HOUR) }), row, NOW)).toBe(true);
    expect(needsDetail(detail({ ...passed, stage_checked_at: iso(NOW - 1) }), row, NOW)).toBe(false);
  });

  test('A passed deadline needs a new detail if a clock that was wrong has dated the last one later than now', () => {
    const passed = { stage_due_at: iso(NOW - HOUR), stage_checked_at: iso(NOW + 7 * HOUR) };
    expect(needsDetail(detail(passed), row, NOW)).toBe(true);
  });

  test('A dispute that is listed again after it was closed needs a new detail', () => {
    expect(needsDetail(asClosed(detail()), row, NOW)).toBe(true);
  });

  test('The detail of the dispute that was opened first is fetched first', () => {
    const opened = [NOW, NOW - DAY, NOW - HOUR].map((at) => ({ ...row, opened_at: iso(at) }));
    const sorted = opened.toSorted(oldestFirst).map(({ opened_at }) => opened_at);
    expect(sorted).toEqual([NOW - DAY, NOW - HOUR, NOW].map(iso));
  });

  test('A dispute that is no longer listed is closed once, and needs no response', () => {
    const open = detail({ stage_due_at: iso(NOW) });
    expect(isGone(open, new Set())).toBe(true);
    expect(isGone(open, new Set([open.dispute_id]))).toBe(false);
    expect(asClosed(open)).toMatchObject({ stage: null, stage_due_at: null });
    expect(isGone(asClosed(open), new Set())).toBe(false);
  });
});

describe('Reading of the dispute list', () => {
  const listedAt = (msAgo: number) => state({ listed: { count: 60, at: NOW - msAgo } });

  test('Of many disputes that were listed a few hours ago, an empty list is not believed', () => {
    expect(beginningAt(listedAt(HOUR), NOW).minTotal).toBeGreaterThan(0);
  });

  test('An empty list is believed where the last one is a week old, and where there were few', () => {
    expect(beginningAt(listedAt(7 * DAY), NOW).minTotal).toBe(0);
    expect(beginningAt(state({ listed: { count: 2, at: NOW - HOUR } }), NOW).minTotal).toBe(0);
  });

  test('A dispute is known to be as it says until the list or its detail was read', () => {
    expect(knownUntil(listedAt(HOUR), { fetchedAt: NOW - DAY })).toBe(NOW - HOUR);
    expect(knownUntil(listedAt(DAY), { fetchedAt: NOW })).toBe(NOW);
  });

  test('The list is read where a dispute must be known longer, unless it is to be read anyway', () => {
    const needed = confirming(listedAt(HOUR), NOW);
    expect(needed).toEqual({ ...listedAt(HOUR), dueAt: NOW });
    expect(confirming(needed ?? listedAt(0), NOW)).toBeUndefined();
    expect(confirming(listedAt(HOUR), NOW - HOUR)).toBeUndefined();
  });
});
