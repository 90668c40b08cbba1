import fc from 'fast-check';
import type { FeedEngine } from '../../lib/feeds/engine/feed.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { fail, httpReason, type ProblemKind } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/runtime.ts';
import { decliningStore, silentStore } from '../support/failing-stores.ts';
import { problemLike } from '../support/problem-like.ts';
import {
  isMixed,
  type OrderRequest,
  openShopServices,
  rawOrder,
  type ShopOptions,
  type ShopServices,
} from '../support/shop-services.ts';

/** Orders on a page of the shop in these tests, so that few orders make many pages. */
const PAGE = 3;
/** In this time there is credit for one call: fewer than 200 calls are left for 14 hours. */
const ENOUGH_FOR_ONE = 5 * MINUTE;

interface OpenFeed extends ShopServices {
  feed: FeedEngine;
  /** Ids of the orders that a poll returns. */
  poll(): Promise<string[]>;
  /** A poll at a time at which there is credit for a visit. */
  pollLater(ms?: number): Promise<string[]>;
  /** Requests for the changes since the last visit. */
  windows(): OrderRequest[];
  /** Their pages, in order. */
  pages(): number[];
}

function openFeed(options?: ShopOptions): OpenFeed {
  const shop = openShopServices(options);
  shop.ordersOnAPage = PAGE;
  const feed = createOrdersFeed(shop);
  const idsOf = async (lane: 'interactive' | 'polling') =>
    (await feed.read(lane)).records.map((record) => String(record.order_id)).sort();
  return Object.assign(shop, {
    feed,
    poll: () => idsOf('polling'),
    pollLater: (ms = HOUR) => {
      shop.clock.advance(ms);
      return idsOf('polling');
    },
    windows: () => shop.requests.filter(isMixed),
    pages: () => shop.requests.filter(isMixed).map(({ page }) => page),
  });
}

const placedDays = (
  { to, createdFrom }: Pick<OrderRequest, 'to' | 'createdFrom'> = { to: 0, createdFrom: 0 },
) => (to - createdFrom) / DAY;
const unreachable = (): never => fail('aliexpress_unreachable', { reason: httpReason(503) });

describe('First visit of the orders feed', () => {
  test('The first visit reads the changes of the last two hours', async () => {
    const shop = openFeed();
    const now = shop.clock.now();
    await shop.poll();
    expect(shop.requests[0]).toMatchObject({ from: now - 2 * HOUR, to: now });
  });

  test('The first visit finds the orders that changed in the last two hours', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3, shop.clock.now() - HOUR);
    expect(await shop.poll()).toEqual(ids);
  });

  test('The first visit leaves out orders that changed earlier', async () => {
    const shop = openFeed();
    shop.putOrders(3, shop.clock.now() - 3 * HOUR);
    expect(await shop.poll()).toEqual([]);
  });

  test('A user who sets up a workflow gets all pages of the first visit at once', async () => {
    const shop = openFeed();
    shop.putOrders(25 * PAGE, shop.clock.now() - HOUR);
    expect((await shop.feed.read('interactive')).records).toHaveLength(25 * PAGE);
  });

  test('All users who set up workflows at the same time get the complete first visit', async () => {
    const shop = openFeed();
    shop.putOrders(2 * PAGE, shop.clock.now() - HOUR);
    const readings = await Promise.all([1, 2, 3].map(() => shop.feed.read('interactive')));
    expect(readings.map(({ records }) => records.length)).toEqual([2 * PAGE, 2 * PAGE, 2 * PAGE]);
  });

  test('The first visit is made once for all users who wait at the same time', async () => {
    const shop = openFeed();
    await Promise.all([1, 2, 3].map(() => shop.feed.read('interactive')));
    expect(shop.pages()).toEqual([1]);
  });

  test('A user waits for the first visit of another process for at most 15 seconds', async () => {
    const shop = openFeed();
    await shop.store.set(`lease:${shop.seller}:orders`, 'another process', 60);
    const start = shop.clock.now();
    await expect(shop.feed.read('interactive')).rejects.toEqual(problemLike('first_check_incomplete'));
    expect(shop.clock.now() - start).toBe(15_000);
  });

  test('A clock that is set back does not prolong the wait of a user', async () => {
    const shop = openFeed();
    await shop.store.set(`lease:${shop.seller}:orders`, 'another process', 60);
    let waits = 0;
    shop.clock.sleep = async (ms) => {
      waits += 1;
      shop.clock.advance(waits === 1 ? -HOUR : ms);
    };
    await expect(shop.feed.read('interactive')).rejects.toEqual(problemLike('first_check_incomplete'));
    expect(waits).toBe(15);
  });

  test('A user learns that the store refuses the lease, even if it does so like a lease that is held', async () => {
    const shop = openFeed({ through: (store) => ({ ...store, add: async () => false }) });
    await expect(shop.feed.read('interactive')).rejects.toEqual(problemLike('store_write_failed'));
  });

  test('A user who sets up a workflow learns at once that the store takes no writes', async () => {
    const shop = openFeed({ through: (store) => ({ ...store, add: silentStore.add }) });
    const start = shop.clock.now();
    await expect(shop.feed.read('interactive')).rejects.toEqual(problemLike('store_write_failed'));
    expect(shop.clock.now()).toBe(start);
  });

  test('A poll gets an empty list if the store takes no writes', async () => {
    const shop = openFeed({ through: (store) => ({ ...store, add: silentStore.add }) });
    expect((await shop.feed.read('polling')).records).toEqual([]);
  });

  test('A poll does not wait for the first visit of another process', async () => {
    const shop = openFeed({ through: (store) => ({ ...store, add: async () => false }) });
    const start = shop.clock.now();
    await shop.poll();
    expect(shop.clock.now()).toBe(start);
  });

  test('An order is returned as its record, without anything about its buyer', async () => {
    const shop = openFeed();
    shop.putOrders(1, shop.clock.now() - HOUR);
    expect(JSON.stringify(await shop.feed.read('polling'))).not.toMatch(/canary/i);
  });
});

