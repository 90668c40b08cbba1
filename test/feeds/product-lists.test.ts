import { parseTime } from '../../lib/aliexpress/time.ts';
import { afterPage, newReading } from '../../lib/feeds/engine/paging.ts';
import type { Entry } from '../../lib/feeds/engine/snapshot-format.ts';
import {
  afterListPage,
  afterReading,
  beginningOf,
  isNewlyOffline,
  type ListHistory,
  newList,
  noHistories,
  type ProductList,
  removalTime,
} from '../../lib/feeds/product-lists.ts';
import {
  afterLoss,
  fromFirstPages,
  initialState,
  type ProductsState,
  productsLeft,
  skippedSpan,
} from '../../lib/feeds/product-state.ts';
import { dueAt, dueTasks, rareCallsPerDay } from '../../lib/feeds/product-tasks.ts';
import { productsMemory } from '../../lib/feeds/products-memory.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { memoryStore } from '../../lib/stores/memory.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { strictLog } from '../support/strict-log.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const SINCE = NOW - 10 * DAY;

/** A list of 250 products of which the pages before this one were read. */
function list(page: number): ProductList {
  let reading = newReading({ size: 99, maxPages: 101 });
  for (let read = 1; read < page; read += 1) reading = afterPage(reading, listed(read));
  return { ...newList(NOW), reading };
}
/** A page of a list of 250 products. */
const listed = (page: number, count = 250) => ({
  ids: Array.from({ length: Math.max(0, Math.min(99, count - (page - 1) * 99)) }, (_, n) => `${page} ${n}`),
  total: count,
  pages: Math.ceil(count / 99),
});
const history = (changes: Partial<ListHistory> = {}): ListHistory => ({
  readings: 2,
  startedAt: NOW - HOUR,
  startedBefore: NOW - 2 * HOUR,
  seen: {},
  ...changes,
});

