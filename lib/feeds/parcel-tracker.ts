/**
 * Follows parcels by an outside tracker, which costs no call of AliExpress: each parcel is registered once, and all courses
 * are read every six hours, in visits of a few requests. Parcels that are due, and those that the tracker has pushed updates
 * of, are read sooner.
 *
 * The tracker's silence counts until it last reached the carrier, not until now. What the tracker cannot follow, and
 * everything while it does not answer, is queried at AliExpress.
 */

import { isProblem } from '../problems.ts';
import { SECOND } from '../runtime.ts';
import {
  MAX_REQUESTS_OF_REGISTRATION,
  type Tracker,
  type TrackerReading,
  trackerNumber,
} from '../trackers/tracker.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import { batches, REQUEST_PROBLEMS, type ReadBatch, skipping } from './parcel-batches.ts';
import { stallDueAt } from './parcel-due.ts';
import { register } from './parcel-registration.ts';
import {
  DUE_EVERY_MS,
  type HasRoom,
  mayArrive,
  REMOVED,
  RETRY_MS,
  type Save,
  SWEEP_EVERY_MS,
} from './parcel-tracked.ts';
import { keepProgress, type Parcels } from './parcel-tracking.ts';
import { isDelivered, type ListedParcel, type ParcelWatch, parcelsOn } from './parcel-watch.ts';
import { type LimitOf, learnSilence, limitsBy, unusualAfter } from './unusual-silence.ts';

/** Of a visit, repeated ones included. */
const MAX_REQUESTS = 20;
/** Of these, registrations leave so many for readings, and they end after half of the time of a visit. */
const REQUESTS_FOR_READINGS = 6;
const MAX_REGISTERING_MS = 5 * SECOND;
/** What has expired is resumed with a request of its own. */
const MAX_REQUESTS_OF_READING = 2;

/** Registers and reads what is due. A tracker that fails leaves the parcels to AliExpress, and does not end the visit. */
export async function followByTracker(
  { tracker, trackerUpdates = new Set(), clock, log }: FeedServices,
  visit: Visit<Parcels>,
  watch: ParcelWatch,
): Promise<void> {
  const save: Save = (changes) => visit.update({ tracker: { ...visit.state.tracker, ...changes } });
  if (!tracker) {
    // The key was removed.
    if (visit.state.tracker.sweptAt > 0) save({ failingSince: REMOVED });
    return;
  }
  if (visit.state.tracker.sweptAt === 0) save({ sweptAt: 1 });
  const startedAt = clock.now();
  const canRequest = (count: number) => tracker.requestsLeft() >= count && visit.canContinue();
  const canRegister = () =>
    canRequest(MAX_REQUESTS_OF_REGISTRATION) && clock.now() - startedAt <= MAX_REGISTERING_MS;
  const canRead = () => canRequest(MAX_REQUESTS_OF_READING);
  try {
    tracker.limitTo(MAX_REQUESTS - REQUESTS_FOR_READINGS);
    await register(tracker, visit, watch, canRegister, save);
    tracker.limitTo(tracker.requestsLeft() + REQUESTS_FOR_READINGS);
    const { reader, throwIfNothingWasRead } = skipping(readerOf(tracker, visit, watch), log);
    await readPushed(trackerUpdates, watch, reader, canRead);
    await readDue(visit, watch, reader, canRead, save);
    await sweep(visit, watch, reader, canRead, save);
    throwIfNothingWasRead();
    const hasAnswered = tracker.requestsLeft() < MAX_REQUESTS;
    if (hasAnswered && visit.state.tracker.failingSince !== null) save({ failingSince: null });
  } catch (error) {
    if (!isProblem(error, ...TRACKER_PROBLEMS)) throw error;
    log('the parcel tracker could not be read', { because: error.kind });
    save({ failingSince: visit.state.tracker.failingSince || visit.now });
  } finally {
    tracker.limitTo(Number.POSITIVE_INFINITY);
  }
}

const TRACKER_PROBLEMS = [
  'tracker_key_refused',
  'tracker_ip_not_allowed',
  'tracker_rate_limited',
  'tracker_unreachable',
  ...REQUEST_PROBLEMS,
] as const;

/** What the tracker follows and the feed has not seen arrive. */
const registered = (watch: ParcelWatch): ListedParcel[] =>
  parcelsOn(watch).filter(
    ({ values }) => values.registeredAt > 0 && (!isDelivered(values) || values.checkedAt === 0),
  );

