import { z } from 'zod';
import { createGateway, type Gate } from '../../lib/aliexpress/gateway.ts';
import { GATEWAY_URL, readGatewayUrl } from '../../lib/aliexpress/gateway-url.ts';
import { merchantProfile } from '../../lib/aliexpress/methods/merchant-profile.ts';
import { orderDetail } from '../../lib/aliexpress/methods/order-detail.ts';
import { orderList } from '../../lib/aliexpress/methods/order-list.ts';
import { tokenCreate } from '../../lib/aliexpress/methods/token.ts';
import { sign } from '../../lib/aliexpress/sign.ts';
import type { Lane } from '../../lib/budget/ledger.ts';
import { type HttpAnswer, TransportFailure } from '../../lib/http/transport.ts';
import { fail, isProblem, type ProblemKind } from '../../lib/problems.ts';
import { fixedClock } from '../support/fixed-clock.ts';
import { orderWindow } from '../support/order-window.ts';
import { problemLike } from '../support/problem-like.ts';
import { type RecordingMeter, recordingMeter, usedUp } from '../support/recording-meter.ts';
import { answered, formOf, scriptedTransport } from '../support/scripted-transport.ts';

const APP = { baseUrl: GATEWAY_URL, appKey: '12345678', appSecret: 'helloworld' };
const NOW = 1517820392000;
const PROFILE = answered({ code: '0', shop_name: 'Tote & Co' });
const TOKENS = answered({ access_token: '5001', refresh_token: '5002', expires_in: 10, code: '0' });
const ORDER_ID = '8201739405562817';

const gatewayError = (code: string, more: object = {}) =>
  answered({ error_response: { type: 'ISV', code, request_id: '1', ...more } });

/** A shop's gateway over a scripted transport. */
function openShop(script: (HttpAnswer | Error)[], meter: RecordingMeter = recordingMeter()) {
  const { transport, sent } = scriptedTransport(...script);
  const clock = fixedClock(NOW);
  const gateway = createGateway<Lane>({ ...APP, transport, clock, shop: { accessToken: 'test', meter } });
  const query = (retries = 0, onPaid?: () => void) =>
    gateway.call(merchantProfile, {}, { lane: 'interactive', retries, ...(onPaid && { onPaid }) });
  return { gateway, sent, clock, query, heard: meter.heard };
}

/** The gateway as it is before there is a shop. */
function openSignIn(...script: (HttpAnswer | Error)[]) {
  const { transport, sent } = scriptedTransport(...script);
  const heard: string[] = [];
  const gate: Gate = {
    pass: async (method) => {
      heard.push(`${method} passes`);
    },
    paused: async (pause, method) => {
      heard.push(`${pause.limit} is paused by ${method}`);
      return pause;
    },
  };
  const gateway = createGateway<'interactive'>({ ...APP, transport, clock: fixedClock(NOW), gate });
  return {
    heard,
    gateway,
    sent,
    exchange: (code: string) => gateway.call(tokenCreate, { code }, { lane: 'interactive' }),
  };
}

