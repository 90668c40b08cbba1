/**
 * The status of each feed that calls AliExpress: what it wants of the day's calls, and how it is doing. A feed writes
 * its own status after every visit and reads the others', so that all feeds of a shop plan for the calls of one day. A
 * status expires when no workflow has read the feed for 26 hours.
 */

import * as z from 'zod';
import { noCounts } from '../../budget/curve.ts';
import { creditAt } from '../../budget/pacer.ts';
import type { Day } from '../../budget/quota-day.ts';
import { type Demand, plannedCalls, splitCalls } from '../../budget/split.ts';
import { SECOND } from '../../runtime.ts';
import type { Store } from '../../stores/store.ts';
import { count, keepUnknown, readStored, signed, stored, time } from '../../stores/stored.ts';
import { failureFormat } from './feed-failure.ts';
import { INTEREST_TTL_MS } from './interest.ts';
import type { VisitLog } from './visit-log.ts';

/** The feeds that call AliExpress. */
export const feedKeys = [
  'orders',
  'reviews',
  'parcels',
  'abnormal_parcels',
  'disputes',
  'products',
  'stock',
] as const;
export type FeedKey = (typeof feedKeys)[number];

/** What is due and had to be left out, for lack of calls. */
export const waitingFormat = stored(() => ({
  count: count.default(0),
  /** When the one that has waited longest became due, epoch milliseconds. */
  since: time.default(0),
}));
export type Waiting = z.infer<typeof waitingFormat>;

/** How the parcels that are under way are watched. */
export const watchedFormat = stored(() => ({
  underWay: count.default(0),
  /** By an outside tracker. */
  tracked: count.default(0),
  /** With calls, each when it is due. */
  checked: count.default(0),
  /** Due for a day, for lack of calls. */
  unwatched: count.default(0),
  /** Since when the outside tracker has not answered, if parcels are queried with calls because of it; epoch milliseconds. */
  trackerDownSince: time.nullable().default(null),
}));
export type Watched = z.infer<typeof watchedFormat>;

/** The events of a feed by hour of the day. */
export const countsFormat = z
  .array(count)
  .length(24)
  .default([...noCounts]);

const statusFormat = stored(() => ({
  weight: count.default(1),
  cost: count.default(1),
  eventsPerDay: count.default(1),
  counts: countsFormat,
  rareCallsPerDay: count.optional(),
  minCalls: count.optional(),
  maxCalls: count.optional(),
  maxPerHour: count.optional(),
  owed: count.default(0),
  /** The feed has nothing to fetch before then, epoch milliseconds. */
  nextDueAt: time.default(0),
  visitedAt: time.default(0),
  /** Calls that it had saved up then, and what it saves up until the end of its day (`PacerState`). */
  credit: signed.default(0),
  scale: count.default(0),
  since: time.default(0),
  until: time.default(0),
  /** The feed knows everything that happened since then, epoch milliseconds. */
  completeSince: time.default(0),
  /** When the next visit will be saved up for, if the plan does not change, epoch milliseconds. */
  nextAt: time.default(0),
  /** The quota day that `delays`, `planned` and `spent` are about. */
  day: z.string().default(''),
  /** Number of events that the feed saw first on that day, and the sum of their delays in milliseconds. */
  delays: stored(() => ({ count: count.default(0), sumMs: signed.default(0) })).prefault({}),
  /** The feed's calls on the whole day by the plan of its last visit, and those that it has made. */
  planned: count.default(0),
  /** Those of them that are kept for what is read rarely. */
  reserved: count.default(0),
  spent: count.default(0),
  waiting: waitingFormat.nullable().default(null),
  parcels: watchedFormat.nullable().default(null),
  /** Whole lists are read where changes of them should do. */
  readsWholeLists: z.boolean().default(false),
  /** Why the last visits have failed. */
  failure: failureFormat.nullable().default(null),
}));
export type FeedStatus = z.infer<typeof statusFormat>;

const keyOf = (seller: string, feed: FeedKey) => `status1:${seller}:${feed}`;

/** A status as it is stored; undefined if it cannot be read. */
export const statusOf = (value: string | null): FeedStatus | undefined => readStored(statusFormat, value);

/** The status of one feed; undefined if there is none, or if the store does not answer. */
export async function readFeedStatus(
  store: Store,
  seller: string,
  feed: FeedKey,
): Promise<FeedStatus | undefined> {
  return statusOf(await store.get(keyOf(seller, feed)).catch(() => null));
}

/** @param before the status that is replaced */
export function writeFeedStatus(
  store: Store,
  seller: string,
  feed: FeedKey,
  status: FeedStatus,
  before?: FeedStatus,
): Promise<boolean> {
  const value = JSON.stringify(keepUnknown(statusFormat, before, status));
  return store.set(keyOf(seller, feed), value, INTEREST_TTL_MS / SECOND);
}

/**
 * The calls that each feed gets on a whole day, in one plan. What the statuses say of that was planned at different times.
 * @param limit calls of the day
 */
export const plannedOf = (statuses: readonly FeedStatus[], limit: number, day: Day): number[] =>
  splitCalls(
    statuses.map((status) => ({ ...status, nextDueAt: undefined })),
    plannedCalls(limit),
    day,
    day.start,
  );

/** What the other feeds want of today's calls. */
export async function readOtherDemands(
  store: Store,
  seller: string,
  own: FeedKey,
  now: number,
): Promise<Demand[]> {
  const others = feedKeys.filter((feed) => feed !== own);
  const statuses = await Promise.all(others.map((feed) => readFeedStatus(store, seller, feed)));
  return statuses
    .filter((status) => status !== undefined)
    .map((status) => ({
      ...status,
      nextDueAt: status.visitedAt > now ? now : status.nextDueAt,
      saved: savedBy(status, now),
    }));
}

/** What a feed has saved up beyond its next call may have nothing to fetch, and is not kept from the others. */
const MAX_KEPT = 1;

const savedBy = (status: FeedStatus, now: number): number =>
  status.nextDueAt >= status.until
    ? 0
    : Math.min(MAX_KEPT, creditAt({ ...status, at: status.visitedAt }, now));

/**
 * The delays of a day, with those of one visit added.
 * @param completeSince an event from before then was there before the feed began, and is not late
 */
export function addDelays(
  before: FeedStatus | undefined,
  day: string,
  { now, eventTimes }: VisitLog,
  completeSince: number,
): FeedStatus['delays'] {
  const { count, sumMs } = before?.day === day ? before.delays : { count: 0, sumMs: 0 };
  const delays = eventTimes.filter((at) => at >= completeSince).map((at) => now - at);
  return { count: count + delays.length, sumMs: delays.reduce((sum, delay) => sum + delay, sumMs) };
}
