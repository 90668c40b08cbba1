/**
 * The start mark of a workflow: when it was turned on. It is kept under a key of its own and in a row next to what the
 * feed knows, which every poll reads anyway. So a store that loses one of them loses nothing.
 */

import { MAX_CLOCK_ERROR_MS } from '../aliexpress/server-time.ts';
import { MAX_CATCH_UP_MS } from '../feeds/engine/catch-up.ts';
import type { FeedReading } from '../feeds/engine/feed.ts';
import { feedKeys, readFeedStatus } from '../feeds/engine/feed-status.ts';
import { reportBefore, reportSkipped } from '../feeds/engine/skipped-events.ts';
import { WORKFLOW_TTL_MS, type WorkflowRow } from '../feeds/engine/workflow-rows.ts';
import { fail } from '../problems.ts';
import { DAY, MINUTE, SECOND } from '../runtime.ts';
import { shortDigest } from '../stores/digest.ts';
import {
  type Mark,
  readOwnMark,
  readRenewedMark,
  renewOwnMark,
  type Workflow,
  writeOwnMark,
} from './own-mark.ts';
import {
  isRenewalDue,
  keepOwn,
  keepRow,
  RENEW_UNNAMED_EVERY_MS,
  renew,
  renewRow,
  replace,
  type Start,
} from './renew-mark.ts';
import type { Shop } from './shop.ts';

/** And the longest time between two polls. */
const MAX_SILENCE_MS = RENEW_UNNAMED_EVERY_MS + 16 * MINUTE;
const MAX_COPIES = 10;
/** A clock that loses three minutes an hour is as wrong as before after this time, within `MAX_CLOCK_ERROR_MS`. */
const SAME_ERROR_MS = 40 * MINUTE;
/** AliExpress writes whole seconds, so what happens later in this second must not count as before. */
const markAt = (at: number): number => Math.floor(at / SECOND) * SECOND - 1;

const hostOf = ({ time }: Shop['memo']): string => shortDigest(time.host, 8);

/**
 * The mark of a workflow that is turned on now. If AliExpress has not said what time it is, the mark is what the clock
 * says, but not before the last answer or visit of any feed. An earlier one would announce what was true before the
 * workflow was turned on. What the mark is kept with says later how wrong the clock was: then the mark is put right, or an
 * alert names what may be lost.
 * @param visitedAt when the feed itself made its last visit, epoch milliseconds
 */
async function markNow(shop: Shop, startedAt: number, visitedAt: number): Promise<Mark> {
  const { clockOffset, isClockConfirmed, lastAnswerAt, memo, store, seller } = shop;
  const offset = clockOffset?.() ?? 0;
  const known = offset === 0 ? {} : { offset };
  if (isClockConfirmed?.()) return { mark: markAt(startedAt), ...known };
  const statuses = await Promise.all(feedKeys.map((key) => readFeedStatus(store, seller, key)));
  const now = shop.clock.now();
  // A visit since the step began is its own, dated by the same clock.
  const visits = statuses.map((status) => status?.visitedAt ?? 0).filter((at) => at < startedAt || at > now);
  const after = Math.max(visitedAt, lastAnswerAt?.() ?? 0, ...visits);
  return {
    mark: markAt(Math.max(startedAt, after)),
    ...known,
    setAt: startedAt,
    setOn: hostOf(memo),
    after,
  };
}

/**
 * Marks the workflow as turned on at the beginning of the step that turns it on. What becomes true during the step is
 * announced, unless it is among the events that the step returns, which the platform knows from then on.
 * @param reading of the feed. A clock that no answer has confirmed, and that says an earlier time than the visit before, is
 * behind
 * @throws Problem `start_not_saved` if the store does not take the mark, or the step is over; then the workflow must not
 * be turned on
 */
