import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SECOND } from '../../lib/runtime.ts';
import { cardKeys } from '../../lib/stores/card.ts';
import { type SqliteStore, sqliteStore } from '../../lib/stores/sqlite.ts';
import { zapierCacheStore } from '../../lib/stores/zapier-cache.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';
import { type OpenStore, storeKinds } from '../support/stores.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const NOW = '2026-11-21T02:00:00Z';

describe.each(Object.keys(storeKinds))('%s store', (kind) => {
  let clock: FixedClock;
  let open: OpenStore;
  beforeEach(async () => {
    clock = fixedClock(NOW);
    open = await (storeKinds[kind] as (typeof storeKinds)[string])(clock);
  });
  afterEach(() => open.close());

  test('A key that was never written reads as null', async () => {
    expect(await open.store.get('unwritten')).toBeNull();
  });

  test('A value that was set is read back', async () => {
    await open.store.set('key', 'value', 60);
    expect(await open.store.get('key')).toBe('value');
  });

  test('A set of a value is confirmed', async () => {
    expect(await open.store.set('key', 'value', 60)).toBe(true);
  });

  test('A value that is set again is replaced', async () => {
    await open.store.set('key', 'old', 60);
    await open.store.set('key', 'new', 60);
    expect(await open.store.get('key')).toBe('new');
  });

  test('A value is added if the key has none', async () => {
    expect(await open.store.add('key', 'value', 60)).toBe(true);
  });

  test('A value is not added if the key has one', async () => {
    await open.store.set('key', 'first', 60);
    expect(await open.store.add('key', 'second', 60)).toBe(false);
  });

  test('A refused add keeps the value that is there', async () => {
    await open.store.add('key', 'first', 60);
    await open.store.add('key', 'second', 60);
    expect(await open.store.get('key')).toBe('first');
  });

  test('Exactly one of many parallel adds is confirmed', async () => {
    const adds = Array.from({ length: 30 }, (_, n) => open.store.add('key', `value ${n}`, 60));
    expect((await Promise.all(adds)).filter((won) => won)).toHaveLength(1);
  });

  test('The key has the value of the add that was confirmed', async () => {
    const won = await Promise.all(
      Array.from({ length: 30 }, (_, n) => open.store.add('key', `value ${n}`, 60)),
    );
    expect(await open.store.get('key')).toBe(`value ${won.indexOf(true)}`);
  });

  test('A value is kept until it expires', async () => {
    await open.store.set('key', 'value', 60);
    clock.advance(60 * SECOND - 1);
    expect(await open.store.get('key')).toBe('value');
  });

  test.each(['set', 'add'] as const)('A value expires when its time is over, after %s', async (verb) => {
    await open.store[verb]('key', 'value', 60);
    clock.advance(60 * SECOND);
    expect(await open.store.get('key')).toBeNull();
  });

  test('The time to live of a value begins when it was last set', async () => {
    await open.store.set('key', 'value', 60);
    clock.advance(59 * SECOND);
    await open.store.set('key', 'value', 60);
    clock.advance(59 * SECOND);
    expect(await open.store.get('key')).toBe('value');
  });

  test('A value is added again when the earlier one has expired', async () => {
    await open.store.add('key', 'first', 60);
    clock.advance(60 * SECOND);
    expect(await open.store.add('key', 'second', 60)).toBe(true);
  });

  test('A refused add does not change when the value expires', async () => {
    await open.store.add('key', 'first', 60);
    await open.store.add('key', 'second', 3600);
    clock.advance(60 * SECOND);
    expect(await open.store.get('key')).toBeNull();
  });

  test('A deleted value reads as null', async () => {
    await open.store.set('key', 'value', 60);
    await open.store.delete('key');
    expect(await open.store.get('key')).toBeNull();
  });

  test('A delete reports that there was a value', async () => {
    await open.store.set('key', 'value', 60);
    expect(await open.store.delete('key')).toBe(true);
  });

  test('A delete reports that there was no value', async () => {
    expect(await open.store.delete('key')).toBe(false);
  });

  test.each([
    ['Chinese', '新订单 8201739405562817：已付款'],
    ['emoji', '🛒📦 👩‍👩‍👧 é'],
    ['JSON', '{"a":"\\"b\\"","c":[1,null]}'],
    ['lines', 'one\r\ntwo\u2028three\ttabbed'],
    ['nothing', ''],
    ['a long text', 'x'.repeat(200_000)],
  ])('A value of %s is read back exactly', async (_, value) => {
    await open.store.set('key', value, 60);
    expect(await open.store.get('key')).toBe(value);
  });

  test('Keys that differ in one character are different keys', async () => {
    await open.store.set('slots:2201:2026-11-21:1', 'one', 60);
    expect(await open.store.add('slots:2201:2026-11-21:10', 'ten', 60)).toBe(true);
  });
});

