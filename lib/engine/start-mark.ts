/**
 * The start mark of a workflow: when it was turned on. It is kept under a key of its own and in a row next to what the
 * feed knows, which every poll reads anyway. So a store that loses one of them loses nothing.
 */

import { MAX_CLOCK_ERROR_MS } from '../aliexpress/server-time.ts';
import { MAX_CATCH_UP_MS } from '../feeds/catch-up.ts';
import type { FeedEngine, FeedReading } from '../feeds/engine/feed.ts';
import { reportSkipped } from '../feeds/engine/skipped-events.ts';
import { RETENTION_MS } from '../feeds/engine/snapshot.ts';
import { WORKFLOW_TTL_MS, type WorkflowRow } from '../feeds/engine/workflow-rows.ts';
import { fail } from '../problems.ts';
import { DAY, HOUR, SECOND } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import { readNumber, time } from '../stores/stored.ts';
import type { Shop } from './shop.ts';
import type { Step } from './step.ts';

/** How often a workflow that polls writes its mark again, so that it does not expire, and tells when it polled. */
const RENEW_EVERY_MS = 12 * HOUR;
/** How long before that the feed may have fetched what the workflow had not been told yet. */
const UNTOLD_MS = 12 * HOUR;

/** A workflow of one shop, by what stays the same between its polls. */
export interface Workflow {
  shop: Shop;
  feed: FeedEngine;
  digest: string;
  step: Step;
}

/** @param parts the platform's id of the workflow, or what distinguishes it from the shop's others */
export const workflowDigest = (...parts: unknown[]): string => shortDigest(JSON.stringify(parts), 16);

/** The keys of the mark. After a pause of eight days the row is gone, and the second key stands in for it. */
const keysOf = ({ shop, digest }: Workflow): string[] => {
  const key = `mark:1:${shop.seller}:${digest}`;
  return [key, `${key}:again`];
};

const TTL_SECONDS = WORKFLOW_TTL_MS / SECOND;

async function writeOwn(workflow: Workflow, mark: number): Promise<boolean> {
  const { store } = workflow.shop;
  const written = keysOf(workflow).map((key) => store.set(key, String(mark), TTL_SECONDS));
  return (await Promise.all(written).catch(() => [false])).every((isWritten) => isWritten);
}

/** The mark under its own key, epoch milliseconds; 0 where there is none, undefined if the store does not answer. */
export async function readOwnMark(workflow: Workflow): Promise<number | undefined> {
  try {
    for (const key of keysOf(workflow)) {
      const mark = time.safeParse(readNumber(await workflow.shop.store.get(key))).data ?? 0;
      if (mark > 0) return mark;
    }
    return 0;
  } catch {
    return undefined;
  }
}

/** @param isSet the workflow is turned on, and waits for another reader of the feed */
const keepRow = async ({ shop, feed, digest }: Workflow, mark: number, isSet = false) => {
  const offset = shop.clockOffset?.();
  const row = { mark, renewedAt: shop.clock.now(), ...(offset !== undefined && { offset }) };
  return feed.keepWorkflow?.(digest, row, isSet) ?? true;
};

/**
 * Marks the workflow as turned on at the beginning of the step that turns it on. What becomes true during the step is
 * announced, unless it is among the events that the step returns, which the platform knows from then on.
 * @param previousVisitAt of the feed. A clock that no answer has corrected, and that says an earlier time, is behind
 * @throws Problem `start_not_saved` if the store does not take the mark, or the step is over; then the workflow must not
 * be turned on
 */
export async function setMark(workflow: Workflow, previousVisitAt = 0): Promise<void> {
  const { shop, step } = workflow;
  const isClockKnown = shop.clockOffset?.() !== undefined;
  const startedAt = isClockKnown ? step.startedAt() : Math.max(step.startedAt(), previousVisitAt);
  // AliExpress writes whole seconds, so what happens later in this second must not count as before.
  const mark = Math.floor(startedAt / SECOND) * SECOND - 1;
  const isStored =
    !step.isOver() &&
    (await keepRow(workflow, mark, true)) &&
    !step.isOver() &&
    (await writeOwn(workflow, mark));
  if (!isStored) fail('start_not_saved', {});
}

/**
 * When the workflow was turned on, epoch milliseconds. If nothing says so any more, it counts as turned on at the visit
 * of the feed before this poll, and an alert says that events may have been skipped.
 * @param own what `readOwnMark` has begun to read; left out where it is read only if the feed has no row
 * @returns undefined if the store does not answer
 */