export async function setMark(workflow: Workflow, reading: Partial<FeedReading> = {}): Promise<void> {
  const { shop, step, isUnnamed } = workflow;
  await shop.fetchTime?.();
  const { previousVisitAt = 0, workflows } = reading;
  const known = isUnnamed ? workflows?.[workflow.digest] : undefined;
  if (known && shop.clock.now() - known.renewedAt <= MAX_SILENCE_MS) {
    // A copy is on. A later mark would keep from it what became true before, and was not read yet.
    const copies = Math.min(MAX_COPIES, (known.copies ?? 1) + 1);
    if (step.isOver() || !(await keepRow(workflow, { ...known, copies }, { isSet: true })))
      fail('start_not_saved', {});
    return;
  }
  const startedAt = step.startedAt();
  const mark = await markNow(shop, startedAt, previousVisitAt);
  const isStored =
    !step.isOver() &&
    (await keepRow(workflow, { ...mark, ...(isUnnamed && { copies: 1 }) }, { isSet: true })) &&
    !step.isOver() &&
    (await writeOwnMark(workflow, mark));
  if (!isStored) fail('start_not_saved', {});
}

/**
 * When the workflow was turned on. If the store has lost that, it counts as turned on at the visit of
 * the feed before this poll, and an alert says that events may have been skipped.
 * @param own what `readOwnMark` has begun to read; left out where it is read only if the feed has no row
 * @returns undefined if the store does not answer
 */
export async function findMark(
  workflow: Workflow,
  reading: FeedReading,
  own?: Promise<Mark | undefined>,
): Promise<Start | undefined> {
  const { shop, digest } = workflow;
  if (workflow.feed.keepWorkflow && !reading.workflows) return undefined;
  const stored = reading.workflows?.[digest];
  const row = stored && (await isConfirmable(workflow, stored)) ? await newestRow(workflow, stored) : stored;
  const now = shop.clock.now();
  const confirmed = row && (await confirmedMark(workflow, row));
  if (confirmed !== undefined) return { mark: confirmed };
  const kept = row ? mended(row.mark, shop, row.offset) : 0;
  if (row && kept > 0) {
    if (kept !== row.mark) {
      await replace(workflow, kept, row.mark);
      return { mark: kept };
    }
    if (!isRenewalDue(workflow, row)) return row;
    const later = await laterMark(workflow, row);
    await (later ? renew(workflow, later) : renewRow(workflow, row, reading));
    return later ?? row;
  }
  const written = await (own ?? readRenewedMark(workflow));
  if (written === undefined) return undefined;
  const confirmedOwn = await confirmedMark(workflow, written);
  if (confirmedOwn !== undefined) return { mark: confirmedOwn };
  const mark = mended(written.mark, shop, written.offset);
  if (mark > 0 && mark === written.mark) {
    await (workflow.feed.keepWorkflow ? keepRow(workflow, written) : keepOwn(workflow, written));
    return written;
  }
  if (mark > 0) {
    await replace(workflow, mark);
    return { mark };
  }
  const wrong = row?.mark ? row : written;
  if (workflow.feed.keepWorkflow && wrong.mark > 0) return { mark: await startNow(workflow, wrong) };
  // A feed that stores nothing returns only what is true now.
  const assumed = workflow.feed.keepWorkflow ? (reading.previousVisitAt ?? now) : now - DAY;
  // Where the feed was forgotten too, nobody may have polled for as long as a mark lasts.
  const { completeSince = now } = reading;
  const unknownMs = completeSince > assumed - MAX_CATCH_UP_MS ? WORKFLOW_TTL_MS : MAX_CATCH_UP_MS;
  const span = { from: assumed - unknownMs, to: assumed, workflow: digest };
  const write = () => renew(workflow, { mark: assumed });
  // A mark that is written hides that one was lost, so it waits for the alert.
  await (workflow.feed.keepWorkflow ? reportBefore(shop, span, write) : write());
  return { mark: assumed };
}

/**
 * The mark of a poll that has something to return: the one under its own keys, if that is later.
 * @param mark what `findMark` has found, epoch milliseconds
 */
export async function confirmMark(
  workflow: Workflow,
  { workflows }: FeedReading,
  mark: number,
): Promise<number> {
  const row = workflows?.[workflow.digest];
  // One that was just mended is earlier than what may still stand under its keys.
  return row?.mark === mark ? (await newestRow(workflow, row)).mark : mark;
}

/**
 * The mark under its own keys, if it is later than the one of the row. The store may have lost the newest head, and an
 * earlier one, or one that was being written just then, does not know that the workflow was turned off and on.
 */
async function laterMark(workflow: Workflow, row: WorkflowRow): Promise<Mark | undefined> {
  const { mark, replaced } = row;
  const own = await readOwnMark(workflow);
  // The row is gone after a pause of eight days.
  if (own?.mark === 0 && !workflow.step.isOver()) await renewOwnMark(workflow, row);
  const isLater = own && own.mark > mark && own.mark <= workflow.shop.clock.now();
  return isLater && own.mark !== replaced ? own : undefined;
}

