/** Writes the start mark of a workflow again, so that it does not expire, with until when the workflow was told everything. */

import { MAX_CLOCK_ERROR_MS } from '../aliexpress/server-time.ts';
import { RENEW_EVERY_MS, UNTOLD_MS } from '../feeds/engine/catch-up.ts';
import type { FeedReading } from '../feeds/engine/feed.ts';
import { isOpen, isServed, leftToName, readAgainSince } from '../feeds/engine/kept-pause.ts';
import { reportSkipped } from '../feeds/engine/skipped-events.ts';
import { RETENTION_MS } from '../feeds/engine/snapshot.ts';
import type { WorkflowRow } from '../feeds/engine/workflow-rows.ts';
import { MINUTE } from '../runtime.ts';
import { type Mark, readRenewedMark, renewOwnMark, type Workflow, writeOwnMark } from './own-mark.ts';
import { MAX_STEP_MS } from './step.ts';

/** The same for workflows that the platform does not name, so that their rows say whether one of them is on. */
export const RENEW_UNNAMED_EVERY_MS = 30 * MINUTE;
const renewEvery = ({ isUnnamed }: Workflow): number => (isUnnamed ? RENEW_UNNAMED_EVERY_MS : RENEW_EVERY_MS);

/** A start mark, and until when the workflow was told everything where that is later, epoch milliseconds. */
export type Start = Pick<Mark, 'mark' | 'announcedUntil'>;

/** Until when the workflow needs nothing, epoch milliseconds. */
export const announcedUntil = ({ mark, announcedUntil: until = mark }: Start): number =>
  Math.max(mark, until);

export const keepRow = async (
  { shop, feed, digest }: Workflow,
  mark: Mark & Pick<WorkflowRow, 'copies' | 'replaced'>,
  { isSet = false, replaced }: { isSet?: boolean; replaced?: number | undefined } = {},
) => feed.keepWorkflow?.(digest, { ...mark, renewedAt: shop.clock.now() }, isSet, replaced) ?? true;

/** Whether the mark was last written a while ago. */
export function isRenewalDue(workflow: Workflow, { renewedAt }: Pick<WorkflowRow, 'renewedAt'>): boolean {
  const now = workflow.shop.clock.now();
  // A time that is still to come was written by a wrong clock.
  return now - renewedAt >= renewEvery(workflow) || renewedAt > now + MAX_CLOCK_ERROR_MS;
}

/** Writes the mark again of a workflow whose feed keeps no rows. */
export async function keepOwn(workflow: Workflow, first: Mark): Promise<void> {
  if (!isRenewalDue(workflow, { renewedAt: first.mark })) return;
  const { mark, renewedAt = mark } = (await readRenewedMark(workflow)) ?? { mark: workflow.shop.clock.now() };
  if (mark === first.mark && isRenewalDue(workflow, { renewedAt })) await renew(workflow, first);
}

/**
 * Writes the row of a workflow again. If it was held for so long that records are gone which it was not told of, although
 * the feed was read for others, the feed reads them again. What lies too far back is named.
 */
export async function renewRow(workflow: Workflow, row: WorkflowRow, reading: FeedReading): Promise<void> {
  const { renewedAt, ...mark } = row;
  const isHeld = workflow.shop.clock.now() - renewedAt >= RETENTION_MS;
  // A row that is written hides for how long the workflow was held.
  if (isHeld && !(await isMadeUpFor(workflow, row, reading))) return;
  await renew(workflow, { ...mark, ...(await announcedSoFar(workflow, row, reading)) });
}

/** Whether everything that the workflow was not told is read again or named. */
async function isMadeUpFor(
  { shop, feed, digest }: Workflow,
  row: WorkflowRow,
  reading: FeedReading,
): Promise<boolean> {
  const { previousVisitAt = 0, happenedSince, pause } = reading;
  const { mark, renewedAt } = row;
  const now = shop.clock.now();
  if (isOpen(reading, row, now)) return false;
  const readSince = readAgainSince(pause, row, now);
  const since = Math.max(mark, renewedAt - UNTOLD_MS, readSince);
  if (!(await feed.readAgain?.(since, Math.max(since, renewedAt)))) return false;
  // What the whole feed has missed is named by the feed.
  const to = Math.min(previousVisitAt, since, pause && pause.to >= since ? pause.from : since);
  const heldFrom = pause && isServed(pause, row) ? pause.to : renewedAt;
  const from = happenedSince?.({ from: heldFrom, to }) ?? heldFrom;
  const left = leftToName(pause, row, readSince);
  if (left && !(await reportSkipped(shop, { ...left, isHeld: true }))) return false;
  return to <= heldFrom || reportSkipped(shop, { from, to, workflow: digest, isHeld: true });
}

/**
 * Until when the workflow was told everything, as far as its feed can say. What the feed has fetched lately may still have to
 * be told.
 */
async function announcedSoFar(
  { shop, feed }: Workflow,
  row: WorkflowRow,
  { completeSince = 0, happenedSince }: FeedReading,
): Promise<Pick<Mark, 'announcedUntil'>> {
  // It is still to catch up.
  if (announcedUntil(row) < completeSince - MAX_STEP_MS) return {};
  const unreadSince = await feed.unreadSince?.().catch(() => undefined);
  if (unreadSince === undefined) return {};
  const now = shop.clock.now();
  const lately = { from: now - UNTOLD_MS, to: now };
  return {
    announcedUntil: Math.max(row.mark, Math.min(unreadSince, happenedSince?.(lately) ?? lately.from)),
  };
}

/**
 * Writes a mark again, so that it does not expire. A poll may be frozen meanwhile, and the workflow turned off and on. So a
 * poll that is over writes nothing, and what turning on has written under the first key stays.
 */
export async function renew(workflow: Workflow, kept: Mark): Promise<void> {
  if (workflow.step.isOver()) return;
  await Promise.all([renewOwnMark(workflow, kept), keepRow(workflow, kept)]);
}

/** Replaces a mark that was wrong. It waits for another reader, because at the next poll the clock may be another. */
export async function replace(workflow: Workflow, mark: number, replaced?: number): Promise<void> {
  if (workflow.step.isOver()) return;
  await Promise.all([
    writeOwnMark(workflow, { mark }),
    keepRow(workflow, { mark, ...(replaced !== undefined && { replaced }) }, { isSet: true, replaced }),
  ]);
}
