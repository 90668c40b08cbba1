/** Requests to an outside tracker about several parcels each. */

import { isProblem } from '../problems.ts';
import type { Log } from '../runtime.ts';
import { MAX_PARCELS_PER_CALL } from '../trackers/tracker.ts';
import type { ListedParcel } from './parcel-watch.ts';

/** Of these, one parcel of a request may be the cause. */
export const REQUEST_PROBLEMS = ['tracker_rejected', 'answer_changed'] as const;

export function batches<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / MAX_PARCELS_PER_CALL);
  return Array.from({ length: count }, (_, n) =>
    items.slice(n * MAX_PARCELS_PER_CALL, (n + 1) * MAX_PARCELS_PER_CALL),
  );
}

export type ReadBatch = (batch: readonly ListedParcel[]) => Promise<void>;

/** Goes on after a request that cannot be read, so that one odd parcel does not hide all others. */
export function skipping(read: ReadBatch, log: Log): { reader: ReadBatch; throwIfNothingWasRead(): void } {
  let hasRead = false;
  let skipped: unknown;
  const reader: ReadBatch = async (batch) => {
    try {
      await read(batch);
      hasRead = true;
    } catch (error) {
      if (!isProblem(error, ...REQUEST_PROBLEMS)) throw error;
      log('some parcels could not be read at the tracker', { because: error.kind });
      skipped = error;
    }
  };
  const throwIfNothingWasRead = () => {
    if (skipped !== undefined && !hasRead) throw skipped;
  };
  return { reader, throwIfNothingWasRead };
}
