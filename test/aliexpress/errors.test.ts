import {
  knownCodes,
  MAX_PAUSE_SECONDS,
  type Meaning,
  meaningOf,
  pauseFor,
} from '../../lib/aliexpress/errors.ts';
import { type GatewayError, gatewayErrors } from '../../sandbox/gateway-errors.ts';
import { read } from '../support/repository.ts';

const wireError = (code: string, { subCode = '', text = '' } = {}) => ({ code, subCode, text });
type Row = [code: string, meaning: string];
const rows = (meaning: string, ...codes: string[]): Row[] => codes.map((code) => [code, meaning]);

/** "app 60 s" for a limit, the kind for a problem. */
const nameOf = (meaning: Meaning): string =>
  'limit' in meaning ? `${meaning.limit} ${meaning.seconds} s` : meaning.problem;

const codes: Row[] = [
  ['ApiCallLimit', 'address 900 s'],
  ...rows('address 60 s', '7', '429'),
  ['901', 'seller 60 s'],
  ['SellerCallLimit', 'seller 5 s'],
  ['AppCallLimit', 'app 60 s'],
  ['AppApiCallLimit', 'method 60 s'],
  ...rows('token_expired', 'IllegalAccessToken', 'InvalidAccessToken', '26', '27'),
  ['IllegalRefreshToken', 'reconnect_needed'],
  ...rows('code_refused', 'InvalidCode', 'AUTH_TYPE_UNSUPPORTED'),
  ...rows('app_key_refused', 'IncompleteSignature', 'InvalidAppkey', '24', '25', '28', '29'),
  ['AppWhiteIpLimit', 'ip_not_allowed'],
  ...rows('permission_missing', 'InsufficientPermission', '11', '12'),
  ...rows('aliexpress_unreachable', 'ServiceUnavailable', 'InternalError', 'UnknownRuntimeException'),
  ...rows('aliexpress_unreachable', 'ServiceTimeout', '10', '15'),
  ...rows('clock_wrong', 'IllegalTimestamp', 'InvalidTimestamp', '30', '31'),
  ...rows('method_retired', 'InvalidApiPath', 'InvalidMethod', '21', '22'),
  ...rows('method_changed', 'MissingParameter', 'UnsupportedParamMapping', '40'),
  ...rows('request_refused', 'InvalidParameter', '41'),
];

const subCodes: Row[] = [
  ['accesscontrol.limited-by-api-access-count', 'method 60 s'],
  ['accesscontrol.limited-by-app-api-access-count', 'method 60 s'],
  ['accesscontrol.limited-by-app-access-count', 'app_day 60 s'],
  ...rows('token_expired', 'invalid-sessionkey', 'session-expired'),
  ...rows('reconnect_needed', 'isv.invalid-authorization', 'isv.account-migration-check-fail'),
  ['isv.402', 'code_refused'],
  ['isv.permission-ip-whitelist-limit', 'ip_not_allowed'],
  ['isv.insufficient-permission', 'permission_missing'],
  ...rows('aliexpress_unreachable', 'isp.service-unavailable', 'F00-00-10001'),
  ['isv.blacklist', 'method_retired'],
  ['isv.invalid-parameter', 'request_refused'],
];

const unknown = [
  'CallLimitless',
  'F00-10-10000-001',
  'business',
  '',
  // A key that every object has.
  'constructor',
];

