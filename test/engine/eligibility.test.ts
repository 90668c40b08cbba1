import { emittedEvents } from '../../lib/engine/eligibility.ts';
import { eventWriter } from '../../lib/engine/event-cache.ts';
import { field, gte, hoursUntil, input, literal, lte } from '../../lib/pack/expression.ts';
import { type TriggerDeclaration, trigger } from '../../lib/pack/operation.ts';
import { contextAt } from '../support/event-context.ts';
import { aParcel, parcelSent, plainTrigger } from '../support/probe-trigger.ts';

const NOW = Date.parse('2026-10-09T12:00:00Z');
const poll = { inputs: {}, isSettingUp: false, completeSince: Date.parse('2026-10-09T08:00:00Z'), now: NOW };

const emitted = (
  from: TriggerDeclaration,
  records: readonly Record<string, unknown>[],
  facts: Partial<typeof poll> & { inputs?: Record<string, number> } = {},
): string[] =>
  emittedEvents(from, records.map(eventWriter(new WeakMap(), from, facts.inputs ?? {}, contextAt(NOW))), {
    ...poll,
    ...facts,
  }).map(({ id }) => id);

const sentAt = (parcel_no: string, sent_at: string | null, more = {}) =>
  aParcel({ parcel_no, sent_at, ...more });
const [before, atTheEdge, after] = [
  sentAt('before', '2026-10-09T07:59:59Z'),
  sentAt('edge', '2026-10-09T08:00:00Z'),
  sentAt('after', '2026-10-09T08:00:01Z'),
];

describe('Eligibility of events', () => {
  test('A poll emits a record that matched at the moment from which the feed is complete, or later', () => {
    expect(emitted(plainTrigger, [before, atTheEdge, after])).toEqual(['after', 'edge']);
  });

  test('A user who sets the workflow up sees older records too', () => {
    expect(emitted(plainTrigger, [before, after], { isSettingUp: true })).toEqual(['after', 'before']);
  });

  test('A trigger that repeats until it is resolved emits a record however old it is', () => {
    const repeating = trigger({ ...parcelSent, repeatsUntilResolved: true });
    expect(emitted(repeating, [before])).toEqual(['before']);
  });

  test('A record without a time is emitted only to a user who sets the workflow up', () => {
    const timeless = [sentAt('timeless', null)];
    expect(emitted(plainTrigger, timeless)).toEqual([]);
    expect(emitted(plainTrigger, timeless, { isSettingUp: true })).toEqual(['timeless']);
  });

  test('The time at which a record came to match decides, where the trigger names one', () => {
    const matching = trigger({ ...parcelSent, matchedAt: field('lost_at') });
    const lostLater = sentAt('lost', '2026-10-08T00:00:00Z', { lost_at: '2026-10-09T09:00:00Z' });
    expect(emitted(matching, [lostLater, after])).toEqual(['lost']);
  });

  test('A record that does not meet the condition is never emitted', () => {
    const heavy = trigger({ ...parcelSent, where: gte(field('weight'), input('min_weight')) });
    expect(emitted(heavy, [after], { inputs: { min_weight: 251 }, isSettingUp: true })).toEqual([]);
    expect(emitted(heavy, [after], { inputs: { min_weight: 250 } })).toEqual(['after']);
  });

  test('A condition about hours is evaluated at the time of the poll', () => {
    const dueSoon = trigger({ ...parcelSent, where: lte(hoursUntil('due_at_door'), literal(24)) });
    const due = Date.parse(String(after.due_at_door));
    expect(emitted(dueSoon, [after], { now: due - 25 * 3_600_000 })).toEqual([]);
    expect(emitted(dueSoon, [after], { now: due - 24 * 3_600_000 })).toEqual(['after']);
  });
});

describe('Order of events', () => {
  test('Events come newest first, and events without a time come last', () => {
    const records = [sentAt('timeless', null), atTheEdge, sentAt('new', '2026-10-09T11:00:00Z'), after];
    expect(emitted(plainTrigger, records, { isSettingUp: true })).toEqual([
      'new',
      'after',
      'edge',
      'timeless',
    ]);
  });

  test('Events of the same time keep the order of the feed', () => {
    const [one, two, three] = ['one', 'two', 'three'].map((no) => sentAt(no, '2026-10-09T09:00:00Z'));
    expect(emitted(plainTrigger, [two, three, one] as never)).toEqual(['two', 'three', 'one']);
  });
});
