/** What one visit has done. The visit writes it down; paying, storing and the feed's status go by it. */

import type { Skipped } from './skipped-spans.ts';

export interface VisitLog {
  /** When the visit began, epoch milliseconds. */
  now: number;
  calls: number;
  /** Of those, the calls for what is read rarely. */
  rareCalls: number;
  /** Ids of the records that are new, differ, or were fetched again. */
  changed: Set<string>;
  /** When that happened which this visit was the first to see, epoch milliseconds. */
  eventTimes: number[];
  /** When that came up which the feed has to query, epoch milliseconds, for a feed that tracks it. */
  demandTimes: number[];
  /** What may have been skipped. */
  skipped: Skipped[];
  isDirty: boolean;
}

export const emptyLog = (now: number): VisitLog => ({
  now,
  calls: 0,
  rareCalls: 0,
  changed: new Set(),
  eventTimes: [],
  demandTimes: [],
  skipped: [],
  isDirty: false,
});

/** A visit that has paid for nothing and found nothing leaves the stored snapshot as it is. */
export const isWorthStoring = ({ calls, changed, skipped, isDirty }: VisitLog): boolean =>
  calls > 0 || changed.size > 0 || skipped.length > 0 || isDirty;
