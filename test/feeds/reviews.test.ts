import { reviewsOfOrders } from '../../lib/aliexpress/methods/reviews-of-orders.ts';
import { readFeedStatus } from '../../lib/feeds/engine/feed-status.ts';
import { createReviewsFeed } from '../../lib/feeds/reviews.ts';
import { fail } from '../../lib/problems.ts';
import { DAY, HOUR, MINUTE } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { type AnsweringShop, openAnsweringShop } from '../support/answering-shop.ts';
import { rawOrder } from '../support/shop-services.ts';

test.each(['1', '1.5'])(
  'An order whose review has %s stars is not queried again for nine days',
  async (stars) => {
    const shop = openAnsweringShop();
    const now = shop.clock.now();
    const finishedAt = now - 2 * DAY;
    shop.orders.push({
      ...rawOrder({ id: '820100001', updatedAt: finishedAt, placedAt: finishedAt - DAY, status: 'FINISH' }),
      end_reason: 'buyer_accept_goods',
      gmt_pay_time: toPacific(finishedAt - DAY),
    });
    shop.answers.set(reviewsOfOrders.name, () => ({
      time_stamp: toPacific(shop.clock.now()),
      target_list: [
        {
          order_id: '8201000011',
          parent_order_id: '820100001',
          buyer_evaluation: stars,
          valid_date: toPacific(now - DAY),
        },
      ],
    }));
    for (let hour = 0; hour < 9 * 24; hour += 1) {
      shop.clock.advance(HOUR);
      await createReviewsFeed(shop).read('polling');
    }
    const queries = shop.sent.filter(({ method }) => method === reviewsOfOrders.name);
    expect(queries).toHaveLength(1);
  },
);

