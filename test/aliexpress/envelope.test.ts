import { unwrap } from '../../lib/aliexpress/envelope.ts';

const METHOD = 'aliexpress.trade.seller.orderlist.get';
const WRAPPER = 'aliexpress_trade_seller_orderlist_get_response';
const SYSTEM = '/auth/token/create';

describe('a success', () => {
  test("is taken out of the wrapper with its method's name", () => {
    const payload = { result: { success: true, total_count: 0 } };
    expect(unwrap(METHOD, { [WRAPPER]: payload })).toEqual({ ok: true, payload });
  });

  test('may come without a wrapper, beside the code "0"', () => {
    const answer = { code: '0', request_id: '2141', result: { success: true } };
    expect(unwrap(METHOD, answer)).toEqual({ ok: true, payload: answer });
  });

  test('of a system interface has no wrapper', () => {
    const answer = { access_token: '5000', code: '0', request_id: '2141' };
    expect(unwrap(SYSTEM, answer)).toEqual({ ok: true, payload: answer });
  });

  test.each([0, '0', '', null, undefined])('may carry the code %j', (code) => {
    expect(unwrap(SYSTEM, { code, type: 'ISV', message: 'ok' })).toMatchObject({ ok: true });
  });

  test('stays one though an error code stands beside "success": true', () => {
    const answer = { result: { success: true, error_code: 'F00-10-10000-001' } };
    expect(unwrap(METHOD, answer)).toMatchObject({ ok: true });
  });

  test('may carry the code of a coupon', () => {
    expect(unwrap(METHOD, { code: 'WELCOME5', result: {} })).toMatchObject({ ok: true });
  });

  test.each([[], 'text', 5, null])('of the odd kind %j is left to the check of its shape', (json) => {
    expect(unwrap(METHOD, json)).toEqual({ ok: true, payload: json });
  });
});

describe('an error', () => {
  test.each([
    [
      'of the gateway, wrapped',
      METHOD,
      {
        error_response: {
          type: 'ISV',
          code: 'IllegalAccessToken',
          msg: 'invalid or expired',
          request_id: '1',
        },
      },
      { code: 'IllegalAccessToken', subCode: '' },
    ],
    [
      'of the back end, with a number as code and a sub-code',
      METHOD,
      {
        error_response: {
          code: 15,
          msg: 'Remote service error',
          sub_code: 'isv.account-migration-check-fail',
          sub_msg: 'not migrated',
        },
      },
      { code: '15', subCode: 'isv.account-migration-check-fail' },
    ],
    [
      'of a system interface, flat',
      SYSTEM,
      { type: 'ISV', code: 'IncompleteSignature', message: 'does not conform', request_id: '1' },
      { code: 'IncompleteSignature', subCode: '' },
    ],
    [
      'inside the wrapper of its method',
      METHOD,
      { [WRAPPER]: { error_response: { code: 'ServiceTimeout', msg: 'timeout' } } },
      { code: 'ServiceTimeout', subCode: '' },
    ],
    [
      'inside the payload',
      METHOD,
      { result: { success: false, error_code: 'F00-10-10000-001', error_message: 'account not found' } },
      { code: 'business', subCode: 'F00-10-10000-001' },
    ],
  ])('may stand %s', (_, method, answer, error) => {
    expect(unwrap(method, answer)).toMatchObject({ ok: false, error });
  });

  test.each([
    ['msg', { code: 'ApiCallLimit', msg: 'ban' }],
    ['message', { code: 'ApiCallLimit', message: 'ban' }],
    ['sub_msg', { code: '7', sub_msg: 'ban' }],
  ])('says in "%s" for how long, among other things', (_, error) => {
    expect(unwrap(METHOD, { error_response: error })).toMatchObject({
      error: { text: expect.stringContaining('ban') },
    });
  });

  test('without a code is still an error', () => {
    expect(unwrap(METHOD, { error_response: {} })).toEqual({
      ok: false,
      error: { code: '', subCode: '', text: expect.any(String) },
    });
  });
});

describe('a refusal inside the payload', () => {
  const refusal = { error_code: 'E1', error_message: 'no such order' };

  test.each([
    ['"success": false', { ...refusal, success: false }],
    ['"success": "false"', { ...refusal, success: 'false' }],
    ['"result_success": false', { ...refusal, result_success: false }],
    ['"is_success": false', { ...refusal, is_success: false }],
  ])('is told by %s', (_, part) => {
    expect(unwrap(METHOD, { result: part })).toMatchObject({ ok: false, error: { subCode: 'E1' } });
  });

  test.each([
    ['at the root', { ...refusal, success: false }],
    ['in "result"', { result: { ...refusal, success: false } }],
    ['in "response"', { response: { ...refusal, success: false } }],
    ['in the wrapper of its method', { [WRAPPER]: { result: { ...refusal, success: false } } }],
  ])('may stand %s', (_, answer) => {
    expect(unwrap(METHOD, answer)).toEqual({
      ok: false,
      error: { code: 'business', subCode: 'E1', text: 'no such order' },
    });
  });

  test('may give its reason as "error_desc"', () => {
    expect(unwrap(METHOD, { success: false, error_desc: 'wait' })).toMatchObject({ error: { text: 'wait' } });
  });
});

describe('a refusal', () => {
  test.each([
    [
      'tracking, which has words for it and no code',
      'aliexpress.logistics.redefining.querytrackingresult',
      { result_success: false, error_desc: 'system busy', details: [] },
      { code: 'business', subCode: '', text: 'system busy' },
    ],
    [
      'the diagnosis of the shop',
      'aliexpress.merchant.diagnosis.query',
      { response: { success: 'false', error_code: 'F00-1', error_message: 'no permission' } },
      { code: 'business', subCode: 'F00-1', text: 'no permission' },
    ],
    [
      'the product list, whose code is a number',
      'aliexpress.postproduct.redefining.findproductinfolistquery',
      { result: { success: false, error_code: 13_001, error_message: 'no such status' } },
      { code: 'business', subCode: '13001', text: 'no such status' },
    ],
  ])('is understood from %s', (_, method, answer, error) => {
    expect(unwrap(method, answer)).toEqual({ ok: false, error });
  });

  test('is not what tracking answers for a parcel that no carrier has seen yet', () => {
    const answer = { result_success: true, details: {}, error_desc: '' };
    expect(unwrap('aliexpress.logistics.redefining.querytrackingresult', answer)).toMatchObject({ ok: true });
  });
});

test('a sentence where a code should be is not handed on, because it may hold a name', () => {
  const refused = unwrap(METHOD, { result: { success: false, error_code: 'CANARY NAME is not a buyer' } });
  expect(JSON.stringify(refused)).not.toMatch(/"subCode":"CANARY/);
});
