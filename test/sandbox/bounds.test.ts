import { dailyReviewCalls, fewestParcelCalls } from '../../sandbox/bounds.ts';
import { DAY_START } from '../../sandbox/day.ts';
import type { Parcel } from '../../sandbox/parcels.ts';
import { openShop, type Shop } from '../../sandbox/shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const span = { from: 0, to: 20 * DAY };

/** A shop with one parcel: events at these hours. */
function shopWith(hours: number[], changes: Partial<Parcel> = {}): Shop {
  const events = hours.map((hour) => ({ at: hour * HOUR, code: 'LH_DEPART', text: '', place: '' }));
  const parcel = { shippedAt: 0, orderEndsAt: 60 * DAY, events, ...changes } as Parcel;
  return { parcels: new Map([[1n, parcel]]) } as unknown as Shop;
}

describe('The fewest calls that tell of every stalled parcel in time', () => {
  test('are none for a parcel whose order ends before it could be stalled', () => {
    expect(fewestParcelCalls(shopWith([], { orderEndsAt: 71 * HOUR }), span)).toBe(0);
  });

  test('are two for a parcel that has arrived when it is first asked about', () => {
    const delivered = [{ at: 60 * HOUR, code: 'GTMS_SIGNED', text: '', place: '' }];
    expect(fewestParcelCalls(shopWith([], { events: delivered }), span)).toBe(2);
  });

  test.each([
    ['72 hours after it', 130, 2],
    ['72 and 120 hours after it', 150, 3],
  ])('ask again when what is known last is old enough: %s', (_, arrivedAt, checks) => {
    // At hour 72 they learn of hour 70, and so ask again at 142 and at 190.
    const events = [
      { at: 70 * HOUR, code: 'LH_DEPART', text: '', place: '' },
      { at: arrivedAt * HOUR, code: 'SIGNED', text: '', place: '' },
    ];
    expect(fewestParcelCalls(shopWith([], { events }), span)).toBe(1 + checks);
  });

  test('ask a silent parcel at 72 and at 120 hours, and then every 72', () => {
    // Hours 72, 120, 192, 264, 336, 408 of 480.
    expect(fewestParcelCalls(shopWith([]), span)).toBe(1 + 6);
  });

  test('ask about a parcel that was shipped long before at once', () => {
    const late = { from: 10 * DAY, to: 10 * DAY + HOUR };
    expect(fewestParcelCalls(shopWith([]), late)).toBe(2);
  });

  test('are never fewer than a promise to look every 120 hours takes', () => {
    const shop = openShop({
      seed: 2,
      curve: 'olist',
      ordersPerDay: 20,
      from: DAY_START,
      to: DAY_START + 30 * DAY,
    });
    const week = { from: DAY_START + 20 * DAY, to: DAY_START + 27 * DAY };
    const least = [...shop.parcels.values()].reduce((sum, { shippedAt, orderEndsAt, events }) => {
      const end = Math.min(orderEndsAt, week.to, events.at(-1)?.at ?? week.to);
      return sum + Math.max(0, Math.floor((end - Math.max(shippedAt, week.from)) / (120 * HOUR)));
    }, 0);
    expect(fewestParcelCalls(shop, week)).toBeGreaterThan(least);
  });
});

describe('The calls that ask once a day for every order that waits for its review', () => {
  const shop = openShop({
    seed: 2,
    curve: 'olist',
    ordersPerDay: 100,
    from: DAY_START,
    to: DAY_START + 7 * DAY,
    historyDays: 60,
  });

  test('are some dozens a day in a shop of 100 orders a day', () => {
    const calls = dailyReviewCalls(shop, { from: DAY_START, to: DAY_START + DAY });
    expect(calls).toBeGreaterThan(10);
    expect(calls).toBeLessThan((100 * 30) / 50);
  });

  test('add up day by day', () => {
    const of = (from: number, days: number) =>
      dailyReviewCalls(shop, { from: DAY_START + from * DAY, to: DAY_START + (from + days) * DAY });
    expect(of(0, 2)).toBe(of(0, 1) + of(1, 1));
  });
});
