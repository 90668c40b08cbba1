/**
 * The pacer: platforms decide when to poll, the pacer decides when to spend. Credit builds up over the day; a poll
 * spends when there is credit for a visit, and is answered from the snapshot otherwise.
 *
 * Credit follows the square-root law, which gives the least mean delay for the calls there are: a feed's rate is
 * proportional to √(weight · events / cost) of the hour, and scaled so that what is left of the day's calls lasts
 * exactly to its end. The plan is made anew at every visit, from what is really left. [facts/polling-theory.md §E.2]
 *
 * It keeps no clock and no store of its own: the state travels in the snapshot. It starts uniform and learns the
 * hours from the events' own times, so a wrong assumption cannot hurt for long.
 */

import { MINUTE } from '../runtime.ts';
import { curveOf, type HourCounts, learn, nextDay, noCounts, shareOf } from './curve.ts';
import type { Day } from './quota-day.ts';

export interface PacerState {
  /** Calls saved up at `at`. Negative after a visit that took more pages than there was credit for. */
  credit: number;
  /** Epoch milliseconds. */
  at: number;
  /** Calls per unit of the curve's area since `at`. */
  scale: number;
  /** Start and end of the day that `scale` was planned for, epoch milliseconds. After its end the plan is void. */
  since: number;
  until: number;
  /** Calls of a whole day. */
  limit: number;
  /** When this feed's events happen. */
  counts: number[];
}

/** What a feed asks of the budget. */
export interface Demand {
  /** How much a delay of this feed's events matters. */
  weight: number;
  /** Calls of one visit. */
  cost: number;
  counts: HourCounts;
}

export interface Visit {
  /** Epoch milliseconds. */
  now: number;
  day: Day;
  /** Calls it took. */
  calls: number;
  /** What the ledger says is used of `limit`, if it says so. */
  used: number | undefined;
  limit: number;
  /** When the events happened that it was the first to see, epoch milliseconds. */
  events: readonly number[];
}

export interface Pacer {
  /**
   * Whether a visit may be paid at `now`, epoch milliseconds.
   * @param better a better moment is at most one poll away: then the visit waits for it, unless more than enough is saved
   */
  canVisit(state: PacerState | undefined, now: number, better?: boolean): boolean;
  /** Calls saved up at `now`, epoch milliseconds; a fraction, and below 0 after a burst. */
  savedAt(state: PacerState | undefined, now: number): number;
  /** When a visit may be paid at the earliest, if nobody changes the plan, epoch milliseconds, to the minute. */
  nextAt(state: PacerState): number;
  /** @param rivals the other feeds that some workflow of the shop wants */
  afterVisit(state: PacerState | undefined, visit: Visit, otherDemands?: readonly Demand[]): PacerState;
}

/** Where polls are rarer than calls, credit is saved for the hours that have less of it. */
const MAX_CREDIT = 12;
/** A burst is paid in advance, but not for ever. */
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
 * A visit is paid when this part of its cost is saved up. Waiting for all of it would leave the day's last call
 * unspent; the plan, made anew at every visit, takes the rest into account.
 */
const MIN_CREDIT_SHARE = 0.9;
/** With so much saved up nobody waits for a better moment. */
const SURPLUS_CREDIT = 2;

/** @param own weight and cost of the feed that is paced */
export function createPacer(own: { weight: number; cost: number } = { weight: 1, cost: 1 }): Pacer {
  /** What is saved up at `now`: by the plan until the end of its day, then as if nobody had called on the next. */
  const creditAt = (state: PacerState, now: number): number => {
    const curve = curveOf(state.counts);
    const day = { start: state.since, end: state.until };
    const earned = state.scale * curve.area(shareOf(day, state.at), now < day.end ? shareOf(day, now) : 1);
    const saved = Math.min(MAX_CREDIT, state.credit + earned);
    if (now < day.end) return saved;
    const share = Math.min(1, (now - day.end) / lengthOf(day));
    return Math.min(MAX_CREDIT, saved + (state.limit * curve.area(0, share)) / curve.area(0, 1));
  };

  const canVisit = (state: PacerState | undefined, now: number, better = false): boolean =>
    state === undefined ||
    now >= state.until + (state.until - state.since) ||
    creditAt(state, now) >= own.cost * (better ? SURPLUS_CREDIT : MIN_CREDIT_SHARE);

  return {
    canVisit,
    savedAt: (state, now) => (state ? creditAt(state, now) : 0),
    nextAt: (state) => {
      // Credit only grows until the next visit, so the moment is found by halving.
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
      const wanted = [self, ...otherDemands].reduce(
        (sum, demand) => sum + demandWeight(demand) * rest(demand.counts),
        0,
      );
      // What is saved up is part of what is left, and is not planned twice.
      const left = used === undefined ? (limit * (day.end - now)) / lengthOf(day) : limit - used;
      const scale = (Math.max(0, left - Math.max(0, credit)) * demandWeight(self)) / wanted;
      return { credit, at: now, scale, since: day.start, until: day.end, limit, counts: [...counts] };
    },
  };
}
