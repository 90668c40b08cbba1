/** What the parcels feed learns of silence from each answer, and asks of it. */

import { UNDER_WAY } from '../aliexpress/tracking-codes.ts';
import type { ParcelProgress, TrackingEvent } from '../aliexpress/tracking-progress.ts';
import type { Visit } from './engine/design.ts';
import type { WatchedParcel } from './parcel-schedule.ts';
import type { Parcels } from './parcel-tracking.ts';
import { type Gap, gapsIn, routeLimits, withGaps } from './route-gaps.ts';

/**
 * Learns from the events of a parcel on the watch list, which has not been changed by them yet.
 * @returns the silence that is unusual after its newest event, in milliseconds; null if it need not move
 */
export function learnSilence(
  { memory: { entries }, state, update, now }: Visit<Parcels>,
  id: string,
  events: readonly TrackingEvent[],
  { eventAt, stage, signal }: ParcelProgress,
): number | null {
  const watched = entries.get(id)?.values;
  if (!watched?.shipment) return null;
  const { carrier, country } = watched.shipment;
  const gaps = withGaps(state.gaps, gapsIn(events, { carrier, country, since: watched.eventAt }), now);
  update({ gaps });
  if (eventAt === null || !UNDER_WAY.includes(stage)) return null;
  const silent = [...entries].flatMap(([other, { values }]) => (other === id ? [] : silenceOf(values)));
  return routeLimits(gaps, silent)({ carrier, country, signal }).ms;
}

function silenceOf({ shipment, stage, signal, eventAt, checkedAt }: WatchedParcel): Gap[] {
  if (!shipment || eventAt === null || !UNDER_WAY.includes(stage ?? '')) return [];
  const { carrier, country } = shipment;
  return [{ carrier, country, signal, ms: Math.max(0, checkedAt - eventAt) }];
}
