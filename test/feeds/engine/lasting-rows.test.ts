import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { openLastingRows, type WrittenShards } from '../../../lib/feeds/engine/lasting-rows.ts';
import { DAY, SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import { stored } from '../../../lib/stores/stored.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { strictLog } from '../../support/strict-log.ts';

const format = stored(() => ({ since: z.number().default(0), text: z.string().default('') }));
type Row = z.infer<typeof format>;

function open(aged?: (row: Row, now: number) => Row | undefined) {
  const clock = fixedClock('2026-11-21T02:00:00Z');
  const store = memoryStore(clock);
  const openIn = async (written: WrittenShards = null, through: Store = store) => {
    const rows = openLastingRows<Row>(
      { seller: '22', store: through, clock, log: strictLog },
      { name: 'rows', format, ...(aged && { aged }) },
    );
    return { rows, missingSince: await rows.load(written) };
  };
  const row = (text = 'row', ageMs = 0): Row => ({ since: (clock.now() - ageMs) / SECOND, text });
  /** Stores a row for each of these ids. */
  const keep = async (ids: string[], text?: string, ageMs?: number) => {
    const { rows } = await openIn();
    for (const id of ids) rows.put(id, row(text, ageMs));
    await rows.store();
    return rows.written();
  };
  const keyOf = (shard: number | string, copy: string) => `rows:22:${shard}:${copy}`;
  return { clock, store, openIn, row, keep, keyOf };
}
const ids = Array.from({ length: 40 }, (_, n) => String(8201 + n));

describe('Rows that last', () => {
  test('They are spread over four shards, each of which is stored twice', async () => {
    const { keep, store, keyOf } = open();
    const written = await keep(ids);
    expect(Object.keys(written)).toEqual(['0', '1', '2', '3']);
    for (const shard of [0, 1, 2, 3]) {
      const [a, b] = await Promise.all(['a', 'b'].map((copy) => store.get(keyOf(shard, copy))));
      expect([a === b, typeof a]).toEqual([true, 'string']);
    }
  });

  test('A lost shard takes only its own rows with it', async () => {
    const { keep, store, keyOf, openIn, clock } = open();
    const written = await keep(ids);
    await store.delete(keyOf(2, 'a'));
    await store.delete(keyOf(2, 'b'));
    const { rows, missingSince } = await openIn(written);
    const lost = ids.filter((id) => !rows.find(id));
    expect([missingSince, lost.length > 0, lost.length < 20]).toEqual([clock.now(), true, true]);
    expect(Object.keys(rows.written())).toEqual(['0', '1', '3']);
  });

  test('Only shards that have changed are written', async () => {
    const { keep, store, openIn, row } = open();
    const written = await keep(ids);
    const keys: string[] = [];
    const { rows } = await openIn(written, {
      ...store,
      set: async (key) => {
        keys.push(key);
        return true;
      },
    });
    await rows.store();
    expect(keys).toStrictEqual([]);
    rows.put('8201', row('new'));
    await rows.store();
    expect(new Set(keys.map((key) => key.slice(0, -2))).size).toBe(1);
    expect(keys.map((key) => key.slice(-1))).toEqual(['a', 'b']);
  });

  test('A shard is written again after 30 days, and not before', async () => {
    const { keep, openIn, clock } = open();
    const written = await keep(ids);
    clock.advance(30 * DAY);
    expect((await openIn(written)).rows.written()).toEqual(written);
    clock.advance(1);
    const renewed = (await openIn(written)).rows;
    expect(Object.values(renewed.written())).toEqual(Array(4).fill(clock.now()));
  });

  test('Rows are stored for 91 days', async () => {
    const { keep, store, keyOf, clock } = open();
    await keep(ids);
    clock.advance(91 * DAY - 1);
    expect(await store.get(keyOf(0, 'a'))).not.toBeNull();
    clock.advance(1);
    expect(await store.get(keyOf(0, 'a'))).toBeNull();
  });

  test('A row is remembered for 90 days', async () => {
    const { openIn, row } = open();
    const { rows } = await openIn();
    rows.put('young', row('row', 90 * DAY));
    rows.put('old', row('row', 90 * DAY + SECOND));
    expect([rows.find('young')?.text, rows.find('old')]).toEqual(['row', undefined]);
    expect(Object.keys(rows.written())).toHaveLength(1);
  });

  test('A row that the feed need not remember is dropped when it is loaded', async () => {
    const { keep, openIn, row } = open((each) => (each.text === 'short' ? undefined : each));
    await keep(['1'], 'long');
    const { rows } = await openIn();
    rows.put('2', row('short'));
    expect([rows.find('1')?.text, rows.find('2')]).toEqual(['long', undefined]);
  });

  test('A row is loaded with what the feed need still remember of it', async () => {
    const { keep, openIn } = open((each) => ({ ...each, text: `${each.text} of ${each.since > 0}` }));
    await keep(['1'], 'rest');
    expect((await openIn()).rows.find('1')?.text).toBe('rest of true');
  });

  test('The later of two rows counts, whichever copy it is in', async () => {
    for (const newer of ['a', 'b']) {
      const { keep, store, openIn, row, keyOf } = open();
      const [shard] = Object.keys(await keep(['1'], 'old', DAY));
      const { rows } = await openIn(null, {
        ...store,
        set: async (key, ...rest) => key === keyOf(String(shard), newer) && store.set(key, ...rest),
      });
      rows.put('1', row('new'));
      await rows.store();
      expect((await openIn()).rows.find('1')?.text).toBe('new');
    }
  });

  test('A shard that is too long drops the rows that changed least recently', async () => {
    const { openIn, row, store, keyOf } = open();
    const { rows } = await openIn();
    // Rows of one shard, whose texts cannot be compressed.
    const own: string[] = [];
    for (let n = 0; own.length < 60; n += 1) {
      const { rows: probe } = await openIn();
      probe.put(String(n), row());
      if (Object.keys(probe.written())[0] === '1') own.push(String(n));
    }
    for (const [nth, id] of own.entries())
      rows.put(id, row(randomBytes(600).toString('base64'), ((nth * 7) % 60) * DAY));
    await rows.store();
    expect((await store.get(keyOf(1, 'a')))?.length).toBeLessThanOrEqual(30 * 1024);
    const { rows: kept } = await openIn();
    const ages = own.map((id, nth) => [(nth * 7) % 60, kept.find(id) !== undefined] as const);
    const oldestKept = Math.max(...ages.filter(([, isKept]) => isKept).map(([age]) => age));
    expect(oldestKept).toBeGreaterThan(20);
    expect(oldestKept).toBeLessThan(59);
    for (const [age, isKept] of ages) expect(isKept).toBe(age <= oldestKept);
  });

  test('Rows of which nothing says whether they were written are not missing', async () => {
    const { openIn } = open();
    expect((await openIn(null)).missingSince).toBeUndefined();
    expect((await openIn({})).missingSince).toBeUndefined();
  });

  test('Lost shards are missing since the first of them was written, unless that was 90 days ago', async () => {
    const { openIn, clock } = open();
    const now = clock.now();
    expect((await openIn({ 0: now - DAY, 1: now - 3 * DAY, 2: now - 2 * DAY })).missingSince).toBe(
      now - 3 * DAY,
    );
    expect((await openIn({ 0: now - 90 * DAY })).missingSince).toBeUndefined();
    expect((await openIn({ 0: now - 90 * DAY + 1 })).missingSince).toBe(now - 90 * DAY + 1);
  });

  test.each(['garbage', '', 'AAAA'])('A copy that is %j stands for nothing', async (text) => {
    const { keep, store, keyOf, openIn } = open();
    const written = await keep(['1']);
    const [shard] = Object.keys(written);
    await store.set(keyOf(String(shard), 'a'), text, 60);
    expect((await openIn(written)).rows.find('1')?.text).toBe('row');
    await store.set(keyOf(String(shard), 'b'), text, 60);
    expect((await openIn(written)).missingSince).toBeDefined();
    await store.delete(keyOf(String(shard), 'b'));
    expect((await openIn(written)).missingSince).toBeDefined();
  });

  test('A store that does not take a shard is not an error', async () => {
    const { openIn, store, row } = open();
    const { rows } = await openIn(null, { ...store, set: () => Promise.reject(new Error('no answer')) });
    rows.put('1', row());
    await expect(rows.store()).resolves.toBeUndefined();
  });
});
