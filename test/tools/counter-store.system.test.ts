import { Redis } from 'ioredis';
import { checkCounterStore } from '../../tools/zapier/counter-store.ts';
import { SetupError } from '../../tools/zapier/setup-error.ts';
import { type LocalServer, startLocalServer } from '../support/local-server.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../support/redis.ts';

const TOKEN = 'token-of-the-test';
const check = (url: string, token = TOKEN) =>
  checkCounterStore({ QUOTA_REDIS_URL: url, QUOTA_REDIS_TOKEN: token });

describeWithRedis('Check of the Redis that keeps the call count', () => {
  let front: RedisFront;
  let redis: Redis;
  beforeEach(async () => {
    front = await startRedis();
    redis = new Redis({ port: front.redisPort, host: '127.0.0.1' });
  });
  afterEach(() => {
    redis.disconnect();
    front.close();
  });

  test('A Redis that writes to disk and does not evict passes', async () => {
    await redis.config('SET', 'save', '3600 1');
    expect((await check(front.url, front.token))?.en).toBe('The Redis of QUOTA_REDIS_URL keeps all values.');
  });

  test.each(['allkeys-lru', 'volatile-ttl'])('A Redis with the policy %s stops the push', async (policy) => {
    await redis.config('SET', 'maxmemory-policy', policy);
    const checked = check(front.url, front.token);
    await expect(checked).rejects.toBeInstanceOf(SetupError);
    await expect(checked).rejects.toThrow(`maxmemory-policy ${policy}`);
  });

  test('A Redis without persistence is named', async () => {
    await redis.config('SET', 'save', '');
    expect((await check(front.url, front.token))?.en).toContain('persistence is off');
  });
});

describe('Check of a store that does not answer every command', () => {
  let server: LocalServer;
  beforeEach(async () => {
    server = await startLocalServer();
  });
  afterEach(() => server.close());

  test('A store that answers neither CONFIG nor INFO is checked by the publisher', async () => {
    server.answerWith((response) => {
      response.statusCode = 400;
      response.end('{"error":"ERR Command is not available"}');
    });
    expect((await check(server.url))?.en).toMatch(/does not say.*noeviction.*appendonly yes/s);
  });

  test('The policy is read from INFO where CONFIG is not answered', async () => {
    server.answerWith((response) =>
      response.end('{"result":"maxmemory:1000\\r\\nmaxmemory_policy:allkeys-lfu\\r\\n"}'),
    );
    await expect(check(server.url)).rejects.toThrow('maxmemory-policy allkeys-lfu');
  });

  test('Nothing is checked where no Redis is set', async () => {
    expect(await checkCounterStore({})).toBeUndefined();
  });

  test('A setting that is not an address stops the push', async () => {
    await expect(check('redis://127.0.0.1')).rejects.toBeInstanceOf(SetupError);
  });
});
