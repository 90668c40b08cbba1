import { DAY, HOUR } from '../../lib/runtime.ts';
import { minParcelCalls, minReviewCalls } from '../../sandbox/lower-bounds.ts';
import type { Parcel } from '../../sandbox/parcels.ts';
import { RUN_START } from '../../sandbox/run.ts';
import { openShop, type Shop } from '../../sandbox/shop.ts';

const span = { from: 0, to: 20 * DAY };

/** A shop with one parcel: events at these hours. */
function shopWith(hours: number[], changes: Partial<Parcel> = {}): Shop {
  const events = hours.map((hour) => ({ at: hour * HOUR, code: 'LH_DEPART', text: '', place: '' }));
  const parcel = { shippedAt: 0, orderEndsAt: 60 * DAY, events, ...changes } as Parcel;
  return { parcels: [parcel] } as unknown as Shop;
}

describe('Lower bound of parcel calls', () => {
  test('A parcel whose order ends before it can stall needs no call', () => {
    expect(minParcelCalls(shopWith([], { orderEndsAt: 71 * HOUR }), span)).toBe(0);
  });

  test('A parcel that is delivered at its first check needs one call besides the list', () => {
    const delivered = [{ at: 60 * HOUR, code: 'GTMS_SIGNED', text: '', place: '' }];
    expect(minParcelCalls(shopWith([], { events: delivered }), span)).toBe(2);
  });

  test('The tracking numbers of 50 parcels stand on one page', () => {
    const parcels = (count: number) => ({
      parcels: Array.from({ length: count }, () => shopWith([]).parcels[0]),
    });
    const calls = (count: number) => minParcelCalls(parcels(count) as unknown as Shop, span);
    expect([calls(50), calls(51)]).toEqual([50 * 6 + 1, 51 * 6 + 2]);
  });

  test.each([
    ['72 hours after', 130, 2],
    ['72 and 120 hours after', 150, 3],
  ])('A parcel is checked again %s the last known event', (_, arrivedAt, checks) => {
    // The check at hour 72 finds the event of hour 70, so the next checks are at hours 142 and 190.
    const events = [
      { at: 70 * HOUR, code: 'LH_DEPART', text: '', place: '' },
      { at: arrivedAt * HOUR, code: 'SIGNED', text: '', place: '' },
    ];
    expect(minParcelCalls(shopWith([], { events }), span)).toBe(1 + checks);
  });

  test('A parcel without updates is checked at 72 and 120 hours, then every 72 hours', () => {
    // Hours 72, 120, 192, 264, 336, 408 of 480.
    expect(minParcelCalls(shopWith([]), span)).toBe(1 + 6);
  });

  test('A parcel that was shipped long ago is checked at once', () => {
    const late = { from: 10 * DAY, to: 10 * DAY + HOUR };
    expect(minParcelCalls(shopWith([]), late)).toBe(2);
  });

  test('The lower bound exceeds one check of each parcel every 120 hours', () => {
    const shop = openShop({
      seed: 2,
      curve: 'olist',
      ordersPerDay: 20,
      from: RUN_START,
      to: RUN_START + 30 * DAY,
    });
    const week = { from: RUN_START + 20 * DAY, to: RUN_START + 27 * DAY };
    const checksEvery120Hours = [...shop.parcels.values()].reduce(
      (sum, { shippedAt, orderEndsAt, events }) => {
        const end = Math.min(orderEndsAt, week.to, events.at(-1)?.at ?? week.to);
        return sum + Math.max(0, Math.floor((end - Math.max(shippedAt, week.from)) / (120 * HOUR)));
      },
      0,
    );
    expect(minParcelCalls(shop, week)).toBeGreaterThan(checksEvery120Hours);
  });
});

describe('Lower bound of review calls', () => {
  const shop = openShop({
    seed: 2,
    curve: 'olist',
    ordersPerDay: 100,
    from: RUN_START,
    to: RUN_START + 7 * DAY,
    historyDays: 60,
  });

  test('A shop with 100 orders per day needs dozens of review calls per day', () => {
    const calls = minReviewCalls(shop, { from: RUN_START, to: RUN_START + DAY });
    expect(calls).toBeGreaterThan(10);
    expect(calls).toBeLessThan((100 * 30) / 50);
  });

  test('The review calls of two days are the sum of both days', () => {
    const of = (from: number, days: number) =>
      minReviewCalls(shop, { from: RUN_START + from * DAY, to: RUN_START + (from + days) * DAY });
    expect(of(0, 2)).toBe(of(0, 1) + of(1, 1));
  });
});