describe('Poll of the orders feed', () => {
  test('A poll is answered from the snapshot while there is no credit for a call', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    await shop.poll();
    expect(await shop.pollLater(MINUTE)).toEqual(ids);
  });

  test('A poll makes no call while there is no credit for one', async () => {
    const shop = openFeed();
    await shop.poll();
    const before = shop.requests.length;
    await shop.pollLater(MINUTE);
    expect(shop.requests).toHaveLength(before);
  });

  test('A poll makes a call again when there is credit for one', async () => {
    const shop = openFeed();
    await shop.poll();
    const before = shop.windows().length;
    await shop.pollLater(HOUR);
    expect(shop.windows()).toHaveLength(before + 1);
  });

  test('A call is paid from the lane of its reader', async () => {
    const shop = openFeed();
    await shop.feed.read('interactive');
    expect(shop.requests[0]?.lane).toBe('interactive');
  });

  test('A visit begins over an hour before the end of the last one if one page holds the orders', async () => {
    const shop = openFeed();
    const end = shop.clock.now();
    await shop.poll();
    await shop.pollLater();
    expect(shop.windows().at(-1)?.from).toBe(end - 65 * MINUTE);
  });

  test('A visit begins after the orders that its page would not hold', async () => {
    const shop = openFeed();
    shop.ordersOnAPage = 50;
    shop.putOrders(50, shop.clock.now() - HOUR);
    const end = shop.clock.now();
    await shop.poll();
    await shop.pollLater();
    expect(shop.windows().at(-1)?.from).toBe(end - HOUR + SECOND);
  });

  test('A visit reads orders that were placed up to 30 days ago', async () => {
    const shop = openFeed();
    await shop.poll();
    expect(placedDays(shop.requests[0])).toBeCloseTo(30, 0);
  });

  test('No visit requests a time span that AliExpress refuses', async () => {
    const shop = openFeed();
    await shop.poll();
    for (let hour = 1; hour <= 6; hour += 1) await shop.pollLater();
    for (const each of shop.requests)
      expect(placedDays(each)).toBeLessThanOrEqual(each.status === 'FINISH' || isMixed(each) ? 30 : 180);
  });

  test('A known order is returned with its latest values', async () => {
    const shop = openFeed();
    const [id] = shop.putOrders(1, shop.clock.now() - HOUR);
    await shop.poll();
    shop.orders[0] = rawOrder({
      id: String(id),
      updatedAt: shop.clock.now(),
      status: 'WAIT_BUYER_ACCEPT_GOODS',
    });
    shop.clock.advance(HOUR);
    const { records } = await shop.feed.read('polling');
    expect(records).toMatchObject([{ order_id: id, status: 'WAIT_BUYER_ACCEPT_GOODS' }]);
  });

  test('Many polls at the same time make one visit', async () => {
    const shop = openFeed();
    await Promise.all(Array.from({ length: 20 }, () => shop.poll()));
    expect(shop.requests.map((each) => (isMixed(each) ? 'all' : each.status))).toEqual(['all', 'FINISH']);
  });

  test('A poll during the visit of another process is answered from the snapshot', async () => {
    const shop = openFeed();
    const known = shop.putOrders(1, shop.clock.now() - HOUR, '8201');
    await shop.poll();
    shop.putOrders(1, shop.clock.now() + MINUTE, '8202');
    const answers = await Promise.all([shop.pollLater(), shop.poll()]);
    expect(answers[1]).toEqual(known);
  });
});

