import { createServer, type Server } from 'node:http';
import { CLAIM_SCRIPT } from '../../../lib/budget/claim-script.ts';
import { capOf } from '../../../lib/hosts/make/budget-terms.ts';
import { call, mustache } from '../../../lib/hosts/make/iml.ts';
import { NOON } from '../../support/connected-app.ts';
import { loadApp } from '../../support/make/app.ts';
import { MakeError } from '../../support/make/errors.ts';
import { startFrom } from '../../support/make/polling.ts';
import { isArray, isCollection } from '../../support/make/value.ts';
import { describeWithRedis } from '../../support/redis.ts';
import { FOLDER } from './folder.ts';
import { useBothShops } from './shop.ts';

const DAY = '2026-10-07';

test('polling leaves calls to those who wait for an answer, and nothing else does', () => {
  const caps = [...loadApp(FOLDER).modules.values()].flatMap(({ name, meta, code }) => {
    const requests = isArray(code.communication) ? code.communication : [];
    const bodies = requests.flatMap((each) => (isCollection(each) && isArray(each.body) ? [each.body] : []));
    const claims = bodies.filter(([, script]) => script === CLAIM_SCRIPT);
    const lane = meta.moduleType === 'trigger' ? 'watch' : 'ask';
    return claims.map((claim) => ({ name, right: claim[7] === mustache(call('toString', capOf(lane))) }));
  });
  expect(caps.length).toBeGreaterThan(20);
  expect(caps.filter(({ right }) => !right)).toEqual([]);
});

