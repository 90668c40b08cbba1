import { readdir } from 'node:fs/promises';
import { toJson } from '../../lib/aliexpress/json.ts';
import type { Method } from '../../lib/aliexpress/method.ts';
import { disputeDetail } from '../../lib/aliexpress/methods/dispute-detail.ts';
import { disputeList } from '../../lib/aliexpress/methods/dispute-list.ts';
import { methods } from '../../lib/aliexpress/methods/index.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { productDetail } from '../../lib/aliexpress/methods/product-detail.ts';
import { productList } from '../../lib/aliexpress/methods/product-list.ts';
import { reviewsOfOrders } from '../../lib/aliexpress/methods/reviews-of-orders.ts';
import { shopHealth } from '../../lib/aliexpress/methods/shop-health.ts';
import { shortTracking } from '../../lib/aliexpress/methods/short-tracking.ts';
import { tokenCreate, tokenRefresh } from '../../lib/aliexpress/methods/token.ts';
import { tracking } from '../../lib/aliexpress/methods/tracking.ts';
import { ENDED, TO_SHIP } from '../../lib/aliexpress/order-status.ts';
import { parseTime } from '../../lib/aliexpress/time.ts';
import { orderWindow } from '../support/order-window.ts';

const METHODS = new URL('../../lib/aliexpress/methods/', import.meta.url);
/** Words by which AliExpress names methods that change something, or that unmask a buyer. */
const NOT_READING =
  /create|update|delete|remove|send|reply|decrypt|cancel|edit|modify|upload|save|submit|declare|fulfil|agree|reject|refund|extend|offline/;

const names = (described: readonly Method[]) => described.map(({ name }) => name);
const accepts = (method: Method, request: object) => method.request.safeParse(request).success;

describe('List of methods', () => {
  test('The list has every method that is declared', async () => {
    const files = (await readdir(METHODS)).filter((file) => file !== 'index.ts');
    const modules: object[] = await Promise.all(files.map((file) => import(new URL(file, METHODS).href)));
    const described = modules
      .flatMap((module) => Object.values(module))
      .filter((value): value is Method => typeof value === 'object' && 'family' in value);
    expect(names(methods).sort()).toEqual(names(described).sort());
  });

  test('The list has no name twice', () => {
    expect(new Set(names(methods)).size).toBe(methods.length);
  });

  test('No method writes anything except the tokens of the sign-in', () => {
    expect(names(methods).filter((name) => NOT_READING.test(name))).toEqual(['/auth/token/create']);
  });

  test('Every system interface belongs to the sign-in', () => {
    expect(names(methods.filter(({ family }) => family === 'system'))).toEqual([
      '/auth/token/create',
      '/auth/token/refresh',
    ]);
  });
});

