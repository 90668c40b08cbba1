/** A pause of all workflows of a feed, as it is kept, and what a workflow has to do with it. See pause.ts. */

import type * as z from 'zod';
import { HOUR } from '../../runtime.ts';
import { stored, time } from '../../stores/stored.ts';
import { MAX_CATCH_UP_MS, UNTOLD_MS } from './catch-up.ts';
import type { Span } from './chunks.ts';
import type { WorkflowRow } from './workflow-rows.ts';

/** The feed reads again at its next visit, and names what is too long ago by then. */
const BEFORE_VISIT_MS = 2 * HOUR;

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

/** Whether it is still to be found out what becomes of what the workflow was not told before a pause. */
export function isOpen(
  { pause, previousVisitAt = 0 }: { pause?: Pause | undefined; previousVisitAt?: number | undefined },
  row: Pick<WorkflowRow, 'renewedAt'>,
  now: number,
): boolean {
  // No visit may have ended it: calls are used up, or another poll makes that visit now.
  const isPaused = previousVisitAt > 0 && previousVisitAt <= now - MAX_CATCH_UP_MS + UNTOLD_MS;
  const isEnded = pause !== undefined && pause.from >= previousVisitAt;
  return isPaused && !isEnded ? true : pause?.untoldSince !== undefined && isServed(pause, row);
}

/** Since when is read again what the workflow was not told, epoch milliseconds: as for others that polled until the pause. */
export const readAgainSince = (
  pause: Pause | undefined,
  row: Pick<WorkflowRow, 'renewedAt'>,
  now: number,
): number => {
  const since = pause && isServed(pause, row) ? pause.to : now;
  return Math.max(now + BEFORE_VISIT_MS, since + UNTOLD_MS) - MAX_CATCH_UP_MS;
};

/**
 * What the workflow has to name, in the same words as others; undefined if there is nothing.
 * @param readSince what was fetched later is read again, epoch milliseconds
 */
export function leftToName(
  pause: Pause | undefined,
  row: Pick<WorkflowRow, 'renewedAt'>,
  readSince: number,
): Span | undefined {
  if (pause?.leftSince === undefined || !isServed(pause, row)) return undefined;
  return { from: pause.leftSince, to: Math.min(pause.from, readSince) };
}
