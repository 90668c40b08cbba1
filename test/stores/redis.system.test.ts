import { CLAIM_SCRIPT } from '../../lib/budget/claim-script.ts';
import { createLedger } from '../../lib/budget/ledger.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { awaitSlot } from '../../lib/budget/rate-limiter.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import type { Transport } from '../../lib/http/transport.ts';
import { DAY, MINUTE, SECOND } from '../../lib/runtime.ts';
import { type RedisCommand, redisOverHttp, redisStore } from '../../lib/stores/redis.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../support/redis.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');
/** The commands wait for each other on a busy machine. */
const LONG_TIMEOUT = { timeoutMs: 10 * MINUTE, maxBytes: 1_000_000 };

describeWithRedis('Redis over HTTP', () => {
  let front: RedisFront;
  let command: RedisCommand;
  let shops = 0;
  beforeAll(async () => {
    front = await startRedis();
    command = redisOverHttp(front.url, front.token, axiosTransport(LONG_TIMEOUT));
  });
  afterAll(() => front.close());
  const newShop = () => {
    shops += 1;
    return `shop-${shops}`;
  };

  test('A value is read back from Redis', async () => {
    const store = redisStore(command);
    await store.set('a', '值 "{{x}}"', 60);
    expect(await store.get('a')).toBe('值 "{{x}}"');
  });

  test('A value is added only if the key has none', async () => {
    const store = redisStore(command);
    expect([await store.add('b', '1', 60), await store.add('b', '2', 60), await store.get('b')]).toEqual([
      true,
      false,
      '1',
    ]);
  });

  test('Exactly one of many simultaneous adds is confirmed', async () => {
    const store = redisStore(command);
    const won = await Promise.all(Array.from({ length: 50 }, (_, n) => store.add('c', String(n), 60)));
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('A value expires when its time is over', async () => {
    const store = redisStore(command);
    await store.set('d', '1', 1);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await store.get('d')).toBeNull();
  });

  test('A delete reports whether there was a value', async () => {
    const store = redisStore(command);
    await store.set('e', '1', 60);
    expect([await store.delete('e'), await store.delete('e')]).toEqual([true, false]);
  });

  test('A request with a wrong token is rejected, because its outcome is not known', async () => {
    const store = redisStore(redisOverHttp(front.url, 'another token', axiosTransport()));
    await expect(store.add('f', '1', 60)).rejects.toThrow();
  });

  const ledgerOf = (limit: number, through: RedisCommand = command) =>
    createLedger({
      store: redisStore(through),
      clock: fixedClock(NOW),
      random: Math.random,
      dayOf: dayIn('Asia/Shanghai'),
      limit,
    });
  const claimByScript = (shop: string, id: string, cap: number) =>
    command('EVAL', CLAIM_SCRIPT, 2, `slots:${shop}:2026-11-21`, `pause:${shop}`, id, cap, DAY / SECOND, NOW);

  test('A claim whose answer was lost after Redis ran it is recognized and paid once', async () => {
    const shop = newShop();
    let lost = 0;
    const lossy: RedisCommand = async (...parts) => {
      const result = await command(...parts);
      if (parts[0] === 'SET' && parts.includes('NX') && lost++ === 0) throw new Error('cut');
      return result;
    };
    expect(await ledgerOf(5, lossy).claim(shop, 'interactive')).toMatchObject({ granted: true, slot: 1 });
    expect(await ledgerOf(5).claim(shop, 'interactive')).toMatchObject({ slot: 2 });
  });

  test('No call is granted if Redis does not answer', async () => {
    const hanging: Transport = axiosTransport({ timeoutMs: 100, maxBytes: 1000 });
    const { createServer } = await import('node:net');
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const ledger = ledgerOf(5, redisOverHttp(`http://127.0.0.1:${port}`, 'token', hanging));
    expect(await ledger.claim('shop', 'interactive')).toMatchObject({
      granted: false,
      reason: 'store_unavailable',
    });
    silent.close();
  });

  test('The claim script takes the same slots as the ledger, in the same order', async () => {
    const shop = newShop();
    expect(await claimByScript(shop, 'a', 5)).toBe(1);
    expect(await ledgerOf(5).claim(shop, 'interactive')).toMatchObject({ slot: 2 });
    expect(await claimByScript(shop, 'b', 5)).toBe(3);
  });

  test('A repeated claim gets its own slot again from the script', async () => {
    const shop = newShop();
    await claimByScript(shop, 'a', 5);
    await claimByScript(shop, 'b', 5);
    expect(await claimByScript(shop, 'a', 5)).toBe(1);
  });

  test('The claim script stops at its cap, on an exhausted day and during a ban', async () => {
    const [capped, full, banned] = [newShop(), newShop(), newShop()];
    await claimByScript(capped, 'a', 1);
    await ledgerOf(5).markExhausted(full);
    await command('SET', `pause:${banned}`, NOW + 1000, 'EX', 60);
    expect([
      await claimByScript(capped, 'b', 1),
      await claimByScript(full, 'a', 5),
      await claimByScript(banned, 'a', 5),
    ]).toEqual([0, 0, -1]);
  });

  test('A ban that is over does not stop the claim script', async () => {
    const shop = newShop();
    await command('SET', `pause:${shop}`, NOW, 'EX', 60);
    expect(await claimByScript(shop, 'a', 5)).toBe(1);
  });

  test('The claim script stores how many calls are used', async () => {
    const shop = newShop();
    await claimByScript(shop, 'a', 5);
    await claimByScript(shop, 'b', 5);
    expect(await command('GET', `slots:${shop}:2026-11-21:used`)).toBe('2');
  });

  const claimWithRateSlot = (shop: string, id: string, quarter: number) =>
    command(
      'EVAL',
      CLAIM_SCRIPT,
      3,
      `slots:${shop}:2026-11-21`,
      `pause:${shop}`,
      `rate:${shop}:${quarter}`,
      id,
      9,
      DAY / SECOND,
      NOW,
    );

  test('The claim script takes no slot in a quarter of a second that another caller has', async () => {
    const shop = newShop();
    await claimWithRateSlot(shop, 'a', 1);
    expect([await claimWithRateSlot(shop, 'b', 1), await claimWithRateSlot(shop, 'b', 2)]).toEqual([-3, 2]);
  });

  test('A repeated claim needs no second rate-limit slot from the script', async () => {
    const shop = newShop();
    await claimWithRateSlot(shop, 'a', 1);
    expect(await claimWithRateSlot(shop, 'a', 1)).toBe(1);
  });

  test('Slots of the claim script expire with the day, and its rate-limit slot after five seconds', async () => {
    const shop = newShop();
    await claimWithRateSlot(shop, 'a', 1);
    const slots = `slots:${shop}:2026-11-21`;
    const left = [`${slots}:1`, `${slots}:used`, `rate:${shop}:1`].map((key) => command('PTTL', key));
    expect((await Promise.all(left)).map((ms) => Math.ceil(Number(ms) / 5000))).toEqual([17_280, 17_280, 1]);
  });

  test('The rate limiter respects the rate-limit slot of the claim script', async () => {
    const shop = newShop();
    const clock = fixedClock(NOW);
    await claimWithRateSlot(shop, 'a', Math.floor(NOW / 250));
    await awaitSlot(redisStore(command), clock, shop);
    expect(clock.now()).toBe(NOW - (NOW % 250) + 250);
  });

  test('Script and ledger grant exactly the limit together to 500 simultaneous claims', async () => {
    const shop = newShop();
    const ledger = ledgerOf(200);
    // Node.js refuses connections beyond 511 that wait to be accepted.
    const claims = Array.from({ length: 500 }, async (_, n) =>
      n % 2 === 0
        ? Number(await claimByScript(shop, `script-${n}`, 200))
        : await ledger.claim(shop, 'interactive').then((claim) => (claim.granted ? claim.slot : 0)),
    );
    const slots = (await Promise.all(claims)).filter((slot) => slot > 0);
    expect(slots.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  });
});
