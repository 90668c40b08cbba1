/** What a feed wants of the calls of a day: what it declares, and what it learns of its events and its polls. */

import { DAY, HOUR } from '../runtime.ts';
import { DAILY_DECAY, learn, nextDay, noCounts } from './curve.ts';
import type { Day } from './quota-day.ts';
import { callsPerDay, type Demand } from './split.ts';

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

/** Events a day of a feed that has seen none, and for how many days that counts. */
const USUAL_EVENTS = 1;
const USUAL_DAYS = 1;

/** What a feed learns of its events and its polls. */
export interface Learnt {
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

/** What a visit tells of the feed. */
export interface Looked {
  /** Epoch milliseconds. */
  now: number;
  day: Day;
  /** Calls that the visit made. */
  calls: number;
  /** When the events happened that the visit was the first to see, epoch milliseconds. */
  events: readonly number[];
  /** The feed is read since then, epoch milliseconds: what happened before says nothing about a day. */
  readSince?: number | undefined;
  /** Whether the feed has something to fetch at any time. */
  isAlwaysDue?: boolean;
}

/** What a feed needs of the day's calls in its state. */
export interface Needs {
  /** Calls after which everything was looked at; left out where one visit does that. */
  fullCost?: number | undefined;
  /** Calls of a day for what is read rarely. They are kept, so that visits are as far apart in the evening as before. */
  rareCallsPerDay?: number | undefined;
  /** Calls of a day that the feed needs now at least, whatever it declares. */
  neededCalls?: number | undefined;
  /** In place of what the feed declares. */
  maxCalls?: number | undefined;
}

/**
 * A poll at which a visit does less good makes one when this part of its cost is saved up. Which visits are made when is all
 * that changes: their number stays. See docs/polling.md#which-poll.
 */
export const SECONDARY_CREDIT_SHARE = 2.4;

/** A single visit counts for so much of what is learned of its polls. */
const VISIT_SHARE = 1 / 16;

/** What it has learned until a visit, and had saved up after the one before. */
type Saved = Learnt & { credit: number; at: number };

/**
 * A feed that had enough saved up after a visit makes the next one at its next poll, whichever that is. A shorter time is
 * taken over at once, so that no feed gets less than it can spend.
 */
function pollMsAfter(state: Saved, now: number, cost: number): number {
  const { pollMs, credit, at } = state;
  const waited = now - at;
  if (credit < cost * SECONDARY_CREDIT_SHARE || waited <= 0) return pollMs;
  return pollMs === 0 || waited < pollMs
    ? waited
    : pollMs + (Math.min(waited, 2 * pollMs) - pollMs) * VISIT_SHARE;
}

/** @param state before the visit; left out where it was the first */
export function learntAfter(state: Saved | undefined, visit: Looked, cost: number): Learnt {
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

/** The demand of a feed for the plans of all feeds. */
export const demandOf = (
  { weight, cost, usualEvents = USUAL_EVENTS, maxGapMs, minCalls, maxCalls: declaredMax }: FeedDemand,
  { counts, seen, days, pollMs, visitCalls }: Learnt,
  { fullCost = cost, rareCallsPerDay, neededCalls = 0, maxCalls = declaredMax }: Needs = {},
): Demand => ({
  weight,
  cost: fullCost,
  eventsPerDay: (seen + usualEvents * USUAL_DAYS) / (days + USUAL_DAYS),
  counts,
  rareCallsPerDay,
  minCalls: Math.max(minCalls ?? callsPerDay(maxGapMs), neededCalls),
  maxCalls,
  maxPerHour: pollMs > 0 ? (Math.max(cost, visitCalls) * HOUR) / pollMs : 0,
});

/** What was learned counts for less the next day. */
export const nextCounts = ({ counts, seen, days }: Learnt): Pick<Learnt, 'counts' | 'seen' | 'days'> => ({
  counts: [...nextDay(counts)],
  seen: seen * DAILY_DECAY,
  days: days * DAILY_DECAY,
});
