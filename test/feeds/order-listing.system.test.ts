import { keepCapabilities } from '../../lib/aliexpress/capabilities.ts';
import { skippedSpans } from '../../lib/feeds/engine/skipped-events.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import {
  isMixed,
  type OrderFacts,
  type OrderRequest,
  openShopServices,
  rawOrder,
  type ShopOptions,
  type ShopServices,
} from '../support/shop-services.ts';

const MIXTURES = ['listed', 'refused', 'left_out'] as const;
type Mixture = (typeof MIXTURES)[number];

interface OpenFeed extends ShopServices {
  /** Polls every quarter of an hour, or as often as is said. @returns status by order, as it is known then */
  pollFor(ms: number, everyMs?: number): Promise<Record<string, string>>;
  put(facts: OrderFacts): void;
  /** The order reaches a status now. */
  change(id: string, status: string): void;
  /** Minutes until the order is known in the status. */
  minutesUntil(id: string, status: string): Promise<number>;
}

function openFeed(endedAmongOthers: Mixture, options?: ShopOptions): OpenFeed {
  const shop = openShopServices(options);
  shop.endedAmongOthers = endedAmongOthers;
  const feed = createOrdersFeed(shop);
  const poll = async () => {
    const { records } = await feed.read('polling');
    return Object.fromEntries(records.map(({ order_id, status }) => [order_id, status]));
  };
  return Object.assign(shop, {
    pollFor: async (ms: number, everyMs = 15 * MINUTE) => {
      let known = await poll();
      for (let passed = 0; passed < ms; passed += everyMs) {
        shop.clock.advance(everyMs);
        known = await poll();
      }
      return known;
    },
    put: (facts: OrderFacts) => shop.orders.push(rawOrder(facts)),
    change: (id: string, status: string) => {
      const { gmt_create } = shop.orders.find((each) => each.order_id === id) ?? {};
      shop.orders = shop.orders.filter((each) => each.order_id !== id);
      const changed = rawOrder({ id, status, updatedAt: shop.clock.now() });
      shop.orders.push({ ...changed, ...(gmt_create !== undefined && { gmt_create }) });
    },
    minutesUntil: async (id: string, status: string) => {
      const from = shop.clock.now();
      for (;;) {
        shop.clock.advance(5 * MINUTE);
        const minutes = (shop.clock.now() - from) / MINUTE;
        if ((await poll())[id] === status || minutes > 4 * 24 * 60) return minutes;
      }
    },
  });
}

const ofEnded = ({ requests }: ShopServices) => requests.filter(({ status }) => status === 'FINISH');
/** Orders that have ended within a month of being placed. */
const ofFinished = (shop: ShopServices) => ofEnded(shop).filter((each) => placedDays(each) <= 30);
const ofNotEnded = ({ requests }: ShopServices) =>
  requests.filter(({ status, statuses, from }) => !status && !statuses && !Number.isNaN(from));
const ofAll = ({ requests }: ShopServices) => requests.filter(isMixed);
const placedDays = ({ to, createdFrom }: OrderRequest) => Math.round((to - createdFrom) / DAY);
const since = (at: number, requests: readonly OrderRequest[]) => requests.filter(({ to }) => to > at);

/** A shop in which an order ends every hour, so that the feed finds out what becomes of them. */
async function settled(mixture: Mixture, options?: ShopOptions): Promise<OpenFeed> {
  const shop = openFeed(mixture, options);
  for (let hour = 0; hour < 6; hour += 1) {
    shop.put({ id: `81${hour}`, updatedAt: shop.clock.now(), status: 'FINISH' });
    await shop.pollFor(HOUR);
  }
  return shop;
}

const anOrder = (shop: OpenFeed, id: string, more: Partial<OrderFacts> = {}) =>
  shop.put({ id, updatedAt: shop.clock.now() - MINUTE, ...more });

