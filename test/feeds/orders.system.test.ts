import fc from 'fast-check';
import type { FeedEngine } from '../../lib/feeds/engine/feed.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { fail, httpReason, type ProblemKind } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import type { Store } from '../../lib/stores/store.ts';
import { silentStore } from '../support/failing-stores.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices, rawOrder, type ShopOptions, type ShopServices } from '../support/shop-services.ts';

/** The shop of these tests hands out few orders at a time, so that few make many pages. */
const PAGE = 3;
/** In so long there is credit for one call: fewer than 200 are left for 14 hours. */
const ENOUGH_FOR_ONE = 5 * MINUTE;

interface OpenFeed extends ShopServices {
  feed: FeedEngine;
  /** Ids of the orders that a poll gets. */
  poll(): Promise<string[]>;
  /** A poll after so long that there is credit for it. */
  pollLater(ms?: number): Promise<string[]>;
  /** Pages asked of orders that are not finished, in order. */
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
    pages: () => shop.asked.filter(({ status }) => status === undefined).map(({ page }) => page),
  });
}

const ofFinished = ({ asked }: ShopServices) => asked.filter(({ status }) => status === 'FINISH');
const unreachable = (): never => fail('aliexpress_unreachable', { reason: httpReason(503) });

describe('The first look at a shop', () => {
  test('reaches two hours back', async () => {
    const shop = openFeed();
    const now = shop.clock.now();
    await shop.poll();
    expect(shop.asked[0]).toMatchObject({ from: now - 2 * HOUR, to: now });
  });

  test('finds the orders that changed since then', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3, shop.clock.now() - HOUR);
    expect(await shop.poll()).toEqual(ids);
  });

  test('leaves out orders that changed earlier', async () => {
    const shop = openFeed();
    shop.putOrders(3, shop.clock.now() - 3 * HOUR);
    expect(await shop.poll()).toEqual([]);
  });

  test('says since when all is known', async () => {
    const shop = openFeed();
    const now = shop.clock.now();
    expect((await shop.feed.read('polling')).completeSince).toBe(now - 2 * HOUR);
  });

  test('is complete at once for somebody who waits, however many pages it has', async () => {
    const shop = openFeed();
    shop.putOrders(25 * PAGE, shop.clock.now() - HOUR);
    expect((await shop.feed.read('interactive')).records).toHaveLength(25 * PAGE);
  });

  test('is complete for everybody who waits at the same time', async () => {
    const shop = openFeed();
    shop.putOrders(2 * PAGE, shop.clock.now() - HOUR);
    const readings = await Promise.all([1, 2, 3].map(() => shop.feed.read('interactive')));
    expect(readings.map(({ records }) => records.length)).toEqual([2 * PAGE, 2 * PAGE, 2 * PAGE]);
  });

  test('is made once for all who wait at the same time', async () => {
    const shop = openFeed();
    await Promise.all([1, 2, 3].map(() => shop.feed.read('interactive')));
    expect(shop.pages()).toEqual([1]);
  });

  test('is not waited for longer than 15 seconds', async () => {
    const shop = openFeed({ through: (store) => ({ ...store, add: async () => false }) });
    const start = shop.clock.now();
    await expect(shop.feed.read('interactive')).rejects.toEqual(problemLike('first_check_incomplete'));
    expect(shop.clock.now() - start).toBe(15_000);
  });

  test('is not waited for by a poll', async () => {
    const shop = openFeed({ through: (store) => ({ ...store, add: async () => false }) });
    const start = shop.clock.now();
    await shop.poll();
    expect(shop.clock.now()).toBe(start);
  });

  test('gives an order as its record, and nothing of its buyer', async () => {
    const shop = openFeed();
    shop.putOrders(1, shop.clock.now() - HOUR);
    expect(JSON.stringify(await shop.feed.read('polling'))).not.toMatch(/canary/i);
  });
});