export async function findMark(
  workflow: Workflow,
  reading: FeedReading,
  own?: Promise<number | undefined>,
): Promise<number | undefined> {
  const { shop, digest } = workflow;
  const now = shop.clock.now();
  if (workflow.feed.keepWorkflow && !reading.workflows) return undefined;
  const row = reading.workflows?.[digest];
  const kept = row ? mended(row.mark, shop, row.offset) : 0;
  if (row && kept > 0) {
    if (kept !== row.mark) await replace(workflow, kept);
    // A time that is still to come was written by a wrong clock.
    else if (now - row.renewedAt >= RENEW_EVERY_MS || row.renewedAt > now + MAX_CLOCK_ERROR_MS) {
      const later = await laterMark(workflow, kept);
      await (later ? renew(workflow, later) : renewRow(workflow, row, reading));
      return later ?? kept;
    }
    return kept;
  }
  const written = await (own ?? readOwnMark(workflow));
  if (written === undefined) return undefined;
  const mark = mended(written, shop, row?.mark === written ? row.offset : undefined);
  if (mark > 0) {
    await (mark === written ? keepRow(workflow, mark) : replace(workflow, mark));
    return mark;
  }
  // A feed that stores nothing returns only what is true now.
  const assumed = workflow.feed.keepWorkflow ? (reading.previousVisitAt ?? now) : now - DAY;
  const span = { from: assumed - MAX_CATCH_UP_MS, to: assumed, workflow: digest };
  // A mark that is written hides that one was lost, so it waits for the alert.
  if (!workflow.feed.keepWorkflow || (await reportSkipped(shop, span))) await renew(workflow, assumed);
  return assumed;
}

/**
 * The mark under its own keys, if it is later than the one of the row. The store may have lost the newest head, and an
 * earlier one does not know that the workflow was turned off and on.
 */
async function laterMark(workflow: Workflow, mark: number): Promise<number | undefined> {
  const own = await readOwnMark(workflow);
  return own !== undefined && own > mark && own <= workflow.shop.clock.now() ? own : undefined;
}

/**
 * A mark that lies ahead was set by a clock that was wrong, before AliExpress had answered. If the clock is still as
 * wrong, its error says when that was. If nothing was measured since the mark was set, the clock was moved instead, and
 * the next answer will correct it.
 * @param known the part of its error that was known when the mark was set; undefined if nothing was
 * @returns 0 if nothing says when the workflow was turned on
 */
function mended(mark: number, { clock, clockOffset }: Shop, known: number | undefined): number {
  const now = clock.now();
  const offset = clockOffset?.();
  if (offset === undefined || offset === known || mark <= now + MAX_CLOCK_ERROR_MS) return mark;
  const turnedOnAt = mark + offset - (known ?? 0);
  return turnedOnAt <= now ? turnedOnAt : 0;
}

/**
 * Writes the row of a workflow again. If it was held for so long that records are gone which it was not told of, although
 * the feed was read for others, the feed reads them again. What lies too far back is named.
 */
async function renewRow(
  workflow: Workflow,
  { mark, renewedAt }: WorkflowRow,
  { previousVisitAt = 0 }: FeedReading,
): Promise<void> {
  const { shop, feed, digest } = workflow;
  const now = shop.clock.now();
  if (now - renewedAt >= RETENTION_MS) {
    const earliest = now - MAX_CATCH_UP_MS;
    const since = Math.max(mark, renewedAt - UNTOLD_MS, earliest + UNTOLD_MS);
    if (!(await feed.readAgain?.(since, Math.max(since, renewedAt)))) return;
    // What the whole feed has missed is named by the feed.
    const to = Math.min(previousVisitAt, since);
    const span = { from: renewedAt, to, workflow: digest, isHeld: true };
    // A row that is written hides for how long the workflow was held.
    if (to > renewedAt && !(await reportSkipped(shop, span))) return;
  }
  await renew(workflow, mark);
}

/**
 * Writes a mark again, so that it does not expire. A poll may be frozen meanwhile, and the workflow turned off and on. So a
 * poll that is over writes nothing, and what turning on has written under the first key stays.
 */
async function renew(workflow: Workflow, mark: number): Promise<void> {
  const { shop, step } = workflow;
  if (step.isOver()) return;
  const [first = '', second = ''] = keysOf(workflow);
  await Promise.all([
    shop.store.add(first, String(mark), TTL_SECONDS).catch(() => false),
    shop.store.set(second, String(mark), TTL_SECONDS).catch(() => false),
    keepRow(workflow, mark),
  ]);
}

/** Replaces a mark that was wrong. */
async function replace(workflow: Workflow, mark: number): Promise<void> {
  if (workflow.step.isOver()) return;
  await Promise.all([writeOwn(workflow, mark), keepRow(workflow, mark)]);
}
