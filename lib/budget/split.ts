/**
 * The split of a day's calls between the feeds of a shop, by the square-root law: the calls of a feed are in proportion to
 * √(weight · events · cost), which gives the smallest total of weighted delays. See docs/polling.md#split.
 */

import { DAY, HOUR } from '../runtime.ts';
import { curveOf, type HourCounts, MIN_AREA, shareOf } from './curve.ts';
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
  /** Calls of a day that bring no event sooner, besides those of the law. */
  rareCallsPerDay?: number | undefined;
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

/** Calls of a day that are left for searches and for the daily report, which no feed makes. */
const UNPLANNED_CALLS = 5;
/** Where the limit is low, they are this part of it. */
const MAX_UNPLANNED_SHARE = 0.025;

/** The calls of a whole day that the feeds share. */
export const plannedCalls = (limit: number): number =>
  limit - Math.min(UNPLANNED_CALLS, limit * MAX_UNPLANNED_SHARE);

/** The least product of weight, cost and events, so that a feed with hardly any event is looked at too. */
const MIN_NEED = 0.01;

/**
 * The calls that each feed saves up from `from` to the end of the day, besides what it has saved up. What a feed owes is
 * taken from its own part. So all feeds together make the calls that are left, as long as nobody makes others.
 */
export function splitRest(demands: readonly Demand[], calls: number, day: Day, from: number): number[] {
  const paidApart = ({ owed = 0, saved = 0 }: Demand) => owed - saved;
  const parts = split(demands, { calls, day, from, paidApart });
  return parts.map((part, n) => Math.max(0, part - (demands[n]?.owed ?? 0)));
}

/**
 * The calls of each feed from `from` to the end of the day.
 * @param calls that they share
 * @param from epoch milliseconds
 */
export const splitCalls = (demands: readonly Demand[], calls: number, day: Day, from: number): number[] =>
  split(demands, { calls, day, from, paidApart: () => 0 });

interface Rest {
  calls: number;
  day: Day;
  from: number;
  /** Calls of its part that a feed does not make, because it has made them already; below 0 if it makes more. */
  paidApart(demand: Demand): number;
}

function split(demands: readonly Demand[], rest: Rest): number[] {
  const { calls, day, from, paidApart } = rest;
  const claims = demands.map((demand) => ({
    ...claimOf(demand, day, from),
    paidApart: paidApart(demand),
  }));
  // A debt that a feed cannot pay until the end of the day leaves the others no more than its part.
  const made = (grant: Grant) =>
    claims.reduce((sum, claim) => sum + Math.max(0, grant(claim) - claim.paidApart), 0);
  const grants = (grantAt: (level: number) => Grant, highest: number) => {
    const isAffordable = (level: number) => made(grantAt(level)) < calls;
    return claims.map(grantAt(highestLevel(isAffordable, highest)));
  };
  // Less than the minimum of all is shared in its proportion.
  const partOfMin: (level: number) => Grant =
    (level) =>
    ({ min }) =>
      level * min;
  if (made(partOfMin(1)) >= calls) return grants(partOfMin, 1);
  if (made(grantAtLevel(MAX_LEVEL)) >= calls) return grants(grantAtLevel, MAX_LEVEL);
  // What no other feed can use either is left to those whose polls are rare.
  if (demands.some(({ maxPerHour = 0 }) => maxPerHour > 0))
    return split(
      demands.map((demand) => ({ ...demand, maxPerHour: 0 })),
      rest,
    );
  // What is left when every feed has its maximum is shared too.
  return grants((level) => (claim) => grantAtLevel(MAX_LEVEL)(claim) + level * claim.need, MAX_LEVEL);
}

const MAX_LEVEL = 2 ** 40;
const BISECTIONS = 100;

/** @param isAffordable holds up to a level between 0 and `highest`, and above it no more */
function highestLevel(isAffordable: (level: number) => boolean, highest: number): number {
  let [low, high] = [0, Math.min(1, highest)];
  while (high < highest && isAffordable(high)) [low, high] = [high, 2 * high];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (isAffordable(middle)) low = middle;
    else high = middle;
  }
  return low;
}

interface Claim {
  /** Calls in proportion to it and those that are fixed, between a minimum and a maximum. */
  need: number;
  fixed: number;
  min: number;
  max: number;
  /** Where there are few polls: the need of each hour, for which there are polls for so many calls. */
  hours: readonly { need: number; max: number }[];
  paidApart: number;
}

/** The part of a feed. */
type Grant = (claim: Claim) => number;

const grantAtLevel =
  (level: number): Grant =>
  ({ need, fixed, min, max, hours }) => {
    const calls =
      hours.length > 0
        ? hours.reduce((sum, hour) => sum + Math.min(hour.max, level * hour.need), 0)
        : level * need;
    return Math.min(max, Math.max(min, fixed + calls));
  };

function claimOf(demand: Demand, day: Day, from: number): Omit<Claim, 'paidApart'> {
  const { weight, cost, eventsPerDay, counts, rareCallsPerDay = 0, minCalls = 0 } = demand;
  const { maxCalls = Number.POSITIVE_INFINITY, maxPerHour = 0, saved = 0 } = demand;
  const since = Math.max(from, demand.nextDueAt ?? from);
  if (since >= day.end) return { need: 0, fixed: 0, min: 0, max: 0, hours: [] };
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
  const min = Math.min(max, Math.max(minCalls, rareCallsPerDay) * share);
  return { need: unit * area, fixed: rareCallsPerDay * share, min, max, hours };
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

/** Calls a day at which a visit is made at least every `gapMs`. */
export const callsPerDay = (gapMs = Number.POSITIVE_INFINITY): number => DAY / gapMs;
