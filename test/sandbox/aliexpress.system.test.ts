import { sign } from '../../lib/aliexpress/sign.ts';
import { parseTime } from '../../lib/aliexpress/time.ts';
import { DAY, HOUR, SECOND } from '../../lib/runtime.ts';
import { rewrites } from '../../sandbox/faults.ts';
import { stageAt } from '../../sandbox/orders.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import {
  ORDER_DETAIL,
  ORDER_LIST,
  openSandboxShop,
  type Params,
  PROFILE,
  type SandboxShop,
  type Sending,
} from '../support/sandbox-shop.ts';

const WRITTEN = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

let shop: SandboxShop;
afterEach(() => shop.close());

/** The orders placed so far, with their current stages. */
const ordersNow = () =>
  shop.sandbox.shop.orders.flatMap((order) => {
    const stage = stageAt(order, shop.clock.now());
    return stage ? [{ order, stage, id: String(order.id) }] : [];
  });
/** Order numbers in the text of an answer. JSON.parse would round them. */
const idsIn = (text: string) => [
  ...new Set([...text.matchAll(/"order_id":(\d+),"order_status"/g)].map(([, id]) => id)),
];

describe('Request to AliExpress', () => {
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 20 });
  });

  test.each<[string, Params, Sending]>([
    ['its parameters in the body of a POST', {}, { by: 'POST' }],
    ['its parameters in the URL of a GET', {}, { by: 'GET' }],
    ['its method in the URL and in the body', {}, { by: 'GET and POST' }],
    ['its token as access_token', { session: undefined, access_token: 'the token' }, {}],
    ['values in any script', { note: 'žluťoučký 买家 🛒' }, {}],
    ['unknown parameters', { partner_id: 'iop-sdk-java-20181207', v: '2.0' }, {}],
  ])('A request with %s is answered', async (_, params, sending) => {
    const given = params.access_token ? { ...params, access_token: shop.token } : params;
    expect((await shop.call(given, sending)).code).toBe('0');
  });

  test('A request for no interface is answered with the time, and is no call', async () => {
    const answer = await fetch(shop.sandbox.url);
    const dated = Date.parse(answer.headers.get('date') ?? '');
    expect(Math.abs(dated - shop.clock.now())).toBeLessThanOrEqual(SECOND);
    expect([...shop.sandbox.calls.byDay]).toEqual([]);
  });

  test('A request with its method twice in the URL, as the SDK sends it, is answered', async () => {
    expect(await callWithSecondMethod(PROFILE)).toMatchObject({ code: '0' });
  });

  test('A request with two different methods in the URL is rejected', async () => {
    expect(await callWithSecondMethod(ORDER_LIST)).toMatchObject({
      error_response: { code: 'InvalidParameter' },
    });
  });

  test('A request is rejected with HTTP 200 and an error_response', async () => {
    expect(await shop.call({ session: 'made up' })).toMatchObject({
      status: 200,
      json: {
        error_response: {
          type: 'ISV',
          code: 'IllegalAccessToken',
          msg: expect.any(String),
          request_id: expect.any(String),
        },
      },
    });
  });

  test.each<[string, string, Params, Sending]>([
    ['signed with another secret', 'IncompleteSignature', {}, { secret: 'another secret' }],
    [
      'changed after it was signed',
      'IncompleteSignature',
      {},
      { tamper: (params) => Object.assign(params, { v: '2.0' }) },
    ],
    [
      'with its signature in lower case',
      'IncompleteSignature',
      {},
      { tamper: (params) => Object.assign(params, { sign: params.sign?.toLowerCase() }) },
    ],
    ['signed by MD5', 'IncompleteSignature', { sign_method: 'md5' }, {}],
    ['without a signing method', 'MissingParameter', { sign_method: undefined }, {}],
    ['without a signature', 'MissingParameter', {}, { tamper: (params) => void delete params.sign }],
    ['of an unknown app', 'InvalidAppkey', { app_key: '999999' }, {}],
    ['without an app key', 'MissingParameter', { app_key: undefined }, {}],
    ['without a timestamp', 'MissingParameter', { timestamp: undefined }, {}],
    ['with an invalid timestamp', 'IllegalTimestamp', { timestamp: 'now' }, {}],
    ['without a method', 'MissingParameter', { method: undefined }, {}],
    ['for an unknown method', 'InvalidApiPath', { method: 'aliexpress.solution.order.fulfill' }, {}],
    ['for the method "constructor"', 'InvalidApiPath', { method: 'constructor' }, {}],
    ['without a token', 'IllegalAccessToken', { session: undefined }, {}],
    ['with a token that was never issued', 'IllegalAccessToken', { session: '50000' }, {}],
  ])('A request %s is rejected with %s', async (_, code, params, sending) => {
    expect((await shop.call(params, sending)).code).toBe(code);
  });

  test.each([
    ['three hours late', -3 * HOUR],
    ['three hours early', 3 * HOUR],
    ['a millisecond more than two hours late', -2 * HOUR - 1],
    ['a millisecond more than two hours early', 2 * HOUR + 1],
  ])('A request that is %s is rejected', async (_, off) => {
    expect((await shop.callNow({ timestamp: String(shop.clock.now() + off) })).code).toBe('IllegalTimestamp');
  });

  test.each([-2 * HOUR, 2 * HOUR])('A request whose clock differs by %d ms is answered', async (off) => {
    expect((await shop.callNow({ timestamp: String(shop.clock.now() + off) })).code).toBe('0');
  });

  test.each([
    ['An answer', {}],
    ['A refusal', { timestamp: '0' }],
  ])('%s carries the time of AliExpress in its Date header', async (_, params) => {
    const { date } = await shop.callNow(params);
    expect(date).toBe(new Date(shop.clock.now()).toUTCString());
  });

  test('A request with a timestamp in UTC text is answered', async () => {
    const timestamp = new Date(shop.clock.now()).toISOString().replace('.000', '');
    expect((await shop.callNow({ timestamp })).code).toBe('0');
  });
});