describe('Order that ends', () => {
  test('It is known at the next visit where ended orders are listed with the others', async () => {
    const shop = await settled('listed');
    anOrder(shop, '8201');
    await shop.pollFor(HOUR);
    shop.change('8201', 'FINISH');
    const before = shop.requests.length;
    expect(await shop.minutesUntil('8201', 'FINISH')).toBeLessThanOrEqual(30);
    expect(shop.requests.slice(before).every(isMixed)).toBe(true);
  });

  test.each(MIXTURES)('It is known within two hours in the first hour of a feed (%s)', async (mixture) => {
    const shop = openFeed(mixture);
    anOrder(shop, '8201');
    await shop.pollFor(HOUR);
    shop.change('8201', 'FINISH');
    expect(await shop.minutesUntil('8201', 'FINISH')).toBeLessThanOrEqual(120);
  });

  test.each(['refused', 'left_out'] as const)(
    'It is known within two hours, however long the feed has existed, where the mixture is %s',
    async (mixture) => {
      const shop = await settled(mixture, { limit: 400 });
      const delays: number[] = [];
      for (let nth = 0; nth < 12; nth += 1) {
        anOrder(shop, `82${nth}`);
        await shop.pollFor(45 * MINUTE);
        shop.change(`82${nth}`, 'FINISH');
        delays.push(await shop.minutesUntil(`82${nth}`, 'FINISH'));
      }
      expect(Math.max(...delays)).toBeLessThanOrEqual(120);
    },
  );

  test.each(MIXTURES)('No order is missed when orders end at any time (%s)', async (mixture) => {
    const shop = openFeed(mixture);
    const ids = Array.from({ length: 60 }, (_, n) => `82${n}`);
    for (const [n, id] of ids.entries()) {
      anOrder(shop, id);
      await shop.pollFor(30 * MINUTE);
      if (n % 3 > 0) shop.change(String(ids[n - (n % 2)]), 'FINISH');
    }
    const known = await shop.pollFor(2 * HOUR);
    for (const { order_id, order_status, gmt_update } of shop.orders)
      if (gmt_update) expect([order_id, known[String(order_id)]]).toEqual([order_id, order_status]);
    expect(await skippedSpans(shop)).toEqual([]);
  });
});

describe('Order that ends long after it was placed', () => {
  const placed = (shop: OpenFeed, id: string, daysAgo: number) =>
    shop.put({ id, updatedAt: shop.clock.now() - daysAgo * DAY, status: 'WAIT_BUYER_ACCEPT_GOODS' });

  test.each(MIXTURES)('It is known within a day, or within three days after 60 (%s)', async (mixture) => {
    const shop = await settled(mixture);
    for (const [days, limit] of [
      [29, 1],
      [40, 1],
      [59.5, 3],
      [70, 3],
      [85, 3],
    ] as const) {
      const id = `82${days * 10}`;
      placed(shop, id, days);
      shop.change(id, 'FINISH');
      expect(await shop.minutesUntil(id, 'FINISH')).toBeLessThanOrEqual((limit * 24 + 1) * 60);
    }
  });

  test('Where AliExpress refuses such lists, the feed goes on, and asks again after a month', async () => {
    const shop = await settled('listed');
    shop.onRequest = (request) => {
      if (request.status === 'FINISH' && placedDays(request) > 30)
        fail('request_refused', {
          method: 'aliexpress.trade.seller.orderlist.get',
          code: 'InvalidParameter',
        });
    };
    const late = () => ofEnded(shop).filter((each) => placedDays(each) > 30).length;
    const before = late();
    await shop.pollFor(3 * DAY, HOUR);
    anOrder(shop, '8299');
    expect(Object.keys(await shop.pollFor(HOUR))).toContain('8299');
    expect(late() - before).toBe(2);
    await shop.pollFor(31 * DAY, 6 * HOUR);
    expect(late() - before).toBe(4);
  });

  test('It is known after a pause of five days in which it ended', async () => {
    const shop = await settled('listed');
    for (const days of [26, 40, 70]) placed(shop, `82${days}`, days);
    for (const days of [26, 40, 70]) {
      shop.clock.advance(DAY);
      shop.change(`82${days}`, 'FINISH');
    }
    shop.clock.advance(2 * DAY);
    const known = await shop.pollFor(DAY);
    expect([26, 40, 70].map((days) => known[`82${days}`])).toEqual(['FINISH', 'FINISH', 'FINISH']);
  });
});