describe('Reading of a product list', () => {
  test('A list resumes with its next page while pages are left', () => {
    const { list: next, isEnd } = afterListPage('offline', list(2), listed(2), NOW + MINUTE);
    expect({ ...next, isEnd }).toMatchObject({ reading: { page: 3 }, dueAt: NOW, isEnd: false });
  });

  test.each([
    ['offline', 30 * MINUTE],
    ['service_delete', 6 * HOUR],
    ['editingRequired', 6 * HOUR],
  ] as const)('The list of %s products starts again %d ms after its last page', (name, everyMs) => {
    const { list: next, isEnd } = afterListPage(name, list(3), listed(3), NOW);
    expect({ next, isEnd }).toMatchObject({ next: { ...list(1), dueAt: NOW + everyMs }, isEnd: true });
  });

  test.each(['offline', 'service_delete'] as const)(
    'A list of %s products that may lack some is read again after 30 minutes',
    (name) => {
      const empty = { ...listed(3), ids: [] };
      const again = afterListPage(name, list(3), empty, NOW);
      const { list: next, isEnd } = afterListPage(name, again.list, empty, NOW);
      expect({ next, isEnd }).toMatchObject({
        next: { dueAt: NOW + 30 * MINUTE, unproven: 1, reading: { page: 1 } },
        isEnd: false,
      });
    },
  );

  test('A list that may lack products is taken as it is after three readings', () => {
    const short = { ...listed(1, 4), ids: ['1', '2', '3'] };
    let current = list(1);
    const ends: boolean[] = [];
    for (let call = 0; call < 6; call += 1) {
      const after = afterListPage('offline', current, short, NOW);
      current = after.list;
      ends.push(after.isEnd);
    }
    expect(ends).toEqual([false, false, false, false, false, true]);
  });

  test('A list is read for 101 pages at most', () => {
    let current = list(1);
    let calls = 0;
    for (let isEnd = false; !isEnd; calls += 1) {
      const page = { ...listed(current.reading.page, 20_000), pages: 203 };
      ({ list: current, isEnd } = afterListPage('offline', current, page, NOW));
    }
    expect(calls).toBe(101);
  });

  test('Most of the products that a list had are expected in it', () => {
    const seen = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [n, n < 24 ? 5 : 2]));
    expect(beginningOf(history({ readings: 5, seen })).minTotal).toBe(16);
    expect(beginningOf(history({ readings: 0, seen })).minTotal).toBe(0);
  });

  test('Visits are at least 30 minutes apart, and wait for the list that is due first', () => {
    const state: ProductsState = { ...initialState(NOW), visitedAt: NOW, delistedInterestAt: NOW };
    expect(dueAt(state, NOW)).toBe(NOW + 30 * MINUTE);
    const later = { ...state.lists.offline, dueAt: NOW + HOUR };
    const lists = { offline: later, service_delete: later, editingRequired: later };
    expect(dueAt({ ...state, lists }, NOW)).toBe(NOW + HOUR);
  });

  test('The lists that are due, and the products that are left, are told list by list', () => {
    const state = initialState(NOW);
    const reading = { ...newReading({ size: 99 }), unread: [[301, 1000] as [number, number]] };
    const lists = { ...state.lists, offline: { ...list(1), reading, dueAt: NOW + 1 } };
    expect(dueTasks({ ...state, lists }, NOW).map(({ name }) => name)).toEqual([
      'service_delete',
      'editingRequired',
    ]);
    expect(productsLeft({ ...state, lists })).toBe(700);
  });

  test('Calls are kept for lists that seldom show a product, and for the check of a long one', () => {
    const state = { ...initialState(NOW), visitedAt: NOW, delistedInterestAt: NOW };
    // 24 h / (6 h + 1 h) for what was sent back, and by the square-root law 16 × √0.02 / (1 + √0.15 + √0.02) for the rest.
    expect(rareCallsPerDay(state)).toBeCloseTo(24 / 7 + 1.48, 3);
    const lists = { ...state.lists, offline: { ...state.lists.offline, isLong: true } };
    expect(rareCallsPerDay({ ...state, lists, isProven: true })).toBeGreaterThan(rareCallsPerDay(state));
    expect(rareCallsPerDay({ ...state, delistedInterestAt: 0 })).toBe(0);
  });

  test('A list that seldom shows a product comes after one that often does, for 21 hours', () => {
    const state = initialState(NOW);
    const met = (calledAt: number, found = 0) => ({
      ...newList(NOW),
      readAt: 1,
      calledAt,
      found,
      foundAt: NOW,
    });
    const firstAfter = (ms: number) => {
      const lists = {
        offline: met(NOW - 2 * HOUR, 40),
        service_delete: met(NOW - HOUR),
        editingRequired: met(NOW - ms),
      };
      return dueTasks({ ...state, lists }, NOW)[0]?.name;
    };
    expect([firstAfter(21 * HOUR), firstAfter(21 * HOUR + 1)]).toEqual(['offline', 'editingRequired']);
  });

  test('Where calls are few, no list and no check is left out for ever', () => {
    const state = initialState(NOW);
    const met = (calledAt: number, dueAt: number) => ({ ...newList(dueAt), readAt: 1, calledAt });
    const changes = { ...newList(NOW).changes, dueAt: NOW };
    const ofChecksDueFor = (ms: number) => {
      const lists = {
        offline: { ...met(NOW - HOUR, NOW - ms), isLong: true, changes },
        service_delete: met(NOW - 30 * HOUR, NOW - DAY),
        editingRequired: met(NOW - 40 * HOUR, NOW - DAY),
      };
      return dueTasks({ ...state, lists }, NOW).map(({ name, kind }) => `${name} ${kind}`);
    };
    const lists = ['editingRequired page', 'service_delete page'];
    expect(ofChecksDueFor(HOUR)).toEqual([...lists, 'offline page', 'offline window']);
    expect(ofChecksDueFor(2 * DAY)).toEqual(['offline page', ...lists, 'offline window']);
  });

  test('What is rare waits for the next day when nothing is kept for it, for 24 hours at most', () => {
    const state = initialState(NOW);
    const dueSince = (ms: number) => ({ ...newList(NOW - ms), readAt: 1 });
    const dueAfter = (ms: number, kept: number) => {
      const lists = { offline: dueSince(0), service_delete: dueSince(ms), editingRequired: dueSince(ms) };
      return dueTasks({ ...state, lists }, NOW, kept).length;
    };
    expect([1.5, 1.4, 0.5, 0.4, -3].map((kept) => dueAfter(HOUR, kept))).toEqual([3, 2, 2, 1, 1]);
    expect([DAY - 1, DAY].map((ms) => dueAfter(ms, 0))).toEqual([1, 3]);
    const begun = { ...list(1), readAt: 1, reading: newReading({ size: 99 }), dueAt: NOW };
    const started = { ...begun, reading: { ...begun.reading, calls: 1, page: 2 } };
    const named = (deleted: typeof begun) =>
      dueTasks(
        { ...state, lists: { offline: dueSince(0), service_delete: deleted, editingRequired: begun } },
        NOW,
        0,
      );
    expect([named(begun), named(started)].map((tasks) => tasks.length)).toEqual([1, 2]);
    expect(dueTasks(state, NOW, 0)).toHaveLength(3);
  });
});

