/** AliExpress's error codes, as a table, and what each means for us. [facts §4.2] */

import type { WireError } from './envelope.ts';

export type ErrorClass =
  | 'token_expired'
  | 'reconnect'
  | 'app_key'
  | 'code'
  | 'ip'
  | 'permission'
  | 'daily_limit'
  | 'unreachable'
  | 'refused';

const byCode = new Map<string, ErrorClass>(
  Object.entries({
    IllegalAccessToken: 'token_expired',
    27: 'token_expired',
    26: 'token_expired',
    IllegalRefreshToken: 'reconnect',
    'isv.invalid-authorization': 'reconnect',
    'isv.account-migration-check-fail': 'reconnect',
    IncompleteSignature: 'app_key',
    InvalidAppkey: 'app_key',
    InvalidAppKey: 'app_key',
    24: 'app_key',
    25: 'app_key',
    28: 'app_key',
    29: 'app_key',
    InvalidCode: 'code',
    AUTH_TYPE_UNSUPPORTED: 'code',
    'isv.402': 'code',
    AppWhiteIpLimit: 'ip',
    InsufficientPermission: 'permission',
    'isv.insufficient-permission': 'permission',
    11: 'permission',
    12: 'permission',
    AppCallLimit: 'daily_limit',
    'accesscontrol.limited-by-app-access-count': 'daily_limit',
    ServiceUnavailable: 'unreachable',
    'isp.service-unavailable': 'unreachable',
    InternalError: 'unreachable',
    UnknownRuntimeException: 'unreachable',
    ServiceTimeout: 'unreachable',
    10: 'unreachable',
    15: 'unreachable',
  } as const),
);

/** The codes that mean something by themselves; `classify` says what. */
export const knownCodes: readonly string[] = [...byCode.keys()];

/** The sub-code is the more exact of the two; code 15 ("remote service error") is a mere envelope for it. */
export const classify = (error: WireError): ErrorClass => {
  // A refusal inside the payload has codes of its own; only the named ones mean the same there.
  if (error.code === 'business' && /^\d+$/.test(error.subCode)) return 'refused';
  const known = byCode.get(error.subCode);
  if (known) return known;
  // The back end's own trouble passes; what it has against the caller does not.
  if (error.subCode.startsWith('isp.')) return 'unreachable';
  if (error.code === '15' && error.subCode.startsWith('isv.')) return 'refused';
  return byCode.get(error.code) ?? 'refused';
};

/** Legacy code 7 and ApiCallLimit: the text says for how long. */
const THROTTLED = new Set(['ApiCallLimit', '7']);
/** A longer one is believed for a day at a time. */
export const MAX_BAN_SECONDS = 86_400;
const BAN = /ban will last(?: for)? (\d+)/i;

/** For how many seconds AliExpress bans the account, with the second of grace its guide asks for; null: no ban. */
export function banSeconds(error: WireError): number | null {
  const stated = BAN.exec(error.text)?.[1];
  if (stated !== undefined) return Math.min(Number(stated), MAX_BAN_SECONDS) + 1;
  return THROTTLED.has(error.code) && classify(error) !== 'daily_limit' ? 60 : null;
}
