import type { CallOptions, Gateway } from '../../lib/aliexpress/gateway.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import { findOrders } from '../../lib/feeds/lookups.ts';
import { fail, httpReason, REASONS } from '../../lib/problems.ts';
import { DAY, HOUR } from '../../lib/runtime.ts';
import { problemLike } from '../support/problem-like.ts';
import { openShopServices, type RawOrder, rawOrder } from '../support/shop-services.ts';

const inputs = { status: 'any', placed_within_days: 30, max_pages: 5 };

/** A shop that returns its orders page by page, and records the requests. */
function openShop(at?: string) {
  const services = openShopServices({ ...(at && { at }) });
  const placedAt = services.clock.now() - HOUR;
  const orders: RawOrder[] = Array.from({ length: 250 }, (_, n) =>
    rawOrder({ id: `8201${String(n).padStart(6, '0')}`, updatedAt: placedAt }),
  );
  const requests: { options: CallOptions<Lane>; start: string; end: string }[] = [];
  const shop = Object.assign(services, { onPage: (_page: number) => {}, list: orders, sent: requests });
  shop.gateway = {
    call: async (method, request, options) => {
      const query = orderList.request.parse(request);
      requests.push({ options, start: query.create_date_start, end: query.create_date_end });
      const { current_page: page, page_size: size } = query;
      const result = {
        total_count: orders.length,
        total_page: Math.ceil(orders.length / size),
        target_list: orders.slice((page - 1) * size, page * size),
      };
      shop.onPage(page);
      return { answer: method.answer.parse({ result }) as never, answeredAt: shop.clock.now() };
    },
  } satisfies Gateway<Lane>;
  return shop;
}

describe('Search of several calls', () => {
  test('A search is paid from the interactive lane', async () => {
    const shop = openShop();
    await findOrders(shop, inputs);
    expect(shop.sent.map(({ options }) => options.lane)).toEqual([
      'interactive',
      'interactive',
      'interactive',
      'interactive',
      'interactive',
    ]);
  });

  test('A search makes no further call if the platform would not wait for the answer', async () => {
    const shop = openShop();
    shop.onPage = () => shop.clock.advance(10_000);
    await expect(findOrders(shop, inputs)).rejects.toEqual(problemLike('aliexpress_unreachable'));
    expect(shop.sent).toHaveLength(2);
  });

  test('A search reports why a page cannot be read', async () => {
    const shop = openShop();
    shop.onPage = (page) => page === 2 && fail('aliexpress_unreachable', { reason: httpReason(503) });
    await expect(findOrders(shop, inputs)).rejects.toEqual(problemLike('aliexpress_unreachable'));
  });

  test('A search repeats a failed call only while there is time', async () => {
    const shop = openShop();
    shop.onPage = () => shop.clock.advance(5_000);
    await findOrders(shop, { ...inputs, max_pages: 3 });
    expect(shop.sent.map(({ options }) => options.retries)).toEqual([1, 1, 0]);
  });
});

describe('Search for orders', () => {
  test('A search returns all orders that did not end while its pages were read, with one more call', async () => {
    const shop = openShop();
    const all = shop.list.map(({ order_id }) => String(order_id));
    const [first, ...others] = all;
    shop.onPage = (page) => void (page === 1 && shop.list[0]?.order_id === first && shop.list.shift());
    const ids = (await findOrders(shop, inputs)).records.map(({ order_id }) => order_id);
    expect(ids).toEqual(expect.arrayContaining(others));
    expect(shop.sent).toHaveLength(6);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('A search reports that orders are missing if they do not stop moving', async () => {
    const shop = openShop();
    shop.onPage = () => shop.list.unshift(...shop.list.splice(-10));
    await expect(findOrders(shop, inputs)).rejects.toEqual(
      problemLike('aliexpress_unreachable', { reason: REASONS.rows_missing }),
    );
    expect(shop.sent).toHaveLength(6);
  });

  test('A search of fewer pages than there are takes one call for each', async () => {
    const shop = openShop();
    const { records, isComplete } = await findOrders(shop, { ...inputs, max_pages: 2 });
    expect(records).toHaveLength(100);
    expect(isComplete).toBe(false);
    expect(shop.sent).toHaveLength(2);
  });

  test('A search that read all pages is complete', async () => {
    expect(await findOrders(openShop(), { ...inputs, max_pages: 5 })).toMatchObject({ isComplete: true });
  });

  test('A search returns the newest order first, in whatever order AliExpress lists them', async () => {
    const shop = openShop();
    const updatedAt = shop.clock.now();
    const hours = [3, 1, 2];
    shop.list.splice(
      0,
      250,
      ...hours.map((hour) => rawOrder({ id: `820100${hour}`, updatedAt, placedAt: updatedAt - hour * HOUR })),
    );
    expect((await findOrders(shop, inputs)).records.map(({ order_id }) => order_id)).toEqual([
      '8201001',
      '8201002',
      '8201003',
    ]);
  });

  test.each(['2026-11-01T08:30:00Z', '2026-11-01T09:30:00Z', '2026-03-08T12:00:00Z', '2027-04-20T12:00:00Z'])(
    'A search at %s spans at most 180 days, also when the clocks change',
    async (at) => {
      const shop = openShop(at);
      await findOrders(shop, { status: 'any', placed_within_days: 180, max_pages: 1 });
      const [start, end] = [shop.sent[0]?.start, shop.sent[0]?.end].map((written) =>
        Date.parse(`${written?.replace(' ', 'T')}Z`),
      ) as [number, number];
      expect(end - start).toBeLessThanOrEqual(180 * DAY);
      expect(end - start).toBeGreaterThan(179 * DAY);
    },
  );

  test('A search ends the given number of days ago', async () => {
    const shop = openShop('2026-10-07T04:00:00Z');
    await findOrders(shop, { ...inputs, placed_within_days: 15, placed_before_days: 14 });
    expect([shop.sent[0]?.start, shop.sent[0]?.end]).toEqual(['2026-09-21 21:00:00', '2026-09-22 21:00:00']);
  });

  test('A search is refused if its dates leave no day', async () => {
    const shop = openShop();
    await expect(
      findOrders(shop, { ...inputs, placed_within_days: 7, placed_before_days: 7 }),
    ).rejects.toThrow('Placed At Least (Days Ago)');
    expect(shop.sent).toStrictEqual([]);
  });

  test('A search leaves out an order without its number, and logs that', async () => {
    const shop = openShop();
    delete shop.list[0]?.order_id;
    expect((await findOrders(shop, inputs)).records).toHaveLength(249);
    expect(shop.logged).toEqual([expect.stringContaining('left out')]);
  });
});
