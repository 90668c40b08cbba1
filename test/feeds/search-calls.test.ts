import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { reviewsOfOrders } from '../../lib/aliexpress/methods/reviews-of-orders.ts';
import { shopHealth } from '../../lib/aliexpress/methods/shop-health.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import profile from '../../lib/aliexpress/recorded/merchant-profile.json' with { type: 'json' };
import detail from '../../lib/aliexpress/recorded/order-detail.json' with { type: 'json' };
import reviews from '../../lib/aliexpress/recorded/reviews-of-orders.json' with { type: 'json' };
import health from '../../lib/aliexpress/recorded/shop-health.json' with { type: 'json' };
import parcel from '../../lib/aliexpress/recorded/tracking.json' with { type: 'json' };
import { emptyProcessMemo } from '../../lib/engine/shop.ts';
import { apiRequest } from '../../lib/feeds/api-request.ts';
import { listPage } from '../../lib/feeds/list-pages.ts';
import { knownProducts } from '../../lib/feeds/lists.ts';
import { findOrder, findReviews, findShop, findTracking } from '../../lib/feeds/lookups.ts';
import { fail, type ProblemKind } from '../../lib/problems.ts';
import { DAY, SECOND } from '../../lib/runtime.ts';
import { openAnsweringShop } from '../support/answering-shop.ts';
import { silentStore } from '../support/failing-stores.ts';
import { problemLike } from '../support/problem-like.ts';
import { switchableStore } from '../support/switchable-store.ts';

const ORDER = '8201739405562817';
const NUMBER = 'LP00672918345501';

/** A shop that answers as AliExpress was recorded to. */
function openShop() {
  const { fails, through } = switchableStore();
  const shop = openAnsweringShop({ through });
  const recorded = [
    [merchantProfile, profile],
    [orderDetail, detail],
    [reviewsOfOrders, reviews],
    [shopHealth, health],
    [tracking, parcel],
  ] as const;
  for (const [method, { response }] of recorded) shop.answers.set(method.name, () => response.body);
  const calls = () => shop.sent.map(({ method }) => method);
  const answer = (name: string, given: unknown) => shop.answers.set(name, () => given);
  return { shop, fails, calls, answer };
}

describe('Tracking of a parcel', () => {
  test('The parcel of an order is found with two calls', async () => {
    const { shop, calls } = openShop();
    const [found] = await findTracking(shop, { order_id: ORDER });
    expect(found).toMatchObject({ order_id: ORDER, tracking_number: NUMBER });
    expect(calls()).toEqual([orderDetail.name, tracking.name]);
    expect(shop.sent.at(-1)?.request).toMatchObject(parcel.sent);
  });

  test('A parcel of which everything is known costs one call', async () => {
    const { shop, calls } = openShop();
    const inputs = { order_id: ORDER, tracking_number: 'X1', carrier_code: 'POST', country_code: 'FR' };
    await findTracking(shop, inputs);
    expect(calls()).toEqual([tracking.name]);
    expect(shop.sent[0]?.request).toMatchObject({ logistics_no: 'X1', service_name: 'POST', to_area: 'FR' });
  });

  test.each(['tracking_number', 'carrier_code', 'country_code'])(
    'Without %s the order is read for it',
    async (left) => {
      const { shop, calls } = openShop();
      const inputs = { order_id: ORDER, tracking_number: NUMBER, carrier_code: 'POST', country_code: 'FR' };
      await findTracking(shop, { ...inputs, [left]: undefined });
      expect(calls()).toEqual([orderDetail.name, tracking.name]);
      expect(shop.sent.at(-1)?.request).toMatchObject(parcel.sent);
    },
  );

  test('A parcel that is not of the order, and an order of another shop, are not found', async () => {
    const { shop, calls, answer } = openShop();
    expect(await findTracking(shop, { order_id: ORDER, tracking_number: 'X1' })).toStrictEqual([]);
    answer(orderDetail.name, { time_stamp: '2026-11-20 18:10:00' });
    expect(await findTracking(shop, { order_id: ORDER })).toStrictEqual([]);
    expect(calls()).toEqual([orderDetail.name, orderDetail.name]);
  });

  test('No call is made that the platform would not wait for', async () => {
    const { shop, calls } = openShop();
    shop.onCall = () => shop.clock.advance(18 * SECOND);
    expect(await findTracking(shop, { order_id: ORDER })).toHaveLength(1);
    shop.onCall = () => shop.clock.advance(18 * SECOND + 1);
    await expect(findTracking(shop, { order_id: ORDER })).rejects.toEqual(
      problemLike('aliexpress_unreachable'),
    );
    expect(calls()).toHaveLength(3);
  });
});