describe('Answers about the reviews of an order', () => {
  const ORDER = '820100001';
  let shop: AnsweringShop;
  /** The reviews that AliExpress knows. */
  let known: object[];
  const reviewOf = (line: string, more: object = {}) => ({
    order_id: line,
    parent_order_id: ORDER,
    buyer_evaluation: 1,
    valid_date: toPacific(shop.clock.now() - HOUR),
    ...more,
  });
  const queries = () => shop.sent.filter(({ method }) => method === reviewsOfOrders.name);
  const finish = (id: string, daysAgo: number, lines = 1) => {
    const finishedAt = shop.clock.now() - daysAgo * DAY;
    const { product_list, ...order } = rawOrder({
      id,
      updatedAt: finishedAt,
      placedAt: finishedAt - DAY,
      status: 'FINISH',
    });
    const [line] = product_list as object[];
    shop.orders.push({
      ...order,
      product_list: Array.from({ length: lines }, (_, n) => ({ ...line, child_id: `${id}${n + 1}` })),
      end_reason: 'buyer_accept_goods',
      gmt_pay_time: toPacific(finishedAt - DAY),
    });
  };
  /** Polls once an hour. @returns "line item, stars" of the records of the last poll */
  const pollFor = async (hours: number) => {
    let records: readonly Record<string, unknown>[] = [];
    for (let hour = 0; hour < hours; hour += 1) {
      shop.clock.advance(HOUR);
      ({ records } = await createReviewsFeed(shop).read('polling'));
    }
    return records.map(({ line_id, stars }) => `${line_id} ${stars}`).sort();
  };

  beforeEach(() => {
    shop = openAnsweringShop({ limit: 5000 });
    known = [];
    shop.answers.set(reviewsOfOrders.name, () => ({
      time_stamp: toPacific(shop.clock.now()),
      target_list: known,
    }));
  });

  test('A review that has not taken effect is no event, and is found when it has', async () => {
    finish(ORDER, 2);
    known = [reviewOf(`${ORDER}1`, { buyer_evaluation: undefined })];
    expect(await pollFor(12)).toStrictEqual([]);
    known = [reviewOf(`${ORDER}1`)];
    expect(await pollFor(48)).toStrictEqual([`${ORDER}1 1`]);
  });

  test('Each line item of an order may get a review', async () => {
    finish(ORDER, 2, 2);
    for (let n = 0; n < 9; n += 1) finish(String(820_200_000 + n), 2);
    known = [reviewOf(`${ORDER}1`)];
    expect(await pollFor(12)).toStrictEqual([`${ORDER}1 1`]);
    known.push(reviewOf(`${ORDER}2`, { buyer_evaluation: 5 }));
    expect(await pollFor(24)).toStrictEqual([`${ORDER}1 1`, `${ORDER}2 5`]);
  });

  test.each([1, 3, 7])('A review that takes effect in %i hours is found then', async (hours) => {
    for (let n = 0; n < 120; n += 1) finish(String(Number(ORDER) + n), 2);
    let effectAt = 0;
    shop.answers.set(reviewsOfOrders.name, ({ parent_order_ids }) => {
      const now = shop.clock.now();
      if (!(parent_order_ids as string[]).includes(ORDER)) return { target_list: [] };
      effectAt ||= now + hours * HOUR - MINUTE;
      const stars = now >= effectAt ? {} : { buyer_evaluation: undefined };
      return { target_list: [reviewOf(`${ORDER}1`, { ...stars, valid_date: toPacific(effectAt) })] };
    });
    while (effectAt === 0) await pollFor(1);
    expect(await pollFor(hours - 1)).toEqual([]);
    expect(await pollFor(1)).toStrictEqual([`${ORDER}1 1`]);
  });

  test('An answer that lacks a review which was read before is requested once more at once', async () => {
    finish(ORDER, 2, 2);
    known = [reviewOf(`${ORDER}1`)];
    await pollFor(12);
    known = [];
    const before = queries().length;
    while (queries().length === before) await pollFor(1);
    expect(queries()).toHaveLength(before + 2);
  });

  test('A problem with the answer is thrown after its other reviews were kept', async () => {
    finish(ORDER, 2, 2);
    known = [reviewOf(`${ORDER}1`), ...Array.from({ length: 9 }, () => reviewOf(''))];
    await expect(pollFor(12)).rejects.toMatchObject({ kind: 'data_unreadable' });
    const records = await createReviewsFeed(shop).known();
    expect(records.map(({ line_id }) => line_id)).toStrictEqual([`${ORDER}1`]);
  });

  test('A review of an order that was not asked for is an event, and is not remembered with an order', async () => {
    finish(ORDER, 2);
    known = [reviewOf('8209990011', { parent_order_id: '820999001' })];
    expect(await pollFor(12)).toStrictEqual(['8209990011 1']);
  });

  test('Orders that wait for a review are reported, with the time since which they were not queried', async () => {
    for (let n = 0; n < 3; n += 1) finish(String(820_100_000 + n), 2);
    await pollFor(12);
    const status = await readFeedStatus(shop.store, shop.seller, 'reviews');
    expect(status?.waiting?.count).toBe(3);
    expect(status?.waiting?.since).toBeGreaterThan(shop.clock.now() - 13 * HOUR);
  });

  test('No order is reported as waiting in a shop without finished orders', async () => {
    await pollFor(3);
    expect(await readFeedStatus(shop.store, shop.seller, 'reviews')).toMatchObject({ waiting: null });
  });

  test('Orders that were finished more than thirty days before the feed began are not queried', async () => {
    finish(ORDER, 29);
    finish('820100002', 31);
    await pollFor(3 * 24);
    expect(new Set(queries().flatMap(({ request }) => request.parent_order_ids))).toStrictEqual(
      new Set([ORDER]),
    );
  });

  test('Both lists of placement are read of the orders that were finished before, and no third', async () => {
    await pollFor(4);
    const finished = shop.requests.filter(
      ({ status, from, to }) => status === 'FINISH' && to - from === 3 * DAY,
    );
    const spans = finished.filter(({ to }) => to === finished[0]?.to);
    expect(spans.map(({ createdFrom, to }) => Math.round((to - createdFrom) / DAY))).toStrictEqual([30, 60]);
  });

  test('Where AliExpress refuses the list of earlier placements, reviews of later ones are still found', async () => {
    finish(ORDER, 2);
    known = [reviewOf(`${ORDER}1`)];
    shop.onRequest = ({ to, createdTo }) => {
      if (createdTo < to)
        fail('request_refused', { method: 'aliexpress.trade.seller.orderlist.get', code: 'x' });
    };
    const begunAt = shop.clock.now();
    expect(await pollFor(24)).toStrictEqual([`${ORDER}1 1`]);
    const refused = shop.requests.filter(({ to, createdTo }) => createdTo < to);
    const days = refused.map(({ from }) => Math.round((begunAt - from) / DAY));
    expect(days).toEqual([3, 6, 12, 24, 30]);
  });

  test('Where the orders of a month take longer than six days to read, those that are too old by then are left out', async () => {
    shop.ordersOnAPage = 5;
    for (let n = 0; n < 450; n += 1) finish(String(820_100_000 + n), 29 * ((n + 0.5) / 450));
    const begunAt = shop.clock.now();
    await pollFor(11 * 24);
    const asked = new Set(queries().flatMap(({ request }) => request.parent_order_ids as string[]));
    const young = Array.from({ length: 300 }, (_, n) => String(820_100_000 + n));
    expect(young.filter((id) => !asked.has(id))).toEqual([]);
    for (const { createdFrom, createdTo } of shop.requests) expect(createdFrom).toBeLessThan(createdTo);
    const ofBackfill = shop.requests.filter(({ status, to }) => status === 'FINISH' && to <= begunAt);
    expect(Math.max(...ofBackfill.map(({ createdTo }) => createdTo))).toBeLessThanOrEqual(begunAt + HOUR);
  });

  test('The orders of a month are read over days, the newest first, and a page every two hours', async () => {
    for (let n = 0; n < 1500; n += 1) finish(String(820_100_000 + n), 26 * ((n + 0.5) / 1500));
    const begunAt = shop.clock.now();
    const pagesRead = () =>
      shop.requests.filter(({ status, to }) => status === 'FINISH' && to <= begunAt + HOUR);
    for (let day = 0; day < 7; day += 1) {
      const before = pagesRead().length;
      await pollFor(24);
      expect(pagesRead().length - before).toBeLessThanOrEqual(13);
    }
    const pages = pagesRead().filter(({ to, from }) => to - from > 2 * DAY);
    expect([...new Set(pages.map(({ from }) => Math.round((begunAt - from) / DAY)))]).toEqual([
      3, 6, 12, 24, 30,
    ]);
    const asked = new Set(queries().flatMap(({ request }) => request.parent_order_ids as string[]));
    expect(asked.size).toBe(1500);
    expect(shop.logged.filter((line) => line.includes('missing'))).toEqual([]);
  });

  test('A page of finished orders with too many unreadable ones is read again, and is a problem', async () => {
    finish(ORDER, 2);
    finish('820100002', 2);
    for (const order of shop.orders) delete order.order_id;
    await expect(pollFor(6)).rejects.toMatchObject({ kind: 'data_unreadable' });
  });
});