describe('Finding out how ended orders are listed', () => {
  test('They are read apart once a day once they were listed with the others', async () => {
    const shop = await settled('listed');
    const now = shop.clock.now();
    await shop.pollFor(2 * DAY);
    expect(since(now, ofFinished(shop))).toHaveLength(2);
    expect(since(now, ofAll(shop)).length).toBeGreaterThan(50);
  });

  test('The daily check takes one call where nothing was left out', async () => {
    const shop = await settled('listed');
    shop.ordersOnAPage = 10;
    for (let hour = 0; hour < 24; hour += 1) {
      shop.put({ id: `83${hour}`, updatedAt: shop.clock.now(), status: 'FINISH' });
      await shop.pollFor(HOUR);
    }
    expect(since(shop.clock.now() - 23 * HOUR, ofFinished(shop)).map(({ page }) => page)).toEqual([1]);
  });

  test('They are read apart about every 100 minutes while none has ended', async () => {
    const shop = openFeed('listed');
    await shop.pollFor(DAY);
    expect(ofFinished(shop).length).toBeGreaterThanOrEqual(13);
    expect(ofFinished(shop).length).toBeLessThanOrEqual(16);
  });

  test.each(['refused', 'left_out'] as const)(
    'All others are listed whatever their age, and ended ones apart, where the mixture is %s',
    async (mixture) => {
      const shop = await settled(mixture);
      const now = shop.clock.now();
      await shop.pollFor(DAY);
      expect(since(now, ofAll(shop))).toEqual([]);
      expect(new Set(since(now, ofNotEnded(shop)).map(placedDays))).toEqual(new Set([180]));
      expect(new Set(since(now, ofEnded(shop)).map(placedDays))).toEqual(new Set([30, 60, 90]));
      expect(since(now, ofEnded(shop)).length).toBeLessThanOrEqual(16);
    },
  );

  test('A refusal costs one call, and the visit goes on', async () => {
    const shop = openFeed('refused');
    anOrder(shop, '8201');
    expect(await shop.pollFor(0)).toEqual({ '8201': 'WAIT_SELLER_SEND_GOODS' });
    expect(ofAll(shop)).toHaveLength(1);
    expect(shop.requests[1]).toMatchObject({ page: 1, status: undefined, statuses: undefined });
  });

  test('The mixture is tried again after a week, and not before', async () => {
    const shop = await settled('refused');
    const tries = ofAll(shop).length;
    await shop.pollFor(6.5 * DAY, 3 * HOUR);
    expect(ofAll(shop)).toHaveLength(tries);
    await shop.pollFor(DAY);
    expect(ofAll(shop)).toHaveLength(tries + 1);
  });

  test('Ended orders are read with the others again when AliExpress lists them a week later', async () => {
    const shop = await settled('refused');
    shop.endedAmongOthers = 'listed';
    await shop.pollFor(7 * DAY, 3 * HOUR);
    anOrder(shop, '8201');
    await shop.pollFor(HOUR);
    shop.change('8201', 'FINISH');
    expect(await shop.minutesUntil('8201', 'FINISH')).toBeLessThanOrEqual(30);
  });

  test('An order that ends while the mixture is tried again is not missed', async () => {
    const shop = await settled('left_out');
    await shop.pollFor(6.9 * DAY, 3 * HOUR);
    for (let nth = 0; nth < 8; nth += 1) {
      anOrder(shop, `82${nth}`);
      await shop.pollFor(30 * MINUTE);
      shop.change(`82${nth}`, 'FINISH');
      expect(await shop.minutesUntil(`82${nth}`, 'FINISH')).toBeLessThanOrEqual(120);
    }
  });

  test('AliExpress that begins to leave ended orders out is noticed within a day', async () => {
    const shop = await settled('listed');
    shop.endedAmongOthers = 'left_out';
    anOrder(shop, '8201');
    await shop.pollFor(HOUR);
    shop.change('8201', 'FINISH');
    await shop.pollFor(26 * HOUR);
    anOrder(shop, '8202');
    await shop.pollFor(HOUR);
    shop.change('8202', 'FINISH');
    expect(await shop.minutesUntil('8202', 'FINISH')).toBeLessThanOrEqual(120);
  });

  test('It is noticed at once where many of the known orders have ended', async () => {
    const shop = await settled('listed');
    for (let nth = 0; nth < 30; nth += 1)
      shop.put({ id: `83${nth}`, updatedAt: shop.clock.now() - nth * 1000, status: 'FINISH' });
    await shop.pollFor(30 * MINUTE);
    shop.endedAmongOthers = 'left_out';
    anOrder(shop, '8201');
    await shop.pollFor(30 * MINUTE);
    shop.change('8201', 'FINISH');
    expect(await shop.minutesUntil('8201', 'FINISH')).toBeLessThanOrEqual(120);
  });

  test('A list that leaves out orders in another status is noticed by the list without a status', async () => {
    const shop = openFeed('listed');
    shop.alter = (page) =>
      shop.requests.at(-1) && isMixed(shop.requests.at(-1) as OrderRequest)
        ? { total_count: 0, total_page: 0, target_list: [] }
        : page;
    anOrder(shop, '8201', { updatedAt: shop.clock.now() + MINUTE });
    await shop.pollFor(4 * HOUR);
    const tries = ofAll(shop).length;
    anOrder(shop, '8202');
    expect(await shop.minutesUntil('8202', 'WAIT_SELLER_SEND_GOODS')).toBeLessThanOrEqual(30);
    expect(ofAll(shop)).toHaveLength(tries);
  });

  test('A refusal of every list is logged, and the mixture is not taken as its reason', async () => {
    const shop = await settled('listed');
    shop.onCall = () => fail('request_refused', { method: 'orders', code: 'InvalidParameter' });
    await shop.pollFor(30 * MINUTE);
    expect(shop.logged.join()).toMatch(/served from the snapshot.*aliexpress_rejected/);
    shop.onCall = () => {};
    const now = shop.clock.now();
    await shop.pollFor(6 * HOUR);
    expect(since(now, ofAll(shop)).length).toBeGreaterThan(10);
  });
});