describe('Call of a business method', () => {
  const callDetail = async () => {
    const { gateway, sent } = openShop([answered({ target: { id: ORDER_ID } })]);
    await gateway.call(orderDetail, { orderId: ORDER_ID }, { lane: 'interactive' });
    return sent[0];
  };

  test('A business call is posted to the gateway with nothing in its URL', async () => {
    expect(await callDetail()).toMatchObject({ method: 'POST', url: 'https://api-sg.aliexpress.com/sync' });
  });

  test('A business call is sent as a form in UTF-8', async () => {
    expect((await callDetail())?.headers).toEqual({
      'content-type': 'application/x-www-form-urlencoded;charset=utf-8',
    });
  });

  test('A business call has the method, the token, the request as JSON and simplify=true', async () => {
    const { sign: _, ...params } = formOf(await callDetail());
    expect(params).toEqual({
      app_key: '12345678',
      method: 'aliexpress.trade.new.redefining.findorderbyid',
      param1: `{"order_id":${ORDER_ID}}`,
      session: 'test',
      sign_method: 'sha256',
      simplify: 'true',
      timestamp: '1517820392000',
    });
  });

  test('A business call is signed over all its parameters without a path', async () => {
    const { sign: signature, ...params } = formOf(await callDetail());
    expect(signature).toBe(sign(params, 'helloworld'));
  });

  test('A method without parameters sends none', async () => {
    const { query, sent } = openShop([PROFILE]);
    await query();
    expect(Object.keys(formOf(sent[0])).sort()).toEqual([
      'app_key',
      'method',
      'session',
      'sign',
      'sign_method',
      'simplify',
      'timestamp',
    ]);
  });

  test('The gateway returns the checked answer', async () => {
    const { query } = openShop([PROFILE]);
    expect((await query()).answer).toEqual({ shop_name: 'Tote & Co' });
  });

  test('The gateway returns when the answer came, not when the request was sent', async () => {
    const clock = fixedClock(NOW);
    const transport = async () => {
      clock.advance(700);
      return PROFILE;
    };
    const meter = recordingMeter();
    const gateway = createGateway<Lane>({ ...APP, transport, clock, shop: { accessToken: 'test', meter } });
    const { answeredAt } = await gateway.call(merchantProfile, {}, { lane: 'interactive' });
    expect(answeredAt).toBe(NOW + 700);
  });

  test('The gateway reads an enveloped answer with ids that a number cannot hold', async () => {
    const { gateway } = openShop([
      answered(
        '{"aliexpress_trade_new_redefining_findorderbyid_response":{"target":{"id":12000031565399476}}}',
      ),
    ]);
    const { answer } = await gateway.call(orderDetail, { orderId: ORDER_ID }, { lane: 'interactive' });
    expect(answer.items[0]).toEqual({ id: '12000031565399476' });
  });
});

describe('Call of a system interface', () => {
  test('A system call is posted to its path', async () => {
    const { exchange, sent } = openSignIn(TOKENS);
    await exchange('c');
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'https://api-sg.aliexpress.com/rest/auth/token/create',
    });
  });

  test('A system call is signed with its path in front, as in vector A of the docs', async () => {
    const { exchange, sent } = openSignIn(TOKENS);
    await exchange('3_500102_JxZ05Ux3cnnSSUm6dCxYg6Q26');
    expect(formOf(sent[0])).toEqual({
      app_key: '12345678',
      code: '3_500102_JxZ05Ux3cnnSSUm6dCxYg6Q26',
      sign_method: 'sha256',
      timestamp: '1517820392000',
      sign: '35607762342831B6A417A0DED84B79C05FEFBF116969C48AD6DC00279A9F4D81',
    });
  });

  test('A system call costs nothing and carries no token', async () => {
    const { gateway, sent, heard } = openShop([TOKENS]);
    await gateway.call(tokenCreate, { code: 'c' }, { lane: 'interactive' });
    expect({ heard, session: formOf(sent[0]).session }).toEqual({ heard: [], session: undefined });
  });
});

describe('Payment', () => {
  test('A call is paid from the named lane', async () => {
    const { gateway, heard } = openShop([PROFILE]);
    await gateway.call(merchantProfile, {}, { lane: 'polling' });
    expect(heard).toEqual(['polling paid']);
  });

  test('A paid call is announced', async () => {
    let paid = 0;
    await openShop([PROFILE]).query(0, () => {
      paid += 1;
    });
    expect(paid).toBe(1);
  });

  test('A paid call is announced also if it fails', async () => {
    let paid = 0;
    const call = openShop([new TransportFailure('cut')]).query(0, () => {
      paid += 1;
    });
    await call.catch(() => {});
    expect(paid).toBe(1);
  });

  test('A refused payment stops the call before anything is sent', async () => {
    const { query, sent } = openShop([PROFILE], recordingMeter(usedUp()));
    await query().catch(() => {});
    expect(sent).toEqual([]);
  });

  test('A refused payment is the problem that the meter throws', async () => {
    const refusal = usedUp();
    await expect(openShop([PROFILE], recordingMeter(refusal)).query()).rejects.toBe(refusal);
  });

  test('A refused payment is not announced', async () => {
    let paid = 0;
    const call = openShop([PROFILE], recordingMeter(usedUp())).query(0, () => {
      paid += 1;
    });
    await call.catch(() => {});
    expect(paid).toBe(0);
  });
});

