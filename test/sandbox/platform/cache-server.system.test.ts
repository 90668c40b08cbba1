import { DAY, SECOND } from '../../../lib/runtime.ts';
import { memoryStore } from '../../../lib/stores/memory.ts';
import type { Store } from '../../../lib/stores/store.ts';
import type { ZapierCache } from '../../../lib/stores/zapier-cache.ts';
import { type CacheServer, startCacheServer } from '../../../sandbox/platform/cache-server.ts';
import { silentStore } from '../../support/failing-stores.ts';
import { type FixedClock, fixedClock } from '../../support/fixed-clock.ts';
import { callRpc } from '../../support/rpc-cache.ts';
import { openZapierStep } from '../../support/stores.ts';

const DEPLOY_KEY = 'a deploy key';

describe('Cache server', () => {
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

  test('The cache server listens on the loopback address only', () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  test('An answer contains the id of its request, which core checks', async () => {
    expect((await call('zcache_get', 'key')).answer).toEqual({ id: 1, result: null });
  });

  test('A value is returned as the JSON text that was stored', async () => {
    await call('zcache_set', 'key', '{"a":1}', 60);
    expect((await call('zcache_get', 'key')).answer.result).toBe('{"a":1}');
  });

  test('A value expires after its ttl', async () => {
    await call('zcache_set', 'key', '1', 60);
    clock.advance(60 * SECOND);
    expect((await call('zcache_get', 'key')).answer.result).toBeNull();
  });

  test('A value without a ttl is kept for 30 days', async () => {
    await call('zcache_set', 'key', '1');
    clock.advance(30 * DAY - 1);
    expect((await call('zcache_get', 'key')).answer.result).toBe('1');
  });

  test('A value without a ttl expires after 30 days', async () => {
    await call('zcache_set', 'key', '1', null, null, null);
    clock.advance(30 * DAY);
    expect((await call('zcache_get', 'key')).answer.result).toBeNull();
  });

  test('A deletion returns whether there was a value', async () => {
    await call('zcache_set', 'key', '1', 60);
    const answers = [await call('zcache_delete', 'key'), await call('zcache_delete', 'key')];
    expect(answers.map(({ answer }) => answer.result)).toEqual([true, false]);
  });

  describe('Set if absent', () => {
    const add = (value: string) => call('zcache_set', 'key', value, 60, null, true);

    test('Of two writers that set if absent, the first succeeds', async () => {
      const answers = [await add('1'), await add('2')];
      expect(answers.map(({ answer }) => answer.result)).toEqual([true, false]);
    });

    test('The first of two values that are set if absent is kept', async () => {
      await add('1');
      await add('2');
      expect((await call('zcache_get', 'key')).answer.result).toBe('1');
    });
  });

  describe('Scopes', () => {
    test.each([['user'], ['auth'], ['user', 'auth']])(
      'Values in scope %s of two connections are separate',
      async (...scope) => {
        await callRpc(from('one'), 'zcache_set', ['key', '1', 60, scope]);
        expect((await callRpc(from('two'), 'zcache_get', ['key', scope])).answer.result).toBeNull();
      },
    );

    test.each([['user'], ['auth'], ['user', 'auth']])(
      'A value in scope %s is returned to its connection',
      async (...scope) => {
        await callRpc(from('one'), 'zcache_set', ['key', '1', 60, scope]);
        expect((await callRpc(from('one'), 'zcache_get', ['key', scope])).answer.result).toBe('1');
      },
    );

    test('Values of two scopes are separate', async () => {
      await call('zcache_set', 'key', '1', 60, ['user']);
      expect((await call('zcache_get', 'key', ['auth'])).answer.result).toBeNull();
    });

    test('Values with and without a scope are separate', async () => {
      await call('zcache_set', 'key', '1', 60, ['auth']);
      expect((await call('zcache_get', 'key')).answer.result).toBeNull();
    });

    test('The order of the parts of a scope is irrelevant', async () => {
      await call('zcache_set', 'key', '1', 60, ['user', 'auth']);
      expect((await call('zcache_get', 'key', ['auth', 'user'])).answer.result).toBe('1');
    });

    test('A deletion in a scope keeps values outside it', async () => {
      await call('zcache_set', 'key', '1', 60);
      await call('zcache_delete', 'key', ['auth']);
      expect((await call('zcache_get', 'key')).answer.result).toBe('1');
    });
  });

  test('A value without a scope is shared by all connections', async () => {
    await callRpc(from('one'), 'zcache_set', ['key', '1', 60]);
    expect((await callRpc(from('two'), 'zcache_get', ['key'])).answer.result).toBe('1');
  });

  describe('Refused requests', () => {
    const wrongKey = () => callRpc({ url: server.url, deployKey: 'guessed' }, 'zcache_set', ['key', '1', 60]);

    test('A caller without the deploy key is refused', async () => {
      expect((await wrongKey()).status).toBe(403);
    });

    test('A caller without the deploy key writes nothing', async () => {
      await wrongKey();
      expect((await call('zcache_get', 'key')).answer.result).toBeNull();
    });

    test('An unknown method is refused', async () => {
      expect((await call('get_cursor')).status).toBe(400);
    });

    test.each<[string, string, unknown[]]>([
      ['a key that is not text', 'zcache_get', [1]],
      ['a value that is not JSON text', 'zcache_set', ['key', { a: 1 }]],
      ['a ttl that is not a whole number', 'zcache_set', ['key', '1', 1.5]],
      ['a scope that does not exist', 'zcache_set', ['key', '1', 60, ['team']]],
    ])('A request with %s is refused', async (_, method, params) => {
      expect((await call(method, ...params)).status).toBeGreaterThanOrEqual(400);
    });

    test('A request that is not JSON is refused', async () => {
      const headers = { 'x-deploy-key': DEPLOY_KEY };
      expect((await fetch(server.url, { method: 'POST', headers, body: 'key=1' })).status).toBe(400);
    });
  });

  test('A read fails, instead of returning null, where the store does not answer', async () => {
    const broken = await startCacheServer(silentStore, DEPLOY_KEY);
    const { status } = await callRpc({ url: broken.url, deployKey: DEPLOY_KEY }, 'zcache_get', ['key']);
    await broken.close();
    expect(status).toBe(500);
  });

  describe('Cache server behind zapier-platform-core', () => {
    let step: Awaited<ReturnType<typeof openZapierStep>>;
    let cache: ZapierCache;
    beforeEach(async () => {
      step = await openZapierStep(server.url, DEPLOY_KEY);
      cache = step.z.cache as ZapierCache;
    });
    afterEach(() => step.end());

    test('Every JSON value is returned through core', async () => {
      const value = { list: [1, null, '新订单 🛒'], yes: true };
      await cache.set('key', value, 60);
      expect(await cache.get('key')).toEqual(value);
    });

    test('Of two steps that set if absent, one succeeds', async () => {
      const won = await Promise.all([
        cache.set('key', 1, 60, null, true),
        cache.set('key', 2, 60, null, true),
      ]);
      expect(won.sort()).toEqual([false, true]);
    });

    test('A step with the wrong deploy key fails', async () => {
      process.env.ZAPIER_DEPLOY_KEY = 'guessed';
      await expect(cache.get('key')).rejects.toThrow();
    });
  });
});
