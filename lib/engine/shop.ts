/** What the engine needs to run an operation for one shop. A host opens a shop for each invocation. */

import type { FeedServices } from '../feeds/engine/feed.ts';
import { emptyMemo, type SnapshotMemo } from '../feeds/engine/snapshot-memo.ts';
import type { EventCache } from './event-cache.ts';

/** What one process keeps between invocations; all its shops share it. */
export interface ProcessMemo extends SnapshotMemo {
  events: EventCache;
}

export const emptyProcessMemo = (): ProcessMemo => ({ ...emptyMemo(), events: new WeakMap() });

export interface Shop extends FeedServices {
  memo: ProcessMemo;
}
