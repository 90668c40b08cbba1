import { Redis } from 'ioredis';
import { introduceShop } from '../../lib/budget/introduce-shop.ts';
import { type Claim, createLedger } from '../../lib/budget/ledger.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import { DAY } from '../../lib/runtime.ts';
import { redisOverHttp, redisStore } from '../../lib/stores/redis.ts';
import type { Store } from '../../lib/stores/store.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { slotsOf } from '../support/ledgers.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../support/redis.ts';
import { singleCommands } from '../support/single-commands.ts';

const LIMIT = 200;
const TIME_LIMIT_MS = 400;

describeWithRedis('Redis that loses values or does not take them', () => {
  let front: RedisFront;
  let redis: Redis;
  let store: Store;
  beforeEach(async () => {
    front = await startRedis();
    redis = new Redis({ port: front.redisPort, host: '127.0.0.1' });
    const transport = axiosTransport({ timeoutMs: TIME_LIMIT_MS, maxBytes: 1_000_000 });
    store = redisStore(redisOverHttp(front.url, front.token, transport));
    await introduceShop(store, 'shop');
  });
  afterEach(() => {
    redis.disconnect();
    front.close();
  });

  const clock = fixedClock('2026-11-21T02:00:00Z');
  const ledgerOver = (seen: Store) =>
    createLedger({
      store: seen,
      clock,
      random: Math.random,
      dayOf: dayIn('Asia/Shanghai'),
      limit: LIMIT,
      connectedAt: clock.now() - 3 * DAY,
    });
  async function claim(count: number, seen: Store): Promise<Claim[]> {
    const claims: Claim[] = [];
    for (let n = 0; n < count; n += 1) claims.push(await ledgerOver(seen).claim('shop', 'interactive'));
    return claims;
  }

  describe.each([
    ['one round trip', (whole: Store) => whole],
    ['single commands', singleCommands],
  ])('Claims by %s', (_, form) => {
    test('No call is granted beyond the limit after Redis has restarted empty', async () => {
      const before = await claim(120, form(store));
      await redis.flushall();
      const after = await claim(20, form(store));
      expect([slotsOf(before).length, slotsOf(after).length]).toEqual([120, 0]);
      expect(after.at(-1)).toMatchObject({ granted: false, reason: 'store_forgot' });
    });

    test.each(['allkeys-random', 'allkeys-lru', 'volatile-ttl'])(
      'No call is granted beyond the limit while Redis evicts values by %s',
      async (policy) => {
        await redis.config('SET', 'maxmemory-policy', policy);
        const limitMemory = async () => {
          const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
          await redis.config('SET', 'maxmemory', used + 40_000);
        };
        await limitMemory();
        const slots: number[] = [];
        for (let round = 0; round < 30; round += 1) {
          slots.push(...slotsOf(await claim(10, form(store))));
          for (let n = 0; n < 20; n += 1)
            // The buffers of slow connections take memory too, and may leave nothing to evict.
            await redis.set(`other:${round}:${n}`, 'x'.repeat(500), 'EX', 90_000).catch(limitMemory);
        }
        expect(Number(/evicted_keys:(\d+)/.exec(await redis.info('stats'))?.[1])).toBeGreaterThan(100);
        expect(slots.length).toBeLessThanOrEqual(LIMIT);
      },
    );

    test('No call is granted while Redis takes no writes, and the rest of the limit afterwards', async () => {
      await claim(50, form(store));
      await redis.replicaof('127.0.0.1', '1');
      const during = await claim(3, form(store));
      await redis.replicaof('NO', 'ONE');
      expect(during.map(({ granted }) => granted)).toEqual([false, false, false]);
      expect(slotsOf(await claim(160, form(store)))).toHaveLength(150);
    });

    test('No call is granted while Redis is paused, and at most the rest of the limit afterwards', async () => {
      await claim(50, form(store));
      await redis.client('PAUSE', 3 * TIME_LIMIT_MS);
      const during = await claim(1, form(store));
      expect(during).toMatchObject([{ granted: false, reason: 'store_unavailable' }]);
      await redis.ping();
      const after = slotsOf(await claim(160, form(store)));
      expect(after.length).toBeLessThanOrEqual(150);
      expect(after.length).toBeGreaterThanOrEqual(148);
      expect(new Set(after).size).toBe(after.length);
    });
  });
});
