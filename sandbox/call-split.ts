/**
 * How the calls of each day are split between the feeds: by plan, and in fact. It is read from what the pack stores of its
 * feeds, whatever the store.
 */

import {
  type FeedKey,
  type FeedStatus,
  feedKeys,
  plannedOf,
  statusOf,
} from '../lib/feeds/engine/feed-status.ts';
import type { Store } from '../lib/stores/store.ts';

/** A feed on one day. */
export interface FeedCalls
  extends Pick<FeedStatus, 'weight' | 'cost' | 'eventsPerDay' | 'planned' | 'spent'> {
  feed: FeedKey;
  /** "2026-10-07" */
  day: string;
}

export interface SplitLog {
  /** Sees what is written, and changes nothing. */
  through(store: Store): Store;
  /** The last of each feed and day. */
  feeds(): FeedCalls[];
}

/** @param limit calls of a day */
export function splitLog(limit: number): SplitLog {
  const last = new Map<string, { feed: FeedKey; status: FeedStatus }>();
  const record = (key: string, value: string) => {
    const feed = feedKeys.find((each) => key.includes('status1:') && key.endsWith(`:${each}`));
    const status = feed && statusOf(textOf(value));
    if (!feed || !status) return;
    last.set(`${status.day}/${feed}`, { feed, status });
  };
  return {
    through: (store) => ({
      ...store,
      set: (key, value, ttlSeconds) => {
        record(key, value);
        return store.set(key, value, ttlSeconds);
      },
    }),
    feeds: () =>
      [...Map.groupBy(last.values(), ({ status }) => status.day).values()].flatMap((day) =>
        feedCalls(day, limit),
      ),
  };
}

/** The feeds of one day. */
export function feedCalls(
  feeds: readonly { feed: FeedKey; status: FeedStatus }[],
  limit: number,
): FeedCalls[] {
  const statuses = feeds.map(({ status }) => status);
  const { day: name = '', since: start = 0, until: end = 0 } = statuses[0] ?? {};
  const planned = plannedOf(statuses, limit, { name, start, end });
  return feeds.map(({ feed, status: { day, weight, cost, eventsPerDay, spent } }, n) => ({
    feed,
    day,
    weight,
    cost,
    eventsPerDay,
    planned: planned[n] ?? 0,
    spent,
  }));
}

/** Zapier's cache writes every value as JSON, so a text comes in quotes. */
function textOf(value: string): string {
  const parsed: unknown = JSON.parse(value);
  return typeof parsed === 'string' ? parsed : value;
}

/** A feed over several days. */
export type MeanCalls = Omit<FeedCalls, 'day'>;

/** The means of whole days, in the order of the feeds. @param before the first day that is not whole */
export const meansOf = (feeds: readonly FeedCalls[], before: string): MeanCalls[] =>
  feedKeys.flatMap((feed) => {
    const days = feeds.filter((each) => each.feed === feed && each.day < before);
    const mean = (of: (each: FeedCalls) => number) =>
      days.reduce((sum, each) => sum + of(each), 0) / days.length;
    return days.length === 0
      ? []
      : [
          {
            feed,
            weight: mean(({ weight }) => weight),
            cost: mean(({ cost }) => cost),
            eventsPerDay: mean(({ eventsPerDay }) => eventsPerDay),
            planned: mean(({ planned }) => planned),
            spent: mean(({ spent }) => spent),
          },
        ];
  });
