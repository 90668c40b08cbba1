import { sign } from '../../lib/aliexpress/sign.ts';
import { toPacific } from '../../sandbox/pacific.ts';
import { stageAt } from '../../sandbox/shop.ts';
import {
  ORDER_DETAIL,
  ORDER_LIST,
  openSandboxShop,
  type Params,
  PROFILE,
  type SandboxShop,
  type Sending,
} from '../support/sandbox-shop.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WRITTEN = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

let shop: SandboxShop;
afterEach(() => shop.close());

/** Orders that are there now, with the stage they are in. */
const ordersNow = () =>
  shop.sandbox.shop.orders.flatMap((order) => {
    const stage = stageAt(order, shop.clock.now());
    return stage ? [{ order, stage, id: String(order.id) }] : [];
  });
/** Order numbers as they stand in the text of an answer, since JSON.parse would round them. */
const idsIn = (text: string) => [
  ...new Set([...text.matchAll(/"order_id":(\d+),"order_status"/g)].map(([, id]) => id)),
];

describe('A request to AliExpress', () => {
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 20 });
  });

  test.each<[string, Params, Sending]>([
    ['in the body of a POST', {}, { by: 'POST' }],
    ['in the address of a GET', {}, { by: 'GET' }],
    ['with its method in the address and in the body', {}, { by: 'GET and POST' }],
    ['with its token as access_token', { session: undefined, access_token: 'the token' }, {}],
    ['with values in any script', { note: 'žluťoučký 买家 🛒' }, {}],
    ['with parameters that nobody asked for', { partner_id: 'iop-sdk-java-20181207', v: '2.0' }, {}],
  ])('is answered %s', async (_, params, sending) => {
    const given = params.access_token ? { ...params, access_token: shop.token } : params;
    expect((await shop.call(given, sending)).code).toBe('0');
  });

  test('is answered with its method twice in the address, as the official SDK sends it', async () => {
    expect(await callWithSecondMethod(PROFILE)).toMatchObject({ code: '0' });
  });

  test('is refused with two different methods in the address', async () => {
    expect(await callWithSecondMethod(ORDER_LIST)).toMatchObject({
      error_response: { code: 'InvalidParameter' },
    });
  });

  test('is refused with HTTP 200, inside an error_response', async () => {
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
      'with its signature in small letters',
      'IncompleteSignature',
      {},
      { tamper: (params) => Object.assign(params, { sign: params.sign?.toLowerCase() }) },
    ],
    ['signed by MD5', 'IncompleteSignature', { sign_method: 'md5' }, {}],
    ['that does not say how it was signed', 'MissingParameter', { sign_method: undefined }, {}],
    ['without a signature', 'MissingParameter', {}, { tamper: (params) => void delete params.sign }],
    ['of an app it does not know', 'InvalidAppkey', { app_key: '999999' }, {}],
    ['without an app', 'MissingParameter', { app_key: undefined }, {}],
    ['without a time', 'MissingParameter', { timestamp: undefined }, {}],
    ['with a time that is none', 'IllegalTimestamp', { timestamp: 'now' }, {}],
    ['without a method', 'MissingParameter', { method: undefined }, {}],
    ['for a method it does not know', 'InvalidApiPath', { method: 'aliexpress.solution.order.fulfill' }, {}],
    ['for a method that every JavaScript object has', 'InvalidApiPath', { method: 'constructor' }, {}],
    ['without a token', 'IllegalAccessToken', { session: undefined }, {}],
    ['with a token it never gave out', 'IllegalAccessToken', { session: '50000' }, {}],
  ])('%s is refused: %s', async (_, code, params, sending) => {
    expect((await shop.call(params, sending)).code).toBe(code);
  });

  test.each([
    ['three hours behind', -3 * HOUR],
    ['three hours ahead', 3 * HOUR],
    ['a moment more than two hours behind', -2 * HOUR - 1],
    ['a moment more than two hours ahead', 2 * HOUR + 1],
  ])('of a clock %s is refused', async (_, off) => {
    expect((await shop.callNow({ timestamp: String(shop.clock.now() + off) })).code).toBe('IllegalTimestamp');
  });

  test.each([-2 * HOUR, 2 * HOUR])('of a clock that is off by %d ms is answered', async (off) => {
    expect((await shop.callNow({ timestamp: String(shop.clock.now() + off) })).code).toBe('0');
  });

  test('with its time in UTC text is answered', async () => {
    const timestamp = new Date(shop.clock.now()).toISOString().replace('.000', '');
    expect((await shop.callNow({ timestamp })).code).toBe('0');
  });
});

