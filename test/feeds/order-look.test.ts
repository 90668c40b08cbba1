import type { KnownOrders } from '../../lib/feeds/order-known.ts';
import { afterLook, isLookDue, neededCalls, rareCallsPerDay } from '../../lib/feeds/order-look.ts';
import { initialState, type OrdersState, withStream } from '../../lib/feeds/order-streams.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { anOrder } from '../support/records.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const STATE = { ...initialState(NOW - 7 * DAY), lookCalls: 1 };
const TOGETHER: OrdersState = { ...STATE, listing: { ended: 'together', since: NOW } };

/** Orders that changed one after another, as many as change on a day. */
const changing = (perDay: number, status = 'WAIT_BUYER_ACCEPT_GOODS'): KnownOrders =>
  new Map(
    Array.from({ length: perDay }, (_, n) => {
      const updated_at = new Date(NOW - (n * DAY) / perDay).toISOString();
      return [String(n), { values: anOrder({ updated_at, status }) }];
    }),
  );
const looked = (known: KnownOrders, { state = TOGETHER, calls = 1 } = {}) =>
  afterLook(state, calls, { known, now: NOW });

describe('When the next look at the orders is due', () => {
  const minutes = (perDay: number) => Math.round((looked(changing(perDay)).lookBy - NOW) / MINUTE);

  test('It is due before so many orders have changed that they need a second page', () => {
    expect([minutes(288), minutes(720), minutes(1440)]).toEqual([140, 50, 20]);
  });

  test('In a shop with very many orders it is due at once', () => {
    expect(minutes(6000)).toBe(0);
  });

  test('In a shop without orders it is not due for a day', () => {
    expect(minutes(0)).toBe(DAY / MINUTE);
  });

  test('Where ended orders are listed apart, it is due when they are', () => {
    const apart: OrdersState = { ...STATE, listing: { ended: 'apart', since: NOW } };
    const waiting = withStream(apart, 'finished', { dueAt: NOW + 20 * MINUTE });
    expect(looked(changing(0), { state: waiting }).lookBy).toBe(NOW + 20 * MINUTE);
    // They are read in the same visit.
    const due = withStream(apart, 'finished', { dueAt: NOW });
    expect(looked(changing(0), { state: due }).lookBy).toBe(NOW + 100 * MINUTE);
  });

  test('It is not due before the first look, nor before its time', () => {
    expect(isLookDue(STATE, NOW)).toBe(false);
    const { lookBy } = looked(changing(720));
    const state = looked(changing(720));
    expect([isLookDue(state, lookBy - 1), isLookDue(state, lookBy)]).toEqual([false, true]);
  });
});

describe('Calls that the orders need', () => {
  /** `late`, `older`, `finished` and the two of what has ended long after it was placed. */
  const CHECKS = 8 + 4 + 1 + 1 + 1 / 3;

  test('They are enough for looks of one page, and for the lists that are read rarely', () => {
    expect(neededCalls(looked(changing(720)))).toBeCloseTo(28.8 + CHECKS, 0);
  });

  test.each([-HOUR, 2 * HOUR, DAY])('They are known where the clock was set back by %i ms', (ms) => {
    const before = { ...TOGETHER, readSince: NOW + ms };
    expect(neededCalls(looked(changing(0), { state: before }))).toBeCloseTo(CHECKS, 0);
  });

  test('They grow with the pages that a look has', () => {
    const needed = neededCalls(looked(changing(720), { state: { ...TOGETHER, lookCalls: 2 }, calls: 2 }));
    expect(needed).toBeCloseTo(2 * 28.8 + CHECKS, 0);
  });

  test('Pages of orders to be shipped are part of them while a workflow watches deadlines', () => {
    const known = changing(240, 'WAIT_SELLER_SEND_GOODS');
    const state = { ...TOGETHER, unshippedInterestAt: NOW - HOUR };
    expect(neededCalls(looked(known, { state })) - neededCalls(looked(known))).toBe(5);
  });

  test('Those for the rare lists come on top of the looks, which are not fewer where ended orders are listed apart', () => {
    const apart: OrdersState = { ...TOGETHER, listing: { ended: 'apart', since: 0 } };
    const settled = (state: OrdersState) => withStream(state, 'late', { watermark: NOW - 2 * HOUR });
    const rare = (state: OrdersState) => rareCallsPerDay(looked(changing(720), { state }));
    expect([rare(TOGETHER), rare(settled(TOGETHER))]).toEqual([CHECKS, 4 + 1 + 1 + 1 / 3]);
    const read = withStream(settled(apart), 'older', { watermark: NOW });
    expect(rare(read)).toBeCloseTo(14.4 + 1 + 1 / 3, 6);
  });

  test('They are never more than half of an ordinary day', () => {
    expect(neededCalls(looked(changing(6000)))).toBe(100);
  });
});
