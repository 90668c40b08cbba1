/**
 * Times of a list whose zone AliExpress's reference does not state. They are US Pacific time, as others are, or Beijing
 * time. See docs/aliexpress.md#dates-and-times.
 *
 * Beijing time is 15 or 16 hours ahead. So a time of the last hours in Beijing time, read as Pacific time, lies in the
 * future, where no change has happened. And a window that starts by Pacific time and ends by Beijing time holds its
 * changes in either zone.
 */

import { HOUR, MINUTE } from '../runtime.ts';
import { formatPacific, parseTime, toIso, unambiguous } from './time.ts';

const BEIJING = '+0800';
const BEIJING_AHEAD_MS = 8 * HOUR;
/** A time may be read as one hour too late, where it was written twice. */
const MIN_AHEAD_MS = HOUR + MINUTE;

/** The start of a window of times. @param at epoch milliseconds */
export const windowStart = (at: number): string => formatPacific(unambiguous(at, 'earlier'));

/** The end of a window of times. @param at epoch milliseconds */
export const windowEnd = (at: number): string =>
  toIso(at + BEIJING_AHEAD_MS)
    .slice(0, 'yyyy-MM-ddTHH:mm:ss'.length)
    .replace('T', ' ');

/** The text with the zone, where it has none of its own; what is no such time stays as it is. */
export const asBeijingTime = (written: unknown): unknown =>
  typeof written === 'string' && parseTime(written + BEIJING) !== null ? written + BEIJING : written;

/** The time as it would be in Pacific time, in whichever zone it is read; epoch milliseconds, NaN if it is no time. */
export const writtenTime = (written: unknown): number =>
  (typeof written === 'string' &&
    parseTime(written.endsWith(BEIJING) ? written.slice(0, -BEIJING.length) : written)) ||
  Number.NaN;

/**
 * Whether one of the times says that all of them are Beijing times.
 * @param written times of what has happened
 * @param now epoch milliseconds
 */
export const areBeijingTimes = (written: readonly unknown[], now: number): boolean =>
  written.some((each) => {
    const beijing = asBeijingTime(each);
    if (typeof each !== 'string' || beijing === each) return false;
    const [pacificAt, beijingAt] = [parseTime(each), parseTime(String(beijing))];
    return Number(pacificAt) > now + MIN_AHEAD_MS && Number(beijingAt) <= now + MINUTE;
  });
