/** What an attempt to send a webhook ended in, and when it is made again. */

import { type HttpAnswer, TEMPORARY_STATUSES } from '../../../http/transport.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../runtime.ts';
import type { Outcome } from '../deliveries/deliveries.ts';
import type { Reason } from '../reasons.ts';

/** `target`: what the answer says about the address. `isFull`: a scenario of Make has not worked off its queue. */
export interface Attempted {
  outcome: Outcome;
  target: 'open' | 'gone' | 'refusing';
  reason: Reason;
  isFull?: true;
}

interface Circumstances {
  /** When the first attempt was made, epoch milliseconds; null if this is the first. */
  firstTriedAt: number | null;
  /** How many attempts that count were made, with this one. */
  attempts: number;
  now: number;
  /** In [0, 1): spreads the attempts of many events. */
  random: number;
}

/** Pauses before the second and every later attempt: three days in all. */
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

/** Nobody listens there any more. */
const GONE = new Set([404, 410]);
const TOO_MANY = 429;
const MIN_BUSY_MS = 10 * SECOND;

/** Make's answer while the queue of a webhook is full. */
const QUEUE_FULL = /queue is full/i;
const QUEUE_FULL_MS = 15 * MINUTE;
const MAX_PAUSE_MS = 6 * HOUR;

/** How often an address that is gone is tried. */
const PROBE_EVERY_MS = DAY;

export function afterAnswer({ status, body, headers }: HttpAnswer, circumstances: Circumstances): Attempted {
  const { now, firstTriedAt } = circumstances;
  const reason: Reason = `http_${status}`;
  if (status >= 200 && status < 300) return { outcome: { state: 'delivered' }, target: 'open', reason };
  if (GONE.has(status)) return { outcome: uncounted(now + PROBE_EVERY_MS, reason), target: 'gone', reason };
  if (status === 400 && QUEUE_FULL.test(body)) {
    // As long as it has waited already, so that every pause is twice the last.
    const pause = Math.min(MAX_PAUSE_MS, Math.max(QUEUE_FULL_MS, now - (firstTriedAt ?? now)));
    return { outcome: uncounted(now + pause, reason), target: 'open', reason, isFull: true };
  }
  if (status >= 400 && status < 500 && !TEMPORARY_STATUSES.has(status))
    return { outcome: { state: 'waiting', dueAt: now, reason }, target: 'refusing', reason };
  const wanted = Math.min(MAX_PAUSE_MS, Number(headers?.['retry-after'] ?? 0) * SECOND || 0);
  const minPause = status === TOO_MANY ? Math.max(MIN_BUSY_MS, wanted) : wanted;
  return { outcome: afterFailure(reason, circumstances, minPause), target: 'open', reason };
}

/** The event waits in its place for as long as it takes. */
const uncounted = (dueAt: number, reason: Reason): Outcome => ({
  state: 'waiting',
  dueAt,
  reason,
  isUncounted: true,
});

/** Without an answer, or after one that says that the request may succeed later. */
export function afterFailure(
  reason: Reason,
  { attempts, now, random }: Circumstances,
  minPauseMs = 0,
): Outcome {
  const pause = PAUSES_MS[attempts - 1];
  if (pause === undefined) return { state: 'dead', reason };
  const dueAt = now + Math.max(minPauseMs, Math.round(pause * (1 + random / 10)));
  return { state: attempts < ATTEMPTS_IN_ORDER ? 'waiting' : 'parked', dueAt, reason };
}