describe('A poll', () => {
  test('is answered from the snapshot while there is no credit for a call', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    await shop.poll();
    expect(await shop.pollLater(MINUTE)).toEqual(ids);
  });

  test('makes no call while there is no credit for one', async () => {
    const shop = openFeed();
    await shop.poll();
    const before = shop.asked.length;
    await shop.pollLater(MINUTE);
    expect(shop.asked).toHaveLength(before);
  });

  test('makes a call again when there is credit for it', async () => {
    const shop = openFeed();
    await shop.poll();
    const before = shop.asked.length;
    await shop.pollLater(HOUR);
    expect(shop.asked).toHaveLength(before + 1);
  });

  test('pays from the lane of the one who asked', async () => {
    const shop = openFeed();
    await shop.feed.read('interactive');
    expect(shop.asked[0]?.lane).toBe('interactive');
  });

  test('looks 30 minutes further back than the last one ended', async () => {
    const shop = openFeed();
    const end = shop.clock.now();
    await shop.poll();
    await shop.pollLater();
    expect(shop.asked.at(-1)?.from).toBe(end - 30 * MINUTE);
  });

  test('finds an order that AliExpress showed half an hour late', async () => {
    const shop = openFeed();
    await shop.poll();
    const [late] = shop.putOrders(1, shop.clock.now() - 29 * MINUTE);
    expect(await shop.pollLater()).toEqual([late]);
  });

  test('asks for orders of up to 180 days', async () => {
    const shop = openFeed();
    await shop.poll();
    const { to, createdFrom } = shop.asked[0] ?? { to: 0, createdFrom: 0 };
    expect((to - createdFrom) / DAY).toBeCloseTo(180, 0);
  });

  test('never asks for a span that AliExpress refuses', async () => {
    const shop = openFeed();
    await shop.poll();
    const spans = shop.asked.map(({ to, createdFrom, status }) => [status, (to - createdFrom) / DAY]);
    for (const [status, days] of spans) expect(days).toBeLessThanOrEqual(status === 'FINISH' ? 30 : 180);
  });

  test('returns an order that it knows with its latest values', async () => {
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

  test('after a pause of days looks back as far as orders are kept, and no further', async () => {
    const shop = openFeed();
    await shop.poll();
    await shop.pollLater(5 * DAY);
    const { from, to } = shop.asked.at(-2) ?? { from: 0, to: 0 };
    expect(to - from).toBe(36 * HOUR);
  });

  test('after a pause of days says since when all is known', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.clock.advance(5 * DAY);
    expect((await shop.feed.read('polling')).completeSince).toBe(shop.clock.now() - 36 * HOUR);
  });

  test('of many at the same moment makes one visit', async () => {
    const shop = openFeed();
    await Promise.all(Array.from({ length: 20 }, () => shop.poll()));
    expect(shop.asked.map(({ status }) => status)).toEqual([undefined, 'FINISH']);
  });

  test('that found another one visiting is answered from the snapshot', async () => {
    const shop = openFeed();
    const known = shop.putOrders(1, shop.clock.now() - HOUR, '8201');
    await shop.poll();
    shop.putOrders(1, shop.clock.now() + MINUTE, '8202');
    const answers = await Promise.all([shop.pollLater(), shop.poll()]);
    expect(answers[1]).toEqual(known);
  });
});