describe.each(methods.map((method) => [method.name, method] as const))('Method %s', (_, method) => {
  test(`${method.name} names its section of the page of facts`, () => {
    expect(method.source).toMatch(/^docs\/aliexpress\.md#/);
  });

  test(`${method.name} takes no unknown parameter`, () => {
    const issues = method.request.safeParse({ unheard_of: 1 }).error?.issues ?? [];
    expect(issues.map(({ code }) => code)).toContain('unrecognized_keys');
  });

  test(`${method.name} is a path only if it is a system interface`, () => {
    expect(method.name.startsWith('/')).toBe(method.family === 'system');
  });
});

/** Asked for one thing, which may not exist. */
const forOneThing: readonly Method[] = [productDetail, disputeDetail];

test.each(methods.map((method) => [method.name, method] as const))(
  '%s refuses the answer of another method',
  (_, method) => {
    const answer = { code: '0', request_id: '1', result: { success: true, orders: [] } };
    expect(method.answer.safeParse(answer).success).toBe(false);
  },
);

test.each(methods.map((method) => [method.name, method] as const))(
  '%s refuses an empty answer unless it reads a single item',
  (_, method) => {
    const answer = { code: '0', request_id: '1', _trace_id_: '2' };
    expect(method.answer.safeParse(answer).success).toBe(forOneThing.includes(method));
  },
);

describe('Order list', () => {
  test.each([
    ['the first page', {}],
    ['the last page', { page: 99 }],
    ['ended orders', { statuses: ENDED }],
    ['orders of several statuses', { statuses: TO_SHIP }],
    ['orders by the time of placement alone', { changed: undefined }],
  ])('The order list is requested for %s', (_, more) => {
    expect(accepts(orderList, { ...orderWindow(), ...more })).toBe(true);
  });

  test.each([
    ['page 100', { page: 100 }],
    ['page 0', { page: 0 }],
    ['a page size of its own', { page_size: 51 }],
    ['a window of change without a window of placement', { placed: undefined }],
    ['a window of change without an end', { changed: { from: 0 } }],
    ['a window of change without a start', { changed: { to: 0 } }],
    ['a status that does not exist', { statuses: ['SHIPPED'] }],
    ['a status that only occurs in answers', { statuses: ['PAYMENT_PROCESSING'] }],
    ['21 statuses', { statuses: Array.from({ length: 21 }, () => 'FINISH') }],
    ['none of the statuses', { statuses: [] }],
    ['a time as text', { changed: { from: '2026-10-08 00:00:00', to: '2026-10-09 00:00:00' } }],
    ['the orders of one buyer', { buyer_login_id: 'us1234567890' }],
  ])('The order list is not requested for %s', (_, more) => {
    expect(accepts(orderList, { ...orderWindow(), ...more })).toBe(false);
  });

  const placedIn = (from: string, to: string, statuses?: readonly string[]) => {
    const placed = { from: Date.parse(from), to: Date.parse(to) };
    const wire = orderList.request.parse(orderWindow({ placed, ...(statuses && { statuses }) }));
    return [wire.create_date_start, wire.create_date_end];
  };

  test('The order list is requested in the documented format', () => {
    expect(toJson(orderList.request.parse(orderWindow({ page: 2, statuses: ENDED })))).toBe(
      '{"current_page":2,"page_size":50,"create_date_start":"2026-10-01 00:00:00","create_date_end":"2026-10-09 00:00:00","modified_date_start":"2026-10-08 00:00:00","modified_date_end":"2026-10-09 00:00:00","order_status":"FINISH"}',
    );
  });

  test('Several statuses are sent as a list', () => {
    const request = orderList.request.parse(orderWindow({ statuses: TO_SHIP }));
    expect(request).toMatchObject({ order_status_list: TO_SHIP });
    expect(request).not.toHaveProperty('order_status');
  });

  test('A window of placement is cut to 180 days less an hour', () => {
    expect(placedIn('2025-01-01T00:00:00Z', '2026-10-09T07:00:00Z')[0]).toBe('2026-04-12 01:00:00');
  });

  test('A window of placement of ended orders is cut to 30 days less an hour', () => {
    expect(placedIn('2025-01-01T00:00:00Z', '2026-10-09T07:00:00Z', ENDED)[0]).toBe('2026-09-09 01:00:00');
  });

  test.each(['2026-11-01T08:30:00Z', '2026-11-01T09:30:00Z'])(
    'A window that ends at %s, in the doubled hour, spans at most 180 days',
    (to) => {
      const [start = '', end = ''] = placedIn('2025-01-01T00:00:00Z', to);
      const read = (written: string) => parseTime(written) ?? 0;
      expect(end).toBe('2026-11-01 02:30:00');
      expect(read(end) - read(start)).toBeLessThanOrEqual(180 * 86_400_000);
    },
  );

  test('Numbers of the order list are read from text', () => {
    const answer = { result: { total_count: '1', total_page: '1', target_list: 'N/A' } };
    expect(orderList.answer.parse(answer)).toEqual({ items: [], total: 1, pages: 1 });
  });
});

describe('Order detail', () => {
  test('The number of an order is sent with all its digits', () => {
    expect(orderDetail.request.parse({ orderId: '1160045860056286123' })).toEqual({
      order_id: 1160045860056286123n,
    });
  });

  test.each([
    ['too few digits', { orderId: '12345' }],
    ['too many digits', { orderId: '12345678901234567890' }],
    ['letters', { orderId: '8201739405562817x' }],
    ['the contradictory bit flag', { orderId: '8201739405562817', ext_info_bit_flag: 11111 }],
  ])('The order detail is not requested with %s', (_, request) => {
    expect(accepts(orderDetail, request)).toBe(false);
  });

  test('An order of another shop is answered without an order', () => {
    expect(orderDetail.answer.safeParse({ time_stamp: '2026-10-09 01:05:40' }).success).toBe(true);
  });

  test('An empty answer is not an order detail', () => {
    expect(orderDetail.answer.safeParse({}).error?.issues.map(({ path }) => path)).toEqual([['target']]);
  });
});

describe('Reviews of orders', () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, n) => String(8201739405562817n + BigInt(n)));

  test('Order numbers are sent as numbers with all their digits', () => {
    const request = reviewsOfOrders.request.parse({ orderIds: ['1160045860056286123'] });
    expect(toJson(request)).toBe('{"parent_order_ids":[1160045860056286123]}');
  });

  test('Reviews are requested for 50 orders at once', () => {
    expect(accepts(reviewsOfOrders, { orderIds: ids(50) })).toBe(true);
  });

  test.each([
    ['no order', { orderIds: [] }],
    ['51 orders', { orderIds: ids(51) }],
    ['something else than an order number', { orderIds: ['8201739405562817x'] }],
    ['new ones, which AliExpress does not list', { start_valid_date: '2026-10-08 00:00:00' }],
  ])('Reviews are not requested for %s', (_, request) => {
    expect(accepts(reviewsOfOrders, request)).toBe(false);
  });
});