describe('The order list', () => {
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 60 });
  });
  const daysAgo = (days: number) => toPacific(shop.clock.now() - days * DAY);
  /** From so many days ago until now. */
  const created = (days: number) => ({ create_date_start: daysAgo(days), create_date_end: daysAgo(0) });

  test.each<[string, Record<string, unknown>, string]>([
    ['page 100', { current_page: 100 }, 'InvalidParameter'],
    ['page 0', { current_page: 0 }, 'InvalidParameter'],
    ['no page', { current_page: undefined }, 'MissingParameter'],
    ['pages of 51 orders', { page_size: 51 }, 'InvalidParameter'],
    ['pages of no orders', { page_size: 0 }, 'InvalidParameter'],
    ['pages of no size', { page_size: undefined }, 'MissingParameter'],
    ['a date without a time', { create_date_start: '2026-11-20' }, 'InvalidParameter'],
    ['a date in ISO 8601', { create_date_start: '2026-11-20T00:00:00Z' }, 'InvalidParameter'],
    ['a start without an end', { create_date_end: undefined }, 'InvalidParameter'],
    ['no dates', { create_date_start: undefined, create_date_end: undefined }, 'MissingParameter'],
    ['a status it does not know', { order_status: 'FINISHED' }, 'InvalidParameter'],
    ['a status that is no text', { order_status: 5 }, 'InvalidParameter'],
    ['a status it does not know among others', { order_status_list: ['FINISHED'] }, 'InvalidParameter'],
    ['statuses that are no list', { order_status_list: 'FINISH' }, 'InvalidParameter'],
    ['21 statuses', { order_status_list: Array(21).fill('RISK_CONTROL') }, 'InvalidParameter'],
    ['a buyer that is no text', { buyer_login_id: 5 }, 'InvalidParameter'],
    ['a page that is a list', { current_page: [1] }, 'InvalidParameter'],
    ['a field it does not know', { modify_date_start: '2026-11-20 00:00:00' }, 'InvalidParameter'],
  ])('refuses %s', async (_, query, code) => {
    expect((await shop.orderList(query)).code).toBe(code);
  });

  test.each([
    ['page 99', { current_page: 99 }],
    ['pages of 50 orders', { page_size: 50 }],
    ['numbers as text', { current_page: '1', page_size: '50' }],
    ['20 statuses', { order_status_list: Array(20).fill('RISK_CONTROL') }],
  ])('takes %s', async (_, query) => {
    expect((await shop.orderList(query)).code).toBe('0');
  });

  test('refuses a span of 181 days', async () => {
    expect((await shop.orderList(created(181))).code).toBe('InvalidParameter');
  });

  test('takes a span of 180 days', async () => {
    expect((await shop.orderList(created(180))).code).toBe('0');
  });

  test('refuses a span of 31 days for finished orders', async () => {
    expect((await shop.orderList({ ...created(31), order_status: 'FINISH' })).code).toBe('InvalidParameter');
  });

  test('refuses a span of 31 days for finished orders among others', async () => {
    const order_status_list = ['WAIT_SELLER_SEND_GOODS', 'FINISH'];
    expect((await shop.orderList({ ...created(31), order_status_list })).code).toBe('InvalidParameter');
  });

  test('takes a span of 30 days for finished orders', async () => {
    expect((await shop.orderList({ ...created(30), order_status: 'FINISH' })).code).toBe('0');
  });

  test('refuses dates of change without dates of creation beside them', async () => {
    const query = {
      create_date_start: undefined,
      create_date_end: undefined,
      modified_date_start: daysAgo(1),
      modified_date_end: daysAgo(0),
    };
    expect((await shop.orderList(query)).code).toBe('MissingParameter');
  });

  test.each(['', 'orders', '[1', '[1]', '5'])('refuses %j for a query', async (query) => {
    const answer = await shop.call({ method: ORDER_LIST, param_aeop_order_query: query || undefined });
    expect(answer.code).toMatch(/^(Missing|Invalid)Parameter$/);
  });

  test('leaves finished orders out unless they are asked for', async () => {
    const { text } = await shop.orderList();
    const unfinished = ordersNow().filter(({ stage }) => stage.status !== 'FINISH');
    expect(idsIn(text).sort()).toEqual(
      unfinished
        .map(({ id }) => id)
        .slice(-50)
        .sort(),
    );
  });

  test('returns finished orders alone when they are asked for', async () => {
    shop.clock.advance(20 * HOUR);
    const { text } = await shop.orderList({ order_status: 'FINISH' });
    const finished = ordersNow().filter(({ stage }) => stage.status === 'FINISH');
    expect(idsIn(text).sort()).toEqual(finished.map(({ id }) => id).sort());
  });

  test('returns orders of the statuses that are asked for', async () => {
    const order_status_list = ['PLACE_ORDER_SUCCESS', 'RISK_CONTROL'];
    const { json } = await shop.orderList({ order_status_list });
    const statuses = json.result.target_list.map(
      ({ order_status }: { order_status: string }) => order_status,
    );
    expect(new Set(statuses)).toEqual(new Set(order_status_list));
  });

  test('returns orders that changed in the time that is asked for', async () => {
    const query = { modified_date_start: daysAgo(0.2), modified_date_end: daysAgo(0.1) };
    const { text } = await shop.orderList(query);
    const [from, to] = [shop.clock.now() - 0.2 * DAY, shop.clock.now() - 0.1 * DAY];
    const changed = ordersNow().filter(
      ({ stage }) => stage.status !== 'FINISH' && stage.at >= from - 1000 && stage.at <= to - 1000,
    );
    expect(idsIn(text).sort()).toEqual(changed.map(({ id }) => id).sort());
  });

  test('returns orders by the time they were placed alone', async () => {
    const query = { create_date_start: daysAgo(1.5), create_date_end: daysAgo(1.2) };
    const { text } = await shop.orderList(query);
    const [from, to] = [shop.clock.now() - 1.5 * DAY - 1000, shop.clock.now() - 1.2 * DAY - 1000];
    const placed = ordersNow().filter(
      ({ order, stage }) => stage.status !== 'FINISH' && order.placedAt >= from && order.placedAt <= to,
    );
    expect(idsIn(text).sort()).toEqual(placed.map(({ id }) => id).sort());
  });

  test('returns the orders of a buyer', async () => {
    const { order, id } = ordersNow().findLast(({ stage }) => stage.status !== 'FINISH') ?? fail();
    const { text } = await shop.orderList({ buyer_login_id: order.buyer.login });
    expect(idsIn(text)).toEqual([id]);
  });

  test('includes both ends of the time that is asked for', async () => {
    const { stage, id } = ordersNow().findLast(({ stage }) => stage.status !== 'FINISH') ?? fail();
    const moment = toPacific(stage.at);
    const { text } = await shop.orderList({ modified_date_start: moment, modified_date_end: moment });
    expect(idsIn(text)).toContain(id);
  });

  test('does not know orders that were not placed yet', async () => {
    const later = toPacific(shop.clock.now() + DAY);
    const { text } = await shop.orderList({ create_date_start: daysAgo(0), create_date_end: later });
    expect(idsIn(text)).toEqual([]);
  });

  test('returns the newest order first', async () => {
    const { text } = await shop.orderList();
    const ids = idsIn(text);
    expect(ids).toEqual(ids.toSorted().reverse());
  });

  test('returns every order on one page', async () => {
    const yesterday = { page_size: 7, create_date_end: daysAgo(1) };
    const { json } = await shop.orderList(yesterday);
    const pages: string[] = [];
    for (let page = 1; page <= json.result.total_page; page += 1) {
      pages.push((await shop.orderList({ ...yesterday, current_page: page })).text);
    }
    expect(pages.flatMap(idsIn)).toHaveLength(json.result.total_count);
  });

  test('returns an empty page behind the last', async () => {
    expect((await shop.orderList({ current_page: 99 })).json.result.target_list).toEqual([]);
  });

  test('puts a simplified answer at the top', async () => {
    expect((await shop.orderList()).json).toMatchObject({
      code: '0',
      request_id: expect.any(String),
      result: { success: true, target_list: expect.any(Array) },
    });
  });

  test.each(['false', undefined])('wraps the answer where simplify is %s', async (simplify) => {
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

  test('writes order numbers as JSON numbers of 17 digits', async () => {
    expect((await shop.orderList()).text).toMatch(/"order_id":\d{17},/);
  });

  test('writes times as Pacific time without an offset', async () => {
    const { json } = await shop.orderList();
    expect(json.result.target_list[0]?.gmt_create).toMatch(WRITTEN);
  });

  test('writes some numbers and truths as text, as the wire does', async () => {
    const { json } = await shop.orderList();
    const [line] = json.result.target_list[0]?.product_list ?? [];
    expect(line).toMatchObject({ product_count: expect.any(String), can_submit_issue: 'false' });
  });

  test('says in milliseconds how long the status of an order lasts', async () => {
    const { json } = await shop.orderList({ order_status: 'WAIT_SELLER_SEND_GOODS' });
    const { stage } =
      ordersNow().findLast(({ stage }) => stage.status === 'WAIT_SELLER_SEND_GOODS') ?? fail();
    expect(json.result.target_list[0]?.timeout_left_time).toBe(stage.at + 3 * DAY - shop.clock.now());
  });
});

