import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { review } from '../../lib/aliexpress/records/review.ts';
import { type KnownStates, nextStates } from '../../lib/feeds/engine/record-states.ts';
import { emptyHazard } from '../../lib/feeds/review-likelihood.ts';
import {
  changeTime,
  effectTime,
  entryOfReview,
  isNewReview,
  knownReview,
  reviewTime,
  type WatchedOrder,
  withRating,
} from '../../lib/feeds/review-ratings.ts';
import {
  bestQuery,
  initialState,
  isFromFuture,
  isWorthACall,
  learnFrom,
  leavesOut,
  plan,
  watchedOrder,
  withoutReviews,
} from '../../lib/feeds/review-schedule.ts';
import type { ValuesOf } from '../../lib/pack/record.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const iso = (at: number) => new Date(at).toISOString();

/** An order that was finished and last queried this many days ago. */
const finished = (days: number, checkedDays = days): WatchedOrder => ({
  finishedAt: NOW - days * DAY,
  checkedAt: NOW - checkedDays * DAY,
  lines: 1,
  reviewed: [],
  ratings: {},
  foundAt: 0,
});
/** An order whose review was read two days ago. */
const reviewed = (stars: number, entry = 1): WatchedOrder => ({
  ...finished(10, 2),
  reviewed: ['82011'],
  ratings: { '82011': { stars, since: NOW - 3 * DAY, entry } },
  foundAt: NOW - 2 * DAY,
});
const listed = (...orders: WatchedOrder[]) => orders.map((values, n) => ({ id: String(n), values }));
const state = { ...initialState(NOW), backfill: null, older: { from: 0, until: 0 } };

const ago = (ms: number) => new Date(NOW - ms).toISOString();
/** A review as an answer has it. */
const read = (lineId: string, changes: Partial<ValuesOf<typeof review.fields>> = {}) => ({
  ...recordedItem(review),
  published_at: ago(DAY),
  ...changes,
  line_id: lineId,
});

describe('Review query', () => {
  const idsOf = (...orders: WatchedOrder[]) => bestQuery(listed(...orders), state, NOW).ids;

  test('Orders that are most likely to have a new review are queried first', () => {
    expect(idsOf(finished(20, 1), finished(3, 1), finished(2))).toEqual(['2', '1', '0']);
  });

  test('Of two orders of the same age, the one that was queried longer ago comes first', () => {
    expect(idsOf(finished(10, 1), finished(10, 4))).toEqual(['1', '0']);
  });

  test('An order is not queried again within four hours', () => {
    const fourHours = 4 * HOUR;
    const queried = (ago: number) => ({ ...finished(2), checkedAt: NOW - ago });
    expect(idsOf(queried(fourHours - 1), queried(fourHours))).toEqual(['1']);
  });

  test('An order is queried first when its review takes effect, however lately it was queried', () => {
    const waiting = (effectAgo: number) => ({ ...finished(2, 1 / 24), effectAt: NOW - effectAgo });
    expect(idsOf(finished(2), waiting(-1), waiting(0))).toEqual(['2', '0']);
    expect(isWorthACall(bestQuery(listed(waiting(0)), state, NOW))).toBe(true);
    // It was queried since.
    expect(idsOf(waiting(2 * HOUR))).toEqual([]);
  });

  test('Orders are ranked by how long their reviews are expected to have waited, not by their number', () => {
    // A day at the most likely age brings more reviews than four days at a later one, but these have waited longer.
    expect(idsOf(finished(2, 1), finished(10, 6))).toEqual(['1', '0']);
  });

  test('A review that was there before the feed began has waited for nobody', () => {
    const old = [finished(12), finished(1)];
    // Begun an hour ago, the feed expects more new reviews of young orders; with none before, of those never queried.
    const begunAt = (at: number) => ({ ...state, older: { from: at - 30 * DAY, until: 0 } });
    expect(bestQuery(listed(...old), begunAt(NOW - HOUR), NOW).ids).toEqual(['1', '0']);
    expect(bestQuery(listed(...old), begunAt(NOW - 12 * DAY), NOW).ids).toEqual(['0', '1']);
  });

  test('An order is queried a last time when it cannot get a review any more, and then never again', () => {
    const [before, due, done] = [finished(29.9, 2), finished(30.1, 2), finished(30.1, 0.05)];
    expect(idsOf(finished(2), before, due)[0]).toBe('2');
    expect(bestQuery(listed(done), state, NOW).ids).toEqual([]);
  });

  test('A query names at most 50 orders', () => {
    expect(idsOf(...Array.from({ length: 60 }, () => finished(2)))).toHaveLength(50);
  });

  test('A query is worth a call when it is expected to find 0.15 reviews', () => {
    expect([0.149, 0.15].map((gain) => isWorthACall({ ids: [], gain }))).toEqual([false, true]);
  });
});

