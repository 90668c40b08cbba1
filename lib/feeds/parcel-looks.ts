/**
 * What is known of a parcel before a call queries it: what the call may find, and the cells from which its chance is learned
 * (`stall-chances.ts`).
 */

import { NEAR_BUYER } from '../aliexpress/tracking-codes.ts';
import { DAY } from '../runtime.ts';
import { stallDueAt, stallTimes } from './parcel-due.ts';
import type { ParcelsState } from './parcel-state.ts';
import { isTracked } from './parcel-tracked.ts';
import { isDelivered, type WatchedParcel } from './parcel-watch.ts';
import type { Look } from './stall-chances.ts';

/** What a call about a parcel may find. */
export type Goal = 'stall' | 'delivery';

export interface ParcelLook extends Look {
  goal: Goal;
}

/**
 * Days since shipping, and the chance that the first query of such a parcel finds a stall. A first query that only shows when
 * the stall is due gets the credit for the later one that finds it, so the chance is that of each call. Most line hauls begin
 * within a week, and a parcel that is under way for much longer than others is often lost.
 */
const AGES = [
  [0, 0.01],
  [3, 0.03],
  [5, 0.07],
  [6, 0.1],
  [7, 0.12],
  [8, 0.14],
  [9, 0.14],
  [10, 0.13],
  [11, 0.11],
  [12, 0.09],
  [14, 0.08],
  [17, 0.1],
  [20, 0.15],
  [24, 0.35],
  [28, 0.6],
] as const;

/**
 * The chance of a parcel that was queried before, by how long it has been due: for a day, for three days, or longer. It is
 * `seen` to be due by its last event, or `guessed`, because it may have entered customs after that.
 */
const CHANCES = {
  seen: { now: 0.3, later: 0.2, late: 0.15 },
  guessed: { now: 0.05, later: 0.05, late: 0.05 },
} as const;

/** Most buyers confirm receipt within this time. */
const CONFIRMED_AFTER_MS = 3 * DAY;
/** A parcel that was shipped so long before the feed began may have been stalled before. */
const OLDER_MS = 5 * DAY;

/** @param due since when the parcel is to be queried, epoch milliseconds */
export function lookOf(parcel: WatchedParcel, state: ParcelsState, due: number, now: number): ParcelLook {
  const { carrier, checkedAt, completedAt, eventAt, stage, reportedSince, customsSince } = parcel;
  const about = (prior: number, cell: string, goal: Goal = 'stall'): ParcelLook => ({
    goal,
    cells: [cell],
    prior,
    factors: [],
  });
  if (isTracked(parcel, state.tracker, now)) return about(0.8, 'confirmed');
  if (isDelivered(parcel) || completedAt > 0) {
    // A delivery from before the feed began concerns no workflow.
    const share = (completedAt - state.startedAt) / CONFIRMED_AFTER_MS;
    const isEarly = completedAt > 0 && share < 1;
    return isEarly
      ? about(0.9 * Math.max(0, share), 'order_over/early', 'delivery')
      : about(0.9, 'order_over', 'delivery');
  }
  if (checkedAt === 0) return firstLook(parcel, state, now - parcel.shippedAt);
  if (eventAt === null) return about(0.03, 'unknown');
  if (reportedSince === (customsSince ?? eventAt)) return about(0.03, 'reported');
  if (NEAR_BUYER.includes(stage ?? '') && !isStallLook(parcel, state, now))
    return about(0.5, 'near', 'delivery');
  const stalledAt = stallDueAt(parcel, state);
  const [kind, since] = stalledAt <= now ? (['seen', stalledAt] as const) : (['guessed', due] as const);
  const late = now - since < DAY ? 'now' : now - since < 3 * DAY ? 'later' : 'late';
  // The longer a parcel was silent when it was last queried, the more likely it still is. A carrier's date may lie ahead.
  const silentMs = Math.max(0, checkedAt - eventAt);
  const silent = Math.min(3, Math.floor((4 * silentMs) / Math.max(1, since - eventAt)));
  const look: ParcelLook = {
    goal: 'stall',
    cells: [`${kind}/${late}`, `${kind}/${late}/${silent}`],
    prior: CHANCES[kind][late],
    factors: [`${kind}/${carrier}`],
  };
  const [, days] = /^new\/(\d+)/.exec(parcel.firstLook) ?? [];
  return days ? { ...look, origin: firstLook(parcel, state, Number(days) * DAY) } : look;
}

/** A tracker needs the number this long before it can show the stall that a first query would find. */
const TRACKER_LEAD_MS = 2 * DAY;

/** For the call that reads the number of a parcel that a tracker is to follow. */
export const lookAhead = (parcel: WatchedParcel, state: ParcelsState, now: number): ParcelLook =>
  parcel.completedAt > 0
    ? lookOf(parcel, state, now, now)
    : firstLook(parcel, state, now + TRACKER_LEAD_MS - parcel.shippedAt);

/**
 * For the first query of a parcel. Its first cell begins with its age: `new/7` is seven days and more, `older/7` the same of a
 * parcel that may have been stalled before the feed began.
 * @param ageMs how long ago it will have been shipped
 */
export function firstLook(
  { shippedAt, carrier, country }: WatchedParcel,
  state: ParcelsState,
  ageMs: number,
): ParcelLook {
  const [days, prior] = AGES.findLast(([from]) => ageMs >= from * DAY) ?? AGES[0];
  const dueSince = shippedAt + OLDER_MS;
  const isOlder = dueSince < state.startedAt;
  const kind = isOlder ? 'older' : 'new';
  // A stall that was due before the feed began concerns no workflow.
  const share = (shippedAt + ageMs - state.startedAt) / (ageMs - OLDER_MS);
  return {
    goal: 'stall',
    cells: [`${kind}/${days}`, `${kind}/${days}/${carrier}`],
    prior: isOlder ? prior * Math.min(1, Math.max(0, share)) : prior,
    factors: [`new/${carrier}`, ...(country ? [`new/${country}`] : [])],
  };
}

/** Whether the parcel may be stalled, as far as is known. */
const isStallLook = (parcel: WatchedParcel, state: ParcelsState, now: number): boolean =>
  stallTimes(parcel, state).some((at) => at > parcel.checkedAt && at <= now);
