import { createBudget } from '../../lib/budget/budget.ts';
import { createLedger } from '../../lib/budget/ledger.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { takeSlot } from '../../lib/budget/rate-limiter.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import type { Transport } from '../../lib/http/transport.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { cardKeys } from '../../lib/stores/card.ts';
import { type RedisCommand, redisOverHttp, redisStore } from '../../lib/stores/redis.ts';
import type { Store } from '../../lib/stores/store.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { slotsOf } from '../support/ledgers.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../support/redis.ts';
import { singleCommands } from '../support/single-commands.ts';

const MIDNIGHT = Date.parse('2026-11-21T16:00:00Z');
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

  const ledgerOf = (limit: number, through: RedisCommand = command, store: Store = redisStore(through)) =>
    createLedger({
      store,
      clock: fixedClock(NOW),
      random: Math.random,
      dayOf: dayIn('Asia/Shanghai'),
      limit,
      connectedAt: NOW,
    });
  test('A claim whose answer was lost after Redis ran it is recognized and paid once', async () => {
    const shop = newShop();
    let lost = 0;
    const lossy: RedisCommand = async (...parts) => {
      const result = await command(...parts);
      if (parts[0] === 'EVAL' && lost++ === 0) throw new Error('cut');
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

  const claimBySteps = (shop: string) =>
    ledgerOf(5, command, singleCommands(redisStore(command))).claim(shop, 'interactive');

  /** The names of the commands that are sent through it. */
  function counted() {
    const commands: unknown[] = [];
    const counting: RedisCommand = (...parts) => {
      commands.push(parts[0]);
      return command(...parts);
    };
    return { commands, counting };
  }

  test('A claim takes one command, whatever the card holds', async () => {
    const shop = newShop();
    const { commands, counting } = counted();
    const ledger = ledgerOf(2, counting);
    for (let n = 0; n < 3; n += 1) await ledger.claim(shop, 'interactive', { isGated: true });
    expect(commands).toEqual(['EVAL', 'EVAL', 'EVAL']);
  });

  test('A call takes three commands: what stops it and the turn of its app, then the claim', async () => {
    const { commands, counting } = counted();
    const budget = createBudget({
      seller: newShop(),
      store: redisStore(counting),
      clock: fixedClock(NOW),
      random: Math.random,
      policy: { limit: 5, zone: 'Asia/Shanghai' },
      connectedAt: NOW,
      app: { appKey: '12345678', address: 'here' },
    });
    await budget.spend('interactive', 'aliexpress.trade.seller.orderlist.get');
    expect(commands).toEqual(['MGET', 'SET', 'EVAL']);
  });

  test('The number of used calls takes one command', async () => {
    const { commands, counting } = counted();
    await ledgerOf(2, counting).used(newShop());
    expect(commands).toEqual(['MGET']);
  });

  test('The claim script and single commands take slots of one card, in the same order', async () => {
    const shop = newShop();
    expect(await ledgerOf(5).claim(shop, 'interactive')).toMatchObject({ slot: 1 });
    expect(await claimBySteps(shop)).toMatchObject({ slot: 2 });
    expect(await ledgerOf(5).claim(shop, 'interactive')).toMatchObject({ slot: 3 });
  });

  test('A repeated claim gets its own slot again from the script', async () => {
    const shop = newShop();
    const first = await ledgerOf(5).claim(shop, 'interactive');
    await ledgerOf(5).claim(shop, 'interactive');
    expect(await ledgerOf(5).claim(shop, 'interactive', { id: first.id })).toMatchObject({ slot: 1 });
  });

  test('The claim script grants no call on a closed day or during a pause', async () => {
    const [closed, paused] = [newShop(), newShop()];
    await ledgerOf(5).close(closed, NOW);
    await command('SET', `pause:${paused}`, NOW + 1000, 'EX', 60);
    const claims = [closed, paused].map((shop) => ledgerOf(5).claim(shop, 'interactive', { isGated: true }));
    expect(await Promise.all(claims)).toMatchObject([
      { granted: false, reason: 'used_up' },
      { granted: false, reason: 'paused', until: NOW + 1000 },
    ]);
  });

  test('A pause that is over does not stop the claim script', async () => {
    const shop = newShop();
    await command('SET', `pause:${shop}`, NOW, 'EX', 60);
    expect(await ledgerOf(5).claim(shop, 'interactive', { isGated: true })).toMatchObject({ slot: 1 });
  });

  test('Values of the claim script expire a day after the day, and its rate-limit slot after five seconds', async () => {
    const shop = newShop();
    await ledgerOf(5).claim(shop, 'interactive', { isGated: true });
    const card = `slots:${shop}:2026-11-21`;
    const keys = [`${card}:1`, `${card}:used`, `${card}:used:2`, `${card}:used:3`, `slots:${shop}:day`];
    const left = [...keys, `rate:${shop}:${Math.floor(NOW / 300)}`].map((key) => command('PTTL', key));
    const cardHours = (MIDNIGHT - NOW) / HOUR + 24;
    const expected = [...Array(4).fill(cardHours * HOUR), 45 * DAY, 5 * SECOND];
    const rounded = (await Promise.all(left)).map((ms) => Math.ceil(Number(ms) / 5000) * 5000);
    expect(rounded).toEqual(expected);
  });

  test('The rate limiter respects the rate-limit slot of the claim script', async () => {
    const shop = newShop();
    const clock = fixedClock(NOW);
    await ledgerOf(5).claim(shop, 'interactive', { isGated: true });
    await takeSlot(redisStore(command), clock, shop);
    expect(clock.now()).toBe(NOW - (NOW % 300) + 300);
  });

  test('The claim script takes no moment after the end of the day', async () => {
    const [shop, now] = [newShop(), MIDNIGHT - 400];
    const claim = (n: number) =>
      redisStore(command).claim?.({
        keys: cardKeys(shop, '2026-11-21'),
        day: '2026-11-21',
        dayEnd: MIDNIGHT,
        id: `2026-11-21/1-${n}`,
        firstSlot: 1,
        lastSlot: 9,
        isNewShop: true,
        ttlSeconds: 60,
        now,
        gate: { pause: `pause:${shop}`, rate: `rate:${shop}` },
      });
    expect([await claim(1), await claim(2), await claim(3)]).toEqual([
      { outcome: 'granted', slot: 1, sendAt: now },
      { outcome: 'granted', slot: 2, sendAt: MIDNIGHT - 300 },
      { outcome: 'busy', until: MIDNIGHT },
    ]);
  });

  test('Calls that the claim script grants at once are sent 300 ms apart', async () => {
    const shop = newShop();
    const claims = Array.from({ length: 9 }, () =>
      ledgerOf(20).claim(shop, 'interactive', { isGated: true }),
    );
    const sentAt = (await Promise.all(claims)).map((claim) => (claim.granted ? claim.at - NOW : undefined));
    expect(sentAt.sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 9 }, (_, n) => n * 300),
    );
  });

  test('Scripts and single commands grant exactly the limit together to 200 simultaneous claims', async () => {
    const shop = newShop();
    const [bySteps, byScript] = [ledgerOf(60, command, singleCommands(redisStore(command))), ledgerOf(60)];
    const claims = Array.from({ length: 200 }, (_, n) =>
      (n % 2 === 0 ? byScript : bySteps).claim(shop, 'interactive'),
    );
    const slots = slotsOf(await Promise.all(claims));
    expect(slots.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  });
});