describe('Memory of the product lists', () => {
  async function opened(at: number, watched: ReadonlyMap<string, Entry<object>> = new Map()) {
    const clock = fixedClock(at);
    const format = productsMemory({
      seller: '2201234567890',
      store: memoryStore(clock),
      clock,
      log: strictLog,
    });
    return { format, memory: await format.open(watched) };
  }

  test('After a loss all lists are due, from their first page', () => {
    const state = initialState(NOW);
    const lost = fromFirstPages({ ...state, lists: { ...state.lists, offline: list(3) } }, NOW + HOUR);
    expect(dueTasks(lost, NOW + HOUR)).toHaveLength(3);
    expect(lost.lists.offline.reading.page).toBe(1);
  });

  test('What was seen is stored an entry for each product, and read again', async () => {
    const { format, memory } = await opened(NOW);
    const lists = { ...noHistories, offline: history({ seen: { a: 1, b: 2 } }) };
    const entries = format.entries?.({ ...memory, lists }) ?? new Map();
    expect([...entries.keys()].sort()).toContain('offline/a');
    expect((await opened(NOW, entries)).memory.lists).toEqual(lists);
  });

  test('What was seen again in the same reading is not written again, and unknown fields are kept', async () => {
    const first = await opened(NOW);
    const known = { ...noHistories, offline: history({ seen: { a: 1, b: 1 } }) };
    const entries = new Map(first.format.entries?.({ ...first.memory, lists: known }));
    const other = { ...entries.get('offline/b'), values: { reading: 1, added: 2 } } as Entry<object>;
    const { format, memory } = await opened(NOW + HOUR, new Map([...entries, ['offline/b', other]]));
    const offline = { ...memory.lists.offline, seen: { a: 1, b: 2 } };
    const after = format.entries?.({ ...memory, lists: { ...memory.lists, offline } });
    expect(after?.get('offline/a')).toBe(entries.get('offline/a'));
    expect(after?.get('offline/b')).toMatchObject({
      fetchedAt: NOW + HOUR,
      values: { reading: 2, added: 2 },
    });
  });

  test('A time that AliExpress wrote twice is not taken for one that is still to come', () => {
    const read = parseTime('2026-11-01 01:56:21') as number;
    const isNew = (now: string, at = read) => isNewlyOffline(0, at, read - DAY, Date.parse(now));
    expect(isNew('2026-11-01T09:25:06Z')).toBe(true);
    expect(isNew('2026-11-01T08:50:00Z')).toBe(false);
    expect(isNew('2026-11-01T09:25:06Z', read + DAY)).toBe(false);
    expect(isNew('2026-11-02T09:25:06Z', read + DAY)).toBe(false);
  });

  test('After a loss what went offline since then is new again, up to seven days back', () => {
    const before = { ...initialState(NOW), since: NOW - DAY };
    const sinceAfter = (missingSince: number) => afterLoss(before, missingSince, NOW).since;
    expect(sinceAfter(NOW - 2 * DAY)).toBe(NOW - 2 * DAY);
    expect(sinceAfter(NOW - 30 * DAY)).toBe(NOW - 7 * DAY);
    expect(sinceAfter(NOW)).toBe(NOW - DAY);
  });

  test('What is too long ago to be new is named, from when a list was last read to its end', () => {
    const began = { ...initialState(NOW), since: NOW - 30 * DAY };
    const readAt = (at: number) => ({ ...began.lists.offline, readAt: at });
    const read = (at: number) => ({
      ...began,
      lists: { offline: readAt(NOW - DAY), service_delete: readAt(NOW), editingRequired: readAt(at) },
    });
    const to = NOW - 7 * DAY;
    expect(skippedSpan(read(NOW - 9 * DAY), NOW, NOW)).toEqual({ from: NOW - 9 * DAY, to });
    expect(skippedSpan(read(0), NOW, NOW)).toEqual({ from: NOW - 30 * DAY, to });
    expect(skippedSpan(read(NOW), NOW - 8 * DAY, NOW)).toEqual({ from: NOW - 8 * DAY, to });
    expect(skippedSpan(read(NOW), NOW - 6 * DAY, NOW)).toBeUndefined();
    const again = fromFirstPages(afterLoss(read(NOW - DAY), NOW - DAY, NOW), NOW);
    expect(skippedSpan(again, NOW + 2 * DAY, NOW + 2 * DAY)).toEqual({ from: to, to: to + 2 * DAY });
  });

  test('A product is forgotten when two readings in a row did not meet it', () => {
    const seen = { met: 5, missed: 4, gone: 3 };
    const { history: after, left } = afterReading(history({ readings: 5, seen }), { isTaken: false });
    expect(after).toEqual(history({ readings: 6, seen: { met: 5, missed: 4 }, startedBefore: NOW - HOUR }));
    expect(left).toEqual(['gone']);
  });

  test('Nothing is forgotten by a reading that may have missed products', () => {
    const { history: after, left } = afterReading(history({ readings: 5, seen: { met: 5, gone: 3 } }), {
      isTaken: true,
    });
    expect([after.seen, left]).toEqual([{ met: 5, gone: 5 }, []]);
  });
});

