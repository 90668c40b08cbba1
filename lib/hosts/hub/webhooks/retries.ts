/** When a webhook that failed is sent again: over three days, out of the order of events after the third failure. */

import { HOUR, MINUTE, SECOND } from '../../../runtime.ts';
import type { Outcome } from './deliveries.ts';

/** Pauses before the second and every later attempt. */
const PAUSES_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  20 * HOUR,
];
const ATTEMPTS_IN_ORDER = 3;

/**
 * @param attempts that have failed
 * @param random in [0, 1), which spreads the attempts of many events
 */
export function afterFailure(attempts: number, reason: string, now: number, random: number): Outcome {
  const pause = PAUSES_MS[attempts - 1];
  if (pause === undefined) return { state: 'dead', reason };
  const dueAt = now + Math.round(pause * (1 + random / 10));
  return { state: attempts < ATTEMPTS_IN_ORDER ? 'waiting' : 'parked', dueAt, reason };
}
