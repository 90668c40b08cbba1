import * as z from 'zod';
import { emptySection } from '../../../lib/feeds/engine/chunks.ts';
import { openLastingRows } from '../../../lib/feeds/engine/lasting-rows.ts';
import { createSnapshots } from '../../../lib/feeds/engine/snapshot.ts';
import type { Entry } from '../../../lib/feeds/engine/snapshot-format.ts';
import { emptyMemo } from '../../../lib/feeds/engine/snapshot-memo.ts';
import { UNREADABLE } from '../../../lib/feeds/engine/unreadable.ts';
import { watchList } from '../../../lib/feeds/engine/watch-list.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import { count, stored } from '../../../lib/stores/stored.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { openProbeFeed } from '../../support/probe-feed.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
const KEY = 'snap1:2201234567890:parcels';

const counted = stored(() => ({ page: count.default(0), seen: count.default(0) }));
type Counted = z.infer<typeof counted>;
/** Of a release that writes the page as a text. */
const lettered = stored(() => ({ page: z.string().default('') }));

function open() {
  const clock = fixedClock(NOW);
  const store = memoryStore(clock);
  const logged: string[] = [];
  const list = watchList(counted, 9 * DAY);
  const options = {
    store,
    clock,
    random: seededRandom(1),
    key: KEY,
    log: (message: string, facts?: object) => logged.push(`${message} ${JSON.stringify(facts)}`),
    watchedLifetime: list.lifetime,
    watchedFormat: list.format,
  };
  return {
    clock,
    store,
    list,
    logged,
    /** As another process. */
    snapshots: () => createSnapshots<Counted, object>({ ...options, state: counted, memo: emptyMemo() }),
    otherRelease: () =>
      createSnapshots<{ page: string }, object>({ ...options, state: lettered, memo: emptyMemo() }),
  };
}

const entry = (id: string, values: object = {}): Entry<object> => ({
  id,
  seenAt: NOW,
  fetchedAt: NOW,
  values,
});
const entriesOf = (...entries: Entry<object>[]) => new Map(entries.map((each) => [each.id, each]));

describe('Value that could not be read again', () => {
  test('A state keeps what was stored of the field before, and the log names the feed and the field', async () => {
    const { snapshots, logged } = open();
    const first = await snapshots().load();
    await snapshots().commit({ ...first, state: { page: 3, seen: 1 } });
    const second = await snapshots().load();
    expect(await snapshots().commit({ ...second, state: { page: -1, seen: 2 } })).toBe('stored');
    expect((await snapshots().load()).state).toEqual({ page: 3, seen: 2 });
    expect(logged).toEqual([`${UNREADABLE} {"kind":"snap1","feed":"parcels","field":"page"}`]);
  });

  test('A record is left out, and does not take the others of its chunk with it', async () => {
    const { snapshots, logged } = open();
    const snapshot = await snapshots().load();
    const entries = entriesOf(entry('1'), { ...entry('2'), seenAt: -1 });
    await snapshots().commit({ ...snapshot, state: { page: 0, seen: 0 }, entries });
    expect([...(await snapshots().load()).entries.keys()]).toEqual(['1']);
    expect(logged).toEqual([`${UNREADABLE} {"kind":"chunk1","feed":"parcels","field":"seenAt"}`]);
  });

  test('An entry of a watch list is left out by the format of the list', async () => {
    const { snapshots, logged } = open();
    const snapshot = await snapshots().load();
    const watched = {
      ...emptySection,
      entries: entriesOf(entry('1', { page: -1 }), entry('2', { page: 1 })),
    };
    await snapshots().commit({ ...snapshot, state: { page: 0, seen: 0 } }, watched);
    const { entries } = await snapshots().loadWatched(await snapshots().load());
    expect([...entries.keys()]).toEqual(['2']);
    expect(logged).toEqual([`${UNREADABLE} {"kind":"watch1","feed":"parcels","field":"page"}`]);
  });

  test('A row keeps what was remembered before, and does not take the others of its shard with it', async () => {
    const { clock, store, logged } = open();
    const format = stored(() => ({ since: z.number().default(0), entries: count.default(1) }));
    const rows = () =>
      openLastingRows(
        { seller: '22', store, clock, log: (message, facts) => logged.push(`${message} ${facts?.field}`) },
        { name: 'rows', format },
      );
    const before = rows();
    for (let n = 0; n < 9; n += 1) before.put(String(n), { since: NOW / 1000, entries: 2 });
    before.put('3', { since: NOW / 1000, entries: -1 });
    await before.store();
    const after = rows();
    await after.load(null);
    expect(Array.from({ length: 9 }, (_, n) => after.find(String(n))?.entries)).toEqual(Array(9).fill(2));
    expect(logged).toEqual([`${UNREADABLE} entries`]);
  });

  test('A state that this release cannot read is not begun again: the one before it counts, and the log says so', async () => {
    const { snapshots, otherRelease, logged } = open();
    await snapshots().commit({
      ...(await snapshots().load()),
      state: { page: 3, seen: 1 },
      entries: entriesOf(entry('1')),
    });
    await otherRelease().commit({ ...(await otherRelease().load()), state: { page: 'four' } });
    const { state, entries } = await snapshots().load();
    expect([state, [...entries.keys()]]).toEqual([{ page: 3, seen: 1 }, ['1']]);
    expect(logged).toContain('what a feed knew cannot be read {"feed":"parcels"}');
  });

  test('Where no head can be read, the feed fetches again what it had fetched', async () => {
    const { feed, shop, visits } = openProbeFeed();
    await feed.read('polling');
    shop.clock.advance(HOUR);
    const key = `snap1:${shop.seller}:orders`;
    const number = Number(await shop.innerStore.get(key));
    await shop.innerStore.set(`${key}:${number}`, 'damaged', 60 * MINUTE);
    shop.memo.heads.clear();
    await feed.read('polling');
    expect(visits.at(-1)?.lost.recordsSince).toBe(shop.clock.now() - 36 * HOUR);
    expect(shop.logged.filter((line) => line.startsWith('what a feed knew cannot be read'))).not.toEqual([]);
  });
});
