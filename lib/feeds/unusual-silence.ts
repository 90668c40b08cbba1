/** What the parcels feed learns of silence from each answer, and asks of it. */

import { UNDER_WAY } from '../aliexpress/tracking-codes.ts';
import type { ParcelProgress, TrackingEvent } from '../aliexpress/tracking-progress.ts';
import type { WatchedParcel } from './parcel-watch.ts';
import {
  type Gap,
  gapsIn,
  type Route,
  type RouteGaps,
  type RouteLimit,
  routeLimits,
  withGaps,
} from './route-gaps.ts';

/** What was known of gaps, with those that the events of a parcel show for the first time. */
export const learnSilence = (
  known: RouteGaps,
  { carrier, country, eventAt }: WatchedParcel,
  events: readonly TrackingEvent[],
  now: number,
): RouteGaps => withGaps(known, gapsIn(events, { carrier, country, since: eventAt }), now);

export type LimitOf = (route: Route) => RouteLimit;

/**
 * The limits of silence of all routes.
 * @param id of a parcel that is left out, because it is judged
 */
export const limitsBy = (
  gaps: RouteGaps,
  entries: ReadonlyMap<string, { values: WatchedParcel }>,
  id?: string,
): LimitOf =>
  routeLimits(
    gaps,
    [...entries].flatMap(([other, { values }]) => (other === id ? [] : silenceOf(values))),
  );

function silenceOf({ carrier, country, stage, signal, eventAt, checkedAt }: WatchedParcel): Gap[] {
  if (eventAt === null || !UNDER_WAY.includes(stage ?? '')) return [];
  return [{ carrier, country, signal, ms: Math.max(0, checkedAt - eventAt) }];
}

/** The silence that is unusual after the newest event of a parcel, in milliseconds; null if it need not move. */
export const unusualAfter = (
  limitOf: LimitOf,
  { carrier, country }: WatchedParcel,
  { eventAt, stage, signal }: ParcelProgress,
): number | null =>
  eventAt === null || !UNDER_WAY.includes(stage) ? null : limitOf({ carrier, country, signal }).ms;
