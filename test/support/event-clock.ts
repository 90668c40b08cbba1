/** A clock whose sleepers wake one after another, in the order of time, as soon as nothing else can run. */

import type { Clock } from '../../lib/runtime.ts';

export interface EventClock extends Clock {
  /** Lets time pass until all of the work is done. */
  run<T>(work: Promise<T>[]): Promise<PromiseSettledResult<T>[]>;
}

export function eventClock(start: string): EventClock {
  let now = Date.parse(start);
  const sleepers: { at: number; wake: () => void }[] = [];

  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ at: now + ms, wake: resolve });
      }),
    run: async (work) => {
      let isDone = false;
      const outcomes = Promise.allSettled(work).finally(() => {
        isDone = true;
      });
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (isDone) return outcomes;
        const next = sleepers.reduce((first, sleeper) => (sleeper.at < first.at ? sleeper : first));
        sleepers.splice(sleepers.indexOf(next), 1);
        now = next.at;
        next.wake();
      }
    },
  };
}
