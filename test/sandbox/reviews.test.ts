import { toPacific } from '../../sandbox/pacific.ts';
import type { Review } from '../../sandbox/reviews.ts';
import { openShop, type ShopOptions } from '../../sandbox/shop.ts';
import { openSandboxShop, type Params, REVIEWS, type SandboxShop } from '../support/sandbox-shop.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.parse('2026-11-21T00:00:00Z');
const TO = FROM + 7 * DAY;

const shopOf = (changes: Partial<ShopOptions> = {}) =>
  openShop({ seed: 1, curve: 'olist', ordersPerDay: 300, from: FROM, to: TO, historyDays: 45, ...changes });

describe('The reviews of the sandbox shop', () => {
  const { orders, reviews } = shopOf();
  const received = orders.filter(({ stages }) => stages.at(-1)?.endReason === 'buyer_confirm_goods');
  const all = [...reviews.values()].flat();
  const waits = all.map(({ orderEndedAt, visibleAt }) => (visibleAt - orderEndedAt) / DAY);

  test('are the same for the same seed', () => {
    expect(shopOf({ seed: 7, ordersPerDay: 20 }).reviews).toEqual(
      shopOf({ seed: 7, ordersPerDay: 20 }).reviews,
    );
  });

  test('are written for orders that were received, in the share that is asked for', () => {
    const reviewed = received.filter(({ id }) => reviews.has(id));
    expect(reviewed).toHaveLength(reviews.size);
    expect(Math.abs(reviewed.length / received.length - 0.6)).toBeLessThan(0.025);
  });

  test('are written for every line of an order', () => {
    expect([...reviews.values()].every((written) => written.length === written[0]?.order.lines.length)).toBe(
      true,
    );
  });

  test('are bad in the share that is asked for', () => {
    const bad = all.filter(({ stars }) => stars <= 3);
    expect(Math.abs(bad.length / all.length - 0.08)).toBeLessThan(0.02);
  });

  test('have every number of stars', () => {
    expect(new Set(all.map(({ stars }) => stars))).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  test('have a text, or none', () => {
    const texts = all.filter(({ text }) => text !== undefined);
    expect(texts.length / all.length).toBeCloseTo(0.6, 1);
  });

  test('say nothing personal', () => {
    expect(all.map(({ text }) => text).join()).not.toMatch(/canary/i);
  });

  test('can be read about four days after their order has ended', () => {
    expect(waits.reduce((sum, days) => sum + days, 0) / waits.length).toBeCloseTo(4, 0);
  });

  test('come the more rarely the longer the order has ended', () => {
    const within = (from: number, to: number) => waits.filter((days) => days >= from && days < to).length;
    /** Of those that have not come yet, the share that comes in these two days. */
    const hazard = (from: number) => within(from, from + 2) / within(from, 99);
    expect([hazard(0), hazard(4), hazard(12)]).toEqual(
      [hazard(0), hazard(4), hazard(12)].toSorted((a, b) => b - a),
    );
  });

  test('can all be read within 30 days', () => {
    expect(waits.every((days) => days >= 0 && days <= 30)).toBe(true);
  });
});

describe('In the sandbox, the reviews of orders', () => {
  let shop: SandboxShop;
  beforeEach(async () => {
    shop = await openSandboxShop({ historyDays: 45, ordersPerDay: 30 });
  });
  afterEach(() => shop.close());

  const written = () =>
    [...shop.sandbox.shop.reviews.values()].flat().filter(({ writtenAt }) => writtenAt < shop.clock.now());
  const reviewWhere = (wanted: (review: Review) => boolean) => written().find(wanted) ?? fail();
  const visible = ({ visibleAt }: Review) => visibleAt < shop.clock.now();
  const ask = (parent_order_ids: unknown, query: Record<string, unknown> = {}, params: Params = {}) =>
    shop.ask(REVIEWS, { parent_order_ids, ...query }, params);

  test.each<[string, unknown, Record<string, unknown>, string]>([
    ['no orders', undefined, {}, 'MissingParameter'],
    ['an empty list of orders', [], {}, 'MissingParameter'],
    ['51 orders', Array.from({ length: 51 }, (_, n) => n), {}, 'InvalidParameter'],
    ['orders as text', '123,456', {}, 'InvalidParameter'],
    ['an order that is no number', ['LP001'], {}, 'InvalidParameter'],
    ['a page, for there are none', [123], { current_page: 1 }, 'InvalidParameter'],
    ['six stars', [123], { buyer_product_ratings: [6] }, 'InvalidParameter'],
    ['stars that are no list', [123], { buyer_product_ratings: 5 }, 'InvalidParameter'],
    ['a date without a time', [123], { start_valid_date: '2026-11-20' }, 'InvalidParameter'],
  ])('are refused for %s', async (_, orders, query, code) => {
    expect((await ask(orders, query)).code).toBe(code);
  });

  test.each(['', 'orders', '[1]', '5'])('are refused for %j as a query', async (query) => {
    const answer = await shop.call({ method: REVIEWS, trade_evaluation_request: query || undefined });
    expect(answer.code).toMatch(/^(Missing|Invalid)Parameter$/);
  });

  test('are given for 50 orders at once', async () => {
    const ids = shop.sandbox.shop.orders.slice(0, 50).map(({ id }) => id);
    const due = new Set(ids);
    const { json } = await ask(ids);
    expect(json.target_list).toHaveLength(written().filter(({ order }) => due.has(order.id)).length);
  });

  test('come one to every line of an order', async () => {
    const { order } = reviewWhere((review) => visible(review) && review.order.lines.length === 2);
    const { text } = await ask([order.id]);
    expect([...text.matchAll(/"order_id":(\d+),"parent_order_id":(\d+)/g)].map(([, ...ids]) => ids)).toEqual(
      order.lines.map(({ childId }) => [String(childId), String(order.id)]),
    );
  });

  test('have their stars as text', async () => {
    const { order, stars } = reviewWhere(visible);
    expect((await ask([order.id])).json.target_list[0]).toMatchObject({ buyer_evaluation: String(stars) });
  });

  test('have the text where the buyer wrote one', async () => {
    const { order, text } = reviewWhere(
      (review) => visible(review) && review.text !== undefined && review.order.lines.length === 1,
    );
    expect((await ask([order.id])).json.target_list).toMatchObject([{ buyer_feedback: text }]);
  });

  test('have no text where the buyer wrote none', async () => {
    const { order } = reviewWhere(
      (review) => visible(review) && review.text === undefined && review.order.lines.length === 1,
    );
    expect((await ask([order.id])).json.target_list[0]).not.toHaveProperty('buyer_feedback');
  });

  describe('before their valid date', () => {
    let review: Review;
    beforeEach(() => {
      const { reviews } = shop.sandbox.shop;
      review = [...reviews.values()].flat().find((one) => one.visibleAt > one.writtenAt + HOUR) ?? fail();
      shop.goTo(review.visibleAt - 2000);
    });

    test('are there', async () => {
      const { json } = await ask([review.order.id]);
      expect(json.target_list[0]).toMatchObject({ valid_date: toPacific(review.visibleAt) });
    });

    test.each(['buyer_evaluation', 'buyer_feedback'])('have no %s', async (field) => {
      expect((await ask([review.order.id])).json.target_list[0]).not.toHaveProperty(field);
    });

    test('have stars from that moment on', async () => {
      shop.clock.advance(1000);
      const { json } = await ask([review.order.id]);
      expect(json.target_list[0]).toMatchObject({ buyer_evaluation: String(review.stars) });
    });
  });

  test('are left out where there are none yet', async () => {
    const [review] = [...shop.sandbox.shop.reviews.values()].flat();
    shop.goTo((review ?? fail()).writtenAt - 2000);
    const { json } = await ask([review?.order.id]);
    expect(json).toEqual({ time_stamp: expect.any(String), code: '0', request_id: expect.any(String) });
  });

  test('are those with the stars that are asked for', async () => {
    const { order } = reviewWhere((review) => visible(review) && review.stars === 5);
    expect((await ask([order.id], { buyer_product_ratings: [1, 2, 3] })).json).not.toHaveProperty(
      'target_list',
    );
  });

  test('are those of the product that is asked for', async () => {
    const { order } = reviewWhere(visible);
    expect((await ask([order.id], { product_id: 1 })).json).not.toHaveProperty('target_list');
  });

  test.each([
    ['that became valid', 'start_valid_date', 'end_valid_date'],
    ['whose order ended', 'start_order_complete_date', 'end_order_complete_date'],
  ])('are those %s in the time that is asked for', async (_, start, end) => {
    const { order } = reviewWhere(visible);
    const span = { [start]: '2020-01-01 00:00:00', [end]: '2020-01-02 00:00:00' };
    expect((await ask([order.id], span)).json).not.toHaveProperty('target_list');
  });

  test('have Pacific times', async () => {
    const { order, writtenAt, orderEndedAt } = reviewWhere(visible);
    expect((await ask([order.id])).json.target_list[0]).toMatchObject({
      gmt_create: toPacific(writtenAt),
      gmt_order_complete: toPacific(orderEndedAt),
    });
  });

  test('are wrapped unless they are asked to be simplified', async () => {
    const { order } = reviewWhere(visible);
    expect((await ask([order.id], {}, { simplify: undefined })).json).toEqual({
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
