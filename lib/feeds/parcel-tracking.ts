/** Queries one parcel: the detail of its order where its number is not known, and then its tracking. */

import { convert } from '../aliexpress/convert.ts';
import { orderDetail } from '../aliexpress/methods/order-detail.ts';
import { shortTracking } from '../aliexpress/methods/short-tracking.ts';
import { tracking } from '../aliexpress/methods/tracking.ts';
import { followedParcel, parcel } from '../aliexpress/records/parcel.ts';
import { shipmentsOf } from '../aliexpress/shipment-of-order.ts';
import {
  type ParcelProgress,
  summarizeEvents,
  type TrackingEvent,
  withoutForecasts,
} from '../aliexpress/tracking-progress.ts';
import type { ValuesOf } from '../pack/record.ts';
import { isProblem, type Problem } from '../problems.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import type { WatchList } from './engine/watch-list.ts';
import { watchDetail } from './parcel-changes.ts';
import { stallDueAt } from './parcel-due.ts';
import type { Goal } from './parcel-looks.ts';
import { SHORT_REFUSED_MS } from './parcel-probe.ts';
import type { Candidate } from './parcel-schedule.ts';
import type { ParcelsInterest, ParcelsState } from './parcel-state.ts';
import { hasTracker } from './parcel-tracked.ts';
import { hasNumber, isDelivered, openOrders, type ParcelWatch, type WatchedParcel } from './parcel-watch.ts';
import { afterLook } from './stall-chances.ts';
import { learnSilence, limitsBy, unusualAfter } from './unusual-silence.ts';

export interface Parcels {
  state: ParcelsState;
  values: ValuesOf<typeof parcel.fields>;
  interest: ParcelsInterest;
  memory: WatchList<WatchedParcel>;
}

/** After so many refusals in a row, the tracking that needs no carrier is not asked any more for some days. */
const MAX_SHORT_REFUSALS = 3;

/** @returns why the parcel could not be queried, if the error may be about this parcel alone */
export async function queryParcel(
  services: FeedServices,
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  candidate: Candidate,
): Promise<Problem | undefined> {
  const { now } = visit;
  const { id } = candidate;
  const paid = visit.calls();
  const mark = (changes: Partial<WatchedParcel>) => {
    const watched = watch.get(id);
    if (watched) watch.put(id, { ...watched, ...changes });
    return watched !== undefined;
  };
  try {
    await lookAt(visit, watch, candidate);
    return undefined;
  } catch (error) {
    if (visit.calls() > paid) mark({ failedAt: now });
    if (!isProblem(error, 'request_refused', 'answer_changed', 'bad_input')) throw error;
    // One parcel that cannot be queried must not keep the others waiting.
    if (!mark({ checkedAt: now, detailAt: now })) throw error;
    services.log('a parcel could not be queried', { because: error.kind });
    return error;
  }
}

async function lookAt(visit: Visit<Parcels>, watch: ParcelWatch, candidate: Candidate): Promise<void> {
  const { id, needsDetail, due, look } = candidate;
  const orderId = watch.get(id)?.orders.at(-1);
  if (orderId === undefined) return;
  const numbers = needsDetail ? await readDetail(visit, watch, id, orderId) : [id];
  // The tracker goes on with the numbers.
  if (needsDetail && hasTracker(visit.state.tracker, visit.now)) return;
  for (const number of numbers) {
    if (!visit.canContinue()) return;
    const found = await track(visit, watch, number, orderId, due);
    if (found === 'unanswered') return;
    const parcel = watch.get(number);
    if (parcel)
      watch.put(number, { ...parcel, confirmedAt: visit.now, firstLook: parcel.firstLook || look.cells[0] });
    visit.update({ chances: afterLook(visit.state.chances, look, found === look.goal) });
  }
}

/**
 * Reads the parcels of an order from its detail.
 * @returns the numbers whose tracking is to be read
 */
async function readDetail(
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  id: string,
  orderId: string,
): Promise<string[]> {
  const { now } = visit;
  const { answer } = await visit.call(orderDetail, { orderId });
  const shown = shipmentsOf(answer.items[0]).flatMap((shipment) =>
    shipment ? [{ ...shipment, number: shipment.trackingNumber, orderId }] : [],
  );
  watchDetail(watch, orderId, shown, now);
  const pending = watch.get(id);
  if (pending && !hasNumber(id)) watch.put(id, { ...pending, checkedAt: now });
  return watch.parcelsOf(orderId).filter((number) => watch.get(number)?.checkedAt === 0);
}

async function track(
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  id: string,
  orderId: string,
  due: number,
): Promise<Found | 'unanswered'> {
  const before = watch.get(id);
  if (!before) return undefined;
  const answered = await eventsOf(visit, watch, id, orderId);
  if (!answered) return 'unanswered';
  const events = withoutForecasts(answered.events, answered.answeredAt);
  const progress = summarizeEvents(events);
  // The detail of the order may have told more of it.
  const watched = watch.get(id) ?? before;
  if (!progress) {
    watch.put(id, { ...watched, checkedAt: visit.now });
    return undefined;
  }
  visit.update({ gaps: learnSilence(visit.state.gaps, watched, events, visit.now) });
  const unusualAfterMs = unusualAfter(limitsBy(visit.state.gaps, watch.entries, id), watched, progress);
  return keepProgress(visit, watch, id, { progress, unusualAfterMs, checkedAt: answered.answeredAt, due });
}

