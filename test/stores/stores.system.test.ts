import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SECOND } from '../../lib/runtime.ts';
import { type SqliteStore, sqliteStore } from '../../lib/stores/sqlite.ts';
import { zapierCacheStore } from '../../lib/stores/zapier-cache.ts';
import { type FixedClock, fixedClock } from '../support/fixed-clock.ts';
import { type OpenStore, storeKinds } from '../support/stores.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const NOW = '2026-11-21T02:00:00Z';

describe.each(Object.keys(storeKinds))('The %s store', (kind) => {
  let clock: FixedClock;
  let open: OpenStore;
  beforeEach(async () => {
    clock = fixedClock(NOW);
    open = await (storeKinds[kind] as (typeof storeKinds)[string])(clock);
  });
  afterEach(() => open.close());

  test('yields null for a key that nobody wrote', async () => {
    expect(await open.store.get('unwritten')).toBeNull();
  });

  test('reads back what was set', async () => {
    await open.store.set('key', 'value', 60);
    expect(await open.store.get('key')).toBe('value');
  });

  test('says that a value was set', async () => {
    expect(await open.store.set('key', 'value', 60)).toBe(true);
  });

  test('replaces a value that is set again', async () => {
    await open.store.set('key', 'old', 60);
    await open.store.set('key', 'new', 60);
    expect(await open.store.get('key')).toBe('new');
  });

  test('adds where there is no value', async () => {
    expect(await open.store.add('key', 'value', 60)).toBe(true);
  });

  test('does not add where there is a value', async () => {
    await open.store.set('key', 'first', 60);
    expect(await open.store.add('key', 'second', 60)).toBe(false);
  });

  test('leaves the value that is there alone when another is added', async () => {
    await open.store.add('key', 'first', 60);
    await open.store.add('key', 'second', 60);
    expect(await open.store.get('key')).toBe('first');
  });

  test('lets exactly one of many parallel adds win', async () => {
    const adds = Array.from({ length: 30 }, (_, n) => open.store.add('key', `value ${n}`, 60));
    expect((await Promise.all(adds)).filter((won) => won)).toHaveLength(1);
  });

  test('keeps the value of the add that won', async () => {
    const won = await Promise.all(
      Array.from({ length: 30 }, (_, n) => open.store.add('key', `value ${n}`, 60)),
    );
    expect(await open.store.get('key')).toBe(`value ${won.indexOf(true)}`);
  });

  test('keeps a value until its time is up', async () => {
    await open.store.set('key', 'value', 60);
    clock.advance(60 * SECOND - 1);
    expect(await open.store.get('key')).toBe('value');
  });

  test.each(['set', 'add'] as const)('ends a value that was %s when its time is up', async (verb) => {
    await open.store[verb]('key', 'value', 60);
    clock.advance(60 * SECOND);
    expect(await open.store.get('key')).toBeNull();
  });

  test('counts the time of a value from when it was last set', async () => {
    await open.store.set('key', 'value', 60);
    clock.advance(59 * SECOND);
    await open.store.set('key', 'value', 60);
    clock.advance(59 * SECOND);
    expect(await open.store.get('key')).toBe('value');
  });

  test('adds again where the time of the earlier value is up', async () => {
    await open.store.add('key', 'first', 60);
    clock.advance(60 * SECOND);
    expect(await open.store.add('key', 'second', 60)).toBe(true);
  });

  test('does not let an add that lost move the end of the value', async () => {
    await open.store.add('key', 'first', 60);
    await open.store.add('key', 'second', 3600);
    clock.advance(60 * SECOND);
    expect(await open.store.get('key')).toBeNull();
  });

  test('forgets what was deleted', async () => {
    await open.store.set('key', 'value', 60);
    await open.store.delete('key');
    expect(await open.store.get('key')).toBeNull();
  });

  test('says that there was something to delete', async () => {
    await open.store.set('key', 'value', 60);
    expect(await open.store.delete('key')).toBe(true);
  });

  test('says that there was nothing to delete', async () => {
    expect(await open.store.delete('key')).toBe(false);
  });

  test.each([
    ['Chinese', '新订单 8201739405562817：已付款'],
    ['emoji', '🛒📦 👩‍👩‍👧 é'],
    ['JSON', '{"a":"\\"b\\"","c":[1,null]}'],
    ['lines', 'one\r\ntwo\u2028three\ttabbed'],
    ['nothing', ''],
    ['a long text', 'x'.repeat(200_000)],
  ])('returns a value of %s to the letter', async (_, value) => {
    await open.store.set('key', value, 60);
    expect(await open.store.get('key')).toBe(value);
  });

  test('tells keys apart by every letter', async () => {
    await open.store.set('card:2201:2026-11-21:1', 'one', 60);
    expect(await open.store.add('card:2201:2026-11-21:10', 'ten', 60)).toBe(true);
  });
});

describe('The SQLite store', () => {
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

  test('keeps its values when the file is opened again', async () => {
    await open().set('key', 'value', 60);
    expect(await open().get('key')).toBe('value');
  });

  test('lets only one of two connections add a value', async () => {
    await open().add('key', 'first', 60);
    expect(await open().add('key', 'second', 60)).toBe(false);
  });

  test('removes values whose time is up from the file when it is opened', async () => {
    await open().set('key', 'value', 60);
    clock.advance(60 * SECOND);
    open();
    expect(rows()).toBe(0);
  });

  test('removes values whose time is up from the file while it is in use', async () => {
    const store = open();
    await store.set('old', 'value', 60);
    clock.advance(60 * SECOND);
    for (let n = 1; n <= 500; n += 1) await store.set('new', 'value', 60);
    expect(rows()).toBe(1);
  });
});

describe('The Zapier cache as a store', () => {
  const cacheThatAnswers = (answer: boolean | null, value: unknown = null) =>
    zapierCacheStore({
      get: async () => value,
      set: async () => answer,
      delete: async () => answer === true,
    });

  test('takes null for a value that was not set', async () => {
    expect(await cacheThatAnswers(null).set('key', 'value', 60)).toBe(false);
  });

  test('takes false for a value that was not set', async () => {
    expect(await cacheThatAnswers(false).set('key', 'value', 60)).toBe(false);
  });

  test('rejects an add that is answered with null, since nobody knows whether the value is there', async () => {
    await expect(cacheThatAnswers(null).add('key', 'value', 60)).rejects.toThrow();
  });

  test('takes false for a value that was not added', async () => {
    expect(await cacheThatAnswers(false).add('key', 'value', 60)).toBe(false);
  });

  test('reads a value that is not text as none', async () => {
    expect(await cacheThatAnswers(true, { not: 'text' }).get('key')).toBeNull();
  });

  test('asks for no scope, because a budget belongs to a shop and not to one connection', async () => {
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

  test('hands the life time of a value on in seconds', async () => {
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
