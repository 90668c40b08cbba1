/** The error codes of 17TRACK, and what each of them means for a request or for one number. */

import type { RegistrationResult } from '../tracker.ts';

export const IP_NOT_LISTED = -18_010_001;
/** The key is wrong, the account is disabled, or it has no access. */
export const KEY_REFUSED: readonly number[] = [-18_010_002, -18_010_004, -18_010_005];
export const INTERNAL_ERROR = -18_010_003;

export const NOT_REGISTERED = -18_019_902;
export const NO_EVENTS_YET = -18_019_909;

const CARRIER_NOT_FOUND = -18_019_903;
const CARRIER_WRONG = -18_019_910;
const CARRIER_NOT_REGISTRABLE = -18_019_911;
/** After these the next carrier is tried. */
const OTHER_CARRIER: readonly number[] = [CARRIER_NOT_FOUND, CARRIER_WRONG, CARRIER_NOT_REGISTRABLE];

const results = new Map<number, RegistrationResult>([
  [-18_019_901, 'known'],
  ...OTHER_CARRIER.map((code) => [code, 'carrier_unknown'] as const),
  ...[-18_010_018, -18_010_019, -18_010_020, -18_010_022].map((code) => [code, 'buyer_data_wanted'] as const),
  ...[-18_010_010, -18_010_011, -18_010_012, -18_010_013, -18_010_015].map(
    (code) => [code, 'number_refused'] as const,
  ),
  [-18_019_907, 'daily_limit'],
  [-18_019_908, 'credits_used_up'],
]);

/** What a refusal of a registration means. */
export const resultOf = (code: number): RegistrationResult => results.get(code) ?? 'try_later';
