/** What the engine needs to run an operation for one shop. A host opens a shop for each invocation. */

import { emptyTimeMemo, type TimeMemo } from '../aliexpress/server-time.ts';
import type { FeedServices } from '../feeds/engine/feed.ts';
import { emptyMemo, type SnapshotMemo } from '../feeds/engine/snapshot-memo.ts';
import type { EventCache } from './event-cache.ts';
import type { ReturnCounts } from './returned-events.ts';

/** What one process keeps between invocations; all its shops share it. */
export interface ProcessMemo extends SnapshotMemo {
  events: EventCache;
  time: TimeMemo;
  /** At how many polls events were returned, by workflow. */
  returns: Map<string, ReturnCounts>;
  /** The names of the shops, by seller. */
  names: Map<string, string>;
}

/** @param host on which the process runs; empty where there is only one */
export const emptyProcessMemo = (host = ''): ProcessMemo => ({
  ...emptyMemo(),
  events: new WeakMap(),
  time: emptyTimeMemo(host),
  returns: new Map(),
  names: new Map(),
});

export interface Shop extends FeedServices {
  memo: ProcessMemo;
}