describe('Parameters', () => {
  const callList = (script: HttpAnswer[], more: object) => {
    const shop = openShop(script);
    const answer = shop.gateway.call(orderList, orderWindow(more), { lane: 'interactive' });
    return { ...shop, answer };
  };

  test('A wrong parameter is named', async () => {
    await expect(callList([], { page: 100 }).answer).rejects.toEqual(
      problemLike('bad_input', { field: 'page' }),
    );
  });

  test('An unknown parameter is refused in the name of the method', async () => {
    await expect(callList([], { ext_info_bit_flag: 11111 }).answer).rejects.toEqual(
      problemLike('bad_input', { field: 'aliexpress.trade.seller.orderlist.get' }),
    );
  });

  test('Parameters are checked before anything is paid', async () => {
    const { answer, heard } = callList([], { page: 100 });
    await answer.catch(() => {});
    expect(heard).toEqual([]);
  });

  test('Parameters are checked before anything is sent', async () => {
    const { answer, sent } = callList([], { page: 100 });
    await answer.catch(() => {});
    expect(sent).toEqual([]);
  });

  test('Parameters of a method without a request key are sent one by one, as text', async () => {
    const flat = { ...merchantProfile, request: z.strictObject({ page: z.int(), deep: z.boolean() }) };
    const { gateway, sent } = openShop([PROFILE]);
    await gateway.call(flat, { page: 2, deep: true }, { lane: 'interactive' });
    expect(formOf(sent[0])).toMatchObject({ page: '2', deep: 'true' });
  });
});

describe('Call with a transient error', () => {
  test.each<[string, HttpAnswer | Error, string]>([
    ['a time-out', new TransportFailure('timeout'), 'timeout'],
    ['a cut connection', new TransportFailure('cut'), 'connection cut'],
    ['an answer over the size limit', new TransportFailure('too_large'), 'answer too large'],
    ['no connection', new TransportFailure('not_sent'), 'no connection'],
    ['HTTP 503 with a page', answered('<html>Bad Gateway</html>', 503), 'HTTP 503'],
    ['HTTP 401 without a body', answered('', 401), 'HTTP 401'],
    ['HTTP 500 with a proper answer', answered({ code: '0', shop_name: 'Tote' }, 500), 'HTTP 500'],
    ['a redirect', answered({ code: '0', shop_name: 'Tote' }, 302), 'redirect refused'],
    ['a page instead of JSON', answered('<html>Sign in</html>'), 'not JSON'],
    ['an empty answer', answered(''), 'not JSON'],
    ['a back end that is down', gatewayError('ServiceUnavailable'), 'busy, code ServiceUnavailable'],
    [
      'a back end that is late',
      gatewayError('15', { sub_code: 'isp.service-unavailable' }),
      'busy, code isp.service-unavailable',
    ],
  ])('A call that ends with %s names the reason', async (_, answer, reason) => {
    await expect(openShop([answer]).query()).rejects.toEqual(
      problemLike('aliexpress_unreachable', { reason: expect.objectContaining({ en: reason }) }),
    );
  });

  test('A failed call is sent again as often as allowed', async () => {
    const { query } = openShop([new TransportFailure('cut'), answered('', 503), PROFILE]);
    expect((await query(2)).answer.shop_name).toBe('Tote & Co');
  });

  test('A failed call is paid every time it is sent', async () => {
    const { query, heard } = openShop([new TransportFailure('cut'), PROFILE]);
    await query(1);
    expect(heard).toEqual(['interactive paid', 'interactive paid']);
  });

  test('A failed call is announced as paid every time it is sent', async () => {
    let paid = 0;
    await openShop([new TransportFailure('cut'), PROFILE]).query(1, () => {
      paid += 1;
    });
    expect(paid).toBe(2);
  });

  test('A repeated call is signed again with the time of the new attempt', async () => {
    const clock = fixedClock(NOW);
    const { transport, sent } = scriptedTransport(new TransportFailure('cut'), PROFILE);
    const spend = async () => {
      clock.advance(1_000);
      return clock.now();
    };
    const meter = { ...recordingMeter(), spend };
    const gateway = createGateway<Lane>({ ...APP, transport, clock, shop: { accessToken: 'test', meter } });
    await gateway.call(merchantProfile, {}, { lane: 'interactive', retries: 1 });
    expect(sent.map((request) => formOf(request).timestamp)).toEqual(['1517820393000', '1517820394000']);
  });

  test('A failed call is not sent again by default', async () => {
    const { gateway, sent } = openShop([new TransportFailure('cut'), PROFILE]);
    await gateway.call(merchantProfile, {}, { lane: 'interactive' }).catch(() => {});
    expect(sent).toHaveLength(1);
  });

  test('A failed call is not sent more often than allowed', async () => {
    const { query, sent } = openShop([answered('', 503), answered('', 503), PROFILE]);
    await query(1).catch(() => {});
    expect(sent).toHaveLength(2);
  });

  test('A failed call is not sent again if the second payment is refused', async () => {
    const meter = recordingMeter();
    const payments = [meter.spend, async () => Promise.reject(usedUp())];
    const { query, sent } = openShop([answered('', 503), PROFILE], {
      ...meter,
      spend: (...call) => (payments.shift() ?? meter.spend)(...call),
    });
    await query(1).catch(() => {});
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['refused', gatewayError('InvalidParameter')],
    ['paused', gatewayError('ApiCallLimit')],
    ['answered with HTTP 429', answered('', 429)],
    ['refused because of the clock', gatewayError('IllegalTimestamp')],
    ['answered with an expired token', gatewayError('IllegalAccessToken')],
    ['answered in another format', answered({ code: '0', shop_name: {} })],
  ])('A call that is %s is not sent again', async (_, answer) => {
    const { query, sent } = openShop([answer, PROFILE]);
    await query(1).catch(() => {});
    expect(sent).toHaveLength(1);
  });

  test('An exception of the transport is not taken for an error of AliExpress', async () => {
    const mistake = new TypeError('a mistake');
    await expect(openShop([mistake]).query(1)).rejects.toBe(mistake);
  });
});

