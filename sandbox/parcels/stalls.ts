/** The stalls of a parcel of which a seller should be told, computed from its whole history. */

import { HOUR } from '../../lib/runtime.ts';
import { DELIVERY_CODES, type Parcel } from '../parcels.ts';

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

export interface Stall {
  kind: 'customs' | 'no_update' | 'failure';
  /** Code of the event it began with; left out where there was no event yet. */
  code?: string;
  /** Time of that event, epoch milliseconds. */
  from: number;
  /** From this instant on the seller should be notified. */
  dueAt: number;
  /** When the next event came; left out where none does. */
  endedAt?: number;
}

/**
 * The stalls a seller should be notified of while the order is open. A parcel that has no event in customs for longer
 * than both thresholds counts twice: as held in customs and as not updated.
 */
export function stallsOf(parcel: Parcel, thresholds: Partial<Thresholds> = {}): Stall[] {
  const { customsHours, noUpdateHours } = { ...defaultThresholds, ...thresholds };
  const marks: { at: number; code?: string }[] = [{ at: parcel.shippedAt }, ...parcel.events];
  return marks
    .flatMap(({ at, code }, n): Stall[] => {
      const next = marks[n + 1];
      const stall = (kind: Stall['kind'], hours: number): Stall => ({
        kind,
        ...(code && { code }),
        from: at,
        dueAt: at + hours * HOUR,
        ...(next && { endedAt: next.at }),
      });
      return [
        ...(code && customsEntries.has(code) ? [stall('customs', customsHours)] : []),
        ...(code && ends.has(code) ? [] : [stall('no_update', noUpdateHours)]),
        ...(code === FAILED ? [stall('failure', 0)] : []),
      ];
    })
    .filter(({ dueAt, endedAt }) => dueAt < Math.min(endedAt ?? parcel.orderEndsAt, parcel.orderEndsAt));
}
