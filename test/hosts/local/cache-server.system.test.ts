import { type CacheServer, startCacheServer } from '../../../lib/hosts/local/cache-server.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import type { ZapierCache } from '../../../lib/stores/zapier-cache.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { callRpc } from '../../support/rpc-cache.ts';
import { openZapierStep } from '../../support/stores.ts';

const DEPLOY_KEY = 'a deploy key';
const SECOND = 1000;
const DAY = 86_400 * SECOND;

describe('The cache server', () => {
  let clock: FixedClock;
  let store: Store;
  let server: CacheServer;
  beforeEach(async () => {
    clock = fixedClock('2026-11-21T02:00:00Z');
    store = memoryStore(clock);
    server = await startCacheServer(store, DEPLOY_KEY);
  });
  afterEach(() => server.close());
  const call = (method: string, ...params: unknown[]) =>
    callRpc({ url: server.url, deployKey: DEPLOY_KEY }, method, params);
  const from = (storeKey: string) => ({ url: server.url, deployKey: DEPLOY_KEY, storeKey });

  test('listens on this machine alone', () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  test('answers with the id of the request, as core insists', async () => {
    expect((await call('zcache_get', 'key')).answer).toEqual({ id: 1, result: null });
  });

  test('returns a value as the JSON text it was given', async () => {
    await call('zcache_set', 'key', '{"a":1}', 60);
    expect((await call('zcache_get', 'key')).answer.result).toBe('{"a":1}');
  });

  test('ends a value with its ttl', async () => {
    await call('zcache_set', 'key', '1', 60);
    clock.advance(60 * SECOND);
    expect((await call('zcache_get', 'key')).answer.result).toBeNull();
  });

  test('keeps a value without a ttl for 30 days', async () => {
    await call('zcache_set', 'key', '1');
    clock.advance(30 * DAY - 1);
    expect((await call('zcache_get', 'key')).answer.result).toBe('1');
  });

  test('does not keep a value without a ttl for longer than 30 days', async () => {
    await call('zcache_set', 'key', '1', null, null, null);
    clock.advance(30 * DAY);
    expect((await call('zcache_get', 'key')).answer.result).toBeNull();
  });

  test('says whether there was something to delete', async () => {
    await call('zcache_set', 'key', '1', 60);
    const answers = [await call('zcache_delete', 'key'), await call('zcache_delete', 'key')];
    expect(answers.map(({ answer }) => answer.result)).toEqual([true, false]);
  });

  describe('asked to set only where there is nothing', () => {
    const add = (value: string) => call('zcache_set', 'key', value, 60, null, true);

    test('says that the first was set and the second was not', async () => {
      const answers = [await add('1'), await add('2')];
      expect(answers.map(({ answer }) => answer.result)).toEqual([true, false]);
    });

    test('keeps the first', async () => {
      await add('1');
      await add('2');
      expect((await call('zcache_get', 'key')).answer.result).toBe('1');
    });
  });

  describe('with a scope', () => {
    test.each([['user'], ['auth'], ['user', 'auth']])(
      'of %s keeps values of two connections apart',
      async (...scope) => {
        await callRpc(from('one'), 'zcache_set', ['key', '1', 60, scope]);
        expect((await callRpc(from('two'), 'zcache_get', ['key', scope])).answer.result).toBeNull();
      },
    );

    test.each([['user'], ['auth'], ['user', 'auth']])(
      'of %s returns the value of its connection',
      async (...scope) => {
        await callRpc(from('one'), 'zcache_set', ['key', '1', 60, scope]);
        expect((await callRpc(from('one'), 'zcache_get', ['key', scope])).answer.result).toBe('1');
      },
    );

    test('keeps values apart from those of another scope', async () => {
      await call('zcache_set', 'key', '1', 60, ['user']);
      expect((await call('zcache_get', 'key', ['auth'])).answer.result).toBeNull();
    });

    test('keeps values apart from those without one', async () => {
      await call('zcache_set', 'key', '1', 60, ['auth']);
      expect((await call('zcache_get', 'key')).answer.result).toBeNull();
    });

    test('does not mind in which order its parts are named', async () => {
      await call('zcache_set', 'key', '1', 60, ['user', 'auth']);
      expect((await call('zcache_get', 'key', ['auth', 'user'])).answer.result).toBe('1');
    });

    test('deletes nothing outside it', async () => {
      await call('zcache_set', 'key', '1', 60);
      await call('zcache_delete', 'key', ['auth']);
      expect((await call('zcache_get', 'key')).answer.result).toBe('1');
    });
  });

  test('shares values without a scope among all connections', async () => {
    await callRpc(from('one'), 'zcache_set', ['key', '1', 60]);
    expect((await callRpc(from('two'), 'zcache_get', ['key'])).answer.result).toBe('1');
  });

  describe('turns away', () => {
    const wrongKey = () => callRpc({ url: server.url, deployKey: 'guessed' }, 'zcache_set', ['key', '1', 60]);

    test('callers without its deploy key', async () => {
      expect((await wrongKey()).status).toBe(403);
    });

    test('callers without its deploy key before anything is written', async () => {
      await wrongKey();
      expect((await call('zcache_get', 'key')).answer.result).toBeNull();
    });

    test('methods it does not know', async () => {
      expect((await call('get_cursor')).status).toBe(400);
    });

    test.each<[string, string, unknown[]]>([
      ['a key that is not text', 'zcache_get', [1]],
      ['a value that is not JSON text', 'zcache_set', ['key', { a: 1 }]],
      ['a ttl that is not a whole number', 'zcache_set', ['key', '1', 1.5]],
      ['a scope that does not exist', 'zcache_set', ['key', '1', 60, ['team']]],
    ])('%s', async (_, method, params) => {
      expect((await call(method, ...params)).status).toBeGreaterThanOrEqual(400);
    });

    test('what is not JSON', async () => {
      const headers = { 'x-deploy-key': DEPLOY_KEY };
      expect((await fetch(server.url, { method: 'POST', headers, body: 'key=1' })).status).toBe(400);
    });
  });

  test('fails, and does not say that nothing is there, where its own store does not answer', async () => {
    const broken = await startCacheServer(silentStore, DEPLOY_KEY);
    const { status } = await callRpc({ url: broken.url, deployKey: DEPLOY_KEY }, 'zcache_get', ['key']);
    await broken.close();
    expect(status).toBe(500);
  });

  describe('spoken to by zapier-platform-core', () => {
    let step: Awaited<ReturnType<typeof openZapierStep>>;
    let cache: ZapierCache;
    beforeEach(async () => {
      step = await openZapierStep(server.url, DEPLOY_KEY);
      cache = step.z.cache as ZapierCache;
    });
    afterEach(() => step.end());

    test('returns any value that JSON can hold', async () => {
      const value = { list: [1, null, '新订单 🛒'], yes: true };
      await cache.set('key', value, 60);
      expect(await cache.get('key')).toEqual(value);
    });

    test('lets one of two win who set only where there is nothing', async () => {
      const won = await Promise.all([
        cache.set('key', 1, 60, null, true),
        cache.set('key', 2, 60, null, true),
      ]);
      expect(won.sort()).toEqual([false, true]);
    });

    test('is a failure of the step when the deploy key is wrong', async () => {
      process.env.ZAPIER_DEPLOY_KEY = 'guessed';
      await expect(cache.get('key')).rejects.toThrow();
    });
  });
});
