import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { z } from 'zod';
import { emptySection } from '../../../lib/feeds/engine/chunks.ts';
import { createSnapshots, type Snapshot, type Snapshots } from '../../../lib/feeds/engine/snapshot.ts';
import { type Entry, MAX_VALUE_LENGTH } from '../../../lib/feeds/engine/snapshot-format.ts';
import { emptyMemo } from '../../../lib/feeds/engine/snapshot-memo.ts';
import { HOUR } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { stored } from '../../../lib/stores/stored.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { strictLog } from '../../support/strict-log.ts';

const KEY = 'snap1:shop:orders';
/** Start of a UTC day. */
const DAY_START = Date.parse('2026-11-21T00:00:00Z');

const stateFormat = stored(() => ({ watermark: z.number().default(0) }));
type State = z.infer<typeof stateFormat>;
interface Values {
  product: string;
}
type OrderSnapshot = Snapshot<State, Values>;

const entry = (id: string, at: number, product = 'Canvas Tote Bag with Zipper'): Entry<Values> => ({
  id,
  seenAt: at,
  fetchedAt: at,
  values: { product },
});

const packed = (value: unknown) => deflateRawSync(JSON.stringify(value)).toString('base64');
const withEntries = ({ entries }: Snapshot<unknown, Values>, more: readonly Entry<Values>[]) =>
  new Map([...entries, ...more.map((each) => [each.id, each] as const)]);
const unpacked = (chunk: string | null): Entry<Values>[] =>
  chunk === null ? [] : JSON.parse(inflateRawSync(Buffer.from(chunk, 'base64')).toString());

/** A memory store whose contents can be read. */
function watchedStore(clock: FixedClock): Store & { contents: Map<string, string> } {
  const inner = memoryStore(clock);
  const contents = new Map<string, string>();
  return {
    ...inner,
    contents,
    set: async (key, value, ttlSeconds) => {
      contents.set(key, value);
      return inner.set(key, value, ttlSeconds);
    },
    add: async (key, value, ttlSeconds) => {
      const isAdded = await inner.add(key, value, ttlSeconds);
      if (isAdded) contents.set(key, value);
      return isAdded;
    },
    delete: async (key) => {
      contents.delete(key);
      return inner.delete(key);
    },
  };
}

