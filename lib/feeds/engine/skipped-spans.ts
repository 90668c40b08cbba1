/** Spans of time whose events may have been skipped. */

import * as z from 'zod';
import { count, stored, time } from '../../stores/stored.ts';

export const spanFormat = stored({
  /** Of the events, epoch milliseconds. */
  from: time.default(0),
  to: time.default(0),
  /** The feed that would have had them; left out where it may be any. */
  feed: z.string().optional(),
  /** How many orders changed in it; left out where nobody knows. */
  orders: count.optional(),
  /** A list of AliExpress lacked rows; otherwise nobody polled, or the store has lost something. */
  isIncompleteList: z.boolean().optional(),
  /** The digest of the workflow that skipped them; left out where all workflows did. */
  workflow: z.string().optional(),
  /** The workflow did not run. Otherwise the store has lost data. */
  isHeld: z.boolean().default(false),
  /** When they were found to be missing, epoch milliseconds. */
  at: time.default(0),
});
export type SkippedSpan = z.infer<typeof spanFormat>;
/** What a visit reports. The engine adds the feed. */
export type Skipped = Omit<SkippedSpan, 'at' | 'feed' | 'isHeld'> & { isHeld?: boolean };
