import { HOUR } from '../../lib/runtime.ts';
import { type AnswerForm, answerForms } from '../../sandbox/answer-forms.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import type { Variants } from '../../sandbox/variants.ts';
import { ORDER_DETAIL, openSandboxShop, REVIEWS, type SandboxShop } from '../support/sandbox-shop.ts';

let shop: SandboxShop;
afterEach(() => shop.close());
const open = async (variants: Partial<Variants> = {}) => {
  shop = await openSandboxShop({ ordersPerDay: 60, historyDays: 5, variants });
};

describe('Forms of answers', () => {
  const MONTH = { order_status_list: ['PLACE_ORDER_SUCCESS', 'WAIT_BUYER_ACCEPT_GOODS'] };
  const detail = async () => {
    const [order] = shop.sandbox.shop.orders;
    return (await shop.query(ORDER_DETAIL, { order_id: order?.id })).text;
  };
  const reviews = async () => {
    await shop.close();
    shop = await openSandboxShop({
      historyDays: 45,
      ordersPerDay: 20,
      badShare: 1,
      variants: shop.sandbox.variants,
    });
    const parent_order_ids = [...shop.sandbox.shop.reviews.keys()].slice(0, 50);
    return (await shop.query(REVIEWS, { parent_order_ids })).text;
  };
  const profile = async () => (await shop.call()).text;
  const list = async () => (await shop.orderList(MONTH)).text;

  test.each<[AnswerForm, () => Promise<string>, RegExp, RegExp]>([
    ['shop_without_scheme', profile, /"shop_url":"\/\/www/, /"shop_url":"https:/],
    ['two_currencies', list, /"currency_code":"USD;RUB"/, /"currency_code":"USD"/],
    [
      'yen_without_factor',
      detail,
      /"amount":"\d+","cent":\d+,"currency_code":"JPY"\}/,
      /cent_factor|"currency_code":"USD"/,
    ],
    ['amounts_as_numbers', list, /"amount":\d+(\.\d+)?[,}]/, /"amount":"/],
    ['half_stars', reviews, /"buyer_evaluation":"[1-4]\.5"/, /"buyer_evaluation":"[1-4]"/],
    ['valid_dates_null', reviews, /"valid_date":null/, /"valid_date":"/],
    ['success_as_text', list, /"success":"true"/, /"success":true/],
  ])('Answers can be made to be written in the form "%s"', async (form, answer, there, gone) => {
    await open();
    expect(await answer()).not.toMatch(there);
    await shop.close();
    await open({ forms: [form] });
    const text = await answer();
    expect(text).toMatch(there);
    expect(text).not.toMatch(gone);
  });

  test('Every form of answers is tested', async () => {
    await open({ forms: answerForms });
    expect((await shop.call()).text).toContain('"shop_url":"//www');
    expect(answerForms).toHaveLength(7);
  });
});

describe('Odd orders', () => {
  test.each([20, 40, 60])('Risk control can be made to hold orders for %d hours', async (riskHours) => {
    shop = await openSandboxShop({ ordersPerDay: 60, historyDays: 5, riskHours });
    const held = shop.sandbox.shop.orders.filter(({ stages }) =>
      stages.some(({ status }) => status === 'RISK_CONTROL_HOLD'),
    );
    expect(held.length).toBeGreaterThan(10);
    for (const { stages, paidAt } of held) {
      const released = stages.find(({ status }) => status === 'WAIT_SELLER_SEND_GOODS');
      expect(Number(released?.at) - Number(paidAt)).toBe(riskHours * HOUR);
      expect(stages.map(({ at }) => at)).toEqual(stages.map(({ at }) => at).sort((a, b) => a - b));
    }
    const order = held.find(({ stages }) => Number(stages.at(-1)?.at) > shop.clock.now());
    const at = order?.stages.find(({ status }) => status === 'RISK_CONTROL_HOLD')?.at ?? 0;
    if (at > shop.clock.now()) shop.goTo(at + 1000);
    const { json } = await shop.query(ORDER_DETAIL, { order_id: order?.id });
    expect(json.target.gmt_pay_success).toBe(toPacific(order?.paidAt ?? 0));
  });

  test('A buyer can be made to request cancellation twice', async () => {
    shop = await openSandboxShop({ ordersPerDay: 60, historyDays: 5, cancelRequestShare: 1 });
    const order = shop.sandbox.shop.orders.find(
      ({ stages }) =>
        stages.filter(({ status, at }) => status === 'IN_CANCEL' && at > shop.clock.now()).length === 2,
    );
    const seen = [];
    for (const { at, status } of order?.stages ?? []) {
      if (at <= shop.clock.now()) continue;
      shop.goTo(at);
      const { json } = await shop.query(ORDER_DETAIL, { order_id: order?.id });
      expect(json.target.order_status).toBe(status);
      seen.push(status);
    }
    expect(seen.join(' ')).toContain('IN_CANCEL WAIT_SELLER_SEND_GOODS IN_CANCEL WAIT_SELLER_SEND_GOODS');
  });
});

describe('Methods that the connector does not use', () => {
  const SIMPLE = 'aliexpress.trade.redefining.findorderlistsimplequery';
  const MANAGED = 'aliexpress.ascp.ffo.query';
  const managed = (query: object) =>
    shop.call({ method: MANAGED, fulfillment_forward_order_query: JSON.stringify(query) });
  const simple = async (query: object) => {
    const answer = await shop.call({
      method: SIMPLE,
      param1: JSON.stringify({ page: 1, page_size: 50, ...query }),
    });
    return { ...answer, total: (answer.json.result as unknown as { total_item: number })?.total_item };
  };

  test('The light list of orders ignores a filter that is not exact to the second', async () => {
    await open();
    const start = toPacific(shop.clock.now() - HOUR);
    const { total } = await simple({});
    expect((await simple({ create_date_start: start })).total).toBeLessThan(total);
    expect((await simple({ create_date_start: start.slice(0, 16) })).total).toBe(total);
    expect((await simple({ page_size: 51 })).code).toBe('InvalidParameter');
  });

  test.each([
    ['without a kind of business', {}, 'MissingParameter'],
    [
      'of 21 orders',
      { biz_type: 5_110_000, customer_order_number_list: Array(21).fill('1') },
      'InvalidParameter',
    ],
    ['for pages of 21', { biz_type: 5_110_000, page_size: 21 }, 'InvalidParameter'],
    ['for an ordinary shop', { biz_type: 5_110_000, page_size: 20 }, '0'],
  ])('The list of managed orders answers a request %s with %s', async (_, query, code) => {
    await open();
    expect((await managed(query)).code).toBe(code);
  });

  test('The stock by warehouse is written in texts, success too', async () => {
    await open();
    const method = 'aliexpress.solution.product.inventory.query';
    const [product] = shop.sandbox.shop.products;
    const { json } = await shop.query(method, { product_id: product?.id });
    expect(json.result).toMatchObject({
      success: 'true',
      product: {
        sku_list: expect.arrayContaining([
          expect.objectContaining({
            stock_info: [expect.objectContaining({ sellable_quantity: expect.stringMatching(/^\d+$/) })],
          }),
        ]),
      },
    });
    expect((await shop.query(method, { product_id: 1 })).json.result).toMatchObject({ success: 'false' });
    expect((await shop.query(method)).code).toBe('MissingParameter');
  });

  test('The answer about unpaid freight needs no parameters', async () => {
    await open();
    const { json } = await shop.query('cainiao.global.logistics.queryorderpaystatus');
    expect(json).toMatchObject({ response: { success: true, has_not_pay_order: false } });
  });
});