describe('The detail of an order', () => {
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 60 });
  });
  const detail = (order_id: string, params: Params = {}) =>
    shop.call({ method: ORDER_DETAIL, param1: `{"order_id":${order_id}}`, ...params });
  const shipped = () => ordersNow().find(({ stage }) => stage.status === 'WAIT_BUYER_ACCEPT_GOODS') ?? fail();

  test('is found by its number', async () => {
    const { id } = shipped();
    expect((await detail(id)).text).toContain(`"target":{"id":${id},`);
  });

  test('is found by its number as text', async () => {
    const { id } = shipped();
    expect((await detail(`"${id}"`)).text).toContain(`"id":${id},`);
  });

  test('is not there for a number that is one off, though a JavaScript number could not tell them apart', async () => {
    const { order } = shipped();
    expect((await detail(String(order.id + 1n))).json).not.toHaveProperty('target');
  });

  test('is not there for an order that was not placed yet', async () => {
    const later = shop.sandbox.shop.orders.find(({ placedAt }) => placedAt > shop.clock.now() + HOUR);
    expect((await detail(String(later?.id))).json).not.toHaveProperty('target');
  });

  test('asks for the number', async () => {
    expect((await shop.call({ method: ORDER_DETAIL, param1: '{}' })).code).toBe('MissingParameter');
  });

  test.each(['{"order_id":"LP001"}', '{"order_id":[1]}', '{"order_id":1,"ext_info_bit_flag":10}'])(
    'refuses %s',
    async (param1) => {
      expect((await shop.call({ method: ORDER_DETAIL, param1 })).code).toBe('InvalidParameter');
    },
  );

  test('has the tracking number once the order is shipped', async () => {
    const { json } = await detail(shipped().id);
    expect(json.target.logistic_info_list).toMatchObject([{ logistics_no: expect.stringMatching(/^LP00/) }]);
  });

  test('has no tracking number before', async () => {
    const waiting = ordersNow().find(({ stage }) => stage.status === 'WAIT_SELLER_SEND_GOODS');
    const { json } = await detail(String(waiting?.id));
    expect(json.target.logistic_info_list).toEqual([]);
  });

  test('is wrapped unless it is asked to be simplified', async () => {
    const { json } = await detail(shipped().id, { simplify: undefined });
    expect(json.aliexpress_trade_new_redefining_findorderbyid_response.target).toMatchObject({
      child_order_list: { aeop_tp_child_order_dto: expect.any(Array) },
      logistic_info_list: { aeop_tp_logistic_info_dto: expect.any(Array) },
    });
  });
});