describe('Reviews of orders', () => {
  test('Each order is asked for once, in one call', async () => {
    const { shop, calls } = openShop();
    const found = await findReviews(shop, { order_ids: ['8201000001', '8201000002', '8201000001'] });
    expect(found).toMatchObject([{ order_id: ORDER, stars: 2 }]);
    expect(calls()).toEqual([reviewsOfOrders.name]);
    expect(shop.sent[0]?.request).toEqual({ parent_order_ids: ['8201000001', '8201000002'] });
  });

  test('Only reviews of so many stars are found', async () => {
    const { shop, answer } = openShop();
    const find = async (max_stars?: number) =>
      (await findReviews(shop, { order_ids: ['8201000001'], ...(max_stars !== undefined && { max_stars }) }))
        .length;
    expect([await find(1), await find(2), await find(5)]).toEqual([0, 1, 1]);
    const { body } = reviews.response;
    answer(reviewsOfOrders.name, {
      ...body,
      target_list: body.target_list.map((each) => ({ ...each, buyer_evaluation: '' })),
    });
    expect([await find(5), await find()]).toEqual([0, 1]);
  });
});

describe('Records that cannot be read', () => {
  const row = { something: 'else' };
  const unreadable = () => {
    const { shop, answer } = openShop();
    answer(reviewsOfOrders.name, { target_list: [row, row] });
    answer(orderDetail.name, { target: row });
    answer(productList.name, {
      result: { product_count: 1, total_page: 1, aeop_a_e_product_display_d_t_o_list: [row] },
    });
    return shop;
  };

  test.each([
    ['reviews', reviewsOfOrders, findReviews, { order_ids: ['8201000001'] }],
    ['an order', orderDetail, findOrder, { order_id: ORDER }],
  ] as const)('A search for %s fails and does not find nothing', async (_, { name }, find, inputs) => {
    await expect(find(unreadable(), inputs as never)).rejects.toEqual(
      problemLike('data_unreadable', { method: name }),
    );
  });

  test('A dropdown of products fails and is not empty', async () => {
    await expect(listPage(knownProducts, unreadable())).rejects.toEqual(problemLike('data_unreadable'));
  });

  test('A request for data fails and does not count nothing', async () => {
    const shop = unreadable();
    const inputs = { data: 'products', parameters: '{"page":1,"status":"onSelling"}' };
    const access = { openShop: async () => ({ ...shop, memo: emptyProcessMemo() }) };
    await expect(apiRequest.deliver(inputs, access as never)).rejects.toEqual(problemLike('data_unreadable'));
  });
});

describe('Shop with its health', () => {
  test('It is found with two calls, and for a day without one', async () => {
    const { shop, calls } = openShop();
    const [found] = await findShop(shop, { max_age: 'day' });
    expect(found).toMatchObject({ shop_name: 'Harbor Lane Store', health_level: 100 });
    expect(calls()).toEqual([merchantProfile.name, shopHealth.name]);
    // The second call was made a moment later.
    shop.clock.advance(DAY - SECOND);
    expect(await findShop(shop, { max_age: 'day' })).toEqual([found]);
    expect(calls()).toHaveLength(2);
    shop.clock.advance(2 * SECOND);
    await findShop(shop, { max_age: 'day' });
    expect(calls()).toHaveLength(4);
  });

  test('It is fetched again for who wants it as it is now', async () => {
    const { shop, calls } = openShop();
    await findShop(shop, { max_age: 'now' });
    await findShop(shop, { max_age: 'now' });
    expect(calls()).toHaveLength(4);
  });

  test('The name of the shop is stored for the events, also where the shop has none', async () => {
    const { shop, answer } = openShop();
    await findShop(shop, { max_age: 'now' });
    expect(await shop.innerStore.get(`shop:${shop.seller}:name`)).toContain('Harbor Lane Store');
    answer(merchantProfile.name, { shop_id: 1 });
    await findShop(shop, { max_age: 'now' });
    expect(await shop.innerStore.get(`shop:${shop.seller}:name`)).not.toContain('Harbor Lane Store');
  });

  test('It is found although the store takes nothing', async () => {
    const { shop, fails } = openShop();
    const [found] = await findShop(shop, { max_age: 'day' });
    fails.set = silentStore.set;
    expect(await findShop(shop, { max_age: 'now' })).toEqual([found]);
  });

  test('A health that cannot be fetched is left out, and that is logged', async () => {
    const { shop } = openShop();
    shop.answers.set(shopHealth.name, () => fail('request_refused', { method: 'm', code: 'c' }));
    expect(await findShop(shop, { max_age: 'day' })).toMatchObject([
      { shop_name: 'Harbor Lane Store', health_level: null },
    ]);
    expect(shop.logged).toEqual(['the health of the shop is left out {"because":"request_refused"}']);
  });

  test.each(['token_expired', 'reconnect_needed'] as ProblemKind[])(
    'The platform is told of %s, and the next search costs one call',
    async (kind) => {
      const { shop, calls } = openShop();
      shop.answers.set(shopHealth.name, () => fail(kind, {} as never));
      await expect(findShop(shop, { max_age: 'day' })).rejects.toEqual(problemLike(kind));
      shop.answers.set(shopHealth.name, () => health.response.body);
      await findShop(shop, { max_age: 'day' });
      expect(calls()).toEqual([merchantProfile.name, shopHealth.name, shopHealth.name]);
    },
  );

  test('An error of the program itself is thrown', async () => {
    const { shop } = openShop();
    shop.answers.set(shopHealth.name, () => {
      throw new TypeError('bug');
    });
    await expect(findShop(shop, { max_age: 'day' })).rejects.toThrow('bug');
  });
});
