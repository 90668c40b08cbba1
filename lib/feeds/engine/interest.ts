/**
 * Interest: some things are fetched only while a workflow wants them. The feed's state holds when a workflow last did.
 * To save writes, that is recorded at most once an hour.
 */

import { HOUR } from '../../runtime.ts';

/** How long an interest lasts after the last poll of the workflow that has it. */
export const INTEREST_TTL_MS = 26 * HOUR;
const RECORD_INTERVAL_MS = HOUR;

/** @param recordedAt epoch milliseconds; 0: never */
export const hasInterest = (recordedAt: number, now: number): boolean => now - recordedAt < INTEREST_TTL_MS;

export const needsRecording = (recordedAt: number, now: number): boolean =>
  now - recordedAt >= RECORD_INTERVAL_MS;
