import fc from 'fast-check';
import {
  decode,
  encode,
  type ReturnCounts,
  returnEvents,
  selectEvents,
} from '../../lib/engine/returned-events.ts';
import type { PackEvent } from '../../lib/pack/event.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import type { Store } from '../../lib/stores/store.ts';
import { silentStore } from '../support/failing-stores.ts';
import { fixedClock } from '../support/fixed-clock.ts';

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
  const returned = ids(selectEvents([live, ...events(200, NOW - DAY)], none, NOW).events);
  expect([returned[0], returned.length]).toEqual(['live', 90]);
});

test('An event does not wait behind a backlog until it is over three hours old', () => {
  const firstAt = (at: number) =>
    ids(selectEvents([eventAt('live', at), ...events(200, NOW - DAY)], none, NOW).events)[0];
  expect([firstAt(NOW - 3 * HOUR), firstAt(NOW - 3 * HOUR - 1)]).toEqual(['live', '90']);
});

test('An event without a time does not wait behind a backlog', () => {
  const timeless = { id: 'timeless', occurred_at: null } as PackEvent;
  expect(ids(selectEvents([...events(200, NOW - DAY), timeless], none, NOW).events)).toContain('timeless');
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
      expect([...times.values()].filter((count) => count !== 3)).toStrictEqual([]);
      expect(times.size).toBe(total);
    }),
    { numRuns: 50 },
  );
});

describe('Events that a poll returns', () => {
  const open = () => {
    const clock = fixedClock(NOW);
    const requests: string[] = [];
    const inner = memoryStore(clock);
    const store: Store = {
      ...inner,
      get: (key) => {
        requests.push('get');
        return inner.get(key);
      },
      set: (...request) => {
        requests.push('set');
        return inner.set(...request);
      },
    };
    const services = { store, seller: '2201234567890', clock, memo: { returns: new Map() } };
    const poll = async (count = 2) => {
      requests.length = 0;
      const returned = await returnEvents(services, 'w', events(count), { isOver: () => false });
      return [returned.length, ...requests];
    };
    return { services, poll };
  };

  test('A process that has returned all events three times needs no store for that', async () => {
    const { poll } = open();
    const polls = [await poll(), await poll(), await poll(), await poll()];
    expect(polls).toEqual([[2, 'get', 'set'], [2, 'get', 'set'], [2, 'get', 'set'], [0]]);
  });

  test('A new event is returned next to others that were returned three times', async () => {
    const { poll } = open();
    for (let n = 0; n < 3; n += 1) await poll();
    expect(await poll(3)).toEqual([1, 'get', 'set']);
  });

  test('Another process reads once that all events were returned three times', async () => {
    const { poll, services } = open();
    for (let n = 0; n < 3; n += 1) await poll();
    services.memo.returns.clear();
    expect([await poll(), await poll()]).toEqual([[0, 'get'], [0]]);
  });

  test('Events are returned although the store does not take that they were', async () => {
    const { poll, services } = open();
    services.store.set = silentStore.set;
    expect(await poll()).toEqual([2, 'get']);
  });
});

describe('The stored counts', () => {
  test('are read as they were written', () => {
    const { counts } = selectEvents(events(5), none, NOW);
    const next = selectEvents(events(7), counts, NOW).counts;
    expect(new Map([...decode(encode(next))].sort())).toEqual(new Map([...next].sort()));
  });

  test('hold what was returned last where there are too many', () => {
    const many = new Map(Array.from({ length: 10_000 }, (_, n) => [String(n).padStart(7, '0'), 3]));
    const kept = decode(encode(many));
    expect([kept.size, kept.has('0009999')]).toEqual([9000, true]);
  });

  test('are at most 32 KB a value, and let a backlog of 6000 events come to its end', async () => {
    const clock = fixedClock(NOW);
    const inner = memoryStore(clock);
    const lengths: number[] = [];
    const store: Store = {
      ...inner,
      set: (...request) => {
        lengths.push(request[1].length);
        return inner.set(...request);
      },
    };
    const services = { store, seller: '2201234567890', clock, memo: { returns: new Map() } };
    const backlog = events(6000, NOW - DAY);
    const returned = new Set<string>();
    for (let polls = 0; polls < 101; polls += 1)
      for (const { id } of await returnEvents(services, 'w', backlog, { isOver: () => false }))
        returned.add(id);
    expect(returned.size).toBe(6000);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(32 * 1024);
  });

  test('are none where the store has lost them', () => {
    expect(decode('').size).toBe(0);
  });
});