describe('Finished orders', () => {
  const finished = (id: string, updatedAt: number) => rawOrder({ id, updatedAt, status: 'FINISH' });

  test('are asked for in a window of their own', async () => {
    const shop = openFeed();
    const now = shop.clock.now();
    await shop.poll();
    expect(ofFinished(shop)).toMatchObject([{ from: now - 2 * HOUR, to: now }]);
  });

  test('are delivered with the others', async () => {
    const shop = openFeed();
    shop.orders.push(finished('8201', shop.clock.now() - HOUR));
    shop.orders.push(rawOrder({ id: '8202', updatedAt: shop.clock.now() - HOUR }));
    expect(await shop.poll()).toEqual(['8201', '8202']);
  });

  test('are not asked for again within six hours', async () => {
    const shop = openFeed();
    await shop.poll();
    for (let hour = 1; hour < 6; hour += 1) await shop.pollLater(HOUR);
    expect(ofFinished(shop)).toHaveLength(1);
  });

  test('are asked for again after six hours', async () => {
    const shop = openFeed();
    await shop.poll();
    for (let hour = 1; hour <= 6; hour += 1) await shop.pollLater(HOUR);
    expect(ofFinished(shop)).toHaveLength(2);
  });

  test('are looked for since 30 minutes before the last time', async () => {
    const shop = openFeed();
    const end = shop.clock.now();
    await shop.poll();
    await shop.pollLater(12 * HOUR);
    expect(ofFinished(shop).at(-1)?.from).toBe(end - 30 * MINUTE);
  });

  test('wait until the others were read to the end', async () => {
    const shop = openFeed();
    shop.putOrders(15 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    expect(ofFinished(shop)).toEqual([]);
  });

  test('of up to 30 days are asked for', async () => {
    const shop = openFeed();
    await shop.poll();
    const [{ to, createdFrom } = { to: 0, createdFrom: 0 }] = ofFinished(shop);
    expect((to - createdFrom) / DAY).toBeCloseTo(30, 0);
  });
});

describe('A window of several pages', () => {
  test('is read from the last page to the second, after a look at the first', async () => {
    const shop = openFeed();
    shop.putOrders(4 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    expect(shop.pages()).toEqual([1, 4, 3, 2]);
  });

  test('brings the orders of all its pages', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(4 * PAGE - 1, shop.clock.now() - HOUR);
    expect(await shop.poll()).toEqual(ids);
  });

  test('stays open when a page of it fails', async () => {
    const shop = openFeed();
    shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    const end = shop.clock.now();
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    await shop.pollLater();
    expect(shop.asked[3]).toMatchObject({ to: end, page: 2 });
  });

  test('does not move the watermark before it is complete', async () => {
    const shop = openFeed();
    shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    const start = shop.clock.now() - 2 * HOUR;
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    await shop.pollLater();
    expect(shop.asked[3]?.from).toBe(start);
  });

  test('moves the watermark to its own end when it is complete', async () => {
    const shop = openFeed();
    shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    const end = shop.clock.now();
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    await shop.pollLater();
    expect(shop.asked[4]?.from).toBe(end - 30 * MINUTE);
  });

  test('that stayed open is read to its end, and in the same visit what came after it', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR, '8201');
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    const later = shop.putOrders(1, shop.clock.now() + MINUTE, '8202');
    expect(await shop.pollLater()).toEqual([...ids, ...later]);
  });

  test('loses nothing when a page of it fails', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 3 && unreachable();
    await shop.poll();
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('serves the pages that were read when another one fails', async () => {
    const shop = openFeed();
    shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 3 && unreachable();
    expect(await shop.poll()).toHaveLength(2 * PAGE);
  });

  test('loses nothing when its first page fails', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 1 && unreachable();
    await shop.poll();
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('of which nothing was read is opened anew at the next visit, until then', async () => {
    const shop = openFeed();
    const first = shop.clock.now();
    shop.onCall = (nth) => nth === 1 && unreachable();
    await shop.poll();
    shop.clock.advance(HOUR);
    const second = shop.clock.now();
    await shop.poll();
    expect(shop.asked[1]).toMatchObject({ from: first - 2 * HOUR, to: second });
  });

  test('goes on where the calls of the day ended it', async () => {
    // Ten calls: polling leaves three of them to people at this time of the day.
    const shop = openFeed({ limit: 10 });
    const ids = shop.putOrders(9 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    expect(await shop.pollLater(DAY)).toEqual(ids);
  });

  test('is read for ten pages in one visit', async () => {
    const shop = openFeed();
    shop.putOrders(22 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    expect(shop.pages()).toEqual([1, 22, 21, 20, 19, 18, 17, 16, 15, 14]);
  });

  test('goes on at the next visit after ten pages', async () => {
    const shop = openFeed();
    shop.putOrders(22 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    await shop.pollLater();
    expect(shop.pages().slice(10)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
  });

  test('is complete after as many visits as it takes', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(22 * PAGE, shop.clock.now() - HOUR);
    await shop.poll();
    await shop.pollLater();
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('is halved when it has more pages than AliExpress hands out', async () => {
    const shop = openFeed();
    shop.putOrders(100 * PAGE, shop.clock.now() - HOUR);
    const { from, to } = { from: shop.clock.now() - 2 * HOUR, to: shop.clock.now() };
    await shop.poll();
    expect(shop.asked[1]).toMatchObject({ from, to: (from + to) / 2, page: 1 });
  });

  test('loses nothing when it is halved', async () => {
    const shop = openFeed({ limit: 1000 });
    const early = shop.putOrders(60 * PAGE, shop.clock.now() - 100 * MINUTE, '8201');
    const late = shop.putOrders(60 * PAGE, shop.clock.now() - 10 * MINUTE, '8202');
    await shop.poll();
    for (let visit = 1; visit <= 20; visit += 1) await shop.pollLater();
    expect(await shop.poll()).toEqual([...early, ...late]);
  });
});

describe('An order that leaves the window while it is read', () => {
  test('does not hide the one that slips to the first page in its place', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 2 && shop.markDirty(String(ids[0]), shop.clock.now() + MINUTE);
    expect(await shop.poll()).toEqual(ids);
  });

  test('has the first page read again', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => nth === 2 && shop.markDirty(String(ids[0]), shop.clock.now() + MINUTE);
    await shop.poll();
    expect(shop.pages()).toEqual([1, 3, 2, 1]);
  });

  test('has no page asked for that is no longer there', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(9 * PAGE, shop.clock.now() - HOUR);
    shop.onCall = (nth) => {
      if (nth === 2) for (const id of ids.slice(0, 5 * PAGE)) shop.markDirty(id, shop.clock.now() + MINUTE);
    };
    await shop.poll();
    expect(shop.pages()).toEqual([1, 9, 4, 3, 2, 1]);
  });

  test('is met by the next visit', async () => {
    const shop = openFeed();
    const ids = shop.putOrders(3 * PAGE, shop.clock.now() - HOUR);
    // It stands on the last page, which so is never read with it.
    shop.onCall = (nth) => nth === 2 && shop.markDirty(String(ids.at(-1)), shop.clock.now() + MINUTE);
    await shop.poll();
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('never makes another one go missing, however many leave and when', async () => {
    const leaver = fc.record({ beforeCall: fc.integer({ min: 2, max: 9 }), n: fc.nat({ max: 24 }) });
    const leaving = fc.array(leaver, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 25 }), leaving, async (count, leavers) => {
        const shop = openFeed();
        const ids = shop.putOrders(count, shop.clock.now() - HOUR);
        shop.onCall = (nth) => {
          for (const { beforeCall, n } of leavers) {
            if (beforeCall === nth && ids[n]) shop.markDirty(ids[n], shop.clock.now() + MINUTE);
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

describe('A trouble that passes by itself', () => {
  const passing: Record<string, () => never> = {
    'calls that are used up': () =>
      fail('budget_used_up', { limit: 200, resetsAt: 1, now: 0, zone: 'Asia/Shanghai' }),
    'a budget that cannot be reached': () => fail('budget_unavailable', {}),
    'a ban': () => fail('calls_paused', { until: 1, now: 0 }),
    'an AliExpress that does not answer': unreachable,
  };

  describe.each(Object.entries(passing))('such as %s', (_, failure) => {
    let shop: OpenFeed;
    beforeEach(() => {
      shop = openFeed();
    });

    test('leaves polling with the snapshot', async () => {
      const ids = shop.putOrders(2, shop.clock.now() - HOUR);
      await shop.poll();
      shop.onCall = failure;
      expect(await shop.pollLater()).toEqual(ids);
    });

    test('leaves polling with an empty list before the first look', async () => {
      shop.onCall = failure;
      expect(await shop.poll()).toEqual([]);
    });

    test('is told to somebody who waits for the first look', async () => {
      shop.onCall = failure;
      await expect(shop.feed.read('interactive')).rejects.toThrow();
    });

    test('leaves somebody who waits with the snapshot after the first look', async () => {
      const ids = shop.putOrders(2, shop.clock.now() - HOUR);
      await shop.poll();
      shop.onCall = failure;
      shop.clock.advance(HOUR);
      expect((await shop.feed.read('interactive')).records).toHaveLength(ids.length);
    });

    test('is over at the next visit', async () => {
      await shop.poll();
      shop.onCall = failure;
      await shop.pollLater();
      shop.onCall = () => {};
      const [id] = shop.putOrders(1, shop.clock.now());
      expect(await shop.pollLater()).toEqual([id]);
    });

    test('is logged', async () => {
      shop.onCall = failure;
      await shop.poll();
      expect(shop.logged).toHaveLength(1);
    });
  });

  test('costs the credit of the call that was made for nothing', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.onCall = unreachable;
    await shop.pollLater(ENOUGH_FOR_ONE);
    const before = shop.asked.length;
    await shop.poll();
    expect(shop.asked).toHaveLength(before);
  });

  test('that stops the visit before a call was paid costs no credit', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.onPay = () => fail('budget_unavailable', {});
    await shop.pollLater(ENOUGH_FOR_ONE);
    shop.onPay = () => {};
    const before = shop.asked.length;
    await shop.poll();
    expect(shop.asked).toHaveLength(before + 1);
  });

  test('that stops the visit before a call was paid leaves the snapshot as it was', async () => {
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

describe('A trouble that somebody must mend', () => {
  const lasting: [ProblemKind, () => never][] = [
    ['token_expired', () => fail('token_expired', {})],
    ['reconnect_needed', () => fail('reconnect_needed', {})],
    ['app_key_refused', () => fail('app_key_refused', { code: '29' })],
    ['permission_missing', () => fail('permission_missing', { method: 'orders', code: '11' })],
    ['ip_not_allowed', () => fail('ip_not_allowed', {})],
    ['request_refused', () => fail('request_refused', { method: 'orders', code: 'F00' })],
    ['answer_changed', () => fail('answer_changed', { method: 'orders', field: 'result' })],
  ];

  describe.each(['polling', 'interactive'] as const)('in the %s lane', (lane) => {
    test.each(lasting)('is told: %s', async (kind, failure) => {
      const shop = openFeed();
      await shop.poll();
      shop.onCall = failure;
      shop.clock.advance(HOUR);
      await expect(shop.feed.read(lane)).rejects.toEqual(problemLike(kind));
    });
  });

  test('costs no credit where the token has expired, since the platform comes back with a new one', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.onCall = () => fail('token_expired', {});
    await shop.pollLater(ENOUGH_FOR_ONE).catch(() => {});
    shop.onCall = () => {};
    const before = shop.asked.length;
    await shop.poll();
    expect(shop.asked).toHaveLength(before + 1);
  });

  test('costs the credit of its call where it is anything else', async () => {
    const shop = openFeed();
    await shop.poll();
    shop.onCall = () => fail('ip_not_allowed', {});
    await shop.pollLater(ENOUGH_FOR_ONE).catch(() => {});
    const before = shop.asked.length;
    await shop.poll();
    expect(shop.asked).toHaveLength(before);
  });
});

describe('A record that cannot be read', () => {
  const withBadOne = () => {
    const shop = openFeed();
    const updatedAt = shop.clock.now() - HOUR;
    const { order_id: _, ...bad } = rawOrder({ id: '8202', updatedAt, productName: 'Cat Tree' });
    shop.orders.push(rawOrder({ id: '8201', updatedAt }), bad, rawOrder({ id: '8203', updatedAt }));
    return shop;
  };

  test('is left out, and the others are delivered', async () => {
    expect(await withBadOne().poll()).toEqual(['8201', '8203']);
  });

  test('is logged', async () => {
    const shop = withBadOne();
    await shop.poll();
    expect(shop.logged).toHaveLength(1);
  });

  test('is logged without its content', async () => {
    const shop = withBadOne();
    await shop.poll();
    expect(shop.logged.join()).not.toMatch(/Cat Tree|canary/i);
  });

  test('does not hold the watermark back', async () => {
    const shop = withBadOne();
    const end = shop.clock.now();
    await shop.poll();
    await shop.pollLater();
    expect(shop.asked.at(-1)?.from).toBe(end - 30 * MINUTE);
  });

  test('of which only an optional field cannot be read is delivered without it', async () => {
    const shop = openFeed();
    const order = rawOrder({ id: '8201', updatedAt: shop.clock.now() - HOUR });
    shop.orders.push({ ...order, gmt_pay_time: 'yesterday' });
    expect((await shop.feed.read('polling')).records).toMatchObject([{ order_id: '8201', paid_at: null }]);
  });
});

describe('When the store', () => {
  /** Declines to write snapshots while it is told to. */
  const declining = () => {
    const switches = { isDeclining: true };
    const through = (store: Store): Store => ({
      ...store,
      set: async (...request) => {
        if (switches.isDeclining && request[0].startsWith('snap:')) return false;
        return store.set(...request);
      },
    });
    return { switches, through };
  };

  test('does not answer, a poll gets an empty list', async () => {
    expect(await openFeed({ through: () => silentStore }).poll()).toEqual([]);
  });

  test('does not answer, no call is made', async () => {
    const shop = openFeed({ through: () => silentStore });
    await shop.poll();
    expect(shop.asked).toEqual([]);
  });

  test('does not answer, nothing is said to be known', async () => {
    const shop = openFeed({ through: () => silentStore });
    expect((await shop.feed.read('polling')).completeSince).toBe(shop.clock.now());
  });

  test('does not take the snapshot, its orders are delivered all the same', async () => {
    const shop = openFeed({ through: declining().through });
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    expect(await shop.poll()).toEqual(ids);
  });

  test('does not take the snapshot, its orders are fetched again', async () => {
    const { switches, through } = declining();
    const shop = openFeed({ through });
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    await shop.poll();
    switches.isDeclining = false;
    expect(await shop.pollLater()).toEqual(ids);
  });

  test('does not take the snapshot, nobody visits for the next eight minutes', async () => {
    const shop = openFeed({ through: declining().through });
    await shop.poll();
    const before = shop.asked.length;
    for (let minute = 1; minute < 8; minute += 1) await shop.pollLater(MINUTE);
    expect(shop.asked).toHaveLength(before);
  });

  test('does not take the snapshot, a visit is made again after eight minutes', async () => {
    const shop = openFeed({ through: declining().through });
    await shop.poll();
    const before = shop.asked.length;
    await shop.pollLater(8 * MINUTE);
    expect(shop.asked.length).toBeGreaterThan(before);
  });

  test('does not take the snapshot, it is logged', async () => {
    const shop = openFeed({ through: declining().through });
    await shop.poll();
    expect(shop.logged).toHaveLength(1);
  });

  test('has taken a snapshot and takes no more, the old one stands', async () => {
    const { switches, through } = declining();
    const shop = openFeed({ through });
    switches.isDeclining = false;
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    await shop.poll();
    switches.isDeclining = true;
    await shop.pollLater();
    expect(await shop.poll()).toEqual(ids);
  });

  test('has lost a part of the snapshot, its orders are fetched again', async () => {
    const chunks: string[] = [];
    const shop = openFeed({
      through: (store) => ({
        ...store,
        set: async (key, value, ttlSeconds) => {
          if (key.startsWith('snap:') && key.split(':').length > 3) chunks.push(key);
          return store.set(key, value, ttlSeconds);
        },
      }),
    });
    const ids = shop.putOrders(2, shop.clock.now() - HOUR);
    await shop.poll();
    await shop.kept.delete(String(chunks[0]));
    expect(await shop.pollLater(20 * HOUR)).toEqual(ids);
  });
});

describe('After a day that went wrong', () => {
  const limitReported = async (shop: OpenFeed) => {
    await shop.budget.limitReached();
    shop.budget.failUsedUp();
  };

  test('a limit that AliExpress reported is forgotten on the next day', async () => {
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

  test('a count that could not be read once does not stop the feed', async () => {
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

  test('a store that falls silent within a visit is answered from the snapshot', async () => {
    let heads = 0;
    const shop = openFeed({
      through: (store) => ({
        ...store,
        get: async (key) => {
          heads += key.endsWith(':orders') && key.startsWith('snap:') ? 1 : 0;
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
