/** The stalls of a parcel of which a seller should be notified, computed from its whole history. */

import { HOUR } from '../../lib/runtime.ts';
import {
  DELIVERY_CODES,
  deliveredAt,
  eventsUntil,
  isDelivery,
  type Parcel,
  type ParcelEvent,
  returnedAt,
} from '../parcels.ts';
import { latestMeant } from '../time-forms.ts';
import { usualSilenceMs } from './lanes.ts';

const customsEntries = new Set(['CC_EX_START', 'CC_TRANS＿START', 'CC_IM_START']);
const ends = new Set([...DELIVERY_CODES, 'RETURNED']);
const FAILED = 'GTMS_DEL_FAILURE';

export interface Thresholds {
  /** Hours in customs after which a parcel counts as stalled. */
  customsHours: number;
  /** Hours without a tracking event after which a parcel counts as stalled. */
  noUpdateHours: number;
}

export const defaultThresholds: Thresholds = { customsHours: 72, noUpdateHours: 120 };

export interface Silence {
  /** Code of the event it began with; left out where there was no event yet. */
  code?: string;
  /** Time of that event as it can be read, epoch milliseconds. */
  from: number;
  /** From this instant on the seller should be notified. */
  dueAt: number;
  /** When the next event came; left out where none does. */
  endedAt?: number;
}

export interface Stall extends Silence {
  kind: 'customs' | 'no_update' | 'failure';
}

/** An event, or the shipping, and the event after it. */
interface Mark {
  at: number;
  code?: string;
  next: ParcelEvent | undefined;
}

/** None where the carrier writes no time that could be read: how long it has been silent is unknown. */
function marksOf({ shippedAt, events, carrier }: Parcel): Mark[] {
  if (events.some(({ isUndated }) => isUndated)) return [];
  return [
    { at: shippedAt, next: events[0] },
    ...events.map(({ at, code }, n) => ({ at: latestMeant(at, carrier.times), code, next: events[n + 1] })),
  ];
}

const silenceAfter = ({ at, code, next }: Mark, afterMs: number): Silence => ({
  ...(code && { code }),
  from: at,
  dueAt: at + afterMs,
  ...(next && { endedAt: next.at }),
});

const isDueWhileOpen =
  ({ orderEndsAt }: Parcel) =>
  ({ dueAt, endedAt = orderEndsAt }: Silence): boolean =>
    dueAt < Math.min(endedAt, orderEndsAt);

/**
 * The stalls a seller should be notified of while the order is open, by hours. A parcel that has no event in customs for
 * longer than both thresholds counts twice: as held in customs and as not updated.
 */
export function stallsOf(parcel: Parcel, thresholds: Partial<Thresholds> = {}): Stall[] {
  const { customsHours, noUpdateHours } = { ...defaultThresholds, ...thresholds };
  return marksOf(parcel)
    .flatMap((mark): Stall[] => {
      const { code } = mark;
      const stall = (kind: Stall['kind'], hours: number): Stall => ({
        kind,
        ...silenceAfter(mark, hours * HOUR),
      });
      return [
        ...(code && customsEntries.has(code) ? [stall('customs', customsHours)] : []),
        ...(code && ends.has(code) ? [] : [stall('no_update', noUpdateHours)]),
        ...(code === FAILED ? [stall('failure', 0)] : []),
      ];
    })
    .filter(isDueWhileOpen(parcel));
}

/**
 * The silences that fewer than 1 in 200 ordinary parcels reach on the route of this parcel, while its order is open. For
 * steady parcels they mean nothing.
 */
export const unusualSilencesOf = (parcel: Parcel): Silence[] =>
  marksOf(parcel)
    .filter(({ code }) => !code || !ends.has(code))
    .map((mark) => silenceAfter(mark, usualSilenceMs(parcel.carrier, parcel.order.country, mark.code)))
    .filter(isDueWhileOpen(parcel));

/** All that became of a parcel. */
export interface ParcelHistory {
  stalls: readonly Stall[];
  unusualSilences: readonly Silence[];
  /** Left out where it is never delivered. */
  deliveredAt?: number;
  /** Left out where it is never sent back. */
  returnedAt?: number;
  /** Time of the last event of a parcel that is never heard of again. */
  lostAt?: number;
  abnormalities: Parcel['abnormalities'];
}

export function historyOf(parcel: Parcel, thresholds: Partial<Thresholds> = {}): ParcelHistory {
  const arrivedAt = deliveredAt(parcel);
  const backAt = returnedAt(parcel);
  const lastAt = parcel.events.at(-1)?.at ?? parcel.shippedAt;
  return {
    stalls: stallsOf(parcel, thresholds),
    unusualSilences: unusualSilencesOf(parcel),
    ...(arrivedAt !== undefined && { deliveredAt: arrivedAt }),
    ...(backAt !== undefined && { returnedAt: backAt }),
    ...(arrivedAt === undefined && backAt === undefined && { lostAt: lastAt }),
    abnormalities: parcel.abnormalities,
  };
}

/** A stall as a workflow reported it. */
export interface ReportedStall {
  /** Time of the event since which the parcel is said to be silent, epoch milliseconds. */
  since: number;
  reportedAt: number;
  /** The events that the source had by then; left out for those that the carrier had published. */
  shown?: readonly ParcelEvent[];
}

/** Why a stall is a false alert; undefined where it is none. */
export function falseAlertOf(
  parcel: Parcel,
  { since, reportedAt, shown }: ReportedStall,
): 'delivered' | 'newer_event' | undefined {
  const published = eventsUntil(parcel, reportedAt);
  if (published.some(isDelivery)) return 'delivered';
  const newest = (shown ?? published).at(-1);
  return newest && latestMeant(newest.at, parcel.carrier.times) > since ? 'newer_event' : undefined;
}