describe('New products in a list', () => {
  test('A product that was not seen before is new once its list was read to the end', () => {
    expect(isNewlyOffline(1, Number.NaN, SINCE, NOW)).toBe(true);
  });

  test('During the first reading only a product that went offline since the feed began is new', () => {
    expect(isNewlyOffline(0, SINCE - DAY, SINCE, NOW)).toBe(false);
    expect(isNewlyOffline(0, NOW - HOUR, SINCE, NOW)).toBe(true);
    expect(isNewlyOffline(0, Number.NaN, SINCE, NOW)).toBe(false);
  });

  test('A week before a loss is new however long the lists are not read after it', () => {
    const { since } = afterLoss({ ...initialState(NOW), since: NOW - 90 * DAY }, NOW - 30 * DAY, NOW);
    const readAt = NOW + 9 * DAY;
    expect(isNewlyOffline(0, NOW - 7 * DAY, since, readAt)).toBe(true);
    expect(isNewlyOffline(0, NOW - 7 * DAY - 1, since, readAt)).toBe(false);
  });

  test('An offline date in the future makes no product new', () => {
    expect(isNewlyOffline(0, NOW + 1, SINCE, NOW)).toBe(false);
  });

  test('The offline date counts as the removal time if the reading before could have missed it', () => {
    const past = history();
    expect(removalTime(past, NOW - 3 * HOUR, NOW)).toBe(NOW - 3 * HOUR);
    expect(removalTime(past, NOW - 3 * HOUR - 1, NOW)).toBe(NOW);
    expect(removalTime(past, NOW + 1, NOW)).toBe(NOW);
    expect(removalTime(past, Number.NaN, NOW)).toBe(NOW);
  });
});
