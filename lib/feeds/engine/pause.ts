/**
 * A pause in which no workflow polled, so that the feed was not visited. What the last visits before it had fetched may not
 * have been announced to a workflow, and its records are gone since. If that is too long ago for `readAgain`, it is
 * recalled or named once for all workflows of the feed.
 */

import { HOUR } from '../../runtime.ts';
import { MAX_CATCH_UP_MS, RENEW_EVERY_MS, UNTOLD_MS } from './catch-up.ts';
import type { FeedDesign, FeedTypes } from './design.ts';
import type { FeedHead } from './feed-head.ts';
import type { Pause } from './kept-pause.ts';
import type { Skipped } from './skipped-spans.ts';

/** A workflow that has written its row this long before the pause has polled until then. */
const MAX_RENEWAL_MS = RENEW_EVERY_MS + 6 * HOUR;
/** More is not read again for all workflows, but named. */
const MAX_RECALL_MS = 36 * HOUR;
/** Where a feed says that it has read less than the pause began with. */
const TOUCH_MS = 2 * HOUR;

/** The pause that ends with this visit, or one whose end is still to be treated. */
function pauseBefore<T extends FeedTypes>(
  { happenedSince }: FeedDesign<T>,
  { pacing, workflows, pause, own }: FeedHead<T>,
  now: number,
): Pause | undefined {
  if (pause?.untoldSince !== undefined) return pause;
  const from = pacing?.at ?? 0;
  const rows = Object.values(workflows).filter(({ renewedAt }) => renewedAt > from - MAX_RENEWAL_MS);
  const renewedSince = Math.min(...rows.map(({ renewedAt }) => renewedAt));
  // What was fetched later is read again for each workflow.
  if (rows.length === 0 || renewedSince >= now - MAX_CATCH_UP_MS + UNTOLD_MS) return undefined;
  const fetched = Math.min(from, ...rows.map(({ renewedAt, mark }) => Math.max(mark, renewedAt - UNTOLD_MS)));
  const untoldSince = Math.min(fetched, happenedSince?.(own, { from: fetched, to: from }) ?? fetched);
  return { from, to: now, renewedSince, untoldSince };
}

interface Visited<T extends FeedTypes> {
  own: T['state'];
  /** What the visit names. */
  skipped: readonly Skipped[];
}

/**
 * What a visit leaves behind, with what workflows were not told before a pause that it has ended. A span that the feed names
 * itself begins so much earlier. Otherwise the feed recalls it, if it can and reads all that has happened since.
 * @param head before the visit
 * @param isOver the visit has not failed, so that it has named what it had to
 */
export function afterPause<T extends FeedTypes>(
  design: FeedDesign<T>,
  head: FeedHead<T>,
  { own, skipped }: Visited<T>,
  { now, isOver }: { now: number; isOver: boolean },
): Visited<T> & { pause: Pause | undefined } {
  const pause = pauseBefore(design, head, now);
  if (pause?.untoldSince === undefined) return { own, skipped, pause: head.pause };
  const untold = { from: pause.untoldSince, to: pause.from };
  // A list that lacks rows is named once a day, whatever its span.
  const isTouching = ({ from, to, isIncompleteList }: Skipped) =>
    !isIncompleteList && from <= untold.to + TOUCH_MS && to >= untold.from;
  if (skipped.some(isTouching)) {
    const from = (span: Skipped) => (isTouching(span) ? Math.min(span.from, untold.from) : span.from);
    return { own, skipped: skipped.map((span) => ({ ...span, from: from(span) })), pause: treated(pause) };
  }
  if (!isOver) return { own, skipped, pause };
  const isReadSince = untold.to >= pause.to - MAX_CATCH_UP_MS;
  if (design.recalling && isReadSince && untold.to - untold.from <= MAX_RECALL_MS)
    return { own: design.recalling(own, untold), skipped, pause: treated(pause) };
  // All of these workflows may have been turned off.
  return { own, skipped, pause: { ...treated(pause), leftSince: untold.from } };
}

const treated = ({ untoldSince: _, ...pause }: Pause): Pause => pause;
