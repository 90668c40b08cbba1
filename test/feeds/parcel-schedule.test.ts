import { newBackfill } from '../../lib/feeds/backfill.ts';
import {
  dueAt,
  dueParcels,
  isOver,
  parcelOf,
  plan,
  type WatchedParcel,
} from '../../lib/feeds/parcel-schedule.ts';
import {
  hasNewDemand,
  initialState,
  type ParcelsInterest,
  type ParcelsState,
  recordDemand,
} from '../../lib/feeds/parcel-state.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const iso = (at: number) => new Date(at).toISOString();
const SHIPMENT = { trackingNumber: 'LP1', carrier: 'CAINIAO', country: 'ES' };

/** After the backfill, with the given thresholds. */
const state = (changes: Partial<ParcelsState> = {}): ParcelsState => ({
  ...initialState(NOW),
  backfill: null,
  dueAt: NOW + 6 * HOUR,
  ...changes,
});
const parcel = (changes: Partial<WatchedParcel> = {}): WatchedParcel => ({
  shippedAt: NOW - 3 * DAY,
  value: 20,
  shipment: null,
  isPart: false,
  eventAt: null,
  customsSince: null,
  stage: null,
  signal: '',
  unusualAfterMs: null,
  checkedAt: 0,
  failedAt: 0,
  completedAt: 0,
  ...changes,
});
/** A parcel that was queried a day ago, when its last event was this many hours old. */
const followed = (eventHours: number, changes: Partial<WatchedParcel> = {}) =>
  parcel({
    shipment: SHIPMENT,
    eventAt: NOW - DAY - eventHours * HOUR,
    checkedAt: NOW - DAY,
    stage: 'transit',
    ...changes,
  });
const interest = (changes: Partial<ParcelsInterest> = {}): ParcelsInterest => ({
  unusual: false,
  deliveries: false,
  ...changes,
});

describe('Time at which a parcel is due', () => {
  test('A parcel is due when its last event is as old as the shortest silence threshold', () => {
    const thresholds = state({ withoutUpdate: { 120: NOW, 48: NOW }, customs: { 500: NOW } });
    const watched = followed(10);
    expect(dueAt(watched, thresholds)).toBe((watched.eventAt ?? 0) + 48 * HOUR);
  });

  test('A parcel that was never queried is due by the time at which it was shipped', () => {
    expect(dueAt(parcel(), state({ withoutUpdate: { 100: NOW }, customs: { 500: NOW } }))).toBe(
      NOW - 3 * DAY + 100 * HOUR,
    );
  });

  test('A parcel is due when its silence is unusual, if a workflow wants to know of that', () => {
    const watched = followed(10, { unusualAfterMs: 60 * HOUR });
    const wanted = recordDemand(state(), interest({ unusual: true }), NOW);
    expect(dueAt(watched, wanted)).toBe((watched.eventAt ?? 0) + 60 * HOUR);
    const both = recordDemand(wanted, interest({ hoursWithoutUpdate: 48 }), NOW);
    expect(dueAt(watched, both)).toBe((watched.eventAt ?? 0) + 48 * HOUR);
  });

  test('A parcel that was never queried is due after 120 hours if only unusual silence is wanted', () => {
    const wanted = recordDemand(state(), interest({ unusual: true }), NOW);
    expect(dueAt(parcel(), wanted)).toBe(NOW - 3 * DAY + 120 * HOUR);
  });

  test('The first workflow that wants to know of unusual silence is a new demand', () => {
    const wanted = interest({ unusual: true });
    expect(hasNewDemand(state(), wanted, NOW)).toBe(true);
    expect(hasNewDemand(recordDemand(state(), wanted, NOW), wanted, NOW)).toBe(false);
  });

  test('The thresholds are 120 hours of silence and 72 hours in customs if no workflow names any', () => {
    const watched = followed(10);
    expect(dueAt(watched, state())).toBe((watched.eventAt ?? 0) + 72 * HOUR);
    const inCustoms = followed(10, { customsSince: NOW - 5 * DAY, checkedAt: NOW - HOUR });
    expect(dueAt(inCustoms, state())).toBe((inCustoms.eventAt ?? 0) + 120 * HOUR);
  });

  test('A parcel in customs is due when it was there for as long as the customs threshold', () => {
    const customsSince = NOW - 30 * HOUR;
    const watched = followed(10, { customsSince, stage: 'customs' });
    expect(dueAt(watched, state({ customs: { 36: NOW } }))).toBe(customsSince + 36 * HOUR);
  });

  test('A parcel that may have entered customs is due by the shortest customs threshold', () => {
    const watched = followed(10);
    const thresholds = state({ withoutUpdate: { 200: NOW }, customs: { 60: NOW, 40: NOW } });
    expect(dueAt(watched, thresholds)).toBe((watched.eventAt ?? 0) + 40 * HOUR);
  });

  test('A parcel that has passed all thresholds is due again after two days', () => {
    const watched = followed(300);
    expect(dueAt(watched, state())).toBe(watched.checkedAt + 2 * DAY);
  });

  test('A parcel of which nothing could be learned is due again after a day', () => {
    expect(dueAt(parcel({ checkedAt: NOW }), state())).toBe(NOW + DAY);
    expect(dueAt(parcel({ checkedAt: NOW, shipment: SHIPMENT }), state())).toBe(NOW + DAY);
  });

  test.each(['last_mile', 'pickup_point'])(
    'A parcel at stage %s is due once a day while a workflow watches deliveries',
    (stage) => {
      const watched = followed(1, { stage });
      expect(dueAt(watched, state({ deliveryInterestAt: NOW }))).toBe(watched.checkedAt + DAY);
      expect(dueAt(watched, state())).toBe((watched.eventAt ?? 0) + 72 * HOUR);
    },
  );
});