describe('Window of several pages', () => {
  test('A window is read from its last page to the second, after its first page', async () => {
    const shop = openFeed();
    shop.putOrders(4 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    expect(shop.pages()).toEqual([1, 4, 3, 2]);
  });

  test('The orders of all pages of a window are returned', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(4 * PAGE - 1, shop.clock.now() - HOUR);
    expect(await shop.poll()).toEqual(ids);
  });

  test('A window stays open when one of its pages fails', async () => {
    const shop = openFeed();
    shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    const end = shop.clock.now();
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    await shop.pollLater();
    expect(shop.requests[3]).toMatchObject({ to: end, page: 2 });
  });

  test('The watermark is not moved before a window is complete', async () => {
    const shop = openFeed();
    shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    const start = shop.clock.now() - 2 * HOUR;
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    await shop.pollLater();
    expect(shop.requests[3]?.from).toBe(start);
  });

  test('The watermark is moved to the end of a window when it is complete', async () => {
    const shop = openFeed();
    shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    const end = shop.clock.now();
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    await shop.pollLater();
    expect(shop.requests[4]?.from).toBe(end - 65 * MINUTE);
  });

  test('A window that stayed open is read to its end, and then what came after it', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR, '8201');
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    const later = shop.putOrders(1, shop.clock.now() + MINUTE, '8202');
    expect(await shop.pollLater()).toEqual([...ids, ...later]);
  });

  test('No order is missed when a page of a window fails', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('The pages that were read are returned when another page fails', async () => {
    const shop = openFeed();
    shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 3 && unreachable();
    expect(await shop.poll()).toHaveLength(2 * PAGE);
  });

  test('No order is missed when the first page of a window fails', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 1 && unreachable();
    await shop.poll();
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('A window of which nothing was read is extended to the time of the next visit', async () => {
    const shop = openFeed();
    const first = shop.clock.now();
    shop.onCall = (nth) => nth === 1 && unreachable();
    await shop.poll();
    shop.clock.advance(HOUR);
    const second = shop.clock.now();
    await shop.poll();
    expect(shop.requests[1]).toMatchObject({ from: first - 2 * HOUR, to: second });
  });

  test('A window is resumed on the page at which the calls of the day were used up', async () => {
    // Polling leaves three of the ten calls to interactive steps at this time of the day.
    const shop = openFeed({ limit: 10 });
    const ids = shop.putOrders(9 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    expect(await shop.pollLater(DAY)).toEqual(ids);
  });

  test('A visit reads at most ten pages', async () => {
    const shop = openFeed();
    shop.putOrders(22 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    expect(shop.pages()).toEqual([1, 22, 21, 20, 19, 18, 17, 16, 15, 14]);
  });

  test('The next visit resumes a window after ten pages', async () => {
    const shop = openFeed();
    shop.putOrders(22 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    await shop.pollLater();
    expect(shop.pages().slice(10)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
  });

  test('A long window is complete after as many visits as needed', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(22 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    await shop.pollLater();
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('A window with more pages than AliExpress returns is halved', async () => {
    const shop = openFeed();
    shop.putOrders(100 * PAGE, shop.clock.now() - HOUR);
    const { from, to } = { from: shop.clock.now() - 2 * HOUR, to: shop.clock.now() };
    await shop.poll();
    expect(shop.requests[1]).toMatchObject({ from, to: (from + to) / 2, page: 1 });
  });

  test('No order is missed when a window is halved', async () => {
    const shop = openFeed({ limit: 1000 });
    const early = shop.putOrders(60 * PAGE, shop.clock.now() - 100 * MINUTE, '8201');
    const late = shop.putOrders(60 * PAGE, shop.clock.now() - 10 * MINUTE, '8202');
    await shop.poll();
    for (let visit = 1; visit <= 20; visit += 1) await shop.pollLater();
    expect(await shop.poll()).toEqual([...early, ...late]);
  });
});

describe('Order that leaves the window while it is read', () => {
  test('An order that moves to the first page is found when another one leaves the window', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 2 && shop.changeOrder(String(ids[0]), shop.clock.now() + MINUTE);
    expect(await shop.poll()).toEqual(ids);
  });

  test('The first page is read again when an order has left the window', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 2 && shop.changeOrder(String(ids[0]), shop.clock.now() + MINUTE);
    await shop.poll();
    expect(shop.pages()).toEqual([1, 3, 2, 1]);
  });

  test('No page is requested that no longer exists', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(9 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => {
      if (nth === 2) for (const id of ids.slice(0, 5 * PAGE)) shop.changeOrder(id, shop.clock.now() + MINUTE);
    };
    await shop.poll();
    expect(shop.pages()).toEqual([1, 9, 4, 3, 2, 1]);
  });

  test('An order that has left the window is found by the next visit', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    // The order is on the last page, which is never read with it.
    shop.onCall = (nth) => nth === 2 && shop.changeOrder(String(ids.at(-1)), shop.clock.now() + MINUTE);
    await shop.poll();
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('No other order is missed, however many orders leave the window and when', async () => {
    const leaver = fc.record({ beforeCall: fc.integer({ min: 2, max: 9 }), n: fc.nat({ max: 24 }) });
    const leaving = fc.array(leaver, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 25 }), leaving, async (count, leavers) => {
        const shop = openFeed();
        const ids = shop.putOrders(count, shop.clock.now() - HOUR);
        shop.onCall = (nth) => {
          for (const { beforeCall, n } of leavers) {
            if (beforeCall === nth && ids[n]) shop.changeOrder(ids[n], shop.clock.now() + MINUTE);
          }
        };
        await shop.poll();
        shop.onCall = () => {};
        expect(await shop.pollLater()).toEqual(ids);
      }),
      { numRuns: 200 },
    );
  });
});

describe('Orders that enter the window while it is read', () => {
  const threeAppear = (shop: OpenFeed, beforeCall: number) => {
    shop.onCall = (nth) => {
      if (nth !== beforeCall) return;
      const appeared = shop.orders.length;
      shop.putOrders(3, shop.clock.now() - HOUR, '9999');
      shop.orders.unshift(...shop.orders.splice(appeared));
    };
  };

  test('No order is missed when three more appear at the head of a backlog', async () => {
    const shop = openFeed();
    shop.ordersOnAPage = 50;
    const ids = shop.putOrders(149, shop.clock.now() - HOUR);
    threeAppear(shop, 3);
    expect(await shop.poll()).toEqual(expect.arrayContaining(ids));
  });

  test('Three more orders at the head of a backlog cost one call', async () => {
    const shop = openFeed();
    shop.ordersOnAPage = 50;
    shop.putOrders(149, shop.clock.now() - HOUR);
    threeAppear(shop, 3);
    await shop.poll();
    expect(shop.pages()).toEqual([1, 3, 2, 3]);
  });

  test('The orders that appeared at the head are found by the next visit', async () => {
    const shop = openFeed();
    shop.ordersOnAPage = 50;
    shop.putOrders(149, shop.clock.now() - HOUR);
    shop.onCall = (nth) => {
      if (nth === 3) shop.orders.unshift(rawOrder({ id: '9999', updatedAt: shop.clock.now() - 20 * MINUTE }));
    };
    await shop.poll();
    expect(await shop.pollLater()).toContain('9999');
  });
});

describe('Answer that leaves orders out', () => {
  test('A page with fewer orders than its total promises is read again', async () => {
    const shop = openFeed();
    shop.ordersOnAPage = 50;
    const ids = shop.putOrders(7, shop.clock.now() - HOUR);
    shop.alter = (page, nth) => (nth === 1 ? { ...page, target_list: page.target_list.slice(0, 4) } : page);
    expect(await shop.poll()).toEqual(ids);
  });

  test('The watermark stays while a page has fewer orders than its total promises', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    const start = shop.clock.now() - 2 * HOUR;
    shop.alter = (page) => ({ ...page, target_list: page.target_list.slice(0, 1) });
    await shop.poll();
    const before = shop.requests.length;
    shop.alter = (page) => page;
    expect(await shop.pollLater()).toEqual(ids);
    expect(shop.requests[before]?.from).toBe(start);
  });

  test('A window of which an order is never listed is left after three readings', async () => {
    const shop = openFeed();
    shop.putOrders(2, shop.clock.now() - HOUR);
    shop.alter = (page) => ({ ...page, target_list: page.target_list.slice(0, 1) });
    for (let visit = 0; visit < 3; visit += 1) await shop.pollLater();
    expect(shop.logged.join()).toMatch(/orders of a window may be missing/);
    const upToNow = () => shop.windows().sort((a, b) => b.to - a.to)[0];
    const { to } = upToNow() ?? { to: 0 };
    await shop.pollLater();
    expect(upToNow()?.from).toBe(to - 3 * HOUR);
  });

  test('An order that was missing for hours is found when it is listed again', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    shop.alter = (page) => ({ ...page, target_list: page.target_list.slice(0, 1) });
    for (let visit = 0; visit < 5; visit += 1) await shop.pollLater();
    shop.alter = (page) => page;
    for (let visit = 0; visit < 6; visit += 1) await shop.pollLater();
    expect(await shop.poll()).toEqual(ids);
  });

  describe('Empty window in which many orders stood before', () => {
    const emptied = async () => {
      const shop = openFeed();
      shop.ordersOnAPage = 50;
      const known = shop.putOrders(30, shop.clock.now() - 10 * MINUTE);
      await shop.poll();
      shop.clock.advance(20 * MINUTE);
      const missed = shop.putOrders(5, shop.clock.now(), '8202');
      shop.alter = () => ({ total_count: 0, total_page: 0, target_list: [] });
      return { shop, known, missed };
    };

    test('It is read again at once', async () => {
      const { shop, known, missed } = await emptied();
      const before = shop.requests.length;
      const empty = shop.alter;
      shop.alter = (page, nth) => (nth === before + 1 ? empty(page, nth) : page);
      expect(await shop.poll()).toEqual([...known, ...missed]);
    });

    test('It does not move the watermark', async () => {
      const { shop, known, missed } = await emptied();
      for (let visit = 0; visit < 9; visit += 1) await shop.pollLater(20 * MINUTE);
      shop.alter = (page) => page;
      expect(await shop.pollLater()).toEqual([...known, ...missed]);
    });

    test('It is believed when the orders that stood in it have ended', async () => {
      const { shop } = await emptied();
      shop.alter = (page) => page;
      for (const each of shop.orders) each.order_status = 'FINISH';
      for (let visit = 0; visit < 9; visit += 1) await shop.pollLater();
      const before = shop.windows().length;
      await shop.pollLater();
      expect(shop.windows()).toHaveLength(before + 1);
    });
  });
});

