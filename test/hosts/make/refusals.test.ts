import { createGateway } from '../../../lib/aliexpress/gateway.ts';
import { orderDetail } from '../../../lib/aliexpress/methods/order-detail.ts';
import { parsedAnswer } from '../../../lib/hosts/make/answer.ts';
import { mustache } from '../../../lib/hosts/make/iml.ts';
import { pauseTerms, validAnswer } from '../../../lib/hosts/make/refusals.ts';
import { isProblem } from '../../../lib/problems.ts';
import { fixedClock } from '../../support/fixed-clock.ts';
import { evaluate } from '../../support/make/iml.ts';

const clock = fixedClock('2026-11-21T02:15:00Z');
const METHOD = orderDetail.name;
const parsed = parsedAnswer({ method: METHOD, lists: [], keys: [], numbers: [] });

/** Evaluates templates where an answer was read. */
function readingOf(answer: object) {
  const temp = { answer: evaluate(mustache(parsed), { body: JSON.stringify(answer) }, { clock }) };
  return (template: string) => evaluate(template, { temp }, { clock });
}

/** What Make says of an answer where nobody has a budget yet; "ok" where there is nothing to say. */
function onMake(answer: object): unknown {
  const read = readingOf(answer);
  const terms = { isClaimed: false, isShaped: 'true', method: `'${METHOD}'`, field: "'target'" };
  const { condition, message } = validAnswer(terms);
  return read(condition) === true ? 'ok' : read(message);
}

async function onZapier(answer: object): Promise<string> {
  const gateway = createGateway({
    baseUrl: 'https://api-sg.aliexpress.com',
    appKey: '512345',
    appSecret: 'secret',
    clock,
    transport: async () => ({ status: 200, body: JSON.stringify(answer) }),
  });
  const asked = gateway.call(orderDetail, { order_id: '8201739405562817' }, { lane: 'ask', retries: 0 });
  return asked.then(
    () => 'ok',
    (error: unknown) => {
      if (isProblem(error)) return error.message;
      throw error;
    },
  );
}

/** What Make keeps from other runs. */
function pauseOf(answer: object): unknown {
  const read = readingOf(answer);
  const { kind, seconds } = pauseTerms();
  const said = read(mustache(kind));
  return said === 'banned' ? `${said} for ${read(mustache(seconds))}` : said;
}

const CODES = [
  ...['IllegalAccessToken', '26', '27', 'IllegalRefreshToken', 'isv.invalid-authorization'],
  ...['isv.account-migration-check-fail', 'IncompleteSignature', 'InvalidAppkey', 'InvalidAppKey'],
  ...['24', '25', '28', '29', 'InvalidCode', 'AUTH_TYPE_UNSUPPORTED', 'isv.402', 'AppWhiteIpLimit'],
  ...['InsufficientPermission', 'isv.insufficient-permission', '11', '12', 'AppCallLimit'],
  ...['accesscontrol.limited-by-app-access-count', 'ServiceUnavailable', 'isp.service-unavailable'],
  ...['InternalError', 'UnknownRuntimeException', 'ServiceTimeout', '10', '15', '7', 'ApiCallLimit'],
  ...['isp.something-new', 'isv.something-new', 'SomethingNew'],
];
const error = (code: string, more: object = {}) => ({ error_response: { code, msg: 'words', ...more } });
const refusal = (more: object) => ({ code: '0', success: false, ...more });
const LIMIT_OF_DAY = 'accesscontrol.limited-by-app-access-count';

describe.each(CODES)('the code %s means the same as on Zapier', (code) => {
  test.each([
    ['as the code of an error', error(code)],
    ['as the sub-code of a remote service error', error('15', { sub_code: code })],
    ['as the sub-code of another error', error('50', { sub_code: code })],
    ['inside the payload', refusal({ error_code: code })],
  ])('%s', async (_, answer) => {
    expect(onMake(answer)).toBe(await onZapier(answer));
  });
});

test.each([
  ['success', refusal({ error_code: 'F1' })],
  ['result_success', { code: '0', result_success: 'false', error_code: 'F1' }],
  ['is_success', { code: '0', is_success: false, error_code: 'F1' }],
  ['result.success', { code: '0', result: { success: false, error_code: 'F1' } }],
  ['response.success', { code: '0', response: { success: false, error_code: 'F1' } }],
])('a payload says by %s that it is a refusal, as on Zapier', async (_, answer) => {
  expect(onMake(answer)).toBe(await onZapier(answer));
  expect(onMake(answer)).toContain('with code F1');
});

test('the limit of the day is no ban for who signs in, as on Zapier', async () => {
  const answer = error('7', { sub_code: LIMIT_OF_DAY });
  expect(onMake(answer)).toBe(await onZapier(answer));
});

test('a success beside the code of an error is a success', () => {
  expect(onMake({ code: '0', success: true, error_code: 'F1' })).toBe('ok');
});

test.each([
  ['a limit without a text is a ban of a minute', error('ApiCallLimit'), 'banned for 60'],
  ['so is its old code', error('7'), 'banned for 60'],
  [
    'a text says for how long',
    error('7', { sub_msg: 'This ban will last for 1 more seconds' }),
    'banned for 1',
  ],
  ['whatever its code', error('Other', { msg: 'THIS BAN WILL LAST 900 SECONDS' }), 'banned for 900'],
  [
    'a longer one is believed for a day',
    error('7', { msg: 'ban will last 99999 seconds' }),
    'banned for 86400',
  ],
  ['the limit of the day is no ban', error('7', { sub_code: LIMIT_OF_DAY }), 'used_up'],
  ['nor by its name', error('AppCallLimit'), 'used_up'],
  ['nor inside the payload', refusal({ error_code: 'AppCallLimit' }), 'used_up'],
  ['a success is neither', { code: '0', message: 'this ban will last 900 seconds' }, ''],
  ['nor is another error', error('IllegalAccessToken'), ''],
])('what other runs are told: %s', (_, answer, told) => {
  expect(pauseOf(answer)).toBe(told);
});