describe('Refusal', () => {
  const METHOD = merchantProfile.name;

  test.each<[string, ProblemKind, HttpAnswer]>([
    ['an expired token', 'token_expired', gatewayError('IllegalAccessToken')],
    [
      'an expired token, with HTTP 400',
      'token_expired',
      { ...gatewayError('IllegalAccessToken'), status: 400 },
    ],
    [
      'an authorization that was taken back',
      'reconnect_needed',
      gatewayError('15', { sub_code: 'isv.invalid-authorization' }),
    ],
    ['our IP address', 'ip_not_allowed', gatewayError('AppWhiteIpLimit')],
    ['a retired method', 'method_retired', gatewayError('InvalidApiPath')],
    ['a missing parameter', 'method_changed', gatewayError('MissingParameter')],
  ])('The refusal of %s is the problem %s', async (_, kind, answer) => {
    await expect(openShop([answer]).query()).rejects.toEqual(problemLike(kind));
  });

  test('A refused app key or signature is a problem with the code', async () => {
    await expect(openShop([gatewayError('IncompleteSignature')]).query()).rejects.toEqual(
      problemLike('app_key_refused', { code: 'IncompleteSignature' }),
    );
  });

  test('A missing permission is a problem with the method and the code', async () => {
    await expect(openShop([gatewayError('InsufficientPermission')]).query()).rejects.toEqual(
      problemLike('permission_missing', { method: METHOD, code: 'InsufficientPermission' }),
    );
  });

  test('The meter hears of a missing permission, of its method and its code', async () => {
    const meter = recordingMeter();
    await openShop([gatewayError('InsufficientPermission')], meter)
      .query()
      .catch(() => {});
    expect(meter.heard).toEqual(['interactive paid', `${METHOD} denied by InsufficientPermission`]);
  });

  test('A missing permission is reported also if the budget cannot be written to', async () => {
    const deaf = { ...recordingMeter(), denied: () => Promise.reject(new Error('store')) };
    await expect(openShop([gatewayError('InsufficientPermission')], deaf).query()).rejects.toEqual(
      problemLike('permission_missing'),
    );
  });

  test.each([
    ['method_retired', 'InvalidMethod'],
    ['method_changed', 'MissingParameter'],
  ] as const)('The problem %s names the method and the code', async (kind, code) => {
    await expect(openShop([gatewayError(code)]).query()).rejects.toEqual(
      problemLike(kind, { method: METHOD, code }),
    );
  });

  describe('Refusal of the time of a request', () => {
    const refusedAt = (at: number) => ({
      ...gatewayError('IllegalTimestamp'),
      headers: { date: new Date(at).toUTCString() },
    });

    test.each([
      ['fast', NOW - 480 * 60_000, 480],
      ['slow', NOW + 125 * 60_000, 125],
    ])(
      'A clock that is %s is a problem with the difference to AliExpress',
      async (direction, at, minutes) => {
        await expect(openShop([refusedAt(at)]).query()).rejects.toEqual(
          problemLike('clock_wrong', { minutes, direction: expect.objectContaining({ en: direction }) }),
        );
      },
    );

    test('Without a time in the answer the clock is known to be 120 minutes off or more', async () => {
      const problem = await openShop([gatewayError('IllegalTimestamp')])
        .query()
        .catch((error: Error) => error);
      expect(problem).toEqual(problemLike('clock_wrong'));
      expect(problem).toMatchObject({ message: expect.stringContaining('is 120 minutes or more off.') });
    });
  });

  test('A refused authorization code is a problem with the code', async () => {
    const { exchange } = openSignIn(answered({ type: 'ISV', code: 'InvalidCode', message: 'used' }));
    await expect(exchange('c')).rejects.toEqual(problemLike('code_refused', { code: 'InvalidCode' }));
  });

  test('Any other refusal is a problem with the method and the code', async () => {
    await expect(openShop([gatewayError('InvalidParameter')]).query()).rejects.toEqual(
      problemLike('request_refused', { method: METHOD, code: 'InvalidParameter' }),
    );
  });

  test('A refusal inside a payload is a problem with the code that stands there', async () => {
    const answer = answered({ result: { success: false, error_code: 'F00-10-10000-001' } });
    await expect(openShop([answer]).query()).rejects.toEqual(
      problemLike('request_refused', { method: METHOD, code: 'F00-10-10000-001' }),
    );
  });

  test.each([
    ['in snake case', { success: false, error_code: 'F00-00-10001', error_message: 'system busy' }],
    ['in camel case', { success: false, errorCode: 'F00-00-10001', errorMessage: 'system busy' }],
    ['with the flag "ret"', { ret: false, code: 'F00-00-10001', msg: 'system busy' }],
  ])('A payload that says, %s, that the system is busy is a passing error', async (_, result) => {
    await expect(openShop([answered({ result, code: '0' })]).query()).rejects.toEqual(
      problemLike('aliexpress_unreachable', {
        reason: expect.objectContaining({ en: 'busy, code F00-00-10001' }),
      }),
    );
  });

  test('A refusal with a sub-code is a problem with the sub-code', async () => {
    const answer = gatewayError('15', { sub_code: 'isv.unheard-of' });
    await expect(openShop([answer]).query()).rejects.toEqual(
      problemLike('request_refused', { code: 'isv.unheard-of' }),
    );
  });
});

