import { banSeconds, classify, type ErrorClass } from '../../lib/aliexpress/errors.ts';

const wireError = (code: string, { subCode = '', text = '' } = {}) => ({ code, subCode, text });

/** Facts §4.2, by what each code means for us. */
const codes: Record<ErrorClass, string[]> = {
  token_expired: ['IllegalAccessToken', '26', '27'],
  reconnect: ['IllegalRefreshToken'],
  app_key: ['IncompleteSignature', 'InvalidAppkey', 'InvalidAppKey', '24', '25', '28', '29'],
  code: ['InvalidCode', 'AUTH_TYPE_UNSUPPORTED', 'isv.402'],
  ip: ['AppWhiteIpLimit'],
  permission: ['InsufficientPermission', '11', '12'],
  daily_limit: ['AppCallLimit'],
  unreachable: [
    'ServiceUnavailable',
    'InternalError',
    'UnknownRuntimeException',
    'ServiceTimeout',
    '10',
    '15',
  ],
  refused: [
    'ApiCallLimit',
    'MissingParameter',
    'InvalidParameter',
    'UnsupportedParamMapping',
    'InvalidApiPath',
    'InvalidMethod',
    '7',
    '21',
    '22',
    '30',
    '31',
    '40',
    '41',
    'F00-10-10000-001',
    'business',
    '',
  ],
};

const subCodes: [subCode: string, meaning: ErrorClass][] = [
  ['isv.invalid-authorization', 'reconnect'],
  ['isv.account-migration-check-fail', 'reconnect'],
  ['isv.402', 'code'],
  ['isv.insufficient-permission', 'permission'],
  ['isp.service-unavailable', 'unreachable'],
  ['accesscontrol.limited-by-app-access-count', 'daily_limit'],
];

describe('an error code', () => {
  const table = Object.entries(codes).flatMap(([meaning, all]) => all.map((code) => [code, meaning]));

  test.each(table)('%j means: %s', (code = '', meaning = '') => {
    expect(classify(wireError(code))).toBe(meaning);
  });

  test.each(subCodes)('with the sub-code %j means: %s', (subCode, meaning) => {
    expect(classify(wireError('15', { subCode }))).toBe(meaning);
  });

  test('counts where its sub-code is not known', () => {
    expect(classify(wireError('IllegalAccessToken', { subCode: 'isv.unheard-of' }))).toBe('token_expired');
  });
});

describe('a ban', () => {
  test.each([
    ['Api access frequency exceeds the limit. this ban will last 1 seconds', 2],
    ['This ban will last for 1 more seconds', 2],
    ['This ban will last for 300 more seconds', 301],
  ])('of which AliExpress writes %j is waited out with one second of grace', (text, seconds) => {
    expect(banSeconds(wireError('ApiCallLimit', { text }))).toBe(seconds);
  });

  test.each(['ApiCallLimit', '7'])('with code %s and no number lasts a minute', (code) => {
    expect(banSeconds(wireError(code))).toBe(60);
  });

  test.each(['accesscontrol.limited-by-api-access-count', 'accesscontrol.limited-by-app-api-access-count'])(
    'with sub-code %s is one',
    (subCode) => {
      expect(banSeconds(wireError('7', { subCode }))).toBe(60);
    },
  );

  test.each([
    ['the limit of the day', wireError('AppCallLimit')],
    [
      'the limit of the day in the old codes',
      wireError('7', { subCode: 'accesscontrol.limited-by-app-access-count' }),
    ],
    ['an expired token', wireError('IllegalAccessToken', { text: 'expired 20 seconds ago' })],
    ['a refused order number', wireError('business')],
  ])('is not what %s is', (_, error) => {
    expect(banSeconds(error)).toBeNull();
  });
});

test.each(['15', '27'])(
  'the number %s of a refusal inside the payload is not the number of the gateway',
  (subCode) => {
    expect(classify(wireError('business', { subCode }))).toBe('refused');
  },
);

test('a code that is the name of something every object has is unknown all the same', () => {
  expect(classify(wireError('constructor'))).toBe('refused');
});
