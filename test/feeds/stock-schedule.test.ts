import {
  afterCheck,
  afterFailure,
  afterLoss,
  afterRefusal,
  dueAt,
  dueProducts,
  hasNewDemand,
  initialState,
  recordDemand,
  type StockState,
  tooMany,
  waiting,
} from '../../lib/feeds/stock-schedule.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');

const product = (checkedAt: number, due = NOW, interestAt = NOW) => ({ interestAt, checkedAt, dueAt: due });
const state = (watched: StockState['watched']): StockState => ({ watched, historyShards: null });
const full = state(
  Object.fromEntries(Array.from({ length: 100 }, (_, n) => [String(n), product(NOW, NOW + HOUR)])),
);

describe('Watched products', () => {
  test('A product that a workflow names for the first time is due at once', () => {
    const next = recordDemand(initialState(), ['1001'], NOW);
    expect(next.watched).toEqual({ 1001: { interestAt: NOW, checkedAt: 0, dueAt: NOW } });
  });

  test('Interest in a known product is recorded once an hour, and does not make it due', () => {
    const known = state({ 1001: product(NOW - MINUTE, NOW + MINUTE, NOW - HOUR) });
    expect(hasNewDemand(known, ['1001'], NOW - 1)).toBe(false);
    expect(hasNewDemand(known, ['1001'], NOW)).toBe(true);
    expect(recordDemand(known, ['1001'], NOW).watched).toEqual({ 1001: product(NOW - MINUTE, NOW + MINUTE) });
  });

  test('A product is watched until no workflow has named it for 26 hours', () => {
    const known = state({ 1001: product(0, NOW, NOW), 1002: product(0, NOW, NOW + 1) });
    expect(Object.keys(recordDemand(known, [], NOW + 26 * HOUR).watched)).toEqual(['1002']);
  });

  test('At most 100 products are watched, and the others are counted', () => {
    expect(hasNewDemand(full, ['1001', '1002'], NOW)).toBe(false);
    const next = recordDemand(full, ['5', '1001', '1002'], NOW);
    expect(next).toEqual(full);
    expect(tooMany(next, ['5', '1001', '1002'])).toBe(2);
  });

  test('A product takes the place of one whose interest has expired', () => {
    const later = NOW + 26 * HOUR;
    expect(hasNewDemand(full, ['1001'], later)).toBe(true);
    expect(Object.keys(recordDemand(full, ['1001'], later).watched)).toEqual(['1001']);
  });

  test('Asking for new demand does not change the state', () => {
    const before = structuredClone(full);
    hasNewDemand(full, ['1001'], NOW + 30 * HOUR);
    recordDemand(full, ['1001'], NOW + 30 * HOUR);
    expect(full).toEqual(before);
  });
});

describe('Order in which products are checked', () => {
  test('The product that was checked least recently comes first', () => {
    const known = state({ 1001: product(NOW - HOUR), 1002: product(0), 1003: product(NOW - 2 * HOUR) });
    expect(dueProducts(known, NOW)).toEqual(['1002', '1003', '1001']);
  });

  test('A product that is not due is not checked', () => {
    expect(dueProducts(state({ 1001: product(0, NOW + 1) }), NOW)).toStrictEqual([]);
  });

  test.each([
    ['20 minutes after a check', afterCheck, 20 * MINUTE],
    ['6 hours after AliExpress refused it', afterRefusal, 6 * HOUR],
  ])('A product is due again %s', (_, after, everyMs) => {
    const next = after(state({ 1001: product(0) }), '1001', NOW);
    expect(next.watched['1001']).toEqual(product(NOW, NOW + everyMs));
  });

  test('A product whose call failed stays due, behind the others', () => {
    const next = afterFailure(state({ 1001: product(0), 1002: product(NOW - MINUTE) }), '1001', NOW);
    expect(dueProducts(next, NOW)).toEqual(['1002', '1001']);
  });

  test('After a loss all products are due', () => {
    expect(dueProducts(afterLoss(full, NOW), NOW)).toHaveLength(100);
  });
});

describe('Stock plan', () => {
  test('The next visit is due when the first product is', () => {
    const known = state({ 1001: product(0, NOW + 2 * MINUTE), 1002: product(0, NOW + MINUTE) });
    expect(dueAt(known, NOW)).toBe(NOW + MINUTE);
  });

  test('Without watched products no visit is due for 26 hours', () => {
    expect(dueAt(initialState(), NOW)).toBe(NOW + 26 * HOUR);
  });

  test('Overdue products are reported with their number and the earliest due time', () => {
    const known = state({ 1: product(0, NOW - HOUR), 2: product(0, NOW), 3: product(0, NOW + 1) });
    expect(waiting(known, NOW)).toEqual({ count: 2, since: NOW - HOUR });
    expect(waiting(initialState(), NOW)).toBeNull();
  });
});
