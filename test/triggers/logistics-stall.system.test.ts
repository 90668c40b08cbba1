import { recordedItem } from '../../lib/aliexpress/recorded/samples.ts';
import { parcel } from '../../lib/aliexpress/records/parcel.ts';
import { fires, toEvent } from '../../lib/pack/event.ts';
import { readInputs } from '../../lib/pack/input.ts';
import { instantOf } from '../../lib/pack/instant.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { stallsOf } from '../../sandbox/parcels/stalls.ts';
import type { Parcel } from '../../sandbox/parcels.ts';
import logisticsStall from '../../triggers/logistics-stall.ts';
import { type ConnectedApp, connectApp, NOON } from '../support/connected-app.ts';
import { contextAt } from '../support/event-context.ts';
import { problemLike } from '../support/problem-like.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const usual = { stall_rule: 'hours', min_customs_hours: 72, min_hours_without_update: 120 };
const moving = { ...recordedItem(parcel), stage: 'transit', hours_in_customs: null, hours_without_update: 5 };
const firesFor = (changes: object, inputs: object = {}) =>
  fires(logisticsStall, { ...moving, ...changes }, { ...usual, ...inputs }, NOON);

test('A moving parcel is not reported', () => {
  expect(firesFor({})).toBe(false);
});

test('A parcel is reported after 72 hours in customs, not an hour sooner', () => {
  const held = { stage: 'customs', hours_without_update: 72 };
  expect([firesFor({ ...held, hours_in_customs: 72 }), firesFor({ ...held, hours_in_customs: 71 })]).toEqual([
    true,
    false,
  ]);
});

test('A parcel is reported after five days without an update, not an hour sooner', () => {
  expect([firesFor({ hours_without_update: 120 }), firesFor({ hours_without_update: 119 })]).toEqual([
    true,
    false,
  ]);
});

describe('By the rule of the route', () => {
  const byRoute = readInputs(logisticsStall.inputs, { min_customs_hours: 5, min_hours_without_update: '5' });
  const firesByRoute = (changes: object, inputs: object = {}) =>
    fires(logisticsStall, { ...moving, ...changes }, { ...byRoute, ...inputs }, NOON);
  const silent = { hours_without_update: 60, unusual_after_hours: 60 };

  test('It is the default, and hours that only count otherwise are not even checked', () => {
    expect(byRoute).toEqual({ stall_rule: 'unusual' });
    expect(() => readInputs(logisticsStall.inputs, { stall_rule: 'hours', min_customs_hours: 5 })).toThrow(
      problemLike('bad_input'),
    );
  });

  test('A parcel is reported when its silence is unusual, not an hour sooner', () => {
    expect([firesByRoute(silent), firesByRoute({ ...silent, hours_without_update: 59 })]).toEqual([
      true,
      false,
    ]);
  });

  test('A parcel is not reported after the usual hours if so much silence is usual', () => {
    const held = { hours_without_update: 200, hours_in_customs: 200, stage: 'customs' };
    expect(firesByRoute({ ...held, unusual_after_hours: 240 })).toBe(false);
  });

  test('By own hours, unusual silence is not reported', () => {
    expect(firesFor(silent)).toBe(false);
  });

  test('Unusual silence in customs is reported to those who want to know of customs', () => {
    const held = { ...silent, hours_in_customs: 60, stage: 'customs' };
    const typeOf = (inputs: object) =>
      toEvent(logisticsStall, { ...moving, ...held }, { ...byRoute, ...inputs }, contextAt(NOW)).alert_type;
    expect(typeOf({})).toBe('customs');
    expect(firesByRoute(held, { alert_types: ['customs'] })).toBe(true);
    expect(firesByRoute(silent, { alert_types: ['customs'] })).toBe(false);
    expect(firesByRoute(silent, { alert_types: ['failure'] })).toBe(false);
  });

  test('A delivered parcel is not reported', () => {
    expect(firesByRoute({ ...silent, stage: 'delivered' })).toBe(false);
  });

  test('The message says after how much silence the parcel counts as stalled', () => {
    const event = toEvent(logisticsStall, { ...moving, ...silent }, byRoute, contextAt(NOW));
    expect(event.text).toContain('**Unusual on this route after (hours)** 60');
    expect(event.text_zh).toContain('**本线路异常阈值（小时）** 60');
  });

  test('It counts from the moment at which the silence became unusual', () => {
    const fields = { ...moving, ...silent, unusual_since: '2026-10-03T12:00:00Z' };
    expect(instantOf(logisticsStall.matchedAt, { fields, inputs: byRoute, now: NOW })).toBe(
      Date.parse('2026-10-03T12:00:00Z'),
    );
  });
});

