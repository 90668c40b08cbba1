import { MakeError } from '../../support/make/errors.ts';
import { useStandIn } from './stand-in.ts';

const standIn = useStandIn();

async function errorFor(answer: object | string | number): Promise<MakeError> {
  standIn.answerWith(() => (typeof answer === 'object' ? JSON.stringify(answer) : answer));
  const run = standIn.run('findOrder', { order_number: '8201739405562817' });
  const thrown: unknown = await run.catch((error: unknown) => error);
  if (thrown instanceof MakeError) return thrown;
  throw thrown;
}

const error = (code: string | number, more: object = {}) => ({
  error_response: { type: 'ISV', code, msg: 'words', request_id: '1', ...more },
});

test.each([
  [
    'a token that is not valid',
    error('IllegalAccessToken'),
    'InvalidAccessTokenError',
    'access token has expired',
  ],
  [
    'a dead connection',
    error('15', { sub_code: 'isv.invalid-authorization' }),
    'InvalidAccessTokenError',
    'Reconnect the shop',
  ],
  [
    'a wrong signature',
    error('IncompleteSignature'),
    'InvalidConfigurationError',
    'code IncompleteSignature',
  ],
  [
    'a missing permission',
    error('InsufficientPermission'),
    'InvalidConfigurationError',
    'may not call aliexpress.trade.new.redefining.findorderbyid (code InsufficientPermission)',
  ],
  [
    'an address that is not on the list',
    error('AppWhiteIpLimit'),
    'InvalidConfigurationError',
    'turn off the IP whitelist',
  ],
  [
    'the limit of the day',
    error('AppCallLimit'),
    'RateLimitError',
    "Today's 200 AliExpress calls are used up; new calls from 00:00 Beijing time",
  ],
  [
    'a pause',
    error('ApiCallLimit', { msg: 'Api access frequency exceeds the limit. this ban will last 900 seconds' }),
    'RateLimitError',
    'calls go on in 15 min',
  ],
  [
    'a pause of a second',
    error(7, { sub_msg: 'This ban will last for 1 more seconds' }),
    'RateLimitError',
    'calls go on in 1 min',
  ],
  [
    'a pause of a second, with the sub-code of the daily limit',
    error(7, {
      sub_code: 'accesscontrol.limited-by-app-access-count',
      sub_msg: 'This ban will last for 1 more seconds',
    }),
    'RateLimitError',
    'calls go on in 1 min',
  ],
  [
    'trouble in the back end',
    error(15, { sub_code: 'isp.service-unavailable' }),
    'ConnectionError',
    '(isp.service-unavailable)',
  ],
  [
    'a refusal of the back end',
    error('15', { sub_code: 'isv.something' }),
    'DataError',
    'with code isv.something',
  ],
  ['a code nobody knows', error('SomethingNew'), 'DataError', 'with code SomethingNew'],
  [
    'a refusal inside the payload',
    { code: '0', success: false, error_code: 'F00-10' },
    'DataError',
    'with code F00-10',
  ],
  [
    'a flat error',
    { type: 'ISV', code: 'InvalidApiPath', message: 'no' },
    'DataError',
    'with code InvalidApiPath',
  ],
  ['another shape', { code: '0', order: {} }, 'RuntimeError', 'no longer has the agreed shape at "target"'],
  ['a page instead of JSON', '<html>We will be back soon</html>', 'ConnectionError', '(not_json)'],
  ['a status of an error', 503, 'ConnectionError', '(HTTP 503)'],
])('%s is said so, and Make does what fits', async (_, answer, type, words) => {
  const told = await errorFor(answer);
  expect([told.type, told.message]).toEqual([type, expect.stringContaining(words)]);
});

test('what is said is said in Chinese too', async () => {
  expect((await errorFor(error('AppWhiteIpLimit'))).message).toContain('该应用设置了 IP 白名单');
});

test('a sentence of AliExpress, which may hold a name, is not repeated', async () => {
  const told = await errorFor({ code: '0', success: false, error_code: 'no order of CANARY-NAME' });
  expect(told.message).toContain('with code unknown');
});

test('an order that is not the shop’s is not found, and that is no error', async () => {
  standIn.answerWith(() => '{"code":"0","request_id":"1","time_stamp":"2026-11-21"}');
  expect(await standIn.run('findOrder', { order_number: '8201739405562817' })).toEqual([]);
});
