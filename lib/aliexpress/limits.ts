/**
 * The limits of AliExpress, each with a scope of its own, and the pause after one was exceeded. Only the limit of the
 * shop's day ends that day. See docs/aliexpress.md#limits.
 */

import { fail } from '../problems.ts';
import { DAY, HOUR } from '../runtime.ts';

/**
 * What a limit counts: the shop's calls of a day, the app's calls of a day for all its shops, the calls per second of an IP
 * address, of a seller, of an app, or of one method.
 */
export type Limit = 'shop_day' | PauseLimit;
export const pauseLimits = ['app_day', 'address', 'seller', 'app', 'method'] as const;
export type PauseLimit = (typeof pauseLimits)[number];

/** Until it is over, no call is made that the limit counts. */
export interface Pause {
  limit: PauseLimit;
  /** Epoch milliseconds. */
  until: number;
  /** Whether AliExpress has said how long. If not, the pause is doubled at every repetition. */
  isStated: boolean;
}

/** AliExpress counts the calls of an app by days in Beijing. */
export const APP_DAY_ZONE = 'Asia/Shanghai';
const APP_DAY_OFFSET_MS = 8 * HOUR;

/** The end of the app's day, epoch milliseconds. */
export const appDayEnd = (at: number): number =>
  (Math.floor((at + APP_DAY_OFFSET_MS) / DAY) + 1) * DAY - APP_DAY_OFFSET_MS;

/** @throws the Problem of a pause, which names the limit */
export function failPaused({ limit, until }: Pick<Pause, 'limit' | 'until'>, now: number): never {
  const retryIn = Math.max(0, until - now);
  switch (limit) {
    case 'app_day':
      return fail('app_quota_used_up', { resetsAt: until, now, zone: APP_DAY_ZONE });
    case 'app':
    case 'method':
      return fail('app_rate_limited', { retryIn });
    case 'seller':
      return fail('shop_rate_limited', { retryIn });
    default:
      return fail('calls_paused', { until, now });
  }
}
