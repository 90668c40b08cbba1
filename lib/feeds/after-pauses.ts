/**
 * Searches that reached back over a pause. What they found happened long before it was fetched, so that records which were
 * fetched lately and are lost must be looked for further back.
 */

import * as z from 'zod';
import { HOUR } from '../runtime.ts';
import { stored, time } from '../stores/stored.ts';
import { WORKFLOW_TTL_MS } from './engine/workflow-rows.ts';

/** Without a pause, a list is read again within this time. */
export const MAX_GAP_MS = 6 * HOUR;

/**
 * What is read once more after a pause may reach so much further back than a week: what is too long ago was named once, and is
 * not named again because the week has moved on.
 */
export const AGAIN_MS = 12 * HOUR;

/** Searches that ended `at`: what they found happened since then, epoch milliseconds. */
export const afterPausesFormat = z
  .array(stored(() => ({ at: time.default(0), since: time.default(0) })))
  .default([]);
type AfterPauses = z.infer<typeof afterPausesFormat>;

/**
 * The searches with one more, if it was after a pause.
 * @param since what it found happened since then, epoch milliseconds; 0: nothing was known
 */
export function withSearch(known: AfterPauses, since: number, now: number): AfterPauses {
  // A workflow that is held for that long is not told what was found before.
  const recent = known.filter(({ at }) => at > now - WORKFLOW_TTL_MS);
  return since > 0 && now - since > MAX_GAP_MS ? [...recent, { at: now, since }] : recent;
}

/** Since when that may have happened which was fetched since `fetchedSince`, epoch milliseconds. */
export const foundSince = (known: AfterPauses, fetchedSince: number): number =>
  Math.min(fetchedSince, ...known.filter(({ at }) => at >= fetchedSince).map(({ since }) => since));