describe('Snapshot', () => {
  let clock: FixedClock;
  let store: ReturnType<typeof watchedStore>;
  let snapshots: Snapshots<State, Values>;
  const open = (through: Store, seed = 1) =>
    createSnapshots<State, Values>({
      store: through,
      clock,
      random: seededRandom(seed),
      key: KEY,
      state: stateFormat,
      memo: emptyMemo(),
      log: strictLog,
      watchedLifetime: { retentionMs: 48 * HOUR, expiryMs: 49 * HOUR },
    });
  beforeEach(() => {
    clock = fixedClock(DAY_START + 10 * HOUR);
    store = watchedStore(clock);
    snapshots = open(store);
  });

  /** Adds entries and stores them. */
  async function keep(snapshot: OrderSnapshot, watermark: number, ...entries: Entry<Values>[]) {
    snapshot.state = { watermark };
    snapshot.entries = withEntries(snapshot, entries);
    return snapshots.commit(snapshot);
  }
  const keepMore = async (watermark: number, ...entries: Entry<Values>[]) =>
    keep(await snapshots.load(), watermark, ...entries);
  const chunkKeys = () => [...store.contents.keys()].filter((key) => key.startsWith('chunk1:'));
  const ids = ({ entries }: OrderSnapshot) => [...entries.keys()].sort();

  test('A snapshot is empty before anything was stored', async () => {
    expect(await snapshots.load()).toMatchObject({ state: undefined, entries: new Map() });
  });

  test('A snapshot returns the stored state', async () => {
    await keepMore(42);
    expect((await snapshots.load()).state).toEqual({ watermark: 42 });
  });

  test('A snapshot returns the stored entries', async () => {
    const order = entry('8201', clock.now(), '新订单 🛒');
    await keepMore(1, order);
    expect((await snapshots.load()).entries).toEqual(new Map([['8201', order]]));
  });

  test.each(
    [11, 12, 13, 16].flatMap((digits) => [[digits, 'next head'] as const, [digits, 'pointer'] as const]),
  )('A false number of %d digits in the %s hides no state from other processes', async (digits, place) => {
    await keepMore(42);
    const [head = ''] = [...store.contents.keys()].filter((key) => /^snap1:shop:orders:\d+$/.test(key));
    const next = `${KEY}:${Number(head.slice(KEY.length + 1)) + 1}`;
    for (const key of place === 'pointer' ? [KEY, `${KEY}:again`] : [next])
      await store.set(key, '9'.repeat(digits), 3600);
    const other = () => open(store, digits).load();
    if (place === 'next head') expect((await other()).state).toEqual({ watermark: 42 });
    snapshots = open(store, digits + 1);
    await keepMore(43);
    expect((await other()).state).toEqual({ watermark: 43 });
  });

  test('A snapshot returns the entries of several visits together', async () => {
    await keepMore(1, entry('1', clock.now()));
    await keepMore(2, entry('2', clock.now()));
    expect(ids(await snapshots.load())).toEqual(['1', '2']);
  });

  test('A snapshot returns the latest values of an entry that changed', async () => {
    await keepMore(1, entry('1', clock.now(), 'old'));
    await keepMore(2, entry('1', clock.now(), 'new'));
    expect((await snapshots.load()).entries.get('1')?.values).toEqual({ product: 'new' });
  });

  test('Entries are stored in one chunk for each day on which they were first seen', async () => {
    await keepMore(
      1,
      entry('1', DAY_START - HOUR),
      entry('2', DAY_START - 1),
      entry('3', DAY_START),
      entry('4', DAY_START + HOUR),
    );
    expect(chunkKeys()).toHaveLength(2);
  });

  test('The chunk of a day without changes is not written again', async () => {
    await keepMore(1, entry('1', DAY_START - HOUR));
    const [yesterday] = chunkKeys();
    await keepMore(2, entry('2', DAY_START + HOUR));
    expect(chunkKeys()).toContain(yesterday);
  });

  test('A chunk that was replaced is deleted with the next head', async () => {
    await keepMore(1, entry('1', clock.now()));
    const [first] = chunkKeys();
    await keepMore(2, entry('2', clock.now()));
    expect(chunkKeys()).toContain(first);
    await keepMore(3, entry('3', clock.now()));
    expect(chunkKeys()).not.toContain(first);
    expect(chunkKeys()).toHaveLength(2);
  });

  test('A snapshot that the store does not take deletes no chunk', async () => {
    for (const n of [1, 2]) await keepMore(n, entry(String(n), clock.now()));
    const before = chunkKeys();
    const declining = open({ ...store, add: async () => false });
    expect(await declining.commitState({ ...(await declining.load()), state: { watermark: 3 } })).toBe(
      'declined',
    );
    expect(chunkKeys()).toEqual(before);
  });

  test('Nothing of the head before is missing if the newest head is lost', async () => {
    await keepMore(1, entry('1', clock.now()));
    await keepMore(2, entry('2', clock.now()));
    await keepMore(3, entry('3', clock.now()));
    const newest = [...store.contents.keys()].filter((key) => /^snap1:.*:\d+$/.test(key)).at(-2);
    await store.delete(String(newest));
    const { missingSince, ...before } = await open(store).load();
    expect([missingSince, ids(before)]).toEqual([undefined, ['1', '2']]);
  });

  test('No chunk is longer than 32 KB, whatever the entries are, and none of them is missing', async () => {
    const text = fc.string({ maxLength: 4000, unit: 'binary' });
    const visit = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), text), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(visit, { maxLength: 5 }), async (visits) => {
        store = watchedStore(clock);
        snapshots = open(store);
        const expected = new Map<string, string>();
        for (const [n, changes] of visits.entries()) {
          for (const [id, product] of changes) expected.set(String(id), product);
          await keepMore(n, ...changes.map(([id, product]) => entry(String(id), DAY_START, product)));
        }
        const lengths = chunkKeys().map((key) => store.contents.get(key)?.length ?? 0);
        expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(MAX_VALUE_LENGTH);
        const { entries } = await open(store).load();
        expect(new Map([...entries].map(([id, { values }]) => [id, values.product]))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('An entry that no chunk can hold is stored alone', async () => {
    const random = seededRandom(9);
    const long = Array.from({ length: 60_000 }, () => String.fromCharCode(33 + Math.floor(random() * 90)));
    await keepMore(1, entry('short', clock.now()), entry('long', clock.now(), long.join('')));
    expect(ids(await open(store).load())).toEqual(['long', 'short']);
    expect(chunkKeys()).toHaveLength(2);
  });

  test.each([KEY, `${KEY}:again`])(
    'A snapshot is found if one of its pointers is lost: %s',
    async (pointer) => {
      await keepMore(1);
      // Without a pointer the search begins with the numbers of the day, and finds no head of the day before.
      clock.advance(24 * HOUR);
      await store.delete(pointer);
      expect((await open(store).load()).state).toEqual({ watermark: 1 });
    },
  );

  test('A head that the store neither takes nor shows is declined', async () => {
    const snapshot = await snapshots.load();
    const get: Store['get'] = (key) => (/:\d+$/.test(key) ? silentStore.get(key) : store.get(key));
    const failing = open({ ...store, add: async () => false });
    const loaded = await failing.load();
    expect(await failing.commit({ ...loaded, state: { watermark: 2 } })).toBe('declined');
    const silent = open({ ...store, add: silentStore.add, get });
    expect(await silent.commit({ ...snapshot, state: { watermark: 2 } })).toBe('declined');
  });

  test('A snapshot without entries has no chunks', async () => {
    await keepMore(1);
    expect(chunkKeys()).toStrictEqual([]);
  });

  test('A stored snapshot is compressed and not readable as text', async () => {
    await keepMore(1, entry('8201739405562817', clock.now()));
    const stored = [...store.contents.values()].join('\n');
    const bytes = Buffer.from(stored, 'base64').toString('latin1');
    expect(stored + bytes).not.toMatch(/8201739405562817|Tote|product|watermark/);
  });

  test('A snapshot of 300 orders takes less than 30 KB', async () => {
    await keepMore(
      1,
      ...Array.from({ length: 300 }, (_, n) => entry(`82017394${n * 1_000_003}`, clock.now() - n * 1000)),
    );
    expect([...store.contents.values()].join('').length).toBeLessThan(30_000);
  });

  describe('Snapshot over time', () => {
    test('A snapshot no longer holds an entry that was fetched 48 hours ago', async () => {
      await keepMore(1, entry('1', clock.now()));
      clock.advance(48 * HOUR);
      expect(ids(await snapshots.load())).toStrictEqual([]);
    });

    test('An entry expires after 48 hours even if the store has kept it too long', async () => {
      snapshots = open(memoryStore(fixedClock(clock.now())));
      await keepMore(1, entry('1', clock.now()));
      clock.advance(48 * HOUR);
      expect(ids(await snapshots.load())).toStrictEqual([]);
    });

    test('A chunk that expired as planned does not count as lost', async () => {
      await keepMore(1, entry('1', clock.now()));
      clock.advance(48 * HOUR);
      expect((await snapshots.load()).missingSince).toBeUndefined();
    });

    test('A snapshot holds an entry for 36 hours while visits are made', async () => {
      await keepMore(1, entry('1', clock.now()));
      for (let hour = 1; hour < 36; hour += 1) {
        clock.advance(HOUR);
        await keepMore(hour, entry(`later ${hour}`, clock.now()));
      }
      expect(ids(await snapshots.load())).toContain('1');
    });

    test('A snapshot holds every entry of the last 36 hours at any time while visits are made', async () => {
      const missing: string[] = [];
      for (let hour = 1; hour <= 100; hour += 1) {
        clock.advance(HOUR);
        await keepMore(hour, entry(String(hour), clock.now()));
        const { entries } = await snapshots.load();
        for (let back = 0; back < 36 && back < hour; back += 1) {
          if (!entries.has(String(hour - back))) missing.push(`${hour - back} at ${hour}`);
        }
      }
      expect(missing).toStrictEqual([]);
    });

    test('The store holds nothing that was fetched 48 hours ago', async () => {
      for (let hour = 1; hour <= 72; hour += 1) {
        clock.advance(HOUR);
        await keepMore(hour, entry(String(hour), clock.now()));
      }
      const stored = await Promise.all(chunkKeys().map((key) => store.get(key)));
      const fetched = stored.flatMap((chunk) => unpacked(chunk).map(({ fetchedAt }) => fetchedAt));
      expect(Math.min(...fetched)).toBeGreaterThan(clock.now() - 48 * HOUR);
    });

    test('A snapshot keeps its state for days without a visit', async () => {
      await keepMore(42, entry('1', clock.now()));
      clock.advance(6 * 24 * HOUR);
      expect((await snapshots.load()).state).toEqual({ watermark: 42 });
    });
  });

  describe('Snapshot that lost a chunk', () => {
    const lost = DAY_START - HOUR;
    beforeEach(async () => {
      await keepMore(1, entry('lost', lost));
      const [chunk] = chunkKeys();
      await keepMore(2, entry('kept', clock.now()));
      await store.delete(String(chunk));
    });

    test('A lost chunk is reported with the time since which records must be read again', async () => {
      expect((await open(store).load()).missingSince).toBe(lost);
    });

    test('The entries of the other chunks are returned when a chunk is lost', async () => {
      expect(ids(await open(store).load())).toEqual(['kept']);
    });

    test('A lost chunk is still reported after the state alone was written', async () => {
      const snapshot = await open(store).load();
      expect(await open(store).commitState({ ...snapshot, state: { watermark: 3 } })).toBe('stored');
      const { state, missingSince } = await open(store).load();
      expect([state, missingSince]).toEqual([{ watermark: 3 }, lost]);
    });

    test('A lost chunk is no longer reported once the snapshot was written again', async () => {
      snapshots = open(store);
      await keepMore(3);
      expect((await open(store).load()).missingSince).toBeUndefined();
    });
  });

  test('A chunk that expired with its oldest entry is reported if it held younger ones', async () => {
    await keepMore(1, entry('old', clock.now()));
    clock.advance(23 * HOUR);
    await keepMore(2, { ...entry('young', clock.now()), seenAt: clock.now() - 23 * HOUR });
    clock.advance(26 * HOUR);
    expect((await snapshots.load()).missingSince).toBe(clock.now() - 49 * HOUR);
  });

  test('A chunk that cannot be unpacked counts as lost', async () => {
    await keepMore(1, entry('1', clock.now()));
    await store.set(String(chunkKeys()[0]), 'AAAA', 3600);
    expect((await open(store).load()).missingSince).toBe(clock.now());
  });

  test.each([
    ['is not packed', 'garbage'],
    ['is empty', ''],
    ['is not an object', packed(null)],
    ['has a state of another shape', packed({ state: { watermark: 'high' }, chunks: [] })],
    ['names its chunks in another way', packed({ state: { watermark: 1 }, chunks: ['a'] })],
  ])('A new snapshot is started when the head %s', async (_, head) => {
    await store.set(KEY, '7', 3600);
    await store.set(`${KEY}:7`, head, 3600);
    expect((await snapshots.load()).state).toBeUndefined();
    expect(await keepMore(2)).toBe('stored');
    expect((await open(store).load()).state).toEqual({ watermark: 2 });
  });

  describe('Snapshot that another process writes at the same time', () => {
    /** Runs `interruption` before a chunk is read. */
    const interrupted = (interruption: () => Promise<unknown>, times = 1): Store => {
      let left = times;
      return {
        ...store,
        get: async (key) => {
          if (key.startsWith('chunk1:') && left > 0) {
            left -= 1;
            await interruption();
          }
          return store.get(key);
        },
      };
    };
    let writes = 0;
    /** Two snapshots, because the chunks that the first one replaces are deleted with the second one. */
    const writeElsewhere = async () => {
      for (const nth of ['first', 'second']) {
        writes += 1;
        await keepMore(writes, entry('2', clock.now(), `${nth} write ${writes}`));
      }
    };
    beforeEach(async () => {
      writes = 0;
      await keepMore(0, entry('1', clock.now()));
    });

    test('A snapshot is read again if its head was replaced, so that it is complete', async () => {
      expect(ids(await open(interrupted(writeElsewhere)).load())).toEqual(['1', '2']);
    });

    test('A snapshot whose head was replaced does not count as one that lost a chunk', async () => {
      expect((await open(interrupted(writeElsewhere)).load()).missingSince).toBeUndefined();
    });

    test('A snapshot is rejected if its head keeps changing', async () => {
      await expect(open(interrupted(writeElsewhere, 100)).load()).rejects.toThrow();
    });
  });

  describe('Snapshot with a late writer', () => {
    /** Later processes store `count` snapshots, an hour apart. */
    async function storeLater(count: number) {
      const later = open(store, 3);
      for (let n = 1; n <= count; n += 1) {
        clock.advance(HOUR);
        await keep(await later.load(), 100 + n, entry(`later ${n}`, clock.now()));
      }
    }
    const read = async () => (await open(store).load()).state?.watermark;

    test.each([1, 2, 3, 4, 20])('A writer that is late by %d snapshots is refused', async (count) => {
      await keepMore(1);
      const late = open(store, 2);
      const snapshot = await late.load();
      await storeLater(count);
      expect(await keep(snapshot, 2, entry('late', clock.now()))).toBe('superseded');
      expect(await read()).toBe(100 + count);
    });

    test('A writer that is late is refused even if the snapshot was empty when it began', async () => {
      const late = await open(store, 2).load();
      await storeLater(5);
      expect(await keep(late, 2, entry('late', clock.now()))).toBe('superseded');
      expect(await read()).toBe(105);
    });

    test('One of many simultaneous writers stores its snapshot, and the others are refused', async () => {
      await keepMore(1);
      const loaded = await Promise.all(Array.from({ length: 10 }, () => snapshots.load()));
      const written = await Promise.all(loaded.map((each, n) => keep(each, n, entry(`${n}`, clock.now()))));
      expect(written.filter((each) => each === 'stored')).toHaveLength(1);
      expect(written.filter((each) => each === 'superseded')).toHaveLength(9);
    });

    test.each([1, 2, 3, 4, 20])(
      'A pointer set back by %d snapshots does not set back what is read',
      async (count) => {
        await keepMore(1);
        const pointers = [...store.contents].filter(([, value]) => /^\d+$/.test(value));
        await storeLater(count);
        for (const [key, value] of pointers) await store.set(key, value, 3600);
        expect(await read()).toBe(100 + count);
      },
    );

    test.each([1, 2])(
      'A head that follows %d lost ones in front of an old pointer is not replaced by another one',
      async (lost) => {
        await keepMore(1);
        const pointer = await store.get(KEY);
        await storeLater(lost + 1);
        for (let n = 1; n <= lost; n += 1) await store.delete(`${KEY}:${Number(pointer) + n}`);
        for (const key of [KEY, `${KEY}:again`]) await store.set(key, String(pointer), 3600);
        const writer = open(store, 2);
        expect(await keep(await writer.load(), 2, entry('late', clock.now()))).toBe('superseded');
        expect((await writer.load()).state).toEqual({ watermark: 101 + lost });
        expect(await read()).toBe(101 + lost);
      },
    );

    test('A watch list is not overwritten by a writer that is late', async () => {
      const open1 = { ...emptySection, entries: new Map([['1', entry('1', clock.now())]]) };
      await snapshots.commit({ ...(await snapshots.load()), state: { watermark: 1 } }, open1);
      const late = await open(store, 2).load();
      const later = open(store, 3);
      const snapshot = await later.load();
      const watched = await later.loadWatched<Values>(snapshot);
      const entries = new Map([...watched.entries, ['2', entry('2', clock.now())]]);
      await later.commit(snapshot, { ...watched, entries });
      await open(store, 2).commit(late, emptySection);
      const reader = open(store);
      expect([...(await reader.loadWatched(await reader.load())).entries.keys()]).toEqual(['1', '2']);
    });
  });

  describe('Numbered heads', () => {
    /** The store, with its reads and how many of them waited for an answer at the same time. */
    function counted() {
      const counts = { reads: 0, waiting: 0, atOnce: 0 };
      const through: Store = {
        ...store,
        get: async (key) => {
          counts.reads += 1;
          counts.waiting += 1;
          counts.atOnce = Math.max(counts.atOnce, counts.waiting);
          await new Promise(setImmediate);
          counts.waiting -= 1;
          return store.get(key);
        },
      };
      return { counts, through };
    }
    const heads = () =>
      Promise.all([...store.contents.keys()].map(async (key) => [key, await store.get(key)] as const)).then(
        (values) => values.filter(([key, value]) => /^snap1:.*:\d+$/.test(key) && !/^\d*$/.test(value ?? '')),
      );

    test('A poll at which nothing has changed takes two reads, side by side', async () => {
      const { counts, through } = counted();
      await keepMore(1, entry('1', clock.now()));
      const reader = open(through);
      await reader.load();
      Object.assign(counts, { reads: 0, atOnce: 0 });
      await reader.load();
      expect(counts).toEqual({ reads: 2, waiting: 0, atOnce: 2 });
    });

    test('Three heads are kept', async () => {
      for (let n = 1; n <= 10; n += 1) await keepMore(n);
      expect(await heads()).toHaveLength(3);
    });

    test('Heads are kept for eight days', async () => {
      await keepMore(1);
      clock.advance(8 * 24 * HOUR - 1);
      expect((await open(store).load()).state).toEqual({ watermark: 1 });
      clock.advance(1);
      expect((await open(store).load()).state).toBeUndefined();
    });

    test('The snapshot is found if one of its pointers is lost', async () => {
      await keepMore(1);
      await keepMore(2);
      await store.delete(KEY);
      expect((await open(store).load()).state).toEqual({ watermark: 2 });
    });

    test.each(['1e308', '9007199254740993', '1.5', 'garbage'])(
      'The snapshot is found if a pointer is %s',
      async (pointer) => {
        await keepMore(1);
        await keepMore(2);
        await store.set(KEY, pointer, 3600);
        expect((await open(store).load()).state).toEqual({ watermark: 2 });
      },
    );

    test('A number in place of a head never leads back', async () => {
      await keepMore(1);
      const pointer = Number(await store.get(KEY));
      await store.set(`${KEY}:${pointer + 1}`, String(pointer), 3600);
      expect((await open(store).load()).state).toEqual({ watermark: 1 });
    });

    test('The snapshot of a feed that began today is found if all pointers are lost', async () => {
      for (let n = 1; n <= 10; n += 1) await keepMore(n);
      for (const [key, value] of store.contents)
        if (/^\d+$/.test(value) && !/:\d+$/.test(key)) await store.delete(key);
      expect((await open(store).load()).state).toEqual({ watermark: 10 });
    });

    test('The snapshot before is read if the newest head is lost, and is followed by a new one', async () => {
      for (let n = 1; n <= 5; n += 1) await keepMore(n);
      const newest = (await heads()).at(-1)?.[0];
      await store.delete(String(newest));
      const successor = open(store);
      expect((await successor.load()).state).toEqual({ watermark: 4 });
      expect(await keep(await successor.load(), 6)).toBe('stored');
      expect((await open(store).load()).state).toEqual({ watermark: 6 });
    });

    test('A process forgets a head that the store has lost, because others may have written since', async () => {
      await keepMore(1);
      const other = open(store);
      for (const watermark of [2, 3]) await other.commit({ ...(await other.load()), state: { watermark } });
      for (const key of [...store.contents.keys()]) await store.delete(key);
      expect((await snapshots.load()).state).toBeUndefined();
      for (const watermark of [4, 5]) {
        expect(await keepMore(watermark)).toBe('stored');
        expect((await open(store).load()).state).toEqual({ watermark });
      }
      expect((await other.load()).state).toEqual({ watermark: 5 });
    });

    test('A pointer that is behind what a process remembers costs one more read', async () => {
      const { counts, through } = counted();
      for (let n = 1; n <= 3; n += 1) await keepMore(n);
      const reader = open(through);
      await reader.load();
      for (const key of [KEY, `${KEY}:again`])
        await store.set(key, String(Number(await store.get(key)) - 1), 60);
      counts.reads = 0;
      expect((await reader.load()).state).toEqual({ watermark: 3 });
      expect(counts.reads).toBe(3);
    });

    test('A snapshot that begins again after a loss is newer than the lost one for every process', async () => {
      for (let n = 1; n <= 5; n += 1) await keepMore(n);
      for (const key of [...store.contents.keys()]) await store.delete(key);
      clock.advance(24 * HOUR);
      const begun = open(store);
      await keep(await begun.load(), 7);
      expect((await snapshots.load()).state).toEqual({ watermark: 7 });
    });

    test('A head whose write was answered with a refusal but has arrived counts as stored', async () => {
      const lying = open({ ...store, add: async (...request) => !(await store.add(...request)) });
      const snapshot = await lying.load();
      snapshot.state = { watermark: 3 };
      expect(await lying.commit(snapshot)).toBe('stored');
    });
  });

  test('A snapshot is rejected, and not empty, if the store does not answer', async () => {
    await expect(open(silentStore).load()).rejects.toThrow();
  });

  describe('Snapshot whose write fails half-way', () => {
    const old = () => [entry('yesterday', DAY_START - HOUR, 'old'), entry('today', DAY_START, 'old')];
    const changed = () => [
      entry('yesterday', DAY_START - HOUR, 'new'),
      entry('today', DAY_START, 'new'),
      entry('new', clock.now(), 'new'),
    ];
    const failures: Record<string, (write: () => Promise<boolean>) => Promise<boolean>> = {
      'is refused': async () => false,
      'is not answered and did not arrive': () => silentStore.set('', '', 1),
      'arrived and is not answered': async (write) => {
        await write();
        throw new Error('the answer was lost');
      },
    };
    /** Two chunks, the head, two pointers, the number in place of an old head, and two replaced chunks to delete. */
    const writes = [1, 2, 3, 4, 5, 6, 7, 8];

    const failingAt = (nth: number, failure: (write: () => Promise<boolean>) => Promise<boolean>): Store => {
      let count = 0;
      const attempt = (write: () => Promise<boolean>) => {
        count += 1;
        return count === nth ? failure(write) : write();
      };
      return {
        ...store,
        set: (...request) => attempt(() => store.set(...request)),
        add: (...request) => attempt(() => store.add(...request)),
        delete: (key) => attempt(() => store.delete(key)),
      };
    };

    describe.each(Object.entries(failures))('Snapshot of which a write %s', (_, failure) => {
      test.each(writes)('The snapshot is either the old or the new one if write %d fails', async (nth) => {
        await keepMore(1, ...old());
        const failing = open(failingAt(nth, failure), 2);
        const snapshot = await failing.load();
        snapshot.state = { watermark: 2 };
        snapshot.entries = withEntries(snapshot, changed());
        await failing.commit(snapshot);

        const { state, entries } = await snapshots.load();
        const seen = { state, entries: [...entries.values()] };
        expect([
          { state: { watermark: 1 }, entries: old() },
          { state: { watermark: 2 }, entries: changed() },
        ]).toContainEqual(seen);
      });
    });

    test.each([1, 2, 3])('The commit is reported as failed when write %d is refused', async (nth) => {
      await keepMore(1, ...old());
      const failing = open(failingAt(nth, async () => false));
      const snapshot = await failing.load();
      snapshot.entries = withEntries(snapshot, changed());
      expect(await failing.commit(snapshot)).toBe('declined');
    });
  });
});
