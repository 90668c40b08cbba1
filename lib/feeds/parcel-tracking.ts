/** Queries one parcel: the detail of its order, once, and then its tracking. */

import { convert } from '../aliexpress/convert.ts';
import { orderDetail } from '../aliexpress/methods/order-detail.ts';
import { tracking } from '../aliexpress/methods/tracking.ts';
import { followedParcel, parcel } from '../aliexpress/records/parcel.ts';
import { shipmentsOf } from '../aliexpress/shipment-of-order.ts';
import { summarizeEvents } from '../aliexpress/tracking-progress.ts';
import type { ValuesOf } from '../pack/record.ts';
import { isProblem, type Problem } from '../problems.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import type { WatchList } from './engine/watch-list.ts';
import { dueAt, isDelivered, type WatchedParcel } from './parcel-schedule.ts';
import type { ParcelsInterest, ParcelsState } from './parcel-state.ts';
import { learnSilence } from './unusual-silence.ts';

export interface Parcels {
  state: ParcelsState;
  values: ValuesOf<typeof parcel.fields>;
  interest: ParcelsInterest;
  memory: WatchList<WatchedParcel>;
}

/** @returns why the parcel could not be queried, if the error may be about this parcel alone */
export async function queryParcel(
  services: FeedServices,
  id: string,
  visit: Visit<Parcels>,
): Promise<Problem | undefined> {
  const { memory: list, now } = visit;
  const paid = visit.calls();
  try {
    await trackParcel(id, visit);
    return undefined;
  } catch (error) {
    const watched = list.entries.get(id)?.values;
    if (watched && visit.calls() > paid) list.put(id, watched.shippedAt, { ...watched, failedAt: now });
    if (!watched || !isProblem(error, 'request_refused', 'answer_changed', 'bad_input')) throw error;
    // One parcel that cannot be queried must not keep the others waiting.
    list.put(id, watched.shippedAt, { ...watched, checkedAt: now });
    services.log('a parcel could not be queried', { because: error.kind });
    return error;
  }
}

async function trackParcel(id: string, visit: Visit<Parcels>): Promise<void> {
  const { memory: list, now } = visit;
  const before = list.entries.get(id)?.values;
  if (!before) return;
  const due = dueAt(before, visit.state);
  const watched = before.shipment ? before : await fetchShipment(id, before, visit);
  const { shipment, shippedAt } = watched;
  if (!shipment || !visit.canContinue()) return;
  // What is stored may have fields of another release, which the request does not take.
  const { trackingNumber, carrier, country } = shipment;
  const request = { trackingNumber, carrier, country, orderId: id };
  const { answer, answeredAt } = await visit.call(tracking, request);
  const events = answer.items[0]?.events ?? [];
  const progress = summarizeEvents(events);
  if (!progress) {
    list.put(id, shippedAt, { ...watched, checkedAt: now });
    return;
  }
  const known = { entries: list.entries, gaps: visit.state.gaps };
  const { gaps, unusualAfterMs } = learnSilence(known, id, events, now);
  visit.update({ gaps });
  const raw = followedParcel({
    orderId: id,
    shipment,
    progress,
    shippedAt,
    checkedAt: answeredAt,
    unusualAfterMs,
  });
  const converted = convert(parcel, raw, answeredAt);
  // What else is shown of the parcel of a completed order concerns no workflow: a stall is over.
  // Nothing can be said of how long a parcel has been silent whose newest event has no readable time.
  const isWanted = isDelivered(progress) || (watched.completedAt === 0 && progress.eventAt !== null);
  if (converted && isWanted) visit.keep(converted.values.tracking_number, converted.values, due);
  const { eventAt, customsSince, stage, signal } = progress;
  list.put(id, shippedAt, {
    ...watched,
    eventAt,
    customsSince,
    stage,
    signal,
    unusualAfterMs,
    checkedAt: now,
  });
}

/**
 * A parcel with a shipment stays due until its tracking was read, which may take another visit.
 * @returns the parcel with what tracking requires, as it is on the list now
 */
async function fetchShipment(
  id: string,
  before: WatchedParcel,
  visit: Visit<Parcels>,
): Promise<WatchedParcel> {
  const { answer } = await visit.call(orderDetail, { orderId: id });
  const shipment = shipmentsOf(answer.items[0]).at(-1) ?? null;
  const watched = { ...before, shipment, checkedAt: shipment ? before.checkedAt : visit.now };
  visit.memory.put(id, watched.shippedAt, watched);
  return watched;
}
