/** A clock that stands still until a test moves it. */

import type { Clock } from '../../lib/runtime.ts';

export interface FixedClock extends Clock {
  advance(ms: number): void;
}

/** @param start ISO 8601, or epoch milliseconds */
export function fixedClock(start: string | number): FixedClock {
  let now = new Date(start).getTime();
  const advance = (ms: number) => {
    now += ms;
  };
  return { now: () => now, advance, sleep: async (ms) => advance(ms) };
}
