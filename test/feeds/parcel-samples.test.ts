import { newBackfill } from '../../lib/feeds/backfill.ts';
import { afterFailedSample, closeSample, maySample, wantedSample } from '../../lib/feeds/parcel-samples.ts';
import { initialState, type ParcelsState } from '../../lib/feeds/parcel-state.ts';
import { newParcel, type WatchedParcel } from '../../lib/feeds/parcel-watch.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');

/** A feed that began long ago, and has not read the list since. */
const began = initialState(NOW - 90 * DAY);
const state = (changes: Partial<ParcelsState> = {}): ParcelsState => ({
  ...began,
  backfill: null,
  ...changes,
});
const parcel = (id: string, days: number, changes: Partial<WatchedParcel> = {}) => ({
  id,
  values: newParcel({ orders: [id], shippedAt: NOW - days * DAY, ...changes }),
});
const pending = [3, 5, 7, 8, 20].map((days) => parcel(`order/${days}`, days));
const numbered = (count: number, days: number, changes: Partial<WatchedParcel> = {}) =>
  Array.from({ length: count }, (_, n) => parcel(`LP${n}`, days, changes));
const daysOf = (window: ReturnType<typeof wantedSample>) =>
  window && [window.from, window.to].map((at) => (NOW - at) / DAY);

describe('List that is read for numbers', () => {
  test('It is that of the oldest day, up to nine days back, on which an order without a number was shipped', () => {
    expect(daysOf(wantedSample(pending, state(), NOW))).toEqual([8.5, 7.5]);
    const { listing } = state();
    const later = state({ listing: { ...listing, sampled: NOW - 7.5 * DAY } });
    expect(daysOf(wantedSample(pending, later, NOW))).toEqual([7.5, 6.5]);
  });

  test('It is found among the orders of a shop with 150,000', () => {
    const { values } = parcel('order/8', 8);
    const many = Array.from({ length: 150_000 }, (_, n) => ({ id: `order/${n}`, values }));
    expect(daysOf(wantedSample(many, state(), NOW))).toEqual([8.5, 7.5]);
  });

  test('It is read only where fewer than ten parcels with a number are as promising', () => {
    const wanted = (...parcels: ReturnType<typeof parcel>[]) =>
      wantedSample([...pending, ...parcels], state(), NOW) !== undefined;
    expect(wanted(...numbered(9, 8))).toBe(true);
    expect(wanted(...numbered(10, 8))).toBe(false);
    // These were queried, or were shipped too lately.
    expect(wanted(...numbered(10, 8, { checkedAt: NOW - DAY }))).toBe(true);
    expect(wanted(...numbered(10, 3.5))).toBe(true);
  });

  test('It is not read before numbers are of use', () => {
    expect(wantedSample([parcel('order/1', 1)], state(), NOW)).toBeUndefined();
    const hours = state({ withoutUpdate: { 24: NOW }, customs: { 24: NOW } });
    expect(daysOf(wantedSample([parcel('order/1', 1)], hours, NOW))).toEqual([1.5, 2 / 3]);
  });

  test('After a failure it is read again half an hour later, and after further ones up to six hours later', () => {
    let { listing } = state();
    expect(maySample(listing, NOW)).toBe(true);
    for (const hours of [0.5, 1, 2, 4, 6, 6]) {
      listing = afterFailedSample(listing, NOW);
      expect(maySample(listing, NOW + hours * HOUR - 1)).toBe(false);
      expect(maySample(listing, NOW + hours * HOUR)).toBe(true);
    }
    // The clock may have been set back.
    expect(maySample(listing, NOW - 7 * HOUR)).toBe(true);
  });

  test('It is not read while AliExpress refuses it', () => {
    const { listing } = state();
    const refused = state({ listing: { ...listing, refusedUntil: NOW + HOUR } });
    expect(wantedSample(pending, refused, NOW)).toBeUndefined();
  });

  test('A shop whose orders are not all known reads it from seven days before the feed began', () => {
    const startedAt = NOW - HOUR;
    const unknown = state({ startedAt, backfill: newBackfill(startedAt) });
    expect(daysOf(wantedSample([], unknown, NOW))).toEqual([7 + 1 / 24, 6 + 1 / 24]);
    expect(wantedSample([], state({ startedAt }), NOW)).toBeUndefined();
  });

  test('What is not wanted of a day is left out', () => {
    const window = wantedSample(pending, state(), NOW) ?? null;
    const open = { ...state().listing, open: window };
    expect(wantedSample(pending, state({ listing: open }), NOW)).toBe(window);
    expect(closeSample(open)).toMatchObject({ open: null, sampled: window?.to });
  });
});