describe('Order in which parcels are queried', () => {
  const order = (parcels: Record<string, WatchedParcel>, at = NOW, changes: Partial<ParcelsState> = {}) =>
    dueParcels(
      Object.entries(parcels).map(([id, values]) => ({ id, values })),
      state(changes),
      at,
    ).map(({ id }) => id);

  test('Customs cases come before other followed parcels, the longest overdue first', () => {
    expect(
      order({
        'silent, longest': followed(400, { checkedAt: NOW - 9 * DAY }),
        'customs, later': followed(200, { customsSince: NOW - 9 * DAY, checkedAt: NOW - 3 * DAY }),
        'customs, earlier': followed(200, { customsSince: NOW - 9 * DAY, checkedAt: NOW - 4 * DAY }),
      }),
    ).toEqual(['customs, earlier', 'customs, later', 'silent, longest']);
  });

  test('Followed parcels come before new ones, the longest overdue first', () => {
    expect(
      order({
        new: parcel({ shippedAt: NOW - 6 * DAY, value: 900 }),
        'followed, later': followed(60, { checkedAt: NOW - 2 * DAY }),
        'followed, earlier': followed(86, { checkedAt: NOW - 2 * DAY }),
      }),
    ).toEqual(['followed, earlier', 'followed, later', 'new']);
  });

  test('New parcels of the highest-value orders come first', () => {
    expect(
      order({
        cheap: parcel({ shippedAt: NOW - 8 * DAY, value: 5 }),
        expensive: parcel({ shippedAt: NOW - 6 * DAY, value: 300 }),
      }),
    ).toEqual(['expensive', 'cheap']);
  });

  test('New parcels that have most likely arrived come last, whatever their value', () => {
    expect(
      order({
        'shipped long ago': parcel({ shippedAt: NOW - 14 * DAY, value: 900 }),
        'shipped lately': parcel({ shippedAt: NOW - 6 * DAY, value: 5 }),
      }),
    ).toEqual(['shipped lately', 'shipped long ago']);
  });

  test('Parcels of completed orders come after those on their way, and new ones last', () => {
    const parcels = {
      'completed, never queried': parcel({ completedAt: NOW - DAY, value: 900 }),
      new: parcel({ shippedAt: NOW - 6 * DAY, value: 5 }),
      completed: followed(30, { completedAt: NOW - DAY / 2, customsSince: NOW - 3 * DAY }),
      'on its way': followed(60, { checkedAt: NOW - 2 * DAY }),
    };
    const names = ['on its way', 'completed', 'new', 'completed, never queried'];
    expect(order(parcels, NOW, { deliveryInterestAt: NOW })).toEqual(names);
  });

  test('Parcels that are not due are not queried', () => {
    expect(order({ fresh: followed(1), due: parcel({ shippedAt: NOW - 6 * DAY }) })).toEqual(['due']);
  });
});

describe('Parcel demand', () => {
  test('A threshold that no workflow has named before makes the feed due at once', () => {
    const next = recordDemand(
      state({ withoutUpdate: { 120: NOW - HOUR / 2 } }),
      interest({ hoursWithoutUpdate: 48 }),
      NOW,
    );
    expect(next).toMatchObject({ dueAt: NOW, withoutUpdate: { 48: NOW, 120: NOW - HOUR / 2 } });
  });

  test('A known threshold is recorded once an hour', () => {
    const wanted = interest({ customsHours: 72 });
    expect(hasNewDemand(state({ customs: { 72: NOW - HOUR + 1 } }), wanted, NOW)).toBe(false);
    expect(hasNewDemand(state({ customs: { 72: NOW - HOUR } }), wanted, NOW)).toBe(true);
  });

  test('A threshold expires 26 hours after the last workflow named it', () => {
    const before = state({ withoutUpdate: { 48: NOW - 26 * HOUR, 120: NOW - 26 * HOUR + 1 } });
    expect(recordDemand(before, interest(), NOW).withoutUpdate).toEqual({ 120: NOW - 26 * HOUR + 1 });
  });

  test('Interest in deliveries makes the feed due at once, and is recorded once an hour', () => {
    const wanted = interest({ deliveries: true });
    const next = recordDemand(state(), wanted, NOW);
    expect(next).toMatchObject({ dueAt: NOW, deliveryInterestAt: NOW });
    expect(hasNewDemand(next, wanted, NOW + HOUR - 1)).toBe(false);
  });

  test('A workflow that wants nothing new leaves the time of the next visit as it is', () => {
    expect(recordDemand(state(), interest(), NOW)).toEqual(state());
  });

  test('Asking for new demand does not change the state', () => {
    const before = state({ withoutUpdate: { 48: NOW - 30 * HOUR } });
    const copy = structuredClone(before);
    hasNewDemand(before, interest({ hoursWithoutUpdate: 24 }), NOW);
    recordDemand(before, interest({ hoursWithoutUpdate: 24 }), NOW);
    expect(before).toEqual(copy);
  });
});

