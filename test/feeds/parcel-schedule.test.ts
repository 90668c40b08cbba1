import { newBackfill } from '../../lib/feeds/backfill.ts';
import { dueAt, isOver, shippedOrder, stallDueAt } from '../../lib/feeds/parcel-due.ts';
import { candidates, plan } from '../../lib/feeds/parcel-schedule.ts';
import {
  hasNewDemand,
  initialState,
  type ParcelsInterest,
  type ParcelsState,
  recordDemand,
} from '../../lib/feeds/parcel-state.ts';
import { newParcel, type WatchedParcel } from '../../lib/feeds/parcel-watch.ts';
import { afterLook } from '../../lib/feeds/stall-chances.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const iso = (at: number) => new Date(at).toISOString();

const began = initialState(NOW);
/** After everything was read that is older than the feed, with the given thresholds. */
const state = (changes: Partial<ParcelsState> = {}): ParcelsState => ({
  ...began,
  backfill: null,
  listing: { ...began.listing, fresh: NOW, second: NOW, third: NOW, history: 0, waitsBefore: 0 },
  startedAt: NOW - 90 * DAY,
  dueAt: NOW + 6 * HOUR,
  ...changes,
});
const parcel = (changes: Partial<WatchedParcel> = {}): WatchedParcel =>
  newParcel({ orders: ['8201'], shippedAt: NOW - 3 * DAY, value: 20, ...changes });
