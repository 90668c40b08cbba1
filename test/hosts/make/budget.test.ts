import { axiosTransport } from '../../../lib/http/axios.ts';
import { redisOverHttp } from '../../../lib/stores/redis.ts';
import { NOON } from '../../support/connected-app.ts';
import { MakeError } from '../../support/make/errors.ts';
import { startFrom } from '../../support/make/polling.ts';
import { describeWithRedis, type RedisFront, startRedis } from '../../support/redis.ts';
import { type BothShops, openBoth } from './shop.ts';

const DAY = '2026-10-07';

describeWithRedis('the shared counter on Make', () => {
  let redis: RedisFront;
  let both: BothShops;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  beforeEach(async () => {
    both = await openBoth(redis);
  });
  afterEach(() => both.close());

  const command = (...parts: (string | number)[]) =>
    redisOverHttp(redis.url, redis.token, axiosTransport())(...parts);
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

  test('ten runs at once ask in turn, so that AliExpress bans nobody', async () => {
    const found = await Promise.all(Array.from({ length: 10 }, findOrder));
    expect([found.flat().length, both.zapier.sandbox.calls.bans]).toEqual([10, 0]);
  });

  test('whoever gets no turn in ten seconds does not ask', async () => {
    const quarters = Array.from({ length: 60 }, (_, n) => Math.floor(NOON / 250) + n);
    for (const quarter of quarters) await command('SET', `turn:${seller()}:${quarter}`, '1');
    const { type, message } = await errorOf(findOrder());
    expect([type, message]).toEqual(['ConnectionError', expect.stringContaining('no call was made')]);
    expect([both.zapier.calls(), await both.claimed()]).toEqual([0, 0]);
  });

  test('where Redis cannot be reached, AliExpress is not asked', async () => {
    await both.close();
    both = await openBoth(redis, { common: { redisUrl: 'http://127.0.0.1:9' } });
    expect((await errorOf(findOrder())).type).toBe('ConnectionError');
    expect(both.zapier.calls()).toBe(0);
  });

  test('where Redis refuses the token, AliExpress is not asked', async () => {
    await both.close();
    both = await openBoth(redis, { common: { redisToken: 'another' } });
    const { type, message } = await errorOf(findOrder());
    expect(type).toBe('ConnectionError');
    expect(message).toContain('The counter of your daily AliExpress calls cannot be reached');
    expect(both.zapier.calls()).toBe(0);
  });

  test('the publisher may set another number of calls a day', async () => {
    await both.close();
    both = await openBoth(redis, { common: { dailyCallLimit: '3' } });
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
