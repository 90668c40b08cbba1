/**
 * When the daily report of a shop is due. Each local day has exactly one report, also the days of 23 and 25 hours. It
 * comes some minutes after the chosen hour, because Feishu refuses messages at full and half hours.
 * [docs/channels.md#feishu-limits]
 */

import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { DAY, HOUR } from '../runtime.ts';

/** A report that was missed for longer, because the workflow was off, is left out. */
export const MAX_DELAY_MS = 6 * HOUR;
export const MAX_MINUTE = 14;

export interface ReportTime {
  /** 0 to 23. */
  hour: number;
  /** 1 to 14. */
  minute: number;
  /** IANA zone. */
  zone: string;
}

export interface DueReport {
  /** "2026-11-21", in the zone. */
  date: string;
  /** Epoch milliseconds. */
  at: number;
}

/** The minute after the full hour at which a shop's report is due. It never changes. */
export const minuteOf = (seller: string): number =>
  1 + (createHash('sha256').update(seller).digest().readUInt32BE() % MAX_MINUTE);

/**
 * The report that was due last. If the local day skips the hour, the report is due an hour later; if the day has the
 * hour twice, it is due the first time.
 * @param now epoch milliseconds
 */
export function lastDue({ hour, minute, zone }: ReportTime, now: number): DueReport {
  const dateAt = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const due = [0, MAX_DELAY_MS, DAY, 2 * DAY]
    .map((ago) => dateAt(now - ago))
    .map((date) => ({
      date: date.toString(),
      at: date.toPlainDateTime({ hour, minute }).toZonedDateTime(zone).epochMilliseconds,
    }))
    .filter(({ at }) => at <= now);
  return due.reduce((last, each) => (each.at > last.at ? each : last));
}
