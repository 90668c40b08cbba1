/**
 * A clock on which several callers sleep at once, as in several processes. It stands still while a caller works, and
 * then jumps to the time at which the next caller wakes.
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