describe('Limits', () => {
  const BANNED = gatewayError('ApiCallLimit', {
    msg: 'Api access frequency exceeds the limit. this ban will last 1 seconds',
  });
  const DAY_OVER = gatewayError('SellerCallLimit', { msg: 'The daily call limit of this seller is reached' });
  const APP_DAY_OVER = gatewayError('7', { sub_code: 'accesscontrol.limited-by-app-access-count' });

  test('A daily limit for a stated time is a pause of that time', async () => {
    const soonOver = gatewayError('7', {
      sub_code: 'accesscontrol.limited-by-app-access-count',
      sub_msg: 'This ban will last for 1 more seconds',
    });
    const { query, heard } = openShop([soonOver]);
    await expect(query()).rejects.toEqual(problemLike('app_rate_limited', { retryIn: 2_000 }));
    expect(heard).not.toContain('limit reached');
  });

  test('A pause is reported to the meter', async () => {
    const { query, heard } = openShop([BANNED]);
    await query().catch(() => {});
    expect(heard).toEqual(['interactive paid', `address paused until ${NOW + 2_000}`]);
  });

  test('A pause is a problem with the end of the pause', async () => {
    await expect(openShop([BANNED]).query()).rejects.toEqual(
      problemLike('calls_paused', { until: NOW + 2_000, now: NOW }),
    );
  });

  test('A pause that the meter makes longer is a problem with the longer one', async () => {
    const lengthening: RecordingMeter = {
      ...recordingMeter(),
      paused: async (pause) => ({ ...pause, until: NOW + 60_000 }),
    };
    await expect(openShop([BANNED], lengthening).query()).rejects.toEqual(
      problemLike('calls_paused', { until: NOW + 60_000 }),
    );
  });

  test.each<[string, ProblemKind, object, HttpAnswer]>([
    [
      'of a seller',
      'shop_rate_limited',
      { retryIn: 2_000 },
      gatewayError('SellerCallLimit', { msg: 'this ban will last 1 seconds' }),
    ],
    ['of an app', 'app_rate_limited', { retryIn: 60_000 }, gatewayError('AppCallLimit')],
    ['without a length', 'calls_paused', { until: NOW + 900_000 }, gatewayError('ApiCallLimit')],
  ])('A pause %s is the problem %s', async (_, kind, facts, answer) => {
    await expect(openShop([answer]).query()).rejects.toEqual(problemLike(kind, facts));
  });

  test("The end of the app's day is a pause until midnight in Beijing", async () => {
    const midnight = Date.parse('2018-02-05T16:00:00Z');
    const { query, heard } = openShop([APP_DAY_OVER]);
    await expect(query()).rejects.toEqual(problemLike('app_quota_used_up', { resetsAt: midnight }));
    expect(heard).toEqual(['interactive paid', `app_day paused until ${midnight}`]);
  });

  describe('HTTP 429', () => {
    const date = new Date(NOW - 3_600_000).toUTCString();
    const inSeconds = (seconds: number, at = NOW - 3_600_000) => new Date(at + seconds * 1000).toUTCString();

    test.each([
      ['without a header', {}, 60],
      ['with a number of seconds', { 'retry-after': '30' }, 31],
      ['with a date, by the clock of AliExpress,', { 'retry-after': inSeconds(90), date }, 91],
      ['with a date and no time of AliExpress', { 'retry-after': inSeconds(90, NOW) }, 91],
      ['with a date that is over', { 'retry-after': inSeconds(-5), date }, 1],
      ['with a header that is neither', { 'retry-after': 'soon' }, 60],
    ])('A refusal %s is waited out', async (_, headers, seconds) => {
      const { query } = openShop([{ status: 429, body: '<html>', headers }]);
      await expect(query()).rejects.toEqual(problemLike('calls_paused', { until: NOW + seconds * 1000 }));
    });

    test('A refusal whose body names a limit is of that limit', async () => {
      const { query } = openShop([{ ...gatewayError('AppCallLimit'), status: 429 }]);
      await expect(query()).rejects.toEqual(problemLike('app_rate_limited'));
    });

    test('A refusal whose body names another error is a pause all the same', async () => {
      const { query } = openShop([{ ...gatewayError('InvalidParameter'), status: 429 }]);
      await expect(query()).rejects.toEqual(problemLike('calls_paused'));
    });

    test('A refusal with a proper answer is a pause all the same', async () => {
      await expect(openShop([{ ...PROFILE, status: 429 }]).query()).rejects.toEqual(
        problemLike('calls_paused'),
      );
    });
  });

  test('A daily limit is reported to the meter and is not a pause', async () => {
    const { query, heard } = openShop([DAY_OVER]);
    await query().catch(() => {});
    expect(heard).toEqual(['interactive paid', 'limit reached']);
  });

  test('A daily limit is the problem of a budget that is used up', async () => {
    await expect(openShop([DAY_OVER]).query()).rejects.toEqual(problemLike('budget_used_up'));
  });

  test.each([
    ['of a seller', DAY_OVER],
    ['of an app', APP_DAY_OVER],
  ])('A daily limit %s at sign-in is that of the app, because there is no budget yet', async (_, answer) => {
    await expect(openSignIn(answer).exchange('c')).rejects.toEqual(
      problemLike('app_quota_used_up', { resetsAt: Date.parse('2018-02-05T16:00:00Z') }),
    );
  });

  test('A limit at sign-in is a pause that the gate hears of', async () => {
    const { exchange, heard } = openSignIn(answered({ type: 'ISV', code: 'AppCallLimit', message: 'over' }));
    await expect(exchange('c')).rejects.toEqual(problemLike('app_rate_limited', { retryIn: 60_000 }));
    expect(heard).toEqual(['/auth/token/create passes', 'app is paused by /auth/token/create']);
  });

  test('Nothing is sent at sign-in that does not pass the gate', async () => {
    const { transport, sent } = scriptedTransport();
    const gate: Gate = {
      pass: async () => fail('calls_paused', { until: NOW, now: NOW }),
      paused: async (pause) => pause,
    };
    const gateway = createGateway<'interactive'>({ ...APP, transport, clock: fixedClock(NOW), gate });
    await expect(gateway.call(tokenCreate, { code: 'c' }, { lane: 'interactive' })).rejects.toEqual(
      problemLike('calls_paused'),
    );
    expect(sent).toEqual([]);
  });

  test('A pause is reported also if the meter cannot store it', async () => {
    const deaf = { ...recordingMeter(), paused: () => Promise.reject(new Error('store')) };
    await expect(openShop([BANNED], deaf).query()).rejects.toEqual(problemLike('calls_paused'));
  });

  test('A daily limit is reported also if the meter cannot store it', async () => {
    const deaf = { ...recordingMeter(), limitReached: () => Promise.reject(new Error('store')) };
    await expect(openShop([DAY_OVER], deaf).query()).rejects.toEqual(problemLike('budget_used_up'));
  });
});

