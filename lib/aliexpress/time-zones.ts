/**
 * The zone of times that AliExpress writes without saying in which zone: US Pacific or Beijing. An answer shows which,
 * because what has changed has not changed in the future. See docs/aliexpress.md#dates-and-times.
 */

import { HOUR } from '../runtime.ts';
import { formatPacific, unambiguous } from './time.ts';

export const zones = ['pacific', 'beijing'] as const;
export type Zone = (typeof zones)[number];

const BEIJING_AHEAD_MS = 8 * HOUR;
/** How far apart the two zones are at most. */
export const ZONES_APART_MS = 16 * HOUR;
/** A time that is written twice may be read an hour late, and clocks differ a little. */
const TOLERANCE_MS = 1.5 * HOUR;

/** Epoch milliseconds, both ends included. */
interface Span {
  from: number;
  to: number;
}

/**
 * The ends of a window as AliExpress reads them.
 * @param zone null while it is not known: the window is wide enough for both
 */
export function writtenSpan<S extends string, E extends string>(
  { from, to }: Span,
  zone: Zone | null,
  start: S,
  end: E,
): Record<S | E, string> {
  const isBeijing = zone === 'beijing';
  const apart = zone === null ? ZONES_APART_MS : 0;
  const [first, last] = isBeijing
    ? [formatBeijing(from), formatBeijing(to)]
    : [formatPacific(unambiguous(from - apart, 'earlier')), formatPacific(unambiguous(to + apart, 'later'))];
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

/** The zone that an answer shows; null if it does not. */
export function zoneShownBy({ all, added, before, now }: ShownTimes): Zone | null {
  if (all.some((at) => at > now + TOLERANCE_MS)) return 'beijing';
  // In Beijing's zone, what has changed since then would have a time in the future.
  const isRecent = before !== undefined && now - before < ZONES_APART_MS / 2;
  return isRecent && added.some((at) => at > before - TOLERANCE_MS) ? 'pacific' : null;
}