/** A parcel that was queried a day ago, when its last event was this many hours old. */
const followed = (eventHours: number, changes: Partial<WatchedParcel> = {}) =>
  parcel({
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

type Named = Record<string, WatchedParcel>;
const order = (parcels: Named, changes: Partial<ParcelsState> = {}) =>
  candidates(
    Object.entries(parcels).map(([id, values]) => ({ id, values })),
    state(changes),
    NOW,
  ).map(({ id }) => id);

describe('Order in which parcels are queried', () => {
  const silent = (days: number, changes: Partial<WatchedParcel> = {}) =>
    followed(0, { eventAt: NOW - days * DAY, checkedAt: NOW - 4 * DAY, ...changes });

  test('A parcel that has just become due comes before one that was due long ago, and both before new ones', () => {
    expect(
      order({
        new: parcel({ shippedAt: NOW - 4 * DAY, value: 900 }),
        'due long ago': silent(9, { checkedAt: NOW - 5 * DAY }),
        'just due': silent(5.1, { checkedAt: NOW - DAY }),
      }),
    ).toEqual(['just due', 'due long ago', 'new']);
  });

  test('Parcels that were never queried come by their age, as more and more of the others have arrived', () => {
    const aged = (days: number) => parcel({ shippedAt: NOW - days * DAY });
    expect(order({ 'a week': aged(8), 'a month': aged(33), 'three weeks': aged(22), days: aged(4) })).toEqual(
      ['a month', 'three weeks', 'a week', 'days'],
    );
  });

  test('Of equal parcels those of the highest-value order come first', () => {
    const of = (value: number) => parcel({ shippedAt: NOW - 8 * DAY, value });
    expect(order({ cheap: of(5), expensive: of(300) })).toEqual(['expensive', 'cheap']);
  });

  test('A parcel whose number is not known costs a call more, and comes later', () => {
    const shipped = { shippedAt: NOW - 8 * DAY };
    expect(order({ 'order/8202': parcel({ ...shipped, value: 900 }), LP1: parcel(shipped) })).toEqual([
      'LP1',
      'order/8202',
    ]);
  });

  test('An order is not read for its number before the list had to show it', () => {
    const orders = { 'order/8202': parcel({ shippedAt: NOW - 3 * DAY }) };
    const { listing } = state();
    expect(order(orders)).toEqual(['order/8202']);
    expect(order(orders, { listing: { ...listing, fresh: NOW - 2.5 * DAY } })).toEqual([]);
  });

  test('What was learned changes the order', () => {
    const parcels = {
      young: parcel({ shippedAt: NOW - 4 * DAY, carrier: 'A' }),
      old: parcel({ shippedAt: NOW - 22 * DAY, carrier: 'B' }),
    };
    const [young, old] = ['young', 'old'].map((id) => {
      const found = candidates([{ id, values: parcels[id as 'young'] }], state(), NOW);
      return found[0]?.look as NonNullable<(typeof found)[0]>['look'];
    });
    let { chances } = state();
    for (let n = 0; n < 30; n += 1)
      chances = afterLook(afterLook(chances, young as never, true), old as never, false);
    expect(order(parcels)).toEqual(['old', 'young']);
    expect(order(parcels, { chances })).toEqual(['young', 'old']);
  });

  test('Deliveries are queried in turns of their own, those of orders that were completed long ago last', () => {
    const parcels = {
      'completed, old': silent(5, { completedAt: NOW - 3 * DAY }),
      completed: silent(5, { completedAt: NOW - DAY }),
      silent: silent(6),
    };
    const all = Object.entries(parcels).map(([id, values]) => ({ id, values }));
    const found = candidates(all, state({ deliveryInterestAt: NOW }), NOW);
    const of = (goal: string) => found.filter((each) => each.look.goal === goal).map(({ id }) => id);
    expect([of('stall'), of('delivery')]).toEqual([['silent'], ['completed', 'completed, old']]);
  });

  test('A parcel that a workflow was told of comes after one that is silent for the first time', () => {
    const since = NOW - 6 * DAY;
    const reported = silent(6, { checkedAt: NOW - 2 * DAY, reportedSince: since });
    expect(order({ reported, silent: silent(6) })).toEqual(['silent', 'reported']);
  });

  test('What is learned of silent parcels goes by quarters of the silence, also where a date lay ahead', () => {
    const cellsOf = (days: number, checkedDays: number) => {
      const values = silent(days, { checkedAt: NOW - checkedDays * DAY });
      return candidates([{ id: 'LP1', values }], state(), NOW)[0]?.look.cells;
    };
    expect(cellsOf(6, 2)).toEqual(['seen/later', 'seen/later/3']);
    expect(cellsOf(6, 6)).toEqual(['seen/later', 'seen/later/0']);
    expect(cellsOf(6, 7.5)).toEqual(['seen/later', 'seen/later/0']);
  });

  test('Parcels that are not due are not queried', () => {
    expect(order({ fresh: followed(1), due: parcel({ shippedAt: NOW - 6 * DAY }) })).toEqual(['due']);
  });

  test('A number of which nothing is known for two days is read again with its order, if no list shows it', () => {
    const unknown = (changes: Partial<WatchedParcel>) => {
      const values = parcel({ checkedAt: NOW - DAY, ...changes });
      return candidates([{ id: 'LP1', values }], state(), NOW)[0]?.needsDetail;
    };
    expect(unknown({})).toBe(true);
    expect(unknown({ rows: ['1'] })).toBe(false);
    expect(unknown({ detailAt: NOW - HOUR })).toBe(false);
    expect(unknown({ shippedAt: NOW - 1.5 * DAY })).toBe(false);
  });
});

describe('Time since which a workflow is told of a parcel', () => {
  test.each([
    ['under way, silent for five days', { stage: 'transit' }, 120],
    ['in customs, held for three days', { stage: 'customs', customsSince: NOW }, 72],
    ['that was not delivered, at once', { stage: 'failure' }, 0],
    ['that is delivered, never', { stage: 'delivered' }, Number.POSITIVE_INFINITY],
    ['of which the carrier says nothing, never', { stage: 'unknown' }, Number.POSITIVE_INFINITY],
  ])('Of a parcel %s', (_, changes, hours) => {
    expect(stallDueAt(parcel({ eventAt: NOW, ...changes }), state())).toBe(NOW + hours * HOUR);
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
  const listed = (...parcels: WatchedParcel[]) => parcels.map((values, n) => ({ id: `LP${n}`, values }));

  test('The next visit is due when the next parcel is', () => {
    const watched = followed(44);
    const due = dueAt(watched, state());
    expect(due).toBe(NOW + 4 * HOUR);
    expect(plan(listed(watched, followed(1)), state(), NOW)).toMatchObject({
      dueAt: due,
      waiting: null,
      watched: { underWay: 2, tracked: 0, checked: 2, unwatched: 0 },
    });
  });

  test.each([
    ['due', parcel({ shippedAt: NOW - 8 * DAY }), NOW],
    ['not due', followed(44), NOW + 4 * HOUR],
  ])('A shop with 150,000 parcels that are %s has a plan', (_, values, dueAt) => {
    const many = Array.from({ length: 150_000 }, (_, n) => ({ id: `LP${n}`, values }));
    expect(plan(many, state(), NOW).dueAt).toBe(dueAt);
  });

  test('The next visit is due after 12 hours at the latest, to read new shipments', () => {
    const { listing } = state();
    const late = { ...listing, fresh: NOW + 9 * HOUR };
    expect(plan([], state({ listing: late }), NOW).dueAt).toBe(NOW + 12 * HOUR);
  });

  test('The next visit is due when new parcels are to be listed', () => {
    expect(plan([], state(), NOW).dueAt).toBe(NOW + 8 * HOUR);
  });

  test('The next visit is due at once while old shipments are left to read', () => {
    expect(plan([], state({ backfill: newBackfill(NOW) }), NOW).dueAt).toBe(NOW);
  });

  test('Overdue parcels are reported with their number and the earliest due time', () => {
    const overdue = [parcel({ shippedAt: NOW - 6 * DAY }), parcel({ shippedAt: NOW - 8 * DAY })];
    expect(plan(listed(...overdue, followed(1)), state(), NOW)).toMatchObject({
      dueAt: NOW,
      waiting: { count: 2, since: NOW - 8 * DAY + 72 * HOUR },
      watched: { underWay: 3, checked: 1, unwatched: 2 },
    });
  });
});

describe('Order that was shipped', () => {
  test('Its parcels are followed from its shipping time, or from its last change', () => {
    const shipped = { shipped_at: iso(NOW - DAY), updated_at: iso(NOW - HOUR), amount: 12.6 };
    expect(shippedOrder(shipped, true, NOW)).toEqual({ shippedAt: NOW - DAY, value: 13, isPart: true });
    expect(shippedOrder({ ...shipped, shipped_at: null }, false, NOW)?.shippedAt).toBe(NOW - HOUR);
    expect(shippedOrder({ ...shipped, shipped_at: null, updated_at: null }, false, NOW)?.shippedAt).toBe(NOW);
  });

  test('Its parcels are not followed if it was shipped more than 60 days ago', () => {
    const shipped = { shipped_at: iso(NOW - 60 * DAY - 1), updated_at: null, amount: null };
    expect(shippedOrder(shipped, false, NOW)).toBeUndefined();
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

  test('It leaves the list after seven days', () => {
    const isOverAfter = (days: number) => isOver(completed, NOW - HOUR + days * DAY);
    expect([isOverAfter(7), isOverAfter(7.1)]).toEqual([false, true]);
  });
});

test('A parcel whose query failed comes after all others for six hours', () => {
  const orderAfter = (hours: number) =>
    order({
      failed: followed(200, { checkedAt: NOW - 3 * DAY, failedAt: NOW - hours * HOUR }),
      new: parcel({ shippedAt: NOW - 8 * DAY }),
    });
  expect(orderAfter(5)).toStrictEqual(['new', 'failed']);
  expect(orderAfter(6)).toStrictEqual(['failed', 'new']);
});

test('A parcel whose number is not known is not watched once it may have been stalled for a day', () => {
  const waits = state({ listing: { ...began.listing, waitsBefore: NOW } });
  const order = (days: number) => ({ id: `order/${days}`, values: parcel({ shippedAt: NOW - days * DAY }) });
  const { watched, waiting } = plan([order(2), order(7)], waits, NOW);
  // The list that may show them comes first.
  expect(waiting).toBeNull();
  expect(watched).toMatchObject({ underWay: 2, checked: 1, unwatched: 1 });
});
