import { DAY, HOUR } from '../../lib/runtime.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import type { Review } from '../../sandbox/reviews.ts';
import { openShop, type ShopOptions } from '../../sandbox/shop.ts';
import { openSandboxShop, type Params, REVIEWS, type SandboxShop } from '../support/sandbox-shop.ts';

const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({ seed: 1, curve: 'olist', ordersPerDay: 300, from: FROM, to: TO, historyDays: 45, ...changes });

describe('Reviews of the sandbox shop', () => {
  const { orders, reviews } = shopOf();
  const received = orders.filter(({ stages }) => stages.at(-1)?.endReason === 'buyer_confirm_goods');
  const all = [...reviews.values()].flat();
  const waits = all.map(({ orderEndedAt, visibleAt }) => (visibleAt - orderEndedAt) / DAY);

  test('The same seed gives the same reviews', () => {
    expect(shopOf({ seed: 7, ordersPerDay: 20 }).reviews).toEqual(
      shopOf({ seed: 7, ordersPerDay: 20 }).reviews,
    );
  });

  test('The requested share of received orders is reviewed', () => {
    const reviewed = received.filter(({ id }) => reviews.has(id));
    expect(reviewed).toHaveLength(reviews.size);
    expect(Math.abs(reviewed.length / received.length - 0.6)).toBeLessThan(0.025);
  });

  test('A reviewed order has a review for each of its lines', () => {
    expect([...reviews.values()].every((written) => written.length === written[0]?.order.lines.length)).toBe(
      true,
    );
  });

  test('The requested share of reviews is bad', () => {
    const bad = all.filter(({ stars }) => stars <= 3);
    expect(Math.abs(bad.length / all.length - 0.08)).toBeLessThan(0.02);
  });

  test('Reviews have every number of stars', () => {
    expect(new Set(all.map(({ stars }) => stars))).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  test('About 60 percent of the reviews have a text', () => {
    const texts = all.filter(({ text }) => text !== undefined);
    expect(texts.length / all.length).toBeCloseTo(0.6, 1);
  });

  test('No review contains personal data', () => {
    expect(all.map(({ text }) => text).join()).not.toMatch(/canary/i);
  });

  test('Reviews are readable about four days after their order has ended', () => {
    expect(waits.reduce((sum, days) => sum + days, 0) / waits.length).toBeCloseTo(4, 0);
  });

  test('The rate of reviews falls with the age of the order', () => {
    const within = (from: number, to: number) => waits.filter((days) => days >= from && days < to).length;
    /** Of the reviews not yet readable at `from`, the share that becomes readable within two days. */
    const hazard = (from: number) => within(from, from + 2) / within(from, 99);
    expect([hazard(0), hazard(4), hazard(12)]).toEqual(
      [hazard(0), hazard(4), hazard(12)].toSorted((a, b) => b - a),
    );
  });

  test('All reviews are readable within 30 days', () => {
    expect(waits.every((days) => days >= 0 && days <= 30)).toBe(true);
  });
});

describe('Review list of the sandbox', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ historyDays: 45, ordersPerDay: 30 });
  });
  afterEach(() => shop.close());

  const written = () =>
    [...shop.sandbox.shop.reviews.values()].flat().filter(({ writtenAt }) => writtenAt < shop.clock.now());
  const reviewWhere = (wanted: (review: Review) => boolean) => written().find(wanted) ?? fail();
  const visible = ({ visibleAt }: Review) => visibleAt < shop.clock.now();
  const list = (parent_order_ids: unknown, query: Record<string, unknown> = {}, params: Params = {}) =>
    shop.query(REVIEWS, { parent_order_ids, ...query }, params);

  test.each<[string, unknown, Record<string, unknown>, string]>([
    ['no orders', undefined, {}, 'MissingParameter'],
    ['an empty list of orders', [], {}, 'MissingParameter'],
    ['51 orders', Array.from({ length: 51 }, (_, n) => n), {}, 'InvalidParameter'],
    ['order ids as text', '123,456', {}, 'InvalidParameter'],
    ['an order id that is not a number', ['LP001'], {}, 'InvalidParameter'],
    ['a page number', [123], { current_page: 1 }, 'InvalidParameter'],
    ['six stars', [123], { buyer_product_ratings: [6] }, 'InvalidParameter'],
    ['stars that are not a list', [123], { buyer_product_ratings: 5 }, 'InvalidParameter'],
    ['a date without a time', [123], { start_valid_date: '2026-11-20' }, 'InvalidParameter'],
  ])('The review list rejects %s', async (_, orders, query, code) => {
    expect((await list(orders, query)).code).toBe(code);
  });

  test.each(['', 'orders', '[1]', '5'])('The review list rejects the query %j', async (query) => {
    const answer = await shop.call({ method: REVIEWS, trade_evaluation_request: query || undefined });
    expect(answer.code).toMatch(/^(Missing|Invalid)Parameter$/);
  });

  test('The review list returns the reviews of 50 orders at once', async () => {
    const ids = shop.sandbox.shop.orders.slice(0, 50).map(({ id }) => id);
    const due = new Set(ids);
    const { json } = await list(ids);
    expect(json.target_list).toHaveLength(written().filter(({ order }) => due.has(order.id)).length);
  });

  test('The review list returns one review per line', async () => {
    const { order } = reviewWhere((review) => visible(review) && review.order.lines.length === 2);
    const { text } = await list([order.id]);
    expect([...text.matchAll(/"order_id":(\d+),"parent_order_id":(\d+)/g)].map(([, ...ids]) => ids)).toEqual(
      order.lines.map(({ childId }) => [String(childId), String(order.id)]),
    );
  });

  test('The review list writes stars as text', async () => {
    const { order, stars } = reviewWhere(visible);
    expect((await list([order.id])).json.target_list[0]).toMatchObject({ buyer_evaluation: String(stars) });
  });

  test('The review list returns the text of a review that has one', async () => {
    const { order, text } = reviewWhere(
      (review) => visible(review) && review.text !== undefined && review.order.lines.length === 1,
    );
    expect((await list([order.id])).json.target_list).toMatchObject([{ buyer_feedback: text }]);
  });

  test('The review list leaves out the text of a review that has none', async () => {
    const { order } = reviewWhere(
      (review) => visible(review) && review.text === undefined && review.order.lines.length === 1,
    );
    expect((await list([order.id])).json.target_list[0]).not.toHaveProperty('buyer_feedback');
  });

  describe('Review before its valid date', () => {
    let review: Review;
    beforeEach(() => {
      const { reviews } = shop.sandbox.shop;
      review = [...reviews.values()].flat().find((one) => one.visibleAt > one.writtenAt + HOUR) ?? fail();
      shop.goTo(review.visibleAt - 2000);
    });

    test('A review is listed before its valid date', async () => {
      const { json } = await list([review.order.id]);
      expect(json.target_list[0]).toMatchObject({ valid_date: toPacific(review.visibleAt) });
    });

    test.each(['buyer_evaluation', 'buyer_feedback'])(
      'A review is listed without %s before its valid date',
      async (field) => {
        expect((await list([review.order.id])).json.target_list[0]).not.toHaveProperty(field);
      },
    );

    test('A review is listed with its stars as soon as it is valid', async () => {
      shop.clock.advance(1000);
      const { json } = await list([review.order.id]);
      expect(json.target_list[0]).toMatchObject({ buyer_evaluation: String(review.stars) });
    });
  });

  test('The review list is left out before the first review is written', async () => {
    const [review] = [...shop.sandbox.shop.reviews.values()].flat();
    shop.goTo((review ?? fail()).writtenAt - 2000);
    const { json } = await list([review?.order.id]);
    expect(json).toEqual({ time_stamp: expect.any(String), code: '0', request_id: expect.any(String) });
  });

  test('The review list is filtered by stars', async () => {
    const { order } = reviewWhere((review) => visible(review) && review.stars === 5);
    expect((await list([order.id], { buyer_product_ratings: [1, 2, 3] })).json).not.toHaveProperty(
      'target_list',
    );
  });

  test('The review list is filtered by product', async () => {
    const { order } = reviewWhere(visible);
    expect((await list([order.id], { product_id: 1 })).json).not.toHaveProperty('target_list');
  });

  test.each([
    ['valid date', 'start_valid_date', 'end_valid_date'],
    ['completion date of the order', 'start_order_complete_date', 'end_order_complete_date'],
  ])('The review list is filtered by %s', async (_, start, end) => {
    const { order } = reviewWhere(visible);
    const span = { [start]: '2020-01-01 00:00:00', [end]: '2020-01-02 00:00:00' };
    expect((await list([order.id], span)).json).not.toHaveProperty('target_list');
  });

  test('The review list returns Pacific times', async () => {
    const { order, writtenAt, orderEndedAt } = reviewWhere(visible);
    expect((await list([order.id])).json.target_list[0]).toMatchObject({
      gmt_create: toPacific(writtenAt),
      gmt_order_complete: toPacific(orderEndedAt),
    });
  });

  test('The review list is wrapped unless simplify is set', async () => {
    const { order } = reviewWhere(visible);
    expect((await list([order.id], {}, { simplify: undefined })).json).toEqual({
      aliexpress_evaluation_listorderevaluation_get_response: {
        time_stamp: expect.any(String),
        target_list: { trade_evaluation_open_dto: expect.any(Array) },
        request_id: expect.any(String),
      },
    });
  });
});

function fail(): never {
  throw new Error('the shop has no such review');
}
