import { unwrap } from '../../lib/aliexpress/envelope.ts';

const METHOD = 'aliexpress.trade.seller.orderlist.get';
const WRAPPER = 'aliexpress_trade_seller_orderlist_get_response';
const SYSTEM = '/auth/token/create';

describe('Successful answer', () => {
  test('The payload is taken out of the envelope with the name of the method', () => {
    const payload = { result: { success: true, total_count: 0 } };
    expect(unwrap(METHOD, { [WRAPPER]: payload })).toEqual({ ok: true, payload });
  });

  test('A payload without an envelope stands next to the code "0"', () => {
    const answer = { code: '0', request_id: '2141', result: { success: true } };
    expect(unwrap(METHOD, answer)).toEqual({ ok: true, payload: answer });
  });

  test('The answer of a system interface has no envelope', () => {
    const answer = { access_token: '5000', code: '0', request_id: '2141' };
    expect(unwrap(SYSTEM, answer)).toEqual({ ok: true, payload: answer });
  });

  test.each([0, '0', '', null, undefined])('An answer with the code %j is a success', (code) => {
    expect(unwrap(SYSTEM, { code, type: 'ISV', message: 'ok' })).toMatchObject({ ok: true });
  });

  test('An error code next to "success": true is a success', () => {
    const answer = { result: { success: true, error_code: 'F00-10-10000-001' } };
    expect(unwrap(METHOD, answer)).toMatchObject({ ok: true });
  });

  test('A code without a type and a message is a success', () => {
    expect(unwrap(METHOD, { code: 'WELCOME5', result: {} })).toMatchObject({ ok: true });
  });

  test.each([[], 'text', 5, null])('The answer %j is passed to the check of its format', (json) => {
    expect(unwrap(METHOD, json)).toEqual({ ok: true, payload: json });
  });
});

describe('Error', () => {
  test.each([
    [
      'in the error_response of the gateway',
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
      'in an error_response with a number as code and a sub-code',
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
      'at the root of a system interface',
      SYSTEM,
      { type: 'ISV', code: 'IncompleteSignature', message: 'does not conform', request_id: '1' },
      { code: 'IncompleteSignature', subCode: '' },
    ],
    [
      'inside the envelope of its method',
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
  ])('An error is found %s', (_, method, answer, error) => {
    expect(unwrap(method, answer)).toMatchObject({ ok: false, error });
  });

  test.each([
    ['msg', { code: 'ApiCallLimit', msg: 'ban' }],
    ['message', { code: 'ApiCallLimit', message: 'ban' }],
    ['sub_msg', { code: '7', sub_msg: 'ban' }],
  ])('The text of an error is read from "%s"', (_, error) => {
    expect(unwrap(METHOD, { error_response: error })).toMatchObject({
      error: { text: expect.stringContaining('ban') },
    });
  });

  test('The texts of an error are kept apart', () => {
    const answer = { error_response: { msg: 'one', message: 'two', sub_msg: 'three' } };
    expect(unwrap(METHOD, answer)).toMatchObject({ error: { text: 'one two three' } });
  });

  test.each(['type', 'message', 'msg'])('A code at the root is an error next to "%s"', (key) => {
    expect(unwrap(SYSTEM, { code: 'ServiceTimeout', [key]: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'ServiceTimeout' },
    });
  });

  test('An error without a code is an error', () => {
    expect(unwrap(METHOD, { error_response: {} })).toEqual({
      ok: false,
      error: { code: '', subCode: '', text: expect.any(String) },
    });
  });
});

describe('Refusal inside the payload', () => {
  const refusal = { error_code: 'E1', error_message: 'no such order' };

  test.each([
    ['"success": false', { ...refusal, success: false }],
    ['"success": "false"', { ...refusal, success: 'false' }],
    ['"result_success": false', { ...refusal, result_success: false }],
    ['"is_success": false', { ...refusal, is_success: false }],
    ['"ret": false', { ...refusal, ret: false }],
    ['"success": "N"', { ...refusal, success: 'N' }],
    ['a flag next to an empty one', { ...refusal, success: '', result_success: false }],
  ])('A refusal is recognized by %s', (_, part) => {
    expect(unwrap(METHOD, { result: part })).toMatchObject({ ok: false, error: { subCode: 'E1' } });
  });

  test.each([
    ['at the root', { ...refusal, success: false }],
    ['in "result"', { result: { ...refusal, success: false } }],
    ['in "response"', { response: { ...refusal, success: false } }],
    ['in "resultdata"', { resultdata: { ...refusal, success: false } }],
    ['in "return_result"', { return_result: { ...refusal, success: false } }],
    ['in the envelope of its method', { [WRAPPER]: { result: { ...refusal, success: false } } }],
  ])('A refusal is found %s', (_, answer) => {
    expect(unwrap(METHOD, answer)).toEqual({
      ok: false,
      error: { code: 'business', subCode: 'E1', text: 'no such order' },
    });
  });

  test.each([
    'error_message',
    'errorMessage',
    'error_msg',
    'error_desc',
    'msg_info',
    'rsp_msg',
    'msg',
    'message',
  ])('The text of a refusal is read from "%s"', (key) => {
    expect(unwrap(METHOD, { result: { success: false, [key]: 'wait' } })).toMatchObject({
      error: { text: 'wait' },
    });
  });

  test.each(['error_code', 'errorCode', 'result_error_code', 'msg_code', 'rsp_code', 'code'])(
    'The code of a refusal is read from "%s"',
    (key) => {
      expect(unwrap(METHOD, { result: { success: false, [key]: 'E1' } })).toMatchObject({
        error: { code: 'business', subCode: 'E1' },
      });
    },
  );

  test('The code "0" of the envelope is not the code of a refusal', () => {
    expect(unwrap(METHOD, { result_success: false, code: '0', error_desc: 'wait' })).toEqual({
      ok: false,
      error: { code: 'business', subCode: '', text: 'wait' },
    });
  });

  test('A code that is null is passed over for the next one', () => {
    const answer = { result: { success: false, error_code: null, errorCode: 'E1' } };
    expect(unwrap(METHOD, answer)).toMatchObject({ error: { subCode: 'E1' } });
  });

  test.each(['success', 'ret'])('A payload with "%s": true is a success', (flag) => {
    expect(unwrap(METHOD, { result: { [flag]: true, code: 'E1', msg: 'done' } })).toMatchObject({ ok: true });
  });
});

test('A flag that is the return code 0 says that the call has succeeded', () => {
  expect(unwrap(METHOD, { result: { ret: 0, msg: 'done' } })).toMatchObject({ ok: true });
});

describe('Refusal of a method', () => {
  test.each([
    [
      'tracking, which has a text and no code',
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
  ])('A refusal is recognized in %s', (_, method, answer, error) => {
    expect(unwrap(method, answer)).toEqual({ ok: false, error });
  });

  test('The tracking of a parcel that no carrier has seen is not a refusal', () => {
    const answer = { result_success: true, details: {}, error_desc: '' };
    expect(unwrap('aliexpress.logistics.redefining.querytrackingresult', answer)).toMatchObject({ ok: true });
  });
});

test('A sentence in the place of a code is not returned, because it may hold a name', () => {
  const refused = unwrap(METHOD, { result: { success: false, error_code: 'CANARY NAME is not a buyer' } });
  expect(refused).toEqual({ ok: false, error: { code: 'business', subCode: 'unknown', text: '' } });
});
