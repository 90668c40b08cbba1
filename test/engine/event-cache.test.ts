import { cachedEvents } from '../../lib/engine/event-cache.ts';
import { hoursUntil, literal, lte } from '../../lib/pack/expression.ts';
import { timeOf } from '../../lib/pack/instant.ts';
import { type TriggerDeclaration, trigger } from '../../lib/pack/operation.ts';
import { HOUR } from '../../lib/runtime.ts';
import { contextAt } from '../support/event-context.ts';
import { aParcel, parcelSent, plainTrigger } from '../support/probe-trigger.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

/** The drafts of several polls of one process. */
function openPolls(records = [aParcel()]) {
  const cache = new WeakMap();
  return (from: TriggerDeclaration, { inputs = {}, mark = 0, now = NOW, list = records } = {}) =>
    cachedEvents(cache, from, { records: list }, { inputs, mark, now });
}

describe('Event cache', () => {
  test('The events of a list are found once for the same trigger and inputs', () => {
    const poll = openPolls();
    expect(poll(plainTrigger)[0]).toBe(poll(plainTrigger)[0]);
  });

  test('Other inputs get an event of their own', () => {
    const poll = openPolls();
    const texts = [5, 6].map(
      (min_weight) => poll(plainTrigger, { inputs: { min_weight } })[0]?.write(contextAt(NOW)).text,
    );
    expect(texts).toEqual(['250 g of at least 5 g', '250 g of at least 6 g']);
  });

  test('Another trigger over the same list gets an event of its own', () => {
    const other = trigger({ ...parcelSent, key: 'parcel_in_city', id: '{parcel_no}/{city}' });
    const poll = openPolls();
    expect([plainTrigger, other].map((from) => poll(from)[0]?.id)).toEqual(['77', '77/Madrid']);
  });

  test('Workflows that were turned on at other times share what was found, each from its own mark on', () => {
    const early = aParcel({ parcel_no: '1', sent_at: '2026-11-21T09:00:00Z' });
    const late = aParcel({ parcel_no: '2', sent_at: '2026-11-21T11:00:00Z' });
    const poll = openPolls([early, late]);
    const [all, some] = [0, NOW - 2 * HOUR].map((mark) => poll(plainTrigger, { mark }));
    expect([all, some].map((drafts) => drafts?.map(({ id }) => id))).toEqual([['2', '1'], ['2']]);
    expect(some?.[0]).toBe(all?.[0]);
  });

  test('A deadline that comes near between two polls is found, although the list is the same', () => {
    const dueSoon = trigger({
      ...parcelSent,
      where: lte(hoursUntil('due_at_door'), literal(2)),
      matchedAt: timeOf('due_at_door'),
    });
    const poll = openPolls([aParcel({ due_at_door: '2026-11-21T15:00:00Z' })]);
    expect([NOW, NOW + HOUR].map((now) => poll(dueSoon, { now }).length)).toEqual([0, 1]);
  });

  test('A title that depends on the time is the one that applies when the event is returned', () => {
    const late = { when: lte(hoursUntil('due_at_door'), literal(0)), en: 'Late', zh: '已超时' };
    const timed = trigger({
      ...parcelSent,
      message: { ...parcelSent.message, title: [late, { en: 'On time', zh: '未超时' }] },
    });
    const poll = openPolls([aParcel({ due_at_door: '2026-11-21T13:00:00Z' })]);
    const titles = [NOW, NOW + 2 * HOUR].map((now) => poll(timed, { now })[0]?.write(contextAt(now)).title);
    expect(titles).toEqual(['On time', 'Late']);
  });

  test('A list that was read again gets new events', () => {
    const poll = openPolls();
    const weights = [aParcel(), aParcel({ weight: 300 })].map(
      (record) => poll(plainTrigger, { list: [record] })[0]?.write(contextAt(NOW)).weight,
    );
    expect(weights).toEqual([250, 300]);
  });
});
