/**
 * A clock on which several callers sleep at once, as they would in several processes: it stands still while
 * anybody has something to do, then it jumps to the one who wakes first.
 */

import type { Clock } from '../../lib/runtime.ts';

export interface Timeline extends Clock {
  /** Lets time pass until `work` is done. */
  run<T>(work: Promise<T>): Promise<T>;
}

export function timeline(start: number): Timeline {
  const sleepers: { at: number; wake: () => void }[] = [];
  let now = start;
  const everybodyWaits = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ at: now + ms, wake })),
    run: async (work) => {
      let isDone = false;
      const settled = work.then(
        () => (isDone = true),
        () => (isDone = true),
      );
      for (await everybodyWaits(); !isDone; await everybodyWaits()) {
        const next = sleepers.sort((a, b) => a.at - b.at).shift();
        if (!next) break;
        now = Math.max(now, next.at);
        next.wake();
      }
      await settled;
      return work;
    },
  };
}
