import fc from 'fast-check';
import { decode, encode, type ReturnCounts, selectEvents } from '../../lib/engine/returned-events.ts';
import type { PackEvent } from '../../lib/pack/event.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const eventAt = (id: string, at: number) => ({ id, occurred_at: new Date(at).toISOString() }) as PackEvent;
/** Events 1 to `count`, one a minute, the first the oldest; newest first. */
const events = (count: number, until = NOW) =>
  Array.from({ length: count }, (_, n) => eventAt(String(count - n), until - n * MINUTE));
const ids = (list: readonly PackEvent[]) => list.map(({ id }) => id);
const none: ReturnCounts = new Map();

test('An event is returned at three polls and then left out', () => {
  let counts = none;
  const polls = Array.from({ length: 5 }, () => {
    const selection = selectEvents(events(1), counts, NOW);
    counts = selection.counts;
    return selection.events.length;
  });
  expect(polls).toEqual([1, 1, 1, 0, 0]);
});

test('A poll returns events newest first', () => {
  expect(ids(selectEvents(events(3), none, NOW).events)).toEqual(['3', '2', '1']);
});

test('A first poll of a backlog returns its 90 oldest events', () => {
  const { events: returned } = selectEvents(events(200, NOW - DAY), none, NOW);
  expect(ids(returned)).toEqual(Array.from({ length: 90 }, (_, n) => String(90 - n)));
});

test('A new event does not wait behind a backlog', () => {
  const live = eventAt('live', NOW - HOUR);
  expect(ids(selectEvents([live, ...events(200, NOW - DAY)], none, NOW).events)[0]).toBe('live');
});

test('A backlog moves on by 60 events a poll while others are returned again', () => {
  let counts = none;
  const returned = [1, 2, 3].map(() => {
    const before = counts;
    const selection = selectEvents(events(500, NOW - DAY), counts, NOW);
    counts = selection.counts;
    return [...counts.keys()].filter((digest) => !before.has(digest)).length;
  });
  expect(returned).toEqual([90, 60, 60]);
});

test('What is no longer eligible is forgotten', () => {
  const { counts } = selectEvents(events(3), none, NOW);
  expect(selectEvents(events(3).slice(0, 1), counts, NOW).counts.size).toBe(1);
});

test('However events come, no poll returns more than 90, and none is left out before its third poll', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(150), { minLength: 1, maxLength: 12 }), (arrivals) => {
      let counts = none;
      let total = 0;
      const times = new Map<string, number>();
      const poll = (at: number) => {
        const selection = selectEvents(events(total), counts, at);
        counts = selection.counts;
        expect(selection.events.length).toBeLessThanOrEqual(90);
        for (const { id } of selection.events) times.set(id, (times.get(id) ?? 0) + 1);
      };
      for (const [n, count] of arrivals.entries()) {
        total += count;
        poll(NOW + n * 15 * MINUTE);
      }
      for (let n = 0; n < total / 20 + 3; n += 1) poll(NOW + DAY + n * 15 * MINUTE);
      expect([...times.values()].filter((count) => count !== 3)).toEqual([]);
      expect(times.size).toBe(total);
    }),
    { numRuns: 50 },
  );
});

describe('The stored counts', () => {
  test('are read as they were written', () => {
    const { counts } = selectEvents(events(5), none, NOW);
    const next = selectEvents(events(7), counts, NOW).counts;
    expect(new Map([...decode(encode(next))].sort())).toEqual(new Map([...next].sort()));
  });

  test('are at most 32 KB, and hold what was returned last', () => {
    const many = new Map(Array.from({ length: 9000 }, (_, n) => [String(n).padStart(7, '0'), 3]));
    const stored = encode(many);
    expect(stored.length).toBeLessThanOrEqual(32 * 1024);
    expect(decode(stored).has('0008999')).toBe(true);
  });

  test('are none where the store has lost them', () => {
    expect(decode(null).size).toBe(0);
  });
});
