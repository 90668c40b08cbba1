import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { createSnapshots, type Snapshot, type Snapshots } from '../../../lib/feeds/engine/snapshot.ts';
import type { Entry } from '../../../lib/feeds/engine/snapshot-format.ts';
import { emptyMemo } from '../../../lib/feeds/engine/snapshot-memo.ts';
import { HOUR } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const KEY = 'snap:shop:orders';
/** Start of a UTC day. */
const DAY_START = Date.parse('2026-11-21T00:00:00Z');

const stateSchema = z.object({ watermark: z.number() });
type State = z.infer<typeof stateSchema>;
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
const unpacked = (chunk: string | null): Entry<Values>[] =>
  chunk === null ? [] : JSON.parse(inflateRawSync(Buffer.from(chunk, 'base64')).toString());

/** A memory store that tells what is in it. */
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
    delete: async (key) => {
      contents.delete(key);
      return inner.delete(key);
    },
  };
}

describe('A snapshot', () => {
  let clock: FixedClock;
  let store: ReturnType<typeof watchedStore>;
  let snapshots: Snapshots<State, Values>;
  const open = (through: Store, seed = 1) =>
    createSnapshots<State, Values>({
      store: through,
      clock,
      random: seededRandom(seed),
      key: KEY,
      state: stateSchema,
      memo: emptyMemo(),
    });
  beforeEach(() => {
    clock = fixedClock(DAY_START + 10 * HOUR);
    store = watchedStore(clock);
    snapshots = open(store);
  });

  /** Puts entries in and writes them. */
  async function keep(snapshot: OrderSnapshot, watermark: number, ...entries: Entry<Values>[]) {
    snapshot.state = { watermark };
    for (const each of entries) snapshot.entries.set(each.id, each);
    return snapshots.commit(snapshot, new Set(entries.map(({ id }) => id)));
  }
  const keepMore = async (watermark: number, ...entries: Entry<Values>[]) =>
    keep(await snapshots.load(), watermark, ...entries);
  const chunkKeys = () => [...store.contents.keys()].filter((key) => key !== KEY);
  const ids = ({ entries }: OrderSnapshot) => [...entries.keys()].sort();

  test('is empty where nothing was kept yet', async () => {
    expect(await snapshots.load()).toEqual({ state: undefined, entries: new Map(), chunks: [] });
  });

  test('returns the state that was kept', async () => {
    await keepMore(42);
    expect((await snapshots.load()).state).toEqual({ watermark: 42 });
  });

  test('returns the entries that were kept', async () => {
    const order = entry('8201', clock.now(), '新订单 🛒');
    await keepMore(1, order);
    expect((await snapshots.load()).entries).toEqual(new Map([['8201', order]]));
  });

  test('returns entries of several visits together', async () => {
    await keepMore(1, entry('1', clock.now()));
    await keepMore(2, entry('2', clock.now()));
    expect(ids(await snapshots.load())).toEqual(['1', '2']);
  });

  test('returns the latest values of an entry that changed', async () => {
    await keepMore(1, entry('1', clock.now(), 'old'));
    await keepMore(2, entry('1', clock.now(), 'new'));
    expect((await snapshots.load()).entries.get('1')?.values).toEqual({ product: 'new' });
  });

  test('keeps entries in one chunk for every day on which they were first seen', async () => {
    await keepMore(
      1,
      entry('1', DAY_START - HOUR),
      entry('2', DAY_START - 1),
      entry('3', DAY_START),
      entry('4', DAY_START + HOUR),
    );
    expect(chunkKeys()).toHaveLength(2);
  });

  test('does not write the chunk of a day in which nothing changed', async () => {
    await keepMore(1, entry('1', DAY_START - HOUR));
    const [yesterday] = chunkKeys();
    await keepMore(2, entry('2', DAY_START + HOUR));
    expect(chunkKeys()).toContain(yesterday);
  });

  test('does not leave the chunk behind that another one replaced', async () => {
    await keepMore(1, entry('1', clock.now()));
    await keepMore(2, entry('2', clock.now()));
    expect(chunkKeys()).toHaveLength(1);
  });

  test('is written without chunks where there are no entries', async () => {
    await keepMore(1);
    expect(chunkKeys()).toEqual([]);
  });

  test('holds nothing that can be read without unpacking it', async () => {
    await keepMore(1, entry('8201739405562817', clock.now()));
    const stored = [...store.contents.values()].join('\n');
    const bytes = Buffer.from(stored, 'base64').toString('latin1');
    expect(stored + bytes).not.toMatch(/8201739405562817|Tote|product|watermark/);
  });

  test('of 300 orders takes less than 30 KB', async () => {
    await keepMore(
      1,
      ...Array.from({ length: 300 }, (_, n) => entry(`82017394${n * 1_000_003}`, clock.now() - n * 1000)),
    );
    expect([...store.contents.values()].join('').length).toBeLessThan(30_000);
  });

  describe('as time goes by', () => {
    test('no longer holds what was fetched 48 hours ago', async () => {
      await keepMore(1, entry('1', clock.now()));
      clock.advance(48 * HOUR);
      expect(ids(await snapshots.load())).toEqual([]);
    });

    test('no longer holds what was fetched 48 hours ago, though the store kept it too long', async () => {
      snapshots = open(memoryStore(fixedClock(clock.now())));
      await keepMore(1, entry('1', clock.now()));
      clock.advance(48 * HOUR);
      expect(ids(await snapshots.load())).toEqual([]);
    });

    test('does not count an end that was planned as a loss', async () => {
      await keepMore(1, entry('1', clock.now()));
      clock.advance(48 * HOUR);
      expect((await snapshots.load()).missingSince).toBeUndefined();
    });

    test('holds an entry for 36 hours while visits go on', async () => {
      await keepMore(1, entry('1', clock.now()));
      for (let hour = 1; hour < 36; hour += 1) {
        clock.advance(HOUR);
        await keepMore(hour, entry(`later ${hour}`, clock.now()));
      }
      expect(ids(await snapshots.load())).toContain('1');
    });

    test('holds every entry of the last 36 hours at any time, while visits go on', async () => {
      const missing: string[] = [];
      for (let hour = 1; hour <= 100; hour += 1) {
        clock.advance(HOUR);
        await keepMore(hour, entry(String(hour), clock.now()));
        const { entries } = await snapshots.load();
        for (let back = 0; back < 36 && back < hour; back += 1) {
          if (!entries.has(String(hour - back))) missing.push(`${hour - back} at ${hour}`);
        }
      }
      expect(missing).toEqual([]);
    });

    test('leaves nothing in the store that was fetched 48 hours ago', async () => {
      for (let hour = 1; hour <= 72; hour += 1) {
        clock.advance(HOUR);
        await keepMore(hour, entry(String(hour), clock.now()));
      }
      const stored = await Promise.all(chunkKeys().map((key) => store.get(key)));
      const fetched = stored.flatMap((chunk) => unpacked(chunk).map(({ fetchedAt }) => fetchedAt));
      expect(Math.min(...fetched)).toBeGreaterThan(clock.now() - 48 * HOUR);
    });

    test('keeps its state for days without a visit', async () => {
      await keepMore(42, entry('1', clock.now()));
      clock.advance(6 * 24 * HOUR);
      expect((await snapshots.load()).state).toEqual({ watermark: 42 });
    });
  });

  describe('when a chunk is lost', () => {
    const lost = DAY_START - HOUR;
    beforeEach(async () => {
      await keepMore(1, entry('lost', lost));
      const [chunk] = chunkKeys();
      await keepMore(2, entry('kept', clock.now()));
      await store.delete(String(chunk));
    });

    test('says since when orders must be read again', async () => {
      expect((await open(store).load()).missingSince).toBe(lost);
    });

    test('returns the entries of the other chunks', async () => {
      expect(ids(await open(store).load())).toEqual(['kept']);
    });

    test('says so no more once another process has written again', async () => {
      snapshots = open(store);
      await keepMore(3);
      expect((await open(store).load()).missingSince).toBeUndefined();
    });
  });

  test('reports a chunk that ended with its oldest entry, because younger ones were in it', async () => {
    await keepMore(1, entry('old', clock.now()));
    clock.advance(23 * HOUR);
    await keepMore(2, { ...entry('young', clock.now()), seenAt: clock.now() - 23 * HOUR });
    clock.advance(26 * HOUR);
    expect((await snapshots.load()).missingSince).toBe(clock.now() - 49 * HOUR);
  });

  test('takes a chunk that cannot be unpacked for lost', async () => {
    await keepMore(1, entry('1', clock.now()));
    await store.set(String(chunkKeys()[0]), 'AAAA', 3600);
    expect((await open(store).load()).missingSince).toBe(clock.now());
  });

  test.each([
    ['is not packed', 'garbage'],
    ['is empty', ''],
    ['is not an object', packed(null)],
    ['is of another version', packed({ version: 0, state: { watermark: 1 }, chunks: [] })],
    ['has a state of another shape', packed({ version: 1, state: { mark: 1 }, chunks: [] })],
    ['names its chunks in another way', packed({ version: 1, state: { watermark: 1 }, chunks: ['a'] })],
  ])('is begun anew when its head %s', async (_, head) => {
    await store.set(KEY, head, 3600);
    expect((await snapshots.load()).state).toBeUndefined();
  });

  describe('that another process writes meanwhile', () => {
    /** Before a chunk is read, `meanwhile` happens. */
    const interrupted = (meanwhile: () => Promise<unknown>, times = 1): Store => {
      let left = times;
      return {
        ...store,
        get: async (key) => {
          if (key !== KEY && left > 0) {
            left -= 1;
            await meanwhile();
          }
          return store.get(key);
        },
      };
    };
    let writes = 0;
    const writeElsewhere = async () => {
      writes += 1;
      await keepMore(writes, entry('2', clock.now(), `write ${writes}`));
    };
    beforeEach(async () => {
      writes = 0;
      await keepMore(0, entry('1', clock.now()));
    });

    test('is read again, so that it is whole', async () => {
      expect(ids(await open(interrupted(writeElsewhere)).load())).toEqual(['1', '2']);
    });

    test('is not taken for one that lost something', async () => {
      expect((await open(interrupted(writeElsewhere)).load()).missingSince).toBeUndefined();
    });

    test('rejects when it never stands still', async () => {
      await expect(open(interrupted(writeElsewhere, 100)).load()).rejects.toThrow();
    });
  });

  test('rejects rather than look empty when the store does not answer', async () => {
    await expect(open(silentStore).load()).rejects.toThrow();
  });

  describe('whose writing fails half-way', () => {
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
    /** Two chunks, the head, and two replaced chunks to delete. */
    const writes = [1, 2, 3, 4, 5];

    const failingAt = (nth: number, failure: (write: () => Promise<boolean>) => Promise<boolean>): Store => {
      let count = 0;
      const attempt = (write: () => Promise<boolean>) => {
        count += 1;
        return count === nth ? failure(write) : write();
      };
      return {
        ...store,
        set: (...request) => attempt(() => store.set(...request)),
        delete: (key) => attempt(() => store.delete(key)),
      };
    };

    describe.each(Object.entries(failures))('because a write %s', (_, failure) => {
      test.each(writes)('is the old one or the new one, never a mix, at write %d', async (nth) => {
        await keepMore(1, ...old());
        const failing = open(failingAt(nth, failure), 2);
        const snapshot = await failing.load();
        snapshot.state = { watermark: 2 };
        for (const each of changed()) snapshot.entries.set(each.id, each);
        await failing.commit(snapshot, new Set(snapshot.entries.keys())).catch(() => false);

        const { state, entries } = await snapshots.load();
        const seen = { state, entries: [...entries.values()] };
        expect([
          { state: { watermark: 1 }, entries: old() },
          { state: { watermark: 2 }, entries: changed() },
        ]).toContainEqual(seen);
      });
    });

    test.each([1, 2, 3])('says that it was not kept when write %d is refused', async (nth) => {
      await keepMore(1, ...old());
      const failing = open(failingAt(nth, async () => false));
      const snapshot = await failing.load();
      for (const each of changed()) snapshot.entries.set(each.id, each);
      expect(await failing.commit(snapshot, new Set(snapshot.entries.keys()))).toBe(false);
    });
  });
});
