import { readdir } from 'node:fs/promises';
import type { Method } from '../../lib/aliexpress/method.ts';
import { catalogue } from '../../lib/aliexpress/methods/index.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { tokenCreate, tokenRefresh } from '../../lib/aliexpress/methods/token.ts';
import { orderWindow } from '../support/order-window.ts';

const METHODS = new URL('../../lib/aliexpress/methods/', import.meta.url);
/** Words by which AliExpress names methods that change something, or that unmask a buyer. */
const NOT_READING =
  /create|update|delete|remove|send|reply|decrypt|cancel|edit|modify|upload|save|submit|declare|fulfil|agree|reject|refund|extend|offline/;

const names = (methods: readonly Method[]) => methods.map(({ name }) => name);
const accepts = (method: Method, request: object) => method.request.safeParse(request).success;

describe('the catalogue', () => {
  test('holds every method that is described', async () => {
    const files = (await readdir(METHODS)).filter((file) => file !== 'index.ts');
    const modules: object[] = await Promise.all(files.map((file) => import(new URL(file, METHODS).href)));
    const described = modules
      .flatMap((module) => Object.values(module))
      .filter((value): value is Method => typeof value === 'object' && 'family' in value);
    expect(names(catalogue).sort()).toEqual(names(described).sort());
  });

  test('holds no name twice', () => {
    expect(new Set(names(catalogue)).size).toBe(catalogue.length);
  });

  test('writes nothing but the tokens of the sign-in', () => {
    expect(names(catalogue).filter((name) => NOT_READING.test(name))).toEqual(['/auth/token/create']);
  });

  test('holds no system interface but those of the sign-in', () => {
    expect(names(catalogue.filter(({ family }) => family === 'system'))).toEqual([
      '/auth/token/create',
      '/auth/token/refresh',
    ]);
  });
});

describe.each(catalogue.map((method) => [method.name, method] as const))('%s', (_, method) => {
  test('says where it is from', () => {
    expect(method.source).toMatch(/^facts §\d/);
  });

  test('takes no parameter that it does not know', () => {
    const issues = method.request.safeParse({ unheard_of: 1 }).error?.issues ?? [];
    expect(issues.map(({ code }) => code)).toContain('unrecognized_keys');
  });

  test('is a path exactly where it is a system interface', () => {
    expect(method.name.startsWith('/')).toBe(method.family === 'system');
  });
});

describe('the order list', () => {
  test.each([
    ['the first page', {}],
    ['the last page there is', { current_page: 99 }],
    ['finished orders', { order_status: 'FINISH' }],
  ])('can be asked for %s', (_, more) => {
    expect(accepts(orderList, { ...orderWindow(), ...more })).toBe(true);
  });

  test.each([
    ['page 100', { current_page: 100 }],
    ['page 0', { current_page: 0 }],
    ['51 orders at once', { page_size: 51 }],
    ['no orders at all', { page_size: 0 }],
    ['a changed window without a created one', { create_date_start: undefined }],
    ['a time in ISO 8601', { modified_date_start: '2026-10-08T00:00:00Z' }],
    ['a time to the minute', { modified_date_end: '2026-10-08 00:00' }],
    ['the orders of one buyer', { buyer_login_id: 'us1234567890' }],
  ])('cannot be asked for %s', (_, more) => {
    expect(accepts(orderList, { ...orderWindow(), ...more })).toBe(false);
  });

  test('may say its numbers as text', () => {
    const answer = { result: { total_count: '1', total_page: '1', target_list: 'N/A' } };
    expect(orderList.answer.parse(answer).result).toEqual({ total_count: 1, total_page: 1, target_list: [] });
  });
});

describe('the order detail', () => {
  test('asks for the order by its number, however long', () => {
    expect(orderDetail.request.parse({ order_id: '1160045860056286123' })).toEqual({
      order_id: 1160045860056286123n,
    });
  });

  test.each([
    ['too few digits', { order_id: '12345' }],
    ['too many digits', { order_id: '12345678901234567890' }],
    ['letters', { order_id: '8201739405562817x' }],
    [
      'the bit flag that the docs contradict each other about',
      { order_id: '8201739405562817', ext_info_bit_flag: 11111 },
    ],
  ])('cannot be asked for with %s', (_, request) => {
    expect(accepts(orderDetail, request)).toBe(false);
  });

  test('may be answered without an order, when the order is not of this shop', () => {
    expect(orderDetail.answer.safeParse({ time_stamp: '2026-10-09 01:05:40' }).success).toBe(true);
  });

  test('is not answered by nothing at all', () => {
    expect(orderDetail.answer.safeParse({}).error?.issues.map(({ path }) => path)).toEqual([['target']]);
  });
});

describe('the tokens', () => {
  const answer = {
    access_token: '5001',
    refresh_token: '5002',
    expires_in: '10',
    account: 'seller@example.com',
  };

  test('come without the e-mail address of the account', () => {
    expect(tokenCreate.answer.parse(answer)).not.toHaveProperty('account');
  });

  test('may say their life times as text', () => {
    expect(tokenRefresh.answer.parse({ ...answer, refresh_expires_in: '1500' })).toMatchObject({
      expires_in: 10,
      refresh_expires_in: 1500,
    });
  });

  test.each([
    ['a code', tokenCreate, { code: '' }],
    ['a refresh token', tokenRefresh, { refresh_token: '' }],
  ])('are not asked for without %s', (_, method, request) => {
    expect(accepts(method, request)).toBe(false);
  });
});