describeWithRedis('the shared counter on Make', () => {
  const both = useBothShops();
  beforeEach(async () => {
    await both.open();
  });

  const { command } = both;
  const seller = () => both.zapier.sandbox.accounts.sellerId;
  const orderNumber = () => String(both.zapier.sandbox.shop.orders[0]?.id);
  const findOrder = () =>
    both.make.run('findOrder', {
      connection: both.connection,
      parameters: { order_number: orderNumber() },
    });
  const pollOrders = () =>
    both.make.poll('newOrder', {
      connection: both.connection,
      parameters: { limit: 10 },
      state: startFrom('all'),
    });
  const errorOf = async (run: Promise<unknown>): Promise<MakeError> => {
    const thrown: unknown = await run.catch((error: unknown) => error);
    if (thrown instanceof MakeError) return thrown;
    throw thrown;
  };
  /** Takes so many slots of the day's card. */
  const take = (count: number) =>
    command(
      'EVAL',
      "for n = 1, ARGV[1] do redis.call('SET', KEYS[1] .. ':' .. n, 'x') end",
      1,
      `card:${seller()}:${DAY}`,
      count,
    );

  test('a search takes one slot of the card that Zapier uses, and makes one call', async () => {
    await findOrder();
    expect([await both.claimed(), both.zapier.calls()]).toEqual([1, 1]);
  });

  test('a slot is kept until a day after its day has ended', async () => {
    await findOrder();
    const left = Number(await command('TTL', `card:${seller()}:${DAY}:1`));
    expect(Math.ceil(left / 600)).toBe((36 * 3600) / 600);
  });

  test('both platforms together have paid for every call that was made', async () => {
    await findOrder();
    await both.zapier.search('find_order', { order_number: orderNumber() });
    await pollOrders();
    expect(both.zapier.calls()).toBe(await both.claimed());
  });

  test('the card of the day is full: the run says when there are new calls, and asks for nothing', async () => {
    await take(200);
    const { type, message } = await errorOf(findOrder());
    expect(type).toBe('RateLimitError');
    expect(message).toContain(
      "Today's 200 AliExpress calls are used up; new calls from 00:00 Beijing time (in 12 h 0 min).",
    );
    expect(message).toContain('今天的 200 次速卖通接口调用已用完，北京时间 00:00 起可再次调用');
    expect(both.zapier.calls()).toBe(0);
  });

  test('polling leaves to searches what is kept for them at that hour', async () => {
    // At noon half of the day is left, and of the 20 calls ten.
    await take(190);
    const { type } = await errorOf(pollOrders());
    await findOrder();
    expect([type, both.zapier.calls()]).toEqual(['RateLimitError', 1]);
  });

  test('a paused account is not asked', async () => {
    await command('SET', `ban:${seller()}`, NOON + 60_000);
    const { type, message } = await errorOf(findOrder());
    expect(type).toBe('RateLimitError');
    expect(message).toContain('AliExpress has paused this account');
    expect(both.zapier.calls()).toBe(0);
  });

  test('a ban that AliExpress speaks of is said, and stops the next run on either platform', async () => {
    both.zapier.sandbox.faults.active = 'ban';
    const { type, message } = await errorOf(findOrder());
    expect([type, message]).toEqual(['RateLimitError', expect.stringContaining('calls go on in 15 min')]);
    const next = [findOrder(), both.zapier.search('find_order', { order_number: orderNumber() })];
    await Promise.allSettled(next);
    expect(await both.claimed()).toBe(1);
  });

  test('a ban that AliExpress speaks of is kept a second longer than it says, as on Zapier', async () => {
    both.zapier.sandbox.faults.active = 'ban';
    await errorOf(findOrder());
    const kept = await command('GET', `ban:${seller()}`);
    expect(Number(kept)).toBe(both.zapier.sandbox.calls.bannedUntil + 1000);
  });

  test('where AliExpress counts more calls than the card has, no run goes on', async () => {
    both.zapier.sandbox.calls.byDay.set(DAY, new Map([['elsewhere', 200]]));
    const { type, message } = await errorOf(findOrder());
    expect([type, message]).toEqual([
      'RateLimitError',
      expect.stringContaining("Today's 200 AliExpress calls are used up; new calls from 00:00 Beijing time"),
    ]);
    await errorOf(findOrder());
    expect(await both.claimed()).toBe(1);
  });

  test('a card that AliExpress fills is kept as long as its slots', async () => {
    both.zapier.sandbox.calls.byDay.set(DAY, new Map([['elsewhere', 200]]));
    await errorOf(findOrder());
    const left = Number(await command('TTL', `card:${seller()}:${DAY}:full`));
    expect(Math.ceil(left / 600)).toBe((36 * 3600) / 600);
  });

  test('ten runs at once ask in turn, each in a quarter of a second of its own', async () => {
    // The clock stands still while calls are on their way, so the sandbox may see them together and ban the rest: that
    // takes more than five.
    await Promise.allSettled(Array.from({ length: 10 }, findOrder));
    const turns = (await command('KEYS', 'turn:*')) as string[];
    expect(turns.length).toBeGreaterThan(5);
    expect(turns).toHaveLength(await both.claimed());
  });

  /** Somebody else has every turn of the next quarter of a minute. */
  const takeTurns = async () => {
    const quarters = Array.from({ length: 60 }, (_, n) => Math.floor(NOON / 250) + n);
    for (const quarter of quarters) await command('SET', `turn:${seller()}:${quarter}`, '1');
  };

  test('whoever gets no turn in ten seconds does not ask', async () => {
    await takeTurns();
    const { type, message } = await errorOf(findOrder());
    expect([type, message]).toEqual(['ConnectionError', expect.stringContaining('no call was made')]);
    expect([both.zapier.calls(), await both.claimed()]).toEqual([0, 0]);
  });

  test('a run that got no turn is no reason for the next one not to ask', async () => {
    await takeTurns();
    await errorOf(findOrder());
    await both.zapier.clock.sleep(60_000);
    expect(await findOrder()).toHaveLength(1);
  });

  test('where Redis cannot be reached, AliExpress is not asked', async () => {
    await both.open({ common: { redisUrl: 'http://127.0.0.1:9' } });
    expect((await errorOf(findOrder())).type).toBe('ConnectionError');
    expect(both.zapier.calls()).toBe(0);
  });

  describe('where Redis answers in another way', () => {
    let odd: Server;
    let answer = '';
    let redisUrl = '';
    beforeAll(async () => {
      odd = createServer((_, response) => response.end(answer));
      await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
      const address = odd.address();
      redisUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    });
    afterAll(() => {
      odd.closeAllConnections();
      odd.close();
    });

    test.each(['{}', '{"result":null}', '{"result":-2}', '{"error":"ERR"}'])(
      'as with %s, AliExpress is not asked',
      async (given) => {
        answer = given;
        await both.open({ common: { redisUrl } });
        expect([(await errorOf(findOrder())).type, both.zapier.calls()]).toEqual(['ConnectionError', 0]);
      },
    );
  });

  test('where Redis refuses the token, AliExpress is not asked', async () => {
    await both.open({ common: { redisToken: 'another' } });
    const { type, message } = await errorOf(findOrder());
    expect(type).toBe('ConnectionError');
    expect(message).toContain('The counter of your daily AliExpress calls cannot be reached');
    expect(both.zapier.calls()).toBe(0);
  });

  test('the publisher may set another number of calls a day', async () => {
    await both.open({ common: { dailyCallLimit: '3' } });
    for (let n = 0; n < 3; n += 1) await findOrder();
    expect((await errorOf(findOrder())).message).toContain("Today's 3 AliExpress calls are used up");
  });

  test('a malformed number is refused by name before anything is paid for', async () => {
    const run = both.make.run('findOrder', {
      connection: both.connection,
      parameters: { order_number: 'abc' },
    });
    const { type, message } = await errorOf(run);
    expect(type).toBe('DataError');
    expect(message).toContain('"Order Number" is not usable: an AliExpress order number, 6 to 19 digits.');
    expect(await both.claimed()).toBe(0);
  });
});
