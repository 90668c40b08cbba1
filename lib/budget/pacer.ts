/**
 * The pacer decides when calls are spent; the platform decides when to poll. Credit grows over the day. A poll makes a
 * visit if there is credit for one, and is answered from the snapshot otherwise.
 *
 * Credit grows by the square-root law, which gives the smallest mean delay for a number of calls: by √(events) of the hour,
 * and scaled to the feed's part of the calls that are left until the end of the day (`split.ts`). Each visit plans the rest
 * of the day again. See docs/polling.md#square-root-law and #credit.
 *
 * The pacer has no clock and no store. Its state is a value, which is stored in the snapshot.
 */

import { MINUTE } from '../runtime.ts';
import { curveOf, MIN_AREA, shareOf } from './curve.ts';
import {
  demandOf,
  type FeedDemand,
  type Learnt,
  type Looked,
  learntAfter,
  type Needs,
  nextCounts,
  SECONDARY_CREDIT_SHARE,
} from './feed-demand.ts';
import type { Day } from './quota-day.ts';
import { type Demand, plannedCalls, splitCalls, splitRest } from './split.ts';

export interface PacerState extends Learnt {
  /** Calls saved up at `at`; negative after a visit that made more calls than were saved up. */
  credit: number;
  /** Epoch milliseconds. */
  at: number;
  /** Calls that are saved up per unit of the curve's area. */
  scale: number;
  /** Start and end of the day that was planned, epoch milliseconds. */
  since: number;
  until: number;
  /** Calls of the feed on a whole day by that plan. */
  planned: number;
  /** Calls that the feed has made on that day. */
  spent: number;
  /** Of those, the ones that are still to be taken from what it gets until the end of the day. */
  owed: number;
  /** Calls of that day that are kept for what is read rarely. */
  reserved: number;
  /** How many of them were made before they were due; below 0: how many are due that nothing has taken. */
  reservedEarly: number;
}

export interface Visit extends Looked, Needs {
  /** Calls used today by everyone; undefined if the store does not answer. */
  used: number | undefined;
  limit: number;
  /** Of those calls, the ones for what is read rarely. Beyond those that were kept, their cost is spread over the day. */
  rareCalls?: number;
}

export interface Pacer {
  /**
   * Whether a visit can be paid at `now`, epoch milliseconds.
   * @param state left out before the first visit
   * @param isSecondary at other polls a visit does more good
   */
  canVisit(state: PacerState | undefined, now: number, isSecondary?: boolean): boolean;
  /** Calls saved up at `now`, epoch milliseconds; a fraction, and below 0 after a burst. */
  savedAt(state: PacerState | undefined, now: number): number;
  /** Calls that are kept for what is read rarely and are left of the day; without limit before the first visit. */
  keptAt(state: PacerState | undefined, now: number): number;
  /** When a visit can be paid at the earliest, if the plan does not change, epoch milliseconds, to the minute. */
  nextAt(state: PacerState): number;
  /**
   * The state after a visit was paid and the rest of the day planned again.
   * @param otherDemands of the shop's other feeds that have something to fetch
   */
  afterVisit(state: PacerState | undefined, visit: Visit, otherDemands?: readonly Demand[]): PacerState;
}

/** If polls are rarer than calls, this much credit is saved for hours in which it grows more slowly. */
const MAX_CREDIT = 12;
/** A burst is paid in advance, but not without limit. */
export const MAX_DEBT = 12;

const lengthOf = (day: Pick<Day, 'start' | 'end'>) => day.end - day.start;

/**
 * A visit is paid when this part of its cost is saved up. Waiting for all of it would leave the last call of the day
 * unspent. The next plan accounts for the rest.
 */
const MIN_CREDIT_SHARE = 0.9;

/** What a feed has saved up, and its plan. */
export type Savings = Pick<
  PacerState,
  'credit' | 'at' | 'scale' | 'since' | 'until' | 'planned' | 'reserved' | 'counts'
>;

/** What is saved up at `now`: by the plan until the end of its day, then as if no calls had been made the next day. */
export function creditAt(state: Savings, now: number): number {
  const curve = curveOf(state.counts);
  const day = { start: state.since, end: state.until };
  // A state from the future was written by a clock that was wrong. It earns nothing for the past.
  const at = Math.min(state.at, now);
  const earned = state.scale * curve.area(shareOf(day, at), shareOf(day, now));
  const saved = Math.min(MAX_CREDIT, state.credit + earned);
  const share = Math.min(1, (now - day.end) / lengthOf(day));
  const ofVisits = state.planned - state.reserved;
  return Math.min(MAX_CREDIT, saved + (ofVisits * curve.area(0, share)) / curve.area(0, 1));
}

