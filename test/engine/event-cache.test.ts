import { eventWriter } from '../../lib/engine/event-cache.ts';
import { hoursUntil, literal, lte } from '../../lib/pack/expression.ts';
import { trigger } from '../../lib/pack/operation.ts';
import { HOUR } from '../../lib/runtime.ts';
import { contextAt } from '../support/event-context.ts';
import { aParcel, parcelSent, plainTrigger } from '../support/probe-trigger.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('Event cache', () => {
  test('The event of a record is written once for the same trigger and inputs', () => {
    const cache = new WeakMap();
    const record = aParcel();
    const first = eventWriter(cache, plainTrigger, { min_weight: 5 }, contextAt(NOW))(record);
    const again = eventWriter(cache, plainTrigger, { min_weight: 5 }, contextAt(NOW))(record);
    expect(again.events[0]).toBe(first.events[0]);
  });

  test('Other inputs get an event of their own', () => {
    const cache = new WeakMap();
    const record = aParcel();
    const texts = [5, 6].map(
      (min_weight) =>
        eventWriter(cache, plainTrigger, { min_weight }, contextAt(NOW))(record).events[0]?.text,
    );
    expect(texts).toEqual(['250 g of at least 5 g', '250 g of at least 6 g']);
  });

  test('Another trigger over the same record gets an event of its own', () => {
    const cache = new WeakMap();
    const record = aParcel();
    const other = trigger({ ...parcelSent, key: 'parcel_in_city', id: '{parcel_no}/{city}' });
    const ids = [plainTrigger, other].map(
      (from) => eventWriter(cache, from, {}, contextAt(NOW))(record).events[0]?.id,
    );
    expect(ids).toEqual(['77', '77/Madrid']);
  });

  test('A title that depends on the time is written again when another one applies', () => {
    const late = { when: lte(hoursUntil('due_at_door'), literal(0)), en: 'Late', zh: '已超时' };
    const timed = trigger({
      ...parcelSent,
      message: { ...parcelSent.message, title: [late, { en: 'On time', zh: '未超时' }] },
    });
    const cache = new WeakMap();
    const record = aParcel({ due_at_door: '2026-11-21T13:00:00Z' });
    const titles = [NOW, NOW + 2 * HOUR].map(
      (now) => eventWriter(cache, timed, {}, contextAt(now))(record).events[0]?.title,
    );
    expect(titles).toEqual(['On time', 'Late']);
  });

  test('An event of a feed that tracks no states has none', () => {
    expect(eventWriter(new WeakMap(), plainTrigger, {}, contextAt(NOW))(aParcel()).state).toBeUndefined();
  });

  test('A record that was read again gets a new event', () => {
    const cache = new WeakMap();
    const write = eventWriter(cache, plainTrigger, {}, contextAt(NOW));
    expect([aParcel(), aParcel({ weight: 300 })].map((record) => write(record).events[0]?.weight)).toEqual([
      250, 300,
    ]);
  });
});