describe('Parcel plan', () => {
  const listed = (...parcels: WatchedParcel[]) => parcels.map((values, n) => ({ id: String(n), values }));

  test('The next visit is due when the next parcel is', () => {
    const watched = followed(40);
    const due = dueAt(watched, state());
    expect(plan(listed(watched, followed(1)), state(), NOW)).toEqual({ dueAt: due, waiting: null });
  });

  test('The next visit is due after 12 hours at the latest, to read new shipments', () => {
    expect(plan([], state(), NOW).dueAt).toBe(NOW + 12 * HOUR);
  });

  test('The next visit is due at once while old shipments are left to read', () => {
    expect(plan([], state({ backfill: newBackfill(NOW) }), NOW).dueAt).toBe(NOW);
  });

  test('Overdue parcels are reported with their number and the earliest due time', () => {
    const overdue = [parcel({ shippedAt: NOW - 6 * DAY }), parcel({ shippedAt: NOW - 8 * DAY })];
    expect(plan(listed(...overdue, followed(1)), state(), NOW)).toEqual({
      dueAt: NOW,
      waiting: { count: 2, since: NOW - 8 * DAY + 72 * HOUR },
    });
  });
});

describe('Parcel of an order', () => {
  test('A parcel is followed from its shipping time, or from the last change of its order', () => {
    const shipped = { shipped_at: iso(NOW - DAY), updated_at: iso(NOW - HOUR), amount: '12.60' };
    expect(parcelOf(shipped, NOW)).toMatchObject({ shippedAt: NOW - DAY, value: 13 });
    expect(parcelOf({ ...shipped, shipped_at: null }, NOW)?.shippedAt).toBe(NOW - HOUR);
    expect(parcelOf({ ...shipped, shipped_at: null, updated_at: null }, NOW)?.shippedAt).toBe(NOW);
  });

  test('A parcel that was shipped more than 60 days ago is not followed', () => {
    const shipped = { shipped_at: iso(NOW - 60 * DAY - 1), updated_at: null, amount: null };
    expect(parcelOf(shipped, NOW)).toBeUndefined();
  });
});

describe('Parcel of a completed order', () => {
  const completed = followed(30, { completedAt: NOW - HOUR });
  const wanted = state({ deliveryInterestAt: NOW - 2 * HOUR });

  test('It is queried once', () => {
    expect(dueAt(completed, wanted)).toBe(NOW - HOUR);
    expect(dueAt({ ...completed, checkedAt: NOW }, wanted)).toBe(Number.POSITIVE_INFINITY);
  });

  test('It is not queried while no workflow watches deliveries', () => {
    const before = state({ deliveryInterestAt: NOW - 2 * DAY });
    expect(dueAt(completed, before)).toBe(Number.POSITIVE_INFINITY);
    expect(dueAt(completed, { ...before, deliveryInterestAt: NOW + 5 * DAY })).toBe(NOW - HOUR);
  });

  test('It comes after new parcels after two days, and leaves the list after seven', () => {
    const order = (days: number) =>
      dueParcels(
        [
          { id: 'new', values: parcel() },
          {
            id: 'completed',
            values: { ...completed, checkedAt: NOW - 5 * DAY, completedAt: NOW - days * DAY },
          },
        ],
        { ...wanted, deliveryInterestAt: NOW },
        NOW,
      ).map(({ id }) => id);
    expect(order(1)).toEqual(['completed', 'new']);
    expect(order(3)).toEqual(['new', 'completed']);
    const isOverAfter = (days: number) => isOver(completed, NOW - HOUR + days * DAY);
    expect([isOverAfter(7), isOverAfter(7.1)]).toEqual([false, true]);
  });
});

test('A parcel whose query failed comes after all others for six hours', () => {
  const orderAfter = (hours: number) => {
    const failed = followed(200, { checkedAt: NOW - 3 * DAY, failedAt: NOW - hours * HOUR });
    const listed = [
      { id: 'failed', values: failed },
      { id: 'new', values: parcel({ shippedAt: NOW - 20 * DAY }) },
    ];
    return dueParcels(listed, state(), NOW).map(({ id }) => id);
  };
  expect(orderAfter(5)).toStrictEqual(['new', 'failed']);
  expect(orderAfter(6)).toStrictEqual(['failed', 'new']);
});
