/** What a feed keeps of the workflows that read it. Each poll reads the head of the feed anyway. */

import * as z from 'zod';
import { DAY } from '../../runtime.ts';
import { count, signed, stored, time } from '../../stores/stored.ts';

export const workflowRowFormat = stored(() => ({
  /** When the workflow was turned on, epoch milliseconds. */
  mark: time.default(0),
  /** When the row was last written, epoch milliseconds. */
  renewedAt: time.default(0),
  /** How far AliExpress's time was thought to be ahead of the clock that set the mark, milliseconds; left out for 0. */
  offset: signed.optional(),
  /** When the mark was set, by a clock that no answer had confirmed, epoch milliseconds, and on which host. */
  setAt: time.optional(),
  setOn: z.string().optional(),
  /** The last visit to AliExpress before that, epoch milliseconds: the mark cannot be earlier. */
  after: time.optional(),
  /**
   * The workflow was told all that had happened until then, where that is later than its mark, epoch milliseconds. The feed
   * may have been forgotten since, and begun again.
   */
  announcedUntil: time.optional(),
  /** The mark that was wrong, if there was one: the store may still have it under the mark's own keys. */
  replaced: time.optional(),
  /** How many workflows have this digest, because the platform does not name them; left out for 1. */
  copies: count.optional(),
}));
export type WorkflowRow = z.infer<typeof workflowRowFormat>;

/** By the digest of the workflow. */
export const workflowRowsFormat = z.record(z.string(), workflowRowFormat).default({});
export type WorkflowRows = Readonly<Record<string, WorkflowRow>>;

/** The row of a workflow that has not polled for longer is dropped. */
export const WORKFLOW_TTL_MS = 45 * DAY;
const MAX_WORKFLOWS = 100;

/**
 * A step that was frozen may be late with its mark, so an earlier one does not replace a later one.
 * @param now epoch milliseconds
 * @param isClockConfirmed an answer has confirmed `now`. Otherwise a mark that is still to come may be right
 * @param replaced the mark that was wrong
 */
export function withWorkflow(
  rows: WorkflowRows,
  digest: string,
  row: WorkflowRow,
  {
    now,
    isClockConfirmed,
    replaced,
  }: { now: number; isClockConfirmed: boolean; replaced?: number | undefined },
): Record<string, WorkflowRow> {
  const others = Object.entries(rows)
    .filter(([other, { renewedAt }]) => other !== digest && now - renewedAt < WORKFLOW_TTL_MS)
    .sort(([, a], [, b]) => b.renewedAt - a.renewedAt)
    .slice(0, MAX_WORKFLOWS - 1);
  const known = rows[digest]?.mark ?? 0;
  // A mark that is still to come was set by a wrong clock.
  const isWrong = known === replaced || (isClockConfirmed && known > now);
  const mark = isWrong ? row.mark : Math.max(known, row.mark);
  const copies = row.copies ?? rows[digest]?.copies;
  const next = { ...row, mark, ...(copies !== undefined && { copies }) };
  return { ...Object.fromEntries(others), [digest]: next };
}
