import {
  knownCarriers,
  knownCurrencies,
  knownParcels,
  knownProducts,
  listRows,
  recentLineItems,
  recentOrders,
} from '../../lib/feeds/lists.ts';
import { createOrdersFeed } from '../../lib/feeds/orders.ts';
import { HOUR, MINUTE } from '../../lib/runtime.ts';
import { openShopServices, rawOrder } from '../support/shop-services.ts';

const LISTS = [recentOrders, recentLineItems, knownProducts, knownParcels, knownCarriers];

describe('Lists of dropdowns', () => {
  async function openShop(count: number) {
    const shop = openShopServices({ at: '2026-11-21T02:00:00Z' });
    for (let n = 0; n < count; n += 1) {
      const placedAt = shop.clock.now() - HOUR + n * SECOND_APART;
      const order = rawOrder({ id: `8201739405${String(n).padStart(6, '0')}`, updatedAt: placedAt });
      shop.orders.push({
        ...order,
        product_list: [
          line(n, { product_id: '1005001', product_name: 'Laptop Stand Aluminium', product_count: 3 }),
          line(n, { child_id: `${n}9`, product_id: `20050${n}`, product_name: 'Mug' }),
        ],
      });
    }
    await createOrdersFeed(shop).read('polling');
    return shop;
  }
  const SECOND_APART = MINUTE / 60;
  const line = (n: number, more: object) => ({ child_id: `82017394055${n}1`, product_count: 1, ...more });

  test('An order is named by its amount, product and time, with the last digits of its number', async () => {
    const [row] = await listRows(recentOrders, await openShop(1));
    expect(row).toEqual({
      id: '8201739405000000',
      name: 'USD 12.50 · Laptop Stand Alumini… ×3 +1 · 11-21 09:00 (…0000)',
    });
  });

  test('A line item is named by its product and time, with the last digits of its number', async () => {
    const [row] = await listRows(recentLineItems, await openShop(1));
    expect(row).toEqual({ id: '8201739405501', name: 'Laptop Stand Aluminium ×3 · 11-21 09:00 (…5501)' });
  });

  test('A product is named by its name, with the last digits of its number', async () => {
    const [row] = await listRows(knownProducts, await openShop(1));
    expect(row).toEqual({ id: '1005001', name: 'Laptop Stand Aluminium (…5001)' });
  });

  test('The newest order comes first', async () => {
    const ids = (await listRows(recentOrders, await openShop(3))).map(({ id }) => id.slice(-1));
    expect(ids).toEqual(['2', '1', '0']);
  });

  test('The newest order comes first also if an older one is known first', async () => {
    const shop = await openShop(1);
    for (const [id, hours] of [
      ['7001', 0.2],
      ['7002', 0.6],
      ['7003', 0.1],
      ['7004', 0.4],
    ] as const)
      shop.orders.push(rawOrder({ id, updatedAt: shop.clock.now() - hours * HOUR }));
    shop.clock.advance(HOUR);
    await createOrdersFeed(shop).read('polling');
    const ids = (await listRows(recentOrders, shop)).map(({ id }) => id);
    expect(ids).toStrictEqual(['7003', '7001', '7004', '7002', '8201739405000000']);
  });

  test('A product of several orders is listed once', async () => {
    const ids = (await listRows(knownProducts, await openShop(3))).map(({ id }) => id);
    expect(ids.filter((id) => id === '1005001')).toHaveLength(1);
    expect(ids).toHaveLength(4);
  });

  test('A list has at most 100 rows', async () => {
    expect(await listRows(recentOrders, await openShop(120))).toHaveLength(100);
  });

  test.each(LISTS)('The list $key makes no call', async (list) => {
    const shop = await openShop(2);
    const calls = shop.requests.length;
    await listRows(list, shop);
    expect(shop.requests).toHaveLength(calls);
  });

  test('Currencies are those of the known orders and common ones, each once', async () => {
    const shop = await openShop(1);
    shop.clock.advance(HOUR);
    const order = rawOrder({ id: '7001', updatedAt: shop.clock.now() - MINUTE });
    shop.orders.push({ ...order, pay_amount: { amount: '5', currency_code: 'KZT' } });
    await createOrdersFeed(shop).read('polling');
    expect((await listRows(knownCurrencies, shop)).map(({ id }) => id)).toEqual([
      'KZT',
      'USD',
      'EUR',
      'RUB',
      'BRL',
    ]);
  });

  test.each(LISTS)('The list $key is empty if no order is known', async (list) => {
    expect(await listRows(list, openShopServices())).toStrictEqual([]);
  });

  test.each(LISTS)('The list $key contains no personal data', async (list) => {
    expect(JSON.stringify(await listRows(list, await openShop(2)))).not.toMatch(/canary/i);
  });
});