describe('Answer in another format', () => {
  test('An answer in another format is named by method and field', async () => {
    const { gateway } = openShop([
      answered({ result: { total_count: 'many', total_page: 1, target_list: [] } }),
    ]);
    await expect(gateway.call(orderList, orderWindow(), { lane: 'interactive' })).rejects.toEqual(
      problemLike('answer_changed', { method: orderList.name, field: 'result.total_count' }),
    );
  });

  test('An answer that is not an object is named as a whole', async () => {
    await expect(openShop([answered('[]')]).query()).rejects.toEqual(
      problemLike('answer_changed', { method: merchantProfile.name, field: 'answer' }),
    );
  });
});

describe('Message of a problem', () => {
  const PRIVATE = 'Zhang San, 13800138000';

  test.each([
    ['msg', gatewayError('IllegalAccessToken', { msg: PRIVATE })],
    ['sub_msg', gatewayError('15', { msg: PRIVATE, sub_code: 'isv.x', sub_msg: PRIVATE })],
    ['message', answered({ type: 'ISV', code: 'InvalidParameter', message: PRIVATE })],
    ['msg of a ban', gatewayError('ApiCallLimit', { msg: `${PRIVATE}: this ban will last 1 seconds` })],
    ['error_message', answered({ result: { success: false, error_code: 'E1', error_message: PRIVATE } })],
    ['error_desc', answered({ success: false, error_code: 'E1', error_desc: PRIVATE })],
    ['page', answered(`<html>${PRIVATE}</html>`, 502)],
    ['changed field', answered({ code: '0', shop_name: { text: PRIVATE } })],
  ])('The message of a problem holds nothing that AliExpress wrote in its %s', async (_, answer) => {
    const problem: unknown = await openShop([answer])
      .query()
      .catch((error: unknown) => error);
    expect(isProblem(problem) && problem.message).not.toMatch(/Zhang|138/);
  });
});

