import type { FeedDesign, FeedTypes } from '../../../lib/feeds/engine/design.ts';
import { commonHead, type FeedHead } from '../../../lib/feeds/engine/feed-head.ts';
import {
  isOpen,
  isServed,
  leftToName,
  type Pause,
  readAgainSince,
} from '../../../lib/feeds/engine/kept-pause.ts';
import { afterPause } from '../../../lib/feeds/engine/pause.ts';
import type { Skipped } from '../../../lib/feeds/engine/skipped-spans.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/runtime.ts';

const NOW = Date.parse('2026-11-21T02:00:00Z');

/**
 * What a visit leaves behind after a pause before which two workflows had polled.
 * @param skipped what the feed itself names
 */
function resumed(days: number, { skipped = [], isOver = true, canRecall = true, ...more }: Resumed = {}) {
  const pausedAt = NOW - days * DAY;
  const recalling = (_: unknown, span: object) => span;
  const design = {
    ...(canRecall && { recalling }),
    ...(more.happenedSince && { happenedSince: more.happenedSince }),
  } as unknown as FeedDesign<FeedTypes>;
  const mark = NOW - 40 * DAY;
  const workflows = {
    7: { mark, renewedAt: pausedAt + MINUTE },
    8: { mark, renewedAt: pausedAt - 10 * HOUR },
    9: { mark, renewedAt: pausedAt - 5 * DAY },
  };
  const head = {
    ...commonHead.parse({ pacing: { at: more.visitedAt ?? pausedAt }, workflows, pause: more.pause }),
    own: {},
  } as FeedHead<FeedTypes>;
  const after = afterPause(design, head, { own: {}, skipped }, { now: NOW, isOver });
  return { ...after, workflows, pausedAt, untold: { from: pausedAt - 22 * HOUR, to: pausedAt } };
}

const left = (pause: Pause | undefined, row: { renewedAt: number }, now = NOW) =>
  leftToName(pause, row, readAgainSince(pause, row, now));

interface Resumed {
  skipped?: Skipped[];
  isOver?: boolean;
  canRecall?: boolean;
  happenedSince?: () => number;
  pause?: Pause | undefined;
  visitedAt?: number;
}

test.each([1, 5.5])('After a pause of %f days each workflow lets the feed read again', (days) => {
  expect(resumed(days)).toMatchObject({ own: {}, skipped: [], pause: undefined });
});

test('Where all that has happened since is read, the feed recalls what it had fetched shortly before', () => {
  const { own, skipped, pause, untold, workflows } = resumed(6.75);
  expect([own, skipped]).toEqual([untold, []]);
  expect(Object.values(workflows).map((row) => isServed(pause, row))).toEqual([true, true, false]);
  expect(left(pause, workflows[8])).toBeUndefined();
});

test('Where the feed names a part of the pause, the span begins before it', () => {
  const named = { from: NOW - 7.25 * DAY - HOUR, to: NOW - 7 * DAY, orders: 3 };
  const incomplete = { from: NOW - 8 * DAY, to: NOW, isIncompleteList: true };
  const { own, skipped, pause, untold, workflows } = resumed(7.25, { skipped: [named, incomplete] });
  expect(own).toStrictEqual({});
  expect(skipped).toEqual([{ ...named, from: untold.from }, incomplete]);
  expect(left(pause, workflows[8])).toBeUndefined();
});

test.each([
  ['cannot recall', { canRecall: false }, 22 * HOUR],
  ['had fetched what had happened long before', { happenedSince: () => NOW - 9 * DAY }, 2.25 * DAY],
])('A feed that %s leaves it to the first workflow that polls', (_, options, agoMs) => {
  const { own, skipped, pause, workflows, pausedAt } = resumed(6.75, options);
  expect([own, skipped]).toEqual([{}, []]);
  const span = { from: pausedAt - agoMs, to: pausedAt };
  expect(left(pause, workflows[7])).toEqual(span);
  expect(left(pause, workflows[8])).toEqual(span);
  expect(left(pause, workflows[9])).toBeUndefined();
  expect(left(pause, { renewedAt: NOW })).toBeUndefined();
});

test('What is read again for each workflow is not named', () => {
  const { pause, workflows, pausedAt } = resumed(6.25, { canRecall: false });
  expect(left(pause, workflows[8])).toEqual({ from: pausedAt - 22 * HOUR, to: NOW - 6.5 * DAY });
});

test('After a visit that has failed, the next one does', () => {
  const failed = resumed(6.75, { isOver: false });
  expect([failed.own, failed.skipped]).toEqual([{}, []]);
  expect(left(failed.pause, failed.workflows[8])).toBeUndefined();
  const next = resumed(6.75, { pause: failed.pause, visitedAt: NOW });
  expect(next.own).toEqual(failed.untold);
  expect(resumed(6.75, { pause: next.pause, visitedAt: NOW }).own).toStrictEqual({});
});

test('A workflow that polls later than others after the pause has nothing left that is neither read nor named', () => {
  const { pause, workflows, pausedAt } = resumed(6.25, { canRecall: false });
  for (const hours of [0, 1, 9, 30]) {
    const now = NOW + hours * HOUR;
    const readSince = readAgainSince(pause, workflows[8], now);
    expect(readSince).toBeGreaterThan(now - 7 * DAY);
    expect(left(pause, workflows[8], now)?.to).toBe(Math.min(pausedAt, readSince));
    // The alert is the same as that of the others.
    if (hours < 10) expect(readSince).toBe(NOW - 6.5 * DAY);
  }
  expect(readAgainSince(pause, workflows[9], NOW)).toBe(NOW - 6.5 * DAY);
});

test('It is open what becomes of a pause until a visit has ended it without an error', () => {
  const failed = resumed(6.75, { isOver: false, canRecall: false });
  const { workflows, pausedAt } = failed;
  const isOpenFor = (pause: Pause | undefined, previousVisitAt = pausedAt) =>
    isOpen({ pause, previousVisitAt }, workflows[8], NOW);
  expect(isOpenFor(undefined)).toBe(true);
  expect(isOpenFor(failed.pause)).toBe(true);
  expect(isOpenFor(failed.pause, NOW)).toBe(true);
  const { pause } = resumed(6.75, { canRecall: false, pause: failed.pause, visitedAt: NOW });
  expect(isOpenFor(pause)).toBe(false);
  expect(isOpenFor(pause, NOW)).toBe(false);
  expect(isOpenFor(undefined, 0)).toBe(false);
  expect(isOpenFor(undefined, NOW - 6 * DAY)).toBe(false);
});
