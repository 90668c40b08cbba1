/** Times of 17TRACK: with a zone, without one, or only a day. */

import * as z from 'zod';
import { DAY, HOUR } from '../../runtime.ts';

const WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
const LOCAL_DAY = /^\d{4}-\d\d-\d\d$/;
const LOCAL_TIME = /^\d\d:\d\d(:\d\d)?$/;
/** How long after the same time in UTC a clock of the world shows a time at the latest. */
const LATEST_ZONE_MS = 12 * HOUR;

/** Epoch milliseconds; null for nothing, as null and as an empty text, and for what is no time with a zone. */
export const zonedTime = z
  .unknown()
  .optional()
  .transform((written) => {
    const at = typeof written === 'string' && WITH_ZONE.test(written) ? Date.parse(written) : Number.NaN;
    return Number.isNaN(at) ? null : at;
  });

const text = z.string().nullish().catch(null);
export const eventTimes = z.object({
  time_utc: zonedTime,
  time_iso: zonedTime,
  time_raw: z.object({ date: text, time: text, timezone: text }).nullish().catch(null),
});

/**
 * When an event happened, epoch milliseconds; null where nothing says it. A time without a zone counts as the latest that
 * it can mean, and a day as its end: a silence must not begin too early.
 * @param before what is known to have happened later, epoch milliseconds
 */
export function timeOfEvent(
  { time_utc, time_iso, time_raw }: z.infer<typeof eventTimes>,
  before: number,
): number | null {
  const stated = time_utc ?? time_iso;
  if (stated !== null) return stated;
  const { date, time, timezone } = time_raw ?? {};
  if (!date || !LOCAL_DAY.test(date)) return null;
  const zoned = zonedTime.parse(`${date}T${time}${timezone}`);
  if (zoned !== null) return zoned;
  const local =
    time && LOCAL_TIME.test(time) ? Date.parse(`${date}T${time}Z`) : Date.parse(`${date}T00:00Z`) + DAY;
  return Number.isNaN(local) ? null : Math.min(local + LATEST_ZONE_MS, before);
}
