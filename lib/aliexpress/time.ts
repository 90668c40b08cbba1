/**
 * AliExpress writes order times as "yyyy-MM-dd HH:mm:ss" in US Pacific time, with daylight saving and without an
 * offset. So one hour of autumn is written twice and one hour of spring never. See docs/aliexpress.md#dates-and-times.
 */

import { Temporal } from 'temporal-polyfill';
import { HOUR, SECOND } from '../runtime.ts';

const PACIFIC = 'America/Los_Angeles';
const WRITTEN = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})? ?(Z|[+-]\d\d:?\d\d)?$/i;
/** "20150907164300000-0700" and "20181101111211". */
const RUN_TOGETHER = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\d{3})?(Z|[+-]\d{4})?$/i;
const EPOCH_SECONDS = /^\d{10}$/;
const EPOCH_MS = /^\d{13}$/;
/** The years in which a number is taken for a time. */
const FIRST_EPOCH_MS = Date.UTC(2000);
const LAST_EPOCH_MS = Date.UTC(2100);

/**
 * Reads a time in any of the spellings of AliExpress; without an offset it is US Pacific time. A fraction of a second is
 * cut off.
 * @returns epoch milliseconds. Of an hour that was written twice it is the later one: an event that is dated late is
 * still delivered, one that is dated early may be taken for old. Null when the text is not such a time.
 */
export function parseTime(written: string): number | null {
  const text = written.trim();
  if (EPOCH_SECONDS.test(text)) return plausible(Number(text) * SECOND);
  if (EPOCH_MS.test(text)) return plausible(Number(text));
  const [, date, time, offset] =
    WRITTEN.exec(text) ?? WRITTEN.exec(text.replace(RUN_TOGETHER, '$1-$2-$3 $4:$5:$6$7')) ?? [];
  if (date === undefined) return null;
  try {
    return offset === undefined
      ? fromPacific(`${date}T${time}`)
      : Temporal.Instant.from(`${date}T${time}${offset}`).epochMilliseconds;
  } catch {
    return null;
  }
}

const DAY_ONLY = /^\d{4}-\d\d-\d\d$/;

/**
 * Reads the time of a carrier's event, which may have a day alone. Then it is the end of that day: a parcel must not seem to
 * be silent for longer than it is.
 * @returns epoch milliseconds
 */
export function parseEventTime(written: string): number | null {
  const text = written.trim();
  return parseTime(DAY_ONLY.test(text) ? `${text} 23:59:59` : text);
}

const fromPacific = (local: string): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(PACIFIC, { disambiguation: 'later' }).epochMilliseconds;

const plausible = (at: number): number | null => (at >= FIRST_EPOCH_MS && at < LAST_EPOCH_MS ? at : null);

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

/** Whether a time that AliExpress wrote lies in the past, as one that was written twice may although it was read as later. */
export const isPast = (at: number, now: number): boolean =>
  at <= now || (at - HOUR <= now && isWrittenTwice(at));

function isWrittenTwice(at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(PACIFIC).toPlainDateTime();
  const read = (disambiguation: 'earlier' | 'later') =>
    local.toZonedDateTime(PACIFIC, { disambiguation }).epochMilliseconds;
  return read('earlier') !== read('later');
}
