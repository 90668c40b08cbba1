import { createBreaker } from '../../lib/budget/breaker.ts';
import { CLAIM_SCRIPT, PAUSE_SCRIPT } from '../../lib/budget/claim-script.ts';
import { createLedger } from '../../lib/budget/ledger.ts';
import { dayIn } from '../../lib/budget/quota-day.ts';
import { awaitSlot } from '../../lib/budget/rate-limiter.ts';
import { axiosTransport } from '../../lib/http/axios.ts';
import type { Transport, TransportLimits } from '../../lib/http/transport.ts';
import { type RedisCommand, redisOverHttp, redisStore } from '../../lib/stores/redis.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../support/redis.ts';

/** A thousand commands at once wait for each other on a busy machine. */
const PATIENT: TransportLimits = { timeoutMs: 600_000, maxBytes: 1_000_000 };
const NOW = Date.parse('2026-11-21T02:00:00Z');

describeWithRedis('Redis over HTTP', () => {
  let front: RedisFront;
  let command: RedisCommand;
  let shops = 0;
  beforeAll(async () => {
    front = await startRedis();
    command = redisOverHttp(front.url, front.token, axiosTransport(PATIENT));
  });
  afterAll(() => front.close());
  const newShop = () => {
    shops += 1;
    return `shop-${shops}`;
  };

  test('keeps a value', async () => {
    const store = redisStore(command);
    await store.set('a', '值 "{{x}}"', 60);
    expect(await store.get('a')).toBe('值 "{{x}}"');
  });

  test('adds only where there is nothing', async () => {
    const store = redisStore(command);
    expect([await store.add('b', '1', 60), await store.add('b', '2', 60), await store.get('b')]).toEqual([
      true,
      false,
      '1',
    ]);
  });

  test('lets one of many simultaneous adds win', async () => {
    const store = redisStore(command);
    const won = await Promise.all(Array.from({ length: 50 }, (_, n) => store.add('c', String(n), 60)));
    expect(won.filter(Boolean)).toHaveLength(1);
  });

  test('ends a value with its time', async () => {
    const store = redisStore(command);
    await store.set('d', '1', 1);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await store.get('d')).toBeNull();
  });

  test('says whether there was something to delete', async () => {
    const store = redisStore(command);
    await store.set('e', '1', 60);
    expect([await store.delete('e'), await store.delete('e')]).toEqual([true, false]);
  });

  test('a wrong token is an answer that is not known', async () => {
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
    command('EVAL', CLAIM_SCRIPT, 2, `card:${shop}:2026-11-21`, `ban:${shop}`, id, cap, 86_400, NOW);

  test('an add whose answer was lost after Redis ran it is recognised as our own, and not paid twice', async () => {
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

  test('a Redis that hangs grants nothing', async () => {
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

  test('the one-command claim takes the same slots in the same order', async () => {
    const shop = newShop();
    expect(await claimByScript(shop, 'a', 5)).toBe(1);
    expect(await ledgerOf(5).claim(shop, 'interactive')).toMatchObject({ slot: 2 });
    expect(await claimByScript(shop, 'b', 5)).toBe(3);
  });

  test('a repeated one-command claim gets its own slot again', async () => {
    const shop = newShop();
    await claimByScript(shop, 'a', 5);
    await claimByScript(shop, 'b', 5);
    expect(await claimByScript(shop, 'a', 5)).toBe(1);
  });

  test('the one-command claim stops at its cap, at a full card and at a ban', async () => {
    const [capped, full, banned] = [newShop(), newShop(), newShop()];
    await claimByScript(capped, 'a', 1);
    await ledgerOf(5).markExhausted(full);
    await command('SET', `ban:${banned}`, NOW + 1000, 'EX', 60);
    expect([
      await claimByScript(capped, 'b', 1),
      await claimByScript(full, 'a', 5),
      await claimByScript(banned, 'a', 5),
    ]).toEqual([0, 0, -1]);
  });

  test('a ban that is over does not stop a one-command claim', async () => {
    const shop = newShop();
    await command('SET', `ban:${shop}`, NOW, 'EX', 60);
    expect(await claimByScript(shop, 'a', 5)).toBe(1);
  });

  test('the one-command claim writes down how many calls are used', async () => {
    const shop = newShop();
    await claimByScript(shop, 'a', 5);
    await claimByScript(shop, 'b', 5);
    expect(await command('GET', `card:${shop}:2026-11-21:used`)).toBe('2');
  });

  const claimInTurn = (shop: string, id: string, quarter: number) =>
    command(
      'EVAL',
      CLAIM_SCRIPT,
      3,
      `card:${shop}:2026-11-21`,
      `ban:${shop}`,
      `slot:${shop}:${quarter}`,
      id,
      9,
      86_400,
      NOW,
    );

  test('a one-command claim in a quarter of a second that somebody else has takes no slot', async () => {
    const shop = newShop();
    await claimInTurn(shop, 'a', 1);
    expect([await claimInTurn(shop, 'b', 1), await claimInTurn(shop, 'b', 2)]).toEqual([-3, 2]);
  });

  test('a one-command claim that is repeated needs no second turn', async () => {
    const shop = newShop();
    await claimInTurn(shop, 'a', 1);
    expect(await claimInTurn(shop, 'a', 1)).toBe(1);
  });

  test('what a one-command claim writes ends with the card, and its turn after five seconds', async () => {
    const shop = newShop();
    await claimInTurn(shop, 'a', 1);
    const card = `card:${shop}:2026-11-21`;
    const left = [`${card}:1`, `${card}:used`, `slot:${shop}:1`].map((key) => command('PTTL', key));
    expect((await Promise.all(left)).map((ms) => Math.ceil(Number(ms) / 5000))).toEqual([17_280, 17_280, 1]);
  });

  test('a one-command claim has its turn where the spacing of the other form looks for it', async () => {
    const shop = newShop();
    const clock = fixedClock(NOW);
    await claimInTurn(shop, 'a', Math.floor(NOW / 250));
    await awaitSlot(redisStore(command), clock, shop);
    expect(clock.now()).toBe(NOW - (NOW % 250) + 250);
  });

  const pause = (shop: string, ends: number) =>
    command('EVAL', PAUSE_SCRIPT, 2, `ban:${shop}`, `card:${shop}:2026-11-21:full`, ends, NOW, 86_400);

  test('a ban that one command writes down stops the other form until it ends', async () => {
    const shop = newShop();
    await pause(shop, NOW + 60_000);
    expect(await createBreaker(redisStore(command), fixedClock(NOW)).bannedUntil(shop)).toBe(NOW + 60_000);
  });

  test('a longer ban stands', async () => {
    const shop = newShop();
    await pause(shop, NOW + 60_000);
    await pause(shop, NOW + 1000);
    expect(await createBreaker(redisStore(command), fixedClock(NOW)).bannedUntil(shop)).toBe(NOW + 60_000);
  });

  test('that the calls are used up, written down by one command, fills the card', async () => {
    const shop = newShop();
    await pause(shop, 0);
    expect(await ledgerOf(9).claim(shop, 'interactive')).toMatchObject({ granted: false, reason: 'used_up' });
  });

  test('a ban that one command writes down is known for a day after it has ended', async () => {
    const shop = newShop();
    await pause(shop, NOW + 60_000);
    expect(Math.ceil(Number(await command('PTTL', `ban:${shop}`)) / 60_000)).toBe(24 * 60 + 1);
  });

  test('a card that one command fills is full for as long as it is kept', async () => {
    const shop = newShop();
    await pause(shop, 0);
    const left = await command('PTTL', `card:${shop}:2026-11-21:full`);
    expect(Math.ceil(Number(left) / 60_000)).toBe(24 * 60);
  });

  test('where AliExpress said nothing of limits, one command writes nothing down', async () => {
    const shop = newShop();
    await pause(shop, -1);
    expect(await command('KEYS', `*${shop}*`)).toEqual([]);
  });

  test('both forms, a thousand tries at once, are granted exactly the limit together', async () => {
    const shop = newShop();
    const ledger = ledgerOf(200);
    const tries = Array.from({ length: 1000 }, async (_, n) =>
      n % 2 === 0
        ? Number(await claimByScript(shop, `make-${n}`, 200))
        : await ledger.claim(shop, 'interactive').then((claim) => (claim.granted ? claim.slot : 0)),
    );
    const slots = (await Promise.all(tries)).filter((slot) => slot > 0);
    expect(slots.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  });
});