test.each(['failure', 'returned'])('A parcel in the stage "%s" is reported at once', (stage) => {
  expect(firesFor({ stage })).toBe(true);
});

test('A delivered parcel is not reported for missing updates', () => {
  expect(firesFor({ stage: 'delivered', hours_without_update: 500 })).toBe(false);
});

test('An alert type that was not chosen is not reported', () => {
  expect(firesFor({ hours_without_update: 500 }, { alert_types: ['customs', 'failure'] })).toBe(false);
});

test('A stall is one event, and a parcel that has moved in between is another event', () => {
  const idOf = (changes: object) =>
    toEvent(logisticsStall, { ...moving, ...changes }, usual, contextAt(NOW)).id;
  const first = { stalled_since: '2026-10-01T00:00:00Z', hours_without_update: 120 };
  expect(idOf(first)).toBe(idOf({ ...first, hours_without_update: 200 }));
  expect(idOf(first)).not.toBe(idOf({ ...first, stalled_since: '2026-10-09T00:00:00Z' }));
});

describe('New Stalled Parcel in a shop with enough calls', () => {
  const DAYS = 9;
  interface Emitted {
    event: Record<string, unknown>;
    at: number;
  }
  let app: ConnectedApp;
  /** What a workflow with the usual hours got, and one with fewer. */
  let emitted: Emitted[];
  let early: Emitted[];
  beforeAll(async () => {
    app = await connectApp({
      ordersPerDay: 4,
      historyDays: 30,
      stallShare: 0.4,
      lifetimes: { accessSeconds: 90 * 86_400 },
    });
    const usually = await turnOn({ stall_rule: 'hours' });
    const earlier = await turnOn({
      stall_rule: 'hours',
      min_hours_without_update: 48,
      alert_types: ['no_update'],
    });
    for (let at = NOON; at <= NOON + DAYS * DAY; at += 3 * HOUR) {
      app.clock.advanceTo(at);
      await usually.poll();
      if (at <= NOON + 4 * DAY) await earlier.poll();
    }
    [emitted, early] = [usually.emitted, earlier.emitted];
  });
  afterAll(() => app.close());

  const parcelOf = (tracking: unknown): Parcel =>
    [...app.sandbox.shop.parcels.values()].find(
      ({ trackingNumber }) => trackingNumber === tracking,
    ) as Parcel;

  /** A workflow; its events and when they were emitted. */
  async function turnOn(inputs = {}) {
    const known = new Set<unknown>();
    const emitted: Emitted[] = [];
    await app.poll('logistics_stall', inputs, { isPopulatingDedupe: true });
    const poll = async () => {
      for (const event of await app.poll('logistics_stall', inputs)) {
        if (!known.has(event.id)) emitted.push({ event, at: app.clock.now() });
        known.add(event.id);
      }
    };
    return { emitted, poll };
  }

  test('An alert was true when the parcel was checked', () => {
    expect(emitted.length).toBeGreaterThan(5);
    for (const { event } of emitted) {
      const { events } = parcelOf(event.tracking_number);
      const checkedAt = Date.parse(String(event.checked_at));
      const newest = events.filter(({ at }) => at <= checkedAt).at(-1);
      expect(Date.parse(String(event.last_event_at))).toBe(newest?.at);
      const isFailure = event.stage === 'failure' || event.stage === 'returned';
      const isLong = Number(event.hours_in_customs) >= 72 || Number(event.hours_without_update) >= 120;
      expect(isFailure || isLong).toBe(true);
    }
  });

  test('A stalled parcel is reported within a day of the chosen hours', () => {
    const due = [...app.sandbox.shop.parcels.values()].flatMap((each) =>
      stallsOf(each)
        .filter(({ kind, dueAt, endedAt = each.orderEndsAt }) => {
          const isWatched = dueAt > NOON + 3 * DAY && dueAt < NOON + 7 * DAY;
          return kind !== 'failure' && isWatched && endedAt > dueAt + DAY;
        })
        .map((stall) => ({ number: each.trackingNumber, ...stall })),
    );
    expect(due.length).toBeGreaterThan(0);
    for (const { number, dueAt } of due) {
      const alerts = emitted.filter(({ event, at }) => event.tracking_number === number && at >= dueAt);
      expect(
        Math.min(...emitted.filter(({ event }) => event.tracking_number === number).map(({ at }) => at)),
      ).toBeLessThan(dueAt + DAY);
      expect(alerts.length).toBeLessThanOrEqual(1);
    }
  });

  test('A workflow with 48 hours without update is notified after 48 hours', () => {
    expect(early.some(({ event }) => Number(event.hours_without_update) < 72)).toBe(true);
  });

  test('Events of stalled parcels contain no personal data', () => {
    expect(JSON.stringify([emitted, early])).not.toMatch(/canary/i);
  });
});
