/** Spans of time whose events may have been skipped. */

import * as z from 'zod';
import { count, stored, time } from '../../stores/stored.ts';

export const spanFormat = stored(() => ({
  /** Of the events, epoch milliseconds. */
  from: time.default(0),
  to: time.default(0),
  /** The feed that would have had them; left out where it may be any. */
  feed: z.string().optional(),
  /** How many orders changed in it at least; left out where nobody knows. */
  orders: count.optional(),
  /** A list of AliExpress lacked rows; otherwise nobody polled, or the store has lost something. */
  isIncompleteList: z.boolean().optional(),
  /** The digest of the workflow that skipped them; left out where all workflows did. */
  workflow: z.string().optional(),
  /** The workflow did not run. Otherwise the store has lost data. */
  isHeld: z.boolean().default(false),
  /** When they were found to be missing, epoch milliseconds. */
  at: time.default(0),
}));
export type SkippedSpan = z.infer<typeof spanFormat>;
/** What a visit reports. The engine adds the feed. */
export type Skipped = Omit<SkippedSpan, 'at' | 'feed' | 'isHeld'> & { isHeld?: boolean };

/** More of them are merged: an alert may name too much, and leaves nothing out. */
export const MAX_SPANS = 20;

/** The spans, the closest ones merged until there are few enough. Spans of one feed and one cause are merged first. */
export function fewSpans(spans: readonly SkippedSpan[]): SkippedSpan[] {
  if (spans.length <= MAX_SPANS) return [...spans];
  const pairs = spans.flatMap((one, n) => spans.slice(n + 1).map((other) => ({ one, other })));
  const [closest] = pairs
    .map((pair) => ({
      ...pair,
      likeness: likenessOf(pair.one, pair.other),
      gap: gapOf(pair.one, pair.other),
    }))
    .sort((a, b) => b.likeness - a.likeness || a.gap - b.gap);
  if (!closest) return [...spans];
  const { one, other } = closest;
  return fewSpans([...spans.filter((each) => each !== one && each !== other), merged(one, other)]);
}

const gapOf = (a: SkippedSpan, b: SkippedSpan): number => Math.max(a.from, b.from) - Math.min(a.to, b.to);

const hasSame = (a: SkippedSpan, b: SkippedSpan, field: keyof SkippedSpan): boolean => a[field] === b[field];

function likenessOf(a: SkippedSpan, b: SkippedSpan): number {
  if (!hasSame(a, b, 'feed')) return 0;
  const isSameCause =
    hasSame(a, b, 'isHeld') && hasSame(a, b, 'isIncompleteList') && hasSame(a, b, 'workflow');
  return isSameCause && (a.orders === undefined) === (b.orders === undefined) ? 2 : 1;
}

/** What holds of one of them alone is left out. */
function merged(a: SkippedSpan, b: SkippedSpan): SkippedSpan {
  const latest = a.at > b.at ? a : b;
  const to = Math.max(a.to, b.to);
  return {
    ...latest,
    from: Math.min(a.from, b.from),
    // The end is in the id of the alert. That of an older span may be known, and would hide the later one.
    to: to === latest.to ? to : to + 1,
    feed: hasSame(a, b, 'feed') ? latest.feed : undefined,
    workflow: hasSame(a, b, 'workflow') ? latest.workflow : undefined,
    orders: a.orders !== undefined && b.orders !== undefined ? a.orders + b.orders : undefined,
    isIncompleteList: a.isIncompleteList && b.isIncompleteList,
    isHeld: a.isHeld && b.isHeld,
  };
}