describe('Tracking', () => {
  const parcel = {
    trackingNumber: 'LP00672918345501',
    orderId: '8201739405562817',
    carrier: 'CAINIAO_STANDARD',
    country: 'ES',
  };

  test('A parcel is always requested as one of an AliExpress order', () => {
    expect(tracking.request.parse(parcel)).toEqual({
      logistics_no: 'LP00672918345501',
      out_ref: 8201739405562817n,
      service_name: 'CAINIAO_STANDARD',
      to_area: 'ES',
      origin: 'ESCROW',
    });
  });

  test.each(Object.keys(parcel))('Tracking is not requested without %s', (key) => {
    expect(accepts(tracking, { ...parcel, [key]: '' })).toBe(false);
  });

  test.each([
    ['no events', { result_success: true, details: {} }],
    ['no list of events', { result_success: 'true' }],
  ])('A parcel that no carrier has seen is answered with %s', (_, answer) => {
    expect(tracking.answer.parse(answer).items).toMatchObject([{ events: [], newest: undefined }]);
  });

  const events = (...times: unknown[]) => ({
    details: times.map((event_date) => ({ event_date, event_desc: 'Left' })),
  });

  test('Events of which no time can be read are an answer in another format', () => {
    const { error } = tracking.answer.safeParse(events('soon', '', null));
    expect(error?.issues[0]?.path).toEqual(['details', 'event_date']);
  });

  test('Events without any time are events', () => {
    const { items } = tracking.answer.parse(events('', null, 'N/A'));
    expect(items[0]?.events.map(({ at }) => at)).toEqual([null, null, null]);
    const details = [{ trackingCodeDesc: 'Departed' }, { time: '', trackingCodeDesc: 'Departed' }];
    expect(shortTracking.answer.parse({ result: { data: { details } } }).items[0]?.events).toHaveLength(2);
  });

  test('A field of another name is an answer in another format', () => {
    expect(tracking.answer.safeParse({ details: [{ date: '2026-06-26' }, {}] }).success).toBe(false);
  });

  test('One readable time is enough for the format to be known', () => {
    expect(tracking.answer.safeParse(events('soon', '2026-06-26')).success).toBe(true);
  });

  test('The sentence of the carrier, the address and the name of who signed go no further', () => {
    const details = [
      {
        event_date: '2019-12-05 03:42:00',
        event_desc: 'Delivered, signed by JUAN PEREZ',
        address: 'Calle Mayor 5',
        signed_name: 'JUAN PEREZ',
      },
    ];
    const event = { at: Date.parse('2019-12-05T11:42:00Z'), code: '', signal: 'words:delivered' };
    expect(tracking.answer.parse({ details }).items).toEqual([{ events: [event], newest: event }]);
  });
});

