/** A clock that runs as real time does, and jumps ahead when a test says so. Whoever sleeps wakes up in the order of time. */

import type { Clock } from '../../lib/runtime.ts';

export interface JumpingClock extends Clock {
  /**
   * Moves ahead by `ms`. On the way everybody wakes up whose time has come, and the clock does not move on before they
   * are idle.
   */
  jump(ms: number, isIdle: () => boolean): Promise<void>;
  /** Sets the clock back by `ms`. Whoever sleeps goes on sleeping for as long as before. */
  setBack(ms: number): void;
}

const LOOK_EVERY_MS = 3;
const TURNS = 5;

/** A morning in Beijing, so that half a day passes before calls run out or the next day's begin. */
const MORNING = Date.parse('2026-11-21T01:00:00Z');

/** @param start epoch milliseconds */
export function jumpingClock(start = MORNING): JumpingClock {
  let ahead = start - Date.now();
  const now = () => Date.now() + ahead;
  const sleepers = new Set<{ at: number; wake(): void }>();
  return {
    now,
    sleep: (ms, stop) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => sleeper.wake(), ms);
        const sleeper = {
          at: now() + ms,
          wake: () => {
            clearTimeout(timer);
            sleepers.delete(sleeper);
            stop?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        stop?.addEventListener('abort', sleeper.wake);
      }),
    setBack: (ms) => {
      ahead -= ms;
      for (const sleeper of sleepers) sleeper.at -= ms;
    },
    jump: async (ms, isIdle) => {
      await untilIdle(isIdle);
      for (const end = now() + ms; now() < end; ) {
        const next = Math.min(end, ...[...sleepers].map(({ at }) => at));
        ahead += Math.max(0, next - now());
        for (const sleeper of [...sleepers]) if (sleeper.at <= now()) sleeper.wake();
        await untilIdle(isIdle);
      }
    },
  };
}

/** Whoever wakes up may begin something only a few turns later. */
async function untilIdle(isIdle: () => boolean): Promise<void> {
  for (let turns = 0; turns < TURNS; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  while (!isIdle()) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