describe('The limit of a day', () => {
  const use = async (calls: number) => {
    for (let n = 0; n < calls; n += 1) await shop.call();
  };

  test('is 200 calls', async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
    await use(199);
    expect((await shop.call()).code).toBe('0');
  });

  test('refuses the 201st call', async () => {
    shop = await openSandboxShop({ ordersPerDay: 1 });
    await use(200);
    expect((await shop.call()).code).toBe('AppCallLimit');
  });

  describe('of three calls', () => {
    beforeEach(async () => {
      shop = await openSandboxShop({ ordersPerDay: 1, dailyLimit: 3 });
    });

    test('is for all methods together', async () => {
      await use(2);
      await shop.orderList();
      expect((await shop.call()).code).toBe('AppCallLimit');
    });

    test('counts calls that fail because of their parameters', async () => {
      await use(2);
      await shop.orderList({ current_page: 100 });
      expect((await shop.call()).code).toBe('AppCallLimit');
    });

    test('does not count calls with a wrong signature', async () => {
      await use(2);
      await shop.call({}, { secret: 'wrong' });
      expect((await shop.call()).code).toBe('0');
    });

    test('counts how many calls it refused', async () => {
      await use(5);
      expect(shop.sandbox.calls.overLimit).toBe(2);
    });

    test('counts calls by method', async () => {
      await use(2);
      await shop.orderList();
      expect([...shop.sandbox.calls.byDay.values()].map((day) => Object.fromEntries(day))).toEqual([
        { [PROFILE]: 2, [ORDER_LIST]: 1 },
      ]);
    });

    test('is there again after midnight in Beijing', async () => {
      await use(4);
      shop.clock.advance(Date.parse('2026-11-21T16:00:00Z') - shop.clock.now());
      expect((await shop.callNow()).code).toBe('0');
    });

    test('is not there again before midnight in Beijing', async () => {
      await use(4);
      shop.clock.advance(Date.parse('2026-11-21T16:00:00Z') - shop.clock.now() - 1);
      expect((await shop.callNow()).code).toBe('AppCallLimit');
    });
  });
});

