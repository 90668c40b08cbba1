import {
  type ChunksOptions,
  emptySection,
  readChunks,
  writeChunks,
} from '../../../lib/feeds/engine/chunks.ts';
import { type ChunkRef, type Entry, MAX_VALUE_LENGTH } from '../../../lib/feeds/engine/snapshot-format.ts';
import { emptyMemo } from '../../../lib/feeds/engine/snapshot-memo.ts';
import { HOUR, SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { strictLog } from '../../support/strict-log.ts';

/** Start of a UTC day. */
const START = Date.parse('2026-11-21T00:00:00Z');
const DAY_BEFORE = START - HOUR;

interface Values {
  text: string;
}

function open() {
  const clock = fixedClock(START + 10 * HOUR);
  const store = memoryStore(clock);
  const random = seededRandom(1);
  const lifetime = { retentionMs: 36 * HOUR, expiryMs: 48 * HOUR };
  const options: ChunksOptions = {
    store,
    clock,
    random,
    key: 'chunk',
    memo: emptyMemo(),
    log: strictLog,
    lifetime,
  };
  /** Text that cannot be compressed. */
  const noise = (length: number) =>
    Array.from({ length }, () => String.fromCharCode(33 + Math.floor(random() * 90))).join('');
  const entry = (id: string, at = clock.now(), text = ''): Entry<Values> => ({
    id,
    seenAt: at,
    fetchedAt: at,
    values: { text },
  });
  /** Adds entries to what is stored. */
  const add = async (refs: readonly ChunkRef[], ...entries: Entry<Values>[]): Promise<ChunkRef[]> => {
    const section = refs.length > 0 ? await readChunks<Values>(options, refs) : emptySection;
    const all = new Map([...section.entries, ...entries.map((each) => [each.id, each] as const)]);
    return (await writeChunks<Values>(options, { ...section, entries: all })) ?? [];
  };
  const keys = (refs: readonly ChunkRef[]) => refs.map(({ key }) => key);
  return { clock, store, options, noise, entry, add, keys };
}

describe('Chunks of a section', () => {
  test('A new entry joins a chunk of its day that has room, and leaves a full one as it is', async () => {
    const { add, entry, noise, keys, clock } = open();
    const small = await add([], entry('1'));
    const joined = await add(small, entry('2'));
    expect([joined.length, joined[0]?.key]).toEqual([1, expect.not.stringContaining(String(keys(small)[0]))]);
    const full = await add([], entry('1', clock.now(), noise(20_000)));
    expect(full[0]?.size).toBeGreaterThan(MAX_VALUE_LENGTH / 2);
    const beside = await add(full, entry('2'));
    expect(keys(beside)).toEqual([full[0]?.key, expect.any(String)]);
  });

  test('A new entry leaves the chunks of other days as they are', async () => {
    const { add, entry, keys } = open();
    const first = await add([], entry('1', DAY_BEFORE));
    const both = await add(first, entry('2'));
    expect(both.map(({ day }) => day)).toEqual([START - 24 * HOUR, START]);
    expect(keys(both)).toContain(first[0]?.key);
  });

  test('A chunk names the times of its oldest and its newest entry, and its length', async () => {
    const { add, entry, store } = open();
    const [ref] = await add(
      [],
      entry('1', START + HOUR),
      entry('2', START + 3 * HOUR),
      entry('3', START + 2 * HOUR),
    );
    expect(ref).toMatchObject({ oldest: START + HOUR, newest: START + 3 * HOUR, day: START });
    expect((await store.get(String(ref?.key)))?.length).toBe(ref?.size);
  });

  test('Entries that are too long together are stored in several chunks of the same day', async () => {
    const { add, entry, noise, clock } = open();
    const long = [1, 2, 3].map((n) => entry(String(n), clock.now(), noise(15_000)));
    const refs = await add([], ...long);
    expect(refs.length).toBeGreaterThan(1);
    for (const { size, day } of refs) expect([size <= MAX_VALUE_LENGTH, day]).toEqual([true, START]);
  });

  test('An entry past retention is not written again, and one within is', async () => {
    const { add, entry, options, clock } = open();
    const now = clock.now();
    const refs = await add([], entry('old', now - 36 * HOUR), entry('young', now - 36 * HOUR + 1));
    const { entries } = await readChunks<Values>({ ...options, memo: emptyMemo() }, refs);
    expect([...entries.keys()]).toEqual(['young']);
  });

  test('A chunk is written again in the last four hours before it expires', async () => {
    const { add, entry, keys, clock } = open();
    const first = await add([], entry('1'), { ...entry('2'), fetchedAt: clock.now() + 30 * HOUR });
    clock.advance(44 * HOUR);
    expect(keys(await add(first))).toEqual(keys(first));
    clock.advance(1);
    const renewed = await add(first);
    expect(renewed).toMatchObject([{ oldest: clock.now() - 14 * HOUR - 1 }]);
    expect(keys(renewed)).not.toEqual(keys(first));
  });

  test('A chunk is stored until its oldest entry expires', async () => {
    const { add, entry, store, clock } = open();
    const [ref] = await add([], entry('1', clock.now() - HOUR), entry('2'));
    clock.advance(47 * HOUR - 1);
    expect(await store.get(String(ref?.key))).not.toBeNull();
    clock.advance(1);
    expect(await store.get(String(ref?.key))).toBeNull();
  });

  test.each([async () => false, silentStore.set])(
    'Nothing is written if the store does not take a chunk (%#)',
    async (set) => {
      const { options, entry } = open();
      const section = { ...emptySection, entries: new Map([['1', entry('1')]]) };
      expect(await writeChunks({ ...options, store: { ...options.store, set } }, section)).toBeUndefined();
    },
  );
});

describe('Chunks that are missing', () => {
  test('The times of the oldest and the newest entry of all missing chunks are named', async () => {
    const { add, entry, store, options } = open();
    const refs = await add(
      [],
      entry('1', DAY_BEFORE - HOUR),
      entry('2', DAY_BEFORE),
      entry('3', START),
      entry('4', START + HOUR),
      entry('5', DAY_BEFORE - 24 * HOUR),
    );
    expect(refs).toHaveLength(3);
    for (const { key, day } of refs) if (day >= START - 24 * HOUR) await store.delete(key);
    const { missing, entries } = await readChunks({ ...options, memo: emptyMemo() }, refs);
    expect(missing).toEqual({ from: DAY_BEFORE - HOUR, to: START + HOUR });
    expect([...entries.keys()]).toEqual(['5']);
  });

  test('A chunk whose entries are all past retention is not missed', async () => {
    const { add, entry, store, options, clock } = open();
    const refs = await add([], entry('1'));
    await store.delete(String(refs[0]?.key));
    const missing = async () => (await readChunks({ ...options, memo: emptyMemo() }, refs)).missing;
    clock.advance(36 * HOUR - 1);
    expect(await missing()).toBeDefined();
    clock.advance(1);
    expect(await missing()).toBeUndefined();
  });

  test('A process that remembers a chunk reads it no more until an entry of it expires', async () => {
    const { add, entry, options, clock } = open();
    const refs = await add([], entry('1'));
    const silent = { ...options, store: silentStore };
    clock.advance(48 * HOUR - 1);
    expect((await readChunks(silent, refs)).entries.size).toBe(1);
    clock.advance(1);
    await expect(readChunks(silent, refs)).rejects.toThrow();
    expect(options.memo.chunks.size).toBe(0);
  });

  test('A process that does not remember a chunk reads it once', async () => {
    const { add, entry, options } = open();
    const refs = await add([], entry('1'));
    options.memo.chunks.clear();
    await readChunks(options, refs);
    expect((await readChunks({ ...options, store: silentStore }, refs)).entries.size).toBe(1);
  });

  test('An entry that has expired is not returned, although the store has kept its chunk', async () => {
    const { add, entry, options, clock } = open();
    const refs = await add([], entry('old'), { ...entry('young'), fetchedAt: clock.now() + SECOND });
    const text = await options.store.get(String(refs[0]?.key));
    clock.advance(48 * HOUR);
    await options.store.set(String(refs[0]?.key), String(text), 60);
    expect([...(await readChunks(options, refs)).entries.keys()]).toEqual(['young']);
  });
});
