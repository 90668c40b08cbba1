/** The input for a time zone, and times written in that zone. */

import { Temporal } from 'temporal-polyfill';
import { type InputValues, text } from '../pack/input.ts';
import { fail } from '../problems.ts';
import { TIME_ZONES } from './time-zones.ts';

/** An operation that declares this input reads it with `readZone`. */
export const timeZone = text({
  label: { en: 'Time Zone', zh: '时区' },
  options: TIME_ZONES,
  default: 'Asia/Shanghai',
  pattern: /[A-Za-z][\w+/-]{0,63}/,
  allowed: { en: 'a time zone name, such as Asia/Shanghai', zh: '时区名称，例如 Asia/Shanghai' },
});

/**
 * The zone that was filled in under `time_zone`.
 * @throws Problem `unknown_time_zone`
 */
export function readZone({ time_zone: zone = timeZone.default }: InputValues): string {
  try {
    Intl.DateTimeFormat('en', { timeZone: String(zone) });
    return String(zone);
  } catch {
    return fail('unknown_time_zone', { value: String(zone) });
  }
}

/** "2026-11-21 18:05" in the zone. @param at epoch milliseconds */
export const clockTime = (at: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');
