/** What the parcel tracker says of the shop's account. To ask costs no call and no credit. */

import { isProblem } from '../problems.ts';
import { HOUR } from '../runtime.ts';
import type { FeedServices } from './engine/feed.ts';
import { remember, type TrackerAccount } from './engine/snapshot-memo.ts';

export type { TrackerAccount };

/** The tracker is asked at most this often, by each process. */
const CHECK_EVERY_MS = HOUR;

/** Undefined where the shop has no tracker. Nothing is known while the tracker does not answer. */
export async function readTrackerAccount({
  tracker,
  seller,
  clock,
  memo,
}: FeedServices): Promise<TrackerAccount | undefined> {
  if (!tracker) return undefined;
  const now = clock.now();
  const last = memo.trackerAccounts.get(seller);
  if (last && now - last.readAt < CHECK_EVERY_MS) return last;
  const account = await tracker.credits().then(
    (credits) => ({ credits, isKeyRefused: false }),
    (error: unknown) => {
      if (!isProblem(error)) throw error;
      return { isKeyRefused: error.is('tracker_key_refused', 'tracker_ip_not_allowed') };
    },
  );
  const read = { ...account, readAt: now };
  remember(memo.trackerAccounts, seller, read);
  return read;
}
