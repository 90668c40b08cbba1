/**
 * The errors of AliExpress as one table: the limit that was exceeded, or the problem that each of them is.
 * See docs/aliexpress.md#error-codes.
 */

import type { ProblemKind } from '../problems.ts';
import { DAY, SECOND } from '../runtime.ts';
import type { WireError } from './envelope.ts';
import { appDayEnd, type Limit, type Pause } from './limits.ts';

/** `seconds`: how long calls pause if AliExpress does not say it. */
export type Meaning = { limit: Limit; seconds: number } | { problem: RefusalKind };

export type RefusalKind = Extract<
  ProblemKind,
  | 'aliexpress_unreachable'
  | 'app_key_refused'
  | 'clock_wrong'
  | 'code_refused'
  | 'ip_not_allowed'
  | 'method_changed'
  | 'method_retired'
  | 'permission_missing'
  | 'reconnect_needed'
  | 'request_refused'
  | 'token_expired'
>;

type Row = [code: string, meaning: Meaning];
const problem = (kind: RefusalKind, ...codes: string[]): Row[] =>
  codes.map((code) => [code, { problem: kind }]);
const limit = (of: Limit, seconds: number, ...codes: string[]): Row[] =>
  codes.map((code) => [code, { limit: of, seconds }]);

/** The pause of an address that has sent too fast. */
const FUSE_SECONDS = 900;
const FREQUENCY_SECONDS = 60;
const SELLER_SECONDS = 5;

/** Codes and sub-codes. */
const rows: readonly Row[] = [
  ...limit('address', FUSE_SECONDS, 'ApiCallLimit'),
  ...limit('address', FREQUENCY_SECONDS, '7', '429'),
  ...limit('seller', SELLER_SECONDS, 'SellerCallLimit'),
  // Of the caller, which is the seller whose token the call has: other shops behind the same address go on.
  ...limit('seller', FREQUENCY_SECONDS, '901'),
  ...limit('app', FREQUENCY_SECONDS, 'AppCallLimit'),
  ...limit('method', FREQUENCY_SECONDS, 'AppApiCallLimit', 'accesscontrol.limited-by-api-access-count'),
  ...limit('method', FREQUENCY_SECONDS, 'accesscontrol.limited-by-app-api-access-count'),
  ...limit('app_day', FREQUENCY_SECONDS, 'accesscontrol.limited-by-app-access-count'),
  ...problem('token_expired', 'IllegalAccessToken', 'InvalidAccessToken', '26', '27'),
  ...problem('token_expired', 'invalid-sessionkey', 'session-expired'),
  ...problem('reconnect_needed', 'IllegalRefreshToken', 'isv.invalid-authorization'),
  ...problem('reconnect_needed', 'isv.account-migration-check-fail'),
  ...problem('code_refused', 'InvalidCode', 'AUTH_TYPE_UNSUPPORTED', 'isv.402'),
  ...problem('app_key_refused', 'IncompleteSignature', 'InvalidAppkey', '24', '25', '28', '29'),
  ...problem('ip_not_allowed', 'AppWhiteIpLimit', 'isv.permission-ip-whitelist-limit'),
  ...problem('permission_missing', 'InsufficientPermission', 'isv.insufficient-permission', '11', '12'),
  ...problem('aliexpress_unreachable', 'ServiceUnavailable', 'isp.service-unavailable', 'ServiceTimeout'),
  ...problem('aliexpress_unreachable', 'InternalError', 'UnknownRuntimeException', '10', '15'),
  ...problem('aliexpress_unreachable', 'F00-00-10001'),
  ...problem('clock_wrong', 'IllegalTimestamp', 'InvalidTimestamp', '30', '31'),
  ...problem('method_retired', 'InvalidApiPath', 'InvalidMethod', 'isv.blacklist', '21', '22'),
  ...problem('method_changed', 'MissingParameter', 'UnsupportedParamMapping', '40'),
  ...problem('request_refused', 'InvalidParameter', 'isv.invalid-parameter', '41'),
];

/** AliExpress's own spelling of capitals varies. */
const byCode = new Map(rows.map(([code, meaning]) => [code.toLowerCase(), meaning]));

/** The codes and sub-codes that have a rule of their own. */
export const knownCodes: readonly string[] = rows.map(([code]) => code);

const REFUSED: Meaning = { problem: 'request_refused' };
const UNREACHABLE: Meaning = { problem: 'aliexpress_unreachable' };

