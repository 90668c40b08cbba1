import {
  errorRules,
  knownCodes,
  MAX_PAUSE_SECONDS,
  meaningOf,
  pauseSeconds,
} from '../../lib/aliexpress/errors.ts';
import { read } from '../support/repository.ts';

const wireError = (code: string, { subCode = '', text = '' } = {}) => ({ code, subCode, text });
type Row = [code: string, problem: string, reaction: string];
const none = (problem: string, ...codes: string[]): Row[] => codes.map((code) => [code, problem, 'none']);

const codes: Row[] = [
  ['ApiCallLimit', 'calls_paused', 'pause'],
  ['7', 'calls_paused', 'pause'],
  ['AppCallLimit', 'budget_used_up', 'end_day'],
  ...none('token_expired', 'IllegalAccessToken', '26', '27'),
  ...none('reconnect_needed', 'IllegalRefreshToken'),
  ...none('code_refused', 'InvalidCode', 'AUTH_TYPE_UNSUPPORTED'),
  ...none('app_key_refused', 'IncompleteSignature', 'InvalidAppkey', 'InvalidAppKey', '24', '25', '28', '29'),
  ...none('ip_not_allowed', 'AppWhiteIpLimit'),
  ...none('permission_missing', 'InsufficientPermission', '11', '12'),
  ...none('aliexpress_unreachable', 'ServiceUnavailable', 'InternalError', 'UnknownRuntimeException'),
  ...none('aliexpress_unreachable', 'ServiceTimeout', '10', '15'),
  ...none('request_refused', 'SellerCallLimit', 'AppApiCallLimit', 'InvalidApiPath', 'InvalidMethod'),
  ...none('request_refused', 'MissingParameter', 'InvalidParameter', 'UnsupportedParamMapping'),
  ...none('request_refused', 'IllegalTimestamp', 'InvalidTimestamp', '21', '22', '30', '31', '40', '41'),
];

const subCodes: Row[] = [
  ['accesscontrol.limited-by-app-access-count', 'budget_used_up', 'end_day'],
  ...none('reconnect_needed', 'isv.invalid-authorization', 'isv.account-migration-check-fail'),
  ...none('code_refused', 'isv.402'),
  ...none('permission_missing', 'isv.insufficient-permission'),
  ...none('aliexpress_unreachable', 'isp.service-unavailable'),
  ...none('request_refused', 'isv.blacklist'),
];

const unknown = [
  'F00-10-10000-001',
  'business',
  '',
  // A key that every object has.
  'constructor',
];

describe('Table of errors', () => {
  test.each(codes)('The code %s becomes the problem %s with the reaction %s', (code, problem, reaction) => {
    expect(meaningOf(wireError(code))).toMatchObject({ problem, reaction });
  });

  test.each(subCodes)(
    'The sub-code %s becomes the problem %s with the reaction %s',
    (subCode, problem, reaction) => {
      expect(meaningOf(wireError('15', { subCode }))).toMatchObject({ problem, reaction });
    },
  );

  test('Every code with a rule has a test', () => {
    expect([...codes, ...subCodes].map(([code]) => code).sort()).toEqual([...knownCodes].sort());
  });

  test('Every code on the page of facts has a rule', () => {
    const page = read('docs/aliexpress.md');
    const section = page.slice(page.indexOf('### Error codes'), page.indexOf('### HTTP status'));
    const codesOnPage = [...section.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) => [
      ...[...cell.matchAll(/`([\w.-]+)`/g)].map(([, code = '']) => code),
      ...(cell.replace(/`[^`]*`/g, '').match(/\b\d+\b/g) ?? []),
    ]);
    expect(codesOnPage.length).toBeGreaterThan(40);
    expect(codesOnPage.filter((code) => !knownCodes.includes(code))).toEqual([]);
  });

  test('No code has two rules', () => {
    const all = errorRules.flatMap(({ match }) => ('code' in match ? [match.code] : []));
    expect(all.length).toBe(knownCodes.length);
  });

  test.each(unknown)('The code %j has no rule and becomes the problem request_refused', (code) => {
    expect(meaningOf(wireError(code))).toMatchObject({ problem: 'request_refused', reaction: 'none' });
  });

  test('A sub-code that begins with "isp." is a passing error of the back end', () => {
    const error = wireError('50', { subCode: 'isp.unheard-of' });
    expect(meaningOf(error)).toMatchObject({ problem: 'aliexpress_unreachable' });
  });

  test('A sub-code that begins with "isv." under code 15 is a refusal', () => {
    const error = wireError('15', { subCode: 'isv.unheard-of' });
    expect(meaningOf(error)).toMatchObject({ problem: 'request_refused' });
  });

  test('A code decides if its sub-code is not known', () => {
    const error = wireError('IllegalAccessToken', { subCode: 'isv.unheard-of' });
    expect(meaningOf(error)).toMatchObject({ problem: 'token_expired' });
  });

  test.each(['15', '27'])('The number %s inside a payload is not the code of the gateway', (subCode) => {
    expect(meaningOf(wireError('business', { subCode }))).toMatchObject({ problem: 'request_refused' });
  });
});

describe('Pause of calls', () => {
  test.each([
    ['Api access frequency exceeds the limit. this ban will last 1 seconds', 2],
    ['This ban will last for 1 more seconds', 2],
    ['This ban will last for 300 more seconds', 301],
  ])('%j is waited out with one second of grace', (text, seconds) => {
    const error = wireError('ApiCallLimit', { text });
    expect(meaningOf(error)).toMatchObject({ reaction: 'pause' });
    expect(pauseSeconds(error)).toBe(seconds);
  });

  test('A stated pause counts under any code', () => {
    const error = wireError('unheard-of', { text: 'this ban will last 5 seconds' });
    expect(meaningOf(error)).toMatchObject({ problem: 'calls_paused', reaction: 'pause' });
  });

  test('A pause without a stated length lasts a minute', () => {
    expect(pauseSeconds(wireError('ApiCallLimit'))).toBe(60);
  });

  test('A pause is believed for one day at most', () => {
    const text = 'this ban will last 99999999 seconds';
    expect(pauseSeconds(wireError('ApiCallLimit', { text }))).toBe(MAX_PAUSE_SECONDS + 1);
  });

  test.each(['accesscontrol.limited-by-api-access-count', 'accesscontrol.limited-by-app-api-access-count'])(
    'The sub-code %s under code 7 is a pause',
    (subCode) => {
      expect(meaningOf(wireError('7', { subCode }))).toMatchObject({ reaction: 'pause' });
    },
  );

  test('The sub-code of the daily limit under code 7 is the end of the day', () => {
    const error = wireError('7', { subCode: 'accesscontrol.limited-by-app-access-count' });
    expect(meaningOf(error)).toMatchObject({ reaction: 'end_day' });
  });

  test('A code of a pause is no pause as a sub-code', () => {
    expect(meaningOf(wireError('business', { subCode: 'ApiCallLimit' }))).toMatchObject({ reaction: 'none' });
  });

  test('A text about seconds alone is no pause', () => {
    const error = wireError('IllegalAccessToken', { text: 'expired 20 seconds ago' });
    expect(meaningOf(error)).toMatchObject({ reaction: 'none' });
  });
});