describe('When a review takes effect', () => {
  const written = (published_at: string | null, stars: number | null = null) =>
    effectTime(read('82011', { stars, published_at }), NOW);

  test('It is known of a review without stars that says so', () => {
    expect(written(iso(NOW + DAY))).toBe(NOW + DAY);
  });

  test('It is not known where there is no time, a past one, one that is not plausible, or stars', () => {
    const times = [null, iso(NOW), iso(NOW + 30 * DAY)].map((at) => written(at));
    expect([...times, written(iso(NOW + DAY), 5)]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('Review plan', () => {
  test('The next visit is due at the first hour in which a query is worth a call', () => {
    const order = finished(1, 0);
    const { dueAt } = plan(listed(order, order, order), state, NOW);
    const gainAt = (at: number) => bestQuery(listed(order, order, order), state, at).gain;
    expect(gainAt(dueAt)).toBeGreaterThanOrEqual(0.15);
    expect(gainAt(dueAt - HOUR)).toBeLessThan(0.15);
  });

  test('The next visit is due when a review takes effect', () => {
    const order = { ...finished(1, 0), effectAt: NOW + 10 * MINUTE };
    expect(plan(listed(order), state, NOW).dueAt).toBe(NOW + 10 * MINUTE);
    expect(plan(listed({ ...order, effectAt: NOW }), state, NOW).dueAt).toBeGreaterThanOrEqual(NOW + HOUR);
  });

  test('The next visit is due after 12 hours at the latest, to read newly finished orders', () => {
    expect(plan([], state, NOW).dueAt).toBe(NOW + 12 * HOUR);
  });

  test('The next visit is due at once while old orders are left to read', () => {
    expect(plan([], initialState(NOW), NOW).dueAt).toBe(NOW);
  });

  test('Coverage is the number of orders, and the time at which the first of them was last queried', () => {
    const { coverage } = plan(listed(finished(9, 2), finished(9, 5)), state, NOW);
    expect(coverage).toEqual({ count: 2, since: NOW - 5 * DAY });
    expect(plan([], state, NOW).coverage).toEqual({ count: 0, since: NOW });
  });
});

describe('Watched orders', () => {
  const completed = { status: 'FINISH', end_reason_category: 'completed', updated_at: iso(NOW - DAY) };

  test('A completed order is watched from the time it was finished, with its number of line items', () => {
    const order = anOrder(completed);
    expect(watchedOrder(order, NOW)).toEqual({ ...finished(1), lines: order.line_items.length });
  });

  test('An order without readable line items counts as one line item', () => {
    expect(watchedOrder(anOrder({ ...completed, line_items: [] }), NOW)?.lines).toBe(1);
  });

  test.each([
    ['is not finished', { status: 'WAIT_BUYER_ACCEPT_GOODS' }],
    ['was cancelled', { end_reason_category: 'cancelled_by_buyer' }],
    ['was finished more than 32 days ago', { updated_at: iso(NOW - 32 * DAY - 1) }],
    ['has no date', { updated_at: null }],
  ])('An order that %s is not watched', (_, changes) => {
    expect(watchedOrder(anOrder({ ...completed, ...changes }), NOW)).toBeUndefined();
  });
});

describe('New reviews', () => {
  test('Any review of an order that is queried for the first time is new', () => {
    expect(isNewReview('82011', 5, finished(10))).toBe(true);
  });

  test('A review of an order that is no longer watched is new', () => {
    expect(isNewReview('82011', 5, undefined)).toBe(true);
  });

  test('A review that was read before is not new', () => {
    expect(isNewReview('82011', 5, reviewed(5))).toBe(false);
  });

  test('A review that an earlier answer has left out is new, however old it is', () => {
    expect(isNewReview('82012', 5, reviewed(5))).toBe(true);
  });

  test('A review whose rating was edited is new', () => {
    expect(isNewReview('82011', 1, reviewed(5))).toBe(true);
  });

  test.each([
    [5, 1, 1],
    [2, 4, 2],
    [2, 2, 1],
    [2, 1.5, 1],
  ])('A rating that was %s and is %s is entry %s', (before, after, entry) => {
    expect(entryOfReview('82011', after, reviewed(before))).toBe(entry);
  });

  test('A review that was read before is known in the state in which it was read', () => {
    const known = knownReview(read('82011'), reviewed(5, 3));
    expect(known).toMatchObject({
      states: [{ values: { stars: 5 }, since: NOW - 3 * DAY, entry: 3 }],
      fetchedAt: NOW - 2 * DAY,
    });
  });

  test('A line item that had no review at the last query is known without one', () => {
    expect(knownReview(read('82012'), reviewed(5))?.states).toStrictEqual([]);
    expect(knownReview(read('82011'), finished(10))).toBeUndefined();
  });

  /** Since when a review with one star is in that state. */
  const sinceOf = (values: ReturnType<typeof read>) => {
    const known = knownReview(values, reviewed(5)) as KnownStates;
    const seen = { values: { stars: 1 }, changedAt: changeTime(values), now: NOW };
    return nextStates(known, seen).at(-1)?.since;
  };

  test('A rating that was edited counts from the change of the review', () => {
    expect(sinceOf(read('82011', { updated_at: ago(3 * HOUR) }))).toBe(NOW - 3 * HOUR);
    expect(sinceOf(read('82011', { published_at: null, updated_at: ago(3 * HOUR) }))).toBe(NOW - 3 * HOUR);
  });

  test('A new review without a date of effect counts from the visit that saw it', () => {
    expect(sinceOf(read('82012', { published_at: null, updated_at: ago(9 * DAY) }))).toBe(NOW);
  });

  test('A review takes effect on its date, or when it was changed last, or when it was written', () => {
    const times = { published_at: ago(1), updated_at: ago(2), reviewed_at: ago(3) };
    expect(reviewTime(times)).toBe(Date.parse(ago(1)));
    expect(reviewTime({ ...times, published_at: null })).toBe(Date.parse(ago(2)));
    expect(reviewTime({ ...times, published_at: null, updated_at: null })).toBe(Date.parse(ago(3)));
    expect(reviewTime({ published_at: null, updated_at: null, reviewed_at: null })).toBeUndefined();
  });

  test('A rating that was read is remembered with its state', () => {
    const state = { values: { stars: 1 }, since: NOW, after: NOW - DAY, entry: 2 };
    expect(withRating(reviewed(5).ratings, '82011', state)).toEqual({
      '82011': { stars: 1, since: NOW, after: NOW - DAY, entry: 2 },
    });
  });

  test('An order with all its reviews fills calls that have room, and never takes one', () => {
    expect(bestQuery(listed(reviewed(5)), state, NOW).ids).toEqual(['0']);
    const closed = Array.from({ length: 50 }, () => reviewed(5));
    expect(isWorthACall(bestQuery(listed(...closed), state, NOW + 20 * DAY))).toBe(false);
  });

  test('An order with all its reviews takes the place of one without, once it was not queried for long', () => {
    const closedDays = (days: number) => ({
      ...reviewed(5),
      finishedAt: NOW - 20 * DAY,
      checkedAt: NOW - days * DAY,
    });
    const open = finished(5, 0.5);
    expect(bestQuery(listed(open, closedDays(10)), state, NOW).ids).toEqual(['0', '1']);
    expect(bestQuery(listed(open, closedDays(14)), state, NOW).ids).toEqual(['1', '0']);
  });

  test('An answer without a review that was read before has left orders out', () => {
    const watched = new Map([['8201', { id: '8201', values: { ...finished(10, 2), reviewed: ['82011'] } }]]);
    const query = { ids: ['8201'], gain: 1 };
    expect(leavesOut(query, new Map([['8202', new Set(['82021'])]]), watched)).toBe(true);
    expect(leavesOut(query, new Map([['8201', new Set(['82011'])]]), watched)).toBe(false);
  });

  test('An answer without reviews is doubted only where many are expected', () => {
    expect(leavesOut({ ids: ['8201'], gain: 6 }, new Map(), new Map())).toBe(true);
    expect(leavesOut({ ids: ['8201'], gain: 2 }, new Map(), new Map())).toBe(false);
  });

  test('A queried order teaches the hazard without changing the one that is passed in', () => {
    const before = emptyHazard();
    const after = learnFrom(before, finished(3, 1), NOW, true);
    expect(before).toEqual(emptyHazard());
    expect(after.days.reduce((sum, days) => sum + days, 0)).toBe(1);
    expect(after.found.reduce((sum, found) => sum + found, 0)).toBe(1);
  });
});

describe('Orders that are queried again', () => {
  test('One whose reviews were lost comes first, at once', () => {
    const lost = { ...finished(20, 0), foundAt: NOW - DAY };
    expect(bestQuery(listed(finished(2), lost), state, NOW)).toMatchObject({ ids: ['1', '0'] });
    expect(withoutReviews(reviewed(5))).toMatchObject({ checkedAt: NOW - 10 * DAY, reviewed: [] });
  });

  test('One that was queried by a clock which was a day ahead is noticed', () => {
    expect(isFromFuture(finished(3, -1), NOW)).toBe(true);
    expect(isFromFuture(finished(3, 0), NOW)).toBe(false);
  });

  test('One with all its reviews teaches nothing, and one without teaches its days', () => {
    const before = emptyHazard();
    expect(learnFrom(before, reviewed(5), NOW, false)).toBe(before);
    const { found } = learnFrom(before, finished(3, 1), NOW, false);
    expect(found).toStrictEqual(before.found);
  });

  test('One of two line items with a review may get another', () => {
    const half = { ...reviewed(5), lines: 2 };
    expect(plan(listed(half, reviewed(5)), state, NOW).coverage).toStrictEqual({
      count: 1,
      since: NOW - 2 * DAY,
    });
  });
});

test('What an earlier answer has said of a review without a date of effect is kept', () => {
  const undated = read('82012', { published_at: null, updated_at: ago(9 * DAY) });
  expect(knownReview(undated, reviewed(5))?.changedAt).toBe(NOW - 9 * DAY);
  expect(knownReview(read('82012', { updated_at: ago(9 * DAY) }), reviewed(5))?.changedAt).toBeUndefined();
  expect(knownReview({ ...undated, line_id: '82011' }, reviewed(5))?.changedAt).toBeUndefined();
});

test('The first rating of an order that is no longer known is its first entry', () => {
  expect(entryOfReview('82011', 1, undefined)).toBe(1);
  expect(entryOfReview('82012', 1, reviewed(5))).toBe(1);
  const state = { values: { stars: 1 }, since: NOW };
  expect(withRating({}, '82011', state)).toMatchObject({ '82011': { stars: 1, entry: 1 } });
});

test('While old orders are left to read, a full look costs the calls for a day of their lists too', () => {
  const left = { ...state, older: { from: NOW - 30 * DAY, until: NOW - 3 * DAY } };
  expect(plan([], left, NOW).lookCalls).toBeCloseTo(plan([], state, NOW).lookCalls + 12, 6);
});

test('A new feed looks first for the reviews of orders that were finished within three days, and then within thirty', () => {
  expect(initialState(NOW)).toMatchObject({
    backfill: { until: NOW, since: NOW - 3 * DAY },
    older: { from: NOW - 30 * DAY, until: NOW - 3 * DAY },
    dueAt: NOW,
    coverage: { count: 0, since: NOW },
  });
});