describe('Order that AliExpress shows late', () => {
  test.each([20, 40, 60])('It is found %d minutes after its change, behind a gap', async (minutes) => {
    const shop = openFeed();
    await shop.poll();
    const changedAt = shop.clock.now() - 2 * MINUTE;
    shop.clock.advance(minutes * MINUTE);
    await shop.poll();
    const [late] = shop.putOrders(1, changedAt);
    expect(await shop.pollLater(3 * HOUR)).toEqual([late]);
  });

  /** A shop in which 90 orders an hour change, polled every 10 minutes. */
  const busyShop = async () => {
    const shop = openFeed({ limit: 2000 });
    shop.ordersOnAPage = 50;
    let visits = 0;
    const visit = async () => {
      visits += 1;
      shop.putOrders(15, shop.clock.now() + 5 * MINUTE, `82${String(visits).padStart(4, '0')}`);
      return shop.pollLater(10 * MINUTE);
    };
    for (let n = 0; n < 12; n += 1) await visit();
    return { shop, visit };
  };

  test('It is found within six hours where one page does not hold the orders of an hour', async () => {
    const { shop, visit } = await busyShop();
    const [late] = shop.putOrders(1, shop.clock.now() - 55 * MINUTE, '9999');
    let found: string[] = [];
    for (let n = 0; n < 37; n += 1) found = await visit();
    expect(found).toContain(late);
  });

  test('Where nothing is late, three hours of many orders are checked with one call', async () => {
    const { shop, visit } = await busyShop();
    for (let n = 0; n < 37; n += 1) await visit();
    const ofPast = shop.requests.filter(({ to }, n) => to < Number(shop.requests[n - 1]?.to) - HOUR);
    expect(ofPast.map(({ page }) => page)).toEqual([1, 1]);
  });
});