export interface SeenProgress {
  progress: ParcelProgress;
  /** The silence that is unusual on its route, in milliseconds; null if it need not move. */
  unusualAfterMs: number | null;
  /** When its source said so, epoch milliseconds. */
  checkedAt: number;
  /** When the parcel was to be looked at, epoch milliseconds. */
  due: number;
}

/** What was found that no workflow knows yet. */
export type Found = Goal | undefined;

/** Keeps what a workflow may be told of a parcel, for each of its orders. */
export function keepProgress(
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  id: string,
  { progress, unusualAfterMs, checkedAt, due }: SeenProgress,
): Found {
  const watched = watch.get(id);
  if (!watched) return undefined;
  const { eventAt, customsSince, stage, signal } = progress;
  const isArrived = isDelivered(progress);
  // What else is shown of the parcel of completed orders concerns no workflow: a stall is over.
  // Nothing can be said of how long a parcel has been silent whose newest event has no readable time.
  const isWanted = isArrived || (watched.completedAt === 0 && eventAt !== null);
  for (const orderId of isWanted ? ordersToTell(watched, isArrived) : []) {
    const raw = rawParcel(watch, id, orderId, watched, { progress, unusualAfterMs, checkedAt });
    const converted = convert(parcel, raw, checkedAt);
    if (converted) visit.keep(`${converted.values.tracking_number}/${orderId}`, converted.values, due);
  }
  const next = { ...watched, eventAt, customsSince, stage, signal, unusualAfterMs, checkedAt: visit.now };
  const stalledAt = watched.completedAt === 0 ? stallDueAt(next, visit.state) : Number.POSITIVE_INFINITY;
  const reportedSince = stalledAt <= checkedAt ? (customsSince ?? eventAt) : watched.reportedSince;
  watch.put(id, { ...next, reportedSince });
  if (isArrived) return isDelivered(watched) ? undefined : 'delivery';
  // No workflow is told of what was due before it was turned on.
  return reportedSince !== watched.reportedSince && stalledAt >= visit.state.startedAt ? 'stall' : undefined;
}

/** A parcel of several orders is told of once for each of them that is not over. */
const ordersToTell = (watched: WatchedParcel, isArrived: boolean): string[] =>
  isArrived ? watched.orders : openOrders(watched);

function rawParcel(
  watch: ParcelWatch,
  id: string,
  orderId: string,
  { carrier, country, shippedAt, isPart, before }: WatchedParcel,
  { progress, unusualAfterMs, checkedAt }: Omit<SeenProgress, 'due'>,
) {
  const numbers = watch.parcelsOf(orderId);
  // While it is silent since the same event, it keeps the number under which that may have been told.
  const isSame = before !== null && progress.eventAt !== null && progress.eventAt <= before.eventAt;
  const shipment = { trackingNumber: isSame ? before.number : id, carrier, country };
  const place = isPart ? null : { index: numbers.indexOf(id) + 1, count: numbers.length };
  return followedParcel({ orderId, shipment, progress, shippedAt, checkedAt, unusualAfterMs, place });
}

interface TrackingAnswer {
  events: readonly TrackingEvent[];
  answeredAt: number;
}

/** @returns no events where the parcel cannot be tracked; undefined if the visit was over before that was known */
async function eventsOf(
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  id: string,
  orderId: string,
): Promise<TrackingAnswer | undefined> {
  const isShortAsked = visit.state.shortRefusedUntil <= visit.now;
  const short = isShortAsked ? await shortAnswer(visit, id, orderId) : undefined;
  if (short) return short;
  if (!visit.canContinue()) return undefined;
  const known = watch.get(id);
  if (known?.carrier === '' || known?.country === '') await readDetail(visit, watch, id, orderId);
  const { carrier = '', country = '' } = watch.get(id) ?? {};
  if (carrier === '' || country === '') return { events: [], answeredAt: visit.now };
  if (!visit.canContinue()) return undefined;
  const { answer, answeredAt } = await visit.call(tracking, {
    trackingNumber: id,
    carrier,
    country,
    orderId,
  });
  const events = answer.items[0]?.events ?? [];
  // What one of the two methods knows the other one refuses.
  if (isShortAsked && events.length > 0) countRefusal(visit);
  return { events, answeredAt };
}

/** The tracking that needs neither carrier nor country; undefined where AliExpress refuses it. */
async function shortAnswer(
  visit: Visit<Parcels>,
  trackingNumber: string,
  orderId: string,
): Promise<TrackingAnswer | undefined> {
  try {
    const { answer, answeredAt } = await visit.call(shortTracking, { trackingNumber, orderId });
    if (visit.state.shortRefusals > 0) visit.update({ shortRefusals: 0 });
    return { events: answer.items[0]?.events ?? [], answeredAt };
  } catch (error) {
    if (!isProblem(error, 'request_refused', 'permission_missing', 'method_retired')) throw error;
    if (error.kind !== 'request_refused') visit.update({ shortRefusedUntil: visit.now + SHORT_REFUSED_MS });
    return undefined;
  }
}

function countRefusal(visit: Visit<Parcels>): void {
  const shortRefusals = visit.state.shortRefusals + 1;
  const isRefused = shortRefusals >= MAX_SHORT_REFUSALS;
  visit.update({ shortRefusals, ...(isRefused && { shortRefusedUntil: visit.now + SHORT_REFUSED_MS }) });
}