describe('Order list', () => {
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 60 });
  });
  const daysAgo = (days: number) => toPacific(shop.clock.now() - days * DAY);
  /** The last `days` days. */
  const created = (days: number) => ({ create_date_start: daysAgo(days), create_date_end: daysAgo(0) });

  test.each<[string, Record<string, unknown>, string]>([
    ['page 100', { current_page: 100 }, 'InvalidParameter'],
    ['page 0', { current_page: 0 }, 'InvalidParameter'],
    ['a missing page number', { current_page: undefined }, 'MissingParameter'],
    ['pages of 51 orders', { page_size: 51 }, 'InvalidParameter'],
    ['pages of no orders', { page_size: 0 }, 'InvalidParameter'],
    ['a missing page size', { page_size: undefined }, 'MissingParameter'],
    ['a date without a time', { create_date_start: '2026-11-20' }, 'InvalidParameter'],
    ['a date in ISO 8601', { create_date_start: '2026-11-20T00:00:00Z' }, 'InvalidParameter'],
    ['a start without an end', { create_date_end: undefined }, 'InvalidParameter'],
    ['missing dates', { create_date_start: undefined, create_date_end: undefined }, 'MissingParameter'],
    ['an unknown status', { order_status: 'FINISHED' }, 'InvalidParameter'],
    ['a status that is not text', { order_status: 5 }, 'InvalidParameter'],
    ['an unknown status among others', { order_status_list: ['FINISHED'] }, 'InvalidParameter'],
    ['statuses that are not a list', { order_status_list: 'FINISH' }, 'InvalidParameter'],
    ['21 statuses', { order_status_list: Array(21).fill('RISK_CONTROL') }, 'InvalidParameter'],
    ['a buyer that is not text', { buyer_login_id: 5 }, 'InvalidParameter'],
    ['a page that is a list', { current_page: [1] }, 'InvalidParameter'],
    ['an unknown field', { modify_date_start: '2026-11-20 00:00:00' }, 'InvalidParameter'],
  ])('The order list rejects %s', async (_, query, code) => {
    expect((await shop.orderList(query)).code).toBe(code);
  });

  test.each([
    ['page 99', { current_page: 99 }],
    ['pages of 50 orders', { page_size: 50 }],
    ['numbers as text', { current_page: '1', page_size: '50' }],
    ['20 statuses', { order_status_list: Array(20).fill('RISK_CONTROL') }],
  ])('The order list accepts %s', async (_, query) => {
    expect((await shop.orderList(query)).code).toBe('0');
  });

  test('The order list rejects a range of 181 days', async () => {
    expect((await shop.orderList(created(181))).code).toBe('InvalidParameter');
  });

  test('The order list accepts a range of 180 days', async () => {
    expect((await shop.orderList(created(180))).code).toBe('0');
  });

  test('The order list rejects a range of 31 days for finished orders', async () => {
    expect((await shop.orderList({ ...created(31), order_status: 'FINISH' })).code).toBe('InvalidParameter');
  });

  test('The order list rejects a range of 31 days for finished and other orders', async () => {
    const order_status_list = ['WAIT_SELLER_SEND_GOODS', 'FINISH'];
    expect((await shop.orderList({ ...created(31), order_status_list })).code).toBe('InvalidParameter');
  });

  test('The order list accepts a range of 30 days for finished orders', async () => {
    expect((await shop.orderList({ ...created(30), order_status: 'FINISH' })).code).toBe('0');
  });

  test('The order list rejects dates of change without dates of creation', async () => {
    const query = {
      create_date_start: undefined,
      create_date_end: undefined,
      modified_date_start: daysAgo(1),
      modified_date_end: daysAgo(0),
    };
    expect((await shop.orderList(query)).code).toBe('MissingParameter');
  });

  test.each(['', 'orders', '[1', '[1]', '5'])('The order list rejects the query %j', async (query) => {
    const answer = await shop.call({ method: ORDER_LIST, param_aeop_order_query: query || undefined });
    expect(answer.code).toMatch(/^(Missing|Invalid)Parameter$/);
  });

  test('The order list leaves out finished orders by default', async () => {
    const { text } = await shop.orderList();
    const unfinished = ordersNow().filter(({ stage }) => stage.status !== 'FINISH');
    expect(idsIn(text).sort()).toEqual(
      unfinished
        .map(({ id }) => id)
        .slice(-50)
        .sort(),
    );
  });

  test('The order list is filtered by the status FINISH', async () => {
    shop.clock.advance(20 * HOUR);
    const { text } = await shop.orderList({ order_status: 'FINISH' });
    const finished = ordersNow().filter(({ stage }) => stage.status === 'FINISH');
    expect(idsIn(text).sort()).toEqual(finished.map(({ id }) => id).sort());
  });

  test('The order list is filtered by several statuses', async () => {
    const order_status_list = ['PLACE_ORDER_SUCCESS', 'RISK_CONTROL'];
    const { json } = await shop.orderList({ order_status_list });
    const statuses = json.result.target_list.map(
      ({ order_status }: { order_status: string }) => order_status,
    );
    expect(new Set(statuses)).toEqual(new Set(order_status_list));
  });

  test('The order list is filtered by time of change', async () => {
    const query = { modified_date_start: daysAgo(0.2), modified_date_end: daysAgo(0.1) };
    const { text } = await shop.orderList(query);
    const [from, to] = [shop.clock.now() - 0.2 * DAY, shop.clock.now() - 0.1 * DAY];
    const changed = ordersNow().filter(
      ({ stage }) => stage.status !== 'FINISH' && stage.at >= from - 1000 && stage.at <= to - 1000,
    );
    expect(idsIn(text).sort()).toEqual(changed.map(({ id }) => id).sort());
  });

  test('The order list is filtered by time of creation', async () => {
    const query = { create_date_start: daysAgo(1.5), create_date_end: daysAgo(1.2) };
    const { text } = await shop.orderList(query);
    const [from, to] = [shop.clock.now() - 1.5 * DAY - 1000, shop.clock.now() - 1.2 * DAY - 1000];
    const placed = ordersNow().filter(
      ({ order, stage }) => stage.status !== 'FINISH' && order.placedAt >= from && order.placedAt <= to,
    );
    expect(idsIn(text).sort()).toEqual(placed.map(({ id }) => id).sort());
  });

  test('The order list is filtered by buyer', async () => {
    const { order, id } = ordersNow().findLast(({ stage }) => stage.status !== 'FINISH') ?? fail();
    const { text } = await shop.orderList({ buyer_login_id: order.buyer.login });
    expect(idsIn(text)).toEqual([id]);
  });

  test('The order list includes both ends of a time range', async () => {
    const { stage, id } = ordersNow().findLast(({ stage }) => stage.status !== 'FINISH') ?? fail();
    const changed = toPacific(stage.at);
    const { text } = await shop.orderList({ modified_date_start: changed, modified_date_end: changed });
    expect(idsIn(text)).toContain(id);
  });

  test('The order list contains no order before it is placed', async () => {
    const later = toPacific(shop.clock.now() + DAY);
    const { text } = await shop.orderList({ create_date_start: daysAgo(0), create_date_end: later });
    expect(idsIn(text)).toEqual([]);
  });

  test('The order list is sorted newest first', async () => {
    const { text } = await shop.orderList();
    const ids = idsIn(text);
    expect(ids).toEqual(ids.toSorted().reverse());
  });

  test('Each order is on exactly one page of the order list', async () => {
    const yesterday = { page_size: 7, create_date_end: daysAgo(1) };
    const { json } = await shop.orderList(yesterday);
    const pages: string[] = [];
    for (let page = 1; page <= json.result.total_page; page += 1) {
      pages.push((await shop.orderList({ ...yesterday, current_page: page })).text);
    }
    expect(pages.flatMap(idsIn)).toHaveLength(json.result.total_count);
  });

  test('A page beyond the last page of the order list is empty', async () => {
    expect((await shop.orderList({ current_page: 99 })).json.result.target_list).toEqual([]);
  });

  test('A simplified answer has no wrapper', async () => {
    expect((await shop.orderList()).json).toMatchObject({
      code: '0',
      request_id: expect.any(String),
      result: { success: true, target_list: expect.any(Array) },
    });
  });

  test.each(['false', undefined])('The answer is wrapped if simplify is %s', async (simplify) => {
    expect((await shop.orderList({}, { simplify })).json).toMatchObject({
      aliexpress_trade_seller_orderlist_get_response: {
        request_id: expect.any(String),
        result: {
          target_list: {
            aeop_order_item_dto: expect.arrayContaining([
              expect.objectContaining({
                product_list: { aeop_order_product_dto: [expect.anything()] },
              }),
            ]),
          },
        },
      },
    });
  });

  test('The order list writes order numbers as JSON numbers of 17 digits', async () => {
    expect((await shop.orderList()).text).toMatch(/"order_id":\d{17},/);
  });

  test('The order list writes Pacific time without an offset', async () => {
    const { json } = await shop.orderList();
    expect(json.result.target_list[0]?.gmt_create).toMatch(WRITTEN);
  });

  test('The order list writes some numbers and booleans as text', async () => {
    const { json } = await shop.orderList();
    const [line] = json.result.target_list[0]?.product_list ?? [];
    expect(line).toMatchObject({ product_count: expect.any(String), can_submit_issue: 'false' });
  });

  test('The order list returns the time left in a status in milliseconds', async () => {
    const { json } = await shop.orderList({ order_status: 'WAIT_SELLER_SEND_GOODS' });
    const { stage } =
      ordersNow().findLast(({ stage }) => stage.status === 'WAIT_SELLER_SEND_GOODS') ?? fail();
    expect(json.result.target_list[0]?.timeout_left_time).toBe(stage.at + 3 * DAY - shop.clock.now());
  });
});

