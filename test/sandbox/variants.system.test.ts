import { DAY, HOUR } from '../../lib/runtime.ts';
import { type AnswerForm, answerForms } from '../../sandbox/answer-forms.ts';
import { type GatewayErrorName, gatewayErrors } from '../../sandbox/gateway-errors.ts';
import { methods } from '../../sandbox/methods/index.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import {
  defaultVariants,
  type PermissionGroup,
  permissionGroups,
  type Variants,
} from '../../sandbox/variants.ts';
import {
  DISPUTES,
  ORDER_DETAIL,
  ORDER_LIST,
  openSandboxShop,
  PARCELS,
  PRODUCTS,
  PROFILE,
  REVIEWS,
  type SandboxShop,
} from '../support/sandbox-shop.ts';

let shop: SandboxShop;
afterEach(() => shop.close());
const open = async (variants: Partial<Variants> = {}) => {
  shop = await openSandboxShop({ ordersPerDay: 60, historyDays: 5, variants });
};
const MIXED = { order_status_list: ['PLACE_ORDER_SUCCESS', 'FINISH'] };
const statusesIn = (text: string) =>
  new Set([...text.matchAll(/"order_status":"(\w+)","biz_type"/g)].map(([, status]) => status));

describe('Finished orders among others', () => {
  test('The order list lists finished orders among others', async () => {
    await open();
    expect(statusesIn((await shop.orderList(MIXED)).text)).toEqual(new Set(MIXED.order_status_list));
  });

  test('The order list can be made to refuse finished orders among others', async () => {
    await open({ finishAmongOthers: 'refused' });
    expect((await shop.orderList(MIXED)).code).toBe('InvalidParameter');
    expect((await shop.orderList({ order_status_list: ['FINISH'] })).code).toBe('0');
  });

  test('The order list can be made to leave out finished orders among others', async () => {
    await open({ finishAmongOthers: 'left_out' });
    expect(statusesIn((await shop.orderList(MIXED)).text)).toEqual(new Set(['PLACE_ORDER_SUCCESS']));
  });
});

describe('Totals of a list', () => {
  test.each([
    ['exact', { total_count: expect.any(Number), total_page: expect.any(Number) }],
    ['left_out', { total_page: expect.any(Number) }],
    ['of_page', { total_count: 5, total_page: expect.any(Number) }],
    ['as_text', { total_count: expect.any(String), total_page: expect.any(String) }],
  ] as const)('The totals of the order list can be made to be %s', async (totals, expected) => {
    await open({ totals });
    const { total_count, total_page } = (await shop.orderList({ page_size: 5 })).json.result;
    expect({ ...(total_count !== undefined && { total_count }), total_page }).toEqual(expected);
  });
});

describe('Time of change of a product', () => {
  const changedSince = async (at: number, product_status_type: string) => {
    const modified = { gmt_modified_start: toPacific(at), gmt_modified_end: toPacific(at + 1000) };
    const { text } = await shop.query(PRODUCTS, { product_status_type, ...modified });
    return [...text.matchAll(/"product_id":(\d+)/g)].map(([, id]) => id);
  };
  /** AliExpress's own removal of a product, after now. */
  const removal = () => {
    const [found] = shop.sandbox.shop.products.flatMap(({ id, stages }) =>
      stages
        .filter(({ reason = 'user_offline', at }) => reason !== 'user_offline' && at > shop.clock.now())
        .map(({ at }) => ({ id: String(id), at })),
    );
    if (!found) throw new Error('the shop has no such product');
    return found;
  };

  test('A take-down moves the time of change', async () => {
    await open();
    const { id, at } = removal();
    shop.goTo(at + 1000);
    expect(await changedSince(at, 'offline')).toContain(id);
  });

  test('A take-down can be made to leave the time of change', async () => {
    await open({ takeDownMovesModified: false });
    const { id, at } = removal();
    shop.goTo(at + 1000);
    expect(await changedSince(at, 'offline')).toEqual([]);
    const { text } = await shop.query(PRODUCTS, { product_status_type: 'offline', product_id: id });
    expect(text).toContain(id);
  });
});