describe('SQLite store file', () => {
  let folder: TemporaryFolder;
  let clock: FixedClock;
  const opened: SqliteStore[] = [];
  const path = () => join(folder.path, 'store.sqlite');
  const open = () => {
    const store = sqliteStore(path(), clock);
    opened.push(store);
    return store;
  };
  const rows = () => {
    const db = new DatabaseSync(path());
    const { n } = db.prepare('SELECT COUNT(*) AS n FROM entries').get() as { n: number };
    db.close();
    return n;
  };
  beforeEach(() => {
    folder = temporaryFolder();
    clock = fixedClock(NOW);
  });
  afterEach(() => {
    for (const store of opened.splice(0)) store.close();
    folder.remove();
  });

  test('Values are kept when the file is opened again', async () => {
    await open().set('key', 'value', 60);
    expect(await open().get('key')).toBe('value');
  });

  test('Only one of two connections adds a value', async () => {
    await open().add('key', 'first', 60);
    expect(await open().add('key', 'second', 60)).toBe(false);
  });

  test('Expired values are removed from the file when it is opened', async () => {
    await open().set('key', 'value', 60);
    clock.advance(60 * SECOND);
    open();
    expect(rows()).toBe(0);
  });

  test('A claim that cannot be completed leaves nothing behind', async () => {
    const store = open();
    const claim = {
      keys: cardKeys('shop', '2026-11-21'),
      day: '2026-11-21',
      dayEnd: clock.now() + 60 * SECOND,
      id: '2026-11-21/1-a',
      firstSlot: 1,
      lastSlot: 5,
      isNewShop: true,
      ttlSeconds: 60,
      now: clock.now(),
    };
    // The marks come after the slot.
    const broken = { ...claim, ttlSeconds: Number.NaN };
    await expect(store.claim?.(broken)).rejects.toThrow();
    expect(rows()).toBe(0);
    expect(await store.claim?.(claim)).toMatchObject({ outcome: 'granted', slot: 1 });
  });

  test('Expired values are removed from the file while it is in use', async () => {
    const store = open();
    await store.set('old', 'value', 60);
    clock.advance(60 * SECOND);
    for (let n = 1; n <= 500; n += 1) await store.set('new', 'value', 60);
    expect(rows()).toBe(1);
  });
});

describe('Zapier cache as a store', () => {
  const cacheThatAnswers = (answer: boolean | null, value: unknown = null) =>
    zapierCacheStore({
      get: async () => value,
      set: async () => answer,
      delete: async () => answer === true,
    });

  test('A set that is answered with null counts as not written', async () => {
    expect(await cacheThatAnswers(null).set('key', 'value', 60)).toBe(false);
  });

  test('A set that is answered with false counts as not written', async () => {
    expect(await cacheThatAnswers(false).set('key', 'value', 60)).toBe(false);
  });

  test('An add that is answered with null is rejected, because its outcome is not known', async () => {
    await expect(cacheThatAnswers(null).add('key', 'value', 60)).rejects.toThrow();
  });

  test('An add that is answered with false counts as not written', async () => {
    expect(await cacheThatAnswers(false).add('key', 'value', 60)).toBe(false);
  });

  test('A value that is not text reads as null', async () => {
    expect(await cacheThatAnswers(true, { not: 'text' }).get('key')).toBeNull();
  });

  test('Requests name no scope, because a budget belongs to a shop and not to one connection', async () => {
    const scopes: unknown[] = [];
    const store = zapierCacheStore({
      get: async (_key, scope) => scopes.push(scope),
      set: async (_key, _value, _ttl, scope) => scopes.push(scope) > 0,
      delete: async (_key, scope) => scopes.push(scope) > 0,
    });
    await store.set('key', 'value', 60);
    await store.add('key', 'value', 60);
    await store.get('key');
    await store.delete('key');
    expect(scopes).toEqual([null, null, null, null]);
  });

  test('The time to live of a value is passed on in seconds', async () => {
    const lives: unknown[] = [];
    const store = zapierCacheStore({
      get: async () => null,
      set: async (_key, _value, ttl) => lives.push(ttl) > 0,
      delete: async () => false,
    });
    await store.add('key', 'value', 86_400);
    expect(lives).toEqual([86_400]);
  });
});
