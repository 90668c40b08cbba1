/** The quota day, in which AliExpress counts calls: a calendar day in one time zone, 23 to 25 hours long. */

import { Temporal } from 'temporal-polyfill';

export interface Day {
  /** "2026-11-21". */
  name: string;
  /** Epoch milliseconds; the day is [start, end). */
  start: number;
  end: number;
}

/** The day that contains `at`, epoch milliseconds. */
export type DayOf = (at: number) => Day;

/** @param zone an IANA name, such as "Asia/Shanghai" */
export function dayIn(zone: string): DayOf {
  let last: Day | undefined;
  return (at) => {
    if (last && at >= last.start && at < last.end) return last;
    const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
    const startOf = (d: Temporal.PlainDate) => d.toZonedDateTime(zone).epochMilliseconds;
    last = { name: date.toString(), start: startOf(date), end: startOf(date.add({ days: 1 })) };
    return last;
  };
}