describe('The limit of a second', () => {
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

  test('is five calls', async () => {
    expect(await callAtOnce(5)).toEqual(['0', '0', '0', '0', '0']);
  });

  test('bans whoever makes a sixth call', async () => {
    expect((await callAtOnce(6)).at(-1)).toBe('ApiCallLimit');
  });

  test('is measured over any second, not over those of a clock', async () => {
    expect((await callAtOnce(6, 199)).at(-1)).toBe('ApiCallLimit');
  });

  test('lets five calls a second pass for ever', async () => {
    expect(new Set(await callAtOnce(30, 200))).toEqual(new Set(['0']));
  });

  test('says for how many seconds the ban will last', async () => {
    await callAtOnce(5);
    expect((await shop.callNow()).json.error_response.msg).toContain('this ban will last 900 seconds');
  });

  test('says for how many seconds the ban will go on', async () => {
    await callAtOnce(6);
    shop.clock.advance(300_000);
    expect((await shop.callNow()).json.error_response.msg).toContain('this ban will last 600 seconds');
  });

  test('keeps the ban until its last moment', async () => {
    await callAtOnce(6);
    shop.clock.advance(900_000 - 1);
    expect((await shop.callNow()).code).toBe('ApiCallLimit');
  });

  test('ends the ban after 900 seconds', async () => {
    await callAtOnce(6);
    shop.clock.advance(900_000);
    expect((await shop.callNow()).code).toBe('0');
  });

  test('does not count banned calls as calls of the day', async () => {
    await callAtOnce(10);
    const [day] = shop.sandbox.calls.byDay.values();
    expect([...(day?.values() ?? [])]).toEqual([5]);
  });

  test('counts its bans', async () => {
    await callAtOnce(10);
    expect(shop.sandbox.calls.bans).toBe(1);
  });

  describe('with a dead token', () => {
    const callDead = async (calls: number) => {
      for (let n = 0; n < calls; n += 1) await shop.callNow({ session: 'dead' });
    };

    test('is five calls too', async () => {
      await callDead(4);
      expect((await shop.callNow({ session: 'dead' })).code).toBe('IllegalAccessToken');
    });

    test('bans whoever makes a sixth call', async () => {
      await callDead(5);
      expect((await shop.callNow({ session: 'dead' })).code).toBe('ApiCallLimit');
    });

    test('is shared with the calls of living ones', async () => {
      await callDead(5);
      expect((await shop.callNow()).code).toBe('ApiCallLimit');
    });

    test('costs no call of the day', async () => {
      await callDead(5);
      expect(shop.sandbox.calls.byDay.size).toBe(0);
    });
  });
});