describe('Permission groups', () => {
  const methodOf: Record<PermissionGroup, string> = {
    orders: ORDER_LIST,
    reviews: REVIEWS,
    logistics: PARCELS,
    abnormal_parcels: 'aliexpress.logistics.abnormalorder.query',
    disputes: DISPUTES,
    products: PRODUCTS,
    merchant: PROFILE,
    managed_shops: 'aliexpress.ascp.ffo.query',
  };

  test.each(Object.keys(permissionGroups) as PermissionGroup[])(
    'Without the permission "%s" its methods are refused, and the call is paid',
    async (group) => {
      await open({ notGranted: [group] });
      expect((await shop.query(methodOf[group])).code).toBe('InsufficientPermission');
      const codes = await Promise.all(
        Object.entries(methodOf)
          .filter(([each]) => each !== group)
          .slice(0, 4)
          .map(async ([, method]) => (await shop.callNow({ method })).code),
      );
      expect(codes).not.toContain('InsufficientPermission');
      const [day] = shop.sandbox.calls.byDay.values();
      expect(day?.get(methodOf[group])).toBe(1);
    },
  );

  test('Every method has a permission group', async () => {
    await open({ notGranted: Object.keys(permissionGroups) as PermissionGroup[] });
    const codes = new Set<string | undefined>();
    for (const method of methods.keys()) codes.add((await shop.call({ method })).code);
    expect([...codes]).toEqual(['InsufficientPermission']);
  });
});

describe('Limits of the app', () => {
  test('The calls of all shops of the app together are limited in a day', async () => {
    await open({ appDailyLimit: 5000, callsOfOthers: 4998 });
    expect([(await shop.call()).code, (await shop.call()).code]).toEqual(['0', '0']);
    const { json } = await shop.call();
    expect(json.error_response).toMatchObject({
      code: '7',
      sub_code: 'accesscontrol.limited-by-app-access-count',
    });
    shop.goTo(shop.clock.now() + DAY);
    expect((await shop.call()).code).toBe('0');
  });

  test('The calls of all shops of the app together are limited in a second', async () => {
    await open({ appPerSecond: 2 });
    const codes = [];
    for (let n = 0; n < 3; n += 1) codes.push((await shop.callNow()).code);
    expect(codes).toEqual(['0', '0', 'AppCallLimit']);
    expect((await shop.call()).code).toBe('0');
  });
});

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
    ['yen_without_factor', detail, /"amount":"\d+","cent":\d+,"currency_code":"JPY"\}/, /cent_factor|"USD"/],
    ['amounts_as_numbers', list, /"amount":\d+(\.\d+)?[,}]/, /"amount":"/],
    ['half_stars', reviews, /"buyer_evaluation":"[1-4]\.5"/, /"buyer_evaluation":"[1-4]"/],
    ['valid_dates_null', reviews, /"valid_date":null/, /"valid_date":"/],
    ['success_as_text', list, /"success":"true"/, /"success":true/],
  ])('Answers can be made to be written in the form "%s"', async (form, ask, there, gone) => {
    await open();
    expect(await ask()).not.toMatch(there);
    await shop.close();
    await open({ forms: [form] });
    const text = await ask();
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

  test('Whether freight is unpaid is told without parameters', async () => {
    await open();
    const { json } = await shop.query('cainiao.global.logistics.queryorderpaystatus');
    expect(json).toMatchObject({ response: { success: true, has_not_pay_order: false } });
  });
});

describe('Refusals of the gateway', () => {
  test.each(Object.keys(gatewayErrors) as GatewayErrorName[])(
    'Every call can be made to be refused with "%s"',
    async (name) => {
      await open();
      await fetch(`${shop.sandbox.url}/sandbox/refusal/${name}`, { method: 'PUT' });
      const { scope: _, ...error } = gatewayErrors[name] as { scope: string };
      expect((await shop.call()).json.error_response).toMatchObject(error);
      await fetch(`${shop.sandbox.url}/sandbox/refusal`, { method: 'DELETE' });
      expect((await shop.call()).code).toBe('0');
    },
  );

  test('An unknown refusal is rejected with HTTP 404', async () => {
    await open();
    const { status } = await fetch(`${shop.sandbox.url}/sandbox/refusal/rain`, { method: 'PUT' });
    expect(status).toBe(404);
  });
});

test('By default AliExpress is as its reference and other software make likely', async () => {
  await open();
  expect(shop.sandbox.variants).toEqual(defaultVariants);
});
