/** Alerts of the account feed about the parcel tracker. */

import { toIso } from '../aliexpress/time.ts';
import type { Alert } from './alert-words.ts';
import type { FeedServices } from './engine/feed.ts';
import { readFeedStatus } from './engine/feed-status.ts';
import type { TrackerAccount } from './tracker-account.ts';

/** Of the tracker's credits, when they are reported. */
const MIN_TRACKER_CREDITS_PERCENT = 10;

/** One for each time that parcels are queried at AliExpress because the tracker does not answer. */
export async function trackerDownAlerts({ store, seller }: FeedServices): Promise<Alert[]> {
  const status = await readFeedStatus(store, seller, 'parcels');
  const since = status?.parcels?.trackerDownSince ?? null;
  if (since === null) return [];
  const key = toIso(since).slice(0, 'yyyy-MM-dd'.length);
  return [{ type: 'tracker_unreachable', key, facts: { since: toIso(since) } }];
}

/** Credits are given by the month. They are reported when few are left, and again when none is. */
export function trackerAlerts({ credits, isKeyRefused }: TrackerAccount, now: number): Alert[] {
  if (isKeyRefused) return [{ type: 'tracker_key_refused', key: toIso(now).slice(0, 'yyyy-MM-dd'.length) }];
  if (!credits || credits.left > (credits.total * MIN_TRACKER_CREDITS_PERCENT) / 100) return [];
  const { left, total } = credits;
  const month = toIso(now).slice(0, 'yyyy-MM'.length);
  const key = `${month}/${left > 0 ? 'low' : 'none'}`;
  return [{ type: 'tracker_quota_low', key, facts: { left, total } }];
}
