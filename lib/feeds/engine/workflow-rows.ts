/** What a feed keeps of the workflows that read it. Each poll reads the head of the feed anyway. */

import * as z from 'zod';
import { DAY } from '../../runtime.ts';
import { signed, stored, time } from '../../stores/stored.ts';

const rowFormat = stored({
  /** When the workflow was turned on, epoch milliseconds. */
  mark: time.default(0),
  /** When the row was last written, epoch milliseconds. */
  renewedAt: time.default(0),
  /**
   * How far AliExpress's time was ahead of the clock that has set or confirmed the mark, milliseconds; left out if it was
   * not known.
   */
  offset: signed.optional(),
});
export type WorkflowRow = z.infer<typeof rowFormat>;

/** By the digest of the workflow. */
export const workflowRowsFormat = z.record(z.string(), rowFormat).default({});
export type WorkflowRows = Readonly<Record<string, WorkflowRow>>;

/** The row of a workflow that has not polled for longer is dropped. */
export const WORKFLOW_TTL_MS = 45 * DAY;
const MAX_WORKFLOWS = 100;

/**
 * A step that was frozen may be late with its mark, so an earlier one does not replace a later one.
 * @param now epoch milliseconds
 * @param isClockKnown an answer of AliExpress has confirmed `now`. Otherwise a mark that is still to come may be right
 */
export function withWorkflow(
  rows: WorkflowRows,
  digest: string,
  row: WorkflowRow,
  now: number,
  isClockKnown = true,
): Record<string, WorkflowRow> {
  const others = Object.entries(rows)
    .filter(([other, { renewedAt }]) => other !== digest && now - renewedAt < WORKFLOW_TTL_MS)
    .sort(([, a], [, b]) => b.renewedAt - a.renewedAt)
    .slice(0, MAX_WORKFLOWS - 1);
  const known = rows[digest]?.mark ?? 0;
  // A mark that is still to come was set by a wrong clock.
  const mark = known <= now || !isClockKnown ? Math.max(known, row.mark) : row.mark;
  return { ...Object.fromEntries(others), [digest]: { ...row, mark } };
}
