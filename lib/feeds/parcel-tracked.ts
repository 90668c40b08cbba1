/** What the feed knows of the parcels that an outside tracker follows, and what it asks the tracker for. */

import * as z from 'zod';
import { NEAR_BUYER } from '../aliexpress/tracking-codes.ts';
import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { stored, time } from '../stores/stored.ts';
import { hasNumber, isDelivered, type ListedParcel, type WatchedParcel } from './parcel-watch.ts';

export const SWEEP_EVERY_MS = 6 * HOUR;
/** Parcels that are due are read this often, until the tracker has reached their carriers since. */
export const DUE_EVERY_MS = 30 * MINUTE;
/**
 * After this time a parcel is queried at AliExpress: one that the tracker knows nothing of, and one whose carrier it does not
 * reach any more.
 */
const UNKNOWN_MS = 8 * DAY;
/** While the tracker has not answered for so long, all parcels are queried at AliExpress. */
const DOWN_MS = 12 * HOUR;

/** A registration that was refused for now, or deleted, is tried again after this time. */
export const RETRY_MS = DAY;

export const trackerFormat = stored(() => ({
  /** When the sweep began that is under way, or the last one; epoch milliseconds. */
  sweptAt: time.default(0),
  /** The parcel after which the sweep goes on; null between two. */
  cursor: z.string().nullable().default(null),
  /** When parcels that are due were last read, epoch milliseconds. */
  dueReadAt: time.default(0),
  /** No parcel is registered before then, because there are no credits; epoch milliseconds. */
  registersAt: time.default(0),
  /** Since when the tracker has not answered, epoch milliseconds; null if it has. */
  failingSince: time.nullable().default(null),
}));
export type TrackerState = z.infer<typeof trackerFormat>;
export type Save = (changes: Partial<TrackerState>) => void;
/** Whether the visit has room for a whole registration, or reading. */
export type HasRoom = () => boolean;

/** In place of `failingSince`: the shop has no key any more. */
export const REMOVED = 0;

export const noTracker: TrackerState = {
  sweptAt: 0,
  cursor: null,
  dueReadAt: 0,
  registersAt: 0,
  failingSince: null,
};

/** Whether a parcel need not be queried at AliExpress. */
export function isTracked(
  { registeredAt, syncedAt, eventAt }: WatchedParcel,
  state: TrackerState,
  now: number,
): boolean {
  const knownAt = Math.max(registeredAt, eventAt === null ? 0 : syncedAt);
  return registeredAt > 0 && now - knownAt < UNKNOWN_MS && hasTracker(state, now);
}

/** Whether parcels are followed by a tracker that answers. */
export const hasTracker = (state: TrackerState, now: number): boolean =>
  state.sweptAt > 0 && state.failingSince !== REMOVED && downSince(state, now) === null;

/** Whether the tracker of the shop answers, as far as is known. */
export const mayTrack = (state: TrackerState, now: number): boolean =>
  state.sweptAt === 0 || state.failingSince === REMOVED || hasTracker(state, now);

/** Whether the last request to the tracker was answered, so that what it pushes is read at once. */
export const isAnswering = ({ failingSince }: TrackerState): boolean => failingSince === null;

/** Since when the tracker has not answered, if it is given up for now, epoch milliseconds. */
export const downSince = ({ failingSince }: TrackerState, now: number): number | null =>
  failingSince !== null && failingSince !== REMOVED && now - failingSince > DOWN_MS ? failingSince : null;

/** When the tracker is to be asked next, epoch milliseconds. */
export function nextRequestAt(parcels: readonly ListedParcel[], state: TrackerState, now: number): number {
  if (!isAnswering(state)) return now + DUE_EVERY_MS;
  const mayRegister = parcels.some(({ id, values }) => isToRegister(id, values, state, now));
  return mayRegister ? now : nextReadingAt(state);
}

/** When courses are to be read next, epoch milliseconds; infinite while there is no tracker that answers. */
export const nextReadingAt = (state: TrackerState): number => {
  if (state.sweptAt === 0 || !isAnswering(state)) return Number.POSITIVE_INFINITY;
  return state.cursor !== null ? 0 : Math.min(state.sweptAt + SWEEP_EVERY_MS, state.dueReadAt + DUE_EVERY_MS);
};

export const isToRegister = (
  id: string,
  parcel: WatchedParcel,
  { registersAt }: TrackerState,
  now: number,
): boolean =>
  hasNumber(id) &&
  parcel.registeredAt === 0 &&
  parcel.registersAt <= now &&
  registersAt <= now &&
  parcel.completedAt === 0 &&
  !isDelivered(parcel);

/** What the tracker does not know yet may be the delivery, so AliExpress is asked before a workflow is told. */
export const mayArrive = ({ stage }: WatchedParcel): boolean => NEAR_BUYER.includes(stage ?? '');

/**
 * Whether a stall that the tracker has shown is to be confirmed by AliExpress.
 * @param stalledAt since when a workflow is to be told of it, epoch milliseconds
 */
export function isToConfirm(parcel: WatchedParcel, stalledAt: number): boolean {
  const { eventAt, customsSince, syncedAt, reportedSince, confirmedAt } = parcel;
  const isShown = mayArrive(parcel) && stalledAt <= syncedAt && parcel.completedAt === 0;
  return isShown && reportedSince !== (customsSince ?? eventAt) && confirmedAt < stalledAt;
}
