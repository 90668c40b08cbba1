/**
 * The errors of AliExpress as one table: which problem each of them is, and what the budget does about it.
 * See docs/aliexpress.md#error-codes.
 */

import type { ProblemKind } from '../problems.ts';
import { DAY, SECOND } from '../runtime.ts';
import type { WireError } from './envelope.ts';

export interface ErrorRule {
  /** A code or a sub-code, the beginning of a sub-code, or a part of the text. */
  match: { code: string } | { subCodeBegins: string; under?: string } | { text: RegExp };
  /**
   * What the error concerns: the shop's calls of the day, the seller's calls per second, the app with all its shops, one
   * method, the IP address, or this call alone.
   */
  scope: 'shop-day' | 'seller-second' | 'app' | 'api' | 'ip' | 'none';
  problem: Extract<
    ProblemKind,
    | 'aliexpress_unreachable'
    | 'app_key_refused'
    | 'budget_used_up'
    | 'calls_paused'
    | 'code_refused'
    | 'ip_not_allowed'
    | 'permission_missing'
    | 'reconnect_needed'
    | 'request_refused'
    | 'token_expired'
  >;
  /** `pause`: no call is made until the pause is over. `end_day`: the day's remaining calls count as used. */
  reaction: 'pause' | 'end_day' | 'none';
}

const DEFAULT_PAUSE_SECONDS = 60;
/** A longer pause is kept for one day, and renewed by the next refusal. */
export const MAX_PAUSE_SECONDS = DAY / SECOND;
const PAUSE = /ban will last(?: for)? (\d+)/i;

type Meaning = Omit<ErrorRule, 'match'>;
const rows = (meaning: Meaning, ...codes: string[]): ErrorRule[] =>
  codes.map((code) => ({ match: { code }, ...meaning }));

export const errorRules: readonly ErrorRule[] = [
  { match: { text: PAUSE }, scope: 'api', problem: 'calls_paused', reaction: 'pause' },
  ...rows({ scope: 'api', problem: 'calls_paused', reaction: 'pause' }, 'ApiCallLimit', '7'),
  ...rows(
    { scope: 'app', problem: 'budget_used_up', reaction: 'end_day' },
    'AppCallLimit',
    'accesscontrol.limited-by-app-access-count',
  ),
  ...rows({ scope: 'none', problem: 'token_expired', reaction: 'none' }, 'IllegalAccessToken', '26', '27'),
  ...rows(
    { scope: 'none', problem: 'reconnect_needed', reaction: 'none' },
    'IllegalRefreshToken',
    'isv.invalid-authorization',
    'isv.account-migration-check-fail',
  ),
  ...rows(
    { scope: 'none', problem: 'code_refused', reaction: 'none' },
    'InvalidCode',
    'AUTH_TYPE_UNSUPPORTED',
    'isv.402',
  ),
  ...rows(
    { scope: 'app', problem: 'app_key_refused', reaction: 'none' },
    'IncompleteSignature',
    'InvalidAppkey',
    'InvalidAppKey',
    '24',
    '25',
    '28',
    '29',
  ),
  ...rows({ scope: 'ip', problem: 'ip_not_allowed', reaction: 'none' }, 'AppWhiteIpLimit'),
  ...rows(
    { scope: 'app', problem: 'permission_missing', reaction: 'none' },
    'InsufficientPermission',
    'isv.insufficient-permission',
    '11',
    '12',
  ),
  ...rows(
    { scope: 'none', problem: 'aliexpress_unreachable', reaction: 'none' },
    'ServiceUnavailable',
    'isp.service-unavailable',
    'InternalError',
    'UnknownRuntimeException',
    'ServiceTimeout',
    '10',
    '15',
  ),
  ...rows({ scope: 'seller-second', problem: 'request_refused', reaction: 'none' }, 'SellerCallLimit'),
  ...rows({ scope: 'app', problem: 'request_refused', reaction: 'none' }, 'AppApiCallLimit'),
  ...rows(
    { scope: 'api', problem: 'request_refused', reaction: 'none' },
    'InvalidApiPath',
    'InvalidMethod',
    'isv.blacklist',
    '21',
    '22',
  ),
  ...rows(
    { scope: 'none', problem: 'request_refused', reaction: 'none' },
    'MissingParameter',
    'InvalidParameter',
    'UnsupportedParamMapping',
    'IllegalTimestamp',
    'InvalidTimestamp',
    '30',
    '31',
    '40',
    '41',
  ),
  // `isp.` is an error of the back end, which is transient; `isv.` is an error of the caller.
  {
    match: { subCodeBegins: 'isp.' },
    scope: 'none',
    problem: 'aliexpress_unreachable',
    reaction: 'none',
  },
  {
    match: { subCodeBegins: 'isv.', under: '15' },
    scope: 'none',
    problem: 'request_refused',
    reaction: 'none',
  },
];

/** For an error that no rule matches. */
const REFUSED: Meaning = { scope: 'none', problem: 'request_refused', reaction: 'none' };

const byCode = new Map(
  errorRules.flatMap((rule) => ('code' in rule.match ? [[rule.match.code, rule] as const] : [])),
);

/** The codes and sub-codes that have a rule of their own. */
export const knownCodes: readonly string[] = [...byCode.keys()];

const matchesPart = ({ match }: ErrorRule, { code, subCode, text }: WireError): boolean => {
  if ('text' in match) return match.text.test(text);
  if ('code' in match) return false;
  return subCode.startsWith(match.subCodeBegins) && (match.under === undefined || match.under === code);
};

export function meaningOf(error: WireError): Meaning {
  const byPart = errorRules.find((rule) => matchesPart(rule, error));
  if (byPart?.reaction === 'pause') return byPart;
  // The numbers of a refusal inside the payload are not those of the gateway.
  if (error.code === 'business' && /^\d+$/.test(error.subCode)) return REFUSED;
  const ofCode = byCode.get(error.code);
  const ofSubCode = byCode.get(error.subCode);
  // Only the sub-code can tell the end of the day from a pause. In every other case the code decides about a pause.
  if (ofCode?.reaction === 'pause' && ofSubCode?.reaction !== 'end_day') return ofCode;
  // The sub-code is more exact than the code.
  return (ofSubCode?.reaction !== 'pause' && ofSubCode) || byPart || ofCode || REFUSED;
}

/** The length of a pause, with the second that AliExpress's guide adds. See docs/aliexpress.md#limits. */
export function pauseSeconds({ text }: WireError): number {
  const stated = PAUSE.exec(text)?.[1];
  return stated === undefined ? DEFAULT_PAUSE_SECONDS : Math.min(Number(stated), MAX_PAUSE_SECONDS) + 1;
}
