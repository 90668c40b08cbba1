/**
 * Follows parcels by an outside tracker, which costs no call of AliExpress: each parcel is registered once, and all courses
 * are read every six hours, in visits of a few requests. Parcels that are due, and those that the tracker has pushed updates
 * of, are read sooner.
 *
 * The tracker's silence counts until it last reached the carrier, not until now. What the tracker cannot follow, and
 * everything while it does not answer, is queried at AliExpress.
 */

import { isProblem } from '../problems.ts';
import { DAY } from '../runtime.ts';
import { NEVER } from '../stores/stored.ts';
import {
  MAX_REQUESTS_OF_REGISTRATION,
  type Registration,
  type RegistrationResult,
  type Tracker,
  type TrackerReading,
  trackerNumber,
} from '../trackers/tracker.ts';
import type { Visit } from './engine/design.ts';
import type { FeedServices } from './engine/feed.ts';
import { batches, REQUEST_PROBLEMS, type ReadBatch, skipping } from './parcel-batches.ts';
import { stallDueAt } from './parcel-due.ts';
import {
  DUE_EVERY_MS,
  isToRegister,
  mayArrive,
  REMOVED,
  SWEEP_EVERY_MS,
  type TrackerState,
} from './parcel-tracked.ts';
import { keepProgress, type Parcels } from './parcel-tracking.ts';
import { isDelivered, type ListedParcel, type ParcelWatch, type WatchedParcel } from './parcel-watch.ts';
import { type LimitOf, learnSilence, limitsBy, unusualAfter } from './unusual-silence.ts';

/** Of a visit, repeated ones included. */
const MAX_REQUESTS = 20;
/** What has expired is resumed with a request of its own. */
const MAX_REQUESTS_OF_READING = 2;
/** A registration that was refused for now, or deleted, is tried again after this time. */
const RETRY_MS = DAY;

/** Registers and reads what is due. A tracker that fails leaves the parcels to AliExpress, and does not end the visit. */
export async function followByTracker(
  { tracker, takeTrackerUpdates, log }: FeedServices,
  visit: Visit<Parcels>,
  watch: ParcelWatch,
): Promise<void> {
  const save = (changes: Partial<TrackerState>) =>
    visit.update({ tracker: { ...visit.state.tracker, ...changes } });
  if (!tracker) {
    // The key was removed.
    if (visit.state.tracker.sweptAt > 0) save({ failingSince: REMOVED });
    return;
  }
  if (visit.state.tracker.sweptAt === 0) save({ sweptAt: 1 });
  const before = tracker.requests();
  tracker.limitTo(MAX_REQUESTS);
  const canRequest = (count: number) =>
    tracker.requests() - before + count <= MAX_REQUESTS && visit.canContinue();
  const canRegister = () => canRequest(MAX_REQUESTS_OF_REGISTRATION);
  const canRead = () => canRequest(MAX_REQUESTS_OF_READING);
  const pushed = new Set(takeTrackerUpdates?.() ?? []);
  try {
    await register(tracker, visit, watch, canRegister, save);
    const { reader, throwIfNothingWasRead } = skipping(readerOf(tracker, visit, watch), log);
    for (const batch of batches(registered(watch).filter(({ id }) => pushed.has(trackerNumber(id)))))
      if (canRead()) await reader(batch);
    await readDue(visit, watch, reader, canRead, save);
    await sweep(visit, watch, reader, canRead, save);
    throwIfNothingWasRead();
    const hasAnswered = tracker.requests() > before;
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

/** Whether the visit has room for a whole registration, or reading. */
type HasRoom = () => boolean;
type Save = (changes: Partial<TrackerState>) => void;

const listed = ({ entries }: ParcelWatch): ListedParcel[] =>
  [...entries].map(([id, { values }]) => ({ id, values }));

/** What the tracker follows and the feed has not seen arrive. */
const registered = (watch: ParcelWatch): ListedParcel[] =>
  listed(watch).filter(
    ({ values }) => values.registeredAt > 0 && (!isDelivered(values) || values.checkedAt === 0),
  );

/** The newest parcels first: credits may not suffice for all. */
async function register(
  tracker: Tracker,
  visit: Visit<Parcels>,
  watch: ParcelWatch,
  hasRoom: HasRoom,
  save: Save,
): Promise<void> {
  const { now } = visit;
  const due = listed(watch)
    .filter(({ id, values }) => isToRegister(id, values, visit.state.tracker, now))
    .sort((a, b) => b.values.shippedAt - a.values.shippedAt);
  for (const batch of batches(due)) {
    if (!hasRoom() || visit.state.tracker.registersAt > now) return;
    const parcels = batch.map(({ id, values }) => ({
      number: id,
      carrierKey: values.carrier,
      tag: values.orders[0] ?? '',
    }));
    const registrations = await tracker.register(parcels).catch((error: unknown): Registration[] => {
      if (!isProblem(error, ...REQUEST_PROBLEMS)) throw error;
      return parcels.map(({ number }) => ({ number, result: 'try_later', carrier: null }));
    });
    for (const { number, result, carrier } of registrations) {
      const parcel = watch.get(number);
      if (parcel)
        watch.put(number, { ...parcel, trackerCarrier: carrier, ...afterRegistration(result, now) });
      if (result === 'credits_used_up' || result === 'daily_limit') save({ registersAt: now + RETRY_MS });
    }
    visit.markDirty();
  }
}

function afterRegistration(
  result: RegistrationResult,
  now: number,
): Pick<WatchedParcel, 'registeredAt' | 'registersAt'> {
  if (result === 'registered' || result === 'known') return { registeredAt: now, registersAt: 0 };
  const isFinal = result === 'buyer_data_wanted' || result === 'number_refused';
  return { registeredAt: 0, registersAt: isFinal ? NEVER : now + RETRY_MS };
}

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