/** Rules for errors whose codes have none, in their order. `isp.` is an error of the back end, `isv.` of the caller. */
const patterns: readonly { matches(error: WireError): boolean; meaning: Meaning }[] = [
  {
    matches: ({ code, subCode }) => /CallLimit(ed)?$/i.test(subCode || code),
    meaning: { limit: 'address', seconds: FREQUENCY_SECONDS },
  },
  {
    // The text of the code 901.
    matches: ({ text }) => /too frequent|请求过于频繁/i.test(text),
    meaning: { limit: 'seller', seconds: FREQUENCY_SECONDS },
  },
  {
    matches: ({ text }) => /too many requests|frequency exceeds|限流/i.test(text),
    meaning: { limit: 'address', seconds: FREQUENCY_SECONDS },
  },
  {
    matches: ({ code, text }) => code !== BUSINESS && /has been offline/i.test(text),
    meaning: { problem: 'method_retired' },
  },
  {
    matches: ({ subCode }) => subCode.startsWith('isv.permission-'),
    meaning: { problem: 'permission_missing' },
  },
  { matches: ({ subCode }) => subCode.startsWith('isp.'), meaning: UNREACHABLE },
  { matches: ({ code, subCode }) => code === '15' && subCode.startsWith('isv.'), meaning: REFUSED },
  { matches: ({ code, text }) => code === BUSINESS && BUSY.test(text), meaning: UNREACHABLE },
  {
    matches: ({ code, text }) => code === BUSINESS && EXPIRED.test(text),
    meaning: { problem: 'token_expired' },
  },
];

/** The code of a refusal inside the payload. Its own code, which is not one of the gateway, is the sub-code. */
const BUSINESS = 'business';
const BUSY =
  /(system|service|server)\b.{0,20}\b(busy|unavailable|error|exception)|time ?out|timed out|try again later|temporarily|系统(繁忙|异常|错误)|服务(繁忙|不可用)|超时|稍后(再|重)试/i;
const EXPIRED =
  /(session|access.?token)\b.{0,40}\b(invalid|expired)|(invalid|expired)\b.{0,40}\b(session|access.?token)/i;

export function meaningOf(error: WireError): Meaning {
  const { code, subCode } = error;
  // A number is a code of the gateway, but never as a sub-code or inside the payload.
  const bySubCode = /^\d/.test(subCode) ? undefined : byCode.get(subCode.toLowerCase());
  const ofCode = byCode.get(code.toLowerCase());
  const exceeded = [bySubCode, ofCode].find((meaning) => meaning && 'limit' in meaning);
  if (exceeded && 'limit' in exceeded) return { ...exceeded, limit: limitIn(error, exceeded.limit) };
  if (statedSeconds(error) !== undefined) return { limit: 'address', seconds: FREQUENCY_SECONDS };
  const byPattern = patterns.find((pattern) => pattern.matches(error))?.meaning;
  return bySubCode ?? byPattern ?? ofCode ?? REFUSED;
}

/**
 * The code of a limit per second may also stand for that of a day, which only the text says. That a seller's limit of a day
 * ends the shop's day is an assumption: docs/aliexpress.md#error-codes.
 */
function limitIn({ code, subCode, text }: WireError, limit: Limit): Limit {
  if (STATED.test(text)) return limit === 'app_day' ? 'app' : limit;
  if (!/\bdaily\b|\bper day\b|\ba day\b/i.test(text)) return limit;
  const isOfSeller = [code, subCode].some((each) => /^SellerCallLimit$/i.test(each));
  return isOfSeller ? 'shop_day' : limit === 'app' ? 'app_day' : limit;
}

const STATED = /ban will last(?: for)? (\d+)/i;
/** A longer pause is kept for one day, and renewed by the next refusal. */
export const MAX_PAUSE_SECONDS = DAY / SECOND;

/**
 * The length of a pause, with the second that AliExpress's guide adds; undefined if AliExpress does not state it.
 * See docs/aliexpress.md#limits.
 */
function statedSeconds({ text, retryAfter }: WireError): number | undefined {
  const stated = STATED.exec(text)?.[1] ?? retryAfter;
  return stated === undefined ? undefined : Math.min(Number(stated), MAX_PAUSE_SECONDS) + 1;
}

/**
 * The pause after a limit was exceeded.
 * @param sentAt when the request was sent, epoch milliseconds: its day is the one whose calls are used up
 */
export function pauseFor(
  { limit, seconds }: Extract<Meaning, { limit: Limit }>,
  error: WireError,
  sentAt: number,
  now: number,
): Pause | 'shop_day' {
  if (limit === 'shop_day') return limit;
  if (limit === 'app_day') return { limit, until: appDayEnd(sentAt), isStated: true };
  const stated = statedSeconds(error);
  return { limit, until: now + (stated ?? seconds) * SECOND, isStated: stated !== undefined };
}