describe('Transient error', () => {
  const passing: Record<string, () => never> = {
    'calls that are used up': () =>
      fail('budget_used_up', { limit: 200, resetsAt: 1, now: 0, zone: 'Asia/Shanghai' }),
    'a budget that cannot be reached': () => fail('budget_unavailable', {}),
    'a ban': () => fail('calls_paused', { until: 1, now: 0 }),
    'an AliExpress that does not answer': unreachable,
  };

  test('A user sees that the store fails, if nothing is known', async () => {
    const shop = openFeed();
    shop.onCall = () => fail('budget_unavailable', {});
    await expect(shop.feed.read('interactive')).rejects.toEqual(problemLike('budget_unavailable'));
  });

  test.each(['calls that are used up', 'a ban', 'an AliExpress that does not answer'])(
    'A user gets an empty list after %s, if nothing is known',
    async (name) => {
      const shop = openFeed();
      shop.onCall = passing[name] ?? (() => {});
      expect((await shop.feed.read('interactive')).records).toEqual([]);
    },
  );

  describe.each(Object.entries(passing))('Transient error: %s', (_, failure) => {
    let shop: OpenFeed;
    beforeEach(() => {
      shop = openFeed();
    });

    test('A poll gets the snapshot after a transient error', async () => {
      const ids = shop.putOrders(2, shop.clock.now() - HOUR);
      await shop.poll();
      shop.onCall = failure;
      expect(await shop.pollLater()).toEqual(ids);
    });

    test('A poll gets an empty list after a transient error before the first visit', async () => {
      shop.onCall = failure;
      expect(await shop.poll()).toEqual([]);
    });

    test('A user gets the snapshot after a transient error once the first visit was made', async () => {
      const ids = shop.putOrders(2, shop.clock.now() - HOUR);
      await shop.poll();
      shop.onCall = failure;
      shop.clock.advance(HOUR);
      expect((await shop.feed.read('interactive')).records).toHaveLength(ids.length);
    });

    test('The visit after a transient error finds the orders', async () => {
      await shop.poll();
      shop.onCall = failure;
      await shop.pollLater();
      shop.onCall = () => {};
      const [id] = shop.putOrders(1, shop.clock.now());
      expect(await shop.pollLater()).toEqual([id]);
    });

    test('A transient error is logged', async () => {
      shop.onCall = failure;
      await shop.poll();
      expect(shop.logged).toHaveLength(1);
    });
  });

  test('A failed call costs its credit', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.onCall = unreachable;
    await shop.pollLater(ENOUGH_FOR_ONE);
    const before = shop.requests.length;
    await shop.poll();
    expect(shop.requests).toHaveLength(before);
  });

  test('A visit that fails before a call is paid costs no credit', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.onPay = () => fail('budget_unavailable', {});
    await shop.pollLater(ENOUGH_FOR_ONE);
    shop.onPay = () => {};
    const before = shop.requests.length;
    await shop.poll();
    expect(shop.requests).toHaveLength(before + 1);
  });

  test('A visit that fails before a call is paid leaves the snapshot as it was', async () => {
    const written: string[] = [];
    const shop = openFeed({
      through: (store) => ({
        ...store,
        set: (...request) => {
          written.push(request[0]);
          return store.set(...request);
        },
      }),
    });
    shop.onPay = () => fail('budget_unavailable', {});
    await shop.poll();
    expect(written).toEqual([]);
  });
});