describe('Table of errors', () => {
  test.each(codes)('The code %s means %s', (code, meaning) => {
    expect(nameOf(meaningOf(wireError(code)))).toBe(meaning);
  });

  test.each(subCodes)('The sub-code %s means %s', (subCode, meaning) => {
    expect(nameOf(meaningOf(wireError('15', { subCode })))).toBe(meaning);
  });

  test.each([...codes, ...subCodes])('The code %s means %s also in other capitals', (code, meaning) => {
    const inOtherCapitals = code.toUpperCase() === code ? code.toLowerCase() : code.toUpperCase();
    expect(nameOf(meaningOf(wireError(inOtherCapitals)))).toBe(meaning);
  });

  test('Every code with a rule has a test', () => {
    expect([...codes, ...subCodes].map(([code]) => code).sort()).toEqual([...knownCodes].sort());
  });

  test('Every code on the page of facts has a rule', () => {
    const page = read('docs/aliexpress.md');
    const section = page.slice(page.indexOf('### Error codes'), page.indexOf('### HTTP status'));
    const codesOnPage = [...section.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) => [
      ...[...cell.matchAll(/`([\w.-]*\w)`/g)].map(([, code = '']) => code),
      ...(cell.replace(/`[^`]*`/g, '').match(/\b\d+\b/g) ?? []),
    ]);
    expect(codesOnPage.length).toBeGreaterThan(40);
    expect(codesOnPage.filter((code) => !knownCodes.includes(code))).toEqual([]);
  });

  test('Every code with a rule is on the page of facts', () => {
    const page = read('docs/aliexpress.md');
    const section = page.slice(page.indexOf('### Error codes'), page.indexOf('### HTTP status'));
    expect(knownCodes.filter((code) => !new RegExp(`(?<![\\w.-])${code}(?![\\w.-])`).test(section))).toEqual(
      [],
    );
  });

  test('No code has two rules', () => {
    expect(new Set(knownCodes.map((code) => code.toLowerCase())).size).toBe(knownCodes.length);
  });

  test.each(unknown)('The code %j has no rule and means request_refused', (code) => {
    expect(nameOf(meaningOf(wireError(code)))).toBe('request_refused');
  });

  test.each<[string, ReturnType<typeof wireError>, string]>([
    [
      'A sub-code that begins with "isp." is a passing error of the back end',
      wireError('50', { subCode: 'isp.unheard-of' }),
      'aliexpress_unreachable',
    ],
    [
      'A sub-code that begins with "isv." under code 15 is a refusal',
      wireError('15', { subCode: 'isv.unheard-of' }),
      'request_refused',
    ],
    [
      'A sub-code that begins with "isv.permission-" is a missing permission',
      wireError('15', { subCode: 'isv.permission-unheard-of' }),
      'permission_missing',
    ],
    [
      'A code decides if its sub-code is not known',
      wireError('IllegalAccessToken', { subCode: 'isv.unheard-of' }),
      'token_expired',
    ],
    [
      'A sub-code is more exact than its code',
      wireError('15', { subCode: 'session-expired' }),
      'token_expired',
    ],
    [
      'A code of a limit decides against a sub-code that is none',
      wireError('ApiCallLimit', { subCode: 'isv.insufficient-permission' }),
      'address 900 s',
    ],
    [
      'The sub-code of a limit is more exact than the code of one',
      wireError('7', { subCode: 'SellerCallLimit' }),
      'seller 5 s',
    ],
    ['A code that ends like those of limits is one', wireError('UserCallLimit'), 'address 60 s'],
    [
      'A sub-code that ends like those of limits is one',
      wireError('15', { subCode: 'isv.UserCallLimited' }),
      'address 60 s',
    ],
    [
      'A text about too frequent requests is the limit of the seller, as the code 901 is',
      wireError('unheard-of', { text: 'Request is too frequent' }),
      'seller 60 s',
    ],
    [
      'A text about the frequency of requests is a limit',
      wireError('business', { text: 'Api access frequency exceeds the limit' }),
      'address 60 s',
    ],
    [
      'A Chinese text about too frequent requests is the limit of the seller',
      wireError('business', { text: '请求过于频繁，请稍后再试' }),
      'seller 60 s',
    ],
    [
      'A method that is said to be offline is retired',
      wireError('unheard-of', { text: 'This API has been offline' }),
      'method_retired',
    ],
  ])('%s', (_, error, meaning) => {
    expect(nameOf(meaningOf(error))).toBe(meaning);
  });
});

test('No limit of one seller or one app pauses all shops behind an address', () => {
  const limits = Object.values<GatewayError>(gatewayErrors).flatMap(({ scope, code, sub_code, msg }) => {
    const meaning = meaningOf(wireError(code, { subCode: sub_code, text: msg }));
    return 'limit' in meaning && scope !== 'method' ? [[code, scope, meaning.limit.split('_')[0]]] : [];
  });
  expect(limits.length).toBeGreaterThan(3);
  for (const [code, scope, paused] of limits) expect([code, paused]).toEqual([code, scope]);
});

describe('Refusal inside the payload', () => {
  const meaningOfText = (text: string, subCode = '') =>
    nameOf(meaningOf(wireError('business', { subCode, text })));

  test.each(['7', '10', '15', '27', '429', '901'])(
    'The number %s inside a payload is not the code of the gateway',
    (subCode) => {
      expect(meaningOfText('', subCode)).toBe('request_refused');
    },
  );

  test('A code of a limit inside a payload is that limit', () => {
    expect(meaningOfText('', 'SellerCallLimit')).toBe('seller 5 s');
  });

  test.each([
    'system busy',
    'System is busy, please try again later',
    'service unavailable',
    'Remote service error',
    'server internal error',
    'HSF call timeout',
    'invoke timed out',
    'request time out',
    'temporarily not available',
    'please try again later',
    '系统繁忙',
    '系统异常，请联系客服',
    '服务不可用',
    '请求超时',
    '请稍后再试',
    '请稍后重试',
  ])('The text %j inside a payload is a passing error', (text) => {
    expect(meaningOfText(text)).toBe('aliexpress_unreachable');
    expect(meaningOfText(text, 'F00-10-10000-001')).toBe('aliexpress_unreachable');
  });

  test.each([
    'session is invalid',
    'access token has expired',
    'accessToken has expired',
    'Invalid session',
    'Invalid or missing session',
    'expired accessToken',
  ])('The text %j inside a payload is an expired token', (text) => {
    expect(meaningOfText(text)).toBe('token_expired');
  });

  test.each([
    'order not found',
    'The product has been offline',
    'systematic discount is not allowed',
    'the order was paid in an earlier session',
    'the token of the coupon is used',
    'service level',
    'timetable',
  ])('The text %j inside a payload is a refusal', (text) => {
    expect(meaningOfText(text)).toBe('request_refused');
  });

  test.each(['system busy', 'session is invalid'])(
    'The text %j of the gateway does not hide its code',
    (text) => {
      expect(nameOf(meaningOf(wireError('InvalidParameter', { text })))).toBe('request_refused');
    },
  );
});

describe('Pause of calls', () => {
  const NOW = Date.parse('2026-11-21T15:00:00Z');
  const MIDNIGHT = Date.parse('2026-11-21T16:00:00Z');
  function pauseOf(error: Parameters<typeof meaningOf>[0], sentAt = NOW, now = NOW) {
    const meaning = meaningOf(error);
    return 'limit' in meaning ? pauseFor(meaning, error, sentAt, now) : meaning.problem;
  }
  const pause = (limit: string, seconds: number, isStated = true) => ({
    limit,
    until: NOW + seconds * 1000,
    isStated,
  });

  test.each([
    ['Api access frequency exceeds the limit. this ban will last 1 seconds', 2],
    ['This ban will last for 1 more seconds', 2],
    ['This ban will last for 300 more seconds', 301],
  ])('%j is waited out with one second of grace', (text, seconds) => {
    expect(pauseOf(wireError('ApiCallLimit', { text }))).toEqual(pause('address', seconds));
  });

  test.each([
    ['SellerCallLimit', 'seller'],
    ['AppCallLimit', 'app'],
    ['AppApiCallLimit', 'method'],
    ['901', 'seller'],
  ])('The length of a pause is read from the text of %s', (code, limit) => {
    const error = wireError(code, { text: 'this ban will last 20 seconds' });
    expect(pauseOf(error)).toEqual(pause(limit, 21));
  });

  test('A stated pause counts under any code', () => {
    const error = wireError('unheard-of', { text: 'this ban will last 5 seconds' });
    expect(pauseOf(error)).toEqual(pause('address', 6));
  });

  test.each([
    ['ApiCallLimit', 'address', 900],
    ['7', 'address', 60],
    ['901', 'seller', 60],
    ['429', 'address', 60],
    ['SellerCallLimit', 'seller', 5],
    ['AppCallLimit', 'app', 60],
    ['AppApiCallLimit', 'method', 60],
  ])('A pause of %s without a stated length is one of the %s for %d seconds', (code, limit, seconds) => {
    expect(pauseOf(wireError(code))).toEqual(pause(limit, seconds, false));
  });

  test('A pause is as long as the header of the answer states', () => {
    expect(pauseOf({ ...wireError('429'), retryAfter: 30 })).toEqual(pause('address', 31));
  });

  test('A pause is believed for one day at most', () => {
    const text = 'this ban will last 99999999 seconds';
    expect(pauseOf(wireError('ApiCallLimit', { text }))).toEqual(pause('address', MAX_PAUSE_SECONDS + 1));
  });

  test('A text about seconds alone is no pause', () => {
    expect(pauseOf(wireError('IllegalAccessToken', { text: 'expired 20 seconds ago' }))).toBe(
      'token_expired',
    );
  });

  const DAY_OF_APP = wireError('7', { subCode: 'accesscontrol.limited-by-app-access-count' });

  test("The end of the app's day is a pause until midnight in Beijing", () => {
    expect(pauseOf(DAY_OF_APP)).toEqual({ limit: 'app_day', until: MIDNIGHT, isStated: true });
  });

  test("The app's day that ends is the one in which the request was sent", () => {
    expect(pauseOf(DAY_OF_APP, MIDNIGHT - 1, MIDNIGHT + 300)).toMatchObject({ until: MIDNIGHT });
    expect(pauseOf(DAY_OF_APP, MIDNIGHT, MIDNIGHT + 300)).toMatchObject({ until: MIDNIGHT + 86_400_000 });
  });

  test("A daily limit of the app for a stated time is not the end of the app's day", () => {
    const error = { ...DAY_OF_APP, text: 'This ban will last for 1 more seconds' };
    expect(pauseOf(error)).toEqual(pause('app', 2));
  });

  test.each(['The daily call limit of this seller is reached', '200 calls per day', '200 calls a day'])(
    'The limit of a seller whose text is %j ends the day of the shop',
    (text) => {
      expect(pauseOf(wireError('SellerCallLimit', { text }))).toBe('shop_day');
    },
  );

  test("A daily limit of the app ends the app's day, and not that of the shop", () => {
    const error = wireError('AppCallLimit', { text: 'The daily limit of the app is reached' });
    expect(pauseOf(error)).toMatchObject({ limit: 'app_day' });
  });

  test('A daily limit of a method does not end a day', () => {
    const error = wireError('ApiCallLimit', { text: 'The daily limit of the API is reached' });
    expect(pauseOf(error)).toEqual(pause('address', 900, false));
  });

  test.each(['', 'The daily limit is reached', 'This ban will last for 1 more seconds'])(
    'Of all codes, only the limit of a seller that speaks of a day ends the day of a shop: "%s"',
    (text) => {
      const ends = knownCodes.filter((code) => {
        const error = wireError(code, { text });
        const meaning = meaningOf(error);
        return 'limit' in meaning && pauseFor(meaning, error, NOW, NOW) === 'shop_day';
      });
      expect(ends).toEqual(text.includes('daily') ? ['SellerCallLimit'] : []);
    },
  );

  test('A daily limit for a stated time does not end a day', () => {
    const error = wireError('SellerCallLimit', { text: 'daily limit, this ban will last 9 seconds' });
    expect(pauseOf(error)).toEqual(pause('seller', 10));
  });
});