describe('Dispute list', () => {
  const page = { page: 1 };

  test.each([
    ['the open ones', {}, ''],
    ['closed ones', { status: 'finish' }, ',"issue_status":"finish"'],
    ['those of a line item', { lineId: '8201739405572817' }, ',"order_no":8201739405572817'],
  ])('The dispute list is requested for %s', (_, more, sent) => {
    expect(toJson(disputeList.request.parse({ ...page, ...more }))).toBe(
      `{"current_page":1,"page_size":50${sent}}`,
    );
  });

  test.each([
    ['a page size of its own', { page_size: 51 }],
    ['a status that does not exist', { status: 'open' }],
    ['those of one buyer', { buyer_login_id: 'us1234567890' }],
  ])('The dispute list is not requested for %s', (_, more) => {
    expect(accepts(disputeList, { ...page, ...more })).toBe(false);
  });

  test('Numbers of the dispute list are read from text', () => {
    expect(disputeList.answer.parse({ total_item: '0', data_list: 'N/A' })).toEqual({ items: [], total: 0 });
  });
});

describe('Dispute detail', () => {
  const request = { buyerLogin: 'us1234567890', disputeId: '6200481573912817' };

  test('A dispute is requested by its number and the login of the buyer', () => {
    expect(disputeDetail.request.parse(request)).toEqual({
      buyer_login_id: 'us1234567890',
      issue_id: 6200481573912817n,
    });
  });

  test.each(Object.keys(request))('A dispute is not requested without %s', (key) => {
    expect(accepts(disputeDetail, { ...request, [key]: ' ' })).toBe(false);
  });
});

test('The detail of a dispute stands next to other keys', () => {
  const answer = { result_object: { id: 6200481573912817 }, time_stamp: '2026-10-09 01:05:40' };
  expect(disputeDetail.answer.safeParse(answer).success).toBe(true);
});

describe('Product list', () => {
  const page = { status: 'onSelling', page: 1 };

  test('Products are requested for one status', () => {
    expect(toJson(productList.request.parse(page))).toBe(
      '{"product_status_type":"onSelling","current_page":1,"page_size":99}',
    );
  });

  test.each([
    ['no status', { status: undefined }],
    ['a status that does not exist', { status: 'selling' }],
    ['a page size of its own', { page_size: 100 }],
  ])('The product list is not requested for %s', (_, more) => {
    expect(accepts(productList, { ...page, ...more })).toBe(false);
  });

  test('Numbers of the product list are read from text', () => {
    const list = { aeop_a_e_product_display_d_t_o_list: {} };
    expect(productList.answer.parse({ result: { product_count: '0', total_page: '0', ...list } })).toEqual({
      items: [],
      total: 0,
      pages: 0,
    });
  });
});

test('The id of a product is sent with all its digits', () => {
  expect(productDetail.request.parse({ productId: '1005006789012345678' })).toEqual({
    product_id: 1005006789012345678n,
  });
});

test('An answer without a diagnosis is not the health of the shop', () => {
  expect(shopHealth.answer.safeParse({ response: { success: true } }).success).toBe(false);
});

test('The profile of the shop has its booleans also as text', () => {
  expect(merchantProfile.answer.parse({ shop_id: 1, product_posting_forbidden: 'true' })).toEqual({
    shop_id: '1',
    product_posting_forbidden: true,
  });
});

describe('Tokens', () => {
  const answer = {
    access_token: '5001',
    refresh_token: '5002',
    expires_in: '10',
    account: 'seller@example.com',
  };

  test('Tokens are returned without the e-mail address of the account', () => {
    expect(JSON.stringify(tokenCreate.answer.parse(answer))).not.toContain('seller@example.com');
  });

  test('Lifetimes of tokens are read from text', () => {
    expect(tokenRefresh.answer.parse({ ...answer, refresh_expires_in: '1500' })).toMatchObject({
      accessSeconds: 10,
      refreshSeconds: 1500,
    });
  });

  test.each([
    ['a code', tokenCreate, { code: '' }],
    ['a refresh token', tokenRefresh, { refreshToken: '' }],
  ])('Tokens are not requested without %s', (_, method, request) => {
    expect(accepts(method, request)).toBe(false);
  });
});