describe('Lasting error', () => {
  const lasting: [ProblemKind, () => never][] = [
    ['token_expired', () => fail('token_expired', {})],
    ['reconnect_needed', () => fail('reconnect_needed', {})],
    ['app_key_refused', () => fail('app_key_refused', { code: '29' })],
    ['permission_missing', () => fail('permission_missing', { method: 'orders', code: '11' })],
    ['ip_not_allowed', () => fail('ip_not_allowed', {})],
    ['method_retired', () => fail('method_retired', { method: 'orders', code: '22' })],
    ['method_changed', () => fail('method_changed', { method: 'orders', code: '40' })],
    ['answer_changed', () => fail('answer_changed', { method: 'orders', field: 'result' })],
  ];

  describe.each(['polling', 'interactive'] as const)('Lasting error in the %s lane', (lane) => {
    test.each(lasting)('A lasting error is thrown: %s', async (kind, failure) => {
      const shop = openFeed();
      await shop.poll();
      shop.onCall = failure;
      shop.clock.advance(HOUR);
      await expect(shop.feed.read(lane)).rejects.toEqual(problemLike(kind));
    });
  });

  test('An expired token costs no credit, because the platform polls again with a new one', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.onCall = () => fail('token_expired', {});
    await shop.pollLater(ENOUGH_FOR_ONE).catch(() => {});
    shop.onCall = () => {};
    const before = shop.requests.length;
    await shop.poll();
    expect(shop.requests).toHaveLength(before + 1);
  });

  test('Any other lasting error costs the credit of its call', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.onCall = () => fail('ip_not_allowed', {});
    await shop.pollLater(ENOUGH_FOR_ONE).catch(() => {});
    const before = shop.requests.length;
    await shop.poll();
    expect(shop.requests).toHaveLength(before);
  });
});

describe('Unreadable record', () => {
  const withBadOne = () => {
    const shop = openFeed();
    const updatedAt = shop.clock.now() - HOUR;
    const { order_id: _, ...bad } = rawOrder({ id: '8202', updatedAt, productName: 'Cat Tree' });
    shop.orders.push(rawOrder({ id: '8201', updatedAt }), bad, rawOrder({ id: '8203', updatedAt }));
    return shop;
  };

  test('An unreadable order is left out, and the others are returned', async () => {
    expect(await withBadOne().poll()).toEqual(['8201', '8203']);
  });

  test('An unreadable order is logged', async () => {
    const shop = withBadOne();
    await shop.poll();
    expect(shop.logged).toHaveLength(1);
  });

  test('The log of an unreadable order does not show its content', async () => {
    const shop = withBadOne();
    await shop.poll();
    expect(shop.logged.join()).not.toMatch(/Cat Tree|canary/i);
  });

  test('The watermark is moved past an unreadable order', async () => {
    const shop = withBadOne();
    const end = shop.clock.now();
    await shop.poll();
    await shop.pollLater();
    expect(shop.windows().at(-1)?.from).toBe(end - 65 * MINUTE);
  });

  describe('Page with more than a fifth of its orders unreadable', () => {
    const withBadOnes = () => {
      const shop = openFeed();
      shop.ordersOnAPage = 50;
      const updatedAt = shop.clock.now() - HOUR;
      shop.putOrders(7, updatedAt);
      shop.putOrders(2, updatedAt, '8202');
      for (const order of shop.orders.slice(7)) order.order_id = '';
      return shop;
    };

    test('It is a problem that names the field', async () => {
      await expect(withBadOnes().poll()).rejects.toEqual(
        problemLike('data_unreadable', { field: 'order_id', share: 20 }),
      );
    });

    test('Its other orders are returned by the next poll', async () => {
      const shop = withBadOnes();
      await shop.poll().catch(() => {});
      expect(await shop.pollLater(MINUTE)).toHaveLength(7);
    });

    test('The watermark stays until its orders can be read', async () => {
      const shop = withBadOnes();
      const from = shop.clock.now() - 2 * HOUR;
      await shop.poll().catch(() => {});
      const before = shop.requests.length;
      for (const [n, order] of shop.orders.entries()) order.order_id = `8203${n}`;
      expect(await shop.pollLater()).toEqual(expect.arrayContaining(['82037', '82038']));
      expect(shop.requests[before]?.from).toBe(from);
    });
  });

  test('An order with an unreadable optional field is returned without that field', async () => {
    const shop = openFeed();
    const order = rawOrder({ id: '8201', updatedAt: shop.clock.now() - HOUR });
    shop.orders.push({ ...order, gmt_pay_time: 'yesterday' });
    expect((await shop.feed.read('polling')).records).toMatchObject([{ order_id: '8201', paid_at: null }]);
  });
});

