import type { FeedDesign, FeedTypes } from '../../../lib/feeds/engine/design.ts';
import { commonHead, type FeedHead } from '../../../lib/feeds/engine/feed-head.ts';
import { isServed, leftToName, type Pause } from '../../../lib/feeds/engine/kept-pause.ts';
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
  expect(leftToName(pause, workflows[8])).toBeUndefined();
});

test('Where the feed names a part of the pause, the span begins before it', () => {
  const named = { from: NOW - 7.25 * DAY - HOUR, to: NOW - 7 * DAY, orders: 3 };
  const incomplete = { from: NOW - 8 * DAY, to: NOW, isIncompleteList: true };
  const { own, skipped, pause, untold, workflows } = resumed(7.25, { skipped: [named, incomplete] });
  expect(own).toStrictEqual({});
  expect(skipped).toEqual([{ ...named, from: untold.from }, incomplete]);
  expect(leftToName(pause, workflows[8])).toBeUndefined();
});

test.each([
  ['cannot recall', { canRecall: false }, 22 * HOUR],
  ['had fetched what had happened long before', { happenedSince: () => NOW - 9 * DAY }, 2.25 * DAY],
])('A feed that %s leaves it to the first workflow that polls', (_, options, agoMs) => {
  const { own, skipped, pause, workflows, pausedAt } = resumed(6.75, options);
  expect([own, skipped]).toEqual([{}, []]);
  const left = { from: pausedAt - agoMs, to: pausedAt };
  expect(leftToName(pause, workflows[7])).toEqual(left);
  expect(leftToName(pause, workflows[8])).toEqual(left);
  expect(leftToName(pause, workflows[9])).toBeUndefined();
  expect(leftToName(pause, { renewedAt: NOW })).toBeUndefined();
});

test('What is read again for each workflow is not named', () => {
  const { pause, workflows, pausedAt } = resumed(6.25, { canRecall: false });
  expect(leftToName(pause, workflows[8])).toEqual({ from: pausedAt - 22 * HOUR, to: NOW - 6.5 * DAY });
});

test('After a visit that has failed, the next one does', () => {
  const failed = resumed(6.75, { isOver: false });
  expect([failed.own, failed.skipped]).toEqual([{}, []]);
  expect(leftToName(failed.pause, failed.workflows[8])).toBeUndefined();
  const next = resumed(6.75, { pause: failed.pause, visitedAt: NOW });
  expect(next.own).toEqual(failed.untold);
  expect(resumed(6.75, { pause: next.pause, visitedAt: NOW }).own).toStrictEqual({});
});