describe('A fault of the sandbox', () => {
  const SLOW_MS = 50;
  beforeEach(async () => {
    shop = await openSandboxShop({ ordersPerDay: 1, slowMs: SLOW_MS });
  });
  const during = (fault: typeof shop.sandbox.faults.active) => {
    shop.sandbox.faults.active = fault;
    return shop.call();
  };

  test('"slow" answers as usual, but late', async () => {
    shop.sandbox.faults.active = 'slow';
    const answer = shop.call();
    const first = await Promise.race([
      answer,
      new Promise((resolve) => setTimeout(resolve, SLOW_MS / 5, 'nothing yet')),
    ]);
    await answer;
    expect(first).toBe('nothing yet');
  });

  test('"http_5xx" answers with HTTP 503', async () => {
    expect((await during('http_5xx')).status).toBe(503);
  });

  test('"cut" hangs up in the middle of the answer', async () => {
    await expect(during('cut')).rejects.toThrow();
  });

  test('"not_json" answers with a page, and HTTP 200', async () => {
    expect(await during('not_json')).toMatchObject({ status: 200, text: expect.stringMatching(/^<html>/) });
  });

  test('"wrong_shape" answers with JSON that lacks what was agreed', async () => {
    expect((await during('wrong_shape')).json.result).not.toHaveProperty('target_list');
  });

  test('"backend_error" reports a remote service error, with a number for a code', async () => {
    expect((await during('backend_error')).json).toMatchObject({
      error_response: { code: 15, sub_code: 'isp.service-unavailable' },
    });
  });

  test('"ban" bans the account for 900 seconds', async () => {
    await during('ban');
    shop.sandbox.faults.active = null;
    shop.clock.advance(890_000);
    expect((await shop.call()).code).toBe('ApiCallLimit');
  });

  test('counts as a call of the day', async () => {
    await during('http_5xx');
    expect([...shop.sandbox.calls.byDay.values()].flatMap((day) => [...day.values()])).toEqual([1]);
  });

  test('counts how many calls it hit', async () => {
    await during('http_5xx');
    await during('http_5xx');
    expect(shop.sandbox.faults.hits.http_5xx).toBe(2);
  });

  test('does not touch calls that are refused anyway', async () => {
    shop.sandbox.faults.active = 'http_5xx';
    expect((await shop.call({ session: 'made up' })).code).toBe('IllegalAccessToken');
  });

  test('does not touch signing in', async () => {
    shop.sandbox.faults.active = 'http_5xx';
    const code = shop.sandbox.accounts.issueCode();
    expect((await shop.system('/auth/token/create', { code })).code).toBe('0');
  });

  test('is over when it is switched off', async () => {
    await during('not_json');
    expect((await during(null)).code).toBe('0');
  });

  test('can be switched on from outside', async () => {
    await fetch(`${shop.sandbox.url}/sandbox/fault/http_5xx`, { method: 'PUT' });
    expect((await shop.call()).status).toBe(503);
  });

  test('can be switched off from outside', async () => {
    shop.sandbox.faults.active = 'http_5xx';
    await fetch(`${shop.sandbox.url}/sandbox/fault`, { method: 'DELETE' });
    expect((await shop.call()).code).toBe('0');
  });

  test('that does not exist cannot be switched on', async () => {
    expect((await fetch(`${shop.sandbox.url}/sandbox/fault/rain`, { method: 'PUT' })).status).toBe(404);
  });
});

/** A valid GET for the profile, with a second method in its address. */
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
