import { createOrderChangesFeed, createOrdersFeed } from '../../lib/feeds/orders.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { openShopServices, rawOrder, type ShopServices } from '../support/shop-services.ts';

/** A request for orders by their placement has no times of change. */
const ofBaseline = ({ requests }: ShopServices) => requests.filter(({ from }) => Number.isNaN(from));

/** A shop in which an order was placed every hour for five days, the first one of each day is on hold. */
function openShop(open = createOrderChangesFeed) {
  const shop = openShopServices();
  for (let hour = 5 * 24 - 1; hour > 2; hour -= 1) {
    const placedAt = shop.clock.now() - hour * HOUR;
    const status = hour % 24 === 23 ? 'RISK_CONTROL_HOLD' : 'WAIT_SELLER_SEND_GOODS';
    shop.orders.push(rawOrder({ id: `8201${hour}`, placedAt, updatedAt: placedAt, status }));
  }
  const feed = open(shop);
  const poll = async (lane: 'interactive' | 'polling' = 'polling') =>
    (await feed.read(lane)).records.map((record) => Number(String(record.order_id).slice(4))).sort();
  return Object.assign(shop, { poll });
}

async function pollFor(shop: ReturnType<typeof openShop>, ms: number): Promise<number[]> {
  let known: number[] = [];
  for (let left = ms; left > 0; left -= 10 * MINUTE) {
    shop.clock.advance(10 * MINUTE);
    known = await shop.poll();
  }
  return known;
}

describe('Baseline of the orders feed', () => {
  test('It holds the orders of four days, among them those in a status that the list is not filtered by', async () => {
    const shop = openShop();
    const known = await shop.poll('interactive');
    expect(known).toEqual(expect.arrayContaining([23, 47, 71, 95]));
    expect(Math.max(...known)).toBe(96);
  });

  test('It takes a call for each page', async () => {
    const shop = openShop();
    await shop.poll('interactive');
    // A page of orders by status, and 94 orders on two pages.
    expect(ofBaseline(shop)).toHaveLength(3);
  });

  test.each([1, 3, 7])('It takes at most ten calls if a page has %i orders', async (size) => {
    const shop = openShop();
    shop.ordersOnAPage = size;
    await shop.poll('interactive');
    await pollFor(shop, DAY);
    expect(ofBaseline(shop)).toHaveLength(10);
  });

  test('It is not read if no workflow wants to know what becomes of orders', async () => {
    const shop = openShop(createOrdersFeed);
    await pollFor(shop, 6 * HOUR);
    expect(ofBaseline(shop)).toStrictEqual([]);
  });

  test('It is read once', async () => {
    const shop = openShop();
    await shop.poll('interactive');
    const calls = ofBaseline(shop).length;
    await pollFor(shop, DAY);
    expect(ofBaseline(shop)).toHaveLength(calls);
  });

  test('It is read again at the first visit after a pause, also with at most ten calls', async () => {
    const shop = openShop();
    await shop.poll('interactive');
    const calls = ofBaseline(shop).length;
    shop.ordersOnAPage = 1;
    shop.clock.advance(7 * HOUR);
    await shop.poll();
    expect(ofBaseline(shop).length).toBeGreaterThan(calls);
    await pollFor(shop, DAY);
    expect(ofBaseline(shop).length).toBeLessThanOrEqual(calls + 10);
  });
});