describe('Order detail', () => {
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 60 });
  });
  const detail = (order_id: string, params: Params = {}) =>
    shop.call({ method: ORDER_DETAIL, param1: `{"order_id":${order_id}}`, ...params });
  const shipped = () => ordersNow().find(({ stage }) => stage.status === 'WAIT_BUYER_ACCEPT_GOODS') ?? fail();

  test('The order detail is found by order number', async () => {
    const { id } = shipped();
    expect((await detail(id)).text).toContain(`"target":{"id":${id},`);
  });

  test('The order detail is found by order number as text', async () => {
    const { id } = shipped();
    expect((await detail(`"${id}"`)).text).toContain(`"id":${id},`);
  });

  test('The order detail is empty for a number that differs by one in its 17th digit', async () => {
    const { order } = shipped();
    expect((await detail(String(order.id + 1n))).json).not.toHaveProperty('target');
  });

  test('The order detail is empty before the order is placed', async () => {
    const later = shop.sandbox.shop.orders.find(({ placedAt }) => placedAt > shop.clock.now() + HOUR);
    expect((await detail(String(later?.id))).json).not.toHaveProperty('target');
  });

  test('The order detail rejects a request without an order number', async () => {
    expect((await shop.call({ method: ORDER_DETAIL, param1: '{}' })).code).toBe('MissingParameter');
  });

  test.each(['{"order_id":"LP001"}', '{"order_id":[1]}', '{"order_id":1,"ext_info_bit_flag":10}'])(
    'The order detail rejects the query %s',
    async (param1) => {
      expect((await shop.call({ method: ORDER_DETAIL, param1 })).code).toBe('InvalidParameter');
    },
  );

  test('The order detail has a tracking number after shipping', async () => {
    const { json } = await detail(shipped().id);
    expect(json.target.logistic_info_list).toMatchObject([{ logistics_no: expect.stringMatching(/^LP00/) }]);
  });

  test('The order detail has no tracking number before shipping', async () => {
    const waiting = ordersNow().find(({ stage }) => stage.status === 'WAIT_SELLER_SEND_GOODS');
    const { json } = await detail(String(waiting?.id));
    expect(json.target.logistic_info_list).toEqual([]);
  });

  test('The order detail is wrapped unless simplify is set', async () => {
    const { json } = await detail(shipped().id, { simplify: undefined });
    expect(json.aliexpress_trade_new_redefining_findorderbyid_response.target).toMatchObject({
      child_order_list: { aeop_tp_child_order_dto: expect.any(Array) },
      logistic_info_list: { aeop_tp_logistic_info_dto: expect.any(Array) },
    });
  });
});