/** @param own what the feed declares */
export function createPacer(own: FeedDemand = { weight: 1, cost: 1 }): Pacer {
  const maxGapMs = ({ planned, reserved, since, until }: PacerState): number =>
    Math.max(own.maxGapMs ?? Number.POSITIVE_INFINITY, (until - since) / (planned - reserved));

  const canVisit = (state: PacerState | undefined, now: number, isSecondary = false): boolean =>
    state === undefined ||
    now >= state.until + (state.until - state.since) ||
    now - state.at >= maxGapMs(state) ||
    creditAt(state, now) >= own.cost * (isSecondary ? SECONDARY_CREDIT_SHARE : MIN_CREDIT_SHARE);

  return {
    canVisit,
    savedAt: (state, now) => (state ? creditAt(state, now) : 0),
    keptAt: (state, now) => (state ? keptAt(state, now) : Number.POSITIVE_INFINITY),
    nextAt: (state) => {
      // Credit only grows until the next visit, so the time is found by halving.
      let [early, late] = [state.at, state.until + (state.until - state.since)];
      if (canVisit(state, early)) return early;
      while (late - early > MINUTE) {
        const middle = Math.floor((early + late) / 2);
        if (canVisit(state, middle)) late = middle;
        else early = middle;
      }
      return late;
    },
    afterVisit: (state, visit, otherDemands = []) => {
      const { now, day, calls, rareCalls = 0, rareCallsPerDay = 0, used, limit } = visit;
      // A visit that began shortly before midnight may be planned on the day after it.
      const isNewDay = state !== undefined && Math.max(now, day.start) >= state.until;
      const learnt = learntAfter(
        state && isNewDay ? { ...state, ...nextCounts(state) } : state,
        visit,
        own.cost,
      );
      const today = plannedCalls(limit);
      const demand = demandOf(own, learnt, visit);
      const atAnyTime = [demand, ...otherDemands].map((each) => ({
        ...each,
        nextDueAt: undefined,
        saved: 0,
      }));
      const [planned = 0] = splitCalls(atAnyTime, today, day, day.start);
      const reserved = reservedOf(planned, rareCallsPerDay);

      const before = state && !isNewDay ? state : undefined;
      const curve = curveOf(learnt.counts);
      const [whole, area] = [curve.area(0, 1), curve.area(shareOf(day, now), 1)];
      const since = before ? Math.min(before.at, now) : state ? day.start : now;
      const due = (reserved * area) / whole;
      const dueSince = (reserved * curve.area(shareOf(day, since), shareOf(day, now))) / whole;
      const early = (before ? earlyAt(before, now) : 0) + rareCalls - dueSince;
      const reservedEarly = Math.min(early, due);
      // More than were kept for the day.
      const owed = early - reservedEarly + (before ? leftAt(before, before.owed, now) : 0);

      const paid = calls - rareCalls;
      const credit = Math.max(-MAX_DEBT, (state ? creditAt(state, now) : paid) - paid);
      const demands = [{ ...demand, owed: owed + reservedEarly, saved: credit }, ...otherDemands];
      const shareLeft = (day.end - now) / lengthOf(day);
      // What searches did not need until now, they need less and less until the end of the day.
      const left = used === undefined ? today * shareLeft : limit - (limit - today) * shareLeft - used;
      const [part = 0] = splitRest(demands, left, day, now);
      // Together with what is saved up, no more than there are.
      const rest = Math.min(part, Math.max(0, left - credit));
      const ofVisits = rest - reservedOf(rest, due - Math.max(0, reservedEarly));
      return {
        ...learnt,
        credit,
        at: now,
        scale: ofVisits / Math.max(MIN_AREA, area),
        since: day.start,
        until: day.end,
        planned,
        owed,
        reserved,
        reservedEarly,
        spent: calls + (before?.spent ?? 0),
      };
    },
  };
}

/** Where calls are few, half of them are left for visits. */
const reservedOf = (calls: number, rareCalls: number): number => Math.min(rareCalls, calls / 2);

function keptAt(state: PacerState, now: number): number {
  const { counts, since, until, at, reserved } = state;
  if (now >= until) return reserved;
  const curve = curveOf(counts);
  const day = { start: since, end: until };
  const due = reserved * (curve.area(shareOf(day, Math.min(at, now)), 1) / curve.area(0, 1));
  return due - earlyAt(state, now);
}

/** `reservedEarly` at `now`: kept calls that nothing has taken are left to visits, evenly until the end of the day. */
const earlyAt = (state: PacerState, now: number): number =>
  Math.max(0, state.reservedEarly) + leftAt(state, Math.min(0, state.reservedEarly), now);

/** What is left at `now` of calls that a plan spreads evenly over the rest of its day, such as those that a feed owes. */
function leftAt({ counts, since, until, at }: PacerState, calls: number, now: number): number {
  const curve = curveOf(counts);
  const day = { start: since, end: until };
  const left = (from: number) => curve.area(shareOf(day, from), 1);
  return at <= now ? (calls * left(now)) / Math.max(MIN_AREA, left(at)) : calls;
}
