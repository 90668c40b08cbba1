/**
 * The course of a parcel, from one item of 17TRACK. Only states, times and the country of destination are read: sentences may
 * name who signed and where, and names, addresses, phones and tax numbers stand beside the course.
 */

import * as z from 'zod';
import { countryOfIso } from '../../aliexpress/spelling.ts';
import {
  type ParcelProgress,
  stageOf,
  summarizeEvents,
  type TrackingEvent,
  withoutForecasts,
} from '../../aliexpress/tracking-progress.ts';
import { DAY } from '../../runtime.ts';
import type { TrackerReading } from '../tracker.ts';
import { CUSTOMS_WAITING, codeOfState, EXPIRED, signalOfStates } from './states.ts';
import { eventTimes, timeOfEvent, zonedTime } from './times.ts';

const text = z.string().nullish().catch(null);
const whole = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]);
/** 0 where it is not known. */
export const carrierCode = whole
  .nullish()
  .catch(null)
  .transform((code) => code || null);

const event = eventTimes.extend({ description: text, stage: text, sub_status: text });
const provider = z.object({
  latest_sync_status: text,
  latest_sync_time: zonedTime,
  events: z.array(event).nullish(),
});
export const courseItem = z.object({
  number: z.string(),
  carrier: carrierCode,
  track_info: z
    .object({
      shipping_info: z
        .object({ recipient_address: z.object({ country: text }).nullish() })
        .nullish()
        .catch(null),
      latest_status: z.object({ status: text, sub_status: text }).nullish(),
      latest_event: event.nullish().catch(null),
      tracking: z.object({ providers: z.array(provider).nullish() }).nullish(),
    })
    .nullish(),
});
export type CourseItem = Pick<z.infer<typeof courseItem>, 'carrier' | 'track_info'>;

/** An order may be marked as shipped a little after its parcel was picked up. */
const BEFORE_SHIPPING_MS = 3 * DAY;

/**
 * @param number as the caller spells it
 * @param now epoch milliseconds
 * @param shippedAt epoch milliseconds; earlier events belong to another parcel of the same number
 */
export function readCourse(item: CourseItem, number: string, now: number, shippedAt = 0): TrackerReading {
  const info = item.track_info;
  const providers = info?.tracking?.providers ?? [];
  const syncedAt = syncTime(providers, now);
  const all = providers.flatMap(({ events }) => eventsOf(events ?? [], syncedAt ?? now, now));
  // A push may have the newest event alone.
  if (all.length === 0 && info?.latest_event)
    all.push(...eventsOf([info.latest_event], syncedAt ?? now, now));
  const events = all.filter(({ at }) => at === null || at >= shippedAt - BEFORE_SHIPPING_MS);
  const { status = null, sub_status = null } = info?.latest_status ?? {};
  const isOfThisParcel = events.length === all.length;
  const progress = progressOf(events, isOfThisParcel ? states(sub_status, status) : []);
  return {
    number,
    carrier: item.carrier,
    events,
    progress,
    syncedAt,
    country: isOfThisParcel ? countryOfIso(info?.shipping_info?.recipient_address?.country ?? '') : '',
    isCustomsWaiting: progress?.signal === CUSTOMS_WAITING,
    isExpired: status === EXPIRED && isOfThisParcel,
  };
}

const states = (...names: (string | null | undefined)[]): string[] =>
  names.filter((name) => typeof name === 'string');

/** When the carriers of all legs were reached, at `now` at the latest; null where one was not. */
function syncTime(providers: readonly z.infer<typeof provider>[], now: number): number | null {
  const times = providers.map(({ latest_sync_status, latest_sync_time }) =>
    latest_sync_status === 'Success' ? latest_sync_time : null,
  );
  return times.length > 0 && !times.includes(null) ? Math.min(now, ...times.map(Number)) : null;
}

/** @param newestFirst events of one provider @param end of the times that can be meant */
function eventsOf(newestFirst: readonly z.infer<typeof event>[], end: number, now: number): TrackingEvent[] {
  let before = end;
  const events = newestFirst.map((each) => {
    const at = timeOfEvent(each, before);
    before = Math.min(before, at ?? before);
    const named = states(each.sub_status, each.stage);
    return {
      at,
      code: codeOfState(named[0] ?? ''),
      signal: signalOfStates(named, each.description ?? ''),
    };
  });
  return withoutForecasts(events, now);
}

/** The events decide; the state of the whole parcel counts where they say nothing, and where it says "delivered". */
function progressOf(events: readonly TrackingEvent[], named: readonly string[]): ParcelProgress | undefined {
  const progress = summarizeEvents(events);
  const state = { signal: signalOfStates(named), code: codeOfState(named[0] ?? '') };
  const stage = stageOf(state);
  if (stage === 'unknown') return progress;
  const isBehind = !progress || progress.stage === 'unknown' || stage === 'delivered';
  if (!isBehind || progress?.stage === stage) return progress;
  return { ...state, stage, eventAt: progress?.eventAt ?? null, customsSince: null };
}
