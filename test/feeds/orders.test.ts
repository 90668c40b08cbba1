import { TO_SHIP } from '../../lib/aliexpress/order-status.ts';
import type { FeedEngine } from '../../lib/feeds/engine/feed.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import {
  afterOrders,
  createOrderChangesFeed,
  createOrdersFeed,
  createOrdersToShipFeed,
} from '../../lib/feeds/orders.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { openShopServices, rawOrder } from '../support/shop-services.ts';
import { switchableStore } from '../support/switchable-store.ts';

describe('Feed that learns of orders', () => {
  const openFeed = (more: Partial<FeedEngine> = {}) => {
    const { fails, through } = switchableStore();
    const shop = openShopServices({ through });
    const reads: number[] = [];
    const inner = {
      read: async () => {
        reads.push(shop.requests.length);
        return { records: [], workflows: {}, previousVisitAt: undefined };
      },
      known: async () => [],
      ...more,
    } as unknown as FeedEngine;
    return { shop, fails, reads, feed: afterOrders(shop, inner) };
  };

  test('It is read after the orders were read', async () => {
    const { feed, reads } = openFeed();
    await feed.read('polling');
    expect(reads).toHaveLength(1);
    expect(reads[0]).toBeGreaterThan(0);
  });

  test('Its next visit is the earlier one of both feeds', async () => {
    const at = async (ms: number) => {
      const { shop, feed } = openFeed({ nextVisitAt: async () => shop.clock.now() + ms });
      await createOrdersFeed(shop).read('polling');
      return ((await feed.nextVisitAt?.()) ?? 0) - shop.clock.now();
    };
    expect(await at(1)).toBe(1);
    const ofOrders = await at(9 * HOUR);
    expect(ofOrders).toBeGreaterThan(1);
    expect(ofOrders).toBeLessThan(HOUR);
  });

  test('Without a time of its own the next visit is that of the orders', async () => {
    const { shop, feed } = openFeed();
    await createOrdersFeed(shop).read('polling');
    expect(await feed.nextVisitAt?.()).toBe(await createOrdersFeed(shop).nextVisitAt?.());
  });

  test.each([true, false])(
    'What a workflow has missed is read again if it can be noted: %s',
    async (canBeRead) => {
      const asked: number[][] = [];
      const { shop, feed } = openFeed({
        readAgain: async (...needed) => {
          asked.push(needed);
          return canBeRead;
        },
      });
      await createOrdersFeed(shop).read('polling');
      const since = shop.clock.now() - HOUR;
      expect(await feed.readAgain?.(since, since + 1)).toBe(canBeRead);
      expect(asked).toStrictEqual([[since, since + 1]]);
    },
  );

  test('Nothing is read again by the feed while the orders cannot be', async () => {
    const asked: unknown[] = [];
    const { shop, fails, feed } = openFeed({ readAgain: async (...needed) => asked.push(needed) > 0 });
    await createOrdersFeed(shop).read('polling');
    shop.clock.advance(50 * HOUR);
    fails.add = async () => false;
    const since = shop.clock.now() - 49 * HOUR;
    expect(await feed.readAgain?.(since, since)).toBe(false);
    expect(asked).toStrictEqual([]);
  });

  test('A feed that reads nothing again is content with the orders', async () => {
    const { shop, feed } = openFeed();
    await createOrdersFeed(shop).read('polling');
    expect(await feed.readAgain?.(shop.clock.now() - HOUR, shop.clock.now())).toBe(true);
  });

  test('Both feeds catch up', async () => {
    const since: number[] = [];
    const { shop, feed } = openFeed({ catchUp: async (at) => since.push(at) > 0 });
    await createOrdersFeed(shop).read('polling');
    expect(await feed.catchUp?.(shop.clock.now() - HOUR)).toBe(true);
    expect(since).toStrictEqual([shop.clock.now() - HOUR]);
  });

  test.each(['were never read', 'cannot be read'])(
    'The feed does not catch up while the orders %s, so that the next poll asks again',
    async (why) => {
      const since: number[] = [];
      const { shop, fails, feed } = openFeed({ catchUp: async (at) => since.push(at) > 0 });
      if (why === 'cannot be read') {
        await createOrdersFeed(shop).read('polling');
        fails.add = async () => false;
      }
      expect(await feed.catchUp?.(shop.clock.now() - 5 * HOUR)).toBe(false);
      expect(since).toStrictEqual([]);
    },
  );
});

