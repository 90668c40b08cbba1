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

import { DAY, HOUR, MINUTE } from '../runtime.ts';
import { curveOf, DAILY_DECAY, learn, MIN_AREA, nextDay, noCounts, shareOf } from './curve.ts';
import type { Day } from './quota-day.ts';
import { callsPerDay, type Demand, plannedCalls, splitCalls, splitRest } from './split.ts';

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
  /** Calls of the feed on a whole day by that plan. */
  planned: number;
  /** Calls that the feed has made on that day. */
  spent: number;
  /** Of those, the ones that are still to be taken from what it gets until the end of the day. */
  owed: number;
  /** The feed's events by hour of the day. */
  counts: number[];
  /** Events that happened while the feed was read, and for how many days that was; earlier days count for less. */
  seen: number;
  days: number;
  /** Milliseconds between two polls at which it may make a visit; 0: not known. */
  pollMs: number;
  /** Calls of a visit. */
  visitCalls: number;
}

/** What a feed declares. */
export interface FeedDemand {
  /** How much a minute of delay of one of the feed's events matters. */
  weight: number;
  /** Calls of one visit. */
  cost: number;
  /** Events a day in an ordinary shop, until the feed has seen a few days. */
  usualEvents?: number;
  /**
   * After this time a visit is made whether or not it was saved up for, milliseconds. Where the day has too few calls for
   * that, the time is longer, because the last hours would be left without a visit.
   */
  maxGapMs?: number;
  /** Calls that are planned for the feed on a day at least. */
  minCalls?: number;
  /**
   * Calls above which the feed gets only those that no other feed can use better. A burst may take more, and the next visits
   * then wait.
   */
  maxCalls?: number;
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
  /** The feed is read since then, epoch milliseconds: what happened before says nothing about a day. */
  readSince?: number | undefined;
  /** Of those calls, the ones whose cost is spread over the rest of the day. */
  spreadCalls?: number;
  /** Calls after which everything was looked at; left out where one visit does that. */
  fullCost?: number | undefined;
  /** Calls of a day that bring no event sooner. */
  fixedCalls?: number | undefined;
  /** Calls of a day that the feed needs now at least, whatever it declares. */
  neededCalls?: number | undefined;
  /** In place of what the feed declares. */
  maxCalls?: number | undefined;
  /** Whether the feed has something to fetch at any time. */
  isAlwaysDue?: boolean;
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
/**
 * A poll at which a visit does less good makes one when this part of its cost is saved up. Which visits are made when is all
 * that changes: their number stays. See docs/polling.md#which-poll.
 */
const SECONDARY_CREDIT_SHARE = 2.4;

/** Events a day of a feed that has seen none, and for how many days that counts. */
const USUAL_EVENTS = 1;
const USUAL_DAYS = 1;

/** What a feed learns of its events and its polls. */
type Learnt = Pick<PacerState, 'counts' | 'seen' | 'days' | 'pollMs' | 'visitCalls'>;

/** A single visit counts for so much of what is learned of its polls. */
const VISIT_SHARE = 1 / 16;

/**
 * A feed that had enough saved up after a visit makes the next one at its next poll, whichever that is. A shorter time is
 * taken over at once, so that no feed gets less than it can spend.
 */
function pollMsAfter(state: PacerState, now: number, cost: number): number {
  const { pollMs, credit, at } = state;
  const waited = now - at;
  if (credit < cost * SECONDARY_CREDIT_SHARE || waited <= 0) return pollMs;
  return pollMs === 0 || waited < pollMs
    ? waited
    : pollMs + (Math.min(waited, 2 * pollMs) - pollMs) * VISIT_SHARE;
}

/** @param state before the visit; left out where it was the first */
function learntAfter(state: PacerState | undefined, visit: Visit, cost: number): Learnt {
  const { now, day, calls, events, readSince = 0, isAlwaysDue = true } = visit;
  const seen = events.filter((at) => at >= readSince).length;
  const counts = [...learn(state?.counts ?? noCounts, day, events)];
  if (!state) return { counts, seen, days: 0, pollMs: 0, visitCalls: cost };
  return {
    counts,
    seen: state.seen + seen,
    days: state.days + Math.min(1, Math.max(0, now - state.at) / DAY),
    pollMs: isAlwaysDue ? pollMsAfter(state, now, cost) : state.pollMs,
    visitCalls: state.visitCalls + (calls - state.visitCalls) * VISIT_SHARE,
  };
}

/**
 * The demand of a feed for the plans of all feeds.
 * @param fullCost calls after which everything was looked at
 * @param fixedCalls calls of a day that bring no event sooner
 * @param neededCalls calls of a day that the feed needs now at least
 * @param maxCalls in place of what it declares
 */
export const demandOf = (
  { weight, cost, usualEvents = USUAL_EVENTS, maxGapMs, minCalls, maxCalls: declaredMax }: FeedDemand,
  { counts, seen, days, pollMs, visitCalls }: Learnt,
  {
    fullCost = cost,
    fixedCalls,
    neededCalls = 0,
    maxCalls = declaredMax,
  }: Pick<Visit, 'fullCost' | 'fixedCalls' | 'neededCalls' | 'maxCalls'> = {},
): Demand => ({
  weight,
  cost: fullCost,
  eventsPerDay: (seen + usualEvents * USUAL_DAYS) / (days + USUAL_DAYS),
  counts,
  fixedCalls,
  minCalls: Math.max(minCalls ?? callsPerDay(maxGapMs), neededCalls),
  maxCalls,
  maxPerHour: pollMs > 0 ? (Math.max(cost, visitCalls) * HOUR) / pollMs : 0,
});

/** What a feed has saved up, and its plan. */
export type Savings = Pick<PacerState, 'credit' | 'at' | 'scale' | 'since' | 'until' | 'planned' | 'counts'>;

/** What is saved up at `now`: by the plan until the end of its day, then as if no calls had been made the next day. */
export function creditAt(state: Savings, now: number): number {
  const curve = curveOf(state.counts);
  const day = { start: state.since, end: state.until };
  // A state from the future was written by a clock that was wrong. It earns nothing for the past.
  const at = Math.min(state.at, now);
  const earned = state.scale * curve.area(shareOf(day, at), shareOf(day, now));
  const saved = Math.min(MAX_CREDIT, state.credit + earned);
  const share = Math.min(1, (now - day.end) / lengthOf(day));
  return Math.min(MAX_CREDIT, saved + (state.planned * curve.area(0, share)) / curve.area(0, 1));
}

/** @param own what the feed declares */
export function createPacer(own: FeedDemand = { weight: 1, cost: 1 }): Pacer {
  const maxGapMs = ({ planned, since, until }: PacerState): number =>
    Math.max(own.maxGapMs ?? Number.POSITIVE_INFINITY, (until - since) / planned);

  const canVisit = (state: PacerState | undefined, now: number, isSecondary = false): boolean =>
    state === undefined ||
    now >= state.until + (state.until - state.since) ||
    now - state.at >= maxGapMs(state) ||
    creditAt(state, now) >= own.cost * (isSecondary ? SECONDARY_CREDIT_SHARE : MIN_CREDIT_SHARE);

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
    afterVisit: (state, visit, otherDemands = []) => {
      const { now, day, calls, spreadCalls = 0, used, limit } = visit;
      // A visit that began shortly before midnight may be planned on the day after it.
      const isNewDay = state !== undefined && Math.max(now, day.start) >= state.until;
      const learnt = learntAfter(
        state && isNewDay ? { ...state, ...nextCounts(state) } : state,
        visit,
        own.cost,
      );
      const paid = calls - spreadCalls;
      const credit = Math.max(-MAX_DEBT, (state ? creditAt(state, now) : paid) - paid);
      const owed = spreadCalls + (state && !isNewDay ? owedAt(state, now) : 0);
      const demands = [{ ...demandOf(own, learnt, visit), owed, saved: credit }, ...otherDemands];
      const today = plannedCalls(limit);
      const shareLeft = (day.end - now) / lengthOf(day);
      // What searches did not need until now, they need less and less until the end of the day.
      const left = used === undefined ? today * shareLeft : limit - (limit - today) * shareLeft - used;
      const [rest = 0] = splitRest(demands, left, day, now);
      const atAnyTime = demands.map((demand) => ({ ...demand, nextDueAt: undefined, saved: 0 }));
      const [planned = 0] = splitCalls(atAnyTime, today, day, day.start);
      return {
        ...learnt,
        credit,
        at: now,
        scale: rest / Math.max(MIN_AREA, curveOf(learnt.counts).area(shareOf(day, now), 1)),
        since: day.start,
        until: day.end,
        planned,
        owed,
        spent: calls + (state && !isNewDay ? state.spent : 0),
      };
    },
  };
}

/** What a feed still owes: a plan pays it evenly until the end of its day. */
function owedAt({ owed, counts, since, until, at }: PacerState, now: number): number {
  const curve = curveOf(counts);
  const day = { start: since, end: until };
  const left = (from: number) => curve.area(shareOf(day, from), 1);
  return at <= now ? (owed * left(now)) / Math.max(MIN_AREA, left(at)) : owed;
}

const nextCounts = ({ counts, seen, days }: PacerState): Pick<PacerState, 'counts' | 'seen' | 'days'> => ({
  counts: [...nextDay(counts)],
  seen: seen * DAILY_DECAY,
  days: days * DAILY_DECAY,
});
