/**
 * The pacer decides when calls are spent; the platform decides when to poll. Credit grows over the day. A poll makes a
 * visit if there is credit for one, and is answered from the snapshot otherwise.
 *
 * Credit grows by the square-root law, which gives the smallest mean delay for a number of calls: the rate of a feed is
 * proportional to √(weight · events / cost) of the hour, and scaled so that the calls that are left last exactly until
 * the end of the day. Each visit plans the rest of the day again. See docs/polling.md#square-root-law and #credit.
 *
 * The pacer has no clock and no store. Its state is a value, which is stored in the snapshot.
 */

import { MINUTE } from '../runtime.ts';
import { curveOf, type HourCounts, learn, nextDay, noCounts, shareOf } from './curve.ts';
import type { Day } from './quota-day.ts';

export interface PacerState {
  /** Calls saved up at `at`; negative after a visit that made more calls than were saved up. */
  credit: number;
  /** Epoch milliseconds. */
  at: number;
  /** Calls that are saved up per unit of the curve's area. */
  scale: number;
  /** Start and end of the day that was planned, epoch milliseconds. */
  since: number;
  until: number;
  /** Calls a day. */
  limit: number;
  /** The feed's events by hour of the day. */
  counts: number[];
}

/** What a feed needs of the budget. */
export interface Demand {
  /** How much a delay of the feed's events matters. */
  weight: number;
  /** Calls of one visit. */
  cost: number;
  counts: HourCounts;
}

export interface Visit {
  /** Epoch milliseconds. */
  now: number;
  day: Day;
  /** Calls that the visit made. */
  calls: number;
  /** Calls used today by everyone; undefined if the store does not answer. */
  used: number | undefined;
  limit: number;
  /** When the events happened that the visit was the first to see, epoch milliseconds. */
  events: readonly number[];
}

export interface Pacer {
  /**
   * Whether a visit can be paid at `now`, epoch milliseconds.
   * @param state left out before the first visit
   * @param isBetterTimeNear a better time is at most one poll away: the visit waits for it, unless there is a surplus
   */
  canVisit(state: PacerState | undefined, now: number, isBetterTimeNear?: boolean): boolean;
  /** Calls saved up at `now`, epoch milliseconds; a fraction, and below 0 after a burst. */
  savedAt(state: PacerState | undefined, now: number): number;
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
const MAX_DEBT = 12;

const demandWeight = ({ weight, cost, counts }: Demand): number =>
  Math.sqrt(
    weight *
      cost *
      Math.max(
        1,
        counts.reduce((sum, count) => sum + count, 0),
      ),
  );

const lengthOf = (day: Pick<Day, 'start' | 'end'>) => day.end - day.start;

/**
 * A visit is paid when this part of its cost is saved up. Waiting for all of it would leave the last call of the day
 * unspent. The next plan accounts for the rest.
 */
const MIN_CREDIT_SHARE = 0.9;
/** With this many visits saved up, a visit does not wait for a better time. */
const SURPLUS_CREDIT = 2;

/** @param own weight and cost of the feed */
export function createPacer(own: { weight: number; cost: number } = { weight: 1, cost: 1 }): Pacer {
  /** What is saved up at `now`: by the plan until the end of its day, then as if no calls had been made the next day. */
  const creditAt = (state: PacerState, now: number): number => {
    const curve = curveOf(state.counts);
    const day = { start: state.since, end: state.until };
    // A state from the future was written by a clock that was wrong. It earns nothing for the past.
    const at = Math.min(state.at, now);
    const earned = state.scale * curve.area(shareOf(day, at), now < day.end ? shareOf(day, now) : 1);
    const saved = Math.min(MAX_CREDIT, state.credit + earned);
    const share = Math.min(1, (now - day.end) / lengthOf(day));
    return Math.min(MAX_CREDIT, saved + (state.limit * curve.area(0, share)) / curve.area(0, 1));
  };

  const canVisit = (state: PacerState | undefined, now: number, isBetterTimeNear = false): boolean =>
    state === undefined ||
    now >= state.until + (state.until - state.since) ||
    creditAt(state, now) >= own.cost * (isBetterTimeNear ? SURPLUS_CREDIT : MIN_CREDIT_SHARE);

  return {
    canVisit,
    savedAt: (state, now) => (state ? creditAt(state, now) : 0),
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
    afterVisit: (state, { now, day, calls, used, limit, events }, otherDemands = []) => {
      const aged = state && now >= state.until ? nextDay(state.counts) : (state?.counts ?? noCounts);
      const counts = learn(aged, day, events);
      const credit = Math.max(-MAX_DEBT, (state ? creditAt(state, now) : calls) - calls);
      const rest = (hours: HourCounts) => Math.max(1e-6, curveOf(hours).area(shareOf(day, now), 1));
      const self: Demand = { ...own, counts };
      const totalWeight = [self, ...otherDemands].reduce(
        (sum, demand) => sum + demandWeight(demand) * rest(demand.counts),
        0,
      );
      // What is saved up is part of what is left, and is not planned twice.
      const left = used === undefined ? (limit * (day.end - now)) / lengthOf(day) : limit - used;
      const scale = (Math.max(0, left - Math.max(0, credit)) * demandWeight(self)) / totalWeight;
      return { credit, at: now, scale, since: day.start, until: day.end, limit, counts: [...counts] };
    },
  };
}
