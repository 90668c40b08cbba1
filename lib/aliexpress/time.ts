/**
 * AliExpress writes order times as "yyyy-MM-dd HH:mm:ss" in US Pacific time, with daylight saving and without an
 * offset. So one hour of autumn is written twice and one hour of spring never. See docs/aliexpress.md#dates-and-times.
 */

import { Temporal } from 'temporal-polyfill';
import { HOUR } from '../runtime.ts';

const PACIFIC = 'America/Los_Angeles';
const WRITTEN = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/;

/**
 * @returns epoch milliseconds. Of an hour that was written twice it is the later one: an event that is dated late is
 * still delivered, one that is dated early may be taken for old. Null when the text is not such a time.
 */
export function parsePacific(written: string): number | null {
  const match = WRITTEN.exec(written.trim());
  if (!match) return null;
  try {
    return Temporal.PlainDateTime.from(`${match[1]}T${match[2]}`).toZonedDateTime(PACIFIC, {
      disambiguation: 'later',
    }).epochMilliseconds;
  } catch {
    return null;
  }
}

/** @param at epoch milliseconds; a fraction of a second is cut off. */
export function formatPacific(at: number): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(PACIFIC).toPlainDateTime();
  return local.toString({ smallestUnit: 'second' }).replace('T', ' ');
}

/** ISO 8601 in UTC. @param at epoch milliseconds */
export const toIso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/**
 * An end of a time window, moved out of the hour that is written twice: AliExpress does not say which of the two it
 * reads.
 * @param at epoch milliseconds
 */
export function unambiguous(at: number, direction: 'earlier' | 'later'): number {
  let moved = at;
  while (isWrittenTwice(moved)) moved += direction === 'earlier' ? -HOUR : HOUR;
  return moved;
}

function isWrittenTwice(at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(PACIFIC).toPlainDateTime();
  const read = (disambiguation: 'earlier' | 'later') =>
    local.toZonedDateTime(PACIFIC, { disambiguation }).epochMilliseconds;
  return read('earlier') !== read('later');
}