describe('Daily limit', () => {
  const use = async (calls: number) => {
    for (let n = 0; n < calls; n += 1) await shop.call();
  };

  test('The 200th call of a day is answered', async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
    await use(199);
    expect((await shop.call()).code).toBe('0');
  });

  test('The 201st call of a day is rejected', async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
    await use(200);
    expect((await shop.call()).code).toBe('SellerCallLimit');
  });

  describe('Daily limit of three calls', () => {
    beforeEach(async () => {
      shop = await openSandboxShop({ ordersPerDay: 1, dailyLimit: 3 });
    });

    test('All methods count toward one daily limit', async () => {
      await use(2);
      await shop.orderList();
      expect((await shop.call()).code).toBe('SellerCallLimit');
    });

    test('A call with invalid parameters counts toward the daily limit', async () => {
      await use(2);
      await shop.orderList({ current_page: 100 });
      expect((await shop.call()).code).toBe('SellerCallLimit');
    });

    test('A call with a wrong signature does not count toward the daily limit', async () => {
      await use(2);
      await shop.call({}, { secret: 'wrong' });
      expect((await shop.call()).code).toBe('0');
    });

    test('Calls beyond the daily limit are counted', async () => {
      await use(5);
      expect(shop.sandbox.calls.overLimit).toBe(2);
    });

    test('Calls are counted by method', async () => {
      await use(2);
      await shop.orderList();
      expect([...shop.sandbox.calls.byDay.values()].map((day) => Object.fromEntries(day))).toEqual([
        { [PROFILE]: 2, [ORDER_LIST]: 1 },
      ]);
    });

    test('The daily limit resets at midnight in Beijing', async () => {
      await use(4);
      shop.clock.advance(Date.parse('2026-11-21T16:00:00Z') - shop.clock.now());
      expect((await shop.callNow()).code).toBe('0');
    });

    test('The daily limit does not reset before midnight in Beijing', async () => {
      await use(4);
      shop.clock.advance(Date.parse('2026-11-21T16:00:00Z') - shop.clock.now() - 1);
      expect((await shop.callNow()).code).toBe('SellerCallLimit');
    });
  });
});