describe('Order that the list of all statuses cannot show', () => {
  test('A change of an order that was placed over 30 days ago is known within six hours', async () => {
    const shop = await settled('listed');
    const placedAt = shop.clock.now() - 40 * DAY;
    anOrder(shop, '8201', { placedAt, status: 'WAIT_BUYER_ACCEPT_GOODS' });
    expect(await shop.minutesUntil('8201', 'WAIT_BUYER_ACCEPT_GOODS')).toBeLessThanOrEqual(6.5 * 60);
  });

  test.each(['refused', 'left_out'] as const)(
    'It is known at the next visit where the mixture is %s',
    async (mixture) => {
      const shop = await settled(mixture);
      const placedAt = shop.clock.now() - 40 * DAY;
      anOrder(shop, '8201', { placedAt, status: 'WAIT_BUYER_ACCEPT_GOODS' });
      expect(await shop.minutesUntil('8201', 'WAIT_BUYER_ACCEPT_GOODS')).toBeLessThanOrEqual(30);
    },
  );

  test('Its change is known at the second visit after AliExpress begins to refuse the mixture', async () => {
    const shop = await settled('listed');
    anOrder(shop, '8201', { placedAt: shop.clock.now() - 40 * DAY });
    await shop.pollFor(15 * MINUTE);
    shop.endedAmongOthers = 'refused';
    expect(await shop.minutesUntil('8201', 'WAIT_SELLER_SEND_GOODS')).toBeLessThanOrEqual(60);
  });

  test.each(MIXTURES)('Its change is not missed when the mixture is tried again (%s)', async (mixture) => {
    const shop = await settled('refused');
    await shop.pollFor(6.5 * DAY, 3 * HOUR);
    shop.endedAmongOthers = mixture;
    for (let nth = 0; nth < 16; nth += 1) {
      anOrder(shop, `82${nth}`, { placedAt: shop.clock.now() - 40 * DAY });
      await shop.pollFor(HOUR);
    }
    const known = await shop.pollFor(7 * HOUR);
    expect(Object.keys(known).filter((id) => id.startsWith('82'))).toHaveLength(16);
  });

  test.each(['RISK_CONTROL_HOLD', 'PAYMENT_PROCESSING', 'WAIT_GROUP'])(
    'An order in the status %s is known within six hours',
    async (status) => {
      const shop = await settled('listed');
      anOrder(shop, '8201', { status });
      expect(await shop.minutesUntil('8201', status)).toBeLessThanOrEqual(6.5 * 60);
    },
  );

  test('An order that leaves such a status is known at the next visit', async () => {
    const shop = await settled('listed');
    anOrder(shop, '8201', { status: 'WAIT_GROUP' });
    await shop.pollFor(HOUR);
    shop.change('8201', 'WAIT_SELLER_SEND_GOODS');
    expect(await shop.minutesUntil('8201', 'WAIT_SELLER_SEND_GOODS')).toBeLessThanOrEqual(30);
  });
});

