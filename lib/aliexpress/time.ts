/**
 * AliExpress writes order times as "yyyy-MM-dd HH:mm:ss" in US Pacific time, with daylight saving and without
 * an offset (some samples stop at the minute). So one hour of autumn is written twice and one hour of spring
 * never. [order.list docs; facts §3.0 Dates]
 */

import { Temporal } from 'temporal-polyfill';
import { HOUR } from '../runtime.ts';

const PACIFIC = 'America/Los_Angeles';
const WRITTEN = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/;

/**
 * @returns epoch milliseconds. Where the hour was written twice it is the later one: an event dated late is
 * still delivered, one dated early might be taken for old. Null when the text is no such time.
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

/**
 * A time window as AliExpress wants it, both ends included. Where an end falls into the hour that is written
 * twice, the window is widened to the hour before or after it, because AliExpress does not say which of the two
 * it reads.
 */
export function pacificWindow(from: number, to: number): { start: string; end: string } {
  return { start: formatPacific(unambiguous(from, -1)), end: formatPacific(unambiguous(to, 1)) };
}

function unambiguous(at: number, direction: -1 | 1): number {
  let moved = at;
  while (isWrittenTwice(moved)) moved += direction * HOUR;
  return moved;
}

function isWrittenTwice(at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(PACIFIC).toPlainDateTime();
  const read = (disambiguation: 'earlier' | 'later') =>
    local.toZonedDateTime(PACIFIC, { disambiguation }).epochMilliseconds;
  return read('earlier') !== read('later');
}
