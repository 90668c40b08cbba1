/** What the parcels feed learns of silence from each answer, and asks of it. */

import { UNDER_WAY } from '../aliexpress/tracking-codes.ts';
import { summarizeEvents, type TrackingEvent } from '../aliexpress/tracking-progress.ts';
import type { WatchedParcel } from './parcel-schedule.ts';
import { type Gap, gapsIn, type RouteGaps, routeLimits, withGaps } from './route-gaps.ts';

interface Known {
  entries: ReadonlyMap<string, { values: WatchedParcel }>;
  gaps: RouteGaps;
}

/**
 * Learns from the events of a parcel on the watch list, which has not been changed by them yet.
 * @returns what is known then, and the silence that is unusual after the newest event of the parcel, in milliseconds;
 * null if it need not move
 */
export function learnSilence(
  { entries, gaps: known }: Known,
  id: string,
  events: readonly TrackingEvent[],
  now: number,
): { gaps: RouteGaps; unusualAfterMs: number | null } {
  const watched = entries.get(id)?.values;
  const progress = summarizeEvents(events);
  if (!watched?.shipment || !progress) return { gaps: known, unusualAfterMs: null };
  const { carrier, country } = watched.shipment;
  const gaps = withGaps(known, gapsIn(events, { carrier, country, since: watched.eventAt }), now);
  const { eventAt, stage, signal } = progress;
  if (eventAt === null || !UNDER_WAY.includes(stage)) return { gaps, unusualAfterMs: null };
  const silent = [...entries].flatMap(([other, { values }]) => (other === id ? [] : silenceOf(values)));
  return { gaps, unusualAfterMs: routeLimits(gaps, silent)({ carrier, country, signal }).ms };
}

function silenceOf({ shipment, stage, signal, eventAt, checkedAt }: WatchedParcel): Gap[] {
  if (!shipment || eventAt === null || !UNDER_WAY.includes(stage ?? '')) return [];
  const { carrier, country } = shipment;
  return [{ carrier, country, signal, ms: Math.max(0, checkedAt - eventAt) }];
}