test('Skipped orders cannot be fetched by a feed whose snapshot is lost', async () => {
  const shop = openShopServices();
  const span = { from: shop.clock.now() - 20 * HOUR, to: shop.clock.now() - 10 * HOUR };
  expect(await createOrdersFeed(shop).recall?.(span)).toBe(false);
  await createOrdersFeed(shop).read('polling');
  expect(await createOrdersFeed(shop).recall?.(span)).toBe(true);
});

test('What ended in a skipped time is fetched, however long before that it was placed', async () => {
  const shop = openShopServices();
  const now = shop.clock.now();
  const updatedAt = now - 12 * DAY;
  const ids = [1, 20, 55].map((days) => {
    const order = { id: String(820_100_000 + days), updatedAt, status: 'FINISH' };
    shop.orders.push(rawOrder({ ...order, placedAt: updatedAt - days * DAY }));
    return order.id;
  });
  await createOrdersFeed(shop).read('polling');
  await createOrdersFeed(shop).recall?.({ from: now - 20 * DAY, to: now - 10 * DAY });
  for (let visit = 0; visit < 20; visit += 1) {
    shop.clock.advance(HOUR);
    await createOrdersFeed(shop).read('polling');
  }
  const known = await createOrdersFeed(shop).known();
  expect(known.map(({ order_id }) => order_id).sort()).toEqual(ids);
});

test('Orders on pages that were not read yet are reported with their number', async () => {
  const shop = openShopServices();
  shop.ordersOnAPage = 3;
  await createOrdersFeed(shop).read('polling');
  shop.clock.advance(HOUR);
  shop.putOrders(60, shop.clock.now() - MINUTE);
  const begun = shop.clock.now();
  await createOrdersFeed(shop).read('polling');
  const left = 60 - 3 * shop.requests.filter(({ to }) => to > begun - MINUTE).length;
  const status = await readFeedStatus(shop.store, shop.seller, 'orders');
  expect(status?.waiting).toStrictEqual({ count: left, since: begun });
});

describe('Interest in orders', () => {
  const ofShipping = (shop: ReturnType<typeof openShopServices>) =>
    shop.requests.filter(({ statuses }) => statuses?.length === TO_SHIP.length).length;
  const pollFor = async (
    shop: ReturnType<typeof openShopServices>,
    create: typeof createOrdersFeed,
    hours: number,
  ) => {
    for (let passed = 0; passed < hours; passed += 0.5) {
      shop.clock.advance(HOUR / 2);
      await create(shop).read('polling');
    }
  };

  test('Orders to be shipped are read as soon as a workflow wants them, and then once a day', async () => {
    const shop = openShopServices();
    await pollFor(shop, createOrdersFeed, 20);
    expect(ofShipping(shop)).toBe(0);
    await pollFor(shop, createOrdersToShipFeed, 1.5);
    expect(ofShipping(shop)).toBe(1);
    await pollFor(shop, createOrdersToShipFeed, 48);
    expect(ofShipping(shop)).toBe(3);
  });

  test('A list of orders to be shipped that takes several visits is read once a day', async () => {
    const shop = openShopServices();
    shop.ordersOnAPage = 3;
    shop.putOrders(36, shop.clock.now() - 72 * HOUR);
    await pollFor(shop, createOrdersToShipFeed, 20);
    expect(ofShipping(shop)).toBe(12);
    await pollFor(shop, createOrdersToShipFeed, 24);
    expect(ofShipping(shop)).toBe(24);
  });

  test('Orders to be shipped are not read when no workflow has wanted them for 26 hours', async () => {
    const shop = openShopServices();
    await pollFor(shop, createOrdersToShipFeed, 2);
    await pollFor(shop, createOrdersFeed, 72);
    expect(ofShipping(shop)).toBe(2);
    await pollFor(shop, createOrdersToShipFeed, 1.5);
    expect(ofShipping(shop)).toBe(3);
  });

  test('A workflow that wants changes wants no orders to be shipped', async () => {
    const shop = openShopServices();
    await pollFor(shop, createOrderChangesFeed, 14);
    expect(ofShipping(shop)).toBe(0);
  });
});