function readerOf(tracker: Tracker, visit: Visit<Parcels>, watch: ParcelWatch): ReadBatch {
  let limitOf: LimitOf | undefined;
  return async (batch) => {
    limitOf ??= limitsBy(visit.state.gaps, watch.entries);
    const parcels = batch.map(({ id, values }) => ({
      number: id,
      carrier: values.trackerCarrier,
      shippedAt: values.shippedAt,
    }));
    const { readings, unregistered } = await tracker.read(parcels);
    for (const reading of readings) keepReading(visit, watch, reading, limitOf);
    for (const number of unregistered) {
      const parcel = watch.get(number);
      // To register what was deleted costs a credit again.
      if (parcel)
        watch.put(number, { ...parcel, registeredAt: 0, registersAt: parcel.registeredAt + RETRY_MS });
    }
    visit.markDirty();
    const expired = readings.filter(
      ({ number, isExpired }) => isExpired && watch.get(number)?.isResumed === false,
    );
    if (expired.length === 0) return;
    await tracker.resume(expired);
    for (const { number } of expired) {
      const parcel = watch.get(number);
      if (parcel) watch.put(number, { ...parcel, isResumed: true });
    }
  };
}

function keepReading(
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  { number, events, progress, syncedAt, country }: TrackerReading,
  limitOf: LimitOf,
): void {
  const known = watch.get(number);
  if (!known) return;
  // The list of parcels shows none. What AliExpress has told of an order is more certain.
  const parcel = { ...known, country: known.country || country };
  const asOf = syncedAt ?? parcel.syncedAt;
  // A reading that is older than what was shown before says nothing, unless a carrier has entered the delivery late.
  const isOlder = progress && (progress.eventAt ?? 0) < (parcel.eventAt ?? 0);
  if (!progress || (isOlder && (!isDelivered(progress) || isDelivered(parcel)))) {
    watch.put(number, { ...parcel, syncedAt: asOf, checkedAt: Math.max(parcel.checkedAt, asOf) });
    return;
  }
  visit.update({ gaps: learnSilence(visit.state.gaps, parcel, events, visit.now) });
  const unusualAfterMs = unusualAfter(limitOf, parcel, progress);
  const { eventAt, customsSince, stage, signal } = progress;
  const next = { ...parcel, eventAt, customsSince, stage, signal, unusualAfterMs, syncedAt: asOf };
  // Of an event that has only a day, the last moment of the day counts: a newer one of that day may follow.
  const stalledAt = stallDueAt(next, visit.state);
  const isStalled = stalledAt <= asOf && parcel.completedAt === 0;
  const isReportable = isDelivered(progress) || (isStalled && !mayArrive(next));
  if (!isReportable) {
    watch.put(number, { ...next, checkedAt: Math.max(parcel.checkedAt, asOf) });
    return;
  }
  watch.put(number, { ...parcel, syncedAt: asOf });
  const checkedAt = isDelivered(progress) ? visit.now : asOf;
  keepProgress(visit, watch, number, {
    progress,
    unusualAfterMs,
    checkedAt,
    due: Math.min(stalledAt, visit.now),
  });
}

/** Removes from `updates` what was read, and what is not followed. */
async function readPushed(
  updates: Set<string>,
  watch: ParcelWatch,
  read: ReadBatch,
  hasRoom: HasRoom,
): Promise<void> {
  const pushed = registered(watch).filter(({ id }) => updates.has(trackerNumber(id)));
  const followed = new Set(pushed.map(({ id }) => trackerNumber(id)));
  for (const number of updates) if (!followed.has(number)) updates.delete(number);
  for (const batch of batches(pushed)) {
    if (!hasRoom()) return;
    const numbers = batch.map(({ id }) => trackerNumber(id));
    // What is pushed during the reading is newer than it.
    for (const number of numbers) updates.delete(number);
    try {
      await read(batch);
    } catch (error) {
      for (const number of numbers) updates.add(number);
      throw error;
    }
  }
}

async function readDue(
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  read: ReadBatch,
  hasRoom: HasRoom,
  save: Save,
): Promise<void> {
  const { now, state } = visit;
  if (now - state.tracker.dueReadAt < DUE_EVERY_MS || state.tracker.cursor !== null) return;
  const due = registered(watch).filter(({ values }) => {
    const stalledAt = stallDueAt(values, state);
    return stalledAt <= now && values.syncedAt < stalledAt;
  });
  // What does not fit is read by the sweep, unless nothing did.
  if (due.length > 0 && !hasRoom()) return;
  for (const batch of batches(due)) if (hasRoom()) await read(batch);
  save({ dueReadAt: now });
}

async function sweep(
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  read: ReadBatch,
  hasRoom: HasRoom,
  save: Save,
): Promise<void> {
  const { now } = visit;
  const { cursor, sweptAt } = visit.state.tracker;
  if (cursor === null && now - sweptAt < SWEEP_EVERY_MS) return;
  if (cursor === null) save({ sweptAt: now, dueReadAt: now, cursor: '' });
  const left = registered(watch)
    .filter(({ id }) => cursor === null || id > cursor)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const batch of batches(left)) {
    if (!hasRoom()) return;
    await read(batch);
    save({ cursor: batch.at(-1)?.id ?? null });
  }
  save({ cursor: null });
}
