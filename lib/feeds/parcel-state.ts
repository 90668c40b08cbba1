/** What the parcels feed remembers besides its watch list, and what the workflows want of it. */

import * as z from 'zod';
import { stored, time } from '../stores/stored.ts';
import { backfillFormat, newBackfill } from './backfill.ts';
import { waitingFormat, watchedFormat } from './engine/feed-status.ts';
import { hasInterest, needsRecording } from './engine/interest.ts';
import { noTracker, trackerFormat } from './parcel-tracked.ts';
import { listingFormat, newListing } from './parcel-windows.ts';
import { noGaps, routeGapsFormat } from './route-gaps.ts';
import { chancesFormat, noChances } from './stall-chances.ts';

/** Hours → when a workflow last had this threshold, epoch milliseconds. */
const thresholdsFormat = z.record(z.string(), z.number()).default({});
export type Thresholds = z.infer<typeof thresholdsFormat>;

/**
 * Lists of orders that were shipped before the feed began, and queries of parcels that may be stalled, or delivered. A page
 * of orders brings 50 parcels, so one call in eight brings more than the others can query.
 */
export const turns = [
  'earlier',
  'stall',
  'delivery',
  'stall',
  'delivery',
  'stall',
  'delivery',
  'stall',
] as const;
export type Turn = (typeof turns)[number];

export const stateFormat = stored(() => ({
  withoutUpdate: thresholdsFormat,
  customs: thresholdsFormat,
  /** What silence is unusual. */
  gaps: routeGapsFormat.default(noGaps(0)),
  /** When a workflow last wanted to know of unusual silence, epoch milliseconds. */
  unusualInterestAt: z.number().default(0),
  /** When a workflow last wanted deliveries, epoch milliseconds. */
  deliveryInterestAt: z.number().default(0),
  /** What is left to read of what was shipped before the feed began; null when everything was read. */
  backfill: backfillFormat.nullable().default(null),
  /** Which of the turns the next call has, if there is something to call for: see `takeTurns`. */
  turn: z
    .int()
    .min(0)
    .max(turns.length - 1)
    .catch(0)
    .default(0),
  listing: listingFormat.default(() => newListing(0)),
  chances: chancesFormat.default(noChances),
  tracker: trackerFormat.default(noTracker),
  /** Until when the tracking that needs no carrier is not asked, because AliExpress has refused it; epoch milliseconds. */
  shortRefusedUntil: z.number().default(0),
  /** How often in a row it was refused. */
  shortRefusals: z.number().default(0),
  /** When the last probe was made that the feed has heard, epoch milliseconds; 0: none. */
  heardProbedAt: time.default(0),
  /** When the feed began, epoch milliseconds. */
  startedAt: z.number().default(0),
  dueAt: z.number().default(0),
  waiting: waitingFormat.nullable().default(null),
  watched: watchedFormat.nullable().default(null),
}));
export type ParcelsState = z.infer<typeof stateFormat>;

export interface ParcelsInterest {
  /** Hours without an event after which the workflow wants to know of a parcel. */
  hoursWithoutUpdate?: number;
  /** The same for hours in customs. */
  customsHours?: number;
  /** The workflow wants to know of unusual silence. */
  unusual: boolean;
  deliveries: boolean;
}

export const initialState = (now: number): ParcelsState => ({
  withoutUpdate: {},
  customs: {},
  gaps: noGaps(now),
  unusualInterestAt: 0,
  deliveryInterestAt: 0,
  backfill: newBackfill(now),
  turn: 0,
  listing: newListing(now),
  chances: noChances,
  tracker: noTracker,
  shortRefusedUntil: 0,
  shortRefusals: 0,
  heardProbedAt: 0,
  startedAt: now,
  dueAt: now,
  waiting: null,
  watched: null,
});

const isNewThreshold = (known: Thresholds, hours: number | undefined, now: number): boolean =>
  hours !== undefined && needsRecording(known[hours] ?? 0, now);

export const hasNewDemand = (state: ParcelsState, interest: ParcelsInterest, now: number): boolean =>
  isNewThreshold(state.withoutUpdate, interest.hoursWithoutUpdate, now) ||
  isNewThreshold(state.customs, interest.customsHours, now) ||
  (interest.unusual && needsRecording(state.unusualInterestAt, now)) ||
  (interest.deliveries && needsRecording(state.deliveryInterestAt, now));

export function recordDemand(state: ParcelsState, interest: ParcelsInterest, now: number): ParcelsState {
  const record = (known: Thresholds, hours: number | undefined): Thresholds => {
    const isNew = hours !== undefined && isNewThreshold(known, hours, now);
    const recorded = isNew ? { ...known, [hours]: now } : known;
    return Object.fromEntries(Object.entries(recorded).filter(([, at]) => hasInterest(at, now)));
  };
  const isDeliveryNew = interest.deliveries && needsRecording(state.deliveryInterestAt, now);
  const isUnusualNew = interest.unusual && needsRecording(state.unusualInterestAt, now);
  return {
    ...state,
    unusualInterestAt: isUnusualNew ? now : state.unusualInterestAt,
    withoutUpdate: record(state.withoutUpdate, interest.hoursWithoutUpdate),
    customs: record(state.customs, interest.customsHours),
    deliveryInterestAt: isDeliveryNew ? now : state.deliveryInterestAt,
    // A shorter threshold may have made a parcel due already.
    dueAt: hasNewDemand(state, interest, now) ? now : state.dueAt,
  };
}