describe('Limit per second', () => {
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
  });
  const callAtOnce = async (calls: number, pauseMs = 0) => {
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < calls; n += 1) {
      if (n > 0) shop.clock.advance(pauseMs);
      codes.push((await shop.callNow()).code);
    }
    return codes;
  };

  test('Five calls in a second are answered', async () => {
    expect(await callAtOnce(5)).toEqual(['0', '0', '0', '0', '0']);
  });

  test('A sixth call in a second is answered with a ban', async () => {
    expect((await callAtOnce(6)).at(-1)).toBe('ApiCallLimit');
  });

  test('The limit applies to any period of a second', async () => {
    expect((await callAtOnce(6, 199)).at(-1)).toBe('ApiCallLimit');
  });

  test('Five calls per second are answered without end', async () => {
    expect(new Set(await callAtOnce(30, 200))).toEqual(new Set(['0']));
  });

  test('The ban message does not say how many seconds the ban lasts', async () => {
    await callAtOnce(5);
    expect((await shop.callNow()).json.error_response.msg).toBe('Api access frequency exceeds the limit.');
  });

  test('A call is rejected until the ban ends', async () => {
    await callAtOnce(6);
    shop.clock.advance(900_000 - 1);
    expect((await shop.callNow()).code).toBe('ApiCallLimit');
  });

  test('The ban ends after 900 seconds', async () => {
    await callAtOnce(6);
    shop.clock.advance(900_000);
    expect((await shop.callNow()).code).toBe('0');
  });

  test('Calls during a ban count toward the daily limit', async () => {
    await callAtOnce(10);
    const [day] = shop.sandbox.calls.byDay.values();
    expect([...(day?.values() ?? [])]).toEqual([10]);
  });

  test('A ban of one address leaves another one free', async () => {
    await callAtOnce(6);
    expect((await shop.callNow({}, { address: '203.0.113.7' })).code).toBe('0');
  });

  test('Bans are counted once', async () => {
    await callAtOnce(10);
    expect(shop.sandbox.calls.bans).toBe(1);
  });

  describe('Limit per second with an invalid token', () => {
    const callWithInvalidToken = async (calls: number) => {
      for (let n = 0; n < calls; n += 1) await shop.callNow({ session: 'invalid' });
    };

    test('The fifth call with an invalid token is not banned', async () => {
      await callWithInvalidToken(4);
      expect((await shop.callNow({ session: 'invalid' })).code).toBe('IllegalAccessToken');
    });

    test('A sixth call with an invalid token is answered with a ban', async () => {
      await callWithInvalidToken(5);
      expect((await shop.callNow({ session: 'invalid' })).code).toBe('ApiCallLimit');
    });

    test('Calls with valid and invalid tokens share the limit per second', async () => {
      await callWithInvalidToken(5);
      expect((await shop.callNow()).code).toBe('ApiCallLimit');
    });

    test('Calls with an invalid token are not counted toward the daily limit', async () => {
      await callWithInvalidToken(5);
      expect(shop.sandbox.calls.byDay.size).toBe(0);
    });
  });
});

