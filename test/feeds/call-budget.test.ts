import { readBudgetStatus } from '../../lib/feeds/call-budget.ts';
import { type FeedStatus, writeFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { silentStore } from '../support/failing-stores.ts';
import { aStatus } from '../support/feed-status.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices } from '../support/shop-services.ts';
import { switchableStore } from '../support/switchable-store.ts';

/** A shop with four calls a day, whose orders feed has this status. */
async function openShop(change: (now: number) => Partial<FeedStatus> = () => ({})) {
  const { fails, through } = switchableStore();
  const shop = openShopServices({ limit: 4, through });
  const now = shop.clock.now();
  const status = { visitedAt: now - HOUR, nextAt: now + HOUR, ...change(now) };
  await writeFeedStatus(shop.store, shop.seller, 'orders', aStatus(status));
  const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');
  const read = async (inputs: Parameters<typeof readBudgetStatus>[1] = {} as never) => {
    const [found] = await readBudgetStatus(shop, inputs);
    return found;
  };
  const feed = async () => (await read())?.feeds[0];
  const spend = async (calls: number) => {
    for (let n = 0; n < calls; n += 1) await shop.budget.spend('interactive');
  };
  return { shop, now, fails, iso, read, feed, spend };
}

describe('Call budget of a shop', () => {
  test('It names the calls of the day, and when they are counted anew', async () => {
    const { read, spend, shop, iso } = await openShop();
    await spend(1);
    expect(await read()).toMatchObject({
      day: '2026-11-21',
      calls_used: 1,
      calls_left: 3,
      call_limit: 4,
      resets_at: iso(shop.budget.today().end),
      paused_until: null,
      reconnect_by: null,
    });
  });

  test('It is found only if as many calls are left as are asked for', async () => {
    const { read, spend } = await openShop();
    await spend(1);
    expect(await read({ min_calls_left: 3 } as never)).toBeDefined();
    expect(await read({ min_calls_left: 4 } as never)).toBeUndefined();
    await spend(3);
    expect(await read()).toMatchObject({ calls_left: 0 });
  });

  test('It names the end of the connection where that is known', async () => {
    const { read, shop, now, iso } = await openShop();
    shop.renewBy = now + 90 * DAY;
    expect(await read()).toMatchObject({ reconnect_by: iso(now + 90 * DAY) });
  });

  test('A store that does not answer is named', async () => {
    const { read, fails } = await openShop();
    fails.get = silentStore.get;
    await expect(read()).rejects.toEqual(problemLike('budget_unavailable'));
  });
});

describe('Feed in the call budget', () => {
  test('Only feeds that a workflow reads are listed', async () => {
    const { read } = await openShop();
    expect((await read())?.feeds).toMatchObject([{ feed: 'orders' }]);
  });

  test('It names the calls that are planned for today, and those that were made', async () => {
    const { feed, shop } = await openShop(() => ({ spent: 7 }));
    expect(await feed()).toMatchObject({ calls_planned: 4, calls_used_today: 7 });
    shop.clock.advance(DAY);
    expect(await feed()).toMatchObject({ calls_planned: null, calls_used_today: null });
  });

  test('The calls that are planned are those of one plan for all feeds, whatever each of them has planned', async () => {
    const { read, shop } = await openShop(() => ({ planned: 3 }));
    await writeFeedStatus(shop.store, shop.seller, 'reviews', aStatus({ planned: 3 }));
    expect((await read())?.feeds).toMatchObject([{ calls_planned: 2 }, { calls_planned: 2 }]);
  });

  test('It names the last and the next visit', async () => {
    const { feed, now, iso, shop } = await openShop();
    expect(await feed()).toMatchObject({
      last_checked_at: iso(now - HOUR),
      next_check_at: iso(now + HOUR),
    });
    shop.clock.advance(2 * HOUR);
    expect(await feed()).toMatchObject({ next_check_at: iso(now + 2 * HOUR) });
  });

  test('No visit is made before the end of a pause', async () => {
    const { feed, read, now, iso, shop } = await openShop();
    await shop.budget.paused({ limit: 'seller', isStated: true, until: now + 3 * HOUR });
    expect(await feed()).toMatchObject({ next_check_at: iso(now + 3 * HOUR) });
    expect(await read()).toMatchObject({ paused_until: iso(now + 3 * HOUR) });
    shop.clock.advance(3 * HOUR);
    expect(await read()).toMatchObject({ paused_until: null });
  });

  test('No visit is made on a day without calls', async () => {
    const { feed, spend, iso, shop } = await openShop();
    await spend(4);
    expect(await feed()).toMatchObject({ next_check_at: iso(shop.budget.today().end) });
  });

  test('The average delay of the day is in minutes, and null where nothing was found', async () => {
    const delays = { count: 2, sumMs: 15 * MINUTE };
    expect(await (await openShop(() => ({ delays }))).feed()).toMatchObject({ average_delay_minutes: 8 });
    expect(await (await openShop(() => ({ delays, day: '2026-11-20' }))).feed()).toMatchObject({
      average_delay_minutes: null,
    });
    expect(await (await openShop()).feed()).toMatchObject({ average_delay_minutes: null });
  });

  test('It names what is waiting, since when, and why', async () => {
    const { feed, now, iso, shop, spend } = await openShop((at) => ({
      waiting: { count: 7, since: at - HOUR },
    }));
    expect(await feed()).toMatchObject({
      waiting_count: 7,
      waiting_since: iso(now - HOUR),
      waiting_reason: 'the calls are spread over the day',
      waiting_reason_zh: '调用按计划分配到全天',
    });
    await spend(4);
    expect(await feed()).toMatchObject({ waiting_reason: "today's calls are used up" });
    await shop.budget.paused({ limit: 'seller', isStated: true, until: now + HOUR });
    expect(await feed()).toMatchObject({ waiting_reason: 'AliExpress has paused the calls' });
  });

  test('A feed with nothing waiting says so', async () => {
    expect(await (await openShop()).feed()).toMatchObject({
      waiting_count: 0,
      waiting_since: null,
      waiting_reason: 'nothing is waiting',
    });
  });
});