describe('Store failures', () => {
  const declining = () => decliningStore(true, 'snap1:', 'chunk1:');

  test('A poll gets an empty list if the store does not answer', async () => {
    expect(await openFeed({ through: () => silentStore }).poll()).toEqual([]);
  });

  test('No call is made if the store does not answer', async () => {
    const shop = openFeed({ through: () => silentStore });
    await shop.poll();
    expect(shop.requests).toEqual([]);
  });

  test('A user sees the orders of a visit even if the snapshot was not stored', async () => {
    const shop = openFeed({ through: declining().through });
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    const { records } = await shop.feed.read('interactive');
    expect(records.map(({ order_id }) => order_id)).toEqual(ids);
  });

  test('A workflow gets the orders of a visit only when they are stored', async () => {
    const { switches, through } = declining();
    const shop = openFeed({ through });
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    expect(await shop.poll()).toEqual([]);
    switches.isDeclining = false;
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('The orders of a visit are fetched again if the snapshot was not stored', async () => {
    const { switches, through } = declining();
    const shop = openFeed({ through });
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    await shop.poll();
    switches.isDeclining = false;
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('No visit is made for eight minutes after a snapshot was not stored', async () => {
    const shop = openFeed({ through: declining().through });
    await shop.poll();
    const before = shop.requests.length;
    for (let minute = 1; minute < 8; minute += 1) await shop.pollLater(MINUTE);
    expect(shop.requests).toHaveLength(before);
  });

  test('A visit is made again eight minutes after a snapshot was not stored', async () => {
    const shop = openFeed({ through: declining().through });
    await shop.poll();
    const before = shop.requests.length;
    await shop.pollLater(8 * MINUTE);
    expect(shop.requests.length).toBeGreaterThan(before);
  });

  test('A snapshot that was not stored is logged', async () => {
    const shop = openFeed({ through: declining().through });
    await shop.poll();
    expect(shop.logged).toHaveLength(1);
  });

  test('The old snapshot is served if a new one cannot be stored', async () => {
    const { switches, through } = declining();
    const shop = openFeed({ through });
    switches.isDeclining = false;
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    await shop.poll();
    switches.isDeclining = true;
    await shop.pollLater();
    expect(await shop.poll()).toEqual(ids);
  });

  test('The orders of a lost chunk are fetched again', async () => {
    const chunks: string[] = [];
    const shop = openFeed({
      through: (store) => ({
        ...store,
        set: async (key, value, ttlSeconds) => {
          if (key.startsWith('chunk1:') && key.split(':').length > 3) chunks.push(key);
          return store.set(key, value, ttlSeconds);
        },
      }),
    });
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    await shop.poll();
    await shop.innerStore.delete(String(chunks[0]));
    expect(await shop.pollLater(20 * HOUR)).toEqual(ids);
  });
});

describe('Recovery', () => {
  const limitReported = async (shop: OpenFeed) => {
    await shop.budget.limitReached(shop.clock.now());
    shop.budget.failUsedUp(shop.clock.now());
  };

  test('A limit that AliExpress reported is forgotten on the next day', async () => {
    const shop = openFeed();
    await shop.poll();
    const call = shop.gateway.call;
    shop.gateway.call = async (method, request, options) => {
      options.onPaid?.();
      await limitReported(shop);
      return call(method, request, options);
    };
    await shop.pollLater();
    shop.gateway.call = call;
    const ids = shop.putOrders(1, shop.clock.now() + MINUTE);
    expect(await shop.pollLater(DAY)).toEqual(ids);
  });

  test('A count of calls that could not be read once does not stop the feed', async () => {
    const shop = openFeed();
    await shop.poll();
    const used = shop.budget.used;
    shop.budget.used = async () => {
      throw new Error('no answer');
    };
    await shop.pollLater();
    shop.budget.used = used;
    const ids = shop.putOrders(1, shop.clock.now() + MINUTE);
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('A poll is answered from the snapshot if the store fails during a visit', async () => {
    let heads = 0;
    const shop = openFeed({
      through: (store) => ({
        ...store,
        get: async (key) => {
          heads += key.endsWith(':orders') && key.startsWith('snap1:') ? 1 : 0;
          if (heads === 4) throw new Error('no answer');
          return store.get(key);
        },
      }),
    });
    const ids = shop.putOrders(1, shop.clock.now() - MINUTE);
    await shop.poll();
    expect(await shop.pollLater()).toEqual(ids);
    expect(heads).toBeGreaterThanOrEqual(4);
  });
});

describe('Pause of several days in which nobody polled', () => {
  /** A shop with three orders an hour that nobody polls for `days`; a third of the orders end. */
  async function paused(days: number) {
    const shop = openFeed();
    shop.ordersOnAPage = 50;
    await shop.poll();
    const from = shop.clock.now();
    const ids = Array.from({ length: days * 24 }, (_, hour) =>
      shop.putOrders(3, from + (hour + 0.5) * HOUR, `82${String(hour).padStart(4, '0')}`),
    ).flat();
    for (const [n, each] of shop.orders.entries()) if (n % 3 === 0) each.order_status = 'FINISH';
    shop.clock.advance(days * DAY);
    return { shop, ids };
  }

  /** Polls every ten minutes. @returns ids in the order in which they were found */
  async function pollFor(shop: OpenFeed, ms: number): Promise<string[]> {
    const found = new Set<string>();
    for (let left = ms; left > 0; left -= 10 * MINUTE)
      for (const id of await shop.pollLater(10 * MINUTE)) found.add(id);
    return [...found];
  }

  test('The first visit finds the new orders', async () => {
    const { shop, ids } = await paused(5);
    expect(await shop.poll()).toEqual(expect.arrayContaining(ids.slice(-2)));
  });

  test.each([2.5, 5])('All orders of a pause of %d days are found within a day', async (days) => {
    const { shop, ids } = await paused(days);
    expect((await pollFor(shop, DAY)).sort()).toEqual(ids);
  });

  test('The orders of the pause are found from the oldest day on', async () => {
    const { shop, ids } = await paused(5);
    const first = await shop.poll();
    const next = (await pollFor(shop, 2 * HOUR)).filter((id) => !first.includes(id));
    expect(next.length).toBeGreaterThan(0);
    expect(ids.slice(0, 2 * 24 * 3)).toEqual(expect.arrayContaining(next.slice(0, 30)));
  });

  test('The pages of the pause take at most half of the calls', async () => {
    const { shop } = await paused(7);
    const before = shop.requests.length;
    const now = shop.clock.now();
    await pollFor(shop, 6 * HOUR);
    const made = shop.requests.slice(before);
    expect(made.filter(({ to }) => to < now - HOUR).length).toBeLessThanOrEqual(made.length / 2);
  });

  // The head of a snapshot is stored for eight days.
  test('What changed within seven days is found after a longer pause', async () => {
    const { shop, ids } = await paused(7.5);
    const found = await pollFor(shop, 2 * DAY);
    expect(found).toEqual(expect.arrayContaining(ids.slice(-7 * 24 * 3 + 3)));
  });

  test('What lies further back is named with its span and the number of its orders', async () => {
    const { shop } = await paused(7.5);
    const now = shop.clock.now();
    await shop.poll();
    const spans = await skippedSpans(shop);
    const minutes = spans.map(({ from, to }) => [now - from, now - to].map((ms) => Math.round(ms / MINUTE)));
    expect(minutes).toEqual([[7.5 * 24 * 60, 7 * 24 * 60]]);
    // Those that have ended too.
    expect(spans.map(({ orders: count }) => count)).toEqual([36]);
  });

  test('What lies further back is not named while a window that began before the pause is read', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.ordersOnAPage = 1;
    shop.putOrders(40, shop.clock.now() + MINUTE, '81');
    await shop.pollLater(10 * MINUTE);
    const pausedAt = shop.clock.now();
    shop.clock.advance(7.5 * DAY);
    const before = shop.requests.length;
    await pollFor(shop, 6 * HOUR);
    const counts = shop.requests
      .slice(before)
      .filter(({ from, to }) => from > pausedAt - HOUR && to > pausedAt + HOUR && to < pausedAt + 0.6 * DAY)
      .filter(({ status }) => status === undefined);
    expect(counts.length).toBeLessThanOrEqual(1);
    expect((await skippedSpans(shop)).length).toBe(counts.length);
  });

  test('A pause of a few hours is read at once', async () => {
    const { shop, ids } = await paused(0.2);
    expect(await shop.poll()).toEqual(expect.arrayContaining(ids.filter((_, n) => n % 3 !== 0)));
  });
});
