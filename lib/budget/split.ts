/**
 * The split of a day's calls between the feeds of a shop, by the square-root law: the calls of a feed are in proportion to
 * √(weight · events · cost), which gives the smallest total of weighted delays. See docs/polling.md#split.
 */

import { DAY, HOUR } from '../runtime.ts';
import { curveOf, type HourCounts, shareOf } from './curve.ts';
import type { Day } from './quota-day.ts';

/** What a feed needs of the budget. */
export interface Demand {
  /** How much a minute of delay of one of the feed's events matters. */
  weight: number;
  /** Calls after which everything was looked at. */
  cost: number;
  eventsPerDay: number;
  /** The feed's events by hour of the day. */
  counts: HourCounts;
  /** Calls that the feed gets on a day at least. */
  minCalls?: number | undefined;
  /** Calls above which it gets only what no other feed can use better. */
  maxCalls?: number | undefined;
  /** Calls an hour above which it cannot spend any, because its workflows poll too rarely; 0: not known. */
  maxPerHour?: number | undefined;
  /** The feed has nothing to fetch before then, epoch milliseconds. */
  nextDueAt?: number | undefined;
  /** Calls that it has made, and that are taken from its part of the rest of the day. */
  owed?: number | undefined;
  /** Calls that it has saved up and will make, besides its part; below 0 after a burst, which its part pays for. */
  saved?: number | undefined;
}

/**
 * Calls of a day that are left for searches and for the daily report, which no feed makes: so many, or a part of them
 * where the day has few calls.
 */
const UNPLANNED_CALLS = 5;
const MAX_UNPLANNED_SHARE = 0.025;

/** The calls of a whole day that the feeds share. */
export const plannedCalls = (limit: number): number =>
  limit - Math.min(UNPLANNED_CALLS, limit * MAX_UNPLANNED_SHARE);

/** The least that a delay weighs: a feed with hardly any event is looked at too. */
const MIN_NEED = 0.01;

/**
 * The calls that each feed saves up from `from` to the end of the day, besides what it has saved up. What a feed owes is
 * taken from its own part. So all feeds together make the calls that are left, as long as nobody makes others.
 */
export function splitRest(demands: readonly Demand[], calls: number, day: Day, from: number): number[] {
  const paidApart = demands.reduce((sum, { owed = 0, saved = 0 }) => sum + owed - saved, 0);
  const parts = splitCalls(demands, Math.max(0, calls + paidApart), day, from);
  return parts.map((part, n) => Math.max(0, part - (demands[n]?.owed ?? 0)));
}

/**
 * The calls of each feed from `from` to the end of the day.
 * @param calls that they share
 * @param from epoch milliseconds
 */
export function splitCalls(demands: readonly Demand[], calls: number, day: Day, from: number): number[] {
  const claims = demands.map((demand) => claimOf(demand, day, from));
  const totalAt = (level: number) => claims.reduce((sum, claim) => sum + granted(claim, level), 0);
  const minimum = totalAt(0);
  // Less than the minimum of all is shared in its proportion.
  if (minimum >= calls) return claims.map(({ min }) => (minimum > 0 ? (calls * min) / minimum : 0));
  const maximum = totalAt(MAX_LEVEL);
  // What no other feed can use either is left to those whose polls are rare.
  if (maximum < calls && demands.some(({ maxPerHour = 0 }) => maxPerHour > 0)) {
    const atAnyPoll = demands.map((demand) => ({ ...demand, maxPerHour: 0 }));
    return splitCalls(atAnyPoll, calls, day, from);
  }
  // What is left when every feed has its maximum is shared too.
  if (maximum < calls)
    return claims.map((claim) => granted(claim, MAX_LEVEL) + partOf(claim, claims, calls - maximum));
  let [low, high] = [0, 1];
  while (totalAt(high) < calls) [low, high] = [high, 2 * high];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (totalAt(middle) < calls) low = middle;
    else high = middle;
  }
  return claims.map((claim) => granted(claim, low));
}

const MAX_LEVEL = 2 ** 40;
const BISECTIONS = 60;

interface Claim {
  /** Calls in proportion to it, between a minimum and a maximum. */
  need: number;
  min: number;
  max: number;
  /** Where there are few polls: the need of each hour, for which there are polls for so many calls. */
  hours: readonly { need: number; max: number }[];
}

function granted({ need, min, max, hours }: Claim, level: number): number {
  const calls =
    hours.length > 0
      ? hours.reduce((sum, hour) => sum + Math.min(hour.max, level * hour.need), 0)
      : level * need;
  return Math.min(max, Math.max(min, calls));
}

function partOf({ need }: Claim, claims: readonly Claim[], calls: number): number {
  const needs = claims.reduce((sum, claim) => sum + claim.need, 0);
  return needs > 0 ? (calls * need) / needs : 0;
}

function claimOf(demand: Demand, day: Day, from: number): Claim {
  const { weight, cost, eventsPerDay, counts, minCalls = 0, maxCalls = Number.POSITIVE_INFINITY } = demand;
  const { maxPerHour = 0, saved = 0 } = demand;
  const since = Math.max(from, demand.nextDueAt ?? from);
  if (since >= day.end) return { need: 0, min: 0, max: 0, hours: [] };
  const curve = curveOf(counts);
  const area = Math.max(MIN_AREA, curve.area(shareOf(day, since), 1));
  const share = area / curve.area(0, 1);
  const unit = Math.sqrt(Math.max(MIN_NEED, weight * cost * eventsPerDay));
  const hours =
    maxPerHour > 0 ? hoursFrom(since, day, maxPerHour, (from, to) => unit * curve.area(from, to)) : [];
  const room =
    hours.length > 0
      ? Math.max(0, (maxPerHour * (day.end - since)) / HOUR - Math.max(0, saved))
      : Number.POSITIVE_INFINITY;
  const max = Math.min(maxCalls * share, room);
  return { need: unit * area, min: Math.min(max, minCalls * share), max, hours };
}

function hoursFrom(
  since: number,
  day: Day,
  maxPerHour: number,
  needOf: (from: number, to: number) => number,
): Claim['hours'] {
  const [hour, first] = [HOUR / (day.end - day.start), shareOf(day, since)];
  const starts = Array.from({ length: Math.ceil((1 - first) / hour) }, (_, n) => first + n * hour);
  return starts.map((start) => {
    const end = Math.min(1, start + hour);
    return { need: needOf(start, end), max: (maxPerHour * (end - start)) / hour };
  });
}

const MIN_AREA = 1e-6;

/** Calls a day at which a visit is made at least every `gapMs`. */
export const callsPerDay = (gapMs = Number.POSITIVE_INFINITY): number => DAY / gapMs;