describe('Address of the gateway', () => {
  test.each([
    ['https://api-sg.aliexpress.com', 'https://api-sg.aliexpress.com'],
    ['https://api-sg.aliexpress.com/', 'https://api-sg.aliexpress.com'],
    ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
    ['http://localhost:4010/', 'http://localhost:4010'],
    ['http://[::1]:4010', 'http://[::1]:4010'],
  ])('The address %s is accepted', (given, origin) => {
    expect(readGatewayUrl(given)).toBe(origin);
  });

  test.each([
    ['the retired Taobao gateway', 'https://eco.taobao.com'],
    ['the retired Taobao gateway in capitals', 'https://GW.API.TAOBAO.COM'],
    ['the sandbox of the retired gateway', 'https://gw.api.tbsandbox.com'],
    ['the retired AliExpress gateway', 'https://gw.api.aliexpress.com'],
    ['the retired sign-in', 'https://oauth.aliexpress.com'],
    ['plain http', 'http://api-sg.aliexpress.com'],
    ['plain http to another machine of the network', 'http://192.168.1.7:4010'],
    ['plain http to a name that begins like this machine', 'http://127.0.0.1.example.com'],
    ['another protocol', 'ftp://api-sg.aliexpress.com'],
    ['an address with a path', 'https://api-sg.aliexpress.com/sync'],
    ['an address with a query', 'https://api-sg.aliexpress.com/?a=1'],
    ['an address with a user', 'https://me@api-sg.aliexpress.com'],
    ['a bare host name', 'api-sg.aliexpress.com'],
    ['empty', ''],
  ])('The address of the gateway is not %s', (_, given) => {
    expect(() => readGatewayUrl(given)).toThrow(
      problemLike('bad_setting', { setting: 'ALIEXPRESS_GATEWAY_URL' }),
    );
  });
});