describe('Fault of the sandbox', () => {
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1, slowMs: HOUR });
  });
  const during = (fault: typeof shop.sandbox.faults.active) => {
    shop.sandbox.faults.active = fault;
    return shop.call();
  };

  test('The fault "slow" delays an answer', async () => {
    shop.sandbox.faults.active = 'slow';
    let isAnswered = false;
    const slowCall = shop.call().finally(() => {
      isAnswered = true;
    });
    while (shop.sandbox.faults.hits.slow === 0) await new Promise((resolve) => setImmediate(resolve));
    shop.sandbox.faults.active = null;
    await shop.call();
    expect(isAnswered).toBe(false);
    await shop.close();
    await expect(slowCall).rejects.toThrow();
  });

  test('A call under the fault "slow" is answered after its delay', async () => {
    shop.sandbox.slowMs = 1;
    expect((await during('slow')).code).toBe('0');
  });

  test('The fault "http_5xx" returns HTTP 503', async () => {
    expect((await during('http_5xx')).status).toBe(503);
  });

  test('The fault "cut" closes the connection during the answer', async () => {
    await expect(during('cut')).rejects.toThrow();
  });

  test('The fault "not_json" returns an HTML page with HTTP 200', async () => {
    expect(await during('not_json')).toMatchObject({ status: 200, text: expect.stringMatching(/^<html>/) });
  });

  test('The fault "wrong_shape" returns JSON without the expected fields', async () => {
    expect((await during('wrong_shape')).json.result).not.toHaveProperty('target_list');
  });

  test('The fault "backend_error" returns a service error with a numeric code', async () => {
    expect((await during('backend_error')).json).toMatchObject({
      error_response: { code: 15, sub_code: 'isp.service-unavailable' },
    });
  });

  test.each(['ban', 'fuse'] as const)('The fault "%s" bans the address for 900 seconds', async (fault) => {
    await during(fault);
    shop.sandbox.faults.active = null;
    shop.clock.advance(890_000);
    expect((await shop.call()).code).toBe('ApiCallLimit');
    shop.clock.advance(10_000);
    expect((await shop.call()).code).toBe('0');
  });

  test('The fault "ban" says how many seconds are left', async () => {
    await during('ban');
    shop.clock.advance(300_000);
    const { msg } = (await during(null)).json.error_response;
    expect(msg).toContain('this ban will last 599 seconds');
  });

  test('The fault "fuse" does not say how many seconds are left', async () => {
    expect((await during('fuse')).json.error_response.msg).not.toMatch(/\d/);
  });

  test('The fault "http_429" returns HTTP 429 without JSON', async () => {
    expect(await during('http_429')).toMatchObject({ status: 429, json: undefined });
  });

  test.each([
    ['seller_limit', 'SellerCallLimit'],
    ['app_limit', 'AppCallLimit'],
    ['retired', 'InvalidApiPath'],
    ['missing_parameter', 'MissingParameter'],
    ['wrong_time', 'IllegalTimestamp'],
  ] as const)('The fault "%s" returns the code %s', async (fault, code) => {
    expect((await during(fault)).code).toBe(code);
  });

  test.each(['busy_payload', 'busy_camel_case', 'busy_ret'] as const)(
    'The fault "%s" returns a payload that says that the system is busy',
    async (fault) => {
      expect((await during(fault)).json.result).toEqual(
        Object.fromEntries([
          [fault === 'busy_ret' ? 'ret' : 'success', false],
          [
            { busy_payload: 'error_code', busy_camel_case: 'errorCode', busy_ret: 'code' }[fault],
            'F00-00-10001',
          ],
          [
            { busy_payload: 'error_message', busy_camel_case: 'errorMessage', busy_ret: 'msg' }[fault],
            'system busy',
          ],
        ]),
      );
    },
  );

  describe('Fault in how an answer is written', () => {
    const listDuring = async (fault: typeof shop.sandbox.faults.active) => {
      shop.sandbox.faults.active = fault;
      const { text } = await shop.orderList();
      return text.replace(/"(request_id|time_stamp|timeout_left_time)":("[^"]*"|-?\d+)/g, '');
    };
    const times = /"(?:gmt_[a-z_]+|send_goods_time)":("[^"]*"|\d+)/g;
    const readTimes = (json: string) =>
      [...json.matchAll(times)].map(([, value = '']) => parseTime(value.replaceAll('"', '')));

    beforeEach(async () => {
      await shop.close();
      shop = await openSandboxShop({ ordersPerDay: 20 });
    });

    test('The fault "duplicate_keys" writes another value before the right one', async () => {
      const text = await listDuring('duplicate_keys');
      expect(text).toMatch(/^\{"code":"15",.*"code":"0"/s);
      expect(text).toContain('"success":false,"success":true');
    });

    test('The fault "byte_order_mark" writes a byte-order mark before the answer', async () => {
      shop.sandbox.faults.active = 'byte_order_mark';
      expect((await shop.call()).code).toBe('0');
      expect(rewrites.byte_order_mark?.('{}')).toBe('\uFEFF{}');
    });

    test('The fault "time_forms" changes how times are written and nothing else', async () => {
      const [plain, changed] = [await listDuring(null), await listDuring('time_forms')];
      expect(readTimes(plain).length).toBeGreaterThan(20);
      expect(readTimes(changed)).toEqual(readTimes(plain));
      expect(changed).not.toBe(plain);
      expect(changed.replace(times, '')).toBe(plain.replace(times, ''));
    });
  });

  test('A call under a fault counts toward the daily limit', async () => {
    await during('http_5xx');
    expect([...shop.sandbox.calls.byDay.values()].flatMap((day) => [...day.values()])).toEqual([1]);
  });

  test('Calls hit by a fault are counted', async () => {
    await during('http_5xx');
    await during('http_5xx');
    expect(shop.sandbox.faults.hits.http_5xx).toBe(2);
  });

  test('A fault does not affect calls that are rejected anyway', async () => {
    shop.sandbox.faults.active = 'http_5xx';
    expect((await shop.call({ session: 'made up' })).code).toBe('IllegalAccessToken');
  });

  test('A fault does not affect the sign-in', async () => {
    shop.sandbox.faults.active = 'http_5xx';
    const code = shop.sandbox.accounts.issueCode();
    expect((await shop.system('/auth/token/create', { code })).code).toBe('0');
  });

  test('A fault ends when it is switched off', async () => {
    await during('not_json');
    expect((await during(null)).code).toBe('0');
  });

  test('A fault is switched on over HTTP', async () => {
    await fetch(`${shop.sandbox.url}/sandbox/fault/http_5xx`, { method: 'PUT' });
    expect((await shop.call()).status).toBe(503);
  });

  test('A fault is switched off over HTTP', async () => {
    shop.sandbox.faults.active = 'http_5xx';
    await fetch(`${shop.sandbox.url}/sandbox/fault`, { method: 'DELETE' });
    expect((await shop.call()).code).toBe('0');
  });

  test('An unknown fault is rejected with HTTP 404', async () => {
    expect((await fetch(`${shop.sandbox.url}/sandbox/fault/rain`, { method: 'PUT' })).status).toBe(404);
  });
});

/** A valid GET for the profile, with a second method in its URL. */
async function callWithSecondMethod(method: string): Promise<unknown> {
  const params: Record<string, string> = {
    app_key: shop.sandbox.app.appKey,
    sign_method: 'sha256',
    timestamp: String(shop.clock.now()),
    method: PROFILE,
    session: shop.token,
    simplify: 'true',
  };
  params.sign = sign(params, shop.sandbox.app.appSecret);
  const answer = await fetch(`${shop.sandbox.url}/sync?${new URLSearchParams(params)}&method=${method}`);
  return answer.json();
}

function fail(): never {
  throw new Error('the shop has no such order');
}