/** The row, to which the mark under its own keys is written if that is later. */
async function newestRow(workflow: Workflow, row: WorkflowRow): Promise<WorkflowRow> {
  const later = await laterMark(workflow, row);
  if (!later) return row;
  if (!workflow.step.isOver()) await keepRow(workflow, later);
  return { ...later, renewedAt: workflow.shop.clock.now() };
}

/**
 * Whether the mark was set on this host, by a clock which no answer had confirmed, and one confirms it now. The clock may
 * soon be set, and its error is lost then, so this waits for no visit.
 */
async function isConfirmable({ shop }: Workflow, { setAt, setOn }: Mark): Promise<boolean> {
  if (setAt === undefined || setOn !== hostOf(shop.memo)) return false;
  await shop.fetchTime?.();
  return shop.isClockConfirmed?.() ?? false;
}

/**
 * The mark of a workflow that was turned on by a clock which no answer had confirmed, once an answer has confirmed the
 * same clock: its error says when that was. If the clock was behind, and was set since, nothing says when: the workflow
 * counts as turned on now, and an alert names the time since the last visit before.
 * @returns undefined if the mark stays as it is
 */
async function confirmedMark(workflow: Workflow, stored: Mark): Promise<number | undefined> {
  const { mark, offset: known = 0, setAt, after = 0 } = stored;
  const { shop, digest } = workflow;
  const { clock, clockOffset } = shop;
  if (setAt === undefined || !(await isConfirmable(workflow, stored))) return undefined;
  const now = clock.now();
  const turnedOnAt = setAt + (clockOffset?.() ?? 0) - known;
  const right = markAt(Math.max(turnedOnAt, after));
  if (right > now) return undefined;
  // A mark that is later than its clock said is the time of a visit before it. Where the workflow seems to have been turned
  // on before that visit, the clock was set since then, and its error now says nothing.
  const isPossible = right > mark || (mark === markAt(setAt) && turnedOnAt >= after - MAX_CLOCK_ERROR_MS);
  if (!isPossible && after - setAt > MAX_CLOCK_ERROR_MS) return startNow(workflow, { mark, after });
  const confirmed = isPossible && Math.abs(right - mark) > MAX_CLOCK_ERROR_MS ? right : mark;
  // An error that was known may have been put right since, and a clock may have gone slow: the mark was not wrong.
  const span = { from: mark, to: confirmed, workflow: digest };
  const isSameError = known === 0 && now - confirmed <= SAME_ERROR_MS;
  const isCertain = isSameError || confirmed <= mark || (await reportSkipped(shop, span));
  if (isCertain) await replace(workflow, confirmed, mark);
  return confirmed;
}

/**
 * Counts a workflow as turned on now, because nothing says when it was: an earlier time might announce what was there
 * before. An alert names the time since the last answer or visit before the mark was set.
 * @param wrong its mark, which is known to be wrong
 */
async function startNow(workflow: Workflow, wrong: Mark): Promise<number> {
  const { shop, digest } = workflow;
  const now = shop.clock.now();
  const { after = 0 } = wrong;
  // A visit that is still to come was dated by a wrong clock.
  const from = Math.max(after <= now ? after : 0, now - MAX_CATCH_UP_MS);
  // A mark that is written hides that events were skipped, so it waits for the alert.
  await reportBefore(shop, { from, to: now, workflow: digest }, () => replace(workflow, now, wrong.mark));
  return now;
}

/**
 * A mark that lies ahead was set by a clock that was wrong, before AliExpress had answered. If the clock is still as
 * wrong, its error says when that was.
 * @param known the part of its error that was known when the mark was set
 * @returns 0 if nothing says when the workflow was turned on
 */
function mended(mark: number, { clock, clockOffset, isClockConfirmed }: Shop, known = 0): number {
  const now = clock.now();
  const offset = clockOffset?.() ?? 0;
  // Otherwise it is this clock that may be wrong.
  if (!isClockConfirmed?.() || mark <= now + MAX_CLOCK_ERROR_MS) return mark;
  const turnedOnAt = mark + offset - known;
  return turnedOnAt <= now ? turnedOnAt : 0;
}