describe('Change of Pacific time', () => {
  test.each([
    ['put back', '2026-11-01T04:00:00Z'],
    ['put forward', '2027-03-14T05:00:00Z'],
  ])('No order is missed when clocks are %s', async (_, at) => {
    const shop = await settled('listed', { at });
    for (let nth = 0; nth < 16; nth += 1) {
      anOrder(shop, `82${nth}`, { placedAt: shop.clock.now() - 29.9 * DAY });
      await shop.pollFor(30 * MINUTE);
    }
    const known = await shop.pollFor(2 * HOUR);
    expect(Object.keys(known).filter((id) => id.startsWith('82'))).toHaveLength(16);
    for (const each of ofAll(shop)) expect((each.to - each.createdFrom) / DAY).toBeLessThanOrEqual(30);
  });
});

describe('Pause of several days', () => {
  test.each(MIXTURES)(
    'Orders that ended in it are found, and those after it in time (%s)',
    async (mixture) => {
      const shop = await settled(mixture);
      for (let hour = 0; hour < 48; hour += 1) {
        anOrder(shop, `82${hour}`, { status: hour % 2 ? 'FINISH' : 'WAIT_SELLER_SEND_GOODS' });
        shop.clock.advance(HOUR);
      }
      const known = await shop.pollFor(DAY);
      expect(Object.keys(known).filter((id) => id.startsWith('82'))).toHaveLength(48);
      anOrder(shop, '8301');
      await shop.pollFor(HOUR);
      shop.change('8301', 'FINISH');
      expect(await shop.minutesUntil('8301', 'FINISH')).toBeLessThanOrEqual(mixture === 'listed' ? 30 : 120);
    },
  );
});

test('Records that the store has lost are no sign that ended orders are left out', async () => {
  const chunks: string[] = [];
  const shop = await settled('listed', {
    through: (store) => ({
      ...store,
      set: async (key, value, ttlSeconds) => {
        if (key.startsWith('chunk1:') && key.split(':').length > 3) chunks.push(key);
        return store.set(key, value, ttlSeconds);
      },
    }),
  });
  for (const key of chunks) await shop.innerStore.delete(key);
  await shop.pollFor(DAY);
  const now = shop.clock.now();
  await shop.pollFor(4 * HOUR);
  expect(since(now, ofAll(shop)).length).toBeGreaterThan(5);
});

describe('Shop that was probed', () => {
  test('Where the mixture is refused, it is not tried', async () => {
    const shop = openFeed('refused');
    await keepCapabilities(shop, { probedAt: shop.clock.now(), endedOrders: 'apart' });
    anOrder(shop, '8201');
    await shop.pollFor(HOUR);
    shop.change('8201', 'FINISH');
    expect(await shop.minutesUntil('8201', 'FINISH')).toBeLessThanOrEqual(120);
    expect(ofAll(shop)).toEqual([]);
  });

  test('Where the mixture is listed, finished orders have no looks of their own but the first', async () => {
    const shop = openFeed('listed');
    await keepCapabilities(shop, { probedAt: shop.clock.now(), endedOrders: 'together' });
    anOrder(shop, '8201');
    await shop.pollFor(6 * HOUR);
    expect(ofFinished(shop)).toHaveLength(1);
  });

  test('Where the probe was wrong, the feed finds out by itself', async () => {
    const shop = openFeed('refused');
    await keepCapabilities(shop, { probedAt: shop.clock.now(), endedOrders: 'together' });
    anOrder(shop, '8201');
    await shop.pollFor(HOUR);
    expect(ofAll(shop)).toHaveLength(1);
    expect(await shop.pollFor(HOUR)).toMatchObject({ 8201: 'WAIT_SELLER_SEND_GOODS' });
  });
});
