import { fires, matchedAt, toEvent } from '../../lib/pack/event.ts';
import { field, gte, hoursSince, input, literal, lt } from '../../lib/pack/expression.ts';
import { trigger } from '../../lib/pack/operation.ts';
import { aParcel, parcelSent, plainTrigger } from '../support/probe-trigger.ts';

const toPlainEvent = (more = {}) => toEvent(plainTrigger, aParcel(more), { least_weight: 100 });

describe('an event', () => {
  test('carries the same keys whatever its trigger, beside the fields of its record', () => {
    expect(toPlainEvent()).toEqual({
      id: '77',
      title: 'Parcel 77',
      title_zh: '包裹 77',
      text: '250 g of at least 100 g',
      text_zh: '250 克，至少 100 克',
      severity: 'warning',
      link: 'https://example.com/parcels/77',
      occurred_at: '2026-10-09T08:05:00Z',
      ...aParcel(),
    });
  });

  test('has a due time as ninth key where its trigger declares one', () => {
    const dueTrigger = trigger({ ...parcelSent, dueAt: field('due_at_door') });
    expect(toEvent(dueTrigger, aParcel(), {}).due_at).toBe('2026-10-20T16:00:00Z');
  });

  test('whose due time is not known has none', () => {
    const dueTrigger = trigger({ ...parcelSent, dueAt: field('due_at_door') });
    expect(toEvent(dueTrigger, aParcel({ due_at_door: null }), {}).due_at).toBeNull();
  });

  test('has no due time where its trigger declares none', () => {
    expect(toPlainEvent()).not.toHaveProperty('due_at');
  });

  test.each([null, undefined, 5])('whose time is %j, which is no time, has none', (sent_at) => {
    expect(toPlainEvent({ sent_at }).occurred_at).toBeNull();
  });

  test('may have an id made of several fields', () => {
    const byCity = trigger({ ...parcelSent, id: '{parcel_no}-{city}' });
    expect(toEvent(byCity, aParcel(), {}).id).toBe('77-Madrid');
  });

  test('has the same id whatever the inputs are', () => {
    const other = toEvent(plainTrigger, aParcel(), { least_weight: 5, parcel_no: '1' });
    expect(other.id).toBe(toPlainEvent().id);
  });

  test('shows the record where an input has the same name', () => {
    expect(toEvent(plainTrigger, aParcel(), { parcel_no: '1' }).title).toBe('Parcel 77');
  });

  test('shows a dash for what the record does not say', () => {
    expect(toPlainEvent({ weight: null }).text).toBe('– g of at least 100 g');
  });
});

describe('a trigger', () => {
  const heavy = trigger({ ...parcelSent, where: gte(field('weight'), input('least_weight')) });
  const fresh = trigger({ ...parcelSent, where: lt(hoursSince('sent_at'), literal(24)) });
  const NOW = Date.parse('2026-10-09T12:00:00Z');

  test('fires for a record that meets its condition', () => {
    expect(fires(heavy, aParcel(), { least_weight: 250 }, NOW)).toBe(true);
  });

  test('does not fire for a record that does not', () => {
    expect(fires(heavy, aParcel(), { least_weight: 251 }, NOW)).toBe(false);
  });

  test('without a condition fires for every record', () => {
    expect(fires(plainTrigger, {}, {}, NOW)).toBe(true);
  });

  test.each([
    ['fires within', '2026-10-10T08:04:00Z', true],
    ['does not fire after', '2026-10-10T08:06:00Z', false],
  ])('%s its hours', (_, now, expected) => {
    expect(fires(fresh, aParcel(), {}, Date.parse(now))).toBe(expected);
  });
});

describe('the time at which a record came to match', () => {
  const lost = trigger({ ...parcelSent, matchedAt: field('lost_at') });

  test('is the time of the event where nothing else is declared', () => {
    expect(matchedAt(plainTrigger, aParcel())).toBe(Date.parse('2026-10-09T08:05:00Z'));
  });

  test('is what the trigger declares', () => {
    expect(matchedAt(lost, aParcel({ lost_at: '2026-10-12T00:00:00Z' }))).toBe(
      Date.parse('2026-10-12T00:00:00Z'),
    );
  });

  test('is unknown where the record does not say', () => {
    expect(matchedAt(lost, aParcel())).toBeUndefined();
  });
});
