/** A pause of all workflows of a feed, as it is kept, and what a workflow has to do with it. See pause.ts. */

import type * as z from 'zod';
import { stored, time } from '../../stores/stored.ts';
import { MAX_CATCH_UP_MS, UNTOLD_MS } from './catch-up.ts';
import type { Span } from './chunks.ts';
import type { WorkflowRow } from './workflow-rows.ts';

/** The last long pause, epoch milliseconds. */
export const pauseFormat = stored(() => ({
  /** The last visit before it, and the first one after it. */
  from: time.default(0),
  to: time.default(0),
  /** What workflows were not told that have written their rows since then is treated together. */
  renewedSince: time.default(0),
  /** Since when that happened, while the feed has neither recalled nor named it. */
  untoldSince: time.optional(),
  /** The same once it is left to be named by the first of these workflows that polls. */
  leftSince: time.optional(),
}));
export type Pause = z.infer<typeof pauseFormat>;

/** Whether what the workflow was not told before the pause is treated together with that of others. */
export const isServed = (pause: Pause | undefined, { renewedAt }: Pick<WorkflowRow, 'renewedAt'>): boolean =>
  pause !== undefined && renewedAt >= pause.renewedSince && renewedAt < pause.to;

/** What the workflow has to name, in the same words as others; undefined if there is nothing. */
export function leftToName(pause: Pause | undefined, row: Pick<WorkflowRow, 'renewedAt'>): Span | undefined {
  if (pause?.leftSince === undefined || !isServed(pause, row)) return undefined;
  // What was fetched later is read again.
  return { from: pause.leftSince, to: Math.min(pause.from, pause.to - MAX_CATCH_UP_MS + UNTOLD_MS) };
}
