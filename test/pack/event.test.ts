import { fires, matchedAt, toEvent } from '../../lib/pack/event.ts';
import { field, gte, hoursSince, input, literal, lt } from '../../lib/pack/expression.ts';
import { trigger } from '../../lib/pack/operation.ts';
import { aParcel, parcelSent, plainTrigger } from '../support/probe-trigger.ts';

const toPlainEvent = (more = {}) => toEvent(plainTrigger, aParcel(more), { least_weight: 100 });

describe('Event', () => {
  test('An event has the same keys for every trigger, and the fields of its record', () => {
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

  test('An event has a due time where its trigger declares one', () => {
    const dueTrigger = trigger({ ...parcelSent, dueAt: field('due_at_door') });
    expect(toEvent(dueTrigger, aParcel(), {}).due_at).toBe('2026-10-20T16:00:00Z');
  });

  test('An event whose due time is unknown has null there', () => {
    const dueTrigger = trigger({ ...parcelSent, dueAt: field('due_at_door') });
    expect(toEvent(dueTrigger, aParcel({ due_at_door: null }), {}).due_at).toBeNull();
  });

  test('An event has no due time where its trigger declares none', () => {
    expect(toPlainEvent()).not.toHaveProperty('due_at');
  });

  test.each([null, undefined, 5])(
    'An event whose time is %j, which is not a time, has null there',
    (sent_at) => {
      expect(toPlainEvent({ sent_at }).occurred_at).toBeNull();
    },
  );

  test('An id can consist of several fields', () => {
    const byCity = trigger({ ...parcelSent, id: '{parcel_no}-{city}' });
    expect(toEvent(byCity, aParcel(), {}).id).toBe('77-Madrid');
  });

  test('An event has the same id for all inputs', () => {
    const other = toEvent(plainTrigger, aParcel(), { least_weight: 5, parcel_no: '1' });
    expect(other.id).toBe(toPlainEvent().id);
  });

  test('A message shows the field where an input has the same name', () => {
    expect(toEvent(plainTrigger, aParcel(), { parcel_no: '1' }).title).toBe('Parcel 77');
  });

  test('A message shows a dash for a missing field', () => {
    expect(toPlainEvent({ weight: null }).text).toBe('– g of at least 100 g');
  });
});

describe('Condition of a trigger', () => {
  const heavy = trigger({ ...parcelSent, where: gte(field('weight'), input('least_weight')) });
  const fresh = trigger({ ...parcelSent, where: lt(hoursSince('sent_at'), literal(24)) });
  const NOW = Date.parse('2026-10-09T12:00:00Z');

  test('A trigger fires for a record that meets its condition', () => {
    expect(fires(heavy, aParcel(), { least_weight: 250 }, NOW)).toBe(true);
  });

  test('A trigger does not fire for a record that does not meet its condition', () => {
    expect(fires(heavy, aParcel(), { least_weight: 251 }, NOW)).toBe(false);
  });

  test('A trigger without a condition fires for every record', () => {
    expect(fires(plainTrigger, {}, {}, NOW)).toBe(true);
  });

  test.each([
    ['fires within', '2026-10-10T08:04:00Z', true],
    ['does not fire after', '2026-10-10T08:06:00Z', false],
  ])('A trigger about hours %s them', (_, now, expected) => {
    expect(fires(fresh, aParcel(), {}, Date.parse(now))).toBe(expected);
  });
});

describe('Time at which a record came to match', () => {
  const lost = trigger({ ...parcelSent, matchedAt: field('lost_at') });

  test('A record matches from the time of the event where the trigger names no other', () => {
    expect(matchedAt(plainTrigger, aParcel())).toBe(Date.parse('2026-10-09T08:05:00Z'));
  });

  test('A record matches from the time that the trigger names', () => {
    expect(matchedAt(lost, aParcel({ lost_at: '2026-10-12T00:00:00Z' }))).toBe(
      Date.parse('2026-10-12T00:00:00Z'),
    );
  });

  test('A record without that time matches from an unknown time', () => {
    expect(matchedAt(lost, aParcel())).toBeUndefined();
  });
});
