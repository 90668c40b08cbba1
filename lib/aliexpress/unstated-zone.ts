/**
 * The zone of times whose zone AliExpress's reference does not state: US Pacific, as others are, or Beijing. An answer
 * shows which, because what has changed has not changed in the future. See docs/aliexpress.md#dates-and-times.
 *
 * Beijing time is 15 or 16 hours ahead. So a time of the last hours in Beijing time, read as Pacific time, lies in the
 * future. And a window that starts by Pacific time and ends by Beijing time holds its changes in either zone.
 */

import { HOUR, MINUTE } from '../runtime.ts';
import { formatPacific, parseTime, unambiguous } from './time.ts';

export const zones = ['pacific', 'beijing'] as const;
export type Zone = (typeof zones)[number];

const BEIJING = '+0800';
const BEIJING_AHEAD_MS = 8 * HOUR;
/** How far apart the two zones are at most. */
export const ZONES_APART_MS = 16 * HOUR;
/** A time that is written twice may be read an hour late, and clocks differ a little. */
const TOLERANCE_MS = HOUR + MINUTE;

/** Epoch milliseconds, both ends included. */
interface Span {
  from: number;
  to: number;
}

/**
 * The ends of a window as AliExpress reads them.
 * @param zone null while it is not known: the window holds its changes in either zone
 */
export function writtenSpan<S extends string, E extends string>(
  { from, to }: Span,
  zone: Zone | null,
  start: S,
  end: E,
): Record<S | E, string> {
  const first = zone === 'beijing' ? formatBeijing(from) : formatPacific(unambiguous(from, 'earlier'));
  const last = zone === 'pacific' ? formatPacific(unambiguous(to, 'later')) : formatBeijing(to);
  return { [start]: first, [end]: last } as Record<S | E, string>;
}

const formatBeijing = (at: number): string =>
  new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ');

const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)$/;

/** A time of that zone, written so that it can be read as Pacific. Other values stay as they are. */
export function asPacific(written: unknown, zone: Zone | null): unknown {
  if (zone !== 'beijing' || typeof written !== 'string') return written;
  const [, date, time] = WITHOUT_ZONE.exec(written.trim()) ?? [];
  return date === undefined ? written : `${date}T${time}+08:00`;
}

/** What an answer shows of times of change. */
export interface ShownTimes {
  /** All of them, read as Pacific, epoch milliseconds. */
  all: readonly number[];
  /** Those of rows that the answer before did not show. */
  added: readonly number[];
  /** When the answer before was given, epoch milliseconds; undefined if there was none. */
  before: number | undefined;
  now: number;
}

/** The same time as it is in Beijing's zone. @param at as it is in Pacific time, epoch milliseconds */
const readAsBeijing = (at: number): number =>
  parseTime(formatPacific(at) + BEIJING) ?? Number.POSITIVE_INFINITY;

/** The zone that an answer shows; null if it does not. */
export function zoneShownBy({ all, added, before, now }: ShownTimes): Zone | null {
  if (all.some((at) => at > now + TOLERANCE_MS && readAsBeijing(at) <= now + MINUTE)) return 'beijing';
  // In Beijing's zone, what has changed since then would have a time in the future.
  const isRecent = before !== undefined && now - before < ZONES_APART_MS / 2;
  return isRecent && added.some((at) => at > before - TOLERANCE_MS) ? 'pacific' : null;
}

/** The time as it would be in Pacific time, in whichever zone it is read; epoch milliseconds, NaN if it is no time. */
export const writtenTime = (written: unknown): number =>
  (typeof written === 'string' && parseTime(written.replace(/\+08:?00$/, '').replace('T', ' '))) ||
  Number.NaN;
