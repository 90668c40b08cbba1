/** A status of a feed, with changes. */

import type { FeedStatus } from '../../lib/feeds/engine/feed-status.ts';

export const aStatus = (changes: Partial<FeedStatus> = {}): FeedStatus => ({
  weight: 1,
  cost: 1,
  eventsPerDay: 1,
  owed: 0,
  counts: Array.from({ length: 24 }, () => 0),
  nextDueAt: 0,
  visitedAt: 0,
  credit: 0,
  scale: 0,
  since: 0,
  until: 0,
  completeSince: 0,
  nextAt: 0,
  parcels: null,
  day: '2026-11-21',
  delays: { count: 0, sumMs: 0 },
  planned: 0,
  reserved: 0,
  spent: 0,
  waiting: null,
  readsWholeLists: false,
  failure: null,
  ...changes,
});
